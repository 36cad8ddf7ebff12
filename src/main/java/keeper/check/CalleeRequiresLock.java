// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import keeper.flow.Step;
import keeper.lock.Act;
import keeper.lock.Held;
import keeper.lock.Holding;
import keeper.lock.Lock;
import keeper.lock.Moment;
import keeper.lock.Summary;
import keeper.lock.Unit;
import keeper.lock.World;
import keeper.rule.LockApi;
import keeper.rule.Rule;

/** A function that says that a lock must be held, by an assertion or an annotation, is called without it. */
final class CalleeRequiresLock implements Check {
  @Override
  public String id() {
    return "callee-requires-lock";
  }

  @Override
  public void findings(Facts facts, List<Finding> findings) {
    List<String> said = new ArrayList<>();
    for (Moment moment : facts.moments()) {
      if (moment.step() instanceof Step.Call asserting) asserted(facts, moment, asserting, findings);
      if (!(moment.step() instanceof Step.Call call) || call.callee().isEmpty() || facts.kernel().lock(call.callee()).isPresent()) continue;
      Optional<Summary> summary = facts.unit().summary(call, moment.worlds().get(0));
      if (summary.isEmpty()) continue;
      for (Summary.Need need : summary.get().required()) judge(facts, moment, call, summary.get(), need, said, findings);
    }
  }

  /** An assertion in a function that is entered with nothing held, or behind the release. */
  private void asserted(Facts facts, Moment moment, Step.Call call, List<Finding> findings) {
    Lock lock = null;
    for (World world : moment.worlds()) {
      Act found = null;
      for (Act act : facts.held().acts(call, world)) if (act.kind() == Act.Kind.ASSERT && act.entry() != null && MissingUnlock.strict(act.family()) | act.family().equals("any")) found = act;
      if (found == null || world.findLike(found.lock()) != null || facts.holding(world, found.lock()) != Holding.NOT_HELD) return;
      if (!world.isFree(found.lock().path()) && !world.isGiven(found.lock().path()) && !facts.unit().sites(facts.name()).isEmpty()) return; // told where it is called
      lock = found.lock();
    }
    if (lock == null) return;
    List<String> held = facts.heldAt(moment.worlds());
    String message = "Who holds " + lock.text() + " here? " + facts.name() + "() says by " + call.callee() + "() that it is held, but nothing on the way here takes it; held here: "
        + (held.isEmpty() ? "nothing" : String.join(", ", held)) + ".";
    findings.add(new Finding(id(), "", facts.place(call.at()), facts.name(), lock.text(), call.callee(), "assert", held, Confidence.CERTAIN, "", message,
        List.of(new Witness(facts.place(call.at()), "the assertion"))));
  }

  private void judge(Facts facts, Moment moment, Step.Call call, Summary callee, Summary.Need need, List<String> said, List<Finding> findings) {
    Rule.OfFunction rule = Spoken.behind(facts, need);
    if (Spoken.excepts(rule, facts)) return;
    int free = 0;
    int unknown = 0;
    int held = 0;
    int shared = 0; // held, and for reading only
    Lock lock = null;
    boolean unseen = false;
    for (World world : moment.worlds()) {
      Lock here = facts.unit().translate(need.lock(), call, callee.function(), world);
      if (here == null) return;
      lock = here;
      unseen |= world.unseen();
      switch (facts.holding(world, here)) {
        case HELD -> {
          Held there = world.find(here.path());
          if (need.mode() == LockApi.Mode.WRITE && there != null && there.mode() == LockApi.Mode.READ) {
            free++;
            shared++;
          }
          else held++;
        }
        case NOT_HELD -> {
          if (world.findLike(here) != null) return;
          free++;
        }
        default -> {
          if (world.opaque() || world.findLike(here) != null) return;
          unknown++;
        }
      }
    }
    if (lock == null || held > 0 && free == 0) return;
    if (free == 0 && unknown == 0) return;
    if (said.contains(call.callee() + lock.path() + call.at().start())) return;
    said.add(call.callee() + lock.path() + call.at().start());
    Confidence confidence = Confidence.CERTAIN;
    String assumption = "";
    if (free == 0) {
      // Its own callers may hold it; the question goes on to them.
      confidence = Confidence.POSSIBLE;
      assumption = "assuming that no caller of " + facts.name() + "() holds " + lock.text();
      boolean open = facts.unit().context(facts.function()) != Unit.Context.CALLED && !facts.name().endsWith("_locked") && !facts.name().contains("_locked_");
      if (rule != null && open) confidence = Confidence.LIKELY; // somebody wrote it down, and nobody in this file stands above
    } else if (held > 0 || unknown > 0) {
      confidence = shared == free && held > 0 ? Confidence.POSSIBLE : Confidence.LIKELY; // taken in either mode, and a variable remembers in which
      assumption = "assuming that the way on which " + lock.text() + " is not held can be gone";
    }
    if (!need.sure()) {
      confidence = Confidence.POSSIBLE; // an assertion under a condition goes by the state of an object, or by another argument
      assumption = "assuming that the call takes the way on which " + need.by() + "() says so";
    }
    if (unseen && confidence == Confidence.CERTAIN) confidence = Confidence.LIKELY;
    findings.add(finding(facts, moment, call, need, lock, Spoken.capped(rule, confidence), assumption, rule));
  }

  private Finding finding(Facts facts, Moment moment, Step.Call call, Summary.Need need, Lock lock, Confidence confidence, String assumption, Rule rule) {
    List<Witness> evidence = new ArrayList<>(facts.takings(moment.worlds()));
    evidence.add(new Witness(facts.place(call.at()), call.callee() + "() is called here without " + lock.text()));
    evidence.add(new Witness(need.at(), rule == null ? need.by() + "() says that it must be held, by " + need.text() : "rule " + rule.id() + ": " + rule.says() + (rule.reason().isEmpty() ? "" : ". " + rule.reason())));
    for (Unit.Site site : holders(facts, call, need)) evidence.add(new Witness(facts.place(site.call().at()), site.caller().name() + "() holds it for this call"));
    String chain = need.by().equals(call.callee()) ? "" : " on behalf of " + need.by() + "()";
    List<String> held = facts.heldAt(moment.worlds());
    String message = "Does " + call.callee() + "() need " + lock.text() + " here" + chain + "? " + (rule == null ? need.by() + "() says so by " + need.text() : "The rule " + rule.id() + " says so of " + need.by() + "()") + "; held here: "
        + (held.isEmpty() ? "nothing that is visible" : String.join(", ", held)) + "." + (assumption.isEmpty() ? "" : " (" + assumption + ")");
    return new Finding(id(), rule == null ? "" : rule.id(), facts.place(call.at()), facts.name(), lock.text(), call.callee(), "call", held, confidence, assumption, message, evidence);
  }

  /** At most two other callers in this file that hold the lock. */
  private static List<Unit.Site> holders(Facts facts, Step.Call call, Summary.Need need) {
    Optional<keeper.c.Function> callee = facts.unit().function(call.callee());
    if (callee.isEmpty()) return List.of();
    List<Unit.Site> holders = facts.unit().sitesWith(callee.get(), need.lock(), Holding.HELD);
    return holders.subList(0, Math.min(2, holders.size()));
  }
}
