// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lock;

import keeper.rule.LockApi;
import keeper.text.Span;

/**
 * A lock that is held in a world.
 *
 * @param lock which
 * @param kind its family, a word of the lock table: {@code mutex}, {@code spin}, {@code rcu}, {@code irq}
 * @param mode how
 * @param irqOff interrupts went off with it
 * @param bhOff softirqs went off with it
 * @param flags the variable that keeps the interrupt state, empty without one
 * @param depth how often, for what nests
 * @param origin why it is known
 * @param takenAt where
 * @param by what took it: {@code mutex_lock}, a callee's name
 */
public record Held(Lock lock, String kind, LockApi.Mode mode, boolean irqOff, boolean bhOff, String flags, int depth, Origin origin, Span takenAt,
    String by) {
  /** Where the knowledge comes from. */
  public enum Origin {
    /** This function took it, or a callee on its behalf. */
    TAKEN,
    /** A guard took it and will let it go at the end of its scope. */
    GUARD,
    /** An assertion or annotation says so. */
    ASSERTED,
    /** It may be held, or not. */
    DOUBTFUL,
    /** It is released below, and was not taken in what is shown: see {@link Implied}. The place and the name are those of the release. */
    IMPLIED
  }

  public boolean isSure() {
    return origin != Origin.DOUBTFUL;
  }

  /** It was not seen to be taken: it is released below what is not shown. */
  public boolean isImplied() {
    return origin == Origin.IMPLIED;
  }

  /** Whether sleeping is a mistake while it is held. */
  public boolean atomic() {
    if (irqOff || bhOff) return true;
    return switch (kind) {
      case "spin", "raw_spin", "rwlock", "bit_spin", "irq", "bh", "preempt", "seq" -> true;
      case "rcu" -> !lock.path().equals("RCU_TRACE"); // its readers may take page faults and sleep
      default -> false;
    };
  }

  Held with(Origin other) {
    return new Held(lock, kind, mode, irqOff, bhOff, flags, depth, other, takenAt, by);
  }

  Held deeper(int by) {
    return new Held(lock, kind, mode, irqOff, bhOff, flags, depth + by, origin, takenAt, this.by);
  }

  public Held moved(Lock other) {
    return new Held(other, kind, mode, irqOff, bhOff, flags, depth, origin, takenAt, by);
  }

  Held as(LockApi.Mode other) {
    return new Held(lock, kind, other, irqOff, bhOff, flags, depth, origin, takenAt, by);
  }

  /** Equal for the analysis: the place does not count. */
  boolean same(Held other) {
    return lock.path().equals(other.lock.path()) && kind.equals(other.kind) && mode == other.mode && irqOff == other.irqOff && bhOff == other.bhOff
        && depth == other.depth && origin == other.origin && flags.equals(other.flags);
  }
}
