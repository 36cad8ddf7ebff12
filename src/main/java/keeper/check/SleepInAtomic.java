// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.ArrayList;
import java.util.List;
import keeper.flow.Step;
import keeper.flow.Value;
import keeper.lock.Held;
import keeper.lock.Moment;
import keeper.lock.Summary;
import keeper.lock.Unit;
import keeper.lock.World;
import keeper.rule.LockApi;

/** Something that may sleep is done under a spinlock, in an RCU read-side section, or with interrupts or preemption off. */
final class SleepInAtomic implements Check {
  @Override
  public String id() {
    return "sleep-in-atomic";
  }

  @Override
  public void findings(Facts facts, List<Finding> findings) {
    Unit.Context context = facts.unit().context(facts.function());
    boolean interrupt = (context == Unit.Context.HARDIRQ || context == Unit.Context.SOFTIRQ) && facts.unit().sites(facts.name()).isEmpty();
    for (Moment moment : facts.moments()) {
      if (moment.step() instanceof Step.Open open) guard(facts, moment, open, findings);
      if (moment.step() instanceof Step.Call call) call(facts, moment, call, interrupt, findings);
    }
  }

  private void guard(Facts facts, Moment moment, Step.Open open, List<Finding> findings) {
    for (World world : moment.worlds()) {
      Held atomic = world.atomic();
      if (atomic == null) return;
    }
    if (open.kind().equals("__free") || !facts.kernel().guard(open.type()).map(LockApi.Entry::sleeps).orElse(false)) return;
    Held atomic = moment.worlds().get(0).atomic();
    findings.add(finding(facts, moment, atomic, open.kind() + "(" + open.type() + ")", open.kind() + "(" + open.type() + ") may sleep", facts.place(open.at()), Confidence.CERTAIN, ""));
  }

  private void call(Facts facts, Moment moment, Step.Call call, boolean interrupt, List<Finding> findings) {
    Held atomic = null;
    int clean = 0;
    World where = null;
    for (World world : moment.worlds()) {
      Held held = world.atomic();
      if (held == null) clean++;
      else {
        atomic = held;
        where = world;
      }
    }
    if (atomic == null && !interrupt) return;
    if (where == null) where = moment.worlds().get(0);
    if (atomic != null && atomic.origin() == Held.Origin.ASSERTED) return;
    if (unseenRelease(call)) return;
    for (Summary.Sleep sleep : facts.unit().sleepsOf(call, facts.held(), where)) {
      if (sleep.gfp() >= 0) continue; // the caller decides
      boolean direct = sleep.by().isEmpty();
      if (atomic != null && released(facts, call, sleep, atomic, where)) continue;
      if (atomic == null && (sleep.callee().equals("vfree") || sleep.callee().equals("kvfree"))) continue; // they defer in an interrupt
      if (atomic != null && (call.callee().startsWith("__xa_") && atomic.lock().member().equals("xa_lock") || call.callee().startsWith("mas_") && atomic.lock().member().equals("ma_lock"))) continue; // they drop it to allocate
      if (where.find("pagefault") != null && sleep.callee().contains("user")) continue;
      if (direct && dropsLock(facts, call, atomic)) continue;
      Confidence confidence = clean == 0 && sleep.always() ? Confidence.CERTAIN : Confidence.LIKELY;
      String assumption = "";
      if (direct && !sleep.always()) assumption = "assuming that " + sleep.callee() + "() sleeps on its main path";
      else if (!sleep.always()) confidence = Confidence.POSSIBLE;
      if (clean > 0 && !interrupt) {
        if (!assumption.isEmpty() || Branches.isUnderOwnCondition(facts.held(), moment)) confidence = Confidence.POSSIBLE;
        assumption = "assuming that the way on which " + atomic.lock().text() + " is held can be gone";
      }
      if (atomic != null && atomic.isImplied()) { // the text before the change may say more, see Weighing
        if (confidence == Confidence.POSSIBLE || !sleep.always()) continue;
        confidence = Confidence.POSSIBLE;
        assumption = "assuming that " + atomic.lock().text() + " is taken above the lines that are shown";
      }
      String what = direct ? call.callee() + "() may sleep" + argument(call) : sleep.by() + "() calls " + sleep.callee() + "(), which may sleep";
      if (atomic == null) {
        findings.add(new Finding(id(), "", facts.place(call.at()), facts.name(), "", call.callee(), "sleep", facts.heldAt(moment.worlds()), confidence, assumption,
            "May " + call.callee() + "() sleep here? " + facts.name() + "() runs in " + (facts.unit().context(facts.function()) == Unit.Context.HARDIRQ ? "an interrupt" : "a softirq") + ", and " + what + ".",
            List.of(new Witness(facts.place(call.at()), call.callee() + "() is called here"))));
      } else {
        findings.add(finding(facts, moment, atomic, call.callee(), what, direct ? facts.place(call.at()) : sleep.at(), confidence, assumption));
      }
      return; // one reason is enough
    }
  }

  /** The callee has given the lock back by the time it sleeps. */
  private static boolean released(Facts facts, Step.Call call, Summary.Sleep sleep, Held atomic, World world) {
    for (keeper.lock.Lock lock : sleep.without()) {
      keeper.lock.Lock here = facts.unit().translate(lock, call, call.callee(), world);
      if (here == null || here.like(atomic.lock())) return true;
    }
    return false;
  }

  private static String argument(Step.Call call) {
    for (Value value : call.arguments()) if (value.toString().startsWith("GFP_")) return " with " + value;
    return "";
  }

  /** {@code wait_event_lock_irq()} and its kin release the lock while they sleep. */
  private static boolean dropsLock(Facts facts, Step.Call call, Held atomic) {
    return facts.kernel().lock(call.callee()).map(entry -> entry.effect() == LockApi.Effect.RELEASE_AND_REACQUIRE).orElse(false);
  }

  private static boolean unseenRelease(Step.Call call) {
    return call.callee().contains("unlock");
  }

  private Finding finding(Facts facts, Moment moment, Held atomic, String callee, String what, keeper.text.Place reason, Confidence confidence, String assumption) {
    String name = callee + (callee.endsWith(")") ? "" : "()");
    String lock = atomic.lock().text();
    String section = switch (atomic.kind()) {
      case "rcu" -> "in the read-side section";
      case "irq" -> "with interrupts off";
      case "bh" -> "with softirqs off";
      case "preempt" -> "with preemption off";
      default -> "under " + lock;
    };
    String begin = switch (atomic.kind()) {
      case "rcu" -> "the read-side section begins here, with ";
      case "irq" -> "interrupts are turned off here, by ";
      case "bh" -> "softirqs are turned off here, by ";
      case "preempt" -> "preemption is turned off here, by ";
      default -> lock + " is taken here, by ";
    };
    List<Witness> evidence = new ArrayList<>();
    evidence.add(facts.origin(atomic, begin + atomic.by() + "()"));
    evidence.add(new Witness(facts.place(moment.step().at()), name + " is reached with it held"));
    if (!reason.equals(facts.place(moment.step().at()))) evidence.add(new Witness(reason, what));
    String because = what.startsWith(name + " ") ? "It " + what.substring(name.length() + 1) : what;
    String message = "May " + name + " be called " + section + "? " + because + (atomic.irqOff() && !atomic.kind().equals("irq") ? ", and interrupts are off here." : ".")
        + (assumption.isEmpty() ? "" : " (" + assumption + ")");
    return new Finding(id(), "", facts.place(moment.step().at()), facts.name(), atomic.lock().text(), callee, "sleep", facts.heldAt(moment.worlds()), confidence, assumption, message, evidence);
  }
}
