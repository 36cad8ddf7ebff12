// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.patch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import keeper.text.Problem;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Golden pairs: {@code x.patch} as a mail's body has it, {@code x.read} as it is read. {@code -Dgolden=write} writes them anew. */
class PatchTest {
  private static final Path FOLDER = Path.of("src/test/resources/keeper/patch");

  @TestFactory
  Stream<DynamicTest> patches() throws IOException {
    return Files.list(FOLDER).filter(file -> file.toString().endsWith(".patch")).sorted()
        .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(file)));
  }

  private static void check(Path file) {
    try {
      String name = file.getFileName().toString();
      String found = print(Patch.parse(Files.readString(file), "vfio: title", name));
      Path golden = Path.of(file.toString().replace(".patch", ".read"));
      if ("write".equals(System.getProperty("golden"))) Files.writeString(golden, found);
      assertThat(found).as("%s; -Dgolden=write writes it anew", golden).isEqualTo(Files.readString(golden));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String print(Patch patch) {
    StringBuilder out = new StringBuilder();
    for (String line : patch.message().body().isEmpty() ? new String[0] : patch.message().body().split("\n")) out.append("log: ").append(line).append('\n');
    for (Trailer trailer : patch.message().trailers()) out.append("trailer of line ").append(trailer.line()).append(": ").append(trailer).append('\n');
    for (FixesTag tag : patch.message().fixes()) out.append("fixes: ").append(tag.commit().map(CommitId::hex).orElse("-")).append(' ').append(tag.verdicts()).append(' ').append(tag.title()).append('\n');
    patch.message().upstream().ifPresent(commit -> out.append("upstream: ").append(commit).append('\n'));
    for (String line : patch.notes().isEmpty() ? new String[0] : patch.notes().split("\n")) out.append("notes: ").append(line).append('\n');
    for (FileDiff file : patch.files()) {
      out.append("file: ").append(file.prePath().orElse("-")).append(" -> ").append(file.postPath().orElse("-"));
      if (file.preBlob().isPresent()) out.append(" index ").append(file.preBlob().get()).append("..").append(file.postBlob().map(BlobId::hex).orElse(""));
      if (!file.flags().isEmpty()) out.append(' ').append(file.flags());
      out.append(" +").append(file.added()).append(" -").append(file.removed()).append('\n');
      for (Hunk hunk : file.hunks()) {
        out.append("  ").append(hunk.mailLine()).append(": ").append(hunk.header()).append('\n');
        for (HunkLine line : hunk.lines())
          out.append("  ").append(line.mailLine()).append(": ").append(visible(line.raw())).append(line.newline() ? "" : " (no newline)").append('\n');
      }
    }
    for (Problem problem : patch.problems()) out.append("problem: ").append(problem).append('\n');
    return out.toString();
  }

  private static String visible(String text) {
    String shown = text.replace("\t", "→").replace("\r", "␍");
    return shown.endsWith(" ") ? shown.substring(0, shown.length() - 1) + "␠" : shown;
  }

  @Test
  void aBareDiffHasItsTitleFromTheLogAboveIt() {
    Patch patch = Patch.ofDiff("vfio: lock the gate\n\nLog.\n---\n--- a/x.c\n+++ b/x.c\n@@ -1 +1 @@\n-a\n+b\n", "x.diff");
    assertThat(patch.message().title()).isEqualTo("vfio: lock the gate");
    assertThat(patch.message().body()).isEqualTo("Log.");
    assertThat(patch.paths()).containsExactly("x.c");
  }

  @Test
  void aWholeCommitIsTakenApart() {
    CommitMessage message = CommitMessage.of("vfio: lock the gate\n\nLog.\n\nFixes: 1518ac272e78 (\"vfio: add the gate\")\n");
    assertThat(message.title()).isEqualTo("vfio: lock the gate");
    assertThat(message.fixes()).singleElement().satisfies(tag -> assertThat(tag.line()).isEqualTo(5));
    assertThat(CommitMessage.of("only a title").body()).isEmpty();
  }

  @Test
  void theStatedBaseMayStandAnywhereButInQuotes() {
    StatedBase base = StatedBase.of("""
        base-commit: 1111111111111111111111111111111111111111
        > base-commit: 2222222222222222222222222222222222222222
        change-id: 20231120-gate-0123456789ab
        Change-Id: I0123456789abcdef
        diff
        base-commit: E015f119473728dcf981d355be34530fcee1fb40
        prerequisite-patch-id: 0905430e81a95900a1366916fe2940b848317a7c
        prerequisite-patch-id: 710896210c50354d87f6025fe0bd1b89981138eb
        base-commit: not an id
        """);
    assertThat(base.commit()).contains(new CommitId("e015f119473728dcf981d355be34530fcee1fb40"));
    assertThat(base.prerequisites()).containsExactly("0905430e81a95900a1366916fe2940b848317a7c", "710896210c50354d87f6025fe0bd1b89981138eb");
    assertThat(base.changeId()).contains("20231120-gate-0123456789ab");
  }

  @Test
  void patchIdsForgetPlacesAndBlanks() {
    String diff = "diff --git a/x.c b/x.c\nindex 1234567..89abcde 100644\n--- a/x.c\n+++ b/x.c\n@@ -1,2 +1,2 @@\n \tint a;\n-int b;\n+int c;\n";
    PatchId id = PatchId.of(Patch.ofDiff(diff, "x"));
    assertThat(id.hex()).as("as git patch-id --stable has it").isEqualTo("8e8019215ae21e26eb00b3bfe74f8273bc46122d");
    assertThat(PatchId.of(Patch.ofDiff(diff.replace("-1,2 +1,2", "-71,2 +91,2").replace("\tint a", "    int   a").replace("1234567", "7654321"), "x"))).isEqualTo(id);
    assertThat(PatchId.of(Patch.ofDiff(diff.replace("int c", "int d"), "x"))).isNotEqualTo(id);
  }

  @Test
  void aMillionLinesAreNotRead() {
    Patch patch = Patch.ofDiff("--- a/x\n+++ b/x\n@@ -0,0 +1,900000 @@\n" + "+\n".repeat(900_000), "x");
    assertThat(patch.added()).isZero();
    assertThat(patch.problems()).extracting(Problem::message).containsExactly("more than 500000 lines of diff: the rest is not read");
  }

  @Test
  void oneLineHunksWithoutEndAreReadInTime() {
    org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(java.time.Duration.ofSeconds(60), () -> {
      for (String cause : new String[] {"@@ -1\n", "diff --git a/x b/x\n", "--- a\n", "Index: x\n", "@@ -1 +1 @@\n", "--- a\n+++ b\n@@ -1 +1 @@\n", "diff --git \"a\\", "diff --git a b c ", "Fixes: 12345\n", "a: b\n", "@@@ -\n", "\\ No\n", "GIT binary patch\n"})
        Patch.ofDiff(cause.repeat(2_000_000 / cause.length()), "x").message().fixes();
    });
  }
}
