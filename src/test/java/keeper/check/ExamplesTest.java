// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import keeper.rule.Rules;
import keeper.text.SourceText;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The annotated examples of the checks: each {@code expect: id subject} needs its finding on that line, and each finding needs its comment. The subject is the finding's lock or what it is
 * about, the last member will do.
 */
class ExamplesTest {
  private static final Path FOLDER = Path.of("rules/checks");
  private static final Pattern EXPECTATION = Pattern.compile("/\\* expect: ([a-z-]+) (\\S+) \\*/");

  @TestFactory
  Stream<DynamicTest> examples() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(FOLDER)) {
      files = all.filter(file -> file.toString().endsWith(".c")).sorted().toList();
    }
    return files.stream().map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> checkExample(file)));
  }

  @Test
  void everyCheckWithAnExampleHasAPage() throws IOException {
    try (Stream<Path> all = Files.list(FOLDER)) {
      for (Path file : all.filter(f -> f.toString().endsWith(".c")).toList()) {
        String id = id(file);
        assertThat(Checks.ids()).contains(id);
        assertThat(Files.readString(FOLDER.resolve(id + ".md"))).contains("# " + id, "**What it finds.**", "**Why it matters.**", "**Example.**", "**Known limits.**");
      }
    }
  }

  @Test
  void aMisreadTrylockIsAskedAboutOnce() throws IOException {
    Path file = FOLDER.resolve("cond-lock-misuse.c");
    SourceText text = SourceText.of(file.toString(), Files.readAllBytes(file));
    List<Finding> findings = Checks.of(rules(), Set.of("cond-lock-misuse", "missing-unlock", "unlock-not-held")).findings(text, keeper.text.Files.of("example", List.of(text)));
    assertThat(findings).extracting(Finding::check).containsOnly("cond-lock-misuse");
  }

  private static String id(Path file) {
    return file.getFileName().toString().replaceFirst("\\.c$", "");
  }

  private static void checkExample(Path file) throws IOException {
    List<String> paths = rules().paths("checks/" + id(file)); // a check that needs a rule is shown where the rule speaks
    SourceText text = SourceText.of(paths.isEmpty() ? file.toString() : paths.get(0) + file.getFileName(), Files.readAllBytes(file));
    List<Finding> findings = new ArrayList<>(Checks.of(rules(), Set.of(id(file))).findings(text, keeper.text.Files.of("example", List.of(text))));
    findings.removeIf(finding -> finding.confidence() == Confidence.POSSIBLE);
    List<String> missing = new ArrayList<>();
    for (int line = 1; line <= text.lines(); line++) {
      Matcher matcher = EXPECTATION.matcher(text.lineText(line));
      while (matcher.find()) {
        int at = line;
        String check = matcher.group(1);
        String subject = matcher.group(2);
        boolean found = findings.removeIf(f -> f.at().line() == at && f.check().equals(check) && (means(f.lock(), subject) || means(f.subject(), subject)));
        if (!found) missing.add(file + ":" + line + " " + check + " " + subject);
      }
    }
    assertThat(missing).as("expected, not found").isEmpty();
    assertThat(findings).as("found, not expected: lockkeeper check --check %s %s", id(file), file).isEmpty();
  }

  private static boolean means(String path, String subject) {
    return path.equals(subject) || path.endsWith("->" + subject) || path.endsWith("." + subject);
  }

  static Rules rules() throws IOException {
    SortedMap<String, SourceText> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(Path.of("rules"))) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String path = Path.of("rules").relativize(file).toString();
        files.put(path, SourceText.of("rules/" + path, Files.readAllBytes(file)));
      }
    }
    return Rules.read(files);
  }
}
