// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.series;

import static keeper.series.Mails.DIFF;
import static keeper.series.Mails.mail;
import static keeper.series.Mails.patch;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KindTest {
  private static final Filter VFIO = new Filter(List.of("drivers/vfio/", "include/linux/vfio*.h"), Filter.KNOWN_PROJECTS, List.of("patchwork-bot+*@kernel.org"), List.of("noisy@tide.example"));

  @Test
  void aDiffUnderAPatchSubjectIsAPatch() {
    assertThat(kind(patch("p", "[PATCH] gate"))).isEqualTo(Kind.PATCH);
    assertThat(kind(patch("p", "gate: no tag at all"))).isEqualTo(Kind.PATCH);
    assertThat(kind(mail("c", "[PATCH 0/3] gate").body("text"))).isEqualTo(Kind.COVER);
    assertThat(kind(mail("c", "[RFC 0/3] gate").body("text"))).isEqualTo(Kind.COVER);
    assertThat(kind(mail("c", "[PATCH] gate").body("no diff"))).isEqualTo(Kind.OTHER);
  }

  @Test
  void answersAreNoPatches() {
    assertThat(kind(patch("r", "Re: [PATCH] gate"))).as("an unquoted diff is a suggestion").isEqualTo(Kind.REPLY);
    assertThat(kind(patch("r", "回复: [PATCH] gate"))).isEqualTo(Kind.REPLY);
    assertThat(kind(mail("r", "gate").to("p").body("> quoted\n" + DIFF))).as("no mark, but it quotes its parent").isEqualTo(Kind.REPLY);
    assertThat(kind(mail("r", "[PATCH] gate").to("p").body(DIFF.indent(1).replace("\n ", "\n> ")))).as("a diff in quotes").isEqualTo(Kind.REPLY);
  }

  @Test
  void machinesAndPullRequests() {
    assertThat(kind(mail("x", "[GIT PULL] gates for 6.7").body("text"))).isEqualTo(Kind.OTHER);
    assertThat(kind(mail("x", "Automatic reply: [PATCH] gate").body("away"))).isEqualTo(Kind.OTHER);
    assertThat(kind(patch("x", "[PATCH] gate").header("Auto-Submitted: auto-replied"))).isEqualTo(Kind.OTHER);
    assertThat(kind(mail("x", "linux-next: manual merge").body("diff --cc a/x.c\nindex 1234567,1234567..1234567\n--- a/x.c\n+++ b/x.c\n@@@ -1,1 -1,1 +1,2 @@@\n  a\n++b\n"))).isEqualTo(Kind.OTHER);
  }

  @Test
  void everySkippedMailHasItsReason() {
    assertThat(skip(patch("p", "[PATCH] gate"))).isEmpty();
    assertThat(skip(patch("p", "[PATCH kvm-unit-tests] gate"))).contains("for another project: [kvm-unit-tests]");
    assertThat(skip(patch("p", "[qemu PATCH] gate"))).contains("for another project: [qemu]");
    assertThat(skip(patch("p", "[PATCH] gate").header("X-stable: review"))).contains("stable review (X-stable: review)");
    assertThat(skip(patch("p", "[PATCH] gate").header("X-Patchwork-Hint: ignore"))).isPresent();
    assertThat(skip(patch("p", "[PATCH AUTOSEL 6.1 3/80] gate"))).contains("picked for stable by a machine (AUTOSEL)");
    assertThat(skip(patch("p", "[PATCH 5.10 495/593] gate"))).contains("stable review of 5.10");
    assertThat(skip(patch("p", "[PATCH 5.10.y] gate"))).as("a backport by hand").isEmpty();
    assertThat(skip(patch("p", "[PULL 1/3] gate"))).contains("part of a pull request: the patches were posted before");
    assertThat(skip(patch("p", "[PATCH] gate").from("PW <patchwork-bot+kvm@kernel.org>"))).contains("from a bot: patchwork-bot+*@kernel.org");
    assertThat(skip(patch("p", "[PATCH] gate").from("N <Noisy@tide.example>"))).contains("from an address that is ignored: noisy@tide.example");
    assertThat(skip(patch("p", "gate"))).contains("the subject has no [PATCH]");
    assertThat(skip(patch("p", "[Bug] gate"))).contains("the subject has no [PATCH]");
    for (String meant : List.of("[RFT 03/13] gate", "[RESEND TRIVIAL 3/3] gate", "[RESEND] gate", "[2/5] gate")) assertThat(skip(patch("p", meant))).as(meant).isEmpty();
    assertThat(skip(mail("p", "Re: [PATCH] gate").body("ok"))).contains("an answer: the subject begins with a reply mark");
    assertThat(skip(mail("p", "[PATCH] gate").body(DIFF.replace("drivers/vfio", "mm")))).contains("it touches none of our paths: mm/gate.c");
    assertThat(skip(mail("p", "[PATCH] gate").body(DIFF.replace("drivers/vfio", "hw/vfio")))).contains("no path of it is of a kernel tree: hw/vfio/gate.c");
    assertThat(skip(mail("p", "[PATCH] gate").body(DIFF.replace("drivers/vfio/gate.c", "include/linux/vfio_gate.h")))).isEmpty();
  }

  @Test
  void whatIsConfidentialIsForgotten() {
    assertThat(Filter.isConfidential(patch("p", "[PATCH] gate").header("Cc: <Security@kernel.org>").read())).isTrue();
    assertThat(Filter.isConfidential(patch("p", "[PATCH] gate").header("To: linux-distros@vs.openwall.example").read())).isTrue();
    assertThat(Filter.isConfidential(patch("p", "[PATCH] gate").header("To: kvm@vger.kernel.org").read())).isFalse();
    assertThat(skip(patch("p", "[PATCH] gate").header("Cc: <security@kernel.org>"))).isPresent();
  }

  private static Kind kind(Mails mail) {
    Kind.Told told = Kind.of(mail.posted());
    assertThat(told.reason()).isNotBlank();
    return told.kind();
  }

  private static Optional<String> skip(Mails mail) {
    return VFIO.skip(mail.posted());
  }
}
