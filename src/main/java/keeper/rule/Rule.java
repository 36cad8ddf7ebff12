// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.rule;

import java.util.List;
import java.util.Set;
import keeper.text.Place;

/** One sentence of a maintainer about locking. */
public sealed interface Rule {
  /** The file it stands in, without its ending: {@code vfio/eventfd-under-igate}. */
  String id();

  /** Where it stands. */
  Place at();

  /** The comment above it: why, in its author's words; empty without one. */
  String why();

  /** The commits that taught it, as written. */
  List<String> origin();

  /** How something is touched. */
  enum Access {
    READ,
    WRITE,
    FREE,
    ADDRESS
  }

  /**
   * A member is touched only with a lock held.
   *
   * @param struct the struct that has the member
   * @param member its name, {@code a.b} for one in an embedded struct
   * @param lock the lock, from the same object: {@code igate}, {@code dev_set.lock}; or a global's name when {@code global}
   * @param global the lock is a global one
   * @param accesses which kinds of access need it
   * @param rcuReaders readers in an RCU read-side section are right without it
   * @param except functions to which it does not apply
   */
  record Guarded(String id, String struct, String member, String lock, boolean global, Set<Access> accesses, boolean rcuReaders,
      Set<String> except, String why, List<String> origin, Place at) implements Rule {}

  /**
   * A function is called only with a lock held.
   *
   * @param function which
   * @param parameter the parameter through which the lock is reached, from 0; -1 for a global lock
   * @param lock the lock from there: {@code igate}; or the global's name
   */
  record Requires(String id, String function, int parameter, String lock, String why, List<String> origin, Place at) implements Rule {}
}
