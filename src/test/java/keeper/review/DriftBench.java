// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.review;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import keeper.check.Checks;
import keeper.check.Confidence;
import keeper.git.Trees;
import keeper.patch.Patch;
import keeper.rule.Rules;
import keeper.text.SourceText;
import keeper.text.Tree;
import org.eclipse.jgit.diff.DiffFormatter;
import org.eclipse.jgit.diff.EditList;
import org.eclipse.jgit.diff.HistogramDiff;
import org.eclipse.jgit.diff.RawText;
import org.eclipse.jgit.diff.RawTextComparator;

/**
 * Reviews what really happened between two unpacked kernels: each C file or header that differs becomes one patch on the older tree. Prints every finding at
 * default confidence as one line, by path and place, and counts and times at the end: {@code DriftBench [-j THREADS] [-every N] [-mined DIR] OLD NEW [PATH...]}, where
 * each PATH is a file or folder, {@code -every N} takes one of N changed files, and DIR holds rules mined from the older tree. With the trees the other way round it asks about the fixes that are undone.
 * Not part of the build: {@code java -cp target/test-classes:target/lockkeeper keeper.review.DriftBench OLD NEW}.
 */
public final class DriftBench {
  private static final int FILE_LIMIT = 4 << 20; // bytes; above that stand tables of registers

  private final Reviewer reviewer;
  private final Tree before;
  private final Path old;
  private final Path now;

  private DriftBench(Reviewer reviewer, Tree before, Path old, Path now) {
    this.reviewer = reviewer;
    this.before = before;
    this.old = old;
    this.now = now;
  }

  /** What became of one file. */
  private record Said(List<String> lines, Map<String, Integer> checks, double milliseconds, String trouble) {}

  public static void main(String[] args) throws IOException, InterruptedException {
    List<String> given = new ArrayList<>(Arrays.asList(args));
    int threads = Integer.parseInt(option(given, "-j", "2"));
    int every = Integer.parseInt(option(given, "-every", "1"));
    String mined = option(given, "-mined", "");
    Path old = Path.of(given.get(0));
    Path now = Path.of(given.get(1));
    List<String> wanted = given.subList(2, given.size());
    try (Trees trees = Trees.open(List.of(given.get(0)))) {
      DriftBench bench = new DriftBench(new Reviewer(Checks.of(rules(), mined.isEmpty() ? Rules.read(new TreeMap<>()) : rules(Path.of(mined)), Set.of()), Confidence.LIKELY), trees.all().get(0), old, now);
      bench.run(bench.changed(wanted, every), threads);
    }
  }

  private static String option(List<String> given, String name, String otherwise) {
    int at = given.indexOf(name);
    if (at < 0) return otherwise;
    String value = given.get(at + 1);
    given.subList(at, at + 2).clear();
    return value;
  }

  private void run(List<String> paths, int threads) throws InterruptedException {
    ExecutorService workers = Executors.newFixedThreadPool(threads);
    List<Future<Said>> running = new ArrayList<>();
    for (String path : paths) running.add(workers.submit(() -> review(path)));
    workers.shutdown();
    Map<String, Integer> checks = new TreeMap<>();
    List<Double> times = new ArrayList<>();
    int findings = 0;
    for (int i = 0; i < running.size(); i++) {
      Said said;
      try {
        said = running.get(i).get();
      } catch (ExecutionException e) {
        System.out.println(paths.get(i) + ": FAILED: " + e.getCause());
        continue;
      }
      running.set(i, null); // nothing is kept but the counts
      if (!said.trouble().isEmpty()) System.out.println(paths.get(i) + ": " + said.trouble());
      said.lines().forEach(System.out::println);
      System.out.flush();
      findings += said.lines().size();
      said.checks().forEach((check, count) -> checks.merge(check, count, Integer::sum));
      times.add(said.milliseconds());
    }
    Collections.sort(times);
    System.out.printf("%d files changed, %d findings %s%n", paths.size(), findings, checks);
    if (!times.isEmpty())
      System.out.printf("per file: median %.0f ms, 99 %% %.0f ms, worst %.0f ms%n", times.get(times.size() / 2), times.get(times.size() * 99 / 100), times.get(times.size() - 1));
  }

  /** The files that differ, in both trees or in the newer alone, sorted. */
  private List<String> changed(List<String> wanted, int every) throws IOException {
    List<String> paths = new ArrayList<>();
    for (String name : wanted.isEmpty() ? List.of("") : wanted) {
      try (Stream<Path> all = Files.walk(now.resolve(name))) {
        all.filter(Files::isRegularFile).map(file -> now.relativize(file).toString()).filter(path -> path.endsWith(".c") || path.endsWith(".h")).filter(this::differs).forEach(paths::add);
      }
    }
    Collections.sort(paths);
    List<String> sample = new ArrayList<>();
    for (int i = 0; i < paths.size(); i += every) sample.add(paths.get(i));
    return sample;
  }

  private boolean differs(String path) {
    try {
      if (Files.size(now.resolve(path)) > FILE_LIMIT) return false;
      return !Files.exists(old.resolve(path)) || Files.mismatch(old.resolve(path), now.resolve(path)) >= 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Said review(String path) throws IOException {
    Patch patch = Patch.ofDiff(diff(path), path);
    long start = System.nanoTime();
    PatchReview review = reviewer.review(patch, new Base.Found(Base.Kind.TREE, before, "", List.of()));
    double milliseconds = (System.nanoTime() - start) / 1e6;
    List<String> lines = new ArrayList<>();
    Map<String, Integer> checks = new TreeMap<>();
    for (Raised raised : review.introduced()) {
      lines.add(raised.finding().at().path() + ":" + raised.finding().at().line() + ": " + raised.finding().function() + "(): " + raised.finding().confidence().word() + ": "
          + raised.finding().check() + ": " + raised.finding().message());
      checks.merge(raised.finding().check(), 1, Integer::sum);
    }
    String trouble = review.status() == Status.REVIEWED ? "" : review.status().word() + ": " + review.reason();
    return new Said(lines, checks, milliseconds, trouble);
  }

  private String diff(String path) throws IOException {
    byte[] before = Files.exists(old.resolve(path)) ? Files.readAllBytes(old.resolve(path)) : null;
    return diff(path, before, Files.readAllBytes(now.resolve(path)));
  }

  /** A diff as git writes it; null for a side without the file. */
  static String diff(String path, byte[] before, byte[] after) throws IOException {
    RawText a = new RawText(before == null ? new byte[0] : before);
    RawText b = new RawText(after == null ? new byte[0] : after);
    EditList edits = new HistogramDiff().diff(RawTextComparator.DEFAULT, a, b);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String head = "diff --git a/" + path + " b/" + path + "\n" + (before == null ? "new file mode 100644\n--- /dev/null\n" : (after == null ? "deleted file mode 100644\n" : "") + "--- a/" + path + "\n")
        + (after == null ? "+++ /dev/null\n" : "+++ b/" + path + "\n");
    out.write(head.getBytes(StandardCharsets.UTF_8));
    try (DiffFormatter formatter = new DiffFormatter(out)) {
      formatter.setContext(3);
      formatter.format(edits, a, b);
      formatter.flush();
    }
    String both = new String(a.getRawContent(), StandardCharsets.UTF_8) + new String(b.getRawContent(), StandardCharsets.UTF_8);
    return out.toString(both.indexOf('\uFFFD') < 0 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1); // some old files are in Latin-1
  }

  static Rules rules() throws IOException {
    return rules(new SourceText[0]);
  }

  /** The project's rules and some more. */
  static Rules rules(SourceText... more) throws IOException {
    SortedMap<String, SourceText> files = files(Path.of("rules"), "");
    for (SourceText file : more) files.put(file.path(), file);
    return Rules.read(files);
  }

  /** Rules of a folder, by the tables of the program. */
  private static Rules rules(Path folder) throws IOException {
    SortedMap<String, SourceText> files = files(folder, ".rule");
    files.putAll(files(Path.of("rules"), ".tsv"));
    return Rules.read(files);
  }

  private static SortedMap<String, SourceText> files(Path folder, String kind) throws IOException {
    SortedMap<String, SourceText> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(f -> f.toString().endsWith(".rule") || f.toString().endsWith(".tsv")).filter(f -> f.toString().endsWith(kind)).toList())
        files.put(folder.relativize(file).toString(), SourceText.of(folder.relativize(file).toString(), Files.readAllBytes(file)));
    }
    return files;
  }
}
