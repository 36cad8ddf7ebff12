// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.patch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import keeper.text.SourceText;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.eclipse.jgit.diff.DiffFormatter;
import org.eclipse.jgit.diff.HistogramDiff;
import org.eclipse.jgit.diff.RawText;
import org.eclipse.jgit.diff.RawTextComparator;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What must hold for every text: forwards and backwards, any prefix, and the same answers as git's own. */
class PatchLawsTest {
  /** A file before and after an edit. */
  record Edit(String before, String after) {
    String diff() {
      RawText old = new RawText(before.getBytes(UTF_8));
      RawText young = new RawText(after.getBytes(UTF_8));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (DiffFormatter formatter = new DiffFormatter(out)) {
        formatter.format(new HistogramDiff().diff(RawTextComparator.DEFAULT, old, young), old, young);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
      return "diff --git a/x.c b/x.c\n--- a/x.c\n+++ b/x.c\n" + out.toString(UTF_8);
    }
  }

  @Provide
  Arbitrary<Edit> edits() {
    Arbitrary<String> line = Arbitraries.of("", "{", "}", "\tint a;", "\tlock(&x->l);", "\tunlock(&x->l);", "\treturn 0;", "-- ", "+x", "-x", "@@ -1 +1 @@", "--- a", "\\ No");
    Arbitrary<List<String>> text = line.list().ofMaxSize(40);
    Arbitrary<Boolean> newline = Arbitraries.of(true, true, true, false);
    return Combinators.combine(text, text.map(some -> some.subList(0, Math.min(4, some.size()))), Arbitraries.integers().between(0, 40), Arbitraries.integers().between(0, 5), newline, newline)
        .as((before, inserted, at, gone, oldEnd, newEnd) -> {
          List<String> after = new ArrayList<>(before);
          int from = Math.min(at, after.size());
          for (int i = 0; i < gone && from < after.size(); i++) after.remove(from);
          after.addAll(from, inserted);
          return new Edit(joined(before, oldEnd), joined(after, newEnd));
        })
        .filter(edit -> !edit.before.equals(edit.after));
  }

  private static String joined(List<String> lines, boolean newline) {
    String text = String.join("\n", lines);
    return lines.isEmpty() || text.isEmpty() ? "" : newline ? text + "\n" : text;
  }

  /** A line that the patch did not write has the same text where it stood before. */
  @Property
  void linesOfThePostImageAreFoundInThePreImage(@ForAll("edits") Edit edit) {
    Patch patch = Patch.ofDiff(edit.diff(), "x.diff");
    if (patch.files().isEmpty()) return;
    SourceText before = SourceText.of("x.c", edit.before().getBytes(UTF_8));
    SourceText after = SourceText.of("x.c", edit.after().getBytes(UTF_8));
    for (int line = 1; line <= after.lines(); line++) {
      int pre = patch.files().get(0).preLine(line);
      if (pre > 0) assertThat(before.lineText(pre)).isEqualTo(after.lineText(line));
    }
  }

  @Property(tries = 500, seed = "5")
  void forwardsIsThePostImageAndBackwardsThePreImage(@ForAll("edits") Edit edit) {
    Patch patch = Patch.ofDiff(edit.diff(), "x.diff");
    assertThat(patch.problems()).isEmpty();
    FileDiff file = patch.files().get(0);
    assertThat(text(Apply.to(file, SourceText.of("x.c", edit.before)))).isEqualTo(edit.after);
    assertThat(text(Apply.to(file.reversed(), SourceText.of("x.c", edit.after)))).isEqualTo(edit.before);
    assertThat(file.reversed().reversed().hunks()).usingRecursiveComparison().isEqualTo(file.hunks());
  }

  @Property(tries = 300, seed = "3")
  void anyPrefixIsReadAndNoHunkIsHalf(@ForAll("edits") Edit edit) {
    String diff = edit.diff();
    Patch whole = Patch.ofDiff(diff, "x.diff");
    for (int end = 0; end < diff.length(); end += 3) {
      Patch part = Patch.ofDiff(diff.substring(0, end), "x.diff");
      for (FileDiff file : part.files())
        for (Hunk hunk : file.hunks()) {
          assertThat(hunk.lines().stream().filter(HunkLine::inPreImage).count()).isEqualTo(hunk.preImage().count());
          assertThat(hunk.lines().stream().filter(HunkLine::inPostImage).count()).isEqualTo(hunk.postImage().count());
        }
      assertThat(part.added() + part.removed()).isLessThanOrEqualTo(whole.added() + whole.removed());
    }
  }

  @Property(tries = 300, seed = "3")
  void placesPointAtTheLinesOfTheText(@ForAll("edits") Edit edit) {
    String text = "log\n---\n x.c | 2 +-\n\n" + edit.diff();
    String[] lines = text.split("\n", -1);
    for (FileDiff file : Patch.parse(text, "title", "x").files())
      for (Hunk hunk : file.hunks()) {
        assertThat(lines[hunk.mailLine() - 1]).startsWith("@@ -");
        for (HunkLine line : hunk.lines()) assertThat(lines[line.mailLine() - 1]).isEqualTo(line.raw());
      }
  }

  /** Seeded: every run changes the same bytes of the same patches. */
  @Test
  void noBytesMakeTheReaderThrow() {
    Random random = new Random(20231123);
    String seed = "Log.\n\nFixes: 1518ac272e78 (\"vfio: x\")\nSigned-off-by: A <a@b>\n---\n x | 2 +-\n\ndiff --git a/x b/y\nsimilarity index 90%\nrename from x\nrename to y\n"
        + "index 1234567..89abcde 100644\n--- a/x\n+++ b/y\n@@ -1,3 +1,4 @@ static int f(void)\n a\n-b\n+c\n+d\n e\n\\ No newline at end of file\n"
        + "diff --git \"a/\\303\\274\" \"b/\\303\\274\"\nold mode 100644\nnew mode 100755\nGIT binary patch\nliteral 3\nKcmZ\n\ndiff --cc z\n@@@ -1 -1 +1 @@@\n";
    String alphabet = "\n\r\t +-@\\/\"ab0139,.=>dif";
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder(seed);
      for (int change = random.nextInt(12); change >= 0; change--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(4)) {
          case 0 -> text.setCharAt(at, alphabet.charAt(random.nextInt(alphabet.length())));
          case 1 -> text.delete(at, Math.min(text.length(), at + random.nextInt(20)));
          case 2 -> text.insert(at, seed, random.nextInt(50), 50 + random.nextInt(200));
          default -> text.insert(at, (char) random.nextInt(0x300));
        }
      }
      Patch patch = Patch.parse(text, "title", "fuzz", random.nextInt(40));
      patch.message().fixes();
      PatchId.of(patch);
      for (FileDiff file : patch.files()) Apply.to(file, SourceText.of("x", seed));
    }
  }

  /** Where git is installed: it must agree on where a hunk fits, on what comes out, and on the patch-id. */
  @Test
  void gitAgrees(@TempDir Path folder) throws Exception {
    Assumptions.assumeTrue(git(folder, null, "--version").isPresent(), "git is not installed");
    git(folder, null, "init", "-q", ".");
    Random random = new Random(7);
    int fitted = 0;
    int refused = 0;
    for (int round = 0; round < 60; round++) {
      List<String> before = new ArrayList<>();
      for (int i = 0; i < 30; i++) before.add("line " + random.nextInt(12));
      List<String> after = new ArrayList<>(before);
      for (int i = 0; i <= random.nextInt(3); i++) after.set(random.nextInt(after.size()), "changed " + i);
      after.add(random.nextInt(after.size()), "\tadded  text");
      Edit edit = new Edit(joined(before, true), joined(after, true));
      Patch patch = Patch.ofDiff(edit.diff(), "x.diff");
      assertThat(git(folder, edit.diff(), "patch-id", "--stable").orElse("").substring(0, 40)).isEqualTo(PatchId.of(patch).hex());

      // The file has moved on: lines more at the top, or one line changed.
      List<String> moved = new ArrayList<>(before);
      for (int i = random.nextInt(4); i > 0; i--) moved.add(random.nextInt(8), "new " + i);
      if (random.nextInt(3) == 0) moved.set(random.nextInt(moved.size()), "elsewhere");
      String text = joined(moved, true);
      Files.writeString(folder.resolve("x.c"), text);
      boolean applied = git(folder, edit.diff(), "apply", "-").isPresent();
      Placement placement = Apply.to(patch.files().get(0), SourceText.of("x.c", text));
      assertThat(placement instanceof Placement.Applied).as("round %d\n%s\nonto\n%s\n%s", round, edit.diff(), text, placement).isEqualTo(applied);
      if (applied) assertThat(text(placement)).isEqualTo(Files.readString(folder.resolve("x.c")));
      if (applied) fitted++;
      else refused++;
    }
    assertThat(fitted).isGreaterThan(10);
    assertThat(refused).isGreaterThan(5);
  }

  private static Optional<String> git(Path folder, String input, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    Path in = folder.resolve("in");
    Path out = folder.resolve("out");
    Files.writeString(in, input == null ? "" : input);
    try {
      Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectInput(in.toFile()).redirectOutput(out.toFile())
          .redirectError(ProcessBuilder.Redirect.DISCARD).start();
      if (!process.waitFor(20, TimeUnit.SECONDS) || process.exitValue() != 0) return Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
    return Optional.of(Files.readString(out));
  }

  private static String text(Placement placement) {
    assertThat(placement).isInstanceOf(Placement.Applied.class);
    return new String(((Placement.Applied) placement).after().bytes(), UTF_8);
  }
}
