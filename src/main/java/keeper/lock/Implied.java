// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lock;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import keeper.flow.Block;
import keeper.flow.ControlFlowGraph;
import keeper.flow.Edge;
import keeper.flow.Step;
import keeper.rule.LockApi;
import keeper.text.Span;

/**
 * The locks that must have been taken in text that is not shown: what is released below it, and taken nowhere in between, was held where the shown text begins.
 *
 * <p>A release that other ways pass by ({@code if (locked) unlock(l);}) says nothing, nor does one of a lock that some other way takes first.
 */
final class Implied {
  private static final int MOST_LOCKS = 12;
  private static final int MOST_GAPS = 200;

  private final HeldLocks held;
  private final ControlFlowGraph graph;
  private final Map<Integer, List<Moment>> blocks = new HashMap<>();

  private Implied(HeldLocks held) {
    this.held = held;
    this.graph = held.graph();
    for (Moment moment : held.moments()) blocks.computeIfAbsent(moment.block(), block -> new ArrayList<>()).add(moment);
  }

  /** By the place of each stretch that is not shown, what is held behind it. */
  static Map<Span, List<Held>> of(HeldLocks held) {
    Map<Span, List<Held>> found = new HashMap<>();
    if (held.exhausted()) return found;
    Implied implied = new Implied(held);
    Map<String, Act> released = implied.released();
    if (released.isEmpty()) return found;
    int gaps = 0;
    for (Moment moment : held.moments()) {
      if (!(moment.step() instanceof Step.Gap gap) || gaps++ >= MOST_GAPS) continue;
      List<Held> behind = new ArrayList<>();
      for (Act act : released.values()) {
        Span at = implied.releasedBehind(moment, act);
        if (at != null) behind.add(implied.held(act, at));
      }
      if (!behind.isEmpty()) found.put(gap.at(), behind);
    }
    return found;
  }

  /** What is released though it was not taken where we can see it. */
  private Map<String, Act> released() {
    Map<String, Act> released = new LinkedHashMap<>();
    for (Moment moment : held.moments()) {
      if (!(moment.step() instanceof Step.Call call)) continue;
      World world = moment.worlds().get(0);
      for (Act act : held.acts(call, world)) {
        String root = act.lock().root();
        if (act.kind() != Act.Kind.RELEASE || act.entry() == null || act.isConditional() || !isOneTask(act.family()) || released.size() >= MOST_LOCKS) continue;
        if (root.startsWith("#") || root.indexOf('(') >= 0 || act.lock().path().indexOf('@') >= 0 || act.lock().path().indexOf('[') >= 0) continue;
        Held there = world.find(act.lock().path());
        if (there == null && !world.isFree(act.lock().path()) || there != null && !there.isSure()) released.putIfAbsent(act.lock().path(), act);
      }
    }
    return released;
  }

  private static boolean isOneTask(String family) {
    return switch (family) {
      case "mutex", "spin", "raw_spin", "rwlock", "rwsem", "percpu_rwsem", "rcu" -> true;
      default -> false;
    };
  }

  private Held held(Act act, Span at) {
    LockApi.Entry entry = act.entry();
    boolean irq = entry.irqRestore() || entry.irqOn();
    return new Held(act.lock(), act.family(), act.mode(), irq, act.by().endsWith("_bh"), act.flags(), 1, Held.Origin.IMPLIED, at, act.by());
  }

  /** Where some way from the gap releases the lock; null when none does, or one takes it first. */
  private Span releasedBehind(Moment gap, Act act) {
    BitSet seen = new BitSet();
    ArrayDeque<Integer> open = new ArrayDeque<>();
    Span[] release = new Span[1];
    List<Moment> own = blocks.get(gap.block());
    int behind = 0;
    while (own.get(behind).step() != gap.step()) behind++;
    int went = along(own, behind + 1, act, release);
    if (went == TAKEN) return null;
    if (went == ON) for (Edge edge : graph.blocks().get(gap.block()).edges()) open.add(edge.target());
    while (!open.isEmpty()) {
      int block = open.poll();
      if (seen.get(block)) continue;
      seen.set(block);
      went = along(blocks.getOrDefault(block, List.of()), 0, act, release);
      if (went == TAKEN || went == RELEASED && isPassedBy(block)) return null;
      if (went == ON) for (Edge edge : graph.blocks().get(block).edges()) open.add(edge.target());
    }
    return release[0];
  }

  private static final int ON = 0;
  private static final int RELEASED = 1;
  private static final int TAKEN = 2;
  private static final int LOST = 3;

  private int along(List<Moment> moments, int from, Act wanted, Span[] release) {
    String path = wanted.lock().path();
    for (int i = from; i < moments.size(); i++) {
      Step step = moments.get(i).step();
      if (step instanceof Step.Gap) return LOST;
      if (step instanceof Step.Write write && write.path().isVariable() && write.path().root().equals(wanted.lock().root())) return LOST; // another object from here
      if (!(step instanceof Step.Call) && !(step instanceof Step.Open)) continue;
      for (Act act : held.acts(step, moments.get(i).worlds().get(0))) {
        boolean same = act.lock().path().equals(path);
        if (same && act.kind() == Act.Kind.RELEASE) {
          if (release[0] == null || step.at().start() < release[0].start()) release[0] = step.at();
          return RELEASED;
        }
        if (same && act.kind() == Act.Kind.ASSERT) continue;
        if (same || act.kind() != Act.Kind.REQUIRE && act.kind() != Act.Kind.ASSERT && act.kind() != Act.Kind.RELEASE && act.lock().like(wanted.lock())) return TAKEN;
      }
    }
    return ON;
  }

  /** {@code if (locked) unlock(l);}: another way goes on behind it without the release. */
  private boolean isPassedBy(int block) {
    List<Edge> on = graph.blocks().get(block).edges();
    if (on.size() != 1) return false;
    for (Block other : graph.blocks()) {
      boolean enters = false;
      boolean skips = false;
      for (Edge edge : other.edges()) {
        enters |= edge.target() == block;
        skips |= edge.target() == on.get(0).target();
      }
      if (enters && skips) return true;
    }
    return false;
  }
}
