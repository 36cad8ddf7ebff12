// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import keeper.flow.Step;
import keeper.lock.Act;
import keeper.lock.Held;
import keeper.lock.Lock;
import keeper.lock.Moment;
import keeper.lock.Summary;
import keeper.lock.World;
import keeper.rule.LockApi;
import keeper.rule.Rule;

/** A lock that is held is taken again, here or in a function that is called: the task waits for itself. */
final class DoubleLock implements Check {
  @Override
  public String id() {
    return "double-lock";
  }

  @Override
  public void findings(Facts facts, List<Finding> findings) {
    for (Moment moment : facts.moments()) {
      if (moment.step() instanceof Step.Call || moment.step() instanceof Step.Open) direct(facts, moment, findings);
      if (moment.step() instanceof Step.Call call) callee(facts, moment, call, findings);
    }
  }

  private void direct(Facts facts, Moment moment, List<Finding> findings) {
    int clean = 0;
    Held twice = null;
    Act again = null;
    for (World world : moment.worlds()) {
      boolean here = false;
      for (Act act : facts.held().acts(moment.step(), world)) {
        if (act.kind() != Act.Kind.ACQUIRE || act.entry() == null || act.isConditional() && act.entry().effect() == LockApi.Effect.TRY_ACQUIRE) continue;
        if (act.entry().name().contains("nest")) continue;
        Held held = world.find(act.lock().path());
        if (held == null || !held.isSure() || !blocks(held, act.mode(), act.family())) continue;
        here = true;
        twice = held;
        again = act;
      }
      if (!here) clean++;
    }
    if (twice == null || indexed(twice.lock())) return;
    String lock = twice.lock().text();
    List<Witness> evidence = List.of(facts.origin(twice, lock + (twice.origin() == Held.Origin.ASSERTED ? " is held, says " + twice.by() : " is taken here")),
        new Witness(facts.place(moment.step().at()), "and again here"));
    String message = "Is " + lock + " not held here already? It was taken by " + twice.by() + "() before and is taken again by " + again.by() + "()" + (clean > 0 ? " on one way to this line." : ".");
    findings.add(new Finding(id(), "", facts.place(moment.step().at()), facts.name(), lock, again.by(), "acquire", facts.heldAt(moment.worlds()),
        clean > 0 && Branches.isUnderOwnCondition(facts.held(), moment) ? Confidence.POSSIBLE : clean > 0 || twice.origin() == Held.Origin.ASSERTED ? Confidence.LIKELY : Confidence.CERTAIN, clean > 0 ? "assuming that this way can be gone" : "", message, evidence));
  }

  private void callee(Facts facts, Moment moment, Step.Call call, List<Finding> findings) {
    if (facts.kernel().lock(call.callee()).isPresent()) return;
    Optional<Summary> summary = facts.unit().summary(call, moment.worlds().get(0));
    if (summary.isEmpty()) return;
    List<String> said = new ArrayList<>();
    for (Summary.Need need : summary.get().taken()) {
      Rule.OfFunction rule = Spoken.behind(facts, need);
      if (Spoken.excepts(rule, facts)) continue;
      int clean = 0;
      boolean guessed = false;
      Held twice = null;
      for (World world : moment.worlds()) {
        Lock lock = facts.unit().translate(need.lock(), call, summary.get().function(), world);
        Held held = lock == null ? null : world.find(lock.path());
        boolean here = held != null && held.isSure() && blocks(held, need.mode(), need.family());
        if (!here) {
          held = sameObject(facts, need, call, world);
          guessed |= held != null;
        }
        if (held != null && (here || guessed)) twice = held;
        else clean++;
      }
      if (twice == null || indexed(twice.lock()) || said.contains(twice.lock().path())) continue;
      said.add(twice.lock().path());
      String lock = twice.lock().text();
      String chain = need.by().equals(call.callee()) ? call.callee() + "()" : call.callee() + "()->…->" + need.by() + "()";
      List<Witness> evidence = List.of(facts.origin(twice, lock + (twice.origin() == Held.Origin.ASSERTED ? " is held, says " + twice.by() : " is taken here")),
          new Witness(facts.place(call.at()), call.callee() + "() is called with it held"), rule != null ? new Witness(rule.at(), "rule " + rule.id() + ": " + rule.says() + (rule.reason().isEmpty() ? "" : ". " + rule.reason()))
              : new Witness(need.at(), need.by() + "() takes it, by " + need.text() + "()"));
      String message = rule != null ? "May " + chain + " be called with " + lock + " held? The rule " + rule.id() + " says that it must not be." : "Can " + chain + " take " + lock + " while it is held here? " + (need.by().equals(call.callee()) ? "It" : need.by() + "()") + " would wait for this task itself.";
      boolean sure = clean == 0 && !guessed && twice.origin() != Held.Origin.ASSERTED;
      boolean near = facts.isOwn(need.at()) && need.by().equals(call.callee()); // a condition further down is about what the functions between know
      Confidence confidence = sure && need.sure() ? Confidence.CERTAIN : need.sure() || sure && near && !call.callee().equals(facts.name()) ? Confidence.LIKELY : Confidence.POSSIBLE;
      confidence = Spoken.capped(rule, confidence);
      findings.add(new Finding(id(), rule == null ? "" : rule.id(), facts.place(call.at()), facts.name(), lock, call.callee(), "call", facts.heldAt(moment.worlds()), confidence,
          confidence == Confidence.CERTAIN ? "" : guessed ? "assuming that " + need.lock().text() + " in " + need.by() + "() is of the same object" : sure ? "assuming that the call takes the way on which " + need.by() + "() locks" : "assuming that this way can be gone", message, evidence));
    }
  }

  /** The callee finds its way from a part of the object whose lock is held to that lock again: {@code gpiochip_get_data(&chip->gpio_chip)}. Heuristic. */
  private static Held sameObject(Facts facts, Summary.Need need, Step.Call call, World world) {
    if (need.lock().root().indexOf('(') < 0 || need.lock().type().startsWith("?") || !need.sure()) return null;
    for (Held held : world.held()) {
      if (!held.isSure() || !held.lock().type().equals(need.lock().type()) || !blocks(held, need.mode(), need.family())) continue;
      int dot = held.lock().path().lastIndexOf('.');
      if (dot < 0) continue;
      String object = held.lock().path().substring(0, dot);
      for (keeper.flow.Value argument : call.arguments())
        if (argument instanceof keeper.flow.Value.AddressOf a && world.canonical(a.path()).startsWith(object + ".")) return held;
    }
    return null;
  }

  /** One element of an array or list is not the next one, whatever its name. */
  private static boolean indexed(Lock lock) {
    return lock.path().indexOf('[') >= 0 || lock.path().indexOf('@') >= 0;
  }

  /** Whether taking the lock again waits: not for what nests or is shared. */
  private static boolean blocks(Held held, LockApi.Mode again, String family) {
    if (!MissingUnlock.strict(held.kind()) && held.origin() != Held.Origin.ASSERTED) return false;
    switch (family) {
      case "spin", "raw_spin", "mutex", "rwlock", "rwsem", "percpu_rwsem":
        break;
      case "any": // a rule, which does not see how the lock is declared
        return true;
      default:
        return false;
    }
    return !(held.mode() == LockApi.Mode.READ && again == LockApi.Mode.READ);
  }
}
