// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.flow;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import keeper.text.Span;

/** A graph while it is drawn: blocks come when they are needed, and what nobody reaches is left out in the end. */
final class Draft {
  /** Beyond these a function is not drawn any further; the largest of the kernel has about a tenth. */
  static final int MOST_STEPS = 200_000;

  static final int MOST_BLOCKS = 50_000;

  /** Deeper nesting than this is not followed. */
  private static final int DEEPEST = 400;

  /** A block to be. */
  static final class Node {
    private List<Step> steps = List.of();
    private final List<Node> targets = new ArrayList<>(2);
    private final List<Assumption> when = new ArrayList<>(2);
    private Node follower; // where an empty block leads, once known
    private int arrivals;
    private Node origin; // the last one seen that leads here
    private boolean joins; // it continues its only predecessor
    private int index = -1;

    void add(Step step) {
      if (steps.isEmpty()) steps = new ArrayList<>(4);
      steps.add(step);
    }

    void edge(Node target, Assumption assumption) {
      targets.add(target);
      when.add(assumption);
    }

    private boolean leadsOn() {
      return steps.isEmpty() && targets.size() == 1 && when.get(0) == Assumption.ALWAYS;
    }
  }

  private final Span body;
  final Node entry = new Node();
  final Node exit = new Node();
  private final List<Node> entered = new ArrayList<>();
  private Node current = entry;
  private int steps;
  private boolean full;
  int depth; // how deep the walk is nested, statements and expressions together

  /** @param body the function's, for what is said of all of it */
  Draft(Span body) {
    this.body = body;
    entered.add(entry);
  }

  /** What is nested here is not looked at: it is too much or too deep. */
  boolean tooDeep() {
    return full || depth >= DEEPEST;
  }

  /** No more is drawn: the function is too large. What is entered then holds a gap, so that no path misses that something is missing. */
  boolean full() {
    return full;
  }

  private void fill() {
    full = true;
    current.add(new Step.Gap("function too large", body));
  }

  Node current() {
    return current;
  }

  void add(Step step) {
    if (full) return;
    current.add(step);
    if (++steps >= MOST_STEPS) fill();
  }

  /** What follows happens in this block. */
  void enter(Node node) {
    place(node);
    current = node;
    if (full) node.add(new Step.Gap("function too large", body));
    else if (entered.size() >= MOST_BLOCKS) fill();
  }

  /** The block stands here in the order of blocks, without control going there. */
  void place(Node node) {
    entered.add(node);
  }

  /** Control goes there, whatever holds. */
  void jump(Node target) {
    current.edge(target, Assumption.ALWAYS);
  }

  void edge(Node target, Assumption assumption) {
    current.edge(target, assumption);
  }

  /** Control does not come past here; what follows is reached by a label, or not at all. */
  void stop() {
    enter(new Node());
  }

  /** Control goes on in a new block. */
  Node next() {
    Node node = new Node();
    jump(node);
    enter(node);
    return node;
  }

  List<Block> blocks() {
    reach();
    List<Node> kept = new ArrayList<>();
    for (Node node : entered) if (node.arrivals > 0) node.joins = joins(node);
    for (Node node : entered) {
      if (node.arrivals == 0 || node.joins) continue; // nobody comes here, or it becomes part of its only predecessor
      swallow(node);
      kept.add(node);
    }
    kept.add(exit);
    for (int i = 0; i < kept.size(); i++) kept.get(i).index = i;
    List<Block> blocks = new ArrayList<>(kept.size());
    for (Node node : kept) blocks.add(block(node));
    return blocks;
  }

  private static Block block(Node node) {
    List<Edge> edges = new ArrayList<>(node.targets.size());
    for (int i = 0; i < node.targets.size(); i++) edges.add(new Edge(node.targets.get(i).index, node.when.get(i)));
    return new Block(node.index, node.steps, edges);
  }

  /** Counts who comes from where, with empty blocks passed over. */
  private void reach() {
    ArrayDeque<Node> open = new ArrayDeque<>();
    entry.arrivals = 1;
    open.push(entry);
    while (!open.isEmpty()) {
      Node node = open.pop();
      for (int i = 0; i < node.targets.size(); i++) {
        Node target = follow(node.targets.get(i));
        node.targets.set(i, target);
        target.origin = node;
        if (target.arrivals++ == 0) open.push(target);
      }
    }
  }

  /** Where a chain of empty blocks leads; somewhere in the circle when it is one. */
  private Node follow(Node start) {
    Node end = start;
    for (int hops = 0; hops < 1000 && end != exit && end.leadsOn(); hops++) {
      end = end.follower != null ? end.follower : end.targets.get(0);
      if (end == start) break;
    }
    start.follower = end;
    return end;
  }

  private boolean joins(Node node) {
    return node != entry && node != exit && node.arrivals == 1 && node.origin != node && goesOneWay(node.origin);
  }

  private static boolean goesOneWay(Node node) {
    return node.targets.size() == 1 && node.when.get(0) == Assumption.ALWAYS;
  }

  /** Takes in the blocks that only this one leads to. */
  private static void swallow(Node node) {
    while (goesOneWay(node) && node.targets.get(0).joins) {
      Node only = node.targets.get(0);
      for (Step step : only.steps) node.add(step);
      node.targets.clear();
      node.when.clear();
      node.targets.addAll(only.targets);
      node.when.addAll(only.when);
    }
  }
}
