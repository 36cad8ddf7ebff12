// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.reply;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import keeper.mail.Mail;
import keeper.mail.MessageId;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Letters as people will read them. Rewrite the golden ones with {@code mvn verify -Dgolden=write} and look at the diff. */
class LettersTest {
  private static final Path STORIES = Path.of("src/test/resources/keeper/reply");
  private static final Instant NOON = Instant.parse("2026-03-04T12:00:00Z");
  private static final Signer SIGNER = Signer.example("1.2.3", "0123456789ab");

  private static Letters.Draft draft(Story story) {
    ListPolicy policy = ListPolicy.usual(story.list());
    Policies policies = new Policies(new TreeMap<>(Map.of(story.list(), policy)));
    Letters.Envelope envelope = Recipients.of(story.posted().mail(), true, policy, policies, SIGNER, Set.of());
    int part = story.posted().mail().subject().part().index();
    return Letters.review(story.posted(), part, story.review(), story.review().introduced(), envelope, SIGNER, story.background());
  }

  @TestFactory
  Stream<DynamicTest> stories() throws IOException {
    List<Path> folders;
    try (Stream<Path> all = Files.list(STORIES)) {
      folders = all.filter(Files::isDirectory).sorted().toList();
    }
    assertThat(folders).isNotEmpty();
    return folders.stream().map(folder -> DynamicTest.dynamicTest(folder.getFileName().toString(), () -> {
      Letters.Draft draft = draft(Story.read(folder));
      assertThat(draft.refusal()).isEmpty();
      String mail = Letters.mail(draft.letter(), NOON);
      Path golden = folder.resolve("letter.txt");
      if ("write".equals(System.getProperty("golden"))) Files.writeString(golden, mail);
      assertThat(mail).isEqualTo(Files.readString(golden));
    }));
  }

  /** A letter read back by a tool has the same remarks under the same lines, and so has the mail that carries it. */
  @TestFactory
  Stream<DynamicTest> readBack() throws IOException {
    try (Stream<Path> all = Files.list(STORIES)) {
      return all.filter(Files::isDirectory).sorted().toList().stream().map(folder -> DynamicTest.dynamicTest(folder.getFileName().toString(), () -> {
        Story story = Story.read(folder);
        Letter letter = draft(story).letter();
        Mail mail = Mail.read(Letters.mail(letter, NOON).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(mail.body().strip()).isEqualTo(letter.body().strip());
        assertThat(mail.id()).isEqualTo(letter.id());
        assertThat(mail.inReplyTo()).contains(story.posted().mail().id());
        assertThat(mail.subject().text()).isEqualTo(letter.subject());
        assertThat(mail.headers()).doesNotContainKey("bcc");
        assertThat(Gate.read(mail.body(), story.posted().patch())).isEqualTo(Letters.readBack(letter, story.posted().patch()));
      }));
    }
  }

  @Test
  void remarksLandUnderTheStores() {
    Story story = Story.read(STORIES.resolve("two-stores-one-lock"));
    List<Gate.Remark> remarks = Letters.readBack(draft(story).letter(), story.posted().patch());
    assertThat(remarks).extracting(Gate.Remark::line).containsExactly(26, 30);
    assertThat(remarks).extracting(Gate.Remark::quoted).containsExactly("+\t\t\tk->steam_bell = NULL;", "+\t\t\tk->dry_bell = NULL;");
    assertThat(remarks.get(0).text()).startsWith("(1) Does this store need k->gate? Lock held here: k->shelf->lock.");
  }

  /** The worked example of the conventions, in all that matters: what a maintainer needs to agree or to refute, and nothing twice. */
  @Test
  void oneQuestionWithItsEvidenceAndTheOrderOfEvents() {
    String body = draft(Story.read(STORIES.resolve("two-stores-one-lock"))).letter().body();
    assertThat(body).startsWith("Automatic lock review: 1 new finding, at 2 places.\n\nOn Tue, 3 Feb 2026 10:20:30 -0600, Ann Brewer wrote:\n> diff --git ");
    assertThat(body.split("Does this store need k->gate\\?", -1)).as("asked once").hasSize(2);
    assertThat(body).as("the locks held, and where they were taken").contains("Lock held here: k->shelf->lock.", "k->shelf->lock is taken 10 lines above");
    assertThat(body).as("who holds the lock").contains("kettle_boils() holds gate");
    assertThat(body).as("old and new").contains("was there before (1518ac272e78),\nthe stores are new.");
    assertThat(body).as("two processors").contains("CPU0 kettle_close()               CPU1 kettle_boils()\n");
    assertThat(body).as("nothing is quoted behind the last remark").doesNotContainPattern("(?s)CPU0.*\n> ");
    String signature = body.substring(body.indexOf("\n-- \n") + 5);
    assertThat(signature.lines().count()).isLessThanOrEqualTo(4);
    assertThat(signature).contains("To reproduce: lockkeeper review ");
    assertThat(body.lines().filter(line -> !line.startsWith(">") && !line.contains("://") && !line.startsWith("To reproduce"))).allMatch(line -> line.length() <= 72);
  }

  @Test
  void theMessageIdIsThatOfTheConventions() {
    MessageId patch = new MessageId("159234276956.31057.6902954364435481688.stgit@gimli.home");
    assertThat(Letters.id("review", patch, 1, "lockkeeper.example.org").id()).isEqualTo("r.957487a056a1.p1@lockkeeper.example.org");
  }

  @Test
  void sameInputSameBytes() {
    Story story = Story.read(STORIES.resolve("two-stores-one-lock"));
    Story again = Story.read(STORIES.resolve("two-stores-one-lock"));
    assertThat(draft(story).letter()).isEqualTo(draft(again).letter());
  }

  @Test
  void subjectsGetOneRe() {
    assertThat(Letters.subject("[PATCH v2 1/3] x")).isEqualTo("Re: [PATCH v2 1/3] x");
    assertThat(Letters.subject("re: [PATCH] x")).isEqualTo("re: [PATCH] x");
    assertThat(Letters.subject("x".repeat(1 << 20))).hasSizeLessThan(600);
  }
}
