// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import keeper.mail.MessageId;
import keeper.reply.Letter;
import keeper.store.Letters;
import keeper.store.Letters.State;
import keeper.store.Store;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process is killed at a step of sending, and started again. No letter goes twice, and none is lost without a word: it was sent, or
 * it is shown as one that a person must look after. {@code -Dkills=200} for more than one kill a step; each tells how it ended.
 */
class KilledWhileSendingTest {
  private static final String LIST = "tea@vger.kernel.org";

  /** The words of the dialogue, before and after the server's answer. */
  private static final List<String> STEPS = List.of("GREETING", "EHLO", "MAIL", "RCPT", "DATA", "DATA answered", ".", ". answered", "QUIT", "QUIT answered");

  private static final int KILLS = Integer.getInteger("kills", STEPS.size());

  @TempDir Path folder;

  @Test
  void noLetterGoesTwiceAndNoneIsLostSilently() throws Exception {
    String database = folder.resolve("db").toString();
    Map<String, int[]> ends = new TreeMap<>(Comparator.comparing(STEPS::indexOf)); // by step: killed in time, sent once, left for a person
    try (ScriptedServer server = new ScriptedServer(Map.of())) {
      for (int kill = 1; kill <= KILLS; kill++) {
        String step = STEPS.get(kill % STEPS.size());
        try (Store store = Store.open(database)) {
          store.letters().keep(LIST, "review", letter(kill), Instant.now());
        }
        CompletableFuture<Process> first = new CompletableFuture<>();
        CompletableFuture<Integer> killed = new CompletableFuture<>();
        server.watch(at -> {
          if (!at.equals(step) || killed.isDone()) return;
          first.join().destroyForcibly(); // SIGKILL
          killed.complete(first.join().onExit().join().exitValue());
        });
        first.complete(sender(database, server.port()));
        int[] end = ends.computeIfAbsent(step, at -> new int[3]);
        if (killed.join() != 0) end[0]++;
        server.watch(at -> {});
        sender(database, server.port()).waitFor();
        int delivered = 0;
        for (String text : server.letters()) if (text.contains("<" + letter(kill).id().id() + ">")) delivered++;
        try (Store store = Store.open(database)) {
          Letters.Outgoing kept = store.letters().letters(letter(kill).id()).get(0);
          assertThat(delivered).as("killed at %s, letter %d is %s", step, kill, kept.state()).isLessThanOrEqualTo(1);
          if (kept.state() == State.SENT) assertThat(delivered).isEqualTo(1);
          else assertThat(kept.state()).as("shown to a person").isEqualTo(State.SENDING);
          end[kept.state() == State.SENT ? 1 : 2]++;
          if (KILLS > STEPS.size()) System.out.println(kill + " of " + KILLS + ", at " + step + ": delivered " + delivered + ", " + kept.state().word());
          if (kept.state() == State.SENDING) store.letters().discard(kept.number(), "seen", Instant.now());
        }
      }
    }
    int killed = 0;
    for (Map.Entry<String, int[]> end : ends.entrySet()) {
      int[] count = end.getValue();
      killed += count[0];
      System.out.println("at " + end.getKey() + ": " + count[0] + " killed, " + count[1] + " sent once, " + count[2] + " left for a person");
    }
    assertThat(killed).as("processes that were cut off").isGreaterThan(KILLS / 2);
  }

  private static Letter letter(int number) {
    return new Letter(new MessageId("r." + number + ".p1@bot.example.org"), new MessageId(number + "@example.org"), List.of(new MessageId(number + "@example.org")),
        "bot <bot@example.org>", List.of(), List.of("ann@example.org"), List.of(), "Re: [PATCH] kettle", List.of(), "Why?\n", List.of());
  }

  private static Process sender(String database, int port) throws Exception {
    return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp",
        System.getProperty("java.class.path"), KilledSender.class.getName(), database, "" + port, LIST).redirectErrorStream(true).start();
  }
}
