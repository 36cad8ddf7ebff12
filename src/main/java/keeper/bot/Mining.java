// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.bot;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import keeper.check.Census;
import keeper.check.Checks;
import keeper.custom.CensusBytes;
import keeper.custom.Custom;
import keeper.custom.Tally;
import keeper.git.CensusFile;
import keeper.text.ContentId;
import keeper.text.SourceText;
import keeper.text.Tree;

/** Finds the customs of a tree, or of a part of it, on a few threads; what was counted before is not counted again. */
public final class Mining {
  private static final int LARGEST = 4 << 20; // bytes of a file that is counted
  private static final int THREADS = 2;

  private final Checks checks;
  private final Tree tree;
  private final Optional<Path> kept;
  private final Map<String, String> ids = new ConcurrentHashMap<>(); // of headers, by path
  private int fresh;

  /** @param kept where counts are kept between runs, if at all */
  public Mining(Checks checks, Tree tree, Optional<Path> kept) {
    this.checks = checks;
    this.tree = tree;
    this.kept = kept;
  }

  /** How many files had to be counted in the last run. */
  public int fresh() {
    return fresh;
  }

  /**
   * The customs of these files, sorted; the same whatever the threads do.
   *
   * @param paths C files and headers of the tree
   * @param step is told after each file how many are done
   */
  public List<Custom> customs(Set<String> paths, IntConsumer step) {
    String program = checks.tables() + " " + CensusBytes.VERSION;
    Map<String, CensusFile.Kept> known = kept.map(file -> CensusFile.read(file, program)).orElseGet(Map::of);
    SortedMap<String, CensusFile.Kept> all = Collections.synchronizedSortedMap(new TreeMap<>());
    List<String> sorted = new ArrayList<>(new TreeSet<>(paths));
    fresh = run(sorted, known, all, step);
    if (kept.isPresent() && fresh > 0) keep(kept.get(), program, known, all);
    return tally(all);
  }

  private int run(List<String> paths, Map<String, CensusFile.Kept> known, SortedMap<String, CensusFile.Kept> all, IntConsumer step) {
    AtomicInteger next = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    AtomicInteger counted = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    List<RuntimeException> failures = Collections.synchronizedList(new ArrayList<>());
    int workers = Math.min(THREADS, Math.max(1, paths.size() / 16));
    for (int i = 0; i < workers; i++) {
      Thread thread = new Thread(null, () -> {
        try {
          Checks.Counter counter = checks.counter(tree);
          // Files of one folder one after the other, so that its headers are at hand.
          for (int from = next.getAndAdd(32); from < paths.size(); from = next.getAndAdd(32))
            for (String path : paths.subList(from, Math.min(paths.size(), from + 32))) {
              if (one(path, counter, known, all)) counted.incrementAndGet();
              step.accept(done.incrementAndGet());
            }
        } catch (RuntimeException e) {
          failures.add(e);
        }
      }, "mining-" + i, 64 << 20);
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while mining", e);
      }
    }
    if (!failures.isEmpty()) throw failures.get(0);
    return counted.get();
  }

  private boolean one(String path, Checks.Counter counter, Map<String, CensusFile.Kept> known, SortedMap<String, CensusFile.Kept> all) {
    Optional<SourceText> text = tree.file(path);
    if (text.isEmpty() || text.get().length() > LARGEST) return false;
    String content = ContentId.blob(text.get().bytes());
    CensusFile.Kept old = known.get(path);
    if (old != null && old.content().equals(content) && old.reached().equals(reached(old.headers())) && CensusBytes.read(old.census()).isPresent()) {
      all.put(path, old);
      return false;
    }
    List<String> headers = counter.reach(text.get());
    all.put(path, new CensusFile.Kept(content, headers, reached(headers), CensusBytes.write(counter.census(text.get()))));
    return true;
  }

  private String reached(List<String> headers) {
    StringBuilder words = new StringBuilder();
    for (String header : headers) words.append(ids.computeIfAbsent(header, h -> tree.contentId(h).orElse(""))).append('\n');
    return ContentId.sha256(words.toString()).substring(0, 24);
  }

  private static void keep(Path file, String program, Map<String, CensusFile.Kept> known, SortedMap<String, CensusFile.Kept> all) {
    SortedMap<String, CensusFile.Kept> both = new TreeMap<>(known);
    both.putAll(all);
    try {
      CensusFile.write(file, program, both);
    } catch (IOException e) {
      // Nothing is lost but time: the next run counts again.
    }
  }

  private static List<Custom> tally(SortedMap<String, CensusFile.Kept> all) {
    Tally tally = new Tally();
    for (CensusFile.Kept one : all.values()) tally.meet(census(one));
    for (CensusFile.Kept one : all.values()) tally.count(census(one));
    return tally.customs();
  }

  private static Census census(CensusFile.Kept kept) {
    return CensusBytes.read(kept.census()).orElseThrow(() -> new IllegalStateException("a census that was just read or written cannot be read"));
  }
}
