// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LineageTest {
  private static final String LEAK = "vfio/pci: fix memory leaks of eventfd ctx";
  private static final String CLEAR = "vfio/pci: Clear error and request eventfd ctx after releasing";
  private static final String RACY = "vfio/pci: fix racy on error and request eventfd ctx";
  private static final String FIXES_LEAK = "Fixes: 1518ac272e78 (\"" + LEAK + "\")\n";

  @Test
  void siblingsAndWhatTheirTextNames() {
    TestKnown known = new TestKnown()
        .commit("1518ac272e78", LEAK, "")
        .commit("5c5866c593bb", CLEAR, FIXES_LEAK)
        .commit("b872d0640840", RACY, "Since commit 5c5866c593bb (\"" + CLEAR + "\") it panics.\n\n" + FIXES_LEAK);
    assertThat(tree(known, "5c5866c593bb")).isEqualTo("""
        1518ac272e78 ("vfio/pci: fix memory leaks of eventfd ctx")
        │   2020-05-11 Jane <jane@example.org>, in mainline
        ├── fixed by 5c5866c593bb ("vfio/pci: Clear error and request eventfd ctx after releasing")   <-- asked
        │       2020-05-12 Jane <jane@example.org>, in mainline
        └── fixed by b872d0640840 ("vfio/pci: fix racy on error and request eventfd ctx")
                2020-05-13 Jane <jane@example.org>, in mainline
                its text also names 5c5866c593bb

        index: no git history yet: lockkeeper lineage index REPO
        """);
  }

  /** Both fixes name the same culprit; only the hunks tell that the second mends the first. */
  @Test
  void hunksTellWhoseLinesAreMended() {
    TestKnown known = new TestKnown()
        .commit("1518ac272e78", LEAK, "")
        .mail("clear@x", CLEAR, FIXES_LEAK)
        .diff("""
            --- a/vfio_pci.c
            +++ b/vfio_pci.c
            @@ -10,4 +10,6 @@ static void vfio_pci_release(void *device_data)
             	vfio_pci_disable(vdev);
            -	if (vdev->err_trigger)
            +	if (vdev->err_trigger) {
             		eventfd_ctx_put(vdev->err_trigger);
            +		vdev->err_trigger = NULL;
            +	}
             }
            """)
        .mail("racy@x", RACY, FIXES_LEAK)
        .diff("""
            --- a/vfio_pci.c
            +++ b/vfio_pci.c
            @@ -10,6 +10,8 @@ static void vfio_pci_release(void *device_data)
             	vfio_pci_disable(vdev);
            +	mutex_lock(&vdev->igate);
             	if (vdev->err_trigger) {
             		eventfd_ctx_put(vdev->err_trigger);
             		vdev->err_trigger = NULL;
             	}
            +	mutex_unlock(&vdev->igate);
             }
            """)
        .mail("else@x", "vfio/pci: elsewhere", FIXES_LEAK)
        .diff("""
            --- a/vfio_pci.c
            +++ b/vfio_pci.c
            @@ -80,2 +80,2 @@ static int vfio_pci_open(void *device_data)
             	int ret;
            -	ret = 0;
            +	ret = vfio_pci_enable(vdev);
            """);
    Lineage lineage = Lineage.over(known);
    assertThat(lineage.mendedBy(one(known, "<clear@x>"))).singleElement().satisfies(link -> {
      assertThat(link.fix().title()).isEqualTo(RACY);
      assertThat(link.evidence().get(0).text()).isEqualTo("of 4 lines that it touches, 2 were written there");
    });
    assertThat(lineage.mendedBy(one(known, "<racy@x>"))).isEmpty();
    assertThat(tree(known, "1518ac272e78")).containsOnlyOnce("its hunks mend (\"" + CLEAR + "\"): of 4 lines that it touches, 2 were written there");
  }

  @Test
  void mailsAloneTellTheChain() {
    TestKnown known = new TestKnown()
        .mail("clear@x", CLEAR, FIXES_LEAK)
        .mail("racy@x", RACY, "Since commit 5c5866c593bb (\"" + CLEAR + "\") it panics.\n\n" + FIXES_LEAK);
    Member leak = one(known, "1518ac272e78");
    assertThat(leak.title()).isEqualTo(LEAK);
    assertThat(leak.commits()).isEmpty();
    assertThat(fixes(known, "1518ac2")).containsExactly("5c5866c593bb (\"" + CLEAR + "\") likely", "(\"" + RACY + "\") likely");
    assertThat(tree(known, "1518ac272e78")).contains("known only as others name it", "posted 2020-05-11 by Jane", "<racy@x>");
  }

  @Test
  void postingAndCommitAreOneChange() {
    TestKnown known = new TestKnown().commit("1518ac272e78", LEAK, "").mail("clear@x", CLEAR, FIXES_LEAK).commit("5c5866c593bb", CLEAR, FIXES_LEAK);
    Member clear = one(known, "<clear@x>");
    assertThat(clear.commits()).hasSize(1);
    assertThat(clear.postings()).hasSize(1);
    assertThat(fixes(known, "1518ac272e78")).hasSize(1);
  }

  @Test
  void fixOfAFixStandsBelowIt() {
    TestKnown known = new TestKnown()
        .commit("aaaaa1", "a: begin", "")
        .commit("aaaaa2", "a: fix", "Fixes: aaaaa1 (\"a: begin\")\n")
        .commit("aaaaa3", "a: fix the fix", "Fixes: aaaaa2 (\"a: fix\")\n")
        .commit("aaaaa4", "Revert \"a: fix the fix\"", "This reverts commit aaaaa3.\n");
    assertThat(tree(known, "aaaaa4").lines().filter(line -> line.contains("(\""))).containsExactly(
        "aaaaa1000000 (\"a: begin\")",
        "└── fixed by aaaaa2000000 (\"a: fix\")",
        "    └── fixed by aaaaa3000000 (\"a: fix the fix\")",
        "        └── reverted by aaaaa4000000 (\"Revert \"a: fix the fix\"\")   <-- asked");
  }

  @Test
  void abbreviationThatBecameAmbiguousIsDecidedByTheTitle() {
    TestKnown known = new TestKnown()
        .commit("abcdef1", "a: one", "")
        .commit("abcdef2", "a: two", "")
        .commit("bbbbb1", "a: fix", "Fixes: abcdef (\"a: two\")\n")
        .commit("bbbbb2", "a: fix nobody", "Fixes: abcdef (\"a: three\")\n");
    assertThat(Lineage.over(known).find("abcdef")).extracting(Member::title).containsExactly("a: one", "a: two");
    assertThat(fixes(known, "abcdef2")).containsExactly("bbbbb1000000 (\"a: fix\") sure");
    assertThat(fixes(known, "abcdef1")).isEmpty();
    assertThat(Lineage.over(known).fixedBy(one(known, "bbbbb1")).get(0).note()).isEqualTo("2 commits begin with abcdef; the title decides");
  }

  @Test
  void idThatWasRebasedIsFoundByItsTitle() {
    TestKnown known = new TestKnown()
        .commit("576623d70661", "pinctrl: Add driver", "")
        .commit("bbbbb1", "pinctrl: fix", "Fixes: a4f15a8d4c82 (\"pinctrl: Add driver\")\n");
    FixLink link = Lineage.over(known).fixesOf(one(known, "576623d70661")).get(0);
    assertThat(link.sureness()).isEqualTo(FixLink.Sureness.LIKELY);
    assertThat(link.note()).isEqualTo("no known history has a4f15a8d4c82; its title is that of 576623d70661");
    assertThat(one(known, "a4f15a8d4c82").title()).isEqualTo("pinctrl: Add driver");
  }

  @Test
  void idWithAnotherTitleIsDoubtful() {
    TestKnown known = new TestKnown().commit("aaaaa1", "a: begin", "").commit("aaaaa2", "a: fix", "Fixes: aaaaa1 (\"b: something else\")\n");
    FixLink link = Lineage.over(known).fixedBy(one(known, "aaaaa2")).get(0);
    assertThat(link.sureness()).isEqualTo(FixLink.Sureness.WEAK);
    assertThat(tree(known, "aaaaa1")).contains("fixed by (doubtful) aaaaa2000000", "called \"b: something else\", but aaaaa1 is \"a: begin\"");
  }

  @Test
  void shortenedTitleIsTheTitle() {
    for (String title : List.of("a: begin with a long title", "a: begin with a...", "...with a long title", "a: begin ... long title")) {
      TestKnown known = new TestKnown().commit("aaaaa1", "a: begin with a long title", "").commit("aaaaa2", "a: fix", "Fixes: aaaaa1 (\"" + title + "\")\n");
      assertThat(fixes(known, "aaaaa1")).as(title).containsExactly("aaaaa2000000 (\"a: fix\") sure");
    }
  }

  @Test
  void backportIsTheSameChange() {
    TestKnown known = new TestKnown()
        .commit("aaaaa1", "a: begin", "")
        .commit("aaaaa2", "a: fix", "Fixes: aaaaa1 (\"a: begin\")\n")
        .commit("ccccc1", "a: begin", "commit aaaaa1000000 upstream.\n")
        .commit("ccccc2", "a: fix", "[ Upstream commit aaaaa2000000 ]\n\nFixes: aaaaa1 (\"a: begin\")\n")
        .commit("ccccc3", "c: lies", "commit aaaaa1000000 upstream.\n")
        .commit("ccccc4", "a: fix the backport", "Fixes: ccccc1 (\"a: begin\")\n");
    Member begin = one(known, "ccccc1");
    assertThat(begin.ids()).extracting(id -> id.hex().substring(0, 6)).containsExactly("aaaaa1", "ccccc1");
    assertThat(fixes(known, "aaaaa1")).containsExactly("aaaaa2000000 (\"a: fix\") sure", "ccccc4000000 (\"a: fix the backport\") sure");
    assertThat(one(known, "ccccc3").commits()).hasSize(1);
  }

  @Test
  void titleUsedTwiceIsTwoChanges() {
    TestKnown known = new TestKnown()
        .commit("aaaaa1", "a: fix typo", "")
        .commit("aaaaa2", "a: fix typo", "")
        .commit("aaaaa3", "Revert \"a: fix typo\"", "It was right.\n");
    assertThat(Lineage.over(known).find("\"a: fix typo\"")).hasSize(2);
    assertThat(fixes(known, "aaaaa1")).isEmpty();
    assertThat(fixes(known, "aaaaa2")).containsExactly("aaaaa3000000 (\"Revert \"a: fix typo\"\") likely");
  }

  @Test
  void circlesEnd() {
    TestKnown known = new TestKnown()
        .commit("aaaaa1", "a: one", "Fixes: aaaaa2 (\"a: two\")\n")
        .commit("aaaaa2", "a: two", "Fixes: aaaaa1 (\"a: one\")\n")
        .commit("aaaaa3", "a: self", "Fixes: aaaaa3 (\"a: self\")\n");
    assertThat(Lineage.over(known).chain(one(known, "aaaaa1")).size()).isEqualTo(2);
    assertThat(Lineage.over(known).chain(one(known, "aaaaa3")).size()).isEqualTo(1);
    assertThat(fixes(known, "aaaaa3")).isEmpty();
  }

  @Test
  void changeWithThousandsOfFixesShowsTheWay() {
    TestKnown known = new TestKnown().commit("1da177e4c3f4", "Linux-2.6.12-rc2", "");
    for (int i = 0; i < 100; i++) known.commit("eeee" + (10000 + i), "fix " + i, "Fixes: 1da177e4c3f4 (\"Linux-2.6.12-rc2\")\n");
    assertThat(Lineage.over(known).chain(one(known, "eeee10007")).size()).isEqualTo(2);
    assertThat(tree(known, "eeee10007")).contains("and 99 more fixes of it, not shown");
    assertThat(Lineage.over(known).chain(one(known, "1da177e4c3f4")).size()).isEqualTo(41);
  }

  @Test
  void fixOfTwoStandsUnderOneAndNamesTheOther() {
    TestKnown known = new TestKnown()
        .commit("aaaaa1", "a: one", "")
        .commit("aaaaa2", "a: two", "")
        .commit("aaaaa3", "a: fix both", "Fixes: aaaaa1 (\"a: one\")\nFixes: aaaaa2 (\"a: two\")\n");
    assertThat(tree(known, "aaaaa3")).contains("also fixes aaaaa2000000 (\"a: two\")");
  }

  @Test
  void whatNobodyKnowsIsNotFound() {
    TestKnown known = new TestKnown().commit("aaaaa1", "a: one", "");
    for (String text : List.of("", "bbbbb1", "nobody@x", "\"b: no\"", "https://lore.kernel.org/r/no@x", "\"\"")) assertThat(Lineage.over(known).find(text)).as(text).isEmpty();
    for (String text : List.of("aaaaa1", "AAAAA1", "aaaaa1 (\"a: one\")", "Fixes: aaaaa1 (\"a: one\")", "\"a: one\"", "a:  one")) assertThat(Lineage.over(known).find(text)).as(text).hasSize(1);
  }

  @Test
  void titleCannotGiveOrdersToATerminal() {
    TestKnown known = new TestKnown().commit("aaaaa1", "a: \u001b]0;x\u0007 \u202e one\u009b", "");
    assertThat(tree(known, "aaaaa1")).contains("a: <U+001B>]0;x<U+0007> <U+202E> one<U+009B>");
  }

  private static Member one(TestKnown known, String text) {
    List<Member> found = Lineage.over(known).find(text);
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  private static String tree(TestKnown known, String text) {
    return ChainText.of(Lineage.over(known).chain(one(known, text)));
  }

  private static List<String> fixes(TestKnown known, String text) {
    return Lineage.over(known).fixesOf(one(known, text)).stream().map(link -> link.fix().name() + " " + link.sureness().word()).toList();
  }
}
