// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import keeper.git.TestRepository;
import keeper.lineage.ChainPicture;
import keeper.lineage.Commit;
import keeper.lineage.Lineage;
import keeper.lineage.Member;
import keeper.lineage.Ref;
import keeper.lineage.States;
import keeper.mail.Arrival;
import keeper.store.HistoryIntake;
import keeper.store.Intake;
import keeper.store.Store;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The odd cases of histories, each in a small repository of its own, asked as people ask. */
class LineageCasesTest {
  @TempDir Path folder;
  private TestRepository linux;
  private String database;

  @BeforeEach
  void open() {
    linux = new TestRepository(folder.resolve("linux"));
    database = folder.resolve("db").toString();
  }

  @AfterEach
  void close() {
    linux.close();
  }

  // ---- 1 to 5: fixes of fixes, series, code that is not there, people who know better, branches that differ

  @Test
  void bothFixesNameTheSameCulpritAndHunksShowTheChain() throws IOException {
    String leak = code("vfio: fix leaks", "put(err);\n", "done();\n");
    String clear = code("vfio: clear after put" + fixes(leak, "vfio: fix leaks"), "put(err);\n", "err_trigger = NULL;\n", "req_trigger = NULL;\n", "done();\n");
    String lock = code("vfio: fix racy stores" + fixes(leak, "vfio: fix leaks"), "put(err);\n", "lock(igate);\n", "err_trigger = NULL;\n", "req_trigger = NULL;\n", "unlock(igate);\n", "done();\n");
    index();
    assertThat(ask("fixes-of", clear)).contains("nobody that is known here fixes it");
    assertThat(ask("fixes-of", "--hunk", clear)).contains(lock).contains("hunks");
    assertThat(ask("fixed-by", "--hunk", lock)).contains(clear).contains("of 3 lines that it touches, 2 were written there");
    // Blame is kept: the second time no repository is needed.
    Files.move(folder.resolve("linux"), folder.resolve("moved"));
    assertThat(ask("fixed-by", "--hunk", lock)).contains(clear);
  }

  @Test
  void followUpThatIsInTheListIsNotMissing() throws IOException {
    String bug = commit("a: add");
    String fix = commit("a: fix" + fixes(bug, "a: add"));
    String again = commit("a: fix the fix" + fixes(fix, "a: fix"));
    index();
    Path list = Files.writeString(folder.resolve("list"), fix + ",jane\n" + again + "\n# a comment\n");
    assertThat(ask("follow-ups", "--list", list.toString())).containsPattern("SAME_SERIES +" + again);
    Files.writeString(list, fix + "\n");
    assertThat(ask("follow-ups", "--list", list.toString())).containsPattern("NEEDED +" + again);
  }

  @Test
  void fixOfCodeThatTheBranchLacksDoesNotApply() throws IOException {
    String bug = files("a: add", Map.of("a.c", "int begin(void)\n{\n\treturn start_engine(1);\n}\n"));
    linux.set("refs/heads/linux-6.6.y", bug);
    linux.set("refs/tags/v6.6", bug);
    files("a: feature", Map.of("a.c", "int begin(void)\n{\n\treturn start_engine(1);\n}\n\nint feature(void)\n{\n\tint value = first_part(2);\n\treturn second_part(value);\n}\n"));
    String fix = files("a: fix" + fixes(bug, "a: add"),
        Map.of("a.c", "int begin(void)\n{\n\treturn start_engine(1);\n}\n\nint feature(void)\n{\n\tint value = first_part(3);\n\treturn second_part(value);\n}\n"));
    index();
    assertThat(ask("missing", "--branch", "6.6")).containsPattern("NEEDED +" + fix);
    assertThat(ask("missing", "--branch", "6.6.y", "--code")).containsPattern("NOT_APPLICABLE +" + fix).contains("feature");
  }

  @Test
  void peopleKnowBetter() throws IOException {
    String bug = commit("a: add");
    String typo = commit("a: say fix" + fixes(bug, "a: add"));
    String back = commit("Revert \"a: add\"\n\nThis reverts commit " + bug + ".\n");
    index();
    assertThat(state(bug, "mainline")).startsWith("REVERTED");
    importing("not-a-revert", back + " # only cosmetic, see the next one\n");
    importing("not-a-fix", brief(typo) + " # a typo in a comment\n");
    assertThat(ask("fixes-of", bug)).contains("nobody that is known here fixes it");
    assertThat(state(bug, "mainline")).startsWith("AFFECTED");
    assertThat(Run.of("lineage", "export", "not-a-fix", "--db", database).out()).isEqualTo(brief(typo) + " # a typo in a comment\n");
  }

  @Test
  void backportRevertedOnOneBranchOnly() throws IOException {
    String base = commit("base");
    String bug = commit("x86: change");
    branch("6.1.y", base);
    branch("6.6.y", base);
    on("linux-6.1.y", "x86: change\n\ncommit " + bug + " upstream.\n");
    String kept = on("linux-6.6.y", "x86: change\n\n[ Upstream commit " + bug + " ]\n");
    String back = on("linux-6.1.y", "Revert \"x86: change\"\n\nThis reverts commit " + head("linux-6.1.y") + ".\n");
    linux.set("refs/tags/v6.1.81", back);
    index();
    assertThat(state(bug, "6.1.y")).startsWith("REVERTED v6.1.81 reverted by " + brief(back));
    assertThat(state(bug, "6.6.y")).startsWith("AFFECTED");
    assertThat(state(kept, "6.6.y")).startsWith("AFFECTED");
  }

  // ---- 6 to 10: releases, several culprits, odd targets, odd titles, ambiguity

  @Test
  void fixOnStableBeforeMainlineHasATag() throws IOException {
    String bug = commit("a: add");
    linux.set("refs/tags/v6.6", bug);
    branch("6.6.y", bug);
    String fix = commit("a: fix" + fixes(bug, "a: add"));
    String port = on("linux-6.6.y", "a: fix\n\ncommit " + fix + " upstream.\n" + fixes(bug, "a: add"));
    linux.set("refs/tags/v6.6.1", port);
    index();
    assertThat(state(bug, "6.6.y")).isEqualTo("FIXED v6.6.1 fixed by " + brief(port) + " (\"a: fix\"), in v6.6.1");
    assertThat(state(bug, "mainline")).isEqualTo("FIXED next tag fixed by " + brief(fix) + " (\"a: fix\"), in next tag");
    linux.set("refs/tags/v6.7-rc1", fix);
    index();
    assertThat(ask("where", fix)).containsPattern(fix + " .*v6.7-rc1 +v6.7-rc1 +mainline");
    String release = commit("Linux 6.7");
    linux.set("refs/tags/v6.7", release);
    index();
    assertThat(ask("where", fix)).containsPattern(fix + " .*v6.7 +v6.7-rc1 +mainline");
  }

  @Test
  void allFixesThatApplyAreNeeded() throws IOException {
    String one = commit("a: one");
    branch("6.1.y", one);
    String two = commit("a: two");
    branch("6.6.y", two);
    String both = commit("a: fix both" + fixes(one, "a: one") + "Fixes: " + brief(two) + " (\"a: two\")\n");
    String second = commit("a: fix one again" + fixes(one, "a: one"));
    on("linux-6.6.y", "a: fix both\n\ncommit " + both + " upstream.\n");
    index();
    assertThat(state(two, "6.1.y")).startsWith("NOT_AFFECTED");
    assertThat(state(two, "6.6.y")).startsWith("FIXED");
    assertThat(state(one, "6.6.y")).startsWith("PARTIAL").contains("has 1 of 2 fixes; missing is " + brief(second));
    assertThat(state(one, "6.1.y")).startsWith("AFFECTED");
    assertThat(state(one, "mainline")).startsWith("FIXED").contains("the last of 2 fixes");
  }

  @Test
  void fixThatIsItselfBroken() throws IOException {
    String bug = commit("a: add");
    branch("6.6.y", bug);
    String fix = commit("a: fix" + fixes(bug, "a: add"));
    String again = commit("a: fix the fix" + fixes(fix, "a: fix"));
    on("linux-6.6.y", "a: fix\n\ncommit " + fix + " upstream.\n");
    index();
    assertThat(state(bug, "6.6.y")).startsWith("BAD_FIX").contains(brief(again));
    assertThat(ask("unfixed-fixes", "6.6.y")).contains(again);
    assertThat(ask("missing", "--branch", "6.6.y")).containsPattern("NEEDED +" + again + " +\\S+ +1 +fixes +" + brief(fix));
  }

  @Test
  void oddTargetsHaveTheirVerdicts() throws IOException {
    String root = commit("a: begin");
    branch("6.6.y", root);
    String side = linux.commit("topic", "a: aside", Map.of("s", "1"), List.of(root)).id();
    String main = commit("a: main");
    String merge = linux.commit("master", "Merge topic", Map.of("s", "1", "x", "a: main"), List.of(main, side)).id();
    String port = on("linux-6.6.y", "a: main\n\ncommit " + main + " upstream.\n");
    String next = linux.commit("next", "a: only next", Map.of("n", "1"), List.of(main)).id();
    String blob = linux.commit("master", "a: more", Map.of("blob", "text\n"), List.of(merge)).blobs().get("blob");
    commit("a: last");
    index();
    assertThat(lint(fixes(port, "a: main"))).contains("STABLE_ID").contains("Fixes: " + brief(main) + " (\"a: main\")");
    assertThat(lint(fixes(next, "a: only next"))).contains("NEXT_ONLY");
    assertThat(lint(fixes(merge, "Merge topic"))).contains("TARGET_IS_MERGE");
    assertThat(lint("\n\nFixes: " + brief(blob) + " (\"a: text\")\n")).contains("NOT_A_COMMIT");
    assertThat(lint("\n\nFixes: 1da177e4c3f4 (\"Linux-2.6.12-rc2\")\n")).contains("ROOT_COMMIT");
    assertThat(lint("\n\nFixes: a4f15a8d4c82 (\"a: main\")\n")).contains("UNKNOWN_ID").contains("rebased: Fixes: " + brief(main));
    assertThat(lint("\n\nFixes: a4f15a8d4c82 (\"b: main\")\n")).contains("UNKNOWN_ID");
    Path mail = mail(fixes(head("master"), "a: last"));
    assertThat(Run.of("lineage", "lint", mail.toString(), "--base", main, "--db", database).out()).contains("NOT_ANCESTOR");
    // A tag cannot hold its own id; one that names a younger commit is as wrong.
    String early = linux.commit("early", "a: too early" + fixes(main, "a: main"), Map.of("e", "1"), List.of(root)).id();
    index();
    assertThat(Run.of("lineage", "lint", "--git", linux.folder().toString(), early, "--db", database).out()).contains("NOT_ANCESTOR");
  }

  @Test
  void titlesOfAllKindsAreFound() throws IOException {
    for (String title : List.of("a: \"quoted\" (twice) \\ back.", "a: größer ≥ 1", "a: f() and g(\")", "a: ends in a dot.")) {
      String bug = commit(title);
      String fix = commit("b: fix " + title.hashCode() + fixes(bug, title));
      index();
      assertThat(ask("fixes-of", bug)).as(title).contains(fix).contains("sure");
    }
    String first = commit("a: twice");
    String second = commit("a: twice");
    String fix = commit("a: fix the second" + fixes(second, "a: twice"));
    String revert = commit("Revert \"a: twice\"\n\nNo id.\n");
    String reapply = commit("Revert \"Revert \"a: twice\"\"\n\nThis reverts commit " + revert + ".\n");
    index();
    assertThat(ask("fixes-of", first)).doesNotContain(fix);
    assertThat(ask("fixes-of", second)).contains(fix).contains(revert).contains(reapply);
    assertThat(state(second, "mainline")).startsWith("FIXED"); // taken back, and brought back
  }

  @Test
  void abbreviationThatBecameAmbiguousIsResolvedByTheTitle() throws IOException {
    Store store = Store.open(database);
    byte[] one = id("abcdef0100000000000000000000000000000000");
    byte[] two = id("abcdef0200000000000000000000000000000000");
    tell(store, List.of(raw(one, new byte[0], "a: one\n"), raw(id("1111111111111111111111111111111111111111"), one, "a: fix\n\nFixes: abcdef0 (\"a: one\")\n")));
    assertThat(store.histories().links(10).edges()).isEqualTo(1);
    tell(store, List.of(raw(two, one, "a: two\n"), raw(id("2222222222222222222222222222222222222222"), two, "a: fix two\n\nFixes: abcdef0 (\"a: three\")\n")));
    assertThat(store.histories().links(10).edges()).isEqualTo(1); // the second one stays unclear
    assertThat(store.histories().links(10).edge(0).target()).isEqualTo(1);
    Lineage lineage = Lineage.over(store.histories());
    assertThat(lineage.fixedBy(lineage.find("1111111111").get(0)).get(0).note()).contains("2 commits begin with abcdef0; the title decides");
    assertThat(lineage.fixedBy(lineage.find("1111111111").get(0)).get(0).evidence().get(0).text()).isEqualTo("Fixes: abcdef0 (\"a: one\")");
    store.close();
  }

  // ---- 11 to 16: reverts of several, lies, vendors, splits, edits, merges

  @Test
  void revertOfSeveralAndOfAPart() throws IOException {
    String one = commit("a: one");
    String two = commit("a: two");
    String three = commit("a: three");
    String back = commit("a: back out\n\nThis reverts commits " + brief(one) + " and\n" + brief(two) + ".\n");
    commit("a: back out half\n\nThis partially reverts commit " + brief(three) + " (\"a: three\").\n");
    index();
    assertThat(state(one, "mainline")).startsWith("REVERTED").contains(brief(back));
    assertThat(state(two, "mainline")).startsWith("REVERTED").contains(brief(back));
    assertThat(state(three, "mainline")).startsWith("PARTIAL").contains("in part");
  }

  @Test
  void upstreamLineThatLiesIsNotUsed() throws IOException {
    String bug = commit("a: add");
    branch("6.6.y", bug);
    String fix = commit("a: fix" + fixes(bug, "a: add"));
    String liar = on("linux-6.6.y", "b: something else\n\ncommit " + fix + " upstream.\n");
    index();
    assertThat(state(bug, "6.6.y")).startsWith("AFFECTED");
    assertThat(ask("where", fix)).doesNotContain(liar);
    assertThat(ask("missing", "--branch", "6.6.y")).contains(fix);
  }

  @Test
  void vendorsHaveTheirOwnWords() throws IOException {
    String bug = commit("a: add something");
    branch("6.6.y", bug);
    String fix = commit("a: fix something" + fixes(bug, "a: add something"));
    on("linux-6.6.y", "UBUNTU: SAUCE: a: fix something\n\n(backported from commit " + fix + ")\n");
    index();
    assertThat(ask("missing", "--branch", "6.6.y")).doesNotContain(fix);
  }

  @Test
  void patchThatWasSplitOrEditedKeepsItsPosting() throws IOException {
    posted("split@x", 1, "a: do both", "Why.", "2020-05-11T00:00:00Z");
    posted("edited@x", 1, "a: fix typo", "Why.", "2020-05-11T00:00:00Z");
    String split = commit("a: do both (one)\n\nLink: https://lore.kernel.org/r/split@x\n");
    String edited = commit("a: fix typo\n\nWhy.\n[ jane: fixed the words ]\nLink: https://lore.kernel.org/r/edited@x\n");
    index();
    assertThat(ask("where", edited)).contains("edited@x").contains("MAINLINE");
    assertThat(ask("where", "split@x")).contains(split); // by its link, though only the beginning of the title is the same
  }

  @Test
  void introducedBetweenTagsIsReachability() throws IOException {
    String base = commit("base");
    linux.set("refs/tags/v1.0", base);
    String side = linux.commit("topic", "a: old work", Map.of("s", "1"), List.of(base)).id();
    String other = linux.commit("other", "a: other work", Map.of("o", "1"), List.of(base)).id();
    String main = commit("a: main");
    linux.set("refs/tags/v1.1", main);
    String octopus = linux.commit("master", "Merge both", Map.of("s", "1", "o", "1"), List.of(main, side, other)).id();
    String back = linux.commit("topic", "Merge master back", Map.of("s", "2"), List.of(side, octopus)).id();
    linux.set("refs/tags/v1.2", octopus);
    index();
    assertThat(ask("where", side)).containsPattern(side + " .*v1.2 +v1.2");
    assertThat(ask("where", other)).containsPattern(other + " .*v1.2 +v1.2");
    assertThat(ask("where", main)).containsPattern(main + " .*v1.1 +v1.1");
    assertThat(ask("where", back)).contains("linux/topic").contains("next tag");
  }

  // ---- 17 to 21: old tags, cut histories, rerolls, two people, long ids

  @Test
  void tagsThatAreNoCommitsArePassedOver() throws IOException {
    String first = commit("a: begin");
    linux.set("refs/tags/v2.6.11", linux.commit("junk", "junk", Map.of("t", "t"), List.of()).blobs().get("t"));
    linux.set("refs/tags/v2.6.12", first);
    Run run = index();
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("v2.6.11");
    assertThat(ask("where", first)).contains("v2.6.12");
  }

  @Test
  void historyThatIsCutSaysSo() throws IOException {
    String first = commit("a: begin");
    String second = commit("a: second" + fixes(first, "a: begin"));
    commit("a: third");
    Files.writeString(folder.resolve("linux/shallow"), second + "\n");
    index();
    assertThat(ask("where", second)).contains("index incomplete before 2020-05-11");
    assertThat(ask("where", first)).contains("no indexed history has it");
    // Later the rest is fetched.
    Files.delete(folder.resolve("linux/shallow"));
    assertThat(index().out()).contains("1 new commits").doesNotContain("incomplete");
    assertThat(ask("fixes-of", first)).contains(second);
  }

  @Test
  void rerollThatChangesItsTagIsTold() throws IOException {
    String one = commit("a: one");
    String two = commit("a: two");
    posted("v1@x", 1, "a: fix", "Fixes: " + brief(one) + " (\"a: one\")", "2020-05-12T00:00:00Z");
    posted("v2@x", 2, "a: fix", "Fixes: " + brief(two) + " (\"a: two\")", "2020-05-14T00:00:00Z");
    reply("reply@x", "v2@x", "Please add\n\nFixes: " + brief(one) + " (\"a: one\")\n", "2020-05-15T00:00:00Z");
    index();
    assertThat(ask("mail", "v2@x")).containsPattern("version before +<v1@x> +it had Fixes: " + brief(one)).containsPattern("tag in a reply +<reply@x>");
    assertThat(ask("mail", "v1@x")).contains("SUPERSEDED").contains("v2 is <v2@x>");
    assertThat(ask("pending", two)).contains("v2@x").contains("NEW");
    assertThat(state(two, "mainline")).startsWith("PENDING");
  }

  @Test
  void versionsUnderOtherTitlesBelongTogether() throws IOException {
    String bug = commit("a: one");
    String body = fixes(bug, "a: one").strip() + "\nchange-id: 20200512-kettle-4711";
    posted("v1@x", 1, "a: silence the whistle", body, "2020-05-10T00:00:00Z");
    posted("v2@x", 2, "a: mend the whistle", body, "2020-05-11T00:00:00Z");
    index();
    assertThat(ask("mail", "v1@x")).contains("SUPERSEDED").contains("v2 is <v2@x>, \"a: mend the whistle\"");
    assertThat(ask("mail", "v2@x")).containsPattern("version before +<v1@x> +the same tags");
    String fix = commit("a: mend the whistle" + fixes(bug, "a: one"));
    index();
    assertThat(ask("where", fix)).contains("v1@x").contains("v2@x");
    assertThat(ask("where", "v1@x")).contains(fix);
  }

  @Test
  void secondOfTwoEqualFixesDoesNotStayPending() throws IOException {
    String bug = commit("a: add");
    String tag = "Fixes: " + brief(bug) + " (\"a: add\")";
    posted("first@x", 1, "a: fix the leak", tag, "2020-05-11T03:00:00Z");
    posted("second@x", 1, "a: do not leak", tag, "2020-05-11T04:00:00Z", "Joe <joe@example.org>");
    String merged = commit("a: fix the leak\n\n" + tag + "\nLink: https://lore.kernel.org/r/first@x\n");
    index();
    assertThat(ask("where", "first@x")).contains(merged).contains("MAINLINE");
    assertThat(ask("mail", "second@x")).contains("MERGED_OTHERWISE").contains("merged as " + brief(merged));
    assertThat(ask("dup-fixes", "--since", "2020-01-01")).contains("first@x").contains("second@x");
  }

  @Test
  void idsOfSixtyFourDigits() {
    try (Store store = Store.open(database)) {
      byte[] one = id("a".repeat(63) + "1");
      byte[] two = id("b".repeat(63) + "2");
      tell(store, List.of(raw(one, new byte[0], "a: one\n"), raw(two, one, "a: fix\n\nFixes: " + "a".repeat(63) + "1 (\"a: one\")\n")));
      Lineage lineage = Lineage.over(store.histories());
      Member fault = lineage.find("aaaaaaaaaaaa").get(0);
      assertThat(fault.id().orElseThrow().hex()).hasSize(64);
      assertThat(lineage.fixesOf(fault)).singleElement().satisfies(link -> assertThat(link.fix().id().orElseThrow().hex()).startsWith("bbbb"));
      assertThat(States.over(lineage).of(fault).get(0).state()).isEqualTo(States.State.FIXED);
    }
  }

  // ---- records, pictures, shapes of answers

  @Test
  void publishedRecordsAreComparedAndDifferencesExplained() throws IOException {
    String bug = commit("a: add");
    linux.set("refs/tags/v5.1", bug);
    branch("5.4.y", bug);
    String fix = commit("a: fix" + fixes(bug, "a: add"));
    linux.set("refs/tags/v5.18", fix);
    String port = on("linux-5.4.y", "a: fix\n\ncommit " + fix + " upstream.\n");
    linux.set("refs/tags/v5.4.53", port);
    index();
    String right = "5.1:" + bug + ":5.4.53:" + port + "\n5.1:" + bug + ":5.18:" + fix + "\n";
    assertThat(Run.of("lineage", "export", "dyad", fix, "--db", database).out()).contains(right);
    Path records = Files.createDirectories(folder.resolve("records"));
    Files.writeString(records.resolve("CVE-2000-1.dyad"), "# dyad version: 1\n" + right);
    Files.writeString(records.resolve("CVE-2000-2.dyad"), "5.2:" + bug + ":5.4.53:" + port + "\n5.1:" + bug + ":5.18:" + fix + "\n");
    Files.writeString(records.resolve("CVE-2000-3.dyad"), "5.1:" + "e".repeat(40) + ":5.18:" + fix + "\n");
    String answer = ask("agree", records.toString());
    assertThat(answer).contains("1 of 3 records agree, 3 of 5 pairs").contains("VERSION: the same commits").contains("NOT_INDEXED");
    assertThat(Run.of("lineage", "import", "dyad", records.toString(), "--db", database).out()).isEqualTo("3 records, 5 pairs\n");
    assertThat(ask("cve", "CVE-2000-1")).contains("our answer is the same");
    assertThat(ask("cves-of", bug)).contains("CVE-2000-1").contains("CVE-2000-2");
  }

  @Test
  void verhaalsDatabaseIsReadAndCompared() throws IOException {
    commit("a: add");
    index();
    Path file = folder.resolve("verhaal.db");
    Files.write(file, LineageCasesTest.class.getResourceAsStream("/keeper/lineage/verhaal.db").readAllBytes());
    assertThat(Run.of("lineage", "import", "verhaal", file.toString(), "--db", database)).isEqualTo(new Run(0, "2 ids\n", ""));
    assertThat(Run.of("lineage", "export", "translation", "--db", database).out()).contains("abcdefabcdef NOT_VALID # in verhaal.db").contains("1234567890ab ");
    assertThat(ask("agree", file.toString())).contains("0 of 39 commits that fix something agree, 39 are in no indexed history");
    Files.write(file, new byte[300]);
    assertThat(Run.of("lineage", "import", "verhaal", file.toString(), "--db", database).err()).isEqualTo("lockkeeper: " + file + ": no SQLite database\n");
  }

  @Test
  void missingFixesAsListAndAsMails() throws IOException {
    String bug = files("a: add", Map.of("a.c", "int a;\n"));
    branch("6.6.y", bug);
    String fix = files("a: fix" + fixes(bug, "a: add"), Map.of("a.c", "int b;\n"));
    index();
    assertThat(Run.of("lineage", "export", "git-fixes", "--branch", "6.6.y", "--db", database).out()).isEqualTo(fix + ",jane@example.org\n");
    String mails = Run.of("lineage", "export", "mbox", "--branch", "6.6.y", "--db", database).out();
    assertThat(mails).contains("Subject: [PATCH 6.6.y] a: fix\n\n[ Upstream commit " + fix + " ]\n").contains("\n-int a;\n+int b;\n");
    importing("declined", fix + " # not for us\n");
    assertThat(ask("missing", "--branch", "6.6.y")).containsPattern("DECLINED +" + fix).contains("not for us");
    assertThat(Run.of("lineage", "export", "mbox", "--branch", "6.6.y", "--db", database).out()).isEmpty();
  }

  @Test
  void whatIsNeededFirstBlocks() throws IOException {
    String bug = commit("a: add");
    branch("6.6.y", bug);
    String before = commit("a: prepare");
    String fix = commit("a: fix\n\nFixes: " + brief(bug) + " (\"a: add\")\nCc: stable@vger.kernel.org # 6.6.x: " + brief(before) + ": a: prepare\n");
    index();
    assertThat(ask("missing", "--branch", "6.6.y")).containsPattern("BLOCKED +" + fix).contains("needs " + brief(before));
  }

  @Test
  void functionsHaveALineage() throws IOException {
    String first = files("a: add", Map.of("a.c", "int one(void)\n{\n\treturn 1;\n}\n\nint two(void)\n{\n\treturn 2;\n}\n"));
    files("a: other", Map.of("a.c", "int one(void)\n{\n\treturn 1;\n}\n\nint two(void)\n{\n\treturn 3;\n}\n"));
    String third = files("a: fix one" + fixes(first, "a: add"), Map.of("a.c", "int one(void)\n{\n\treturn 4;\n}\n\nint two(void)\n{\n\treturn 3;\n}\n"));
    index();
    String answer = ask("lineage", "one@a.c");
    assertThat(answer).contains(brief(first)).contains(brief(third)).doesNotContain("a: other");
    assertThat(answer.lines().filter(line -> line.startsWith(brief(third))).findFirst().orElseThrow()).contains(brief(first));
    assertThat(ask("hot", "--by", "file")).containsPattern("a\\.c +1");
    assertThat(ask("hot", "--by", "function")).contains("one@a.c");
    assertThat(ask("time-to-fix")).contains("days from a commit to its first fix");
  }

  @Test
  void pictureHasLanesAndGaps() throws IOException {
    String bug = commit("a: <add> & \"more\"");
    branch("6.1.y", bug);
    branch("6.6.y", bug);
    String fix = commit("a: fix" + fixes(bug, "a: <add> & \"more\""));
    on("linux-6.6.y", "a: fix\n\ncommit " + fix + " upstream.\n");
    posted("fix@x", 1, "a: fix", "Fixes: " + brief(bug) + " (\"a: <add> & \\\"more\\\"\")", "2020-05-11T05:00:00Z");
    index();
    try (Store store = Store.open(database)) {
      Lineage lineage = Lineage.over(store.histories());
      String svg = ChainPicture.of(lineage.chain(lineage.find(bug).get(0)), lineage);
      assertThat(svg).startsWith("<svg").endsWith("</svg>\n").contains(">mainline<").contains(">6.1.y<").contains("class=\"gap\"").contains("no B").contains("a: &lt;add&gt; &amp;").contains("dot mail");
      assertThat(javax.xml.parsers.DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new java.io.ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8))).getElementsByTagName("circle").getLength())
          .isGreaterThan(4);
      Lineage again = Lineage.over(store.histories());
      assertThat(ChainPicture.of(again.chain(again.find(bug).get(0)), again)).isEqualTo(svg);
    } catch (org.xml.sax.SAXException | javax.xml.parsers.ParserConfigurationException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void answersForProgramsSayHowFarTheIndexReaches() throws IOException {
    String bug = commit("a: add, \"quoted\"");
    String fix = commit("a: fix, too" + fixes(bug, "a: add, \"quoted\""));
    index();
    String json = ask("fixes-of", "--format", "json", bug);
    assertThat(json).contains("\"id\" : \"" + fix + "\"").contains("\"index\" : \"index: linux to ");
    assertThat(ask("fixes-of", "--format", "csv", bug)).startsWith("depth,id,date,release,branches,how,sureness,title\n1," + fix).contains("\"a: fix, too\"").contains("# index: linux to ");
    for (List<String> query : List.of(List.of("where", bug), List.of("status", bug), List.of("fixed-by", fix), List.of("pending", bug), List.of("hot"), List.of("time-to-fix"),
        List.of("dup-fixes"), List.of("missing", "--branch", "mainline"), List.of("unfixed-fixes", "mainline"), List.of("cves-of", bug)))
      assertThat(ask(query.toArray(String[]::new))).as(query.toString()).contains("index: linux to ");
  }

  @Test
  void damagedRepositoryIsOneLineAndLosesNothing() throws IOException {
    String first = commit("a: begin");
    index();
    String second = commit("a: second" + fixes(first, "a: begin"));
    Path object = folder.resolve("linux/objects/" + second.substring(0, 2) + "/" + second.substring(2));
    byte[] whole = Files.readAllBytes(object);
    Files.setPosixFilePermissions(object, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
    Files.write(object, new byte[] {1, 2, 3});
    Run run = Run.of("lineage", "index", linux.folder().toString(), "--db", database);
    assertThat(run.code()).isNotZero();
    assertThat(run.err().lines().count()).as(run.err()).isEqualTo(1);
    assertThat(run.err()).contains("linux").doesNotContain("Exception:");
    assertThat(ask("where", first)).contains("(2020-05-11, 1 commit)");
    Files.write(object, whole);
    assertThat(index().out()).contains("1 new commits");
    assertThat(ask("fixes-of", first)).contains(second);
  }

  @Test
  void nothingNewIsToldWithoutTheDatabase() throws IOException {
    String bug = commit("a: add");
    String[] index = {"lineage", "index", "mainline=" + folder.resolve("linux"), "--db", database};
    String first = Run.of(index).out();
    Path file = Path.of(database + ".mv.db");
    byte[] whole = Files.readAllBytes(file);
    var changed = Files.getLastModifiedTime(file);
    Files.write(file, new byte[whole.length]);
    Files.setLastModifiedTime(file, changed);
    assertThat(Run.of(index)).isEqualTo(new Run(0, first.replace("1 new", "0 new"), ""));
    // Another repository, a changed database, and a new commit are looked at.
    assertThat(Run.of("lineage", "index", "other=" + folder.resolve("linux"), "--db", database).err()).contains("database " + database);
    Files.write(file, whole);
    assertThat(Run.of(index)).isEqualTo(new Run(0, first.replace("1 new", "0 new"), ""));
    String fix = commit("a: fix" + fixes(bug, "a: add"));
    assertThat(Run.of(index).out()).startsWith("mainline: 1 new commits\n");
    assertThat(ask("fixes-of", bug)).contains(fix);
  }

  @Test
  void letterThatIsSentAnywayMentionsABrokenTag() throws IOException {
    String bug = commit("vfio/pci: sample: add triggers");
    index();
    String sample = "drivers/vfio/pci/vfio_pci_sample.c";
    Path source = folder.resolve("tree").resolve(sample);
    Files.createDirectories(source.getParent());
    Files.write(source, LineageCasesTest.class.getResourceAsStream("/keeper/cli/demo/tree/" + sample).readAllBytes());
    String mail = new String(LineageCasesTest.class.getResourceAsStream("/keeper/cli/demo/mails/1-put-on-the-last-close.eml").readAllBytes(), StandardCharsets.UTF_8);
    String wrong = (bug.charAt(0) == 'f' ? "e" : "f") + bug.substring(1, 12);
    Path file = Files.writeString(folder.resolve("mail"), mail.replace("Signed-off-by:", "Fixes: " + wrong + " (\"vfio/pci: sample: add triggers\")\nSigned-off-by:"));
    Run run = Run.of("review", "--format", "mail", "--tree", folder.resolve("tree").toString(), "--db", database, file.toString());
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).contains("In-Reply-To: <20260309100000.7-1-bela@sample.example>").contains("tag that names " + wrong).contains("| Fixes: " + brief(bug) + " (\"vfio/pci: sample: add triggers\")");
    // The same letter without a word of tags when the tag is right.
    Files.writeString(file, Files.readString(file).replace(wrong, brief(bug)));
    assertThat(Run.of("review", "--format", "mail", "--tree", folder.resolve("tree").toString(), "--db", database, file.toString()).out()).contains("In-Reply-To").doesNotContain("the Fixes: tag");
  }

  @Test
  void historyThatShrankIsForgottenWhereItIsGone() throws IOException {
    String first = commit("a: begin");
    String gone = commit("a: gone" + fixes(first, "a: begin"));
    index();
    assertThat(state(first, "mainline")).startsWith("FIXED");
    linux.set("refs/heads/master", first);
    index();
    assertThat(state(first, "mainline")).startsWith("AFFECTED");
    assertThat(ask("where", gone)).doesNotContain("mainline");
  }

  @Test
  void repositoryOfLongIdsIsRefusedInALine() throws IOException {
    commit("a: begin");
    Files.writeString(folder.resolve("linux/config"), "[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectFormat = sha256\n");
    Run run = Run.of("lineage", "index", linux.folder().toString(), "--db", database);
    assertThat(run.code()).isNotZero();
    assertThat(run.err().lines().count()).isEqualTo(1);
    assertThat(run.err()).contains("sha256");
  }

  @Test
  void wrongQuestionsAreOneLine() throws IOException {
    commit("a: add");
    index();
    for (List<String> wrong : List.of(List.of("where", "bbbbbbb"), List.of("missing", "--branch", "9.9.y"), List.of("cve", "CVE-1"), List.of("lineage", "nothing"), List.of("follow-ups"),
        List.of("mail", "no@where"), List.of("hot", "--since", "yesterday"), List.of("import", "nonsense", linux.folder().toString()), List.of("agree", "/no/such/folder"))) {
      Run run = run(wrong.toArray(String[]::new));
      assertThat(run.code()).as(wrong.toString()).isIn(Refusal.USAGE, Refusal.INPUT);
      assertThat(run.err().lines().count()).as(run.err()).isEqualTo(1);
      assertThat(run.err()).doesNotContain("Exception");
    }
  }

  // ---- what the cases are made of

  private String commit(String message) throws IOException {
    return files(message, Map.of("x", message));
  }

  private String code(String message, String... lines) throws IOException {
    return files(message, Map.of("a.c", "void release(void)\n{\n\t" + String.join("\t", lines) + "}\n"));
  }

  private String files(String message, Map<String, String> files) throws IOException {
    return linux.commit(message, files).id();
  }

  private void branch(String name, String commit) throws IOException {
    linux.set("refs/heads/linux-" + name, commit);
  }

  private String on(String branch, String message) throws IOException {
    return linux.commit(branch, message, new LinkedHashMap<>(Map.of("x", message)), List.of(head(branch))).id();
  }

  private String head(String branch) throws IOException {
    return linux.resolve("refs/heads/" + branch);
  }

  private static String fixes(String id, String title) {
    return "\n\nFixes: " + brief(id) + " (\"" + title + "\")\n";
  }

  private static String brief(String id) {
    return id.substring(0, 12);
  }

  private Run index() {
    Run run = Run.of("lineage", "index", linux.folder().toString(), "--db", database);
    assertThat(run.err()).isEmpty();
    return run;
  }

  private Run run(String... query) {
    String[] all = new String[query.length + 3];
    all[0] = "lineage";
    System.arraycopy(query, 0, all, 1, query.length);
    all[query.length + 1] = "--db";
    all[query.length + 2] = database;
    return Run.of(all);
  }

  private String ask(String... query) {
    Run run = run(query);
    assertThat(run.err()).as(String.join(" ", query)).isEmpty();
    return run.out();
  }

  /** State, release, reason. */
  private String state(String fault, String branch) {
    try (Store store = Store.open(database)) {
      Lineage lineage = Lineage.over(store.histories());
      States.OnBranch state = States.over(lineage).of(lineage.find(fault).get(0), lineage.branches().named(branch).orElseThrow());
      return state.state() + " " + (state.fixedIn().isEmpty() ? "" : state.fixedIn() + " ") + state.reason();
    }
  }

  private String lint(String body) throws IOException {
    return Run.of("lineage", "lint", mail(body).toString(), "--db", database).out();
  }

  private Path mail(String body) throws IOException {
    return Files.writeString(folder.resolve("mail.eml"), mail("lint@x", 1, "a: fix it", body.strip(), "Jane Doe <jane@example.org>"));
  }

  private void importing(String format, String text) throws IOException {
    Path file = Files.writeString(folder.resolve("words"), text);
    assertThat(Run.of("lineage", "import", format, file.toString(), "--db", database).err()).isEmpty();
  }

  private void posted(String id, int version, String title, String body, String when) {
    posted(id, version, title, body, when, "Jane Doe <jane@example.org>");
  }

  private void posted(String id, int version, String title, String body, String when, String author) {
    keep(id, when, mail(id, version, title, body, author));
  }

  private void reply(String id, String to, String body, String when) {
    keep(id, when, "From: Joe <joe@example.org>\nSubject: Re: [PATCH]\nMessage-ID: <" + id + ">\nIn-Reply-To: <" + to + ">\nReferences: <" + to + ">\nDate: Mon, 11 May 2020 04:34:50 +0000\n\n" + body);
  }

  private void keep(String id, String when, String mail) {
    try (Store store = Store.open(database); Intake intake = store.mails().intake("kvm")) {
      intake.accept(new Arrival.Posted(0, id, Instant.parse(when), mail.getBytes(StandardCharsets.UTF_8)));
    }
  }

  private static String mail(String id, int version, String title, String body, String author) {
    return "From: " + author + "\nSubject: [PATCH" + (version > 1 ? " v" + version : "") + "] " + title + "\nDate: Mon, 11 May 2020 04:34:50 +0000\nMessage-ID: <" + id
        + ">\n\nWhy.\n\n" + body + "\n---\n a.c | 1 +\n\ndiff --git a/a.c b/a.c\n--- a/a.c\n+++ b/a.c\n@@ -1,1 +1,2 @@\n int a;\n+int free_the_buffer;\n";
  }

  private static byte[] id(String hex) {
    return java.util.HexFormat.of().parseHex(hex);
  }

  private static Commit raw(byte[] id, byte[] parent, String log) {
    String headers = "tree 0\nauthor Jane <jane@example.org> 1589171690 +0000\ncommitter Jane <jane@example.org> 1589171690 +0000\n\n";
    return Commit.of(id, parent, (headers + log).getBytes(StandardCharsets.UTF_8), 1589171690);
  }

  private static void tell(Store store, List<Commit> commits) {
    try (HistoryIntake intake = store.histories().intake("mainline", "nowhere")) {
      commits.forEach(intake);
      String last = commits.get(commits.size() - 1).commitId().hex();
      intake.reached(List.of(new Ref("HEAD", last, Ref.Kind.HEAD)), last, 1589171690, "", 0, last.hashCode());
    }
  }
}
