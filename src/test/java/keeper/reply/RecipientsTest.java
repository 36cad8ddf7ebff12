// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.reply;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import keeper.mail.Mail;
import org.junit.jupiter.api.Test;

class RecipientsTest {
  private static final String TEA = "tea@vger.kernel.org";
  private static final Signer SIGNER = Signer.example("1", "2");

  private static Letters.Envelope envelope(String headers, boolean everybody, int most, Set<String> keep) {
    ListPolicy usual = ListPolicy.usual(TEA);
    ListPolicy policy = new ListPolicy(TEA, Channel.LIST, usual.positive(), 0, most, 10, 5, false, List.of("Boss <boss@example.org>"),
        List.of("quiet@example.org"), usual.bots(), List.of(), List.of(), List.of());
    Mail mail = Mail.read((headers + "Message-ID: <1@example.org>\nSubject: [PATCH] x\n\nbody\n").getBytes(StandardCharsets.UTF_8));
    return Recipients.of(mail, everybody, policy, new Policies(new TreeMap<>(Map.of(TEA, policy))), SIGNER, keep);
  }

  @Test
  void theAuthorAlwaysAndNobodyTwice() {
    Letters.Envelope all = envelope("""
        From: Ann <Ann@example.org>
        To: TEA@vger.kernel.org, ann@example.org
        Cc: tea@vger.kernel.org, "Cook, Olaf (TI)" <olaf@example.org>, Olaf <OLAF@example.org>
        """, true, 20, Set.of());
    assertThat(all.to()).containsExactly("Ann <Ann@example.org>");
    assertThat(all.cc()).containsExactly("TEA@vger.kernel.org", "Cook, Olaf (TI) <olaf@example.org>", "Boss <boss@example.org>");
    assertThat(all.replyTo()).containsExactly("lockkeeper@example.org", TEA);
  }

  @Test
  void stableBotsOurselvesAndTheQuietAreLeftOut() {
    assertThat(envelope("""
        From: Ann <ann@example.org>
        Cc: stable@vger.kernel.org, stable+6.1@kernel.org, lkp@intel.com, patchwork-bot+netdev@kernel.org,
         lockkeeper+reports@example.org, quiet@example.org, not an address, broken@
        """, true, 20, Set.of()).cc()).containsExactly("Boss <boss@example.org>");
  }

  @Test
  void behindATrustedRelayStandsTheAuthor() {
    assertThat(envelope("""
        From: Ann via B4 Relay <devnull+ann.example.org@kernel.org>
        X-Original-From: Ann <ann@example.org>
        """, false, 20, Set.of()).to()).containsExactly("Ann <ann@example.org>");
    assertThat(envelope("""
        From: Ann via B4 Relay <devnull+ann.example.org@kernel.org.example.com>
        X-Original-From: Victim <victim@example.org>
        """, false, 20, Set.of()).to()).as("anybody can write that header").doesNotContain("Victim <victim@example.org>");
  }

  /** Lists that rewrite From leave the person in Reply-To. */
  @Test
  void behindAListThatRewritesFromStandsTheAuthor() {
    assertThat(envelope("""
        From: Ann Brewer via tea <tea@lists.example.org>
        Reply-To: Ann Brewer <ann@example.org>
        """, false, 20, Set.of()).to()).containsExactly("Ann Brewer <ann@example.org>");
  }

  @Test
  void replyToIsAddedAndTheInBodyAuthorIsCopied() {
    Mail mail = Mail.read("""
        From: Mailman <sender@example.org>
        Reply-To: "Brewer, Ann" <ann@example.org>
        Message-ID: <1@example.org>
        Subject: [PATCH] x

        From: Real Author <real@example.org>

        body
        """.getBytes(StandardCharsets.UTF_8));
    ListPolicy policy = ListPolicy.usual(TEA);
    Letters.Envelope envelope = Recipients.of(mail, false, policy, new Policies(new TreeMap<>(Map.of(TEA, policy))), SIGNER, Set.of());
    assertThat(envelope.to()).containsExactly("Mailman <sender@example.org>", "Brewer, Ann <ann@example.org>");
    assertThat(envelope.cc()).containsExactly("Real Author <real@example.org>");
  }

  @Test
  void tooManyKeepsAuthorListsAndMaintainers() {
    StringBuilder cc = new StringBuilder("From: Ann <ann@example.org>\nTo: tea@vger.kernel.org\nCc: keep@example.org");
    for (int i = 0; i < 40; i++) cc.append(",\n p").append(i).append("@example.org");
    Letters.Envelope envelope = envelope(cc + "\n", true, 5, Set.of("keep@example.org"));
    assertThat(envelope.to()).containsExactly("Ann <ann@example.org>");
    assertThat(envelope.cc()).contains(TEA, "keep@example.org").hasSize(4);
  }

  @Test
  void patternsMatchAsPeopleWriteThem() {
    assertThat(Mailbox.matches("patchwork-bot+*@kernel.org", "patchwork-bot+netdev@kernel.org")).isTrue();
    assertThat(Mailbox.matches("patchwork-bot+*@kernel.org", "patchwork-bot@kernel.org")).isFalse();
    assertThat(Mailbox.matches("*@rude.example.com", "a@rude.example.com")).isTrue();
    assertThat(Mailbox.matches("*@rude.example.com", "a@rude.example.com.org")).isFalse();
    assertThat(Mailbox.matches("a*b*c", "aXbYbZc")).isTrue();
    assertThat(Mailbox.matches("a*b*c", "aXcYb")).isFalse();
  }
}
