// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import keeper.c.Expression;
import keeper.c.Function;
import keeper.c.Node;
import keeper.c.Outline;
import keeper.c.Parser;
import keeper.c.Statement;
import keeper.text.SourceText;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Golden pairs {@code x.c}/{@code x.flow}, and the laws that hold for every graph. */
class FlowTest {
  private static final Path FIXTURES = Path.of("src/test/resources/keeper/flow");

  @TestFactory
  Stream<DynamicTest> flow() throws IOException {
    return fixtures().stream().map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> checkFlow(file)));
  }

  private static void checkFlow(Path file) throws IOException {
    Path golden = Path.of(file.toString().replaceFirst("\\.c$", ".flow"));
    String found = Dump.flow(text(file), Optional.empty(), Words.WORDS);
    if ("write".equals(System.getProperty("golden"))) Files.writeString(golden, found);
    assertThat(found).as("lockkeeper dump flow " + file).isEqualTo(Files.readString(golden));
  }

  @Test
  void oneFunctionCanBeAskedFor() throws IOException {
    SourceText text = text(FIXTURES.resolve("goto.c"));
    assertThat(Dump.flow(text, Optional.of("patched"), Words.WORDS)).startsWith("patched: p, out\n").doesNotContain("threaded");
    assertThat(Dump.flow(text, Optional.of("missing"), Words.WORDS)).isEmpty();
  }

  @Test
  void everyKindOfStatementAndExpressionOccursInAFixture() throws IOException {
    Set<String> missing = new TreeSet<>();
    for (Class<?> kind : Statement.class.getPermittedSubclasses()) missing.add(kind.getName());
    for (Class<?> kind : Expression.class.getPermittedSubclasses()) missing.add(kind.getName());
    for (Path file : fixtures())
      for (Function function : Outline.of(text(file)).functions())
        Parser.body(function).walk().map(Node::getClass).map(Class::getName).forEach(missing::remove);
    missing.remove(Statement.Declarator.class.getName()); // a part of a declaration
    assertThat(missing).isEmpty();
  }

  @Test
  void everyKindOfStepOccursInAGolden() throws IOException {
    Set<Class<?>> missing = new java.util.HashSet<>(Arrays.asList(Step.class.getPermittedSubclasses()));
    for (Path file : fixtures())
      for (ControlFlowGraph graph : graphs(text(file)))
        for (Block block : graph.blocks()) for (Step step : block.steps()) missing.remove(step.getClass());
    assertThat(missing).isEmpty();
  }

  @Test
  void fixturesKeepTheLaws() throws IOException {
    for (Path file : fixtures())
      for (ControlFlowGraph graph : graphs(text(file))) {
        checkShape(graph);
        checkScopes(graph);
      }
  }

  @Test
  void whatIsOpenedIsClosedOnEveryPath() {
    for (int seed = 0; seed < 400; seed++) {
      String code = new Program(seed).text();
      for (ControlFlowGraph graph : graphs(SourceText.of("seed-" + seed + ".c", code))) {
        checkShape(graph);
        checkScopes(graph);
      }
    }
  }

  @Test
  void brokenCodeNeverThrows() throws IOException {
    Random random = new Random(7);
    for (Path file : fixtures()) {
      byte[] whole = Files.readAllBytes(file);
      for (int round = 0; round < 60; round++)
        for (ControlFlowGraph graph : graphs(SourceText.of(file.getFileName() + "#" + round, broken(whole, random)))) checkShape(graph);
    }
  }

  private static byte[] broken(byte[] whole, Random random) {
    byte[] bytes = whole.clone();
    for (int i = 0; i < 6; i++) {
      int from = random.nextInt(bytes.length);
      int to = Math.min(bytes.length, from + random.nextInt(12));
      int at = random.nextInt(bytes.length);
      byte[] piece = Arrays.copyOfRange(bytes, from, to);
      byte[] rest = new byte[bytes.length + (i % 2 == 0 ? piece.length : -piece.length)];
      if (i % 2 == 0) { // said twice, somewhere else
        System.arraycopy(bytes, 0, rest, 0, at);
        System.arraycopy(piece, 0, rest, at, piece.length);
        System.arraycopy(bytes, at, rest, at + piece.length, bytes.length - at);
      } else { // left out
        System.arraycopy(bytes, 0, rest, 0, from);
        System.arraycopy(bytes, to, rest, from, bytes.length - to);
      }
      bytes = rest;
    }
    return bytes;
  }

  @Test
  void hostileSizesEndInAGap() {
    String braces = "{".repeat(100_000) + "f();" + "}".repeat(100_000);
    String nots = "x = " + "!".repeat(50_000) + "y;";
    String choices = "x = " + "a ? b : ".repeat(20_000) + "c;";
    String calls = "f(1);\n".repeat(Draft.MOST_STEPS + 10);
    String ifs = "if (a) f();\n".repeat(Draft.MOST_BLOCKS);
    for (String body : List.of(braces, nots, choices, calls, ifs)) {
      ControlFlowGraph graph = graph(body);
      checkShape(graph);
      assertThat(gaps(graph)).as(body.substring(0, 20)).isNotEmpty();
    }
  }

  @Test
  void longButFlatCodeIsReadToItsEnd() {
    String sum = "x = " + "a + ".repeat(300) + "last();";
    String chain = "if (a) f(); " + "else if (b) g(); ".repeat(5_000) + "else last();";
    StringBuilder maze = new StringBuilder("goto l4999;\n");
    for (int i = 0; i < 5_000; i++) maze.append("l").append(i).append(": goto l").append(i == 0 ? "end" : i - 1).append(";\n");
    maze.append("lend: last();\n");
    StringBuilder cases = new StringBuilder("switch (x) {\n");
    for (int i = 0; i < 5_000; i++) cases.append("case ").append(i).append(": f(); break;\n");
    cases.append("\t}\nlast();\n"); // a brace in the first column would end the function
    for (String body : List.of(sum, chain, maze.toString(), cases.toString())) {
      ControlFlowGraph graph = graph(body);
      checkShape(graph);
      assertThat(gaps(graph)).as(body.substring(0, 20)).isEmpty();
      assertThat(graph.blocks().stream().flatMap(b -> b.steps().stream()).anyMatch(s -> s instanceof Step.Call c && c.callee().equals("last"))).isTrue();
    }
  }

  @Test
  void orderPutsEachBlockBehindTheOnesThatLeadToIt() {
    ControlFlowGraph graph = graph("if (a) f(); else g(); while (b) h(); return;");
    int[] order = graph.order();
    int[] rank = new int[graph.blocks().size()];
    for (int i = 0; i < order.length; i++) rank[order[i]] = i;
    int backwards = 0;
    for (Block block : graph.blocks()) for (Edge edge : block.edges()) if (rank[edge.target()] <= rank[block.index()]) backwards++;
    assertThat(order[0]).isZero();
    assertThat(backwards).as("only the loop goes back").isEqualTo(1);
  }

  // Laws

  /** Targets exist, everything is reached, numbers are unique. */
  private static void checkShape(ControlFlowGraph graph) {
    Set<Integer> calls = new java.util.HashSet<>();
    for (int i = 0; i < graph.blocks().size(); i++) {
      Block block = graph.blocks().get(i);
      assertThat(block.index()).isEqualTo(i);
      for (Edge edge : block.edges()) assertThat(edge.target()).isBetween(0, graph.blocks().size() - 1);
      for (Step step : block.steps()) if (step instanceof Step.Call call) assertThat(calls.add(call.id())).as(Dump.words(call)).isTrue();
    }
    assertThat(graph.exit().steps()).isEmpty();
    assertThat(graph.exit().edges()).isEmpty();
    boolean[] reached = new boolean[graph.blocks().size()];
    for (int index : graph.order()) reached[index] = true;
    for (int i = 0; i < reached.length - 1; i++) assertThat(reached[i]).as("block %d of %s is reached", i, graph.function()).isTrue();
  }

  /** On every path scopes nest, and none is open at the exit. */
  private static void checkScopes(ControlFlowGraph graph) {
    List<List<Integer>> before = new ArrayList<>();
    for (int i = 0; i < graph.blocks().size(); i++) before.add(null);
    ArrayDeque<Integer> open = new ArrayDeque<>(List.of(0));
    before.set(0, List.of());
    while (!open.isEmpty()) {
      Block block = graph.blocks().get(open.pop());
      List<Integer> scopes = new ArrayList<>(before.get(block.index()));
      for (Step step : block.steps()) {
        if (step instanceof Step.Open o) scopes.add(o.scope());
        if (step instanceof Step.Close c) {
          assertThat(scopes).as("%s in %s", Dump.words(step), graph.function()).endsWith(c.open().scope());
          scopes.remove(scopes.size() - 1);
        }
        if (step instanceof Step.Return) assertThat(scopes).as("open at a return of %s", graph.function()).isEmpty();
      }
      for (Edge edge : block.edges()) {
        List<Integer> known = before.get(edge.target());
        if (known == null) {
          before.set(edge.target(), scopes);
          open.push(edge.target());
        } else {
          assertThat(known).as("scopes where paths meet, block %d of %s", edge.target(), graph.function()).isEqualTo(scopes);
        }
      }
    }
    if (before.get(graph.exit().index()) != null) assertThat(before.get(graph.exit().index())).isEmpty();
  }

  /** A random function with scopes, loops and jumps, all of them legal. */
  private static final class Program {
    private final Random random;
    private final StringBuilder out = new StringBuilder();
    private int names;

    Program(int seed) {
      random = new Random(seed);
    }

    String text() {
      out.append("int f(struct box *p)\n{\n\tint n = 0;\n");
      body(4, false, false);
      out.append("out:\n\treturn n;\n}\n");
      return out.toString();
    }

    private void body(int deep, boolean loop, boolean breakable) {
      for (int i = random.nextInt(5); i >= 0; i--) statement(deep, loop, breakable);
    }

    private void statement(int deep, boolean loop, boolean breakable) {
      int kind = random.nextInt(deep == 0 ? 6 : 13);
      switch (kind) {
        case 0 -> out.append("use(p);\n");
        case 1 -> out.append("if (p->a) return p->f;\n");
        case 2 -> out.append(breakable ? "if (p->b) break;\n" : "n++;\n");
        case 3 -> out.append(loop ? "if (p->c) continue;\n" : "n--;\n");
        case 4 -> out.append("if (p->d && try(p)) goto out;\n");
        case 5 -> out.append("return p->g ? 1 : work(p);\n");
        case 6 -> nested("{\nguard(mutex)(&p->lock);\n", deep, loop, breakable, "}\n");
        case 7 -> nested("scoped_guard(mutex, &p->lock) {\n", deep, true, true, "}\n");
        case 8 -> nested("while (more(p)) {\nint *q __free(kfree) = NULL;\n", deep, true, true, "}\n");
        case 9 -> nested("if (p->e || p->f) {\n", deep, loop, breakable, "} else {\nguard(rcu)();\nuse(p);\n}\n");
        case 10 -> nested("switch (p->s) {\ncase 1: {\nguard(spinlock)(&p->spin);\n", deep, loop, true, "}\ncase 2:\nuse(p);\nbreak;\ndefault:\nbreak;\n}\n");
        case 11 -> nested("scoped_cond_guard(mutex_try, n = 2, &p->lock) {\n", deep, true, true, "}\n");
        default -> {
          String label = "again" + names++;
          nested("{\n" + label + ":\n;\nCLASS(fd, d" + names + ")(n);\n", deep, loop, breakable, "if (p->h) goto " + label + ";\n}\n");
        }
      }
    }

    private void nested(String head, int deep, boolean loop, boolean breakable, String tail) {
      out.append(head);
      body(deep - 1, loop, breakable);
      out.append(tail);
    }
  }

  // Reading

  private static List<Path> fixtures() throws IOException {
    try (Stream<Path> files = Files.list(FIXTURES)) {
      return files.filter(file -> file.toString().endsWith(".c")).sorted().toList();
    }
  }

  private static SourceText text(Path file) throws IOException {
    return SourceText.of(file.getFileName().toString(), Files.readAllBytes(file));
  }

  private static List<ControlFlowGraph> graphs(SourceText text) {
    List<ControlFlowGraph> graphs = new ArrayList<>();
    for (Function function : Outline.of(text).functions()) graphs.add(Linearizer.graph(function, Parser.body(function), Words.WORDS));
    return graphs;
  }

  private static ControlFlowGraph graph(String body) {
    return graphs(SourceText.of("f.c", "void f(int x)\n{\n" + body + "\n}\n")).get(0);
  }

  private static List<Step> gaps(ControlFlowGraph graph) {
    return graph.blocks().stream().flatMap(block -> block.steps().stream()).filter(Step.Gap.class::isInstance).toList();
  }
}
