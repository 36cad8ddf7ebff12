// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import keeper.flow.Block;
import keeper.flow.ControlFlowGraph;
import keeper.flow.Edge;
import keeper.flow.Step;
import keeper.flow.Value;
import keeper.lock.Act;
import keeper.lock.Held;
import keeper.lock.Lock;
import keeper.lock.Moment;
import keeper.lock.World;
import keeper.text.Span;

/**
 * A guard lets go of a lock that is not held any more, that was never taken on the way, at once, or in an object that is gone.
 *
 * <p>Silent on guards that may fail, and where the lock is taken again by hand before the guard ends.
 */
final class GuardMisuse implements Check {
  private static final Set<String> FREES = Set.of("kfree", "kvfree", "kfree_sensitive", "kvfree_sensitive", "vfree", "kmem_cache_free");

  @Override
  public String id() {
    return "guard-misuse";
  }

  @Override
  public void findings(Facts facts, List<Finding> findings) {
    Map<Integer, Step.Open> guards = guards(facts);
    if (guards.isEmpty()) return;
    Map<String, Finding> found = new LinkedHashMap<>();
    for (Moment moment : facts.moments()) {
      if (moment.step() instanceof Step.Close close && guards.containsKey(close.open().scope())) releasedBefore(facts, moment, close, found);
      if (facts.unit().hasGaps() && moment.step() instanceof Step.Call call) releasedByHand(facts, moment, call, found);
      if (moment.step() instanceof Step.Call call && FREES.contains(call.callee())) freed(facts, moment, call, found);
    }
    for (Step.Open open : guards.values()) {
      jumpedOver(facts, open, found);
      if (open.kind().equals("guard")) endsAtOnce(facts, open, found);
    }
    findings.addAll(found.values());
  }

  /** The scope objects that are locks and cannot fail. */
  private static Map<Integer, Step.Open> guards(Facts facts) {
    Map<Integer, Step.Open> guards = new LinkedHashMap<>();
    for (Moment moment : facts.moments()) {
      if (!(moment.step() instanceof Step.Open open)) continue;
      Act act = lock(facts, open, moment.worlds().get(0));
      if (act != null && !act.entry().isConditionalGuard()) guards.put(open.scope(), open);
    }
    return guards;
  }

  private static Act lock(Facts facts, Step.Open open, World world) {
    List<Act> acts = facts.held().acts(open, world);
    return acts.isEmpty() || acts.get(0).kind() != Act.Kind.ACQUIRE || acts.get(0).entry() == null ? null : acts.get(0);
  }

  private void releasedBefore(Facts facts, Moment moment, Step.Close close, Map<String, Finding> found) {
    for (World world : moment.worlds()) {
      Act act = lock(facts, close.open(), world);
      if (act == null || world.opaque()) continue;
      String path = act.lock().path();
      if (world.find(path) != null || !world.isFree(path)) continue;
      Span release = release(facts, act.lock());
      if (release == null) continue;
      String message = "Is " + act.lock().text() + " released twice? It is released here by hand, and the guard that took it releases it again at the end of its scope.";
      add(facts, release, act.lock(), "release", "manual", message, moment.worlds(), found,
          new Witness(facts.place(close.open().at()), "the guard takes " + act.lock().text() + " here"), new Witness(facts.place(close.at()), "and releases it when control leaves here"));
    }
  }

  /** By hunks: the code itself releases what a guard holds for sure; the guard's end may not be shown. */
  private void releasedByHand(Facts facts, Moment moment, Step.Call call, Map<String, Finding> found) {
    for (World world : moment.worlds())
      for (Act act : facts.held().acts(call, world)) {
        Held held = act.kind() == Act.Kind.RELEASE && act.entry() != null ? world.find(act.lock().path()) : null;
        if (held == null || held.origin() != Held.Origin.GUARD || held.depth() > 1) continue;
        for (Moment other : facts.moments())
          if (other.step() instanceof Step.Call again) for (Act back : facts.held().acts(again, other.worlds().get(0))) if (back.kind() == Act.Kind.ACQUIRE && back.lock().path().equals(act.lock().path())) return; // it comes back by hand
        String message = "Is " + act.lock().text() + " released twice? It is released here by hand, and the guard that took it releases it again at the end of its scope.";
        add(facts, call.at(), act.lock(), "release", "manual", message, moment.worlds(), found, new Witness(facts.place(held.takenAt()), "the guard takes " + act.lock().text() + " here"));
        return;
      }
  }

  /** Where the code itself releases what a guard holds. */
  private static Span release(Facts facts, Lock lock) {
    for (Moment moment : facts.moments()) {
      if (!(moment.step() instanceof Step.Call)) continue;
      for (World world : moment.worlds()) {
        Held held = world.find(lock.path());
        if (held == null || held.origin() != Held.Origin.GUARD) continue;
        for (Act act : facts.held().acts(moment.step(), world)) if (act.kind() == Act.Kind.RELEASE && act.lock().path().equals(lock.path())) return moment.step().at();
      }
    }
    return null;
  }

  /** {@code kfree(p)} while a guard holds {@code p->lock}. */
  private void freed(Facts facts, Moment moment, Step.Call call, Map<String, Finding> found) {
    Value object = call.arguments().isEmpty() ? null : call.arguments().get(call.arguments().size() - 1);
    if (!(object instanceof Value.Stored stored)) return;
    Held inside = null;
    for (World world : moment.worlds()) {
      inside = within(world, stored.path().toString(), world.canonical(stored.path()));
      if (inside == null) return;
    }
    String message = "Does the guard release " + inside.lock().text() + " after " + stored.path() + " is gone? " + call.callee() + "() frees the object that has the lock, and the guard ends later.";
    add(facts, call.at(), inside.lock(), call.callee(), "free", message, moment.worlds(), found, new Witness(facts.place(inside.takenAt()), "the guard takes " + inside.lock().text() + " here"));
  }

  /** A lock that a guard holds and that is a part of the object itself, not of something that it points to. */
  private static Held within(World world, String object, String path) {
    for (Held held : world.held()) {
      String text = held.lock().text();
      if (held.origin() == Held.Origin.GUARD && held.lock().path().startsWith(path + ".") && text.startsWith(object + "->") && text.indexOf("->", object.length() + 2) < 0) return held;
    }
    return null;
  }

  /** Some way leads to the end of the scope and not past its beginning: a goto or a case label behind the guard. */
  private void jumpedOver(Facts facts, Step.Open open, Map<String, Finding> found) {
    ControlFlowGraph graph = facts.held().graph();
    Step.Close end = endWithoutBeginning(graph, open);
    if (end == null) return;
    Moment moment = moment(facts, open);
    if (moment == null) return;
    Act act = lock(facts, open, moment.worlds().get(0));
    String message = "Can a jump get past this guard and into its scope? Then " + act.lock().text() + " is released at the end of the scope without having been taken.";
    add(facts, open.at(), act.lock(), "guard", "jump", message, moment.worlds(), found, new Witness(facts.place(end.at()), "the guard ends here, also on a way that does not pass its beginning"));
  }

  private static Step.Close endWithoutBeginning(ControlFlowGraph graph, Step.Open open) {
    ArrayDeque<Integer> ways = new ArrayDeque<>(List.of(0));
    Set<Integer> seen = new HashSet<>(ways);
    while (!ways.isEmpty()) {
      Block block = graph.blocks().get(ways.pop());
      boolean begins = false;
      for (Step step : block.steps()) {
        if (step instanceof Step.Close close && close.open().scope() == open.scope()) return close;
        if (step instanceof Step.Open o && o.scope() == open.scope()) {
          begins = true;
          break;
        }
      }
      if (begins) continue;
      for (Edge edge : block.edges()) if (seen.add(edge.target())) ways.push(edge.target());
    }
    return null;
  }

  /** {@code if (x) guard(mutex)(&m);}: the scope is that one statement. */
  private void endsAtOnce(Facts facts, Step.Open open, Map<String, Finding> found) {
    for (Block block : facts.held().graph().blocks())
      for (int i = 0; i + 1 < block.steps().size(); i++) {
        if (block.steps().get(i) != open || !(block.steps().get(i + 1) instanceof Step.Close close) || close.open() != open) continue;
        Moment moment = moment(facts, open);
        if (moment == null) return;
        Act act = lock(facts, open, moment.worlds().get(0));
        String message = "Does this guard hold " + act.lock().text() + " for anything? Its scope ends right behind it.";
        add(facts, open.at(), act.lock(), "guard", "empty", message, moment.worlds(), found, new Witness(facts.place(close.at()), "the scope ends here"));
      }
  }

  private static Moment moment(Facts facts, Step step) {
    for (Moment moment : facts.moments()) if (moment.step() == step) return moment;
    return null;
  }

  private void add(Facts facts, Span at, Lock lock, String subject, String kind, String message, List<World> worlds, Map<String, Finding> found, Witness... evidence) {
    found.putIfAbsent(kind + " " + lock.path() + " " + at.start(), new Finding(id(), "", facts.place(at), facts.name(), lock.text(), subject, kind, facts.heldAt(worlds), Confidence.CERTAIN, "", message, List.of(evidence)));
  }
}
