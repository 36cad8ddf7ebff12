// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.rule;

/**
 * Something that a tree has or has not, by which a rule starts or ends: {@code rcu(vfio_pci_core_device.err_trigger)}.
 *
 * @param kind what is asked
 * @param struct the struct, where one is asked for
 * @param name the member, function, path or commit; empty for a struct
 */
public record Property(Kind kind, String struct, String name) {
  /** What can be asked of a tree. */
  public enum Kind {
    /** The member is declared {@code __rcu}. */
    RCU,
    /** The struct has the member. */
    MEMBER,
    /** The struct is declared. */
    STRUCT,
    /** The judged file, or a header of the rule, speaks of the function. */
    FUNCTION,
    /** The tree has the file. */
    FILE,
    /** The history has the commit. */
    COMMIT
  }

  @Override
  public String toString() {
    return kind == Kind.COMMIT ? name : kind.name().toLowerCase(java.util.Locale.ROOT) + "(" + struct + (struct.isEmpty() || name.isEmpty() ? "" : ".") + name + ")";
  }
}
