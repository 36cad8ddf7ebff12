// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import keeper.c.Function;
import keeper.flow.Step;
import keeper.lock.Act;
import keeper.lock.HeldLocks;
import keeper.lock.Lock;
import keeper.lock.Moment;
import keeper.lock.Unit;
import keeper.lock.World;

/**
 * A spinning lock that an interrupt takes is taken with interrupts on: the interrupt may come while it is held, on the same processor.
 *
 * <p>That an interrupt takes it is seen in this file (a handler, a timer, a tasklet), or told by all the others who take it with interrupts off.
 */
final class IrqUnsafe implements Check {
  private static final int FEW = 2; // so many others must mask when no interrupt is to be seen
  private static final int MOST_TAKERS = 60;

  /** Someone who takes the lock. */
  private record Taker(Function function, Moment moment, Act act, int contexts, Contexts.State irqs, Contexts.State softirqs) {
    boolean runsIn(int context) {
      return (contexts & context) != 0;
    }
  }

  @Override
  public String id() {
    return "irq-unsafe";
  }

  @Override
  public void findings(Facts facts, List<Finding> findings) {
    Map<String, List<Taker>> files = new LinkedHashMap<>();
    Map<String, Finding> found = new LinkedHashMap<>();
    for (Moment moment : facts.moments()) {
      if (moment.worlds().get(0).unseen()) continue;
      for (Act act : taken(facts.held(), moment)) {
        if (!isKnown(act.lock()) || act.entry().irqOff()) continue;
        Taker taker = taker(facts.unit(), facts.function(), moment, act);
        if (taker.runsIn(Contexts.HARDIRQ)) continue;
        List<Taker> all = files.computeIfAbsent(act.lock().type(), type -> takers(facts.unit(), act.lock()));
        if (taker.irqs() != Contexts.State.OFF) judge(facts, taker, all, false, found);
        if (taker.softirqs() != Contexts.State.OFF && !act.entry().bhOff() && !taker.runsIn(Contexts.SOFTIRQ)) judge(facts, taker, all, true, found);
      }
    }
    findings.addAll(found.values());
  }

  /** The struct is known, or the lock is a global one: else two locks of one name could be taken for one. */
  private static boolean isKnown(Lock lock) {
    return !lock.type().startsWith("?") && !lock.type().startsWith("#") && (!lock.isGlobal() || lock.path().equals(lock.type()));
  }

  /** The spinning locks that a step waits for, by the lock table. */
  static List<Act> taken(HeldLocks held, Moment moment) {
    List<Act> taken = new ArrayList<>(1);
    if (!(moment.step() instanceof Step.Call) && !(moment.step() instanceof Step.Open)) return taken;
    for (Act act : held.acts(moment.step(), moment.worlds().get(0))) {
      boolean spins = act.family().equals("spin") || act.family().equals("raw_spin") || act.family().equals("rwlock");
      if (act.kind() == Act.Kind.ACQUIRE && spins && act.entry() != null && !act.isConditional() && !isCallee(moment, act)) taken.add(act);
    }
    return taken;
  }

  /** A function of the file took it, and is looked at itself. */
  private static boolean isCallee(Moment moment, Act act) {
    return moment.step() instanceof Step.Call call && !act.entry().name().equals(call.callee());
  }

  private static Taker taker(Unit unit, Function function, Moment moment, Act act) {
    return new Taker(function, moment, act, Contexts.of(unit, function), state(unit, function, moment, false), state(unit, function, moment, true));
  }

  private static Contexts.State state(Unit unit, Function function, Moment moment, boolean soft) {
    Contexts.State all = Contexts.State.OFF;
    for (World world : moment.worlds()) {
      Contexts.State one = Contexts.state(unit, function, world, soft);
      if (one == Contexts.State.ON) return one;
      if (one == Contexts.State.UNKNOWN) all = one;
    }
    return all;
  }

  private static List<Taker> takers(Unit unit, Lock lock) {
    List<Taker> takers = new ArrayList<>();
    Set<Function> functions = new LinkedHashSet<>(unit.functionsWith(lock.member()));
    for (Function function : functions) {
      HeldLocks held = unit.held(function);
      if (held.exhausted()) continue;
      for (Moment moment : held.moments())
        for (Act act : taken(held, moment))
          if (act.lock().type().equals(lock.type()) && takers.size() < MOST_TAKERS) takers.add(taker(unit, function, moment, act));
    }
    return takers;
  }

  private void judge(Facts facts, Taker taker, List<Taker> all, boolean soft, Map<String, Finding> found) {
    Taker interrupt = null;
    int masked = 0;
    int interrupts = 0;
    Taker example = null;
    for (Taker other : all) {
      if (other.moment().step() == taker.moment().step()) continue;
      if (other.runsIn(Contexts.HARDIRQ) || soft && other.runsIn(Contexts.SOFTIRQ)) {
        interrupt = other;
        interrupts++;
      } else if (other.act().entry().irqOff() || soft && other.act().entry().bhOff() || (soft ? other.softirqs() : other.irqs()) == Contexts.State.OFF) {
        masked++;
        example = other;
      } else if (other.function() != taker.function()) {
        return; // somebody else does the same: perhaps it is right
      }
    }
    Contexts.State state = soft ? taker.softirqs() : taker.irqs();
    if (interrupt == null && (soft || masked < FEW)) return;
    boolean vague = soft || masked + interrupts < FEW || soundsLikeInterrupt(facts.name()) || facts.unit().function(facts.name() + "_irqsave").isPresent();
    Confidence confidence = interrupt == null || state == Contexts.State.UNKNOWN && vague ? Confidence.POSSIBLE
        : state == Contexts.State.ON ? Confidence.CERTAIN : Confidence.LIKELY;
    String what = soft ? "softirqs" : "interrupts";
    String lock = taker.act().lock().text();
    String assumption = confidence == Confidence.CERTAIN ? ""
        : interrupt == null && state == Contexts.State.ON ? "assuming that an interrupt takes " + lock + ", as the others who take it do"
        : "assuming that " + facts.name() + "() is called with " + what + " on";
    List<Witness> evidence = new ArrayList<>();
    if (interrupt != null) evidence.add(witness(facts, interrupt, interrupt.function().name() + "() takes it " + (interrupt.runsIn(Contexts.HARDIRQ) ? "in an interrupt" : "in a softirq")));
    if (example != null) evidence.add(witness(facts, example, masked == 1 ? example.function().name() + "() takes it with " + what + " off" : example.function().name() + "() takes it with " + what + " off, one of " + masked));
    String why = interrupt != null ? interrupt.function().name() + "() takes it in " + (interrupt.runsIn(Contexts.HARDIRQ) ? "an interrupt" : "a softirq")
        : "the " + masked + " others in this file take it with " + what + " off";
    String message = "Can " + (soft ? "a softirq" : "an interrupt") + " come while " + lock + " is held here? It is taken with " + what + " on, and " + why
        + (assumption.isEmpty() ? "." : " (" + assumption + ").");
    found.putIfAbsent(lock + " " + taker.act().at().start(), new Finding(id(), "", facts.place(taker.act().at()), facts.name(), lock, taker.act().by(), soft ? "softirq" : "irq",
        facts.heldAt(taker.moment().worlds()), confidence, assumption, message, evidence));
  }


  /** Heuristic: a name that interrupts, or what they call, often have. */
  static boolean soundsLikeInterrupt(String name) {
    for (String end : ENDINGS) if (name.endsWith(end)) return true;
    return false;
  }

  private static final List<String> ENDINGS = List.of("irq", "isr", "intr", "interrupt", "handler", "_cb", "callback", "_event", "_tasklet", "_timer", "_timeout", "_poll", "_complete",
      "_completion", "_done", "_trigger", "_pointer");

  private static Witness witness(Facts facts, Taker taker, String text) {
    return new Witness(facts.place(taker.act().at()), text);
  }
}
