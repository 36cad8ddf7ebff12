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
import keeper.flow.Step;
import keeper.lock.Held;
import keeper.lock.HeldLocks;
import keeper.lock.Holding;
import keeper.lock.Lock;
import keeper.lock.Moment;
import keeper.lock.OtherFiles;
import keeper.lock.Summary;
import keeper.lock.Unit;
import keeper.lock.World;
import keeper.rule.Rule;

/**
 * A lock that a function held for a call or an access before a change, and no longer holds, while other files still hold it: for the same call, or when they
 * call the functions that touch the same member. One file alone cannot say so.
 */
final class LostLock {
  private static final int FEWEST_FUNCTIONS = 2; // that touch the member with the lock held by another file

  private final Facts before;
  private final Facts after;

  LostLock(Facts before, Facts after) {
    this.before = before;
    this.after = after;
  }

  List<Finding> findings(List<Finding> known) {
    List<Finding> found = new ArrayList<>();
    for (Function now : after.unit().functions()) {
      Optional<Function> then = before.unit().function(now.name());
      if (then.isEmpty() || Weakened.sameText(then.get(), now)) continue;
      Facts old = before.of(then.get());
      Facts fresh = after.of(now);
      if (old.held().exhausted() || fresh.held().exhausted() || !before.unit().speaksOfLocks(then.get())) continue;
      List<Finding> here = new ArrayList<>();
      calls(old, fresh, here);
      accesses(old, fresh, here);
      for (Finding finding : here) if (!isKnown(finding, known)) found.add(finding);
    }
    return found;
  }

  private static boolean isKnown(Finding finding, List<Finding> known) {
    for (Finding other : known)
      if (other.confidence() != Confidence.POSSIBLE && other.function().equals(finding.function()) && Lock.member(other.lock()).equals(Lock.member(finding.lock()))) return true;
    return false;
  }

  // ---- calls ----

  private void calls(Facts old, Facts fresh, List<Finding> found) {
    Map<String, Held> held = new LinkedHashMap<>(); // by callee; null where some call was without
    for (Moment moment : old.moments()) {
      if (!(moment.step() instanceof Step.Call call) || call.callee().isEmpty()) continue;
      Held own = own(moment);
      if (held.containsKey(call.callee()) && held.get(call.callee()) == null) continue;
      held.put(call.callee(), own);
    }
    Set<String> said = new LinkedHashSet<>();
    for (Moment moment : fresh.moments()) {
      if (!(moment.step() instanceof Step.Call call)) continue;
      Held was = held.get(call.callee());
      if (was == null || said.contains(call.callee()) || !isMissing(fresh, moment, was)) continue;
      Function callee = after.unit().function(call.callee()).orElse(null);
      if (callee == null || callee.isStatic() || !writes(after.of(callee))) continue; // it is here, others can call it, and it changes something
      if (takes(after.unit(), call.callee(), was)) continue;
      List<OtherFiles.Caller> callers = after.unit().farCallers(call.callee(), was.lock().type());
      if (!agree(callers, 1)) continue;
      said.add(call.callee());
      List<Witness> evidence = new ArrayList<>();
      evidence.add(new Witness(fresh.place(call.at()), call.callee() + "() is called here; before this change " + was.lock().text() + " was held for it, by " + was.by() + "()"));
      for (OtherFiles.Caller caller : holders(callers)) evidence.add(new Witness(caller.at(), caller.function() + "() holds it for this call"));
      String message = "Does " + call.callee() + "() need " + was.lock().text() + " here? Before this change it was held for this call, by " + was.by() + "(), and "
          + holders(callers).get(0).function() + "() in " + holders(callers).get(0).at().path() + " holds it; held here: " + shown(fresh, moment) + ".";
      found.add(new Finding("callee-requires-lock", "", fresh.place(call.at()), fresh.name(), was.lock().text(), call.callee(), "call", fresh.heldAt(moment.worlds()), Confidence.LIKELY,
          "assuming that no caller of " + fresh.name() + "() holds it now", message, evidence));
    }
  }

  private static boolean takes(Unit unit, String callee, Held lock) {
    Optional<Summary> summary = unit.summary(callee);
    if (summary.isEmpty()) return true;
    for (Summary.Need need : summary.get().taken()) if (need.lock().like(lock.lock())) return true;
    return false;
  }

  private static boolean writes(Facts facts) {
    for (Access access : facts.accesses()) if (access.kind() == Rule.Access.WRITE || access.kind() == Rule.Access.FREE) return true;
    return false;
  }

  // ---- accesses ----

  private void accesses(Facts old, Facts fresh, List<Finding> found) {
    Map<String, Held> held = new LinkedHashMap<>(); // by member and kind
    for (Access access : old.accesses()) {
      Held own = access.type().startsWith("?") ? null : own(access.moment());
      if (own != null) held.putIfAbsent(access.type() + " " + access.kind(), own);
    }
    Set<String> said = new LinkedHashSet<>();
    for (Access access : fresh.accesses()) {
      Held was = access.kind() == Rule.Access.ADDRESS ? null : held.get(access.type() + " " + access.kind());
      if (was == null || said.contains(was.lock().path()) || fresh.intendedUnlocked(access.at()) || !isMissing(fresh, access.moment(), was) || touchesItself(fresh, was)) continue;
      Map<String, List<OtherFiles.Caller>> users = users(fresh, access, was);
      if (users == null || users.size() < FEWEST_FUNCTIONS) continue;
      said.add(was.lock().path());
      String subject = access.path().toString();
      List<Witness> evidence = new ArrayList<>();
      evidence.add(new Witness(fresh.place(access.at()), subject + " is touched here; before this change " + was.lock().text() + " was held for it, by " + was.by() + "()"));
      users.forEach((function, callers) -> evidence.add(new Witness(callers.get(0).at(), callers.get(0).function() + "() holds it for " + function + "(), which touches " + access.member() + " too")));
      OtherFiles.Caller first = users.values().iterator().next().get(0);
      String message = "Does this use of " + subject + " need " + was.lock().text() + "? Before this change it was held here, by " + was.by() + "(), and " + first.function() + "() in " + first.at().path()
          + " holds it for " + users.keySet().iterator().next() + "(), which touches it too; held here: " + shown(fresh, access.moment()) + ".";
      found.add(new Finding("unguarded-access", "", fresh.place(access.at()), fresh.name(), was.lock().text(), subject, access.kind().name().toLowerCase(java.util.Locale.ROOT), fresh.heldAt(access.moment().worlds()),
          Confidence.LIKELY, "assuming that no caller of " + fresh.name() + "() holds it now", message, evidence));
    }
  }

  /** The function still takes such a lock somewhere: its author thought about where. */
  private static boolean touchesItself(Facts facts, Held lock) {
    for (Moment moment : facts.moments())
      for (World world : moment.worlds()) if (world.findLike(lock.lock()) != null) return true;
    return false;
  }

  /** The other functions of the file that touch the member while another file holds the lock for them; null when another file calls one without it. */
  private Map<String, List<OtherFiles.Caller>> users(Facts fresh, Access access, Held lock) {
    Map<String, List<OtherFiles.Caller>> users = new LinkedHashMap<>();
    for (Function function : after.unit().functionsWith(access.member())) {
      if (function.isStatic() || function.name().equals(fresh.name())) continue;
      Facts other = after.of(function);
      if (other.held().exhausted()) continue;
      boolean touches = false;
      for (Access one : other.accesses()) if (one.type().equals(access.type()) && one.kind() != Rule.Access.ADDRESS) touches = true;
      if (!touches) continue;
      List<OtherFiles.Caller> callers = after.unit().farCallers(function.name(), lock.lock().type());
      for (OtherFiles.Caller caller : callers) if (caller.holding() == Holding.NOT_HELD) return null;
      if (!holders(callers).isEmpty()) users.put(function.name(), holders(callers));
    }
    return users;
  }

  // ---- both ----

  /** A lock that the function itself took, in every world of a moment; the last one taken. */
  private static Held own(Moment moment) {
    Held found = null;
    World first = moment.worlds().get(0);
    for (Held held : first.held()) {
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
    HeldLocks held = facts.held();
    for (World world : moment.worlds()) {
      if (world.opaque() || world.unseen() || world.findLike(was.lock()) != null) return false;
      if (facts.unit().holdingType(held, world, was.lock().type()) == Holding.HELD) return false;
    }
    return true;
  }

  private static boolean agree(List<OtherFiles.Caller> callers, int least) {
    for (OtherFiles.Caller caller : callers) if (caller.holding() == Holding.NOT_HELD) return false;
    return holders(callers).size() >= least;
  }

  private static List<OtherFiles.Caller> holders(List<OtherFiles.Caller> callers) {
    return callers.stream().filter(caller -> caller.holding() == Holding.HELD).limit(2).toList();
  }

  private static String shown(Facts facts, Moment moment) {
    List<String> locks = facts.heldAt(moment.worlds());
    return locks.isEmpty() ? "nothing that is visible" : String.join(", ", locks);
  }
}
