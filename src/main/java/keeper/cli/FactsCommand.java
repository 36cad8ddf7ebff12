// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import keeper.git.FactsFolder;
import keeper.git.FactsWork;
import keeper.git.GitException;
import keeper.lock.Kernel;
import keeper.lock.Survey;
import keeper.rule.Rules;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Computes what the files of a tree define for each other and do to locks, and keeps it for the next review. */
@Command(name = "facts", description = "Keeps what the functions of a tree do to locks, so that reviews and audits need not read them again.")
final class FactsCommand implements Callable<Integer> {
  private static final int PIECE = 16; // files that a thread takes at once: neighbours have headers in common

  @Mixin private Help help;
  @Mixin private RuleOptions ruleOptions;
  @Mixin private FactsOptions factsOptions;

  @Option(names = "--tree", paramLabel = "T", required = true, description = "An unpacked kernel, or a git repository with optional @REV.")
  private String tree;

  @Option(names = "--threads", paramLabel = "N", description = "How many at once (default: one a processor).")
  private int threads;

  private final AtomicInteger known = new AtomicInteger();
  private final AtomicInteger computed = new AtomicInteger();
  private final AtomicInteger unread = new AtomicInteger();

  @Override
  public Integer call() {
    Rules rules = ruleOptions.rules();
    Kernel kernel = new Kernel(rules.locks(), rules.sleepers());
    FactsFolder folder = factsOptions.folder();
    int workers = threads > 0 ? Math.min(threads, 64) : Runtime.getRuntime().availableProcessors();
    ExecutorService pool = Executors.newFixedThreadPool(workers);
    try (FactsWork work = open(folder)) {
      List<String> paths = work.paths();
      if (paths.isEmpty()) throw new Refusal(Refusal.INPUT, tree + ": there is no C file");
      List<Survey> surveys = new ArrayList<>();
      for (int i = 0; i < workers; i++) surveys.add(Survey.of(kernel, work.tree()));
      List<String> headers = paths.stream().filter(path -> path.endsWith(".h")).toList();
      List<String> sources = paths.stream().filter(path -> !path.endsWith(".h")).toList();
      try (ProgressBar bar = bar(2 * paths.size())) {
        all(pool, surveys, work, paths, Survey::names, bar);
        all(pool, surveys, work, headers, Survey::summaries, bar);
        all(pool, surveys, work, sources, Survey::summaries, bar);
      }
      Path file = work.write();
      if (!help.quiet)
        System.out.print(work.tree().name() + ": " + paths.size() + " files, " + computed + " records computed, " + known + " known already"
            + (unread.get() > 0 ? ", " + unread + " files not read" : "") + "; " + (work.size() + 500_000) / 1_000_000 + " MB in " + file + "\n");
      return 0;
    } finally {
      pool.shutdownNow();
    }
  }

  private FactsWork open(FactsFolder folder) {
    try {
      return FactsWork.of(tree, folder);
    } catch (GitException e) {
      throw new Refusal(Refusal.USAGE, e.getMessage());
    }
  }

  private void all(ExecutorService pool, List<Survey> surveys, FactsWork work, List<String> paths, BiFunction<Survey, String, Optional<Survey.Entry>> step, ProgressBar bar) {
    AtomicInteger next = new AtomicInteger();
    List<Future<?>> running = new ArrayList<>();
    for (Survey survey : surveys)
      running.add(pool.submit(() -> {
        for (int from = next.getAndAdd(PIECE); from < paths.size(); from = next.getAndAdd(PIECE))
          for (String path : paths.subList(from, Math.min(paths.size(), from + PIECE))) {
            keep(work, step.apply(survey, path));
            if (bar != null) bar.step();
          }
      }));
    try {
      for (Future<?> one : running) one.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refusal(Refusal.INPUT, "stopped before the facts were complete; those kept before are still there");
    }
  }

  private void keep(FactsWork work, Optional<Survey.Entry> entry) {
    if (entry.isEmpty()) {
      unread.incrementAndGet();
      return;
    }
    (entry.get().known() ? known : computed).incrementAndGet();
    work.keep(entry.get().key(), entry.get().bytes());
  }

  private ProgressBar bar(int steps) {
    if (System.console() == null || help.quiet) return null;
    return new ProgressBarBuilder().setTaskName("facts").setInitialMax(steps).build();
  }
}
