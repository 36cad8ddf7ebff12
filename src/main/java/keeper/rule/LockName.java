// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.rule;

/**
 * How a rule names a lock.
 *
 * @param root from where it is reached
 * @param parameter with {@link Root#PARAMETER} the parameter, from 0; else -1
 * @param struct the struct that the path starts from, as far as the rule says; else empty
 * @param path the members from there, {@code dev_set.lock}; a global's name; empty when a parameter is the lock itself
 * @param text for people: {@code igate}, {@code vdev.igate}
 */
public record LockName(Root root, int parameter, String struct, String path, String text) {
  /** From where a lock is reached. */
  public enum Root {
    /** From the object whose member is guarded. */
    OBJECT,
    /** From an argument of the function. */
    PARAMETER,
    /** From what the function returns. */
    RETURNED,
    /** It has a name of its own. */
    GLOBAL,
    /** Of some object of this struct; which one is not said. */
    ANY_OF_STRUCT,
    /** The RCU read-side section. */
    RCU
  }

  /** Struct and member, as {@code vfio_iommu.lock}; the name alone for a global. Members on the way there are kept: {@code vfio_device.dev_set.lock}. */
  public String type() {
    if (root == Root.RCU) return "RCU";
    return root == Root.GLOBAL || struct.isEmpty() ? path : struct + "." + path;
  }
}
