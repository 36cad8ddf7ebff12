// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.List;
import java.util.Set;
import keeper.lock.Holding;
import keeper.rule.Rule;

/**
 * One use of a member: who touches it, how, and which locks are held for it. What a tree's own code shows of its customs is a count of these.
 *
 * @param function in which function it is
 * @param line where, from 1
 * @param kind how; an address that a callee of the file reads or writes through counts as that; one that is handed to another file's function is an address
 * @param by the function or macro that does it, empty for a plain read or store
 * @param parameter the callee's parameter that gets the address, from 0; -1 for any other kind
 * @param phase whether others may know the object by then
 * @param intended the access says of itself that it needs no lock: {@code READ_ONCE()} and its kin
 * @param entry what is known of the locks that the function is entered with
 * @param seen everything on the way here was seen and read
 * @param names the member as one of each struct on its path, innermost first: {@code rx} of {@code stats}, {@code stats.rx} of {@code dev}
 * @param others types of all locks held here, whatever their object: {@code foo.lock}
 */
public record Use(String function, int line, Rule.Access kind, String by, int parameter, Phase phase, boolean intended, Entry entry, boolean seen, List<Name> names, List<String> others) {
  public Use {
    names = List.copyOf(names);
    others = List.copyOf(others);
  }

  /** Whether it says anything of customs: others know the object by then, and the access does not say of itself that it needs no lock. */
  public boolean counts() {
    return phase == Phase.SHARED && !intended;
  }

  /** A reader in an RCU read-side section. */
  public boolean isRcuReader(Name name) {
    return kind == Rule.Access.READ && (name.state("RCU") == State.HELD || name.state("RCU") == State.ASSERTED || by.equals("rcu_dereference") || by.startsWith("srcu_dereference"));
  }

  /** Whether nobody outside of a file's folder knows a struct. @param home the file that defines it */
  public static boolean own(String home, String path) {
    return home.equals(path) || home.endsWith(".h") && !home.startsWith("include/") && folder(home).equals(folder(path));
  }

  private static String folder(String path) {
    return path.substring(0, path.lastIndexOf('/') + 1);
  }

  /** Whether it is of one of these members, whatever the struct. */
  boolean isOf(Set<String> members) {
    for (Name name : names) if (members.contains(name.last())) return true;
    return false;
  }

  /** By a callee that is handed the address for just this; not a container's function, and not one that frees. */
  public boolean isHanded() {
    return !by.isEmpty() && Facts.container(by) == null && !Facts.frees(by);
  }

  Use at(int line) {
    return new Use(function, line, kind, by, parameter, phase, intended, entry, seen, names, others);
  }

  /** When, in the life of an object. */
  public enum Phase {
    /** Others may know the object. */
    SHARED,
    /** Nobody else knows it yet: it was made in this function. */
    FRESH,
    /** Heuristic: by its name, or by the names of all its callers, the function runs before others know the object. */
    SETUP,
    /** The same for after the last reference. */
    TEARDOWN
  }

  /** What is known of the locks at the function's entry. */
  public enum Entry {
    /** All callers are in this file, or it is run by an interrupt, a work item, a thread. */
    KNOWN,
    /** A slot of a table at file level: a subsystem calls it, which cannot hold what only this file knows. */
    TABLE,
    /** Others call it. */
    UNKNOWN
  }

  /** How a lock stands there. */
  public enum State {
    HELD,
    /** An assertion or lockdep condition says that it is held. */
    ASSERTED,
    /** Held for reading, by a lock that has readers. */
    SHARED,
    /** Held on some ways, or perhaps the same lock under another name. */
    PERHAPS,
    /** Known to be free: released here, or not got. */
    FREE
  }

  /** A lock, as reached from the object: {@code igate}, {@code dev_set.lock}; {@code &name} for a global one; {@code RCU} for a read-side section. */
  public record Guard(String lock, State state) {}

  /**
   * The member as one of one struct.
   *
   * @param struct {@code vfio_pci_core_device}
   * @param home the file that defines the struct, empty when it is not visible
   * @param member {@code err_trigger}, {@code ctx.count}
   * @param guards locks of the same object, reached from it, or global, that are held there or known to be free
   * @param self bit n: the object itself is argument n of the callee that is handed the address
   */
  public record Name(String struct, String home, String member, List<Guard> guards, int self) {
    public Name {
      guards = List.copyOf(guards);
    }

    /** The member itself: {@code count} of {@code ctx.count}. */
    public String last() {
      return member.substring(member.lastIndexOf('.') + 1);
    }

    /** How a lock stands, or null when nothing is known of it here. */
    public State state(String lock) {
      for (Guard guard : guards) if (guard.lock().equals(lock)) return guard.state();
      return null;
    }
  }

  /**
   * Whether a lock is held for this use.
   *
   * @param name one of the use's names
   * @param lock as reached from that object; {@code ?struct.lock} for that of some object of a struct
   * @param own only this file knows the lock's struct, so that nobody outside of it can hold the lock
   */
  public Holding holding(Name name, String lock, boolean own) {
    State state = name.state(lock);
    if (state == State.HELD || state == State.ASSERTED) return Holding.HELD;
    if (state == State.SHARED) return kind == Rule.Access.READ ? Holding.HELD : Holding.UNKNOWN;
    if (state == State.PERHAPS || !seen) return Holding.UNKNOWN;
    if (lock.startsWith("?")) { // that of some object of a struct
      if (others.contains(lock.substring(1))) return Holding.HELD;
      return entry == Entry.KNOWN && others.isEmpty() ? Holding.NOT_HELD : Holding.UNKNOWN;
    }
    String member = lock.substring(lock.lastIndexOf('.') + 1);
    for (String other : others) { // perhaps the same object under another name
      int dot = other.lastIndexOf('.');
      if (!other.substring(dot + 1).equals(member)) continue;
      boolean unlike = lock.indexOf('.') < 0 && dot > 0 && other.indexOf('.') == dot && other.charAt(0) != '?' && !other.substring(0, dot).equals(name.struct());
      if (!unlike) return Holding.UNKNOWN;
    }
    if (state == State.FREE) return Holding.NOT_HELD;
    return switch (entry) {
      case KNOWN -> Holding.NOT_HELD;
      case TABLE -> own ? Holding.NOT_HELD : Holding.UNKNOWN;
      case UNKNOWN -> Holding.UNKNOWN;
    };
  }
}
