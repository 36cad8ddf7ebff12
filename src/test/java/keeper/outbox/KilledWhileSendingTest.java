// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import keeper.mail.MessageId;
import keeper.reply.Letter;
import keeper.store.Letters;
import keeper.store.Letters.State;
import keeper.store.Store;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process is killed at some moment of sending, and started again. No letter goes twice, and none is lost without a word: it was
 * sent, or it is shown as one that a person must look after. {@code -Dkills=200} for more than a few.
 */
class KilledWhileSendingTest {
  private static final String LIST = "tea@vger.kernel.org";
  private static final int KILLS = Integer.getInteger("kills", 3);

  @TempDir Path folder;

  @Test
  void noLetterGoesTwiceAndNoneIsLostSilently() throws Exception {
    Random random = new Random(7);
    String database = folder.resolve("db").toString();
    int cut = 0;
    try (ScriptedServer server = new ScriptedServer(Map.of(), 25)) {
      for (int kill = 1; kill <= KILLS; kill++) {
        try (Store store = Store.open(database)) {
          store.letters().keep(LIST, "review", letter(kill), Instant.now());
        }
        Process first = sender(database, server.port());
        ready(first);
        Thread.sleep(random.nextInt(500));
        first.destroyForcibly().waitFor();
        if (first.exitValue() != 0) cut++;
        Process second = sender(database, server.port());
        assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
        int delivered = 0;
        for (String text : server.letters()) if (text.contains("<" + letter(kill).id().id() + ">")) delivered++;
        try (Store store = Store.open(database)) {
          Letters.Outgoing kept = store.letters().letters(letter(kill).id()).get(0);
          assertThat(delivered).as("letter %d is %s", kill, kept.state()).isLessThanOrEqualTo(1);
          if (kept.state() == State.SENT) assertThat(delivered).isEqualTo(1);
          else assertThat(kept.state()).as("shown to a person").isEqualTo(State.SENDING);
          if (kept.state() == State.SENDING) store.letters().discard(kept.number(), "seen", Instant.now());
        }
      }
    }
    assertThat(cut).as("at least one process was cut off").isPositive();
  }

  private static Letter letter(int number) {
    return new Letter(new MessageId("r." + number + ".p1@bot.example.org"), new MessageId(number + "@example.org"), List.of(new MessageId(number + "@example.org")),
        "bot <bot@example.org>", List.of(), List.of("ann@example.org"), List.of(), "Re: [PATCH] kettle", List.of(), "Why?\n", List.of());
  }

  private static Process sender(String database, int port) throws Exception {
    return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-cp",
        System.getProperty("java.class.path"), KilledSender.class.getName(), database, "" + port, LIST).redirectErrorStream(true).start();
  }

  private static void ready(Process process) throws Exception {
    BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream()));
    for (String line; (line = out.readLine()) != null && !line.equals("ready"); ) continue;
  }
}
