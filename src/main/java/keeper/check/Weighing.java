// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import keeper.c.Function;
import keeper.flow.Step;
import keeper.lock.Held;
import keeper.lock.Holding;
import keeper.lock.Lock;
import keeper.lock.Moment;
import keeper.lock.Summary;
import keeper.lock.Unit;
import keeper.lock.World;
import keeper.rule.Rule;
import keeper.text.Place;
import keeper.text.SourceText;

/**
 * What the text before a change adds to a doubtful finding: a member that was touched under a lock, and no longer is, needs one assumption less than
 * one that never was.
 */
final class Weighing {
  private static final Pattern LOCKS = Pattern.compile("(^|_)(try)?lock(_|$)");

  private static final Pattern REASONS = Pattern.compile("(?i)(?<![bc])lock|serializ|publish|\\brac(e|y|es|ing)\\b|protect|exclusiv|concurren|\\brcu\\b");
  private static final int MOST_COMMENT = 40; // lines above a function

  private final Facts any; // of the file before
  private final Facts now; // of the file after
  private final Set<String> taken = new LinkedHashSet<>(); // functions that took the lock themselves

  Weighing(Facts before, Facts after) {
    this.any = before;
    this.now = after;
  }

  /**
   * Whether a doubtful guess for an access may be {@link #raised}: the same was done under a lock before, and is not now. A {@code false} is sure.
   *
   * @param facts of the text after
   */
  boolean mayRaise(Facts facts, Access access, Sides sides) {
    if (access.kind() == Rule.Access.ADDRESS) return false;
    Optional<Function> then = any.unit().function(facts.name());
    if (then.isEmpty()) return false;
    Set<String> types = heldBefore(then.get()).get(key(access));
    if (types == null) return false; // it was not done before
    for (String type : types) if (lapsed(facts, access, type)) return true;
    if (!sides.entersElse(facts.function()) && keepsEntry(access)) return false;
    for (String type : any.unit().typesAtEntry(then.get())) if (lapsed(facts, access, type)) return true;
    return false;
  }

  private static String key(Access access) {
    return access.kind() + " " + access.path();
  }

  /** By what is done before the change, the types of locks that are held for it somewhere in a function. */
  private Map<String, Set<String>> heldBefore(Function function) {
    Map<String, Set<String>> known = heldBefore.get(function.name());
    if (known != null) return known;
    Map<String, Set<String>> found = new HashMap<>();
    for (Access access : any.of(function).accesses()) {
      Set<String> types = found.computeIfAbsent(key(access), key -> new LinkedHashSet<>());
      for (Held held : access.moment().worlds().get(0).held()) if (held.isSure()) types.add(held.lock().type());
    }
    heldBefore.put(function.name(), found);
    return found;
  }

  private final Map<String, Map<String, Set<String>>> heldBefore = new HashMap<>();

  /** Whether everything that was held when the function was entered still is. */
  private static boolean keepsEntry(Access access) {
    for (World world : access.moment().worlds()) {
      if (world.unseen() || !world.freed().isEmpty()) return false;
      for (Held held : world.held()) if (!held.isSure()) return false;
    }
    return true;
  }

  private static boolean lapsed(Facts facts, Access access, String lockType) {
    if (facts.held().exhausted()) return true;
    for (World world : access.moment().worlds()) if (facts.unit().holdingType(facts.held(), world, lockType) != Holding.HELD) return true;
    return false;
  }

  List<Finding> weigh(List<Finding> findings) {
    List<Finding> weighed = new ArrayList<>();
    List<Finding> raised = new ArrayList<>();
    for (Finding finding : findings) {
      Finding other = finding.confidence() == Confidence.POSSIBLE ? raised(finding) : null;
      if (other != null && !taken.contains(finding.function())) {
        // Its callers held the lock: the question belongs where one of them no longer does.
        Finding moved = atCaller(other, weighed);
        if (moved != null && !weighed.contains(moved)) {
          weighed.add(moved);
          raised.add(moved);
        }
        other = null;
      }
      weighed.add(other == null ? finding : other);
      if (other != null) raised.add(other);
    }
    return fewer(weighed, raised);
  }

  /** One lock that went away is told once a function: where the function took it itself, and by its writes when there are some. */
  private List<Finding> fewer(List<Finding> weighed, List<Finding> raised) {
    List<Finding> kept = new ArrayList<>();
    for (Finding finding : weighed) {
      boolean drop = false;
      if (raised.contains(finding) && finding.check().equals("unguarded-access"))
        for (Finding other : raised) {
          if (other == finding || !other.check().equals("unguarded-access") || !Lock.member(other.lock()).equals(Lock.member(finding.lock()))) continue;
          boolean here = other.function().equals(finding.function());
          if (!here && taken.contains(other.function()) && !taken.contains(finding.function())) drop = true;
          if (here && finding.kind().equals("read") && !other.kind().equals("read")) drop = true;
          if (here && finding.kind().equals(other.kind()) && other.at().line() < finding.at().line() && finding.kind().equals("read")) drop = true;
        }
      kept.add(drop ? new Finding(finding.check(), finding.rule(), finding.at(), finding.function(), finding.lock(), finding.subject(), finding.kind(), finding.held(), Confidence.POSSIBLE,
          finding.assumption(), finding.message(), finding.evidence()) : finding);
    }
    return kept;
  }

  /** The finding at the call that used to hold the lock; null when there is none, or when it is told already. */
  private Finding atCaller(Finding finding, List<Finding> weighed) {
    Function callee = now.unit().function(finding.function()).orElse(null);
    if (callee == null || takesMore(callee, finding.lock())) return null; // it went in there
    for (Unit.Site site : now.unit().sites(finding.function())) {
      Optional<Function> then = any.unit().function(site.caller().name());
      if (then.isEmpty()) continue;
      Held held = null;
      boolean all = true;
      for (Moment moment : any.of(then.get()).moments()) {
        if (!(moment.step() instanceof Step.Call call) || !call.callee().equals(finding.function())) continue;
        Held own = own(moment, finding.lock());
        if (own == null) all = false;
        held = own;
      }
      if (!callee.isStatic() && !isHeldElsewhere(callee, site, finding.lock())) continue; // callers in other files may do without it
      if (takesUnseen(any.of(then.get()), now.of(site.caller())) || !all || held == null || own(site.moment(), finding.lock()) != null || isFresh(site, finding)) continue;
      Facts caller = now.of(site.caller());
      for (Finding other : weighed)
        if (other.function().equals(caller.name()) && other.subject().equals(finding.function()) && Lock.member(other.lock()).equals(Lock.member(finding.lock()))) return null;
      List<Witness> evidence = new ArrayList<>();
      evidence.add(new Witness(caller.place(site.call().at()), finding.function() + "() is called here; before this change " + held.lock().text() + " was held for it" + by(held)));
      evidence.addAll(finding.evidence());
      List<String> locks = caller.heldAt(site.moment().worlds());
      if (isExchanged(locks) || isExplained(any.of(then.get()), caller)) continue;
      String message = "Does " + finding.function() + "() need " + held.lock().text() + " here? It touches " + finding.subject() + ", and before this change it was called with the lock held"
          + by(held) + "; held here: " + (locks.isEmpty() ? "nothing that is visible" : String.join(", ", locks)) + ".";
      return new Finding(finding.check(), finding.rule(), caller.place(site.call().at()), caller.name(), held.lock().text(), finding.function(), "call", locks, Confidence.LIKELY,
          "assuming that no caller of " + caller.name() + "() holds it now", message, evidence);
    }
    return null;
  }

  /** A lock is held that the change itself made. */
  private boolean isExchanged(List<String> held) {
    for (String lock : held) if (!lock.startsWith("rcu_") && !any.unit().mentionsWord(Lock.member(lock.replace("?", "")).replace("()", ""))) return true;
    return false;
  }

  /** For a read, another lock than before will do. */
  private static boolean isExchangedHere(Facts before, Finding finding) {
    List<String> was = new ArrayList<>();
    for (Access access : before.accesses()) if (access.path().toString().equals(finding.subject())) for (String lock : before.heldAt(access.moment().worlds())) was.add(Lock.member(lock.replace("?", "")));
    for (String lock : finding.held()) if (!lock.startsWith("rcu_") && !was.contains(Lock.member(lock.replace("?", "")))) return true;
    return false;
  }

  /** The change wrote a comment to the function, or above it, that says why no lock is needed: {@code still unpublished}. Its author thought of it. */
  static boolean isExplained(Facts before, Facts after) {
    List<String> old = comments(before);
    for (String line : comments(after)) if (!old.contains(line) && REASONS.matcher(line).find()) return true;
    return false;
  }

  private static List<String> comments(Facts facts) {
    List<String> lines = new ArrayList<>();
    int head = facts.text().place(facts.function().head().start()).line();
    for (int line = Math.max(1, head - MOST_COMMENT); line <= facts.function().endLine(); line++) {
      String text = facts.text().lineText(line).strip();
      if (line < head && (text.isEmpty() || text.equals("}"))) lines.clear(); // it belongs to what stands above
      if (text.startsWith("*") || text.contains("/*") || text.contains("//")) lines.add(text);
    }
    return lines;
  }

  private boolean isHeldElsewhere(Function callee, Unit.Site but, String lock) {
    for (Unit.Site site : now.unit().sites(callee.name())) if (site.caller() != but.caller() && own(site.moment(), lock) != null) return true;
    return false;
  }

  /** The function takes the lock in more places than before. */
  private boolean takesMore(Function function, String lock) {
    return takers(now.unit(), Lock.member(lock)).getOrDefault(function.name(), 0) > takers(any.unit(), Lock.member(lock)).getOrDefault(function.name(), 0);
  }

  /** It calls something now that it did not call before, that cannot be seen, and that sounds like taking locks: {@code refill_and_lock()}. */
  static boolean takesUnseen(Facts before, Facts after) {
    for (Moment moment : after.moments()) {
      if (!(moment.step() instanceof Step.Call call) || !LOCKS.matcher(call.callee()).find()) continue;
      if (after.kernel().lock(call.callee()).isPresent() || after.unit().summary(call.callee()).isPresent()) continue;
      boolean known = false;
      for (Moment then : before.moments()) if (then.step() instanceof Step.Call old && old.callee().equals(call.callee())) known = true;
      if (!known) return true;
    }
    return false;
  }

  /** The object that the callee touches was made by the caller, and nobody else knows it yet. */
  private boolean isFresh(Unit.Site site, Finding finding) {
    Optional<Function> callee = now.unit().function(finding.function());
    if (callee.isEmpty()) return false;
    Facts caller = now.of(site.caller());
    List<keeper.c.Parameter> parameters = callee.get().parameters();
    for (int i = 0; i < parameters.size() && i < site.call().arguments().size(); i++) {
      String name = parameters.get(i).name();
      boolean root = finding.subject().equals(name) || finding.subject().startsWith(name + "->") || finding.subject().equals("*" + name);
      if (root && UnguardedAccess.isFresh(caller, site.call().arguments().get(i), site.moment().worlds())) return true;
    }
    return false;
  }

  /**
   * Whether the lock is now taken in more places outside of the function than before: then it was moved, to a caller or into a macro, and not taken away.
   * Heuristic: lines are counted, whatever they stand in.
   */
  private boolean movedElsewhere(Finding finding) {
    return movedElsewhere(any.unit(), now.unit(), finding.function(), Lock.member(finding.lock()));
  }

  static boolean movedElsewhere(Unit before, Unit after, String function, String lock) {
    if (takings(after, after.function(function), lock) <= takings(before, before.function(function), lock)) return false;
    Map<String, Integer> then = takers(before, lock);
    for (Map.Entry<String, Integer> taker : takers(after, lock).entrySet()) {
      String name = taker.getKey();
      if (name.equals(function) || taker.getValue() <= then.getOrDefault(name, 0)) continue;
      if (name.isEmpty() || before.function(name).isEmpty() || calls(after, name, function) || calls(after, function, name)) return true;
    }
    return false; // others that have nothing to do with this one
  }

  /** One function speaks of the other, itself or through a third one. */
  private static boolean calls(Unit unit, String caller, String callee) {
    for (Function direct : unit.functionsWith(callee)) {
      if (direct.name().equals(caller)) return true;
      for (Function further : unit.functionsWith(direct.name())) if (further.name().equals(caller)) return true;
    }
    return false;
  }

  /** How often a call that takes something names the lock, by the function it stands in; by the empty name outside of all. */
  private static Map<String, Integer> takers(Unit unit, String lock) {
    Map<String, Integer> takers = new TreeMap<>();
    for (int offset : unit.offsets(lock)) {
      Place place = unit.text().place(offset);
      if (!takes(callAround(unit.text().lineText(place.line()), place.column() - 1))) continue;
      Function inside = unit.around(offset);
      takers.merge(inside == null ? "" : inside.name(), 1, Integer::sum);
    }
    return takers;
  }

  static int takings(Unit unit, Optional<Function> function, String lock) {
    SourceText text = unit.text();
    int count = 0;
    for (int offset : unit.offsets(lock)) {
      if (function.isPresent() && function.get().head().start() <= offset && offset < function.get().body().end()) continue;
      Place place = text.place(offset);
      if (takes(callAround(text.lineText(place.line()), place.column() - 1))) count++;
    }
    return count;
  }

  /** The name of the call in whose brackets a place stands; empty without one. */
  private static String callAround(String source, int at) {
    for (int open = source.lastIndexOf('(', at); open > 0; open = source.lastIndexOf('(', open - 1)) {
      int start = open;
      while (start > 0 && Character.isJavaIdentifierPart(source.charAt(start - 1))) start--;
      if (start < open) return source.substring(start, open);
    }
    return "";
  }

  private static boolean takes(String call) {
    if (call.contains("unlock") || call.contains("assert") || call.contains("is_held") || call.contains("init")) return false;
    return call.contains("lock") || call.contains("guard") || call.startsWith("down_");
  }

  /**
   * By hunks alone: what is released below the shown lines, or taken in them, was held before the change as well, so that the new way out, or the new sleep, is what is new.
   */
  private Finding shown(Finding finding) {
    Optional<Function> then = any.unit().function(finding.function());
    if (!now.unit().hasGaps() || then.isEmpty() || any.unit().held(then.get()).exhausted()) return null;
    boolean held = false;
    for (Moment moment : any.of(then.get()).moments())
      for (World world : moment.worlds()) for (Held h : world.held()) held |= h.isSure() && h.origin() != Held.Origin.ASSERTED && h.lock().text().equals(finding.lock());
    if (!held) return null;
    if (finding.check().equals("missing-unlock"))
      for (keeper.lock.Exit exit : any.unit().held(then.get()).exits())
        for (Held h : exit.world().held()) if (h.isSure() && h.lock().text().equals(finding.lock())) return null; // it left with the lock held before: so it may
    taken.add(finding.function());
    return new Finding(finding.check(), finding.rule(), finding.at(), finding.function(), finding.lock(), finding.subject(), finding.kind(), finding.held(), Confidence.LIKELY, finding.assumption(), finding.message(), finding.evidence());
  }

  private Finding raised(Finding finding) {
    if (finding.check().equals("missing-unlock") || finding.check().equals("sleep-in-atomic")) return finding.assumption().endsWith("shown") ? shown(finding) : null;
    Optional<Function> function = any.unit().function(finding.function());
    Optional<Function> fresh = now.unit().function(finding.function());
    if (function.isEmpty() || fresh.isEmpty() || movedElsewhere(finding)) return null;
    Facts before = any.of(function.get());
    if (isExchanged(finding.held()) || takesUnseen(before, now.of(fresh.get())) || isExplained(before, now.of(fresh.get()))) return null;
    if (finding.kind().equals("read") && isExchangedHere(before, finding)) return null;
    String by = finding.check().equals("unguarded-access") ? accessed(before, finding) : finding.check().equals("callee-requires-lock") ? called(before, finding) : null;
    if (by == null) return null;
    List<Witness> evidence = new ArrayList<>(finding.evidence());
    evidence.add(new Witness(finding.at(), "before this change " + finding.lock() + " was held here" + by));
    String assumption = "assuming that no caller holds " + finding.lock() + " now";
    String message = finding.message() + " Before this change it was held here" + by + ".";
    return new Finding(finding.check(), finding.rule(), finding.at(), finding.function(), finding.lock(), finding.subject(), finding.kind(), finding.held(), Confidence.LIKELY, assumption, message, evidence);
  }

  /** Who held the lock for this access before; null when it was not held for sure. */
  private String accessed(Facts before, Finding finding) {
    String how = null;
    int guarded = 0; // how often the member was touched so under the lock
    for (Access access : before.accesses()) {
      if (!access.path().toString().equals(finding.subject()) || !access.kind().name().equalsIgnoreCase(finding.kind())) continue;
      Held own = own(access.moment(), finding.lock());
      if (own != null) {
        if (own.origin() == Held.Origin.ASSERTED) return null; // the demand itself is gone: that is what the change is about
        taken.add(finding.function());
        guarded++;
        how = by(own);
        continue;
      }
      if (access.kind() == Rule.Access.ADDRESS) return null;
      Inference.Guess guess = before.inference().guess(before, access);
      if (guess == null || !Lock.member(guess.text()).equals(Lock.member(finding.lock()))) return null;
      for (World world : access.moment().worlds()) if (before.unit().holdingType(before.held(), world, guess.lock()) != Holding.HELD) return null;
      how = ", by the callers of " + finding.function() + "()";
    }
    boolean peek = guarded > 0 && finding.kind().equals("read") && guarded(finding) >= guarded;
    return peek ? null : how;
  }

  /** How often the same is done under the lock after the change: a look that comes on top of those may be meant as one. */
  private int guarded(Finding finding) {
    Optional<Function> function = now.unit().function(finding.function());
    int count = 0;
    if (function.isPresent())
      for (Access access : now.of(function.get()).accesses())
        if (access.path().toString().equals(finding.subject()) && access.kind() == Rule.Access.READ && own(access.moment(), finding.lock()) != null) count++;
    return count;
  }

  private String called(Facts before, Finding finding) {
    String how = null;
    for (Moment moment : before.moments()) {
      if (!(moment.step() instanceof Step.Call call) || !call.callee().equals(finding.subject())) continue;
      Held own = own(moment, finding.lock());
      if (own == null) {
        Optional<Summary> callee = before.unit().summary(call.callee());
        if (callee.isEmpty()) return null;
        boolean held = false;
        for (Summary.Need need : callee.get().required()) {
          for (World world : moment.worlds()) {
            Lock lock = before.unit().translate(need.lock(), call, callee.get().function(), world);
            if (lock != null && Lock.member(lock.text()).equals(Lock.member(finding.lock())) && before.holding(world, lock) == Holding.HELD) held = true;
          }
        }
        if (!held) return null;
        how = ", by the callers of " + finding.function() + "()";
        continue;
      }
      taken.add(finding.function());
      how = by(own);
    }
    return how;
  }

  private static String by(Held own) {
    return own.origin() == Held.Origin.ASSERTED ? "" : ", by " + own.by() + "()";
  }

  /** The lock as the function itself held it in every world of a moment, or null. */
  private static Held own(Moment moment, String lock) {
    Held found = null;
    for (World world : moment.worlds()) {
      Held here = null;
      for (Held held : world.held()) if (held.isSure() && Lock.member(held.lock().text()).equals(Lock.member(lock))) here = held;
      if (here == null) return null;
      found = here;
    }
    return found;
  }
}
