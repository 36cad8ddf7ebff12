// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import keeper.mail.MessageId;
import keeper.reply.Letter;
import keeper.store.Letters;
import keeper.store.Letters.State;
import keeper.store.Store;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DraftsTest {
  private static final Instant NOON = Instant.parse("2026-03-04T12:00:00Z");

  @TempDir Path folder;

  private static Letter letter() {
    return new Letter(new MessageId("r.1.p1@bot.example.org"), new MessageId("1@example.org"), List.of(new MessageId("1@example.org")),
        "bot <bot@example.org>", List.of(), List.of("Ann <ann@example.org>"), List.of("tea@vger.kernel.org"), "Re: [PATCH] kettle",
        List.of(), "Why?\n", List.of());
  }

  @Test
  void aPersonReadsAndDecides() {
    try (Store store = Store.open(folder.resolve("db").toString())) {
      store.letters().keep("tea@vger.kernel.org", "review", letter(), NOON);
      store.letters().hold(1, "the channel is web", Instant.MAX, NOON);
      Drafts drafts = new Drafts(store);
      assertThat(drafts.list(false)).isEqualTo("""
             1  held      Re: [PATCH] kettle
                          to Ann <ann@example.org> and 1 copy; tea@vger.kernel.org; the channel is web
          """);
      Letters.Outgoing found = drafts.find("<1@example.org>").orElseThrow();
      assertThat(drafts.find("1")).contains(found);
      assertThat(drafts.find("r.1.p1@bot.example.org")).contains(found);
      assertThat(drafts.find("7")).isEmpty();
      assertThat(drafts.find("not an id")).isEmpty();
      assertThat(drafts.find("https://lore.kernel.org/r/r.1.p1@bot.example.org/")).contains(found);
      assertThat(drafts.show(found)).startsWith("From: bot <bot@example.org>\n").contains("\nSubject: Re: [PATCH] kettle\n").endsWith("\n\nWhy?\n");
      assertThat(drafts.boxed(found)).isEqualTo("From bot@example.org Wed Mar  4 12:00:00 2026\n" + drafts.show(found) + "\n");
      assertThat(drafts.waiting()).containsExactly(found);
      assertThat(drafts.approve(found, "ann", NOON)).isEqualTo(new Drafts.Answer(true, "letter 1 leaves with the next sending"));
      assertThat(store.letters().letter(1).orElseThrow().state()).isEqualTo(State.PENDING);
      assertThat(drafts.discard(found, "", NOON)).isEqualTo(new Drafts.Answer(true, "letter 1 will not be sent"));
      assertThat(drafts.list(false)).isEmpty();
      assertThat(drafts.list(true)).contains("skipped");
    }
  }

  @Test
  void whatWasSentCannotBeApprovedAgain() {
    try (Store store = Store.open(folder.resolve("db").toString())) {
      store.letters().keep("tea@vger.kernel.org", "review", letter(), NOON);
      store.letters().markSending(1, NOON);
      store.letters().markSent(1, "250 ok", NOON);
      Drafts drafts = new Drafts(store);
      assertThat(drafts.approve(drafts.find("1").orElseThrow(), "ann", NOON)).isEqualTo(new Drafts.Answer(false, "letter 1 is sent and cannot be approved"));
      assertThat(drafts.discard(drafts.find("1").orElseThrow(), "", NOON)).isEqualTo(new Drafts.Answer(false, "letter 1 is sent and cannot be discarded"));
    }
  }
}
