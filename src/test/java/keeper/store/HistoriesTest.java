// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import keeper.git.Code;
import keeper.git.GitException;
import keeper.git.History;
import keeper.git.TestRepository;
import keeper.lineage.ChainText;
import keeper.lineage.FixLink;
import keeper.lineage.Lineage;
import keeper.lineage.Member;
import keeper.mail.Arrival;
import keeper.mail.MessageId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Histories read from repositories and mails, kept, and asked. */
class HistoriesTest {
  @TempDir Path folder;
  private Store store;
  private TestRepository mainline;

  @BeforeEach
  void open() {
    store = Store.open(folder.resolve("db").toString());
    mainline = new TestRepository(folder.resolve("linux"));
  }

  @AfterEach
  void close() {
    store.close();
    mainline.close();
  }

  @Test
  void historyIsReadOnceAndThenWhatIsNew() throws IOException {
    String first = commit("a: begin\n");
    String fix = commit("a: fix\n\nFixes: " + first.substring(0, 12) + " (\"a: begin\")\n");
    assertThat(index("mainline", mainline)).isEqualTo(2);
    assertThat(index("mainline", mainline)).isZero();
    assertThat(fixes(first)).containsExactly(fix.substring(0, 12) + " (\"a: fix\")");
    String again = commit("a: fix the fix\n\nFixes: " + fix.substring(0, 12) + " (\"a: fix\")\n");
    assertThat(index("mainline", mainline)).isEqualTo(1);
    assertThat(fixes(fix)).containsExactly(again.substring(0, 12) + " (\"a: fix the fix\")");
    assertThat(store.histories().reach().line()).isEqualTo("index: mainline to " + again.substring(0, 12) + " (2020-05-11, 3 commits)");
  }

  @Test
  void evidenceComesBackAsItWasRead() throws IOException {
    String first = commit("a: begin\n");
    commit("a: fix\n\nSee commit " + first.substring(0, 7) + " (\"a: begin\").\n");
    commit("a: fix more\n\nfixes: " + first.substring(0, 9) + " (\"a: begin\")\n");
    commit("Revert \"a: begin\"\n\nThis reverts commit " + first + ".\n");
    index("mainline", mainline);
    assertThat(Lineage.over(store.histories()).fixesOf(one(first))).extracting(link -> link.evidence().get(0).word() + ": " + link.evidence().get(0).text())
        .containsExactly(
            "mentions: commit " + first.substring(0, 7) + " (\"a: begin\")",
            "fixes: fixes: " + first.substring(0, 9) + " (\"a: begin\")",
            "reverts: This reverts commit " + first);
  }

  @Test
  void twoRepositoriesShareTheirCommits() throws IOException {
    String first = commit("a: begin\n");
    index("mainline", mainline);
    try (TestRepository stable = new TestRepository(folder.resolve("stable"))) {
      assertThat(stable.commit("a: begin\n", Map.of("x", "a: begin\n")).id()).isEqualTo(first);
      String backport = stable.commit("a: other\n\ncommit " + first + " upstream.\n", Map.of("x", "y")).id();
      assertThat(index("stable", stable)).isEqualTo(1);
      assertThat(one(first).commits().get(0).repositories()).containsExactly("mainline", "stable");
      assertThat(one(backport).commits().get(0).repositories()).containsExactly("stable");
    }
  }

  @Test
  void allBranchesAreRead() throws IOException {
    String first = commit("a: begin\n");
    mainline.commit("next", "a: aside\n", Map.of("x", "z"), List.of(first));
    assertThat(index("mainline", mainline)).isEqualTo(2);
  }

  @Test
  void rewrittenHistoryIsReadAgain() throws IOException {
    String first = commit("a: begin\n");
    commit("a: gone\n");
    index("mainline", mainline);
    mainline.set("refs/heads/master", first);
    String other = commit("a: other\n");
    assertThat(index("mainline", mainline)).isEqualTo(1);
    assertThat(one(other).title()).isEqualTo("a: other");
    assertThat(index("mainline", mainline)).isZero();
  }

  @Test
  void indexingThatWasKilledGoesOn() throws IOException {
    String first = commit("a: begin\n");
    commit("a: more\n");
    try (HistoryIntake intake = store.histories().intake("mainline", "linux")) {
      History.tell(mainline.folder(), before(intake), intake);
      // no reached(): the process died here
    }
    assertThat(index("mainline", mainline)).isEqualTo(0);
    assertThat(one(first).commits()).hasSize(1);
    assertThat(store.histories().reach().histories().get(0).commits()).isEqualTo(2);
  }

  @Test
  void postedPatchJoinsItsCommit() throws IOException {
    String first = commit("a: begin\n");
    posted("fix@x", "a: fix", "Fixes: " + first.substring(0, 12) + " (\"a: begin\")");
    index("mainline", mainline);
    assertThat(fixes(first)).containsExactly("(\"a: fix\")");
    String merged = commit("a: fix\n\nFixes: " + first.substring(0, 12) + " (\"a: begin\")\n");
    index("mainline", mainline);
    assertThat(fixes(first)).containsExactly(merged.substring(0, 12) + " (\"a: fix\")");
    Member fix = one("https://lore.kernel.org/r/fix@x");
    assertThat(fix.commits()).extracting(commit -> commit.id().hex()).containsExactly(merged);
    assertThat(fix.postings()).hasSize(1);
    assertThat(ChainText.of(Lineage.over(store.histories()).chain(fix))).contains("posted 2020-05-11 <fix@x>");
  }

  @Test
  void postedPatchThatIsTakenOutIsForgotten() throws IOException {
    String first = commit("a: begin\n");
    index("mainline", mainline);
    posted("fix@x", "a: fix", "Fixes: " + first.substring(0, 12) + " (\"a: begin\")");
    assertThat(fixes(first)).hasSize(1);
    try (Intake intake = store.mails().intake("kvm")) {
      intake.accept(new Arrival.Removed(0, "fix@x"));
    }
    assertThat(fixes(first)).isEmpty();
    assertThat(store.histories().posted(new MessageId("fix@x"))).isEmpty();
    posted("fix@x", "a: fix", "Fixes: " + first.substring(0, 12) + " (\"a: begin\")");
    assertThat(fixes(first)).hasSize(1);
  }

  @Test
  void hunksOfCommitsComeFromTheirRepository() throws IOException {
    String first = mainline.commit("a: begin\n", Map.of("a.c", "void f(void)\n{\n\tbegin(x);\n\tfinish(x);\n}\n")).id();
    String tag = "\nFixes: " + first.substring(0, 12) + " (\"a: begin\")\n";
    String fix = mainline.commit("a: clear\n" + tag, Map.of("a.c", "void f(void)\n{\n\tbegin(x);\n\tx->ctx = NULL;\n\tx->dev = NULL;\n\tfinish(x);\n}\n")).id();
    String again = mainline.commit("a: lock\n" + tag,
        Map.of("a.c", "void f(void)\n{\n\tbegin(x);\n\tlock(x);\n\tx->ctx = NULL;\n\tx->dev = NULL;\n\tunlock(x);\n\tfinish(x);\n}\n")).id();
    index("mainline", mainline);
    Lineage texts = Lineage.over(store.histories());
    assertThat(texts.mendedBy(texts.find(fix).get(0))).isEmpty();
    Lineage lineage = Lineage.over(store.histories(), Code.in(store.histories().paths().values().stream().map(Path::of).toList())::patch);
    assertThat(lineage.mendedBy(lineage.find(fix).get(0))).extracting(link -> link.fix().commits().get(0).id().hex()).containsExactly(again);
  }

  @Test
  void titlesOfAllKinds() throws IOException {
    for (String title : List.of("a: \"quoted\" (and) \\back\\slash.", "a: größer ≥ 1", "Revert \"Revert \"a: x\"\"", "a: " + "long ".repeat(300))) {
      String id = commit(title + "\n\nbody\n");
      index("mainline", mainline);
      assertThat(one(id).title()).startsWith(title.substring(0, Math.min(900, title.length())));
    }
  }

  @Test
  void whatIsNoHistoryIsOneLine() throws IOException {
    Files.createDirectories(folder.resolve("plain"));
    assertThatThrownBy(() -> History.tell(folder.resolve("plain"), History.Before.NOTHING, commit -> {})).isInstanceOf(GitException.class).hasMessageContaining("no git repository");
    assertThatThrownBy(() -> History.tell(mainline.folder(), History.Before.NOTHING, commit -> {})).isInstanceOf(GitException.class).hasMessageContaining("has no commit yet");
  }

  private String commit(String message) throws IOException {
    return mainline.commit(message, Map.of("x", message)).id();
  }

  private long index(String name, TestRepository repository) {
    try (HistoryIntake intake = store.histories().intake(name, repository.folder().toString())) {
      History.Told told = History.tell(repository.folder(), before(intake), intake);
      intake.reached(told.refs(), told.head(), told.newest(), told.cut(), told.cutDate(), told.names());
      return intake.added();
    }
  }

  private static History.Before before(HistoryIntake intake) {
    return new History.Before(intake.heads(), intake::isComplete, intake.cut(), intake.names());
  }

  private void posted(String id, String title, String tag) {
    String mail = "From: Jane Doe <jane@example.org>\nSubject: [PATCH] " + title + "\nDate: Mon, 11 May 2020 04:34:50 +0000\nMessage-ID: <" + id
        + ">\n\nWhy.\n\n" + tag + "\n---\n a.c | 1 +\n\ndiff --git a/a.c b/a.c\n--- a/a.c\n+++ b/a.c\n@@ -1,1 +1,2 @@\n int a;\n+int b;\n";
    try (Intake intake = store.mails().intake("kvm")) {
      intake.accept(new Arrival.Posted(0, id, Instant.parse("2020-05-11T04:34:50Z"), mail.getBytes(StandardCharsets.UTF_8)));
    }
  }

  private Member one(String text) {
    List<Member> found = Lineage.over(store.histories()).find(text);
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  private List<String> fixes(String id) {
    return Lineage.over(store.histories()).fixesOf(one(id)).stream().filter(FixLink::isFix).map(link -> link.fix().name()).toList();
  }
}
