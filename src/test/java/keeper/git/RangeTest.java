// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import keeper.patch.Placement;
import keeper.patch.Apply;
import keeper.patch.FileDiff;
import keeper.text.SourceText;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RangeTest {
  @TempDir Path folder;
  private TestRepository repository;
  private String first;

  @BeforeEach
  void commits() throws IOException {
    repository = new TestRepository(folder);
    first = repository.commit("a: begin\n\nWhy.\n\nSigned-off-by: Jane <jane@example.org>\n", Map.of("a.c", "int a;\nint b;\n")).id();
    repository.commit("a: go on\n\nFixes: " + first.substring(0, 12) + " (\"a: begin\")\n", Map.of("a.c", "int a;\nlong b;\n"));
    repository.commit("b: more\n", Map.of("a.c", "int a;\nlong b;\n", "b.c", "int c;\n"));
  }

  @Test
  void rangeGivesItsCommitsOldestFirst() {
    try (Range range = Range.open(folder, first + "..HEAD")) {
      assertThat(range.size()).isEqualTo(2);
      Range.Committed fix = range.patch(0);
      assertThat(fix.author()).isEqualTo("Jane Doe <jane@example.org>");
      assertThat(fix.change().patch().message().title()).isEqualTo("a: go on");
      assertThat(fix.change().patch().message().fixes()).singleElement().satisfies(tag -> assertThat(tag.title()).isEqualTo("a: begin"));
      assertThat(range.patch(1).change().patch().paths()).containsExactly("b.c");
    }
  }

  @Test
  void patchLeadsFromTreeToTree() {
    try (Range range = Range.open(folder, "HEAD~1")) {
      assertThat(range.size()).isOne();
      var change = range.patch(0).change();
      FileDiff file = change.patch().files().get(0);
      Placement result = Apply.to(file, change.before().file("a.c").orElseThrow());
      SourceText after = ((Placement.Applied) result).after();
      assertThat(after.bytes()).isEqualTo(change.after().file("a.c").orElseThrow().bytes());
      assertThat(file.preBlob().orElseThrow().hex()).isEqualTo(change.before().contentId("a.c").orElseThrow());
    }
  }

  @Test
  void firstCommitHasNothingBefore() {
    try (Range range = Range.open(folder, first)) {
      var change = range.patch(0).change();
      assertThat(change.before().file("a.c")).isEmpty();
      assertThat(change.before().paths("", "")).isEmpty();
      assertThat(change.patch().files()).singleElement().satisfies(file -> assertThat(file.prePath()).isEmpty());
    }
  }

  @Test
  void mergesAreLeftOut() throws IOException {
    String side = repository.commit("side", "s: aside\n", Map.of("s.c", "int s;\n"), List.of(first)).id();
    repository.commit("master", "Merge side\n", Map.of("a.c", "x", "s.c", "int s;\n"), List.of(repository.resolve("master"), side));
    try (Range range = Range.open(folder, first + "..master")) {
      assertThat(range.size()).isEqualTo(3);
    }
  }

  @Test
  void whatIsNoRangeIsOneLine() {
    assertThatThrownBy(() -> Range.open(folder, "nothing..HEAD")).isInstanceOf(GitException.class).hasMessageContaining("has no revision nothing");
    assertThatThrownBy(() -> Range.open(folder, "a...b")).isInstanceOf(GitException.class).hasMessageContaining("only A..B");
    assertThatThrownBy(() -> Range.open(folder, "HEAD~99")).isInstanceOf(GitException.class);
    assertThatThrownBy(() -> Range.open(folder.resolve("x"), "HEAD")).isInstanceOf(GitException.class).hasMessageContaining("no git repository");
  }
}
