// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import keeper.c.Function;
import keeper.flow.Block;
import keeper.flow.Edge;
import keeper.flow.Step;
import keeper.lock.Act;
import keeper.lock.Dump;
import keeper.lock.Held;
import keeper.lock.HeldLocks;
import keeper.lock.Lock;
import keeper.lock.Moment;
import keeper.lock.Unit;
import keeper.lock.World;
import keeper.text.SourceText;

/** The locks of one function as text: each line that takes, releases, needs or asserts one, the ways out, and the shortest way to a line. */
final class Timeline {
  private static final int WIDEST = 72;

  private final Unit unit;
  private final Function function;
  private final HeldLocks held;
  private final SourceText text;

  private Timeline(Unit unit, Function function) {
    this.unit = unit;
    this.function = function;
    this.held = unit.held(function);
    this.text = unit.text();
  }

  /**
   * Lines end with a newline.
   *
   * @param line the one in question, marked with {@code >}; inside the function
   */
  static String of(Unit unit, Function function, int line) {
    return new Timeline(unit, function).write(line);
  }

  private String write(int asked) {
    StringBuilder out = new StringBuilder();
    out.append(text.path()).append(": ").append(function.name()).append("(), lines ").append(function.line()).append('-').append(function.endLine()).append('\n');
    if (held.exhausted()) return out.append("  nothing is known of its locks: ").append(held.limit()).append("\n").toString();
    Map<Integer, List<String>> events = events();
    events.computeIfAbsent(asked, line -> new ArrayList<>());
    Map<Integer, String> states = Dump.lines(held);
    String last = "";
    for (Map.Entry<Integer, List<String>> event : events.entrySet()) {
      int line = event.getKey();
      String state = states.getOrDefault(line, "");
      if (!state.isEmpty() && !state.equals(last)) out.append("          held here: ").append(state).append('\n');
      if (!state.isEmpty()) last = state;
      String source = text.lineText(line).strip();
      out.append(String.format("%s %5d  %s%n", line == asked ? ">" : " ", line, source.length() > WIDEST ? source.substring(0, WIDEST) + "…" : source));
      for (String words : event.getValue()) out.append("          ").append(words).append('\n');
    }
    way(asked, out);
    return out.toString();
  }

  private Map<Integer, List<String>> events() {
    Map<Integer, List<String>> events = new TreeMap<>();
    for (Moment moment : held.moments()) {
      int line = text.line(moment.step().at().start());
      if (moment.step() instanceof Step.Return r) add(events, line, r.value().isPresent() ? "leaves with " + r.value().get() : "leaves");
      if (moment.step() instanceof Step.Gap gap) add(events, line, "not seen: " + gap.why());
      if (moment.step() instanceof Step.Close close && lock(close, moment) != null) add(events, line, "the scope of line " + text.line(close.open().at().start()) + " ends: releases " + lock(close, moment));
      for (World world : moment.worlds()) for (Act act : held.acts(moment.step(), world)) add(events, line, words(act));
    }
    return events;
  }

  private Lock lock(Step.Close close, Moment moment) {
    for (World world : moment.worlds()) for (Held one : world.held()) if (one.origin() == Held.Origin.GUARD && one.takenAt().equals(close.open().at())) return one.lock();
    return null;
  }

  private static void add(Map<Integer, List<String>> events, int line, String words) {
    List<String> known = events.computeIfAbsent(line, l -> new ArrayList<>());
    if (!known.contains(words)) known.add(words);
  }

  private static String words(Act act) {
    String by = act.by().isEmpty() ? "" : ", by " + act.by() + (act.by().endsWith(")") ? "" : "()");
    String lock = act.lock().text();
    return switch (act.kind()) {
      case ACQUIRE -> "takes " + lock + by + (act.isConditional() ? ", if it succeeds" : "");
      case RELEASE -> "releases " + lock + by + (act.isConditional() ? ", depending on what it returns" : "");
      case DROP -> "lets go of " + lock + " and takes it again" + by;
      case DOWNGRADE -> "keeps " + lock + " for reading only" + by;
      case ASSERT -> "says that " + lock + " is held" + by;
      case ASSERT_NOT -> "says that " + lock + " is not held" + by;
      case REQUIRE -> "needs " + lock + by;
      case DOUBT -> "may change " + lock + by;
    };
  }

  /** The conditions on the shortest way from the entry to the line. */
  private void way(int asked, StringBuilder out) {
    Moment target = null;
    for (Moment moment : held.moments()) if (target == null && text.line(moment.step().at().start()) == asked) target = moment;
    if (target == null) return;
    List<Block> blocks = held.graph().blocks();
    int[] from = new int[blocks.size()];
    java.util.Arrays.fill(from, -1);
    ArrayDeque<Integer> open = new ArrayDeque<>(List.of(0));
    from[0] = 0;
    while (!open.isEmpty() && from[target.block()] < 0) {
      int at = open.poll();
      for (Edge edge : blocks.get(at).edges())
        if (from[edge.target()] < 0) {
          from[edge.target()] = at;
          open.add(edge.target());
        }
    }
    if (from[target.block()] < 0) return;
    List<String> conditions = new ArrayList<>();
    for (int at = target.block(); at != 0; at = from[at])
      for (Edge edge : blocks.get(from[at]).edges())
        if (edge.target() == at && !edge.assumption().isAlways()) {
          List<Step> steps = blocks.get(from[at]).steps();
          conditions.add((steps.isEmpty() ? "" : "line " + text.line(steps.get(steps.size() - 1).at().start()) + ": ") + edge.assumption());
          break;
        }
    Collections.reverse(conditions);
    out.append("  the shortest way to line ").append(asked).append(conditions.isEmpty() ? ": straight on\n" : ":\n");
    for (String condition : conditions) out.append("    ").append(condition).append('\n');
    out.append("  held there: ").append(Dump.words(target.worlds())).append('\n');
  }
}
