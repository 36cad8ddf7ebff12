// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.bot;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.IntConsumer;
import keeper.check.Census;
import keeper.check.Checks;
import keeper.custom.CensusBytes;
import keeper.custom.Custom;
import keeper.custom.Tally;
import keeper.rule.Rule;
import keeper.text.ContentId;
import keeper.text.Kept;
import keeper.text.Packed;
import keeper.text.SourceText;
import keeper.text.Tree;

/**
 * Finds the customs of a tree, or of a part of it, on a few threads; what was counted before is not counted again. First all functions that have to do with
 * locks; then, of the others, those that touch a member which may become a custom.
 */
public final class Mining {
  private static final int LARGEST = 4 << 20; // bytes of a file that is counted
  private static final int MOST_THREADS = 8;
  private static final int PIECE = 16; // files that a thread takes at once: neighbours have headers in common
  private static final byte[] NOTHING = {};

  private final Tree tree;
  private final Kept known;
  private final BiConsumer<byte[], byte[]> keep;
  private final int threads;
  private final List<Checks.Counter> counters;
  private final String tables;
  private final AtomicInteger fresh = new AtomicInteger();

  /**
   * @param known what was kept of the tree in an earlier run
   * @param keep is given what to keep now, by its key; from several threads
   * @param threads how many at once
   */
  public Mining(Checks checks, Tree tree, Kept known, BiConsumer<byte[], byte[]> keep, int threads) {
    this.tree = tree;
    this.known = known;
    this.keep = keep;
    this.threads = Math.max(1, Math.min(threads, MOST_THREADS));
    this.counters = checks.counters(tree, this.threads);
    this.tables = checks.tables();
  }

  /** How many files had to be read and counted in the last run. */
  public int fresh() {
    return fresh.get();
  }

  /**
   * What is kept of one file: its counts, valid for its content and that of the headers that it reaches.
   *
   * @param headers nearest first
   * @param reached names the content of the file and of these
   * @param census of the functions that have to do with locks
   * @param names members that were searched for in the others
   * @param rest and their uses there; nothing when there is none
   */
  private record Counted(List<String> headers, String reached, byte[] census, List<String> names, byte[] rest) {
    static byte[] key(String path) {
      return ContentId.key(List.of("census", path));
    }

    byte[] bytes() {
      Packed.Writer out = new Packed.Writer();
      out.all(headers, out::text);
      out.text(reached);
      out.piece(census);
      out.all(names, out::text);
      out.piece(rest);
      return out.bytes();
    }

    /** Null for bytes that are damaged. */
    static Counted of(byte[] bytes) {
      try {
        Packed.Reader in = new Packed.Reader(bytes);
        return new Counted(in.all(Packed.Reader::text), in.text(), in.piece(), in.all(Packed.Reader::text), in.piece());
      } catch (Packed.Damaged e) {
        return null;
      }
    }
  }

  /**
   * The customs of these files, sorted; the same whatever the threads do.
   *
   * @param paths C files and headers of the tree
   * @param step is told after each file how many are done, of twice as many as there are
   */
  public List<Custom> customs(Set<String> paths, IntConsumer step) {
    List<String> sorted = List.copyOf(new TreeSet<>(paths));
    Map<String, Counted> all = new ConcurrentHashMap<>();
    Set<String> counted = ConcurrentHashMap.newKeySet();
    AtomicInteger done = new AtomicInteger();
    Runnable next = () -> step.accept(done.incrementAndGet());
    each(sorted, (path, counter) -> {
      first(path, counter, counted).ifPresent(one -> all.put(path, one));
      next.run();
    });
    Tally tally = new Tally();
    List<String> there = List.copyOf(new TreeMap<>(all).keySet());
    for (String path : there) tally.meet(CensusBytes.read(all.get(path).census()));
    Map<String, List<String>> others = new HashMap<>(); // what the rest of a file's functions mention
    for (String path : there) {
      Census census = CensusBytes.read(all.get(path).census());
      tally.count(census);
      others.put(path, census.others());
    }
    Tally.Wanted wanted = tally.wanted();
    each(there, (path, counter) -> {
      List<String> homes = new ArrayList<>(all.get(path).headers());
      homes.add(path);
      all.put(path, second(path, all.get(path), counter, List.copyOf(wanted.among(others.get(path), homes)), counted));
      next.run();
    });
    for (String path : there) if (all.get(path).rest().length > 0) tally.count(CensusBytes.read(all.get(path).rest()));
    for (String path : there) keep.accept(Counted.key(path), all.get(path).bytes());
    fresh.set(counted.size());
    return tally.customs();
  }

  /**
   * What the tree says of written rules about members: for each the counts of its lock, by the file that defines the struct; none where the tree does not use the member.
   *
   * @param paths C files and headers that the rules speak of
   */
  public Map<Rule.Guarded, List<Custom>> told(List<Rule.Guarded> rules, Set<String> paths) {
    Map<String, Census> censuses = new ConcurrentHashMap<>();
    Map<String, Census> rests = new ConcurrentHashMap<>();
    Set<String> names = new TreeSet<>();
    for (Rule.Guarded rule : rules) names.add(rule.member().substring(rule.member().lastIndexOf('.') + 1));
    each(List.copyOf(new TreeSet<>(paths)), (path, counter) -> {
      Optional<SourceText> text = tree.file(path).filter(file -> file.length() <= LARGEST);
      if (text.isEmpty()) return;
      censuses.put(path, counter.census(text.get()));
      rests.put(path, counter.rest(text.get(), names));
    });
    Tally tally = new Tally();
    List<String> there = List.copyOf(new TreeMap<>(censuses).keySet());
    for (String path : there) tally.meet(censuses.get(path));
    for (Rule.Guarded rule : rules) tally.ask(rule.struct(), rule.member(), lock(rule));
    for (String path : there) tally.count(censuses.get(path));
    for (String path : there) tally.count(rests.get(path));
    Map<Rule.Guarded, List<Custom>> told = new LinkedHashMap<>();
    for (Rule.Guarded rule : rules) told.put(rule, tally.told(rule.struct(), rule.member(), lock(rule)));
    return told;
  }

  private static String lock(Rule.Guarded rule) {
    return switch (rule.lock().root()) {
      case GLOBAL -> "&" + rule.lock().path();
      case ANY_OF_STRUCT -> "?" + rule.lock().type();
      default -> rule.lock().path();
    };
  }

  /** The functions of a file that have to do with locks. */
  private Optional<Counted> first(String path, Checks.Counter counter, Set<String> counted) {
    Counted old = known.find(Counted.key(path)).map(Counted::of).orElse(null);
    if (old != null && old.reached().equals(reached(path, old.headers()))) return Optional.of(old);
    Optional<SourceText> text = tree.file(path).filter(file -> file.length() <= LARGEST);
    if (text.isEmpty()) return Optional.empty();
    counted.add(path);
    List<String> headers = counter.reach(text.get());
    return Optional.of(new Counted(headers, reached(path, headers), CensusBytes.write(counter.census(text.get())), List.of(), NOTHING));
  }

  /** Its other functions. */
  private Counted second(String path, Counted first, Checks.Counter counter, List<String> names, Set<String> counted) {
    if (first.names().equals(names)) return first;
    byte[] rest = NOTHING;
    if (!names.isEmpty()) {
      counted.add(path);
      rest = CensusBytes.write(counter.rest(tree.file(path).orElseThrow(), Set.copyOf(names)));
    }
    return new Counted(first.headers(), first.reached(), first.census(), names, rest);
  }

  private void each(List<String> paths, BiConsumer<String, Checks.Counter> work) {
    AtomicInteger next = new AtomicInteger();
    List<Thread> running = new ArrayList<>();
    List<RuntimeException> failures = Collections.synchronizedList(new ArrayList<>());
    for (Checks.Counter counter : counters.subList(0, Math.min(threads, Math.max(1, paths.size() / PIECE)))) {
      Thread thread = new Thread(null, () -> {
        try {
          for (int from = next.getAndAdd(PIECE); from < paths.size(); from = next.getAndAdd(PIECE))
            for (String path : paths.subList(from, Math.min(paths.size(), from + PIECE))) work.accept(path, counter);
        } catch (RuntimeException | StackOverflowError e) {
          failures.add(new IllegalStateException("mining failed", e));
        }
      }, "mining", 64 << 20);
      running.add(thread);
      thread.start();
    }
    for (Thread thread : running) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while mining", e);
      }
    }
    if (!failures.isEmpty()) throw failures.get(0);
  }

  private String reached(String path, List<String> headers) {
    StringBuilder words = new StringBuilder(tables).append('\n').append(tree.contentId(path).orElse(""));
    for (String header : headers) words.append('\n').append(tree.contentId(header).orElse(""));
    return ContentId.sha256(words.toString()).substring(0, 24);
  }
}
