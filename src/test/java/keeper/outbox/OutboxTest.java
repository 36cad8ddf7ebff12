// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import keeper.mail.MessageId;
import keeper.reply.Letter;
import keeper.reply.ListPolicy;
import keeper.reply.Policies;
import keeper.store.Letters.State;
import keeper.store.Store;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class OutboxTest {
  private static final String LIST = "tea@vger.kernel.org";
  private static final Instant NOON = Instant.parse("2026-03-04T12:00:00Z");
  private static final Policies POLICIES = new Policies(new TreeMap<>(Map.of(LIST, ListPolicy.usual(LIST))));

  @TempDir Path folder;

  private static Letter letter(int number, String body) {
    return new Letter(
        new MessageId("r.00000000000" + number % 10 + ".p" + number + "@bot.example.org"), new MessageId(number + "@example.org"),
        List.of(new MessageId("root@example.org"), new MessageId(number + "@example.org")),
        "kettle bot <bot@example.org>", List.of("bot@example.org", LIST), List.of("Ann Brewer <ann@example.org>"), List.of(LIST),
        "Re: [PATCH] kettle: stop at once", List.of("Auto-Submitted: auto-generated", "X-Review-Bot: kettle 1; rules 2; base none"),
        body, List.of("id" + number));
  }

  private static SmtpSettings at(int port) {
    return new SmtpSettings("127.0.0.1", port, SmtpSettings.Security.NONE, "", "", "bounces@example.org", "bot.example.org", 5, false, 100, "");
  }

  private Store store() {
    return Store.open(folder.resolve("db").toString());
  }

  private static Outbox outbox(Store store, SmtpSettings settings) {
    return Outbox.of(store, POLICIES, settings, id -> false);
  }

  @Test
  void aRealServerGetsTheLetterAsItWasWritten() throws Exception {
    GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", "smtp"));
    server.start();
    try (Store store = store()) {
      String body = "> +\tk->lid = \u201copen\u201d;   \n\nFrom here\n.\n..dots\nDoes it need the lock?\n";
      store.letters().keep(LIST, "review", letter(1, body), NOON);
      Outbox.Sent sent = outbox(store, at(server.getSmtp().getPort())).send(NOON);
      assertThat(sent.lines()).isEmpty();
      assertThat(sent.sent()).isEqualTo(1);
      MimeMessage[] got = server.getReceivedMessages();
      assertThat(got).hasSize(2); // to the author, and to the list
      assertThat(got[0].getHeader("Message-ID")).containsExactly("<r.000000000001.p1@bot.example.org>");
      assertThat(got[0].getHeader("In-Reply-To")).containsExactly("<1@example.org>");
      assertThat(got[0].getHeader("Auto-Submitted")).containsExactly("auto-generated");
      assertThat(got[0].getHeader("Date")).containsExactly("Wed, 4 Mar 2026 12:00:00 +0000");
      assertThat(got[0].getHeader("Return-Path")[0]).contains("bounces@example.org");
      String text = new String(got[0].getInputStream().readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
      assertThat(text.strip()).isEqualTo(body.strip());
      assertThat(store.letters().list(State.SENT)).hasSize(1);
      assertThat(outbox(store, at(server.getSmtp().getPort())).send(NOON.plusSeconds(9)).sent()).isZero();
    } finally {
      server.stop();
    }
  }

  @Test
  void eightBitWhereOfferedQuotedPrintableElse() throws Exception {
    try (Store store = store();
        ScriptedServer offers = new ScriptedServer(Map.of());
        ScriptedServer doesNot = new ScriptedServer(Map.of("EHLO", "250 scripted"))) {
      store.letters().keep(LIST, "review", letter(1, "b\u00e4\n"), NOON);
      outbox(store, at(offers.port())).send(NOON);
      assertThat(offers.letters().get(0)).contains("Content-Transfer-Encoding: 8bit", "b\u00e4");
      assertThat(offers.heard()).anyMatch(line -> line.startsWith("MAIL FROM:<bounces@example.org>") && line.endsWith("BODY=8BITMIME"));
      store.letters().keep(LIST, "review", letter(2, "b\u00e4\n"), NOON);
      outbox(store, at(doesNot.port())).send(NOON);
      assertThat(doesNot.letters().get(0)).contains("Content-Transfer-Encoding: quoted-printable", "b=C3=A4");
    }
  }

  static Stream<Arguments> errors() {
    return Stream.of(
        Arguments.of("a greeting that says later", Map.of("GREETING", "421 busy"), State.HELD),
        Arguments.of("later at MAIL", Map.of("MAIL", "450 greylisted"), State.HELD),
        Arguments.of("later at RCPT", Map.of("RCPT", "451 greylisted"), State.HELD),
        Arguments.of("later at DATA", Map.of("DATA", "452 no room"), State.HELD),
        Arguments.of("later after the letter", Map.of(".", "451 no room"), State.HELD),
        Arguments.of("never at MAIL", Map.of("MAIL", "550 not you"), State.FAILED),
        Arguments.of("never at RCPT", Map.of("RCPT", "550 no such user"), State.FAILED),
        Arguments.of("never after the letter", Map.of(".", "554 looks like spam"), State.FAILED),
        Arguments.of("one mailbox refused, the other taken", Map.of("RCPT TO:<ann@example.org>", "550 gone"), State.SENT),
        Arguments.of("hangs up at once", Map.of("GREETING", ScriptedServer.HANG_UP), State.HELD),
        Arguments.of("hangs up at RCPT", Map.of("RCPT", ScriptedServer.HANG_UP), State.FAILED),
        Arguments.of("hangs up with the letter in hand", Map.of(".", ScriptedServer.HANG_UP), State.FAILED),
        Arguments.of("hangs up after all is done", Map.of("QUIT", ScriptedServer.HANG_UP), State.SENT));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("errors")
  void onlyACertainNoIsTriedAgain(String name, Map<String, String> script, State state) throws Exception {
    try (Store store = store(); ScriptedServer server = new ScriptedServer(script)) {
      store.letters().keep(LIST, "review", letter(1, "x\n"), NOON);
      Outbox outbox = outbox(store, at(server.port()));
      outbox.send(NOON);
      assertThat(store.letters().letter(1).orElseThrow().state()).as(store.letters().letter(1).orElseThrow().reason()).isEqualTo(state);
      int letters = server.letters().size();
      outbox.send(NOON.plusSeconds(1)); // too early for another try
      assertThat(server.letters()).hasSize(letters);
      outbox.send(NOON.plusSeconds(3600));
      assertThat(server.letters().size()).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void aServerThatSaysLaterForEverIsGivenUp() throws Exception {
    try (Store store = store(); ScriptedServer server = new ScriptedServer(Map.of("MAIL", "450 greylisted"))) {
      store.letters().keep(LIST, "review", letter(1, "x\n"), NOON);
      for (int hours = 0; hours < 40; hours++) outbox(store, at(server.port())).send(NOON.plusSeconds(3600L * hours));
      assertThat(store.letters().letter(1).orElseThrow().state()).isEqualTo(State.FAILED);
      assertThat(store.letters().letter(1).orElseThrow().attempts()).isEqualTo(6);
    }
  }

  @Test
  void withoutStartTlsNothingIsSent() throws Exception {
    try (Store store = store(); ScriptedServer server = new ScriptedServer(Map.of())) {
      store.letters().keep(LIST, "review", letter(1, "x\n"), NOON);
      SmtpSettings wary = new SmtpSettings("127.0.0.1", server.port(), SmtpSettings.Security.STARTTLS, "", "", "b@example.org",
          "bot.example.org", 5, false, 100, "");
      outbox(store, wary).send(NOON);
      assertThat(server.heard()).noneMatch(line -> line.startsWith("MAIL"));
      assertThat(store.letters().letter(1).orElseThrow().reason()).containsIgnoringCase("STARTTLS");
    }
  }

  @Test
  void outOfTheBoxNothingIsSentAndADryRunNeverBecomesSent() {
    try (Store store = store()) {
      store.letters().keep(LIST, "review", letter(1, "x\n"), NOON);
      Outbox.Sent sent = outbox(store, SmtpSettings.NOWHERE).send(NOON);
      assertThat(sent.sent()).isZero();
      assertThat(sent.dryRun()).isEqualTo(1);
      assertThat(store.letters().list(State.DRY_RUN)).hasSize(1);
      assertThat(store.letters().due(NOON.plusSeconds(86_400))).isEmpty();
    }
  }

  @Test
  void theBrakeStopsEverythingAndSurvivesARestart() {
    List<Letter> carried = new ArrayList<>();
    try (Store store = store()) {
      store.letters().keep(LIST, "review", letter(1, "x\n"), NOON);
      store.mutes().brake("too loud", NOON);
    }
    try (Store store = store()) {
      Outbox outbox = counting(store, carried);
      assertThat(outbox.send(NOON).lines()).singleElement().asString().contains("too loud", "1 letter waits");
      assertThat(carried).isEmpty();
      store.mutes().release();
      outbox.send(NOON);
      assertThat(carried).hasSize(1);
    }
  }

  /** For those who have a shell and no time: touch the file. */
  @Test
  void aFileIsABrakeToo() throws Exception {
    List<Letter> carried = new ArrayList<>();
    Path brake = folder.resolve("brake");
    SmtpSettings settings = new SmtpSettings("mx", 25, SmtpSettings.Security.NONE, "", "", "b@example.org", "bot", 5, false, 100, brake.toString());
    try (Store store = store()) {
      store.letters().keep(LIST, "review", letter(1, "x\n"), NOON);
      Outbox outbox = Outbox.of(store, POLICIES, settings, id -> false, (letter, date) -> {
        carried.add(letter);
        return new Delivery.Taken("ok");
      });
      Files.createFile(brake);
      assertThat(outbox.send(NOON).lines()).singleElement().asString().contains("brake is there");
      assertThat(carried).isEmpty();
      Files.delete(brake);
      assertThat(outbox.send(NOON).sent()).isEqualTo(1);
    }
  }

  @Test
  void theBudgetHoldsAndNeverFloodsAtMidnight() {
    List<Letter> carried = new ArrayList<>();
    try (Store store = store()) {
      for (int i = 1; i <= 15; i++) store.letters().keep(LIST, "review", letter(i, "x\n"), NOON);
      counting(store, carried).send(NOON);
      assertThat(carried).hasSize(10);
      counting(store, carried).send(NOON.plusSeconds(3 * 86_400));
      assertThat(carried).hasSize(10);
      store.letters().approve(15, "ann", NOON.plusSeconds(3 * 86_400));
      counting(store, carried).send(NOON.plusSeconds(3 * 86_400));
      assertThat(carried).hasSize(11);
    }
  }

  @Test
  void whoAskedForSilenceGetsNone() {
    List<Letter> carried = new ArrayList<>();
    try (Store store = store()) {
      store.letters().keep(LIST, "review", letter(1, "x\n"), NOON);
      store.mutes().mute("Ann@Example.org", "asked", NOON);
      counting(store, carried).send(NOON);
      assertThat(carried).isEmpty();
      assertThat(store.letters().list(State.MUTED)).hasSize(1);
    }
  }

  @Test
  void aLetterThatTheArchiveHasIsNotSentAgain() {
    List<Letter> carried = new ArrayList<>();
    try (Store store = store()) {
      store.letters().keep(LIST, "review", letter(1, "x\n"), NOON);
      Outbox.of(store, POLICIES, at(1), id -> true, (letter, date) -> {
        carried.add(letter);
        return new Delivery.Taken("");
      }).send(NOON);
      assertThat(carried).isEmpty();
    }
  }

  /** A process may die before, in or after the dialogue: whatever happens, no letter goes twice and none is lost silently. */
  @Test
  void aProcessThatDiesWhileSendingNeverSendsTwice() {
    for (int step = 0; step < 2; step++) {
      boolean carriedFirst = step == 1;
      List<MessageId> carried = new ArrayList<>();
      int number = step + 1;
      try (Store store = store()) {
        store.letters().keep(LIST, "review", letter(number, "x\n"), NOON);
        Outbox dying = Outbox.of(store, POLICIES, at(1), id -> false, (letter, date) -> {
          if (carriedFirst) carried.add(letter.id());
          throw new StackOverflowError("the process dies here");
        });
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> dying.send(NOON))).isInstanceOf(StackOverflowError.class);
      }
      try (Store store = store()) {
        Outbox after = Outbox.of(store, POLICIES, at(1), id -> false, (letter, date) -> {
          carried.add(letter.id());
          return new Delivery.Taken("");
        });
        Outbox.Sent sent = after.send(NOON.plusSeconds(60));
        assertThat(carried).hasSize(carriedFirst ? 1 : 0);
        assertThat(sent.lines()).anyMatch(line -> line.contains("look whether it arrived"));
        assertThat(store.letters().letter(number).orElseThrow().state()).isEqualTo(State.SENDING);
        store.letters().discard(number, "seen", NOON);
      }
    }
  }

  private static Outbox counting(Store store, List<Letter> carried) {
    return Outbox.of(store, POLICIES, at(1), id -> false, (letter, date) -> {
      carried.add(letter);
      return new Delivery.Taken("ok");
    });
  }
}
