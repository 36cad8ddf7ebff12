// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.reply;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import keeper.check.Confidence;
import keeper.check.Finding;
import keeper.mail.Mail;
import keeper.mail.MessageId;
import keeper.review.Base;
import keeper.review.PatchReview;
import keeper.review.Raised;
import keeper.review.Review;
import keeper.review.Status;
import keeper.series.PostedPatch;
import keeper.series.Series;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PolicyTest {
  private static final String TEA = "tea@vger.kernel.org";
  private static final String COFFEE = "coffee@lists.linux.dev";
  private static final String ALL = "linux-kernel@vger.kernel.org";
  private static final Instant NOON = Instant.parse("2026-03-04T12:00:00Z");
  private static final Signer SIGNER = Signer.example("1.2.3", "0123456789ab");
  private static final Story STORY = Story.read(Path.of("src/test/resources/keeper/reply/lock-taken-away"));
  private static final Raised FOUND = STORY.review().introduced().get(0);

  private static ListPolicy list(String name, Channel channel, int embargoHours, boolean follows) {
    ListPolicy usual = ListPolicy.usual(name);
    return new ListPolicy(name, channel, usual.positive(), embargoHours, 20, 10, 5, follows, List.of(), List.of("*@rude.example.com"),
        usual.bots(), List.of(name.substring(0, name.indexOf('@'))), List.of("kettle-tools"), List.of());
  }

  private static Policy policy(ListPolicy... lists) {
    TreeMap<String, ListPolicy> all = new TreeMap<>();
    for (ListPolicy list : lists) all.put(list.list(), list);
    return new Policy(new Policies(all), SIGNER);
  }

  private static final Policy SPEAKS = policy(list(TEA, Channel.LIST, 0, false), list(ALL, Channel.WEB, 0, true));

  private static PostedPatch posted(String... headers) {
    String text = new String(Stories.bytes("lock-taken-away"), StandardCharsets.UTF_8);
    for (String header : headers) {
      String name = header.substring(0, header.indexOf(':') + 1);
      text = text.replaceFirst("(?m)^" + name + ".*\n", "");
      text = header + "\n" + text;
    }
    return PostedPatch.of(Mail.read(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static Review review(PostedPatch posted, Raised... introduced) {
    PatchReview part = new PatchReview(posted.patch(), Status.REVIEWED, "", new Base.HunksOnly(List.of()), List.of(introduced), List.of(), List.of());
    return new Review(new Series(posted.mail().id().id(), 1, 1, Optional.empty(), new TreeMap<>(Map.of(1, posted))), new TreeMap<>(Map.of(1, part)));
  }

  private static Circumstances quiet() {
    return Circumstances.quiet(TEA, NOON.minusSeconds(60));
  }

  @Test
  void aFindingIsAnsweredToAllWhereTheListAllowsIt() {
    Decision decision = SPEAKS.decide(review(posted(), FOUND), quiet(), NOON);
    assertThat(decision).isInstanceOf(Decision.Answer.class);
    Letter letter = ((Decision.Answer) decision).letters().get(0);
    assertThat(letter.to()).containsExactly("Olaf Cook <olaf@ti.example.com>");
    assertThat(letter.cc()).containsExactly(TEA);
    assertThat(letter.findings()).containsExactly(FOUND.identity());
  }

  @Test
  void theSameTwiceIsTheSameDecision() {
    assertThat(SPEAKS.decide(review(posted(), FOUND), quiet(), NOON)).isEqualTo(SPEAKS.decide(review(posted(), FOUND), quiet(), NOON));
  }

  @Test
  void outOfTheBoxALetterIsADraft() {
    Policy usual = policy(ListPolicy.usual(TEA));
    Decision.Hold hold = (Decision.Hold) usual.decide(review(posted(), FOUND), quiet(), NOON);
    assertThat(hold.until()).isEqualTo(Instant.MAX);
    assertThat(hold.letters()).hasSize(1);
    assertThat(hold.reason()).contains("the channel of " + TEA + " is web");
  }

  @Test
  void theChannelAuthorWritesToTheAuthorAlone() {
    Decision.Answer answer = (Decision.Answer) policy(list(TEA, Channel.AUTHOR, 0, false)).decide(review(posted(), FOUND), quiet(), NOON);
    assertThat(answer.letters().get(0).cc()).isEmpty();
    assertThat(answer.letters().get(0).to()).containsExactly("Olaf Cook <olaf@ti.example.com>");
  }

  @Test
  void ofMorePatchesThanMayBeMailedTheLastLetterSaysWhereTheRestIs() {
    ListPolicy usual = list(TEA, Channel.LIST, 0, false);
    ListPolicy one = new ListPolicy(TEA, Channel.LIST, usual.positive(), 0, 20, 10, 1, false, List.of(), List.of(), List.of(), List.of(), List.of(), List.of());
    PostedPatch first = posted("Subject: [PATCH 1/2] x");
    PostedPatch second = posted("Subject: [PATCH 2/2] x", "Message-ID: <second@ti.example.com>");
    PatchReview part = review(first, FOUND).parts().get(1);
    Review both = new Review(new Series("k", 1, 2, Optional.empty(), new TreeMap<>(Map.of(1, first, 2, second))), new TreeMap<>(Map.of(1, part, 2, part)));
    Signer shown = new Signer("lockkeeper", "bot", "bot@example.org", "bot@example.org", "bot.example.org", "1", "2", "https://bot.example.org");
    Decision.Answer answer = (Decision.Answer) new Policy(new Policies(new TreeMap<>(Map.of(TEA, one))), shown).decide(both, quiet(), NOON);
    assertThat(answer.letters()).hasSize(1);
    assertThat(answer.letters().get(0).body()).contains("\nOne more patch of this series has findings:\nhttps://bot.example.org/series?id=");
    assertThat(answer.reason()).contains("no more than 1 letters a series");
  }

  static Stream<Arguments> silences() {
    Raised possible = new Raised(FOUND.identity(), with(FOUND.finding(), Confidence.POSSIBLE), Optional.empty());
    Raised repaired = new Raised(FOUND.identity(), FOUND.finding(), Optional.of(3));
    Circumstances quiet = quiet();
    return Stream.of(
        Arguments.of("nothing new was found", review(posted()), quiet),
        Arguments.of("only possible", review(posted(), possible), quiet),
        Arguments.of("repaired by patch 3", review(posted(), repaired), quiet),
        Arguments.of("closed by a person", review(posted(), FOUND), around(quiet, Set.of(FOUND.identity()), Map.of(), Set.of(), Optional.empty(), Set.of())),
        Arguments.of("said twice", review(posted(), FOUND), around(quiet, Set.of(),
            Map.of(FOUND.identity(), new Circumstances.Said(new MessageId("r.1.p1@x"), 2, false)), Set.of(), Optional.empty(), Set.of())),
        Arguments.of("answered in an earlier version", review(posted(), FOUND), around(quiet, Set.of(),
            Map.of(FOUND.identity(), new Circumstances.Said(new MessageId("r.1.p1@x"), 1, true)), Set.of(), Optional.empty(), Set.of())),
        Arguments.of("answered already", review(posted(), FOUND), around(quiet, Set.of(), Map.of(),
            Set.of(posted().mail().id()), Optional.empty(), Set.of())),
        Arguments.of("superseded by v2", review(posted(), FOUND), around(quiet, Set.of(), Map.of(), Set.of(), Optional.of("v2"), Set.of())),
        Arguments.of("muted: olaf@ti.example.com", review(posted(), FOUND), around(quiet, Set.of(), Map.of(), Set.of(), Optional.empty(), Set.of("olaf@ti.example.com"))),
        Arguments.of("muted: " + TEA, review(posted(), FOUND), around(quiet, Set.of(), Map.of(), Set.of(), Optional.empty(), Set.of(TEA))),
        Arguments.of("for another project", review(posted("Subject: [kettle-tools PATCH] x"), FOUND), quiet),
        Arguments.of("for another project", review(posted("Subject: [PATCH kvm-unit-tests] x"), FOUND), quiet),
        Arguments.of("AUTOSEL", review(posted("Subject: [PATCH AUTOSEL 6.1] x"), FOUND), quiet),
        Arguments.of("stable review", review(posted("X-stable: review"), FOUND), quiet),
        Arguments.of("that is ignored", review(posted("From: x <x@rude.example.com>"), FOUND), quiet),
        Arguments.of("from a bot", review(posted("From: lkp <lkp@intel.com>"), FOUND), quiet),
        Arguments.of("neither stored nor answered", review(posted("Cc: security@kernel.org"), FOUND), quiet));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("silences")
  void everySilenceHasItsReason(String reason, Review review, Circumstances around) {
    Decision decision = SPEAKS.decide(review, around, NOON);
    assertThat(decision).isInstanceOf(Decision.Silence.class);
    assertThat(decision.reason()).contains(reason);
  }

  @Test
  void ofSeveralListsTheMostRestrictiveWins() {
    Policy two = policy(list(TEA, Channel.LIST, 0, false), list(COFFEE, Channel.WEB, 0, false));
    assertThat(two.decide(review(posted("Cc: " + COFFEE), FOUND), quiet(), NOON)).isInstanceOf(Decision.Hold.class);
    assertThat(two.decide(review(posted("Cc: Unknown <pots@vger.kernel.org>"), FOUND), quiet(), NOON).reason())
        .contains("pots@vger.kernel.org has no section");
    assertThat(SPEAKS.decide(review(posted("Cc: " + ALL), FOUND), quiet(), NOON)).as("a list that follows has no say").isInstanceOf(Decision.Answer.class);
  }

  @Test
  void findingsWaitForTheLongestEmbargoUnlessTheSubjectSaysWhoseTheyAre() {
    Policy two = policy(list(TEA, Channel.LIST, 24, false), list(COFFEE, Channel.LIST, 48, false));
    Decision.Hold both = (Decision.Hold) two.decide(review(posted("Cc: " + COFFEE), FOUND), quiet(), NOON);
    assertThat(both.until()).isEqualTo(quiet().received().plusSeconds(48 * 3600));
    Decision.Hold tea = (Decision.Hold) two.decide(review(posted("Cc: " + COFFEE, "Subject: [PATCH] tea/lid: close faster"), FOUND), quiet(), NOON);
    assertThat(tea.until()).isEqualTo(quiet().received().plusSeconds(24 * 3600));
    assertThat(two.decide(review(posted(), FOUND), quiet(), NOON.plusSeconds(86_400))).isInstanceOf(Decision.Answer.class);
  }

  @Test
  void anIncompleteSeriesIsNotAnswered() {
    PostedPatch posted = posted();
    Review one = review(posted, FOUND);
    Review review = new Review(new Series("k", 1, 2, Optional.empty(), one.series().parts()), one.parts());
    assertThat(SPEAKS.decide(review, quiet(), NOON).reason()).contains("1 of 2 parts");
  }

  @Test
  void theThreadHasAlreadySaidIt() {
    Mail answer = Mail.read("""
        From: Ann <ann@example.org>
        Message-ID: <answer@example.org>
        In-Reply-To: <faster@ti.example.com>
        Subject: Re: [PATCH] kettle: close faster

        > @@ -3,7 +3,6 @@ static void lid_close(struct kettle *k)
        > -	mutex_lock(&k->gate);

        steam_bell needs this.
        """.getBytes(StandardCharsets.UTF_8));
    Mail other = Mail.read("""
        From: Ann <ann@example.org>
        Message-ID: <other@example.org>
        Subject: Re: [PATCH] kettle: close faster

        > @@ -3,7 +3,6 @@ static void lid_close(struct kettle *k)
        > -	mutex_lock(&k->gate);

        Nice.
        """.getBytes(StandardCharsets.UTF_8));
    assertThat(SPEAKS.decide(review(posted(), FOUND), thread(answer), NOON).reason()).contains("was pointed at by Ann");
    assertThat(SPEAKS.decide(review(posted(), FOUND), thread(other), NOON)).isInstanceOf(Decision.Answer.class);
  }

  @Test
  void aSecondVersionIsToldOnceMoreInOneLine() {
    Circumstances around = around(quiet(), Set.of(),
        Map.of(FOUND.identity(), new Circumstances.Said(new MessageId("r.1.p1@x"), 1, false)), Set.of(), Optional.empty(), Set.of());
    Letter letter = ((Decision.Answer) SPEAKS.decide(review(posted(), FOUND), around, NOON)).letters().get(0);
    assertThat(letter.body()).contains("https://lore.kernel.org/r/r.1.p1@x").doesNotContain("> ");
  }

  private static Circumstances thread(Mail answer) {
    return new Circumstances(TEA, quiet().received(), List.of(answer), Set.of(), Map.of(), Set.of(), Optional.empty(), Set.of(), Map.of(), Set.of());
  }

  private static Circumstances around(Circumstances quiet, Set<String> closed, Map<String, Circumstances.Said> said,
      Set<MessageId> answered, Optional<String> superseded, Set<String> muted) {
    return new Circumstances(quiet.list(), quiet.received(), List.of(), closed, said, answered, superseded, muted, Map.of(), Set.of());
  }

  private static Finding with(Finding f, Confidence confidence) {
    return new Finding(f.check(), f.rule(), f.at(), f.function(), f.lock(), f.subject(), f.kind(), f.held(), confidence, f.assumption(), f.message(), f.evidence());
  }
}
