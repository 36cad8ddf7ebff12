// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import keeper.flow.Block;
import keeper.flow.Step;
import keeper.lock.Act;
import keeper.lock.Exit;
import keeper.lock.Held;
import keeper.lock.Moment;
import keeper.lock.World;
import keeper.rule.LockApi;
import keeper.text.Span;

/**
 * A lock is released another way than it was taken: read for write, softirqs or interrupts left off or turned on too early, the wrong flags variable.
 *
 * <p>{@code spin_lock_irqsave(&a, flags); spin_lock(&b); spin_unlock(&a); spin_unlock_irqrestore(&b, flags);} is in order: what counts is the state in
 * which interrupts are left, not which lock it is written with.
 */
final class WrongMode implements Check {
  @Override
  public String id() {
    return "wrong-mode";
  }

  @Override
  public void findings(Facts facts, List<Finding> findings) {
    Map<String, Finding> found = new LinkedHashMap<>();
    for (Moment moment : facts.moments()) {
      if (!(moment.step() instanceof Step.Call call) || facts.kernel().lock(call.callee()).isEmpty()) continue;
      Act act = act(facts, moment);
      if (act == null) continue;
      if (act.kind() == Act.Kind.RELEASE) released(facts, moment, act, found);
      if (act.kind() == Act.Kind.ACQUIRE && act.entry().irqOff() && !act.flags().isEmpty()) saved(facts, moment, act, found);
      if (act.kind() == Act.Kind.ACQUIRE && act.entry().irqOff() && act.flags().isEmpty()) assumed(facts, moment, act, found);
    }
    leftOff(facts, found);
    findings.addAll(found.values());
  }

  /** What the call does to one lock, when it does the same in all worlds. */
  private static Act act(Facts facts, Moment moment) {
    Act first = null;
    for (World world : moment.worlds()) {
      List<Act> acts = facts.held().acts(moment.step(), world);
      if (acts.size() != 1 || acts.get(0).entry() == null) return null;
      if (first != null && !first.lock().path().equals(acts.get(0).lock().path())) return null;
      first = acts.get(0);
    }
    return first;
  }

  private void released(Facts facts, Moment moment, Act act, Map<String, Finding> found) {
    Held held = heldInAll(moment, act.lock().path());
    if (held == null) return;
    String lock = act.lock().text();
    if (act.mode() == LockApi.Mode.READ && held.mode() == LockApi.Mode.WRITE || act.mode() == LockApi.Mode.WRITE && held.mode() == LockApi.Mode.READ)
      add(facts, moment, act, held, "mode", lock + " was taken for " + word(held.mode()) + " and is released for " + word(act.mode()) + ". Is this the right one of the two?", found);
    String by = act.by();
    if (by.endsWith("_bh") && !by.endsWith("_nested_bh") && !held.bhOff() && !someone(moment, "bh")) add(facts, moment, act, held, "bh", by + "() turns softirqs on, but " + held.by() + "() has not turned them off. Should the two match?", found);
    if (act.entry().irqRestore() && !act.flags().isEmpty()) restored(facts, moment, act, held, found);
    if (act.entry().irqOn() && held.irqOff()) turnedOn(facts, moment, act, held, found);
  }

  /** {@code spin_unlock_irqrestore(&l, flags)}. */
  private void restored(Facts facts, Moment moment, Act act, Held held, Map<String, Finding> found) {
    for (World world : moment.worlds()) for (Held h : world.held()) if (h.flags().equals(act.flags())) return; // kept with this or another lock
    if (held.irqOff() && !held.flags().isEmpty())
      add(facts, moment, act, held, "flags", "The interrupt state was saved in " + held.flags() + " and is restored from " + act.flags() + ". Is that the right variable?", found);
    else if (isSetNowhere(facts, act.flags()))
      add(facts, moment, act, held, "flags", act.flags() + " is restored here, but " + held.by() + "() has not saved anything in it. Should the two match?", found);
  }

  /** A local variable that no call fills. */
  private static boolean isSetNowhere(Facts facts, String flags) {
    if (facts.unit().hasGaps() || !facts.held().graph().locals().contains(flags)) return false;
    for (Moment moment : facts.moments()) {
      if (moment.step() instanceof Step.Write w && w.path().root().equals(flags)) return false;
      if (moment.step() instanceof Step.Address a && a.path().root().equals(flags)) return false;
      if (moment.step() instanceof Step.Call call && !call.callee().contains("restore") && !call.callee().contains("unlock") && mentions(call, flags)) return false;
    }
    return true;
  }

  private static boolean mentions(Step.Call call, String variable) {
    for (keeper.flow.Value argument : call.arguments()) if (argument.toString().equals(variable)) return true;
    return false;
  }

  /** {@code spin_unlock_irq(&l)}: interrupts are on afterwards, whatever they were. */
  private void turnedOn(Facts facts, Moment moment, Act act, Held held, Map<String, Finding> found) {
    if (!held.flags().isEmpty()) {
      add(facts, moment, act, held, "irq", held.by() + "() saved the interrupt state in " + held.flags() + ", and " + act.by() + "() turns interrupts on, whatever it was. Should the state be restored?", found);
      return;
    }
    Held outer = null;
    for (World world : moment.worlds()) {
      outer = null;
      for (Held h : world.held()) if (h.irqOff() && h.isSure() && !h.lock().path().equals(act.lock().path()) && h.takenAt().start() < held.takenAt().start()) outer = h;
      if (outer == null) return;
    }
    add(facts, moment, act, held, "irq", act.by() + "() turns interrupts on while " + outer.lock().text() + " is still held with interrupts off. Should the inner one leave them alone?", found);
  }

  /** {@code spin_lock_irqsave(&b, flags)} within {@code spin_lock_irqsave(&a, flags)}: the first state is lost. */
  private void saved(Facts facts, Moment moment, Act act, Map<String, Finding> found) {
    Held outer = null;
    for (World world : moment.worlds()) {
      outer = null;
      for (Held h : world.held()) if (h.isSure() && h.flags().equals(act.flags())) outer = h;
      if (outer == null || outer.lock().path().equals(act.lock().path())) return;
    }
    if (isDeclaredTwice(facts, act.flags())) return;
    String message = "The interrupt state saved in " + act.flags() + " by " + outer.by() + "() is overwritten here, with interrupts off already. Are they turned on again in the end?";
    add(facts, moment, act, outer, "nested", message, found);
  }

  /** {@code spin_lock_irq(&l)} counts on interrupts being on. Doubtful, where nothing says how the function is called. */
  private void assumed(Facts facts, Moment moment, Act act, Map<String, Finding> found) {
    if (act.by().contains("irqsave")) return; // a wrapper that is handed the address of the flags
    for (World world : moment.worlds()) if (world.unseen() || Contexts.state(facts.unit(), facts.function(), world, false) != Contexts.State.UNKNOWN) return;
    String assumption = "assuming that " + facts.name() + "() may be called with interrupts off";
    String message = "Is " + facts.name() + "() only called with interrupts on? " + act.by() + "() and its release leave them on, whatever they were (" + assumption + ").";
    Span at = moment.step().at();
    found.putIfAbsent("on " + at.start(), new Finding(id(), "", facts.place(at), facts.name(), act.lock().text(), act.by(), "on", facts.heldAt(moment.worlds()), Confidence.POSSIBLE, assumption, message, List.of()));
  }

  /** Two variables of one name in two scopes. */
  private static boolean isDeclaredTwice(Facts facts, String variable) {
    int declared = 0;
    for (Block block : facts.held().graph().blocks()) for (Step step : block.steps()) if (step instanceof Step.Declare d && d.name().equals(variable)) declared++;
    return declared > 1;
  }

  /** {@code spin_lock_bh(&l); … spin_unlock(&l); return;}. */
  private void leftOff(Facts facts, Map<String, Finding> found) {
    if (turnsOnForItsCaller(facts)) return;
    for (Exit exit : facts.held().exits()) {
      for (Held off : exit.world().held()) {
        boolean state = off.kind().equals("irq") || off.kind().equals("bh");
        if (!state || off.origin() != Held.Origin.TAKEN || !off.by().contains("lock") || off.takenAt().equals(exit.at())) continue;
        if (off.flags().indexOf('.') >= 0 || off.flags().indexOf('>') >= 0) continue; // whoever gets the struct may restore them
        Moment release = lastRelease(facts, off);
        if (release == null) continue;
        String what = off.kind().equals("irq") ? "interrupts" : "softirqs";
        Act act = act(facts, release);
        if (act == null) continue;
        String message = "Do " + what + " stay off? " + off.by() + "() turned them off, and " + act.by() + "() does not turn them on again.";
        add(facts, release, act, off, off.kind(), message, found);
      }
    }
  }

  /** It releases, interrupts and all, what a caller has taken: then they were off when it was entered. */
  private static boolean turnsOnForItsCaller(Facts facts) {
    for (Moment moment : facts.moments()) {
      if (!(moment.step() instanceof Step.Call)) continue;
      for (World world : moment.worlds())
        for (Act act : facts.held().acts(moment.step(), world))
          if (act.kind() == Act.Kind.RELEASE && act.entry() != null && (act.entry().irqOn() || act.by().endsWith("_bh")) && world.find(act.lock().path()) == null) return true;
    }
    return false;
  }

  /** The call that released the lock and not the state that was taken with it. */
  private static Moment lastRelease(Facts facts, Held state) {
    for (Moment moment : facts.moments()) {
      if (!(moment.step() instanceof Step.Call)) continue;
      Act act = act(facts, moment);
      if (act == null || act.kind() != Act.Kind.RELEASE) continue;
      for (World world : moment.worlds()) {
        Held held = world.find(act.lock().path());
        if (held != null && held.takenAt().equals(state.takenAt()) && !held.kind().equals(state.kind())) return moment;
      }
    }
    return null;
  }

  /** The lock as it is held in every world, all of them agreeing on how; null else. */
  private static Held heldInAll(Moment moment, String path) {
    Held first = null;
    for (World world : moment.worlds()) {
      Held held = world.find(path);
      if (held == null || held.origin() != Held.Origin.TAKEN && held.origin() != Held.Origin.GUARD) return null;
      if (first != null && (first.mode() != held.mode() || first.irqOff() != held.irqOff() || first.bhOff() != held.bhOff() || !first.flags().equals(held.flags()))) return null;
      first = held;
    }
    return first;
  }

  private static boolean someone(Moment moment, String what) {
    for (World world : moment.worlds()) for (Held h : world.held()) if (h.bhOff() || h.kind().equals(what)) return true;
    return false;
  }

  private static String word(LockApi.Mode mode) {
    return mode == LockApi.Mode.READ ? "reading" : "writing";
  }

  private void add(Facts facts, Moment moment, Act act, Held held, String kind, String message, Map<String, Finding> found) {
    Span at = moment.step().at();
    found.putIfAbsent(kind + " " + at.start(), new Finding(id(), "", facts.place(at), facts.name(), act.lock().text(), act.by(), kind, facts.heldAt(moment.worlds()), Confidence.CERTAIN, "", message,
        List.of(new Witness(facts.place(held.takenAt()), held.lock().text() + " is taken here, by " + held.by() + "()"))));
  }
}
