// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import keeper.c.Function;
import keeper.lock.Kernel;
import keeper.lock.Unit;
import keeper.lock.Units;
import keeper.rule.Rule;
import keeper.rule.Rules;
import keeper.text.SourceText;
import keeper.text.Tree;

/** The checks, with the rules they go by. One object serves many files; it is safe to ask from several threads. */
public final class Checks {
  /** Every check there is. */
  static final List<Check> ALL = List.of(new UnguardedAccess(), new MissingUnlock(), new UnlockNotHeld(), new DoubleLock(), new SleepInAtomic(), new CalleeRequiresLock(),
      new CondLockMisuse(), new GuardMisuse(), new WrongMode(), new IrqUnsafe(), new RcuMisuse(), new SyncWaitDeadlock(), new LockOrder());

  private final Rules rules;
  private final Kernel kernel;
  private final List<Check> checks;

  private Checks(Rules rules, List<Check> checks) {
    this.rules = rules;
    this.kernel = new Kernel(rules.locks(), rules.sleepers());
    this.checks = checks;
  }

  /**
   * Checks by these rules.
   *
   * @param only ids of the checks to run; all when empty; an id that is none is left out, see {@link #ids}
   */
  public static Checks of(Rules rules, Set<String> only) {
    List<Check> chosen = new ArrayList<>();
    for (Check check : ALL) if (only.isEmpty() || only.contains(check.id())) chosen.add(check);
    return new Checks(rules, List.copyOf(chosen));
  }

  /** The ids of all checks, in the order in which they run. */
  public static List<String> ids() {
    List<String> ids = new ArrayList<>();
    for (Check check : ALL) ids.add(check.id());
    return ids;
  }

  /** Everything there is to say about a file, sorted; {@link Confidence#POSSIBLE} findings too. The tree answers for headers and other files. */
  public List<Finding> findings(SourceText text, Tree tree) {
    return findings(text, tree, Set.of());
  }

  /**
   * The same for some functions only.
   *
   * @param functions their names; all when empty
   */
  public List<Finding> findings(SourceText text, Tree tree, Set<String> functions) {
    Unit unit = Units.of(kernel, tree).unit(text);
    List<Rule> spoken = rules.of(text.path());
    List<Finding> findings = new ArrayList<>();
    Facts first = null;
    for (Function function : unit.functions()) {
      if (!functions.isEmpty() && !functions.contains(function.name())) continue;
      Facts facts = first == null ? new Facts(unit, function, spoken) : first.of(function);
      if (first == null) first = facts;
      for (Check check : checks) check.findings(facts, findings);
    }
    Collections.sort(findings);
    return findings;
  }

  /**
   * Gives doubtful findings that a change brought in their due weight: where the same use of the same member was made under that lock before, a
   * {@link Confidence#POSSIBLE} finding becomes {@link Confidence#LIKELY}, with what was held as further evidence. Adds the grace periods that
   * were taken away. To be asked before findings are picked by their confidence.
   *
   * @param introduced findings of the text after the change that the text before does not have
   * @param before the same file before the change
   * @param after the file that the findings are of
   */
  public List<Finding> weigh(List<Finding> introduced, SourceText before, Tree treeBefore, SourceText after, Tree treeAfter) {
    boolean doubtful = false;
    for (Finding finding : introduced) if (finding.confidence() == Confidence.POSSIBLE) doubtful = true;
    boolean rcu = false;
    for (Check check : checks) if (check instanceof RcuMisuse) rcu = true;
    if (!doubtful && !rcu) return introduced;
    Unit then = Units.of(kernel, treeBefore).unit(before);
    Unit now = Units.of(kernel, treeAfter).unit(after);
    if (then.functions().isEmpty() || now.functions().isEmpty()) return introduced;
    List<Rule> spoken = rules.of(after.path());
    Facts old = new Facts(then, then.functions().get(0), spoken);
    Facts fresh = new Facts(now, now.functions().get(0), spoken);
    Weakened weakened = new Weakened(old, fresh);
    List<Finding> sorted = new ArrayList<>(new Weighing(old, fresh).weigh(weakened.weigh(introduced)));
    if (rcu) sorted.addAll(weakened.lostGracePeriods());
    Collections.sort(sorted);
    return sorted;
  }
}
