// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.bot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import keeper.check.Confidence;
import keeper.check.Finding;
import keeper.git.Epochs;
import keeper.git.GitException;
import keeper.mail.Arrival;
import keeper.mail.MessageId;
import keeper.outbox.Outbox;
import keeper.outbox.SmtpSettings;
import keeper.patch.FileDiff;
import keeper.patch.Hunk;
import keeper.patch.HunkLine;
import keeper.reply.Channel;
import keeper.reply.ListPolicy;
import keeper.reply.Policies;
import keeper.reply.Policy;
import keeper.reply.Signer;
import keeper.review.Base;
import keeper.review.PatchReview;
import keeper.review.Raised;
import keeper.review.Review;
import keeper.review.Status;
import keeper.series.PostedPatch;
import keeper.series.Series;
import keeper.store.Letters.State;
import keeper.store.Store;
import keeper.text.Place;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BotTest {
  private static final String TEA = "tea@vger.kernel.org";
  private static final String MILK = "milk@vger.kernel.org";
  private static final Instant NOON = Instant.parse("2026-03-04T12:00:00Z");

  @TempDir Path folder;
  private final Map<String, List<byte[]>> archives = new TreeMap<>(Map.of(TEA, new ArrayList<>(), MILK, new ArrayList<>()));
  private Store store;
  private Bot bot;

  @BeforeEach
  void open() {
    store = Store.open(folder.resolve("db").toString());
    bot = bot(Settings.Limits.USUAL, BotTest::review, Channel.WEB);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private Bot bot(Settings.Limits limits, Bot.Judge judge, Channel channel) {
    return bot(limits, judge, channel, 0);
  }

  private Bot bot(Settings.Limits limits, Bot.Judge judge, Channel channel, int embargo) {
    TreeMap<String, ListPolicy> policies = new TreeMap<>();
    List<Settings.ListSource> sources = new ArrayList<>();
    for (String list : List.of(MILK, TEA)) {
      ListPolicy usual = ListPolicy.usual(list);
      policies.put(list, new ListPolicy(list, channel, usual.positive(), embargo, 20, 10, 5, false, List.of(), List.of(), usual.bots(), List.of(), List.of(), List.of()));
      sources.add(new Settings.ListSource(list, "memory", List.of(), List.of(), "0 0 * * * ?"));
    }
    Settings.Identity identity = new Settings.Identity("lockkeeper", "bot", "bot@example.org", "bot@example.org", "bot.example.org", "", "");
    Settings settings = new Settings("", "info", identity, folder, SmtpSettings.NOWHERE, "127.0.0.1", 0, limits, Settings.Hearing.USUAL, sources, new Policies(policies), new TreeMap<>());
    Policy policy = new Policy(settings.policies(), Signer.example("1", "2"));
    Outbox outbox = Outbox.of(store, settings.policies(), settings.smtp(), id -> store.mails().mail(id).isPresent()).without(Bot.outdated(store));
    return new Bot(store, settings, this::tell, judge, policy, outbox, java.util.Optional.of(this::mailbox));
  }

  private final List<String> mailbox = new ArrayList<>();

  /** The bot's own mailbox: what has been put there, once. */
  private List<String> mailbox(Map<Integer, String> heads, Consumer<Arrival> reader) {
    int from = Integer.parseInt(heads.getOrDefault(0, "1.0").substring(2));
    for (int i = from; i < mailbox.size(); i++) reader.accept(new Arrival.Posted(0, "1." + (i + 1), NOON, mailbox.get(i).getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    reader.accept(new Arrival.Reached(0, "1." + mailbox.size()));
    return List.of();
  }

  private Epochs.Told tell(String list, String location, Map<Integer, String> heads, Consumer<Arrival> reader) {
    List<byte[]> all = archives.get(list);
    if (all == null) throw new GitException("cannot be reached: connection refused");
    int from = heads.isEmpty() ? 0 : Integer.parseInt(heads.get(0), 16);
    for (int i = from; i < all.size(); i++)
      reader.accept(new Arrival.Posted(0, "%040x".formatted(list.hashCode() * 1000L + i & 0xffffffffL), NOON.minusSeconds(60), all.get(i)));
    reader.accept(new Arrival.Reached(0, "%040x".formatted(all.size())));
    return new Epochs.Told(1, all.size() - from, 0, List.of());
  }

  private void post(String list, String mail) {
    archives.get(list).add(mail.getBytes(StandardCharsets.UTF_8));
  }

  private static String patch(String id, String subject, String statement, String... more) {
    return String.join("\n", more) + (more.length == 0 ? "" : "\n") + """
        From: Ann Brewer <ann@brewers.example.org>
        Date: Wed, 4 Mar 2026 11:00:00 +0000
        Subject: %s
        Message-ID: <%s@brewers.example.org>
        To: tea@vger.kernel.org

        Why not.

        Signed-off-by: Ann Brewer <ann@brewers.example.org>
        ---
        diff --git a/drivers/kettle.c b/drivers/kettle.c
        --- a/drivers/kettle.c
        +++ b/drivers/kettle.c
        @@ -1,3 +1,4 @@ void kettle_off(struct kettle *k)
         {
        +	%s
         	plug_out(k);
         }
        """.formatted(subject, id, statement);
  }

  /** Finds every added line that clears a bell; some lines are beyond it. */
  private static Review review(Settings.ListSource list, Series series) {
    TreeMap<Integer, PatchReview> parts = new TreeMap<>();
    for (Map.Entry<Integer, PostedPatch> part : series.parts().entrySet()) {
      List<Raised> found = new ArrayList<>();
      for (FileDiff file : part.getValue().patch().files())
        for (Hunk hunk : file.hunks()) {
          int line = hunk.postImage().start();
          for (HunkLine one : hunk.lines()) {
            if (one.text().contains("explode")) throw new IllegalStateException("no case for explode()");
            if (one.text().contains("recurse")) throw new StackOverflowError();
            if (one.kind() == HunkLine.Kind.ADDED && one.text().contains("bell = NULL")) found.add(raised(file.path(), line));
            if (one.inPostImage()) line++;
          }
        }
      parts.put(part.getKey(), new PatchReview(part.getValue().patch(), Status.REVIEWED, "", new Base.HunksOnly(List.of()), found, List.of(), List.of()));
    }
    return new Review(series, parts);
  }

  private static Raised raised(String path, int line) {
    return new Raised("b311", new Finding("unguarded-access", "kettle/bell", new Place(path, line, 2), "kettle_off", "k->gate", "k->bell", "write",
        List.of(), Confidence.CERTAIN, "", "Does this store need k->gate?", List.of()), Optional.empty());
  }

  @Test
  void aRoundDraftsALetterAndTheNextOneMakesNoSecond() {
    post(TEA, patch("1", "[PATCH] kettle: quiet", "k->bell = NULL;"));
    RoundReport first = bot.round(NOON);
    assertThat(first.text()).isEqualTo("""
        milk@vger.kernel.org: 0 new mails, 0 series, 0 patches reviewed, 0 new findings, 0 letters
        tea@vger.kernel.org: 1 new mail, 1 series, 1 patch reviewed, 1 new finding, 1 letter
        outbox: 0 sent, 0 dry run, 0 held, 0 failed
        """);
    assertThat(store.letters().list(State.HELD)).singleElement().satisfies(held ->
        assertThat(held.reason()).contains("the channel of tea@vger.kernel.org is web"));
    RoundReport second = bot.round(NOON.plusSeconds(900));
    assertThat(second.text()).contains("tea@vger.kernel.org: 0 new mails, 0 series");
    assertThat(store.letters().list()).hasSize(1);
  }

  @Test
  void aReviewThatIsAskedForAgainMakesNoSecondLetter() {
    post(TEA, patch("1", "[PATCH] kettle: quiet", "k->bell = NULL;"));
    bot.round(NOON);
    MessageId id = new MessageId("1@brewers.example.org");
    store.reviews().again(id);
    bot.round(NOON.plusSeconds(900));
    assertThat(store.letters().list()).hasSize(1);
    assertThat(store.reviews().why(id).orElseThrow().reason()).contains("answered already");
  }

  @Test
  void whatCameLaterIsFoundByTheNextRound() {
    post(TEA, patch("1", "[PATCH] kettle: nothing", "k->n++;"));
    bot.round(NOON);
    assertThat(store.reviews().why(new MessageId("1@brewers.example.org")).orElseThrow().reason()).isEqualTo("nothing new was found");
    post(TEA, patch("2", "[PATCH] kettle: quiet", "k->bell = NULL;"));
    assertThat(bot.round(NOON.plusSeconds(900)).lists().get(1).letters()).isEqualTo(1);
  }

  @Test
  void oneBadPatchDoesNotStopTheRound() {
    post(TEA, patch("1", "[PATCH] kettle: boom", "explode(k);"));
    post(TEA, patch("2", "[PATCH] kettle: deep", "recurse(k);"));
    post(TEA, patch("3", "[PATCH] kettle: quiet", "k->bell = NULL;"));
    RoundReport.ListReport report = bot.round(NOON).lists().get(1);
    assertThat(report.failed()).isEqualTo(2);
    assertThat(report.letters()).isEqualTo(1);
    assertThat(report.lines()).containsExactly(
        "1@brewers.example.org: IllegalStateException: no case for explode()", "2@brewers.example.org: StackOverflowError");
    assertThat(bot.round(NOON.plusSeconds(900)).lists().get(1).failed()).as("not tried again by itself").isZero();
  }

  @Test
  void oneListThatCannotBeReachedDoesNotStopTheOthers() {
    archives.remove(MILK);
    post(TEA, patch("1", "[PATCH] kettle: quiet", "k->bell = NULL;"));
    RoundReport report = bot.round(NOON);
    assertThat(report.lists().get(0).lines()).containsExactly("memory: cannot be reached: connection refused");
    assertThat(report.lists().get(1).letters()).isEqualTo(1);
  }

  @Test
  void theSameMailOnTwoListsIsAnsweredOnce() {
    post(MILK, patch("1", "[PATCH] kettle: quiet", "k->bell = NULL;"));
    post(TEA, patch("1", "[PATCH] kettle: quiet", "k->bell = NULL;"));
    bot.round(NOON);
    assertThat(store.letters().list()).hasSize(1);
  }

  @Test
  void anIncompleteSeriesWaitsAndIsThenLeftAlone() {
    post(TEA, patch("1", "[PATCH 1/2] kettle: quiet", "k->bell = NULL;"));
    assertThat(bot.round(NOON).lists().get(1).waiting()).isEqualTo(1);
    RoundReport.ListReport late = bot.round(NOON.plus(Duration.ofHours(1))).lists().get(1);
    assertThat(late.silent()).isEqualTo(1);
    assertThat(store.letters().list()).isEmpty();
    assertThat(store.reviews().why(new MessageId("1@brewers.example.org")).orElseThrow().reason()).contains("1 of 2 parts");
  }

  @Test
  void aSeriesIsAnsweredPartByPartWhenItsLastPartHasCome() {
    post(TEA, patch("1", "[PATCH 1/2] kettle: quiet", "k->bell = NULL;"));
    bot.round(NOON);
    post(TEA, patch("2", "[PATCH 2/2] kettle: quieter", "k->n = 0;", "In-Reply-To: <1@brewers.example.org>"));
    assertThat(bot.round(NOON.plusSeconds(900)).lists().get(1).letters()).isEqualTo(1);
    assertThat(store.letters().list().get(0).letter().inReplyTo().id()).isEqualTo("1@brewers.example.org");
  }

  @Test
  void aVersionThatWasReplacedGetsNoLetter() {
    post(TEA, patch("1", "[PATCH] kettle: quiet", "k->bell = NULL;"));
    post(TEA, patch("2", "[PATCH v2] kettle: quiet", "k->bell = NULL;", "In-Reply-To: <1@brewers.example.org>"));
    bot.round(NOON);
    assertThat(store.letters().list()).singleElement().satisfies(letter ->
        assertThat(letter.letter().inReplyTo().id()).isEqualTo("2@brewers.example.org"));
    assertThat(store.reviews().why(new MessageId("1@brewers.example.org")).orElseThrow().reason()).contains("superseded by v2");
  }

  @Test
  void confidentialMailsAreNotEvenKept() {
    post(TEA, patch("1", "[PATCH] kettle: quiet", "k->bell = NULL;", "Cc: Security@Kernel.org"));
    post(TEA, patch("2", "[PATCH] kettle: mentions security@kernel.org", "k->bell = NULL;"));
    bot.round(NOON);
    assertThat(store.mails().mail(new MessageId("1@brewers.example.org"))).isEmpty();
    assertThat(store.letters().list()).hasSize(1);
  }

  @Test
  void aSeriesThatTakesTooLongIsGivenUp() {
    Settings.Limits hasty = new Settings.Limits(1, 1, 200, 20_000, 14, 30);
    Bot slow = bot(hasty, (list, series) -> {
      try {
        Thread.sleep(60_000);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return review(list, series);
    }, Channel.WEB);
    post(TEA, patch("1", "[PATCH] kettle: quiet", "k->bell = NULL;"));
    assertThat(slow.round(NOON).lists().get(1).lines()).containsExactly("1@brewers.example.org: it took longer than 1 seconds");
  }

  @Test
  void whereTheListAllowsItTheLetterGoesToTheOutboxAndADryRunKeepsItThere() {
    post(TEA, patch("1", "[PATCH] kettle: quiet", "k->bell = NULL;"));
    RoundReport report = bot(Settings.Limits.USUAL, BotTest::review, Channel.LIST).round(NOON);
    assertThat(report.sent().dryRun()).isEqualTo(1);
    assertThat(store.letters().list(State.DRY_RUN)).hasSize(1);
  }

  @Test
  void whatIsTooLargeIsNotLookedAt() {
    post(TEA, patch("1", "[PATCH] kettle: quiet", "k->bell = NULL;"));
    bot(new Settings.Limits(1, 10, 200, 0, 14, 30), BotTest::review, Channel.WEB).round(NOON);
    assertThat(store.reviews().why(new MessageId("1@brewers.example.org")).orElseThrow().reason()).isEqualTo("too large: 1 lines");
  }

  private String answer(String id, String from, String parent, String body, String... headers) {
    return String.join("\n", headers) + (headers.length == 0 ? "" : "\n") + """
        From: %s
        Subject: Re: [PATCH] kettle: quiet
        Message-ID: <%s>
        In-Reply-To: <%s>
        To: tea@vger.kernel.org

        %s
        """.formatted(from, id, parent, body);
  }

  private static final String CHECKED = "Authentication-Results: smtp.subspace.kernel.org; dkim=pass header.d=brewers.example.org";

  @Test
  void commandInTheBotsMailboxIsHeardOnceAndPatchesThereAreNobodys() {
    post(TEA, patch("1", "[PATCH] kettle: quiet", "k->bell = NULL;"));
    bot.round(NOON);
    String letter = store.letters().list().get(0).letter().id().id();
    mailbox.add(answer("a1@brewers.example.org", "Ann <ann@brewers.example.org>", letter, "#lockkeeper invalid: nobody is there yet", CHECKED));
    mailbox.add(patch("9", "[PATCH] kettle: private", "k->bell = NULL;"));
    mailbox.add("To: security@kernel.org\n" + patch("8", "[PATCH] kettle: secret", "k->bell = NULL;"));
    List<RoundReport.ListReport> lists = bot.round(NOON.plusSeconds(900)).lists();
    assertThat(lists.get(lists.size() - 1).list()).isEqualTo(Bot.MAILBOX);
    assertThat(lists.get(lists.size() - 1).heard()).containsExactly("ann@brewers.example.org: invalid: nobody is there yet");
    assertThat(lists.get(lists.size() - 1).mails()).isEqualTo(2);
    assertThat(bot.round(NOON.plusSeconds(1800)).lists()).extracting(RoundReport.ListReport::list).doesNotContain(Bot.MAILBOX);
    assertThat(store.reviews().why(new MessageId("8@brewers.example.org"))).isEmpty();
  }

  @Test
  void newerVersionInAnotherThreadSupersedes() {
    post(TEA, patch("1", "[PATCH] kettle: quiet", "k->bell = NULL;"));
    post(TEA, patch("2", "[PATCH v2] kettle: quiet", "k->bell = NULL;"));
    bot.round(NOON);
    assertThat(store.versions().newest("1@brewers.example.org").map(keeper.series.Posting::key)).contains("2@brewers.example.org");
    assertThat(store.reviews().why(new MessageId("1@brewers.example.org")).orElseThrow().reason()).contains("v2 2@brewers.example.org");
  }

  @Test
  void theAuthorSaysThatItIsWrongAndItIsNotSaidAgain() {
    post(TEA, patch("1", "[PATCH] kettle: quiet", "k->bell = NULL;"));
    bot.round(NOON);
    String letter = store.letters().list().get(0).letter().id().id();
    post(TEA, answer("a1@brewers.example.org", "Ann <ann@brewers.example.org>", letter, "#lockkeeper invalid: nobody is there yet", CHECKED));
    RoundReport.ListReport report = bot.round(NOON.plusSeconds(900)).lists().get(1);
    assertThat(report.heard()).containsExactly("ann@brewers.example.org: invalid: nobody is there yet");
    assertThat(store.findings().verdict("b311").orElseThrow().reason()).isEqualTo("nobody is there yet");
    post(TEA, patch("2", "[PATCH v2] kettle: quiet", "k->bell = NULL;"));
    assertThat(bot.round(NOON.plusSeconds(1800)).lists().get(1).letters()).isZero();
    assertThat(store.reviews().why(new MessageId("2@brewers.example.org")).orElseThrow().reason()).contains("closed by a person");
  }

  @Test
  void whoMayNotSayItIsNotHeard() {
    post(TEA, patch("1", "[PATCH] kettle: quiet", "k->bell = NULL;"));
    bot.round(NOON);
    String letter = store.letters().list().get(0).letter().id().id();
    post(TEA, answer("a1@x", "Ann <ann@brewers.example.org>", letter, "#lockkeeper invalid: forged"));
    post(TEA, answer("a2@x", "Eve <eve@brewers.example.org>", letter, "#lockkeeper invalid: not hers", CHECKED));
    post(TEA, answer("a3@x", "Ann <ann@brewers.example.org>", "1@brewers.example.org", "#lockkeeper invalid: not to us", CHECKED));
    bot.round(NOON.plusSeconds(900));
    assertThat(store.findings().verdict("b311")).isEmpty();
  }

  /** As {@link #review}, in a tree whose MAINTAINERS file says who looks after kettles. */
  private static Bot.Judge maintained(String maintainers) {
    return new Bot.Judge() {
      @Override
      public Review review(Settings.ListSource list, Series series) {
        return BotTest.review(list, series);
      }

      @Override
      public keeper.review.Responsible responsible(String list, java.util.Collection<String> paths) {
        return keeper.review.Maintainers.read(keeper.text.SourceText.of("MAINTAINERS", maintainers.getBytes(StandardCharsets.UTF_8))).of(paths);
      }
    };
  }

  private String letterAboutOnePatch(Bot bot) {
    post(TEA, patch("1", "[PATCH] kettle: quiet", "k->bell = NULL;"));
    bot.round(NOON);
    return store.letters().list().get(0).letter().id().id();
  }

  @Test
  void maintainersAndReviewersOfTheFilesMayCloseAndThoseOfTheListMayMuteIt() {
    Bot bot = bot(Settings.Limits.USUAL, maintained("KETTLES\nM:\tMae <mae@brewers.example.org>\nR:\tRon <ron@brewers.example.org>\nL:\t" + TEA + "\nF:\tdrivers/kettle*\n"), Channel.AUTHOR);
    String letter = letterAboutOnePatch(bot);
    post(TEA, answer("r1@brewers.example.org", "Ron <ron@brewers.example.org>", letter, "#lockkeeper known: next merge window\n#lockkeeper mute", CHECKED));
    post(TEA, answer("m1@brewers.example.org", "Mae <Mae@brewers.example.org>", letter, "#lockkeeper mute", CHECKED));
    assertThat(bot.round(NOON.plusSeconds(900)).lists().get(1).heard()).containsExactly(
        "ron@brewers.example.org: known: next merge window",
        "ron@brewers.example.org: not done, only a maintainer of the list can say that for " + TEA,
        "mae@brewers.example.org: no more letters to " + TEA);
    assertThat(store.findings().verdict("b311").orElseThrow().who()).isEqualTo("ron@brewers.example.org");
    post(TEA, patch("2", "[PATCH] kettle: another", "k->bell = NULL;"));
    assertThat(bot.round(NOON.plusSeconds(1800)).lists().get(1).letters()).isZero();
  }

  @Test
  void whatCannotBeDoneIsToldToTheSenderAloneOnceADay() {
    Bot bot = bot(Settings.Limits.USUAL, BotTest::review, Channel.AUTHOR);
    String letter = letterAboutOnePatch(bot);
    post(TEA, answer("a1@brewers.example.org", "Ann <ann@brewers.example.org>", letter, "#lockkeeper invalid 7: which\n#lockkeeper dance", CHECKED));
    post(TEA, answer("a2@brewers.example.org", "Ann <ann@brewers.example.org>", letter, "#lockkeeper unmute", CHECKED));
    post(TEA, answer("e1@brewers.example.org", "Eve <eve@brewers.example.org>", letter, "#lockkeeper invalid: forged")); // nobody checked it: perhaps not hers
    bot.round(NOON.plusSeconds(900));
    assertThat(errors()).singleElement().satisfies(error -> {
      assertThat(error.to()).containsExactly("ann@brewers.example.org");
      assertThat(error.cc()).isEmpty();
      assertThat(error.replyTo()).isEmpty();
      assertThat(error.body()).contains("#lockkeeper invalid: the letter has no finding 7").doesNotContain("dance").contains("\n-- \n");
    });
    post(TEA, answer("a3@brewers.example.org", "Ann <ann@brewers.example.org>", letter, "#lockkeeper unmute", CHECKED));
    bot.round(NOON.plus(Duration.ofHours(25)));
    assertThat(errors()).as("a day later").hasSize(2);
  }

  private List<keeper.reply.Letter> errors() {
    return store.letters().list().stream().filter(one -> one.kind().equals("error")).map(keeper.store.Letters.Outgoing::letter).toList();
  }

  @Test
  void anUnknownCommandIsToldOnlyToWhoWritesToUsAlone() {
    Bot bot = bot(Settings.Limits.USUAL, BotTest::review, Channel.AUTHOR);
    String letter = letterAboutOnePatch(bot);
    mailbox.add(answer("a1@brewers.example.org", "Ann <ann@brewers.example.org>", letter, "#lockkeeper dance", CHECKED).replace("To: " + TEA, "To: bot@example.org"));
    bot.round(NOON.plusSeconds(900));
    assertThat(errors()).singleElement().satisfies(error -> assertThat(error.body()).contains("there is no command dance"));
  }

  @Test
  void onePersonCannotGiveCommandsWithoutEnd() {
    String letter = letterAboutOnePatch(bot);
    for (int i = 0; i < 5; i++)
      post(TEA, answer("a" + i + "@brewers.example.org", "Ann <ann@brewers.example.org>", letter, "#lockkeeper known: n\n".repeat(10), CHECKED));
    List<String> heard = bot.round(NOON.plusSeconds(900)).lists().get(1).heard();
    assertThat(heard.stream().filter(line -> line.endsWith(": known: n"))).hasSize(20);
    assertThat(heard).contains("ann@brewers.example.org: not done, too many commands in a day");
  }

  /** A version that comes while the letter about the one before waits makes it void; so do a person's word and a closed finding. */
  @Test
  void whatWaitsIsLookedAtAgainBeforeItLeaves() {
    Bot patient = bot(Settings.Limits.USUAL, BotTest::review, Channel.LIST, 24);
    post(TEA, patch("1", "[PATCH] kettle: quiet", "k->bell = NULL;"));
    post(TEA, patch("5", "[PATCH] kettle: other", "k->bell = NULL;"));
    assertThat(patient.round(NOON).lists().get(1).letters()).isEqualTo(2);
    assertThat(store.letters().list(State.HELD)).hasSize(2);
    post(TEA, patch("2", "[PATCH v2] kettle: quiet", "k->n++;"));
    post(TEA, answer("b@brewers.example.org", "Bob <bob@brewers.example.org>", "5@brewers.example.org", "kettle_off() must hold the gate here"));
    patient.round(NOON.plus(Duration.ofHours(23)));
    assertThat(store.letters().list(State.HELD)).hasSize(2);
    patient.round(NOON.plus(Duration.ofHours(25)));
    assertThat(store.letters().list(State.SKIPPED)).extracting(keeper.store.Letters.Outgoing::reason)
        .containsExactly("superseded by v2 2@brewers.example.org", "pointed at by Bob");
  }

  /** Section 8 of a reply: no letter for what is gone, one line where there is a letter anyway. */
  @Test
  void whatIsGoneIsOneLineOfALetterThatThereIsAnyway() {
    post(TEA, patch("1", "[PATCH] kettle: quiet", "k->bell = NULL;"));
    bot.round(NOON);
    long number = store.letters().list().get(0).number();
    store.letters().approve(number, "a test", NOON);
    store.letters().markSending(number, NOON);
    store.letters().markSent(number, "250", NOON);
    Bot other = bot(Settings.Limits.USUAL, (list, series) -> {
      Review review = review(list, series);
      PatchReview part = review.parts().get(1);
      Finding lid = new Finding("unguarded-access", "kettle/lid", new Place("drivers/kettle.c", 2, 2), "kettle_off", "k->gate", "k->lid", "write", List.of(), Confidence.CERTAIN, "", "Does this store need k->gate?", List.of());
      return new Review(series, new TreeMap<>(Map.of(1, new PatchReview(part.patch(), part.status(), "", part.base(), List.of(new Raised("11d", lid, Optional.empty())), List.of(), List.of()))));
    }, Channel.WEB);
    post(TEA, patch("2", "[PATCH v2] kettle: quiet", "k->lid = NULL;"));
    other.round(NOON.plusSeconds(900));
    assertThat(store.letters().list().get(1).letter().body()).contains("\n\nGone since the earlier version: k->bell in kettle_off().\n\n");
  }

  /** The worst case: a program that hides what it is, signs its mails, and answers each of ours with commands. */
  @Test
  void evenAProgramThatHidesWhatItIsGetsNoConversation() {
    Bot speaking = bot(Settings.Limits.USUAL, BotTest::review, Channel.LIST);
    post(TEA, patch("1", "[PATCH] kettle: quiet", "k->bell = NULL;"));
    speaking.round(NOON);
    for (int i = 0; i < 40; i++) {
      for (keeper.store.Letters.Outgoing out : store.letters().list())
        post(TEA, answer("bot" + i + "." + out.number() + "@robots.example.org", "Robot <robot@robots.example.org>", out.letter().id().id(),
            "#lockkeeper help\n#lockkeeper invalid\n#lockkeeper mute\n> #lockkeeper again\n", CHECKED.replace("brewers", "robots")));
      speaking.round(NOON.plusSeconds(900L * (i + 1)));
    }
    assertThat(store.letters().list()).extracting(keeper.store.Letters.Outgoing::kind).containsExactly("review", "help", "error");
    assertThat(store.findings().verdict("b311")).isEmpty();
    assertThat(store.mutes().muted()).isEmpty();
  }

  /** Two programs that answer everything: ours falls silent at once. */
  @Test
  void botsDoNotTalkToEachOther() {
    Bot speaking = bot(Settings.Limits.USUAL, BotTest::review, Channel.LIST);
    post(TEA, patch("1", "[PATCH] kettle: quiet", "k->bell = NULL;"));
    speaking.round(NOON);
    for (int i = 0; i < 20; i++) {
      for (keeper.store.Letters.Outgoing out : store.letters().list()) {
        String own = keeper.reply.Letters.mail(out.letter(), NOON);
        post(TEA, own); // our own letter comes back through the list
        post(TEA, answer("bot" + i + "." + out.number() + "@robots.example.org", "Robot <robot@robots.example.org>", out.letter().id().id(),
            "#lockkeeper help\n#lockkeeper again\n" + out.letter().body(), "Auto-Submitted: auto-replied", CHECKED.replace("brewers", "robots")));
      }
      speaking.round(NOON.plusSeconds(900L * (i + 1)));
    }
    assertThat(store.letters().list()).hasSize(1);
  }

  @Test
  void helpIsPrivateAndOnceADay() {
    Bot speaking = bot(Settings.Limits.USUAL, BotTest::review, Channel.AUTHOR);
    for (int i = 0; i < 3; i++)
      post(TEA, answer("a" + i + "@brewers.example.org", "Ann <ann@brewers.example.org>", "1@brewers.example.org", "#lockkeeper help", CHECKED,
          "Cc: lockkeeper+x@example.org"));
    speaking.round(NOON);
    assertThat(store.letters().list()).singleElement().satisfies(help -> {
      assertThat(help.letter().to()).containsExactly("ann@brewers.example.org");
      assertThat(help.letter().cc()).isEmpty();
      assertThat(help.letter().headers()).contains("Auto-Submitted: auto-replied");
    });
  }

  @Test
  void aReplaySaysWhatWouldHaveBeenSaidAndStoresNothing() {
    post(TEA, patch("1", "[PATCH] kettle: quiet", "k->bell = NULL;"));
    post(TEA, patch("2", "[PATCH v2] kettle: quiet", "k->n++;", "In-Reply-To: <1@brewers.example.org>"));
    post(TEA, patch("3", "[PATCH kvm-unit-tests] kettle: x", "k->n++;"));
    post(TEA, patch("4", "[PATCH] kettle: boom", "explode(k);"));
    TreeMap<String, ListPolicy> lists = new TreeMap<>(Map.of(TEA, ListPolicy.usual(TEA).with(Channel.LIST)));
    Policy policy = new Policy(new Policies(lists), Signer.example("1", "2"));
    Settings.ListSource tea = new Settings.ListSource(TEA, "memory", List.of(), List.of(), "0 0 * * * ?");
    assertThat(replay(tea, NOON.minusSeconds(3600), NOON, policy).text()).isEqualTo("""
        2026-03-04 11:59  Re: [PATCH] kettle: quiet
            answers <1@brewers.example.org>
            to Ann Brewer <ann@brewers.example.org> and 1 more
            drivers/kettle.c:2 kettle_off(): Does this store need k->gate?
                unguarded-access kettle/bell, certain; v2 has it no more

        2026-03-04 to 2026-03-04: 4 mails read, 4 series of 4 patches, 2 reviewed
             1  letter would be sent
             2  series without a letter, because of
                     1  for another project
                     1  nothing new was found

        rules: how often each spoke, how often by mail, and in how many next versions it was gone or still there
         fired mailed   gone  still
             1      1      1      0  unguarded-access kettle/bell

        1 series could not be judged
          4@brewers.example.org: IllegalStateException: no case for explode()
        """);
    assertThat(store.letters().list()).isEmpty();
    assertThat(replay(tea, NOON.plusSeconds(1), NOON.plusSeconds(2), policy).text()).startsWith("0 mails read");
  }

  private Ledger replay(Settings.ListSource list, Instant since, Instant until, Policy policy) {
    Ledger ledger = new Ledger();
    Replay.run(Settings.Limits.USUAL, list, since, until, this::tell, BotTest::review, policy, keeper.lineage.Lint.over(keeper.lineage.Known.NONE), ledger);
    return ledger;
  }

  @Test
  void theTimetableFollowsChangedSettings() {
    Settings.ListSource hourly = new Settings.ListSource(TEA, "memory", List.of(), List.of(), "0 0 * * * ?");
    Settings.ListSource daily = new Settings.ListSource(TEA, "memory", List.of(), List.of(), "0 0 3 * * ?");
    Settings.ListSource other = new Settings.ListSource(MILK, "memory", List.of(), List.of(), "0 30 * * * ?");
    try (Timetable timetable = Timetable.start(timed(hourly), list -> {})) {
      timetable.follow(timed(daily, other));
      assertThat(timetable.next(TEA).toString()).endsWith("T03:00:00Z");
      assertThat(timetable.next(MILK).toString()).endsWith(":30:00Z");
      timetable.follow(timed(other));
      assertThat(timetable.next(TEA)).isEqualTo(Instant.MAX);
    }
  }

  private Settings timed(Settings.ListSource... lists) {
    return new Settings("", "info", null, folder, SmtpSettings.NOWHERE, "127.0.0.1", 0, Settings.Limits.USUAL, Settings.Hearing.USUAL, List.of(lists), new Policies(new TreeMap<>()), new TreeMap<>());
  }

  @Test
  void theTimetableWalksAtItsTimesAndStopsCleanly() throws Exception {
    Settings.ListSource often = new Settings.ListSource(TEA, "memory", List.of(), List.of(), "* * * * * ?");
    Settings settings = new Settings("", "info", null, folder, SmtpSettings.NOWHERE, "127.0.0.1", 0, Settings.Limits.USUAL, Settings.Hearing.USUAL, List.of(often),
        new Policies(new TreeMap<>()), new TreeMap<>());
    java.util.concurrent.CountDownLatch twice = new java.util.concurrent.CountDownLatch(2);
    java.util.concurrent.atomic.AtomicInteger walking = new java.util.concurrent.atomic.AtomicInteger();
    java.util.concurrent.atomic.AtomicInteger most = new java.util.concurrent.atomic.AtomicInteger();
    try (Timetable timetable = Timetable.start(settings, list -> {
      most.accumulateAndGet(walking.incrementAndGet(), Math::max);
      twice.countDown();
      walking.decrementAndGet();
      throw new IllegalStateException("a round that fails");
    })) {
      assertThat(timetable.next(TEA)).isAfter(Instant.EPOCH);
      assertThat(twice.await(20, java.util.concurrent.TimeUnit.SECONDS)).as("a failed round is followed by the next").isTrue();
    }
    assertThat(most.get()).isEqualTo(1);
    assertThat(walking.get()).isZero();
  }
}
