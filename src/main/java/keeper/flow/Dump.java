// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.flow;

import java.util.Optional;
import keeper.c.Function;
import keeper.c.Outline;
import keeper.c.Parser;
import keeper.text.SourceText;

/**
 * Graphs as text, the format of the golden files. A step has its line in front; {@code -> 2 when x == 0} is an edge.
 *
 * <pre>
 * put: x, flags
 *   block 0
 *     12  call #0 spin_lock(&amp;x->lock)
 *     -> 1 when x->users == 0
 *     -> 2 when x->users != 0
 * </pre>
 */
public final class Dump {
  private final StringBuilder out = new StringBuilder();
  private final SourceText text;

  private Dump(SourceText text) {
    this.text = text;
  }

  /** All functions of the file, or the one of that name; empty when there is none. */
  public static String flow(SourceText text, Optional<String> function, Vocabulary vocabulary) {
    Dump dump = new Dump(text);
    for (Function f : Outline.of(text).functions()) {
      if (function.isPresent() && !function.get().equals(f.name())) continue;
      dump.graph(Linearizer.graph(f, Parser.body(f), vocabulary));
    }
    return dump.out.toString();
  }

  private void graph(ControlFlowGraph graph) {
    if (out.length() > 0) out.append('\n');
    out.append(graph.function().name()).append(": ").append(String.join(", ", graph.variables().keySet())).append('\n');
    for (Block block : graph.blocks()) {
      out.append("  block ").append(block.index()).append(block == graph.exit() ? " exit\n" : "\n");
      for (Step step : block.steps()) line(step);
      for (Edge edge : block.edges()) line(edge);
    }
  }

  private void line(Step step) {
    String number = Integer.toString(text.line(step.at().start()));
    out.append(" ".repeat(Math.max(0, 6 - number.length()))).append(number).append("  ").append(words(step)).append('\n');
  }

  private void line(Edge edge) {
    out.append("    -> ").append(edge.target());
    if (!edge.assumption().isAlways()) out.append(" when ").append(edge.assumption());
    out.append('\n');
  }

  /** A step as one line: {@code write x->users = x->users - 1}. */
  public static String words(Step step) {
    if (step instanceof Step.Read r) return "read " + r.path();
    if (step instanceof Step.Write w) return "write " + w.path() + " = " + w.value();
    if (step instanceof Step.Address a) return "address " + a.path();
    if (step instanceof Step.Call c) return "call #" + c.id() + " " + (c.through().isPresent() ? "through " + c.through().get() : c.callee()) + list(c.arguments());
    if (step instanceof Step.Declare d) return "declare " + d.name() + ": " + d.type();
    if (step instanceof Step.Open o) return "open " + scope(o) + (o.variable().isEmpty() ? "" : " " + o.variable()) + list(o.arguments());
    if (step instanceof Step.Close c) return "close " + scope(c.open());
    if (step instanceof Step.Return r) return r.value().isPresent() ? "return " + r.value().get() : "return";
    if (step instanceof Step.Gap g) return "gap: " + g.why();
    throw new IllegalStateException("no case for " + step.getClass());
  }

  private static String scope(Step.Open open) {
    return "#" + open.scope() + " " + open.kind() + "(" + open.type() + ")";
  }

  private static String list(java.util.List<Value> arguments) {
    StringBuilder list = new StringBuilder("(");
    for (Value argument : arguments) list.append(list.length() > 1 ? ", " : "").append(argument);
    return list.append(')').toString();
  }
}
