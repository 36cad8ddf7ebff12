// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import keeper.c.Function;
import keeper.flow.Step;
import keeper.flow.Value;
import keeper.lock.Act;
import keeper.lock.Held;
import keeper.lock.HeldLocks;
import keeper.lock.Lock;
import keeper.lock.Moment;
import keeper.lock.Unit;
import keeper.lock.World;
import keeper.text.Span;

/**
 * What a change took away from code that it left in place: interrupts that were off while a lock was held, the read-side section round a lookup, the grace period before an object goes. Neither
 * text alone says much; that the one had it and the other has not is worth a question.
 */
final class Weakened {
  private static final Set<String> WAITS = Set.of("synchronize_rcu", "synchronize_rcu_expedited", "synchronize_net", "synchronize_srcu", "synchronize_srcu_expedited", "synchronize_sched", "rcu_barrier");
  private static final Set<String> LATER = Set.of("kfree_rcu", "kvfree_rcu", "kfree_rcu_mightsleep", "kvfree_rcu_mightsleep", "call_rcu", "call_rcu_hurry", "call_srcu", "queue_rcu_work");

  private final Facts before;
  private final Facts after;

  Weakened(Facts before, Facts after) {
    this.before = before;
    this.after = after;
  }

  /** The doubtful ones among them that the text before makes likely, likely. */
  List<Finding> weigh(List<Finding> introduced) {
    List<Finding> weighed = new ArrayList<>(introduced.size());
    for (Finding finding : introduced) {
      if (isOtherSide(finding, introduced)) continue;
      Finding raised = finding.confidence() == Confidence.POSSIBLE ? raised(finding) : null;
      weighed.add(raised == null ? finding : raised);
    }
    return weighed;
  }

  /** Of two sides of a lock order, the one that the change did not touch: the other side says the same. */
  private boolean isOtherSide(Finding finding, List<Finding> introduced) {
    if (!finding.check().equals("lock-order") || changed(finding.function())) return false;
    for (Finding other : introduced)
      if (other.check().equals("lock-order") && Lock.member(other.lock()).equals(Lock.member(finding.subject())) && Lock.member(other.subject()).equals(Lock.member(finding.lock())) && changed(other.function())) return true;
    return false;
  }

  private boolean changed(String function) {
    Optional<Function> then = before.unit().function(function);
    Optional<Function> now = after.unit().function(function);
    return then.isEmpty() || now.isEmpty() || !sameText(then.get(), now.get());
  }

  private Finding raised(Finding finding) {
    Optional<Function> then = before.unit().function(finding.function());
    if (then.isEmpty()) return null;
    HeldLocks held = before.unit().held(then.get());
    if (held.exhausted()) return null;
    String was = switch (finding.check()) {
      case "irq-unsafe" -> IrqUnsafe.soundsLikeInterrupt(finding.function()) || maskedByCaller(finding) ? null : masked(held, finding);
      case "wrong-mode" -> finding.kind().equals("on") ? saved(held, finding) : null;
      case "rcu-misuse" -> protectedBy(held, finding);
      default -> null;
    };
    if (was == null) return null;
    List<Witness> evidence = new ArrayList<>(finding.evidence());
    evidence.add(new Witness(finding.at(), "before this change: " + was));
    return new Finding(finding.check(), finding.rule(), finding.at(), finding.function(), finding.lock(), finding.subject(), finding.kind(), finding.held(), Confidence.LIKELY, finding.assumption(),
        finding.message() + " Before this change, " + was + ".", evidence);
  }

  /** A caller in this file sees to it now. */
  private boolean maskedByCaller(Finding finding) {
    for (Unit.Site site : List.copyOf(after.unit().sites(finding.function())))
      for (World world : site.moment().worlds())
        if (Contexts.state(after.unit(), site.caller(), world, finding.kind().equals("softirq")) == Contexts.State.OFF) return true;
    return false;
  }

  /** Every taking of the lock in the function had interrupts off. */
  private static String masked(HeldLocks held, Finding finding) {
    String by = null;
    for (Moment moment : held.moments())
      for (Act act : IrqUnsafe.taken(held, moment)) {
        if (!act.lock().member().equals(Lock.member(finding.lock()))) continue;
        if (!act.entry().irqOff() && !(finding.kind().equals("softirq") && act.entry().bhOff())) return null;
        by = act.by() + "() took it";
      }
    return by;
  }

  /** The lock was taken with the interrupt state saved. */
  private static String saved(HeldLocks held, Finding finding) {
    String by = null;
    for (Moment moment : held.moments())
      for (Act act : IrqUnsafe.taken(held, moment)) {
        if (!act.lock().member().equals(Lock.member(finding.lock()))) continue;
        if (act.flags().isEmpty()) return null;
        by = act.by() + "() saved their state";
      }
    return by;
  }

  /** Every such call in the function was made in a section or under a lock. */
  private static String protectedBy(HeldLocks held, Finding finding) {
    String by = null;
    for (Moment moment : held.moments()) {
      if (!(moment.step() instanceof Step.Call call) || !call.callee().equals(finding.subject())) continue;
      Held keeper = null;
      for (World world : moment.worlds()) {
        keeper = null;
        for (Held h : world.held())
          if (h.isSure() && (finding.kind().equals("section") ? h.lock().member().equals(Lock.member(finding.lock())) : true)) keeper = h;
        if (keeper == null) return null;
      }
      by = "this was done under " + keeper.lock().text();
    }
    return by;
  }

  /** Grace periods that a changed function no longer has, though it still takes things down. */
  List<Finding> lostGracePeriods() {
    List<Finding> lost = new ArrayList<>();
    if (gracePeriods(after) >= gracePeriods(before)) return lost; // none is gone, or it stands elsewhere now
    for (Function now : after.unit().functions()) {
      Optional<Function> then = before.unit().function(now.name());
      if (then.isEmpty() || sameText(then.get(), now)) continue;
      List<Step.Call> old = calls(before.of(then.get()));
      List<Step.Call> calls = calls(after.of(now));
      freedAtOnce(after.of(now), old, calls, lost);
      notAwaited(after.of(now), old, calls, lost);
    }
    return lost;
  }

  private static int gracePeriods(Facts facts) {
    int count = 0;
    for (String word : WAITS) count += facts.unit().occurrences(word);
    for (String word : LATER) count += facts.unit().occurrences(word);
    return count;
  }

  static boolean sameText(Function then, Function now) {
    return then.text().text(then.body()).equals(now.text().text(now.body()));
  }

  private static List<Step.Call> calls(Facts facts) {
    List<Step.Call> calls = new ArrayList<>();
    for (Moment moment : facts.moments()) if (moment.step() instanceof Step.Call call && !call.callee().isEmpty()) calls.add(call);
    return calls;
  }

  /** {@code kfree_rcu(p, rcu)} became {@code kfree(p)}. */
  private static void freedAtOnce(Facts facts, List<Step.Call> old, List<Step.Call> calls, List<Finding> lost) {
    for (Step.Call then : old) {
      if (!then.callee().startsWith("kfree_rcu") && !then.callee().startsWith("kvfree_rcu") || then.arguments().isEmpty()) continue;
      String object = then.arguments().get(0).toString();
      if (any(calls, LATER) || any(calls, WAITS)) continue;
      for (Step.Call free : calls)
        if ((free.callee().equals("kfree") || free.callee().equals("kvfree")) && free.arguments().size() == 1 && free.arguments().get(0).toString().equals(object) && !freed(old, object)) {
          String message = "Can a reader still have " + object + " when it is freed here? Before this change it was freed after a grace period (assuming that readers may still find it).";
          lost.add(finding(facts, free.at(), object, "free", message, then.callee() + "() freed it before this change"));
          break;
        }
    }
  }

  private static boolean freed(List<Step.Call> calls, String object) {
    for (Step.Call call : calls) if (call.callee().equals("kfree") && call.arguments().size() == 1 && call.arguments().get(0).toString().equals(object)) return true;
    return false;
  }

  /** {@code synchronize_rcu()} is gone, and something is taken down behind the place where it stood. */
  private static void notAwaited(Facts facts, List<Step.Call> old, List<Step.Call> calls, List<Finding> lost) {
    if (any(calls, WAITS) || any(calls, LATER)) return;
    for (Step.Call call : calls) if (facts.unit().function(call.callee()).filter(callee -> waits(facts.of(callee))).isPresent()) return; // it is done there
    for (int i = 0; i < old.size(); i++) {
      if (!WAITS.contains(old.get(i).callee()) || old.get(i).callee().equals("rcu_barrier")) continue;
      for (int k = i + 1; k < old.size(); k++) {
        Step.Call next = old.get(k);
        Step.Call still = takesDown(next.callee()) ? same(calls, next) : null;
        if (still == null) continue;
        String message = "May readers still be on their way when " + next.callee() + "() is called here? Before this change " + old.get(i).callee() + "() waited for them (assuming that there are any).";
        lost.add(finding(facts, still.at(), next.callee(), "grace", message, old.get(i).callee() + "() stood before this call"));
        return;
      }
    }
  }

  private static boolean waits(Facts facts) {
    return any(calls(facts), WAITS);
  }

  private static Step.Call same(List<Step.Call> calls, Step.Call wanted) {
    for (Step.Call call : calls) if (call.callee().equals(wanted.callee()) && call.arguments().toString().equals(wanted.arguments().toString())) return call;
    return null;
  }

  /** Heuristic: by its name it ends or gives up something. */
  private static boolean takesDown(String name) {
    for (String word : List.of("free", "destroy", "release", "cleanup", "_done", "_put", "cancel", "disable", "_exit", "_fini", "stop", "purge"))
      if (name.contains(word)) return true;
    return false;
  }

  private static boolean any(List<Step.Call> calls, Set<String> names) {
    for (Step.Call call : calls) if (names.contains(call.callee()) || call.callee().startsWith("kfree_rcu")) return true;
    return false;
  }

  private static Finding finding(Facts facts, Span at, String subject, String kind, String message, String evidence) {
    return new Finding("rcu-misuse", "", facts.place(at), facts.name(), "rcu_read_lock", subject, kind, List.of(), Confidence.LIKELY, "assuming that readers may still find it", message,
        List.of(new Witness(facts.place(at), evidence)));
  }
}
