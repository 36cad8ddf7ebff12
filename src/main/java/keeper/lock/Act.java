// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lock;

import keeper.rule.LockApi;
import keeper.text.Span;

/**
 * One thing that a step does to one lock, in one world.
 *
 * @param kind what
 * @param lock to which
 * @param family the lock's family: {@code mutex}, {@code spin}, {@code rcu}
 * @param entry the row of the lock table that says so; null when a callee's summary or an annotation does
 * @param mode how
 * @param flags the variable that keeps the interrupt state, empty without one
 * @param outcome bits of the returned value's relation to zero with which it happens; 7 when it always does
 * @param at where
 * @param by the function or macro that does it
 */
public record Act(Kind kind, Lock lock, String family, LockApi.Entry entry, LockApi.Mode mode, String flags, int outcome, Span at, String by) {
  /** What is done. */
  public enum Kind {
    ACQUIRE,
    RELEASE,
    /** Released and taken again before it returns. */
    DROP,
    DOWNGRADE,
    /** It is held here, the code says: an assertion. */
    ASSERT,
    ASSERT_NOT,
    /** It must be held for this call. */
    REQUIRE,
    /** Afterwards nobody knows. */
    DOUBT
  }

  /** It depends on what the call returned. */
  public boolean isConditional() {
    return outcome != World.ANY;
  }
}
