// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lock;

import java.util.List;
import keeper.rule.LockApi;
import keeper.text.Place;

/**
 * What a call of a function does to its caller, in terms of the function's parameters, of global locks, and of {@code (return)} for what it
 * returns.
 *
 * @param function whose
 * @param parameters their names, in order
 * @param outcomes what it does to locks, by the returned value; one outcome without changes for most functions
 * @param required locks that the caller must hold
 * @param taken locks that it takes while they are not known to be held, here or further down
 * @param sleeps why it may sleep, here or further down; empty when nothing says so
 * @param complete everything in it was seen and read, and it calls nothing unseen that locks or unlocks by its name
 */
public record Summary(String function, List<String> parameters, List<Outcome> outcomes, List<Need> required, List<Need> taken, List<Sleep> sleeps, boolean complete) {
  /** Of a function that nothing is known of. */
  static Summary nothing(String function) {
    return new Summary(function, List.of(), List.of(), List.of(), List.of(), List.of(), false);
  }

  /** Of a function that has nothing to do with locks and does not sleep. */
  static Summary quiet(String function) {
    return new Summary(function, List.of(), List.of(new Outcome(World.ANY, List.of(), List.of(), List.of())), List.of(), List.of(), List.of(), true);
  }

  /** Whether a caller need not know of a call at all. */
  boolean isQuiet() {
    return complete && required.isEmpty() && taken.isEmpty() && sleeps.isEmpty() && keepsLocks();
  }

  /** Whether a call leaves all locks as they are. */
  public boolean keepsLocks() {
    for (Outcome outcome : outcomes) if (!outcome.acquired().isEmpty() || !outcome.released().isEmpty() || !outcome.doubtful().isEmpty()) return false;
    return true;
  }

  /** Whether both leave the caller's locks the same; places do not count. */
  public boolean leavesAs(Summary other) {
    if (complete != other.complete || outcomes.size() != other.outcomes.size()) return false;
    for (int i = 0; i < outcomes.size(); i++) {
      Outcome one = outcomes.get(i);
      Outcome two = other.outcomes.get(i);
      if (one.sign() != two.sign() || one.acquired().size() != two.acquired().size() || !one.released().equals(two.released()) || !one.doubtful().equals(two.doubtful())) return false;
      for (int k = 0; k < one.acquired().size(); k++) if (!one.acquired().get(k).same(two.acquired().get(k))) return false;
    }
    return true;
  }

  /** Whether a caller need not tell the two apart: places, and the words for them, do not count. */
  public boolean sameEffect(Summary other) {
    return leavesAs(other) && parameters.equals(other.parameters) && plain(required).equals(plain(other.required)) && plain(taken).equals(plain(other.taken))
        && sleeps.stream().map(Sleep::plain).toList().equals(other.sleeps.stream().map(Sleep::plain).toList());
  }

  private static List<Need> plain(List<Need> needs) {
    return needs.stream().map(need -> new Need(need.lock(), need.family(), need.mode(), null, "", "", need.sure())).toList();
  }

  /**
   * What happens when the returned value is one of these.
   *
   * @param sign bits: 1 less than zero, 2 zero, 4 greater
   */
  public record Outcome(int sign, List<Held> acquired, List<Lock> released, List<Lock> doubtful) {}

  /**
   * A lock that must be held, or is taken.
   *
   * @param at where the function says so or takes it
   * @param by the function in which that stands, which may be a callee of this one
   * @param text why it is known: {@code lockdep_assert_held}, {@code mutex_lock}
   * @param sure it is reached whatever the conditions are
   */
  public record Need(Lock lock, String family, LockApi.Mode mode, Place at, String by, String text, boolean sure) {}

  /**
   * A call that may sleep.
   *
   * @param callee what sleeps in the end: {@code msleep}
   * @param gfp index of the parameter that decides; -1 when none does
   * @param at where
   * @param by the function in which that stands
   * @param always it is reached whatever the conditions are
   * @param without the caller's locks that are released by then
   */
  public record Sleep(String callee, int gfp, Place at, String by, boolean always, List<Lock> without) {
    private Sleep plain() {
      return new Sleep(callee, gfp, null, "", always, without);
    }
  }
}
