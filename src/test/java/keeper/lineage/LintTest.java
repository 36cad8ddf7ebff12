// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import keeper.patch.CommitMessage;
import org.junit.jupiter.api.Test;

class LintTest {
  private static final String BEGIN = "pinctrl: Add driver for a GPIO expander";

  private final TestKnown known = new TestKnown()
      .indexed()
      .commit("576623d70661", BEGIN, "")
      .commit("abcdef1111111", "a: one", "")
      .commit("abcdef2222222", "a: two", "")
      .commit("ccccccc11111", "a: one", "commit abcdef1111111 upstream.\n")
      .commit("ddddddd11111", "a: taken back", "")
      .commit("ddddddd22222", "Revert \"a: taken back\"", "This reverts commit ddddddd11111.\n")
      .mail("pending@x", "b: only posted", "");

  @Test
  void tagThatIsRightHasNothingToMend() {
    assertThat(tag("Fixes: 576623d70661 (\"" + BEGIN + "\")")).isEqualTo("[OK] ");
  }

  @Test
  void shapeIsMendedByWritingTheTagAnew() {
    assertThat(tag("Fixes: 576623d (\"" + BEGIN + "\")")).startsWith("[SHORT_ID] Fixes: 576623d70661 (\"" + BEGIN + "\")");
    assertThat(tag("fixes: 576623d70661")).startsWith("[TAG_CASE, NO_TITLE] Fixes: 576623d70661 (\"" + BEGIN + "\")");
    assertThat(tag("Fixes: commit 576623d70661 (\"" + BEGIN + "\")")).startsWith("[EXTRA_WORD] Fixes: 576623d70661");
    assertThat(tag("Fixes: 576623d70661 (\"pinctrl: Add driver...\")")).startsWith("[TITLE_PREFIX] Fixes: 576623d70661 (\"" + BEGIN + "\")");
  }

  @Test
  void unknownIdIsFoundUnderItsTitle() {
    assertThat(tag("Fixes: a4f15a8d4c82 (\"" + BEGIN + "\")")).isEqualTo("[UNKNOWN_ID] rebased: Fixes: 576623d70661 (\"" + BEGIN + "\")");
    for (String typo : List.of("576623d70662", "57623d706610", "5766623d7066", "567623d70661"))
      assertThat(tag("Fixes: " + typo + " (\"" + BEGIN + "\")")).as(typo).isEqualTo("[UNKNOWN_ID] one digit is wrong: Fixes: 576623d70661 (\"" + BEGIN + "\")");
    assertThat(tag("Fixes: a4f15a8d4c82 (\"b: only posted\")")).isEqualTo("[UNKNOWN_ID] its title is that of <pending@x>, which no indexed history has yet");
    assertThat(tag("Fixes: a4f15a8d4c82 (\"b: nowhere\")")).startsWith("[UNKNOWN_ID] no indexed history has it; index: mainline to");
    assertThat(tag("Fixes: a4f15a8d4c82")).startsWith("[UNKNOWN_ID, NO_TITLE] no indexed history has it");
  }

  @Test
  void idAndTitleThatDisagree() {
    assertThat(tag("Fixes: 576623d70661 (\"a: two\")")).isEqualTo(
        "[TITLE_MISMATCH] 576623d70661 is \"" + BEGIN + "\"; if the title is right: Fixes: abcdef222222 (\"a: two\")");
    assertThat(tag("Fixes: 576623d70661 (\"z: else\")")).startsWith("[TITLE_MISMATCH] Fixes: 576623d70661");
  }

  @Test
  void ambiguousId() {
    assertThat(tag("Fixes: abcdef (\"a: two\")")).startsWith("[SHORT_ID, AMBIGUOUS_ID] Fixes: abcdef222222 (\"a: two\")");
    assertThat(tag("Fixes: abcdef (\"a: three\")")).endsWith("2 commits begin with abcdef: write more digits of the one that is meant");
  }

  @Test
  void idOfAStableBackportGivesTheMainlineOne() {
    assertThat(tag("Fixes: ccccccc11111 (\"a: one\")")).isEqualTo("[STABLE_ID] Fixes: abcdef111111 (\"a: one\")");
  }

  @Test
  void targetThatWasTakenBack() {
    assertThat(tag("Fixes: ddddddd11111 (\"a: taken back\")")).contains("TARGET_REVERTED");
  }

  @Test
  void fixOfThePatchBeforeBelongsInIt() {
    assertThat(show(Lint.over(known).of(message("Fixes: a4f15a8d4c82 (\"b: part one\")"), List.of("b: part one"))))
        .isEqualTo("[SELF_SERIES] squash it into \"b: part one\", which is in the same series");
  }

  @Test
  void firstCommitOfHistory() {
    assertThat(tag("Fixes: 1da177e4c3f4 (\"Linux-2.6.12-rc2\")")).contains("ROOT_COMMIT");
  }

  @Test
  void withoutAHistoryOnlyTheTextIsJudged() {
    Lint lint = Lint.over(new TestKnown().mail("pending@x", "b: only posted", ""));
    assertThat(show(lint.of(message("Fixes: a4f15a8d4c82 (\"b: nowhere\")"), List.of()))).isEqualTo("[OK] ");
    assertThat(show(lint.of(message("Fixes: a4f15a8 (\"b: nowhere\")"), List.of()))).isEqualTo("[SHORT_ID] ");
  }

  @Test
  void faultWithoutATag() {
    assertThat(tag("This was introduced by commit\n576623d70661 (\"" + BEGIN + "\").")).isEqualTo("[MISSING_TAG] Fixes: 576623d70661 (\"" + BEGIN + "\")");
    assertThat(tag("BUG: KASAN: use-after-free in x\nCall Trace:\n x+1")).startsWith("[MISSING_TAG] the log speaks of \"KASAN\"");
    assertThat(tag("Clean up.")).isEmpty();
    assertThat(tag("This reverts commit 576623d70661, which is a regression.")).isEmpty();
  }

  private String tag(String log) {
    return show(Lint.over(known).of(message(log), List.of()));
  }

  private static CommitMessage message(String log) {
    return CommitMessage.of("x: fix", "Why.\n\n" + log + "\nSigned-off-by: Jane <jane@example.org>\n");
  }

  private static String show(List<Lint.Checked> checked) {
    StringBuilder text = new StringBuilder();
    for (Lint.Checked one : checked) text.append(one.verdicts()).append(' ').append(one.remedy());
    return text.toString();
  }
}
