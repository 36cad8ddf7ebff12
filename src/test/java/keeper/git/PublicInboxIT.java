// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import keeper.lineage.Lineage;
import keeper.mail.Mbox;
import keeper.mail.MessageId;
import keeper.store.Intake;
import keeper.store.Store;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Against a real public-inbox server. {@code LOCKKEEPER_LORE_URL} is the address of a list,
 * {@code LOCKKEEPER_LORE_ADD} and {@code LOCKKEEPER_LORE_RM} are commands that add and remove the mails in files named behind
 * them; single words, parted by blanks.
 */
@EnabledIfEnvironmentVariable(named = "LOCKKEEPER_LORE_URL", matches = "https?://.+")
class PublicInboxIT {
  private static final String URL = System.getenv("LOCKKEEPER_LORE_URL");

  @TempDir Path folder;
  private final String stamp = Long.toString(System.nanoTime(), 36);
  private Store store;
  private Epochs epochs;

  @BeforeEach
  void open() {
    store = Store.open(folder.resolve("db").toString());
    epochs = Epochs.in(folder.resolve("mirrors"), Manners.of("it", ""));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void mailIsFetchedOnceReadSinglyAndForgottenWhenRemoved() throws Exception {
    round();
    assertThat(round()).isEmpty();

    Path first = mail("one", "it: begin " + stamp, "");
    Path second = mail("two", "it: fix " + stamp, "Fixes: 0123456789ab (\"it: begin " + stamp + "\")\n");
    run("LOCKKEEPER_LORE_ADD", first, second);
    assertThat(round()).containsExactlyInAnyOrder(id("one"), id("two"));
    assertThat(round()).isEmpty();
    assertThat(new String(store.mails().bytes(id("one")).orElseThrow(), StandardCharsets.UTF_8)).contains("Subject: [PATCH] it: begin " + stamp);

    Lineage lineage = Lineage.over(store.histories());
    assertThat(lineage.fixesOf(lineage.find("0123456789ab").get(0))).singleElement()
        .satisfies(link -> assertThat(link.fix().postings().get(0).id()).isEqualTo(id("two")));

    Lore lore = Lore.at(URL, Manners.of("it", ""));
    assertThat(Mbox.split(lore.mail(id("one")))).hasSize(1);
    assertThatThrownBy(() -> lore.mail(new MessageId("nobody-" + stamp + "@example.org"))).isInstanceOf(GitException.class).hasMessageContaining("no mail");
    assertThatThrownBy(() -> lore.thread(new MessageId("nobody-" + stamp + "@example.org"))).isInstanceOf(GitException.class).hasMessageContaining("no mail");

    run("LOCKKEEPER_LORE_RM", first);
    assertThat(round()).isEmpty();
    assertThat(store.mails().mail(id("one"))).isEmpty();
    assertThat(store.mails().mail(id("two"))).isPresent();
  }

  @Test
  void addressThatIsNoEpochIsRefused() {
    assertThatThrownBy(() -> epochs.tell("it", URL.replaceAll("/$", "") + "/9999", java.util.Map.of(), arrival -> {}))
        .isInstanceOf(GitException.class).hasMessageContaining("no such epoch");
    assertThatThrownBy(() -> epochs.tell("it", URL.replaceAll("/[^/]*/?$", "/no-such-list"), java.util.Map.of(), arrival -> {}))
        .isInstanceOf(GitException.class).hasMessageContaining("no epochs there");
  }

  private List<MessageId> round() {
    try (Intake intake = store.mails().intake("it")) {
      assertThat(epochs.tell("it", URL, intake.heads(), intake).problems()).isEmpty();
      return intake.fresh();
    }
  }

  private MessageId id(String name) {
    return new MessageId(name + "." + stamp + "@example.org");
  }

  private Path mail(String name, String title, String tag) throws IOException {
    return Files.writeString(
        folder.resolve(name + ".eml"),
        "From: Jane Doe <jane@example.org>\nTo: it@lists.example.org\nSubject: [PATCH] " + title + "\nDate: Mon, 11 May 2020 04:34:50 +0000\nMessage-ID: <"
            + id(name).id() + ">\n\nWhy.\n\n" + tag + "---\n a.c | 1 +\n\ndiff --git a/a.c b/a.c\n--- a/a.c\n+++ b/a.c\n@@ -1,1 +1,2 @@\n int a;\n+int b;\n");
  }

  private static void run(String variable, Path... files) throws Exception {
    List<String> command = new ArrayList<>(List.of(System.getenv(variable).split(" +")));
    for (Path file : files) command.add(file.toString());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(String.join(" ", command) + "\n" + output).isZero();
  }
}
