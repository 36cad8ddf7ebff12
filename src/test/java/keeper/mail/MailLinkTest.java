// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.mail;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MailLinkTest {
  @ParameterizedTest
  @ValueSource(strings = {
    "20200616.1-a+b@example.org",
    "<20200616.1-a+b@example.org>",
    " id:20200616.1-a+b@example.org ",
    "MID:<20200616.1-a+b@example.org>",
    "rfc822msgid:20200616.1-a+b@example.org",
    "https://lore.kernel.org/kvm/20200616.1-a+b@example.org/",
    "https://lore.kernel.org/r/20200616.1-a+b@example.org",
    "https://lore.kernel.org/all/20200616.1-a+b@example.org/t.mbox.gz",
    "https://lore.kernel.org/all/20200616.1-a+b@example.org/T/#u",
    "https://lore.kernel.org/all/20200616.1-a%2Bb%40example.org/raw",
    "https://lkml.kernel.org/r/20200616.1-a+b@example.org",
    "https://patch.msgid.link/20200616.1-a+b@example.org",
    "https://patchwork.kernel.org/project/kvm/patch/20200616.1-a+b@example.org/",
  })
  void everyWayToNameAMail(String text) {
    assertThat(MailLink.id(text)).contains(new MessageId("20200616.1-a+b@example.org"));
  }

  @Test
  void slashInAnIdMayBeBare() {
    assertThat(MailLink.id("https://lore.kernel.org/all/Y1/x@example.org/raw")).contains(new MessageId("Y1/x@example.org"));
    assertThat(MailLink.id("https://lore.kernel.org/all/Y1%2Fx@example.org/raw")).contains(new MessageId("Y1/x@example.org"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1518ac272e78", "vfio/pci: fix it", "https://lore.kernel.org/", "https://lore.kernel.org/kvm/", "<>", "a b@c", "%@%", "https://x/y/%0a%40z"})
  void whatNamesNoMail(String text) {
    assertThat(MailLink.id(text).map(MessageId::id).orElse("")).isIn("", "%@%");
  }
}
