// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import keeper.c.Function;
import keeper.flow.AccessPath;
import keeper.flow.Step;
import keeper.flow.Value;
import keeper.lock.Held;
import keeper.lock.Holding;
import keeper.lock.Lock;
import keeper.lock.Moment;
import keeper.lock.OtherFiles;
import keeper.lock.Summary;
import keeper.lock.Unit;
import keeper.lock.World;
import keeper.rule.LockApi;
import keeper.rule.Rule;

/**
 * A lock that a change took away from what it left in place: a function held it for a store, a list operation or a call, and now holds nothing in its place. That alone is no mistake; somebody
 * else who still takes the lock for the same makes it a question: other functions of the file, the object's own lock, or callers in other files ({@link Holders}).
 *
 * <p>Silent where the lock went somewhere else (to a caller, a callee, another file of the patch), where another one came for it, where it is done away with in the whole file, and where
 * holding it was the mistake: the code below it sleeps, takes it again or waits for who takes it.
 */
final class LostLock {
  private static final int FEWEST_FUNCTIONS = 2; // that touch the member while another file holds the lock for them

  private final Facts before;
  private final Facts after;
  private final Holders holders;

  LostLock(Facts before, Facts after) {
    this.before = before;
    this.after = after;
    this.holders = new Holders(before, after);
  }

  /**
   * One finding a function and lock.
   *
   * @param known what is said of the text after already: one question about a lock is enough
   */
  List<Finding> findings(List<Finding> known) {
    List<Finding> found = new ArrayList<>();
    for (Function now : after.unit().functions()) {
      Optional<Function> then = before.unit().function(now.name());
      if (then.isEmpty() || Weakened.sameText(then.get(), now)) continue;
      Facts old = before.of(then.get());
      Facts fresh = after.of(now);
      if (old.held().exhausted() || fresh.held().exhausted()) continue;
      List<Finding> here = new ArrayList<>();
      inThisFile(old, fresh, known, here);
      if (before.unit().speaksOfLocks(then.get())) inOtherFiles(old, fresh, known, here);
      found.addAll(here);
    }
    return found;
  }

  private static boolean isAsked(Facts facts, String lock, List<Finding> known) {
    for (Finding other : known) if (other.confidence() != Confidence.POSSIBLE && other.function().equals(facts.name()) && Lock.member(other.lock()).equals(Lock.member(lock))) return true;
    return false;
  }

  // ---- who else holds it in this file ----

  private void inThisFile(Facts old, Facts fresh, List<Finding> known, List<Finding> found) {
    Map<String, Taken> was = Taken.of(old);
    if (was.isEmpty() || Weighing.takesUnseen(old, fresh) || Weighing.isExplained(old, fresh)) return;
    Map<String, Taken> is = Taken.of(fresh);
    Map<String, List<Deed>> then = null;
    Map<String, List<Deed>> now = null;
    for (Taken lock : was.values()) {
      boolean lost = !isAsked(fresh, lock.name(), known) && isLost(lock, fresh, was, is, known);
      boolean shorter = !lost && !lock.isSection() && is.containsKey(lock.key()) && !isAsked(fresh, lock.name(), known);
      boolean weaker = lock.held().mode() == LockApi.Mode.WRITE && !isAsked(fresh, lock.name(), known);
      if (!lost && !weaker && !shorter) continue;
      if (then == null) then = Deed.of(old);
      if (now == null) now = Deed.of(fresh);
      Finding finding = lost || shorter ? uncovered(old, fresh, lock, then, now, shorter) : null;
      if (finding == null && weaker) finding = shared(fresh, lock, then, now);
      if (finding != null) found.add(finding);
    }
  }

  private static String check(Taken lock) {
    return lock.isSection() ? "rcu-misuse" : "unguarded-access";
  }

  /** The function takes it less often now, nothing came in its place, and it did not move. */
  private boolean isLost(Taken lock, Facts fresh, Map<String, Taken> was, Map<String, Taken> is, List<Finding> known) {
    Taken still = is.get(lock.key());
    if (still != null && still.sites() >= lock.sites()) return false;
    for (Taken other : is.values()) if (!was.containsKey(other.key()) || was.get(other.key()).sites() < other.sites()) return false; // another one came for it
    for (Finding other : known) if (other.function().equals(fresh.name()) && other.confidence() != Confidence.POSSIBLE && other.check().equals(check(lock))) return false;
    if (lock.isSection()) return sections(after.unit()) < sections(before.unit()); // else it stands elsewhere now
    return !isDoneAway(lock) && !Weighing.movedElsewhere(before.unit(), after.unit(), fresh.name(), lock.member());
  }

  private static int sections(Unit unit) {
    return unit.occurrences("rcu_read_lock") + unit.occurrences("rcu_read_lock_bh") + unit.occurrences("srcu_read_lock") + unit.occurrences("rcu") + unit.occurrences("srcu");
  }

  /** No function of the file takes it any more, though others than this one did. */
  private boolean isDoneAway(Taken lock) {
    String member = lock.member().replace("()", "");
    return before.unit().mentionsWord(member) && !after.unit().mentionsWord(member);
  }

  /**
   * The weightiest thing that was always done under the lock, and now never is.
   *
   * @param shorter the lock is still taken, and covers less: only what all others do under it is asked about
   */
  private Finding uncovered(Facts old, Facts fresh, Taken lock, Map<String, List<Deed>> then, Map<String, List<Deed>> now, boolean shorter) {
    Deed first = null;
    Witness witness = null;
    for (Map.Entry<String, List<Deed>> entry : then.entrySet()) {
      List<Deed> deeds = entry.getValue();
      if (!deeds.stream().allMatch(deed -> lock.isHeld(deed.moment()))) continue;
      if (wasMistaken(old, deeds.get(0), lock) && holders.here(Set.of(fresh.name()), deeds.get(0), lock).witness() == null) return null; // and nobody else does so
      List<Deed> still = now.getOrDefault(entry.getKey(), List.of());
      if ((shorter && deeds.get(0).kind() != Deed.Kind.CALL || deeds.get(0).kind() == Deed.Kind.LOOK) && still.stream().anyMatch(deed -> lock.isHeld(deed.moment()))) continue; // it is done, or looked at again, under the lock
      for (Deed left : still) {
        if (!lock.isGone(deeds.get(0).moment(), left.moment()) || first != null && left.kind().compareTo(first.kind()) <= 0) continue;
        boolean moved = shorter && left.kind() == Deed.Kind.CALL && (still.size() == deeds.size() || !isBehind(fresh, left, lock)); // a shorter section is often meant; the same once more behind it is not
        Holders.Here others = holders.here(Set.of(fresh.name()), left, lock);
        boolean foreign = shorter && left.kind() == Deed.Kind.LOOK && !Holders.isOwn(left, lock); // of another object
        boolean asks = !moved && !foreign && isAbout(fresh, left, lock) && others.asks(left) && (!shorter || others.without() == 0);
        if (!asks && !shorter && lock.isSection()) asks = left.readsUnderRcu();
        else if (!asks && !shorter && left.kind() == Deed.Kind.TOUCH) asks = others.without() == 0 && holders.ownLock(fresh, left, lock);
        else if (!asks && left.kind() == Deed.Kind.CALL) {
          Holders.Here through = holders.through(fresh, left, lock);
          asks = through != null || !shorter && holders.ownLookup(fresh, left, lock);
          if (through != null) others = through;
        }
        if (!asks) continue;
        first = left;
        witness = others.witness();
      }
    }
    if (first == null || heldByCallers(fresh, lock) || isHandedOver(fresh) || !first.stores() && isMarked(old, fresh, lock)) return null;
    return told(fresh, lock, first, witness);
  }

  /** The lock was released on every way to it. */
  private static boolean isBehind(Facts facts, Deed deed, Taken lock) {
    if (!deed.moment().worlds().stream().allMatch(world -> world.isFree(lock.held().lock().path()))) return false;
    for (Moment moment : facts.moments()) if (moment.step().at().start() < deed.at().start() && lock.isHeld(moment)) return true;
    return false;
  }

  /** A section can be for any call where nothing else is held; a lock is for what it is handed, or a part of. */
  private static boolean isAbout(Facts facts, Deed deed, Taken lock) {
    if (lock.isSection()) return deed.kind() == Deed.Kind.CALL && deed.moment().worlds().stream().allMatch(world -> world.held().isEmpty());
    if (deed.kind() != Deed.Kind.CALL || lock.held().lock().isGlobal() || lock.held().kind().equals("opaque")) return true;
    World world = deed.moment().worlds().get(0);
    String root = lock.held().lock().root();
    if (root.startsWith("#") || !facts.held().graph().variables().containsKey(root)) return true; // reached by a call, or from a global variable
    for (Value argument : ((Step.Call) deed.moment().step()).arguments()) {
      AccessPath path = argument instanceof Value.Stored s ? s.path() : argument instanceof Value.AddressOf a ? a.path() : null;
      if (path != null && (path.root().equals(root) || world.canonical(path).startsWith(root))) return true;
    }
    return false;
  }

  /** Holding the lock here was the mistake: this sleeps under a spinlock, takes it again, or waits. */
  private static boolean wasMistaken(Facts old, Deed deed, Taken lock) {
    if (!(deed.moment().step() instanceof Step.Call call)) return false;
    World world = deed.moment().worlds().get(0);
    if (lock.held().atomic() && !old.unit().sleepsOf(call, old.held(), world).isEmpty()) return true;
    return waits(call.callee()) || takes(old.unit(), call.callee(), need -> need.member().equals(lock.held().lock().member()));
  }

  private static boolean waits(String callee) {
    for (String word : List.of("flush_", "synchronize_", "wait_for_completion", "wait_event", "free_irq", "disable_irq", "kthread_stop", "destroy_workqueue", "drain_")) if (callee.startsWith(word)) return true;
    return callee.endsWith("_sync");
  }

  private static boolean takes(Unit unit, String callee, java.util.function.Predicate<Lock> which) {
    Optional<Summary> summary = unit.summary(callee);
    return summary.isPresent() && summary.get().taken().stream().anyMatch(need -> which.test(need.lock()));
  }

  /** All callers in this file hold it now, or the function says that it is held. */
  private static boolean heldByCallers(Facts fresh, Taken lock) {
    if (!fresh.unit().sitesWith(fresh.function(), lock.held().lock(), Holding.HELD).isEmpty()) return true;
    for (Unit.Site site : fresh.unit().sites(fresh.name())) if (lock.isHeld(site.moment())) return true;
    return false;
  }

  /** Its name is handed to something that calls it with a lock held: {@code kref_put_mutex(&x->ref, release, &lock)}. */
  private static boolean isHandedOver(Facts fresh) {
    for (Unit.Reference reference : fresh.unit().references(fresh.name())) if (reference.context().contains("_lock(") || reference.context().contains("_mutex(") || reference.context().contains("_locked(")) return true;
    return false;
  }

  /** What was plainly touched under the lock is touched without it now, and marked so: {@code READ_ONCE(x->ready)}. To do without the lock is what the change is about. It excuses no store. */
  private static boolean isMarked(Facts old, Facts fresh, Taken lock) {
    for (Access access : fresh.accesses()) {
      if (access.type().startsWith("?") || !fresh.intendedUnlocked(access.at()) || lock.isHeld(access.moment())) continue;
      for (Access then : old.accesses())
        if (then.type().equals(access.type()) && then.path().toString().equals(access.path().toString()) && !old.intendedUnlocked(then.at()) && lock.isHeld(then.moment())) return true;
    }
    return false;
  }

  private static Finding told(Facts fresh, Taken lock, Deed deed, Witness witness) {
    String name = lock.name();
    List<String> held = fresh.heldAt(deed.moment().worlds());
    String message = "Does " + deed.subject() + " no longer need " + name + " here? Before this change " + fresh.name() + "() took it for this, by " + lock.held().by() + "(); held here now: " + shown(held) + ".";
    List<Witness> evidence = new ArrayList<>(fresh.takings(deed.moment().worlds()));
    evidence.add(new Witness(fresh.place(deed.at()), "before this change " + name + " was held here, by " + lock.held().by() + "()"));
    if (witness != null) evidence.add(witness);
    return new Finding(check(lock), "", fresh.place(deed.at()), fresh.name(), name, deed.subject(), "exposed", held, Confidence.LIKELY,
        "assuming that no caller of " + fresh.name() + "() holds " + name + " now", message, evidence);
  }

  /** A store for which the lock was held alone, and is held for reading now. */
  private Finding shared(Facts fresh, Taken lock, Map<String, List<Deed>> before, Map<String, List<Deed>> now) {
    for (Map.Entry<String, List<Deed>> entry : before.entrySet())
      for (Deed then : entry.getValue()) {
        if (then.kind() != Deed.Kind.TOUCH || lock.mode(then.moment()) != LockApi.Mode.WRITE) continue;
        for (Deed deed : now.getOrDefault(entry.getKey(), List.of())) {
          if (lock.mode(deed.moment()) != LockApi.Mode.READ || holders.here(Set.of(fresh.name()), deed, lock).without() > 0) continue;
          String message = "Is it enough to hold " + lock.name() + " for reading here? Before this change " + fresh.name() + "() held it for writing round " + deed.subject() + ", by " + lock.held().by()
              + "(); others may do the same at the same time now.";
          List<Witness> evidence = new ArrayList<>(fresh.takings(deed.moment().worlds()));
          evidence.add(new Witness(fresh.place(deed.at()), "before this change " + lock.name() + " was held for writing here"));
          return new Finding("wrong-mode", "", fresh.place(deed.at()), fresh.name(), lock.name(), deed.subject(), "shared", fresh.heldAt(deed.moment().worlds()), Confidence.LIKELY,
              "assuming that no other lock keeps the writers apart", message, evidence);
        }
      }
    return null;
  }

  // ---- who else holds it in other files ----

  private void inOtherFiles(Facts old, Facts fresh, List<Finding> known, List<Finding> found) {
    List<Finding> said = new ArrayList<>(known);
    said.addAll(found);
    List<Finding> far = new ArrayList<>();
    calls(old, fresh, far);
    accesses(old, fresh, far);
    for (Finding finding : far) if (!isAsked(fresh, finding.lock(), said)) found.add(finding);
  }

  private void calls(Facts old, Facts fresh, List<Finding> found) {
    Map<String, Held> held = new LinkedHashMap<>(); // by callee; null where some call was without
    for (Moment moment : old.moments()) {
      if (!(moment.step() instanceof Step.Call call) || call.callee().isEmpty()) continue;
      if (!held.containsKey(call.callee()) || held.get(call.callee()) != null) held.put(call.callee(), own(moment));
    }
    Set<String> said = new LinkedHashSet<>();
    for (Moment moment : fresh.moments()) {
      if (!(moment.step() instanceof Step.Call call)) continue;
      Held was = held.get(call.callee());
      if (was == null || said.contains(call.callee()) || !isMissing(fresh, moment, was)) continue;
      Function callee = after.unit().function(call.callee()).orElse(null);
      if (callee == null || callee.isStatic() || !writes(after.of(callee))) continue; // it is here, others can call it, and it changes something
      if (after.unit().summary(call.callee()).isEmpty() || takes(after.unit(), call.callee(), lock -> lock.like(was.lock()))) continue;
      List<OtherFiles.Caller> callers = holders.ofCall(call.callee(), was);
      if (callers.isEmpty()) continue;
      said.add(call.callee());
      List<Witness> evidence = new ArrayList<>();
      evidence.add(new Witness(fresh.place(call.at()), call.callee() + "() is called here; before this change " + was.lock().text() + " was held for it, by " + was.by() + "()"));
      for (OtherFiles.Caller caller : callers) evidence.add(new Witness(caller.at(), caller.function() + "() holds it for this call"));
      String message = "Does " + call.callee() + "() need " + was.lock().text() + " here? Before this change it was held for this call, by " + was.by() + "(), and "
          + callers.get(0).function() + "() in " + callers.get(0).at().path() + " holds it; held here: " + shown(fresh.heldAt(moment.worlds())) + ".";
      found.add(new Finding("callee-requires-lock", "", fresh.place(call.at()), fresh.name(), was.lock().text(), call.callee(), "call", fresh.heldAt(moment.worlds()), Confidence.LIKELY,
          "assuming that no caller of " + fresh.name() + "() holds it now", message, evidence));
    }
  }

  private static boolean writes(Facts facts) {
    for (Access access : facts.accesses()) if (access.kind() == Rule.Access.WRITE || access.kind() == Rule.Access.FREE) return true;
    return false;
  }

  private void accesses(Facts old, Facts fresh, List<Finding> found) {
    Map<String, Held> held = new LinkedHashMap<>(); // by member and kind
    for (Access access : old.accesses()) {
      Held own = access.type().startsWith("?") ? null : own(access.moment());
      if (own != null) held.putIfAbsent(access.type() + " " + access.kind(), own);
    }
    Set<String> said = new LinkedHashSet<>();
    for (Access access : fresh.accesses()) {
      Held was = access.kind() == Rule.Access.ADDRESS ? null : held.get(access.type() + " " + access.kind());
      if (was == null || said.contains(was.lock().path()) || fresh.intendedUnlocked(access.at()) || !isMissing(fresh, access.moment(), was) || stillTakes(fresh, was)) continue;
      Map<String, List<OtherFiles.Caller>> users = holders.ofMember(fresh, access, was);
      if (users.size() < FEWEST_FUNCTIONS) continue;
      said.add(was.lock().path());
      String subject = access.path().toString();
      List<Witness> evidence = new ArrayList<>();
      evidence.add(new Witness(fresh.place(access.at()), subject + " is touched here; before this change " + was.lock().text() + " was held for it, by " + was.by() + "()"));
      users.forEach((function, callers) -> evidence.add(new Witness(callers.get(0).at(), callers.get(0).function() + "() holds it for " + function + "(), which touches " + access.member() + " too")));
      OtherFiles.Caller first = users.values().iterator().next().get(0);
      String message = "Does this use of " + subject + " need " + was.lock().text() + "? Before this change it was held here, by " + was.by() + "(), and " + first.function() + "() in " + first.at().path()
          + " holds it for " + users.keySet().iterator().next() + "(), which touches it too; held here: " + shown(fresh.heldAt(access.moment().worlds())) + ".";
      found.add(new Finding("unguarded-access", "", fresh.place(access.at()), fresh.name(), was.lock().text(), subject, access.kind().name().toLowerCase(java.util.Locale.ROOT), fresh.heldAt(access.moment().worlds()),
          Confidence.LIKELY, "assuming that no caller of " + fresh.name() + "() holds it now", message, evidence));
    }
  }

  /** The function still takes such a lock somewhere: its author thought about where. */
  private static boolean stillTakes(Facts facts, Held lock) {
    for (Moment moment : facts.moments())
      for (World world : moment.worlds()) if (world.findLike(lock.lock()) != null) return true;
    return false;
  }

  /** A lock that the function itself took, in every world of a moment; the last one taken. */
  private static Held own(Moment moment) {
    Held found = null;
    for (Held held : moment.worlds().get(0).held()) {
      boolean taken = held.origin() == Held.Origin.TAKEN || held.origin() == Held.Origin.GUARD;
      if (!taken || !MissingUnlock.strict(held.kind()) || held.kind().equals("rcu") || held.kind().equals("srcu") || held.lock().type().startsWith("?")) continue;
      boolean all = true;
      for (World world : moment.worlds()) {
        Held there = world.find(held.lock().path());
        if (there == null || !there.isSure()) all = false;
      }
      if (all && found == null) found = held;
    }
    return found;
  }

  private static boolean isMissing(Facts facts, Moment moment, Held was) {
    for (World world : moment.worlds()) {
      if (world.opaque() || world.unseen() || world.findLike(was.lock()) != null) return false;
      if (facts.unit().holdingType(facts.held(), world, was.lock().type()) == Holding.HELD) return false;
    }
    return true;
  }

  private static String shown(List<String> held) {
    return held.isEmpty() ? "nothing that is visible" : String.join(", ", held);
  }
}
