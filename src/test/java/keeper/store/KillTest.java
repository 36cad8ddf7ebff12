// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import keeper.mail.Arrival;
import keeper.mail.MessageId;
import keeper.reply.Letter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed has lost nothing that it said it had kept, and left nothing half done. */
class KillTest {
  private static final Instant NOW = Instant.parse("2020-06-17T08:00:00Z");

  @TempDir Path folder;

  @Test
  void killedProcessLosesNothingAndHalvesNothing() throws Exception {
    String place = folder.resolve("db").toString();
    int said = 0;
    for (int wanted : new int[] {1, 7, 40, 90}) {
      Process process = Jvm.start(Writer.class, place);
      try (BufferedReader lines = process.inputReader()) {
        for (int i = 0; i < wanted; i++) said = Integer.parseInt(lines.readLine());
        // Not destroy(): that closes the stream, and with it what was said in the meantime.
        new ProcessBuilder("kill", "-9", Long.toString(process.pid())).start().waitFor();
        process.waitFor();
        // The last line may be cut, and would then be a smaller number.
        for (String line; (line = lines.readLine()) != null; ) said = Math.max(said, Integer.parseInt(line));
      }
      try (Store store = Store.open(place)) {
        int kept = Integer.parseInt(store.mails().heads("kvm").get(0));
        assertThat(kept).as("acknowledged").isGreaterThanOrEqualTo(said);
        assertThat(store.mails().counts("kvm").kept()).as("mails with their head").isEqualTo(kept);
        for (Letters.Outgoing letter : store.letters().list()) {
          assertThat(store.mails().mail(letter.letter().inReplyTo())).as("letters with their mails").isPresent();
        }
        said = kept;
      }
    }
    assertThat(said).isGreaterThan(137);
  }

  /** Keeps a mail with its head, then a letter about to leave, and says so; for ever. */
  static final class Writer {
    public static void main(String[] args) {
      try (Store store = Store.open(args[0]); Intake intake = store.mails().intake("kvm")) {
        int next = Integer.parseInt(intake.heads().getOrDefault(0, "0")) + 1;
        for (; ; next++) {
          String id = "mail-" + next + "@x";
          byte[] mail = ("From: Jane <jane@example.org>\nSubject: [PATCH] " + next + "\nMessage-ID: <" + id + ">\n\nBody " + next + "\n")
              .getBytes(StandardCharsets.UTF_8);
          intake.accept(new Arrival.Posted(0, "blob-" + next, NOW, mail));
          intake.accept(new Arrival.Reached(0, Integer.toString(next)));
          intake.flush();
          store.letters().keep("kvm", "review", letter(next, id), NOW);
          store.letters().markSending(store.letters().letters(new MessageId(id)).get(0).number(), NOW);
          System.out.println(next);
        }
      }
    }

    private static Letter letter(int number, String answers) {
      return new Letter(
          new MessageId("r." + number + "@bot"), new MessageId(answers), List.of(new MessageId(answers)), "bot@x", List.of(), List.of("jane@x"),
          List.of(), "Re: " + number, List.of(), "Body\n", List.of());
    }
  }
}
