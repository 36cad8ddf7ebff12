// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import keeper.patch.CommitId;
import keeper.patch.Patch;
import keeper.review.Attempt;
import keeper.review.Base;
import keeper.text.SourceText;
import keeper.text.Tree;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreesTest {
  private static final String PATH = "drivers/vfio/pci/vfio.c";
  private static final String TEXT = "int a;\nint b;\nint c;\nint d;\nint e;\n";
  private static final String OTHER = "/* a comment more */\n" + TEXT;
  private static final String DIFF =
      """
      diff --git a/drivers/vfio/pci/vfio.c b/drivers/vfio/pci/vfio.c
      index INDEX..1111111 100644
      --- a/drivers/vfio/pci/vfio.c
      +++ b/drivers/vfio/pci/vfio.c
      @@ -2,3 +2,3 @@
       int b;
      -int c;
      +long c;
       int d;
      """;

  @TempDir Path folder;
  private Path plain;

  @BeforeEach
  void unpack() throws IOException {
    plain = folder.resolve("linux-6.1");
    Files.createDirectories(plain.resolve("drivers/vfio/pci"));
    Files.writeString(plain.resolve(PATH), TEXT);
  }

  /** The line is followed through what was written above it, a new indentation and a new name of the file; a clone that is cut off does not know. */
  @Test
  void aLineHasTheCommitThatWroteIt() throws IOException {
    TestRepository repository = new TestRepository(folder.resolve("own"));
    String start = repository.commit("start", Map.of("old.c", "int a;\nint b;\nint c;\nint d;\nint f;\n")).id();
    String wrote = repository.commit("put e in", Map.of("old.c", TEXT + "int f;\n")).id();
    repository.commit("indent it", Map.of("old.c", TEXT.replace("int e;", "\tint  e;") + "int f;\n"));
    repository.commit("move it", Map.of(PATH, OTHER.replace("int e;", "\tint  e;") + "int f;\n"));
    String moved = repository.commit("something else", Map.of(PATH, OTHER.replace("int e;", "\tint  e;") + "int f;\n", "x.c", "int x;\n")).id();
    try (Trees trees = Trees.open(List.of(folder.resolve("own").toString()))) {
      Base.Found base = new Base.Found(Base.Kind.TREE, trees.all().get(0), moved, List.of());
      assertThat(trees.brought(base, PATH, 6)).contains(new CommitId(wrote));
      assertThat(trees.brought(base, PATH, 7)).contains(new CommitId(start));
      assertThat(trees.brought(base, PATH, 8)).isEmpty();
      Files.writeString(folder.resolve("own/shallow"), wrote + "\n");
    }
    try (Trees trees = Trees.open(List.of(folder.resolve("own").toString()))) {
      Base.Found base = new Base.Found(Base.Kind.TREE, trees.all().get(0), moved, List.of());
      assertThat(trees.brought(base, PATH, 6)).as("wrote it, or had it").isEmpty();
    }
  }

  /** b4 checks a patch where it was made: the commit is there already, and the file before it is only an object. */
  @Test
  void theRepositoryInWhichThePatchWasMadeKnowsItsPreImage() throws IOException {
    TestRepository repository = new TestRepository(folder.resolve("own"));
    String blob = repository.commit("before", Map.of(PATH, TEXT)).blob(PATH);
    repository.commit("the patch, and one more", Map.of(PATH, OTHER.replace("int c;", "long c;").replace("int d;", "long d;")));
    Patch patch = Patch.ofDiff(DIFF.replace("INDEX", blob.substring(0, 7)), "own.diff");
    try (Trees trees = Trees.open(List.of(folder.resolve("own").toString()))) {
      Base base = trees.baseOf(List.of(patch), Optional.empty());
      assertThat(base).isInstanceOfSatisfying(Base.Found.class, found -> {
        assertThat(found.kind()).isEqualTo(Base.Kind.BLOB);
        assertThat(found.tree().file(PATH).orElseThrow().bytes()).asString().isEqualTo(TEXT);
        assertThat(found.tree().contentId(PATH)).contains(blob);
      });
      assertThat(base.attempts().get(base.attempts().size() - 1)).hasToString("own@" + repository.resolve("master~1").substring(0, 12)
          + ": has the blobs that the patch was made on, 1 commit behind own@" + repository.resolve("master").substring(0, 12));
    }
  }

  /** On a branch that is not among those to try, the file before the patch is only an object. */
  @Test
  void blobOfAnotherBranchServesToo() throws IOException {
    TestRepository repository = new TestRepository(folder.resolve("own"));
    TestRepository.Made first = repository.commit("first", Map.of(PATH, OTHER));
    String blob = repository.commit("side", "elsewhere", Map.of(PATH, TEXT), List.of(first.id())).blob(PATH);
    Patch patch = Patch.ofDiff(DIFF.replace("INDEX", blob.substring(0, 7)), "own.diff");
    try (Trees trees = Trees.open(List.of(folder.resolve("own") + "@master"))) {
      Base base = trees.baseOf(List.of(patch), Optional.empty());
      assertThat(base.attempts()).extracting(Attempt::toString).anyMatch(line -> line.contains("was not blob " + blob.substring(0, 7) + " in the last 1 commits"));
      assertThat(base.attempts().get(base.attempts().size() - 1).toString()).endsWith("has the blobs that the patch was made on among its objects");
    }
  }

  @Test
  void seriesThatStandsOnPostedPatchesIsJudgedOnThem() throws IOException {
    TestRepository repository = new TestRepository(folder.resolve("own"));
    String base = repository.commit("base", Map.of(PATH, TEXT)).id();
    Patch before = Patch.ofDiff(DIFF.replace("INDEX", "0123456"), "before.diff");
    Patch upon = Patch.ofDiff(DIFF.replace("INDEX", "1111111").replace("-int c", "-long c").replace("+long c", "+short c"), "upon.diff");
    String id = keeper.patch.PatchId.of(before).hex();
    String mail = "From: Jane <jane@example.org>\nSubject: [PATCH] upon\nMessage-ID: <u@x>\n\nWhy.\n---\n"
        + DIFF.replace("INDEX", "1111111").replace("-int c", "-long c").replace("+long c", "+short c")
        + "\nbase-commit: " + base + "\nprerequisite-patch-id: " + id + "\nprerequisite-patch-id: " + "ab".repeat(20) + "\n";
    keeper.series.Series series = keeper.series.SeriesBuilder.of(List.of(keeper.mail.Mail.read(mail.getBytes(StandardCharsets.UTF_8)))).get(0);
    try (Trees trees = Trees.open(List.of(folder.resolve("own").toString()))) {
      Base found = trees.baseOf(series, asked -> asked.equals(id) ? Optional.of(before) : Optional.empty());
      assertThat(found).isInstanceOfSatisfying(Base.Found.class, one -> {
        assertThat(one.kind()).isEqualTo(Base.Kind.BASE_COMMIT);
        assertThat(one.tree().file(PATH).orElseThrow().bytes()).asString().contains("long c;");
      });
      assertThat(found.attempts()).extracting(Attempt::toString)
          .anyMatch(line -> line.endsWith("prerequisite-patch-id abababababab is not known here"))
          .anyMatch(line -> line.endsWith("1 of 2 prerequisite patches applied"));
      assertThat(trees.baseOf(series)).isInstanceOf(Base.HunksOnly.class);
    }
    assertThat(upon.isWhole()).isTrue();
  }

  @Test
  void folderKnowsBlobIds() throws IOException {
    Tree tree = only(plain.toString());
    assertThat(tree.file(PATH).map(SourceText::bytes)).hasValueSatisfying(bytes -> assertThat(bytes).asString().isEqualTo(TEXT));
    assertThat(tree.contentId(PATH)).contains(new TestRepository(folder.resolve("r")).commit("one", Map.of(PATH, TEXT)).blob(PATH));
    assertThat(tree.name()).isEqualTo("linux-6.1");
    assertThat(tree.paths("", ".c")).containsExactly(PATH);
    assertThat(tree.paths("drivers/vfio", ".h")).isEmpty();
  }

  @Test
  void folderNeverLeavesItsRoot() throws IOException {
    Files.writeString(folder.resolve("secret.c"), "secret");
    Files.createSymbolicLink(plain.resolve("link.c"), folder.resolve("secret.c"));
    Files.createSymbolicLink(plain.resolve("out"), folder);
    Files.createSymbolicLink(plain.resolve("inside.c"), plain.resolve(PATH));
    Tree tree = only(plain.toString());
    for (String path : List.of("link.c", "out/secret.c", "../secret.c", "drivers/../../secret.c", folder.resolve("secret.c").toString(),
        "", ".", "/", "drivers", "drivers//vfio/pci/vfio.c", "a\0b")) {
      assertThat(tree.file(path)).as(path).isEmpty();
      assertThat(tree.contentId(path)).as(path).isEmpty();
    }
    assertThat(tree.file("inside.c")).isPresent();
    assertThat(tree.paths("out", ".c")).isEmpty();
    assertThat(tree.paths("..", ".c")).isEmpty();
    assertThat(tree.paths("", ".c")).containsExactly(PATH);
  }

  @Test
  void repositoryIsReadAtItsHeadOrAtARevision() throws IOException {
    TestRepository repository = new TestRepository(folder.resolve("linux"));
    String first = repository.commit("one", Map.of(PATH, TEXT)).id();
    repository.commit("two", Map.of(PATH, OTHER, "Makefile", "all:\n"));
    Tree head = only(folder.resolve("linux").toString());
    assertThat(text(head)).isEqualTo(OTHER);
    assertThat(head.paths("", "")).containsExactly("Makefile", PATH);
    assertThat(head.file("../x")).isEmpty();
    Tree old = only(folder.resolve("linux") + "@HEAD~1");
    assertThat(text(old)).isEqualTo(TEXT);
    assertThat(old.name()).isEqualTo("linux@" + first.substring(0, 12));
    assertThat(old.file("Makefile")).isEmpty();
  }

  @Test
  void blobOfTheIndexLineFindsTheTree() throws IOException {
    Path other = folder.resolve("linux-6.2");
    Files.createDirectories(other.resolve("drivers/vfio/pci"));
    Files.writeString(other.resolve(PATH), OTHER);
    Base base = base(blob(OTHER).substring(0, 9), plain.toString(), other.toString());
    assertThat(base).isInstanceOfSatisfying(Base.Found.class, found -> {
      assertThat(found.kind()).isEqualTo(Base.Kind.BLOB);
      assertThat(found.tree().name()).isEqualTo("linux-6.2");
      assertThat(found.commit()).isEmpty();
    });
    assertThat(base.attempts()).extracting(Attempt::toString).containsExactly(
        "linux-6.1: " + PATH + " is blob " + blob(TEXT).substring(0, 12) + ", the patch was made on " + blob(OTHER).substring(0, 9),
        "linux-6.2: has the blobs that the patch was made on");
  }

  @Test
  void treeToWhichItAppliesIsTheNextBest() {
    Base base = base("0badc0de1", plain.toString());
    assertThat(base).isInstanceOfSatisfying(Base.Found.class, found -> assertThat(found.kind()).isEqualTo(Base.Kind.TREE));
    assertThat(base.attempts()).hasSize(2);
  }

  /** Four trees to which it applies: two of the list, and two that are tried only where something names them. */
  @Test
  void treeThatTheSubjectOrMaintainersNamesComesBeforeTheOthers() throws IOException {
    Files.writeString(plain.resolve("MAINTAINERS"), """
        VFIO DRIVER
        M:\tAnn Archer <ann@example.org>
        T:\tgit git://git.kernel.org/pub/scm/linux/kernel/git/ann/vfio.git next
        T:\tquilt https://example.org/quilt/vfio/
        F:\tdrivers/vfio/
        """);
    List<Trees.Source> sources = new ArrayList<>(List.of(new Trees.Source(plain.toString(), "mainline", "", true)));
    for (String name : List.of("linux-fixes", "vfio", "kvm")) {
      Path tree = folder.resolve(name);
      Files.createDirectories(tree.resolve("drivers/vfio/pci"));
      Files.writeString(tree.resolve(PATH), TEXT);
      String url = name.equals("vfio") ? "https://git.kernel.org/pub/scm/linux/kernel/git/ann/vfio.git" : "";
      sources.add(new Trees.Source(tree.toString(), name, url, name.equals("linux-fixes")));
    }
    try (Trees trees = Trees.ofSources(sources, FactsFolder.none())) {
      assertThat(taken(trees, "[PATCH]")).isEqualTo("vfio: it applies; MAINTAINERS names it (VFIO DRIVER)");
      assertThat(taken(trees, "[PATCH kvm]")).isEqualTo("kvm: it applies; the subject names it: [kvm]");
      assertThat(taken(trees, "[PATCH RFC fixes]")).isEqualTo("linux-fixes: it applies; the subject names it: [fixes]");
      Files.writeString(folder.resolve("vfio").resolve(PATH), "int a;\n");
      assertThat(taken(trees, "[PATCH]")).as("a tree that is not this list's is not tried unasked").isEqualTo("linux-6.1: it applies");
      assertThat(trees.baseOf(series("[PATCH]")).attempts()).extracting(Attempt::toString)
          .contains("MAINTAINERS: VFIO DRIVER is gathered in https://example.org/quilt/vfio/, which is no tree here");
    }
  }

  private static String taken(Trees trees, String brackets) {
    List<Attempt> attempts = trees.baseOf(series(brackets)).attempts();
    return attempts.get(attempts.size() - 1).toString();
  }

  private static keeper.series.Series series(String brackets) {
    String mail = "From: a@b\nMessage-ID: <1@b>\nSubject: " + brackets + " vfio: c is long\n\nLog.\n---\n" + DIFF.replace("INDEX", "0badc0de1");
    return keeper.series.SeriesBuilder.of(List.of(keeper.mail.Mail.read(mail.getBytes(StandardCharsets.UTF_8)))).get(0);
  }

  @Test
  void linkInThePatchIsNoGroundToRefuseATree() {
    Patch patch = Patch.ofDiff(DIFF.replace("INDEX", blob(TEXT).substring(0, 7)) + """
        diff --git a/scripts/link b/scripts/link
        index 1234567..89abcde 120000
        --- a/scripts/link
        +++ b/scripts/link
        @@ -1 +1 @@
        -../one
        \\ No newline at end of file
        +../two
        \\ No newline at end of file
        """, "p");
    assertThat(patch.files()).hasSize(2);
    try (Trees trees = Trees.open(List.of(plain.toString()))) {
      assertThat(trees.baseOf(patch, "")).isInstanceOfSatisfying(Base.Found.class, found -> assertThat(found.kind()).isEqualTo(Base.Kind.BLOB));
    }
  }

  @Test
  void statedCommitComesFirst() throws IOException {
    TestRepository repository = new TestRepository(folder.resolve("linux"));
    String first = repository.commit("one", Map.of(PATH, OTHER)).id();
    repository.commit("two", Map.of(PATH, TEXT));
    Patch patch = Patch.ofDiff(DIFF.replace("INDEX", blob(TEXT).substring(0, 7)), "p");
    try (Trees trees = Trees.open(List.of(plain.toString(), folder.resolve("linux").toString()))) {
      Base base = trees.baseOf(List.of(patch), Optional.of(new CommitId(first.substring(0, 12))));
      assertThat(base).isInstanceOfSatisfying(Base.Found.class, found -> {
        assertThat(found.kind()).isEqualTo(Base.Kind.BASE_COMMIT);
        assertThat(found.commit()).isEqualTo(first);
        assertThat(found.tree().file(PATH)).isPresent();
      });
      Base unknown = trees.baseOf(List.of(patch), Optional.of(new CommitId("123456789abc")));
      assertThat(unknown).isInstanceOfSatisfying(Base.Found.class, found -> assertThat(found.kind()).isEqualTo(Base.Kind.BLOB));
      assertThat(unknown.attempts().get(0)).hasToString("linux: has no commit 123456789abc, which base-commit names");
    }
  }

  @Test
  void patchThatFitsNowhereHasItsHunksOnly() throws IOException {
    Files.writeString(plain.resolve(PATH), "void nothing(void);\n");
    Base base = base("0badc0de1", plain.toString());
    assertThat(base).isInstanceOf(Base.HunksOnly.class);
    assertThat(base.attempts()).hasSize(2).last().satisfies(attempt -> assertThat(attempt.outcome()).startsWith("does not apply: " + PATH + ":1: hunk 1"));
    Base nothing = base("0badc0de1");
    assertThat(nothing).isEqualTo(new Base.HunksOnly(List.of()));
  }

  @Test
  void laterPartOfASeriesMayBuildOnAnEarlier() {
    Patch one = Patch.ofDiff(DIFF.replace("INDEX", blob(TEXT).substring(0, 7)), "p");
    Patch two = Patch.ofDiff(
        DIFF.replace("INDEX", "1111111").replace("1111111 100644", "2222222 100644").replace("+long c", "+short c").replace("-int c", "-long c"), "p");
    try (Trees trees = Trees.open(List.of(plain.toString()))) {
      assertThat(trees.baseOf(List.of(one, two), Optional.empty()))
          .isInstanceOfSatisfying(Base.Found.class, found -> assertThat(found.kind()).isEqualTo(Base.Kind.BLOB));
      assertThat(trees.baseOf(List.of(Patch.ofDiff(DIFF.replace("INDEX", "0badc0d"), "p"), two), Optional.empty()))
          .isInstanceOfSatisfying(Base.Found.class, found -> assertThat(found.kind()).isEqualTo(Base.Kind.TREE));
      assertThat(trees.baseOf(List.of(two, one), Optional.empty())).isInstanceOf(Base.HunksOnly.class);
    }
  }

  @Test
  void whatIsNoTreeIsOneLine() throws IOException {
    assertThatThrownBy(() -> Trees.open(List.of(folder.resolve("nothing").toString()))).isInstanceOf(GitException.class).hasMessageContaining("no such folder");
    assertThatThrownBy(() -> Trees.open(List.of(plain + "@v6.1"))).isInstanceOf(GitException.class).hasMessageContaining("no git repository");
    new TestRepository(folder.resolve("linux")).commit("one", Map.of(PATH, TEXT));
    assertThatThrownBy(() -> Trees.open(List.of(folder.resolve("linux") + "@v9.9"))).isInstanceOf(GitException.class).hasMessageContaining("has no revision v9.9");
    assertThatThrownBy(() -> Trees.open(List.of(folder.resolve("linux") + "@a..b"))).isInstanceOf(GitException.class);
  }

  private static Base base(String index, String... trees) {
    try (Trees opened = Trees.open(List.of(trees))) {
      return opened.baseOf(Patch.ofDiff(DIFF.replace("INDEX", index), "p"), "");
    }
  }

  private static String blob(String text) {
    return keeper.text.ContentId.blob(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(Tree tree) {
    return new String(tree.file(PATH).orElseThrow().bytes(), StandardCharsets.UTF_8);
  }

  /** The repository stays open, since the tree reads from it. */
  private static Tree only(String name) {
    return new ArrayList<>(Trees.open(List.of(name)).all()).get(0);
  }
}
