// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.mail;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageIdTest {
  @ParameterizedTest
  @ValueSource(strings = {
      "<20230101.7-1-a@tide.example>",
      "20230101.7-1-a@tide.example",
      "id:20230101.7-1-a@tide.example",
      "mid:<20230101.7-1-a@tide.example>",
      "rfc822msgid:20230101.7-1-a@tide.example",
      "Message-ID: <20230101.7-1-a@tide.example>",
      "Link: https://lore.kernel.org/r/20230101.7-1-a@tide.example",
      "https://lore.kernel.org/r/20230101.7-1-a@tide.example",
      "https://lore.kernel.org/all/20230101.7-1-a@tide.example/",
      "https://lore.kernel.org/kvm/20230101.7-1-a@tide.example/raw",
      "https://lore.kernel.org/kvm/20230101.7-1-a@tide.example/t.mbox.gz",
      "https://lore.kernel.org/kvm/20230101.7-1-a@tide.example/T/#u",
      "https://lore.kernel.org/kvm/20230101.7-1-a%40tide.example/T/#m0123456789abcdef",
      "http://127.0.0.1:8080/kvm/20230101.7-1-a@tide.example/t/?x=1",
      "https://patch.msgid.link/20230101.7-1-a@tide.example",
      "https://lkml.kernel.org/r/20230101.7-1-a@tide.example",
      "https://patchwork.kernel.org/project/kvm/patch/20230101.7-1-a@tide.example/",
      "  <https://lore.kernel.org/r/20230101.7-1-a@tide.example>\n",
  })
  void everyPastedFormNamesTheMail(String pasted) {
    assertThat(MessageId.pasted(pasted)).contains(new MessageId("20230101.7-1-a@tide.example"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "vfio", "https://lore.kernel.org/kvm/", "https://example.org/x?mail=a@b", "a b@c", "../../etc/passwd", "https://", "<>"})
  void whatIsNoMailNamesNone(String pasted) {
    assertThat(MessageId.pasted(pasted)).isEmpty();
  }

  @Test
  void slashesAndPercentSignsAreDecodedOnce() {
    assertThat(MessageId.pasted("https://lore.kernel.org/all/a%2Fb%2540c%22@x/raw")).contains(new MessageId("a/b%40c\"@x"));
  }

  @Test
  void aHeaderMayCarryACommentBehindTheId() {
    assertThat(MessageId.parse("<a@b> (sfid-20230101_1)")).contains(new MessageId("a@b"));
    assertThat(MessageId.parse("Kofi's message of \"Mon\" <a@b>")).contains(new MessageId("a@b"));
    assertThat(MessageId.parse("a@b")).contains(new MessageId("a@b"));
    assertThat(MessageId.parse("<a\t@b>")).as("folded in the middle").contains(new MessageId("a@b"));
    assertThat(MessageId.parse("nothing here")).isEmpty();
  }

  @Test
  void referencesAreReadInOrderWithoutRepeats() {
    assertThat(MessageId.all("<a@x> <b@x>\n\t<a@x><c@x>", 10)).extracting(MessageId::id).containsExactly("a@x", "b@x", "c@x");
    assertThat(MessageId.all("<a@x> <b@x> <c@x>", 2)).hasSize(2);
  }

  @Test
  void idsWithLineBreaksCannotBeMade() {
    assertThat(MessageId.valid("a@b\r\nBcc: c@d")).isFalse();
    assertThat(MessageId.pasted("https://lore.kernel.org/r/a@b%0d%0aBcc:x@y")).isEmpty();
  }
}
