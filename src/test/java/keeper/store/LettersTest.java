// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import keeper.mail.MessageId;
import keeper.reply.Letter;
import keeper.store.Letters.State;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LettersTest {
  private static final Instant NOW = Instant.parse("2020-06-17T08:00:00Z");
  private static final Letter LETTER = letter("r.1@lockkeeper.example.org", "patch-1@example.org");

  @TempDir Path folder;
  private Store store;
  private Letters letters;

  @BeforeEach
  void open() {
    store = Store.open(folder.resolve("db").toString());
    letters = store.letters();
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void letterComesBackAsItWas() {
    letters.keep("kvm", "help", LETTER, NOW);
    assertThat(letters.list()).singleElement().satisfies(outgoing -> {
      assertThat(outgoing.letter()).isEqualTo(LETTER);
      assertThat(outgoing.state()).isEqualTo(State.PENDING);
      assertThat(outgoing.list()).isEqualTo("kvm");
      assertThat(outgoing.written()).isEqualTo(NOW);
    });
    assertThat(letters.ours(LETTER.id())).isTrue();
    assertThat(letters.ours(LETTER.inReplyTo())).isFalse();
  }

  @Test
  void secondLetterOfAKindIsNotKept() {
    assertThat(letters.keep("kvm", "help", LETTER, NOW)).isTrue();
    assertThat(letters.keep("kvm", "help", letter("r.2@lockkeeper.example.org", "patch-1@example.org"), NOW)).isFalse();
    assertThat(letters.keep("kvm", "error", letter("r.3@lockkeeper.example.org", "patch-1@example.org"), NOW)).isTrue();
    assertThat(letters.letters(LETTER.inReplyTo())).hasSize(2);
  }

  @Test
  void onlyOneMaySend() {
    long number = kept();
    assertThat(letters.markSending(number, NOW)).isTrue();
    assertThat(letters.markSending(number, NOW)).isFalse();
    assertThat(letters.due(NOW.plus(Duration.ofDays(9)))).isEmpty();
    assertThat(letters.sentSince("kvm", NOW)).isEqualTo(1);
    assertThat(letters.markSent(number, "250 ok", NOW)).isTrue();
    assertThat(letters.approve(number, "me", NOW)).isFalse();
    assertThat(letters.discard(number, "changed my mind", NOW)).isFalse();
    assertThat(letters.letter(number).orElseThrow().state()).isEqualTo(State.SENT);
  }

  @Test
  void heldLetterIsDueWhenItsTimeHasCome() {
    long number = kept();
    Instant later = NOW.plus(Duration.ofHours(24));
    letters.hold(number, "embargo", later, NOW);
    assertThat(letters.due(later.minusSeconds(1))).isEmpty();
    assertThat(letters.markSending(number, later.minusSeconds(1))).isFalse();
    assertThat(letters.due(later)).hasSize(1);
    letters.hold(number, "moderation", Instant.MAX, NOW);
    assertThat(letters.due(later.plus(Duration.ofDays(10_000)))).isEmpty();
    assertThat(letters.approve(number, "me", NOW)).isTrue();
    assertThat(letters.due(NOW)).hasSize(1);
  }

  @Test
  void deferredLetterIsTriedLaterAndCounted() {
    long number = kept();
    letters.markSending(number, NOW);
    letters.markDeferred(number, "451 try later", NOW.plusSeconds(600), NOW);
    assertThat(letters.due(NOW)).isEmpty();
    assertThat(letters.markSending(number, NOW.plusSeconds(600))).isTrue();
    assertThat(letters.letter(number).orElseThrow().attempts()).isEqualTo(2);
  }

  @Test
  void dryRunIsNeverSent() {
    long number = kept();
    letters.markDryRun(number, "smtp.dry_run", NOW);
    assertThat(letters.due(NOW)).isEmpty();
    assertThat(letters.markSent(number, "250 ok", NOW)).isFalse();
    assertThat(letters.sentSince("", NOW)).isZero();
    assertThat(letters.list(State.DRY_RUN, State.SENT)).hasSize(1);
  }

  private long kept() {
    letters.keep("kvm", "review", LETTER, NOW);
    return letters.list().get(0).number();
  }

  private static Letter letter(String id, String answers) {
    return new Letter(
        new MessageId(id), new MessageId(answers), List.of(new MessageId("cover@example.org"), new MessageId(answers)),
        "bot <bot@example.org>", List.of("bot@example.org"), List.of("Jane <jane@example.org>"), List.of("kvm@vger.kernel.org"),
        "Re: [PATCH] vfio: tab\there", List.of("Auto-Submitted: auto-generated"), "> +\tx;\n\nIs \\n right?\n", List.of("i-1", "i-2"));
  }
}
