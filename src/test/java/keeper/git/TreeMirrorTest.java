// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kernel tree's copy, fetched from another repository. */
class TreeMirrorTest {
  @TempDir Path folder;

  @Test
  void fetchesOnlyWhatMovedAndOnlyAsDeepAsAsked() throws IOException {
    TestRepository kernel = new TestRepository(folder.resolve("kernel"));
    for (int i = 1; i <= 5; i++) kernel.commit("commit " + i, Map.of("a.c", "int a" + i + ";\n"));
    String url = kernel.folder().toUri().toString();
    TreeMirror mirror = TreeMirror.at(folder.resolve("copy.git"), url, Manners.of("test", ""));
    assertThat(mirror.fetch(List.of("master"), 2)).singleElement().satisfies(line -> assertThat(line).startsWith("master (new) -> "));
    assertThat(mirror.fetch(List.of("master"), 2)).isEmpty();
    assertThat(history()).isEqualTo(2);
    kernel.commit("commit 6", Map.of("a.c", "int a6;\n"));
    assertThat(mirror.fetch(List.of("master"), 2)).hasSize(1);
    assertThat(history()).isEqualTo(3);
    try (Trees trees = Trees.open(List.of(folder.resolve("copy.git") + "@master"))) {
      assertThat(trees.all().get(0).file("a.c").orElseThrow().bytes()).asString().isEqualTo("int a6;\n");
    }
  }

  @Test
  void withoutRevisionsTheServersHeadIsFetched() throws IOException {
    TestRepository kernel = new TestRepository(folder.resolve("kernel"));
    kernel.commit("one", Map.of("a.c", "int a;\n"));
    TreeMirror.at(folder.resolve("copy.git"), kernel.folder().toUri().toString(), Manners.of("test", "")).fetch(List.of(), 0);
    try (Trees trees = Trees.open(List.of(folder.resolve("copy.git").toString()))) {
      assertThat(trees.all().get(0).file("a.c")).isPresent();
    }
  }

  @Test
  void whatCannotBeFetchedIsOneLine() throws IOException {
    TestRepository kernel = new TestRepository(folder.resolve("kernel"));
    kernel.commit("one", Map.of("a.c", "int a;\n"));
    String url = kernel.folder().toUri().toString();
    assertThatThrownBy(() -> TreeMirror.at(folder.resolve("copy.git"), url, Manners.of("test", "")).fetch(List.of("next"), 1))
        .isInstanceOf(GitException.class).hasMessageContaining("no branch or tag next");
    assertThatThrownBy(() -> TreeMirror.at(folder.resolve("copy.git"), "http://127.0.0.1:1/x", Manners.of("test", "")).fetch(List.of(), 1))
        .isInstanceOf(GitException.class).hasMessageContaining("cannot be fetched").satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    Files.createDirectories(folder.resolve("mine/.git"));
    assertThatThrownBy(() -> TreeMirror.at(folder.resolve("mine"), url, Manners.of("test", "")).fetch(List.of(), 1))
        .isInstanceOf(GitException.class).hasMessageContaining("is a work tree");
  }

  private int history() throws IOException {
    int commits = 0;
    try (var repository = Jgit.open(folder.resolve("copy.git")); var walk = new org.eclipse.jgit.revwalk.RevWalk(repository)) {
      walk.markStart(walk.parseCommit(repository.resolve("master")));
      for (var commit : walk) if (commit != null) commits++;
    }
    return commits;
  }
}
