// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import keeper.c.Function;
import keeper.c.Variant;
import keeper.lock.Kernel;
import keeper.lock.Lock;
import keeper.lock.OtherFiles;
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
      new CondLockMisuse(), new GuardMisuse(), new WrongMode(), new IrqUnsafe(), new RcuMisuse(), new SyncWaitDeadlock(), new LockOrder(), new BrokenRule());

  private static final int MOST_IDLE = 8;
  private static final int MOST_TREES = 4;

  private final List<Units> idle = new ArrayList<>(); // the last used ones, for the next question about the same tree
  private final List<OtherFiles> others = new ArrayList<>();
  private final Rules rules;
  private final Rules mined;
  private final Kernel kernel;
  private final List<Check> checks;

  private Checks(Rules rules, Rules mined, List<Check> checks) {
    this.rules = rules;
    this.mined = mined;
    this.kernel = new Kernel(rules);
    this.checks = checks;
  }

  /**
   * Checks by these rules.
   *
   * @param only ids of the checks to run; all when empty; an id that is none is left out, see {@link #ids}
   */
  public static Checks of(Rules rules, Set<String> only) {
    return of(rules, Rules.read(new java.util.TreeMap<>()), only);
  }

  /**
   * The same, with rules that nobody wrote: their findings are at most likely, and name the counts that the rule rests on.
   *
   * @param mined rule files as {@code rules mine} writes them
   */
  public static Checks of(Rules rules, Rules mined, Set<String> only) {
    List<Check> chosen = new ArrayList<>();
    for (Check check : ALL) if (only.isEmpty() || only.contains(check.id())) chosen.add(check);
    return new Checks(rules, mined, List.copyOf(chosen));
  }

  /** The ids of all checks, in the order in which they run. */
  public static List<String> ids() {
    List<String> ids = new ArrayList<>();
    for (Check check : ALL) ids.add(check.id());
    return ids;
  }

  /** The functions that a file defines, in source order. */
  public List<Function> functions(SourceText text, Tree tree) {
    Units units = borrow(tree);
    List<Function> functions = units.unit(text).functions();
    giveBack(units);
    return functions;
  }

  /**
   * What of a file is not judged though it was asked for: one line for each function that is too large, or not all of which can be read.
   *
   * @param functions which ones to speak of, by name
   */
  public List<String> gaps(SourceText text, Tree tree, java.util.function.Predicate<String> functions) {
    Units units = borrow(tree);
    List<String> gaps = Gaps.of(units.unit(text), functions);
    giveBack(units);
    return gaps;
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
    return findings(text, tree, functions, Doubts.ALL);
  }

  /** The same, for one who reads no {@link Confidence#POSSIBLE} findings: most of them are left out. */
  public List<Finding> sure(SourceText text, Tree tree, Set<String> functions) {
    return findings(text, tree, functions, Doubts.NONE);
  }

  /**
   * The findings of a text after a change that are sure, or that {@link #weigh} may make so.
   *
   * @param functions as for {@link #findings(SourceText, Tree, Set)}
   * @param before the same file before the change
   */
  public List<Finding> changed(SourceText text, Tree tree, Set<String> functions, SourceText before, Tree treeBefore) {
    Units then = borrow(treeBefore);
    Units now = borrow(tree);
    Sides sides = Sides.of(then.unit(before), now.unit(text));
    Weighing weighing = sides.before() == null ? null : new Weighing(sides.before(), null);
    List<Finding> findings = findings(now, text, functions, weighing == null ? Doubts.NONE : (facts, access) -> weighing.mayRaise(facts, access, sides));
    giveBack(then);
    giveBack(now);
    return findings;
  }

  /**
   * The findings of a text that are sure, and the others as far as they are about the same member in the same function as one of those given.
   *
   * @param now findings of the text after a change
   * @param names the name that a function of theirs has in this text
   */
  public List<Finding> matching(SourceText text, Tree tree, Set<String> functions, List<Finding> now, java.util.function.UnaryOperator<String> names) {
    Set<String> wanted = new HashSet<>();
    for (Finding finding : now) wanted.add(names.apply(finding.function()) + " " + Lock.member(finding.subject()));
    return findings(text, tree, functions, (facts, access) -> wanted.contains(facts.name() + " " + Lock.member(access.path().toString())));
  }

  private List<Finding> findings(SourceText text, Tree tree, Set<String> functions, Doubts doubts) {
    Units units = borrow(tree);
    List<Finding> findings = findings(units, text, functions, doubts);
    giveBack(units);
    return findings;
  }

  private List<Finding> findings(Units units, SourceText text, Set<String> functions, Doubts doubts) {
    Unit unit = units.unit(text);
    List<Finding> findings = findings(unit, functions, doubts);
    otherwise(units, unit, functions, doubts, findings);
    return findings;
  }

  /**
   * The locks of the function around a line, as text; empty outside of functions.
   *
   * @param line from 1
   */
  public Optional<String> timeline(SourceText text, Tree tree, int line) {
    Units units = borrow(tree);
    Unit unit = units.unit(text);
    Optional<String> timeline = Optional.empty();
    for (Function function : unit.functions())
      if (function.line() <= line && line <= function.endLine()) {
        Unit read = hasDirective(function) && Variant.live(function, line).equals(Variant.LAST) ? units.otherwise(text) : unit;
        timeline = read.function(function.name()).map(one -> Timeline.of(read, one, line));
      }
    giveBack(units);
    return timeline;
  }

  /** Adds what only holds when the other branches of {@code #if} groups are read, in the functions that have some. */
  private void otherwise(Units units, Unit unit, Set<String> functions, Doubts doubts, List<Finding> findings) {
    Set<String> varied = new java.util.TreeSet<>();
    for (Function function : unit.functions())
      if ((functions.isEmpty() || functions.contains(function.name())) && hasDirective(function) && Variant.of(function).size() > 1) varied.add(function.name());
    if (varied.isEmpty()) return;
    List<Rule> spoken = unit.rules();
    Set<String> said = new HashSet<>();
    for (Finding finding : findings) said.add(key(finding));
    Unit other = units.otherwise(unit.text());
    Facts first = null;
    for (Function function : other.functions()) {
      if (!varied.contains(function.name())) continue;
      Facts facts = first == null ? new Facts(other, function, spoken, Mined.NOTHING, doubts) : first.of(function);
      if (first == null) first = facts;
      List<Finding> here = new ArrayList<>();
      for (Check check : checks) check.findings(facts, here);
      for (Finding finding : here) if (!isConsequence(finding, here) && said.add(key(finding))) findings.add(finding);
    }
    Collections.sort(findings);
  }

  private static String key(Finding finding) {
    return finding.check() + " " + finding.at() + " " + finding.lock() + " " + finding.subject() + " " + finding.kind();
  }

  /** Whether a line of the body begins with {@code #}. */
  private static boolean hasDirective(Function function) {
    byte[] bytes = function.text().bytes();
    for (int i = function.body().start() + 1; i < function.body().end(); i++) if (bytes[i] == '#' && bytes[i - 1] == '\n') return true;
    return false;
  }

  private List<Finding> findings(Unit unit, Set<String> functions, Doubts doubts) {
    List<Rule> spoken = unit.rules();
    List<Finding> findings = new ArrayList<>();
    Facts first = null;
    Mined found = Mined.of(mined.of(unit.text().path()), unit);
    for (Function function : unit.functions()) {
      if (!functions.isEmpty() && !functions.contains(function.name())) continue;
      Facts facts = first == null ? new Facts(unit, function, spoken, found, doubts) : first.of(function);
      if (first == null) first = facts;
      List<Finding> here = new ArrayList<>();
      for (Check check : checks) check.findings(facts, here);
      for (Finding finding : here) if (!isConsequence(finding, here)) findings.add(finding);
    }
    Collections.sort(findings);
    return findings;
  }

  /** A lock whose trylock is misread is also kept and released in the wrong places: one mistake, one question. */
  private static boolean isConsequence(Finding finding, List<Finding> here) {
    if (!finding.check().equals("missing-unlock") && !finding.check().equals("unlock-not-held")) return false;
    for (Finding cause : here) if (cause.check().equals("cond-lock-misuse") && cause.lock().equals(finding.lock())) return true;
    return false;
  }

  /** Count how files of a tree treat the members of structs, one for each thread; they share what they know of the tree. */
  public List<Counter> counters(Tree tree, int threads) {
    OtherFiles shared = Units.others(kernel, tree);
    List<Counter> counters = new ArrayList<>();
    for (int i = 0; i < threads; i++) counters.add(new Counter(Units.of(kernel, tree, shared)));
    return counters;
  }

  /** A name for the tables that decide what a lock is: another table, another name. */
  public String tables() {
    StringBuilder words = new StringBuilder();
    for (String table : List.of("kernel/lock-api.tsv", "kernel/sleeping-api.tsv")) {
      SourceText text = rules.files().get(table);
      words.append(text == null ? "" : keeper.text.ContentId.blob(text.bytes())).append(' ');
    }
    return keeper.text.ContentId.sha256(words.toString()).substring(0, 16);
  }

  /** See {@link #counter}. */
  public static final class Counter {
    private final Units units;

    private Counter(Units units) {
      this.units = units;
    }

    public Census census(SourceText text) {
      return Census.of(units.counted(text));
    }

    /** The uses of these members that the census of a file left out. */
    public Census rest(SourceText text, Set<String> names) {
      return Census.rest(units.counted(text), names);
    }

    /** The headers on which the census of a file depends. */
    public List<String> reach(SourceText text) {
      return units.reach(text);
    }
  }

  /** What is known of a tree's files, for one thread at a time. */
  private Units borrow(Tree tree) {
    synchronized (idle) {
      for (int i = idle.size() - 1; i >= 0; i--) if (idle.get(i).tree() == tree) return idle.remove(i);
    }
    return Units.of(kernel, tree, others(tree));
  }

  /** What is known of a tree's files: of the last few trees that stand for themselves, kept from one patch to the next. */
  private OtherFiles others(Tree tree) {
    Tree own = tree;
    while (own.below().isPresent()) own = own.below().get();
    synchronized (others) {
      for (OtherFiles known : others) if (known.of(own)) return known;
      OtherFiles fresh = Units.others(kernel, own);
      others.add(fresh);
      if (others.size() > MOST_TREES) others.remove(0);
      return fresh;
    }
  }

  private void giveBack(Units units) {
    synchronized (idle) {
      idle.add(units);
      if (idle.size() > MOST_IDLE) idle.remove(0);
    }
  }

  /**
   * The functions that a change can have to do with; empty, which means all of them, when it touched something outside of functions that any of them may depend on.
   *
   * @param before a file
   * @param after the same file after the change
   */
  public Optional<Set<String>> asked(SourceText before, Tree treeBefore, SourceText after, Tree treeAfter) {
    Units then = borrow(treeBefore);
    Units now = borrow(treeAfter);
    Optional<Set<String>> asked = Sides.of(then.unit(before), now.unit(after)).asked();
    giveBack(then);
    giveBack(now);
    return asked;
  }

  /**
   * A function whose effect on locks a change altered: it now wants other locks, takes others, leaves others, or sleeps otherwise.
   *
   * @param at its head after the change
   * @param files other files whose functions may call it
   */
  public record Altered(String name, keeper.text.Place at, List<String> files) {}

  /** The functions that a change altered so that callers which it did not touch may break. */
  public List<Altered> altered(SourceText before, Tree treeBefore, SourceText after, Tree treeAfter) {
    Units then = borrow(treeBefore);
    Units now = borrow(treeAfter);
    Unit unit = now.unit(after);
    List<Altered> altered = new ArrayList<>();
    for (String name : Sides.of(then.unit(before), unit).otherEffect()) {
      Function function = unit.function(name).orElseThrow();
      altered.add(new Altered(name, unit.place(function.head()), function.isStatic() && !after.path().endsWith(".h") ? List.of() : unit.farMentions(name)));
    }
    giveBack(then);
    giveBack(now);
    return altered;
  }

  /** The functions of a file in which one of these names stands. */
  public Set<String> mentioning(SourceText text, Tree tree, Set<String> names) {
    Units units = borrow(tree);
    Set<String> found = new java.util.TreeSet<>();
    for (String name : names) for (Function function : units.unit(text).functionsWith(name)) found.add(function.name());
    giveBack(units);
    return found;
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
    boolean matters = false; // a doubtful finding, or one side of an order
    for (Finding finding : introduced) if (finding.confidence() == Confidence.POSSIBLE || finding.check().equals("lock-order")) matters = true;
    boolean rcu = false;
    for (Check check : checks) {
      if (check instanceof RcuMisuse) rcu = true;
      if (check instanceof CalleeRequiresLock || check instanceof UnguardedAccess || check instanceof WrongMode || check instanceof IrqUnsafe) matters = true; // the text before may speak
    }
    if (!matters && !rcu) return introduced;
    Units unitsBefore = borrow(treeBefore);
    Units unitsAfter = borrow(treeAfter);
    List<Finding> weighed = weigh(introduced, unitsBefore.unit(before), unitsAfter.unit(after), rcu);
    giveBack(unitsBefore);
    giveBack(unitsAfter);
    return weighed;
  }

  /**
   * Whether a lock that a finding misses is taken in more places of this file than before: then a change of several files moved it here, and it is not gone.
   *
   * @param finding one of another file of the same change, made by {@link #weigh}
   */
  public boolean movedTo(Finding finding, SourceText before, Tree treeBefore, SourceText after, Tree treeAfter) {
    boolean helper = finding.check().equals("unguarded-access") && !finding.assumption().isEmpty(); // by hunks alone: its caller in this file may take it now
    if (!finding.kind().equals("exposed") && !helper) return false;
    String lock = finding.lock().substring(Math.max(finding.lock().lastIndexOf('.'), finding.lock().lastIndexOf('>')) + 1);
    Units then = borrow(treeBefore);
    Units now = borrow(treeAfter);
    boolean moved = (!helper || now.unit(after).hasGaps()) && Weighing.takings(now.unit(after), Optional.empty(), lock) > Weighing.takings(then.unit(before), Optional.empty(), lock);
    giveBack(then);
    giveBack(now);
    return moved;
  }

  private boolean runs(String id) {
    for (Check check : checks) if (check.id().equals(id)) return true;
    return false;
  }

  private List<Finding> weigh(List<Finding> introduced, Unit then, Unit now, boolean rcu) {
    if (then.functions().isEmpty() || now.functions().isEmpty()) return introduced;
    Facts old = new Facts(then, then.functions().get(0), then.rules());
    Facts fresh = new Facts(now, now.functions().get(0), now.rules());
    Weakened weakened = new Weakened(old, fresh);
    List<Finding> sorted = new ArrayList<>(new Weighing(old, fresh).weigh(weakened.weigh(introduced)));
    if (rcu) sorted.addAll(weakened.lostGracePeriods());
    if (rcu) for (Finding late : weakened.afterTheSection()) if (runs(late.check()) && sorted.stream().noneMatch(other -> other.function().equals(late.function()) && other.check().equals(late.check()))) sorted.add(late);
    if (runs("irq-unsafe")) for (Finding open : weakened.unmasked()) if (sorted.stream().noneMatch(other -> other.at().equals(open.at()) && other.confidence() != Confidence.POSSIBLE)) sorted.add(open);
    for (Finding lost : new LostLock(old, fresh).findings(sorted)) if (runs(lost.check())) sorted.add(lost);
    Collections.sort(sorted);
    return sorted;
  }
}
