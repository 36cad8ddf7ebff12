// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.flow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import keeper.c.Function;
import keeper.c.Outline;
import keeper.c.Parser;
import keeper.text.SourceText;

/**
 * How long it takes to parse and linearise every function of a kernel tree, and how much of it ends in a gap.
 *
 * <pre>java -Xmx1g -cp target/classes:target/test-classes keeper.flow.FlowBenchmark linux-source-6.12 2</pre>
 *
 * <p>The tree's {@code .c} files outside of tools, scripts, samples and Documentation; the second argument is the number of threads.
 */
final class FlowBenchmark {
  private final Path tree;
  private final List<Path> files;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicLong functions = new AtomicLong();
  private final AtomicLong withGap = new AtomicLong();
  private final AtomicLong blocks = new AtomicLong();
  private final AtomicLong steps = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private long slowest;
  private Path slowestFile;

  private FlowBenchmark(Path tree, List<Path> files) {
    this.tree = tree;
    this.files = files;
  }

  public static void main(String[] arguments) throws Exception {
    Path tree = Path.of(arguments[0]);
    int threads = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 2;
    FlowBenchmark benchmark = new FlowBenchmark(tree, files(tree));
    long start = System.nanoTime();
    Thread[] workers = new Thread[threads];
    for (int i = 0; i < threads; i++) (workers[i] = new Thread(benchmark::work)).start();
    for (Thread worker : workers) worker.join();
    benchmark.print((System.nanoTime() - start) / 1e9, threads);
  }

  private static List<Path> files(Path tree) throws IOException {
    try (Stream<Path> all = Files.walk(tree)) {
      return all.filter(file -> file.toString().endsWith(".c") && Files.isRegularFile(file))
          .filter(file -> !List.of("tools", "scripts", "samples", "Documentation").contains(tree.relativize(file).getName(0).toString()))
          .sorted().toList();
    }
  }

  private void work() {
    for (int i = next.getAndIncrement(); i < files.size(); i = next.getAndIncrement()) file(files.get(i));
  }

  private void file(Path file) {
    try {
      SourceText text = SourceText.of(tree.relativize(file).toString(), Files.readAllBytes(file));
      long start = System.nanoTime();
      for (Function function : Outline.of(text).functions()) count(Linearizer.graph(function, Parser.body(function), Words.WORDS));
      took(file, System.nanoTime() - start);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      failures.incrementAndGet();
      System.out.println(file + ": " + e);
    }
  }

  private void count(ControlFlowGraph graph) {
    functions.incrementAndGet();
    blocks.addAndGet(graph.blocks().size());
    boolean gap = false;
    for (Block block : graph.blocks()) {
      steps.addAndGet(block.steps().size());
      for (Step step : block.steps()) gap |= step instanceof Step.Gap;
    }
    if (gap) withGap.incrementAndGet();
  }

  private synchronized void took(Path file, long nanos) {
    if (nanos <= slowest) return;
    slowest = nanos;
    slowestFile = file;
  }

  private void print(double seconds, int threads) {
    System.out.println(files.size() + " files, " + functions + " functions (" + withGap + " with a gap), " + blocks + " blocks, " + steps + " steps");
    System.out.println(Math.round(seconds * 10) / 10.0 + " s on " + threads + " threads, slowest file " + slowest / 1_000_000 + " ms (" + slowestFile + "), "
        + failures + " failures");
  }
}
