// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.review;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import keeper.check.Checks;
import keeper.check.Confidence;
import keeper.mail.Mail;
import keeper.patch.Patch;
import keeper.series.PostedPatch;
import keeper.text.SourceText;
import keeper.text.Tree;

/**
 * Runs the reviewer over a folder of labelled patches in one process, and times each review: {@code CasesBench CASES RESULTS [ROUNDS]}. CASES has
 * {@code locks/ID/{base/,introduce.patch,fix.patch,label.json}} and {@code clean/ID/{clean.patch,label.json}} with {@code clean/blobs/ID}; RESULTS gets one
 * {@code ID.json} each. Not part of the build:
 * {@code java -cp target/test-classes:target/lockkeeper keeper.review.CasesBench CASES RESULTS}.
 */
public final class CasesBench {
  private static final java.lang.management.ThreadMXBean TIME = java.lang.management.ManagementFactory.getThreadMXBean();
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Reviewer reviewer;
  private final List<Double> milliseconds = new ArrayList<>();

  private CasesBench(Reviewer reviewer) {
    this.reviewer = reviewer;
  }

  public static void main(String[] args) throws IOException {
    Path cases = Path.of(args[0]);
    Path results = Path.of(args[1]);
    int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 1;
    CasesBench bench = new CasesBench(new Reviewer(Checks.of(DriftBench.rules(), Set.of()), Confidence.LIKELY));
    for (int i = 0; i < rounds; i++) {
      bench.milliseconds.clear();
      for (Path folder : folders(cases.resolve("locks"))) bench.lockCase(folder, results.resolve("locks"));
      for (Path folder : folders(cases.resolve("clean"))) bench.cleanCase(cases, folder, results.resolve("clean"));
    }
    List<Double> sorted = new ArrayList<>(bench.milliseconds);
    Collections.sort(sorted);
    System.out.printf("%d reviews, processor time: median %.1f ms, 90 %% %.1f ms, 99 %% %.1f ms, worst %.1f ms%n", sorted.size(), sorted.get(sorted.size() / 2),
        sorted.get(sorted.size() * 9 / 10), sorted.get(Math.min(sorted.size() - 1, sorted.size() * 99 / 100)), sorted.get(sorted.size() - 1));
  }

  private static List<Path> folders(Path parent) throws IOException {
    try (Stream<Path> all = Files.list(parent)) {
      return all.filter(folder -> Files.exists(folder.resolve("label.json"))).sorted().toList();
    }
  }

  private void lockCase(Path folder, Path results) throws IOException {
    Tree base = folder(folder.resolve("base"));
    Patch introduce = patch(folder.resolve("introduce.patch"));
    Tree broken = Reviewer.after(introduce, base).orElseThrow();
    ObjectNode result = JSON.createObjectNode();
    result.set("introduce", review(introduce, base));
    result.set("fix", review(patch(folder.resolve("fix.patch")), broken));
    write(results, folder, result);
  }

  private void cleanCase(Path cases, Path folder, Path results) throws IOException {
    JsonNode label = JSON.readTree(folder.resolve("label.json").toFile());
    SortedMap<String, SourceText> files = new TreeMap<>();
    for (JsonNode file : label.path("files")) {
      String path = file.path("file").asText();
      files.put(path, SourceText.of(path, Files.readAllBytes(cases.resolve("clean/blobs").resolve(file.path("base_blob").asText()))));
    }
    ObjectNode result = JSON.createObjectNode();
    result.set("findings", review(patch(folder.resolve("clean.patch")), new keeper.text.Files("case", files)));
    write(results, folder, result);
  }

  private ArrayNode review(Patch patch, Tree tree) {
    long start = TIME.getCurrentThreadCpuTime(); // of this thread alone: other work on the machine does not count
    PatchReview review = reviewer.review(patch, new Base.Found(Base.Kind.TREE, tree, "", List.of()));
    milliseconds.add((TIME.getCurrentThreadCpuTime() - start) / 1e6);
    ArrayNode findings = JSON.createArrayNode();
    for (Raised raised : review.introduced())
      findings.addObject().put("file", raised.finding().at().path()).put("line", raised.finding().at().line()).put("rule", raised.finding().check())
          .put("function", raised.finding().function()).put("confidence", raised.finding().confidence().word()).put("message", raised.finding().message());
    return findings;
  }

  private static void write(Path results, Path folder, ObjectNode result) throws IOException {
    Files.createDirectories(results);
    JSON.writerWithDefaultPrettyPrinter().writeValue(results.resolve(folder.getFileName() + ".json").toFile(), result);
  }

  private static Patch patch(Path file) throws IOException {
    return PostedPatch.of(Mail.read(Files.readAllBytes(file))).patch();
  }

  private static Tree folder(Path root) throws IOException {
    SortedMap<String, SourceText> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      all.filter(Files::isRegularFile).forEach(file -> {
        String path = root.relativize(file).toString();
        try {
          files.put(path, SourceText.of(path, Files.readAllBytes(file)));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      });
    }
    return new keeper.text.Files("case", files);
  }
}
