// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import keeper.patch.CommitMessage;
import keeper.patch.FixesTag;
import org.junit.jupiter.api.Test;

class ReferenceTest {
  @Test
  void tagNamesIdAndTitle() {
    assertThat(named("a: fix", "Why.\n\nFixes: 1518ac272e78 (\"vfio/pci: fix memory leaks\")\n"))
        .containsExactly("fixes 1518ac272e78 vfio/pci: fix memory leaks");
  }

  @Test
  void mentionMayBeBrokenOverLines() {
    assertThat(named("a: fix", "This came with commit\n1518ac272e78 (\"vfio/pci: fix\nmemory leaks\"), and since commit \n5c5866c593bb\u00a0(\"vfio/pci:\u00a0Clear\nit\"), it panics."))
        .containsExactly("mentions 1518ac272e78 vfio/pci: fix memory leaks", "mentions 5c5866c593bb vfio/pci: Clear it");
  }

  @Test
  void mentionOfWhatATagNamesIsNoNews() {
    assertThat(named("a: fix", "Since commit 1518ac2 (\"x\") it leaks.\n\nFixes: 1518ac272e78 (\"x\")\n")).containsExactly("fixes 1518ac272e78 x");
  }

  @Test
  void numbersOfAPanicAreNoCommits() {
    assertThat(named("a: fix", """
        [ 9513.952] x29: ffff800038a0b960 x28: ffff007ef7f4da10
        Code: b9001020 d2800000 (885ffe61)
        ---[ end trace 648de00c8406465f ]---
        deadbeef (but no title), facade, added
        commit facade is a word
        commit 12345 is too short without its title
        """)).isEmpty();
  }

  @Test
  void wordCommitBeforeAnIdIsEnough() {
    assertThat(named("a: fix", "See commit 5c5866c593bb for more.\n(commit\n1518ac272e7)\n")).containsExactly("mentions 5c5866c593bb ", "mentions 1518ac272e7 ");
  }

  @Test
  void quotedLinesAreOthersWords() {
    assertThat(named("a: fix", "> commit 5c5866c593bb (\"x\")\n")).isEmpty();
  }

  @Test
  void revertsByIdAndByTitle() {
    assertThat(named("Revert \"a: begin\"", "This reverts commit 1518ac272e7856f55edf3d6b17b4b2b2fd3307d2.\n"))
        .containsExactly("reverts 1518ac272e7856f55edf3d6b17b4b2b2fd3307d2 a: begin");
    assertThat(named("Revert \"a: begin\"", "It broke things.\n")).containsExactly("reverts  a: begin");
    assertThat(named("a: back out", "This reverts commits 1518ac272e78 and 5c5866c593bb, and\n7aaaaaaaaaa7.\n"))
        .containsExactly("reverts 1518ac272e78 ", "reverts 5c5866c593bb ", "reverts 7aaaaaaaaaa7 ");
    assertThat(named("a: back out half", "This partially reverts commit 1518ac272e78 (\"a: begin\").\n")).containsExactly("reverts 1518ac272e78 ");
    assertThat(named("Revert \"Revert \"a: begin\"\"", "This reverts commit 5c5866c593bb.\n"))
        .containsExactly("reapplies  a: begin", "reverts 5c5866c593bb ");
    assertThat(named("Reapply \"a: begin\"", "")).containsExactly("reapplies  a: begin");
  }

  @Test
  void backportsAndWhatTheyNeed() {
    assertThat(named("a: begin", "commit 1518ac272e78 upstream.\n\nWhy.\n\nStable-dep-of: 5c5866c593bb (\"a: go on\")\n"))
        .containsExactly("backport 1518ac272e78 ", "dep-of 5c5866c593bb a: go on");
    assertThat(named("a: begin", "[ Upstream commit 1518ac272e78 ]\n")).containsExactly("backport 1518ac272e78 ");
    assertThat(named("a: begin", "Why.\n\n(cherry picked from commit 1518ac272e78)\n")).containsExactly("backport 1518ac272e78 ");
  }

  @Test
  void vendorsAndStableBranches() {
    assertThat(named("UBUNTU: SAUCE: a: begin", "(backported from commit 1518ac272e78 linux-next)\n")).containsExactly("backport 1518ac272e78 ");
    assertThat(named("a: begin", "Git-commit: 1518ac272e78\nPatch-mainline: v5.8-rc1\n")).containsExactly("backport 1518ac272e78 ");
    assertThat(named("a: fix", "Cc: stable@vger.kernel.org # 3.3.x: a1f84a3: sched: Check for idle\nCc: <stable@vger.kernel.org> # 5.10+\n"))
        .containsExactly("prereq a1f84a3 sched: Check for idle", "stable  5.10+");
    assertThat(named("a: fix", "Cc: stable+noautosel@kernel.org # needs more\n")).containsExactly("stable  noautosel needs more");
  }

  @Test
  void mailsThatBelongToIt() {
    assertThat(named("a: fix", "Reported-by: J <j@example.org>\nCloses: https://lore.kernel.org/all/report@x/\nLink: https://lore.kernel.org/r/patch@x\n"))
        .containsExactly("report  report@x", "mail  patch@x");
    assertThat(named("a: fix", "Reported-by: J <j@example.org>\nLink: https://lore.kernel.org/r/report@x\nLink: https://example.org/\n"))
        .containsExactly("report  report@x", "report  https://example.org/");
    assertThat(named("a: fix", "Message-ID: <patch@x>\nLink: https://example.org/\n")).containsExactly("mail  patch@x");
  }

  @Test
  void everyEvidenceHasItsWord() {
    List<Evidence> all = List.of(
        new Evidence.Tag(FixesTag.parse("Fixes: 1518ac272e78 (\"x\")").orElseThrow()), new Evidence.Revert("r"), new Evidence.Reapply("a"),
        new Evidence.Backport("b"), new Evidence.Dependency("d"), new Evidence.Mention("m"), new Evidence.Prerequisite("p"),
        new Evidence.StableRequest("s"), new Evidence.MailLink("l"), new Evidence.Report("c"), new Evidence.Overlaps(new Overlap(2, 1)));
    assertThat(all.stream().map(Object::getClass).toList()).isEqualTo(List.of(Evidence.class.getPermittedSubclasses()));
    assertThat(all.stream().map(Evidence::word).distinct()).hasSize(all.size());
    assertThat(all).allSatisfy(evidence -> assertThat(evidence.text()).isNotEmpty());
  }

  @Test
  void hostileLogIsCut() {
    StringBuilder log = new StringBuilder();
    for (int i = 0; i < 100_000; i++) log.append("commit ").append(Integer.toHexString(0x1000_0000 + i)).append(" (\"").append(i).append("\n");
    assertThat(named("a", log.toString()).size()).isEqualTo(200);
    assertThat(named("Revert \"".repeat(5000) + "\"".repeat(5000), "(\"".repeat(50_000)).size()).isLessThan(2);
  }

  private static List<String> named(String title, String body) {
    return Reference.in(CommitMessage.of(title, body)).stream()
        .map(reference -> reference.evidence().word() + " " + reference.id().map(Object::toString).orElse("") + " " + reference.title())
        .toList();
  }
}
