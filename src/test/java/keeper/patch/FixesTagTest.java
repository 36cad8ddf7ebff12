// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.patch;

import static keeper.patch.FixesVerdict.BELOW_CUT;
import static keeper.patch.FixesVerdict.DUPLICATE_TAG;
import static keeper.patch.FixesVerdict.EXTRA_WORD;
import static keeper.patch.FixesVerdict.OK;
import static keeper.patch.FixesVerdict.SEPARATED;
import static keeper.patch.FixesVerdict.WRAPPED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FixesTagTest {
  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      Fixes: 1518ac272e78 ("vfio/pci: fix memory leaks of eventfd ctx") | OK | vfio/pci: fix memory leaks of eventfd ctx
      Fixes: 993161d ("crypto: qat - fix handling of VF to PF interrupts") | SHORT_ID | crypto: qat - fix handling of VF to PF interrupts
      Fixes: 4427593258 (KVM: x86: thoroughly disarm LAPIC timer around TSC deadline switch) | SHORT_ID NO_QUOTES | KVM: x86: thoroughly disarm LAPIC timer around TSC deadline switch
      Fixes: 69aba7948cbe("nvmem: Add a simple NVMEM framework for consumers") | MISSING_SPACE | nvmem: Add a simple NVMEM framework for consumers
      Fixes: 542ede096e48 ("fuse: keep inode->i_blkbits constant) | UNBALANCED | fuse: keep inode->i_blkbits constant
      Fixes: 95b5a48c4f2b ("KVM: VMX: Handle NMIs ...", 2019-06-18) | DATE_IN_TITLE | KVM: VMX: Handle NMIs ...
      Fixes: a4f15a8d4c82 ("pinctrl: Add driver for Awinic AW9523/B I2C GPIO Expander") | OK | pinctrl: Add driver for Awinic AW9523/B I2C GPIO Expander
      Fixes: commit 1518ac272e78 ("vfio: a title") | EXTRA_WORD | vfio: a title
      Fixes: https://bugzilla.example/show_bug.cgi?id=1 | NOT_A_COMMIT_REF | https://bugzilla.example/show_bug.cgi?id=1
      Fixes: CVE-2023-1 | NOT_A_COMMIT_REF | CVE-2023-1
      Fixes: v5.4 | NOT_A_COMMIT_REF | v5.4
      Fixes: 1518AC272E78 ("vfio: a title") | UPPER_HEX | vfio: a title
      fixes: 1518ac272e78 ("vfio: a title") | TAG_CASE | vfio: a title
      Fixes 1518ac272e78 ("vfio: a title") | TAG_CASE | vfio: a title
      Fixes: 1518ac272e7812 ("vfio: a title") | LONG_ID | vfio: a title
      Fixes: 1518ac272e78 | NO_TITLE | ``
      Fixes: 1518ac272e78 vfio: a title | NO_QUOTES | vfio: a title
      Fixes: <1518ac272e78> ("vfio: a title") | EXTRA_WORD | vfio: a title
      Fixes: 1518ac272e78 (“vfio: a title”) | NO_QUOTES | vfio: a title
      Fixes: dbc5b5c0d268 ("PCI: Add the lock to f()") | OK | PCI: Add the lock to f()
      Fixes: 96d27fb21884 (Revert "tools: Avoid a size") | NO_QUOTES | Revert "tools: Avoid a size"
      """)
  void theTextAloneTells(String line, String verdicts, String title) {
    FixesTag tag = FixesTag.parse(line).orElseThrow();
    assertThat(String.join(" ", tag.verdicts().stream().map(Enum::name).toList())).isEqualTo(verdicts);
    assertThat(tag.title()).isEqualTo(title);
  }

  @Test
  void proseIsNoTag() {
    assertThat(FixesTag.parse("fixes a NULL pointer")).isEmpty();
    assertThat(FixesTag.parse("fixes facade")).as("letters that happen to be digits").isEmpty();
    assertThat(FixesTag.parse("> Fixes: 1518ac272e78 (\"x\")")).as("a quote").isEmpty();
    assertThat(FixesTag.parse("    Fixes: 1518ac272e78 (\"x\")")).as("an indented log").isEmpty();
  }

  @Test
  void theNextLineIsJoinedWhenItClosesTheTitle() {
    List<FixesTag> tags = fixes("""
        Fixes: e88619646971 ("drm/i915: Use HW semaphores for inter-engine
        synchronisation")
        Fixes: Fixes: b05229f44228 ("gre6: Cleanup GREv6 transmit path, call common
        GRE functions")
        Signed-off-by: Kofi Asante <kofi@tide.example>
        """);
    assertThat(tags).extracting(FixesTag::title)
        .containsExactly("drm/i915: Use HW semaphores for inter-engine synchronisation", "gre6: Cleanup GREv6 transmit path, call common GRE functions");
    assertThat(tags.get(0).verdicts()).containsExactly(WRAPPED);
    assertThat(tags.get(1).verdicts()).containsExactly(EXTRA_WORD, WRAPPED);
  }

  @Test
  void aTagIsComparedWithItsNeighbours() {
    List<FixesTag> tags = fixes("""
        Fixes: e88619646971 ("vfio: one")
        Fixes: e88619646971 ("vfio: one")

        Signed-off-by: Kofi Asante <kofi@tide.example>
        """);
    assertThat(tags.get(0).verdicts()).containsExactly(OK);
    assertThat(tags.get(1).verdicts()).containsExactly(DUPLICATE_TAG, SEPARATED);
    assertThat(tags.get(1).line()).as("the title is line 1, line 2 is blank").isEqualTo(4);
  }

  @Test
  void aTagBelowTheCutWillNotBeMerged() {
    Patch patch = Patch.parse("log\n---\nFixes: e88619646971 (\"vfio: one\")\n", "vfio: two", "x.patch");
    assertThat(patch.message().fixes()).isEmpty();
    assertThat(FixesTag.belowCut(patch)).singleElement().satisfies(tag -> assertThat(tag.verdicts()).containsExactly(BELOW_CUT));
  }

  @Test
  void whatIsEmittedIsAccepted() {
    String text = FixesTag.text(new CommitId("1518ac272e7812345678901234567890abcdef12"), "vfio: a \"quoted\" title()");
    FixesTag tag = FixesTag.parse(text).orElseThrow();
    assertThat(tag.verdicts()).containsExactly(OK);
    assertThat(tag.title()).isEqualTo("vfio: a \"quoted\" title()");
  }

  private static List<FixesTag> fixes(String body) {
    return CommitMessage.of("vfio: title", body).fixes();
  }
}
