// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.reply;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import keeper.lineage.Lint;
import keeper.patch.CommitId;
import keeper.patch.CommitMessage;
import keeper.patch.FixesTag;
import keeper.patch.FixesVerdict;
import org.junit.jupiter.api.Test;

/** Which broken tags a letter mentions, and how. */
class TagRemarkTest {
  private static final FixesTag TAG = FixesTag.in(CommitMessage.of("kettle: whistle\n\nFixes: 1518ac272e79 (\"kettle: put the bells back\")\n")).get(0);
  private static final CommitId RIGHT = new CommitId("1518ac272e78a1b2c3d4e5f60718293a4b5c6d7e");

  private static String of(String remedy, Optional<CommitId> target, FixesVerdict... verdicts) {
    return TagRemark.of(List.of(new Lint.Checked(Optional.of(TAG), List.of(verdicts), target, remedy)));
  }

  @Test
  void theRightTagStandsBehindABar() {
    assertThat(of("one digit is wrong: Fixes: 1518ac272e78 (\"kettle: put the bells back\")", Optional.of(RIGHT), FixesVerdict.UNKNOWN_ID)).isEqualTo("""
        Not about locks, the Fixes: tag that names 1518ac272e79: no known tree
        has this commit; one digit is wrong. Instead:
        | Fixes: 1518ac272e78 ("kettle: put the bells back")

        """);
  }

  @Test
  void aTagOfTheRightShapeIsNotGivenAgain() {
    assertThat(of(TAG.raw(), Optional.of(RIGHT), FixesVerdict.TARGET_REVERTED)).doesNotContain("|").contains("the commit was\nreverted before.");
  }

  /** The index may be older than the commit, or be another project's. */
  @Test
  void anIdThatNobodyKnowsIsNotMentioned() {
    assertThat(of("no indexed history has it", Optional.empty(), FixesVerdict.UNKNOWN_ID)).isEmpty();
  }

  @Test
  void whatIsNoMistakeIsNotMentioned() {
    assertThat(of("", Optional.of(RIGHT), FixesVerdict.OK)).isEmpty();
    assertThat(of(TAG.raw(), Optional.of(RIGHT), FixesVerdict.LONG_ID)).isEmpty();
    assertThat(of(TAG.raw(), Optional.of(RIGHT), FixesVerdict.NEXT_ONLY)).isEmpty();
  }
}
