// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lock;

import java.util.ArrayList;
import java.util.List;
import keeper.c.Function;
import keeper.flow.Block;
import keeper.flow.ControlFlowGraph;
import keeper.flow.Step;
import keeper.flow.Value;
import keeper.text.Span;

/** What is held at every step of one function. */
public final class HeldLocks {
  private final Unit unit;
  private final ControlFlowGraph graph;
  private final Walk walk;
  private final List<List<World>> entries; // per block; null where nothing arrives
  private final String limit;
  private List<Moment> moments; // computed when first asked for, as the exits are
  private List<Exit> exits;

  HeldLocks(Unit unit, ControlFlowGraph graph, Walk walk, List<List<World>> entries, String limit) {
    this.unit = unit;
    this.graph = graph;
    this.walk = walk;
    this.entries = entries;
    this.limit = limit;
  }

  public Function function() {
    return graph.function();
  }

  public ControlFlowGraph graph() {
    return graph;
  }

  public Unit unit() {
    return unit;
  }

  /** The function was too large: nothing is known of it. */
  public boolean exhausted() {
    return !limit.isEmpty();
  }

  /** Which limit it was too large for, in words; empty when it was not. */
  public String limit() {
    return limit;
  }

  /** Every step that is reached, with the worlds before it, block by block. */
  public List<Moment> moments() {
    if (moments == null) replay();
    return moments;
  }

  /** Every way out. */
  public List<Exit> exits() {
    if (exits == null) replay();
    return exits;
  }

  private void replay() {
    List<Moment> found = new ArrayList<>();
    List<Exit> out = new ArrayList<>();
    for (Block block : graph.blocks()) {
      List<World> worlds = entries.get(block.index());
      if (worlds == null) continue;
      for (Step step : block.steps()) {
        found.add(new Moment(block.index(), step, worlds));
        if (step instanceof Step.Return r)
          for (World world : worlds) out.add(new Exit(world, r.value(), r.value().isEmpty() ? World.ANY : world.sign(r.value().get(), walk), r.at()));
        if (limit.isEmpty()) worlds = walk.after(step, worlds);
      }
    }
    moments = List.copyOf(found);
    exits = List.copyOf(out);
  }

  /** What a step does to locks in one of its worlds. */
  public List<Act> acts(Step step, World world) {
    return walk.acts(step, world);
  }

  /** The lock that a pointer value stands for in this world; null when it cannot be told. */
  public Lock lock(Value pointer, World world) {
    return walk.lock(pointer, "", world);
  }

  Walk walk() {
    return walk;
  }

  /** Whether every way through the function passes this block. */
  public boolean alwaysReached(int block) {
    int last = graph.blocks().size() - 1;
    if (block == 0 || block == last) return true;
    boolean[] seen = new boolean[last + 1];
    int[] stack = new int[last + 1];
    int depth = 0;
    stack[depth++] = 0;
    seen[0] = true;
    seen[block] = true;
    while (depth > 0) {
      int at = stack[--depth];
      if (at == last) return false;
      for (keeper.flow.Edge edge : graph.blocks().get(at).edges()) {
        if (seen[edge.target()]) continue;
        seen[edge.target()] = true;
        stack[depth++] = edge.target();
      }
    }
    return true;
  }

  /** Whether all that goes past this block leaves the function without doing more than to say so: {@code if (!p) return;} above it. */
  public boolean isOnlyLeft(int block) {
    java.util.BitSet around = reachable(0, block);
    for (int other = around.nextSetBit(0); other >= 0; other = around.nextSetBit(other + 1)) {
      boolean above = false;
      for (keeper.flow.Edge edge : graph.blocks().get(other).edges()) above |= edge.target() == block || reachable(edge.target(), -1).get(block);
      if (above) continue;
      for (Step step : graph.blocks().get(other).steps()) if (step instanceof Step.Call call && !says(call.callee()) || step instanceof Step.Write w && !w.path().isVariable()) return false;
    }
    return true;
  }

  private static boolean says(String callee) {
    return callee.startsWith("pr_") || callee.startsWith("dev_") || callee.startsWith("netdev_") || callee.startsWith("trace_") || callee.equals("ERR_PTR");
  }

  private java.util.BitSet reachable(int from, int but) {
    java.util.BitSet seen = new java.util.BitSet();
    java.util.ArrayDeque<Integer> open = new java.util.ArrayDeque<>();
    if (from != but) open.add(from);
    while (!open.isEmpty()) {
      int at = open.poll();
      if (seen.get(at)) continue;
      seen.set(at);
      for (keeper.flow.Edge edge : graph.blocks().get(at).edges()) if (edge.target() != but) open.add(edge.target());
    }
    return seen;
  }

  /** The call with this id. */
  public Step.Call call(int id) {
    return walk.callOf(id);
  }

  /** The function's text for a span, on one line. */
  public String text(Span span) {
    return graph.function().text().text(span).replaceAll("\\s+", " ");
  }
}
