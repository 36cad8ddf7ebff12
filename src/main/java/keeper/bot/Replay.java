// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.bot;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import keeper.git.Epochs;
import keeper.mail.Arrival;
import keeper.mail.Mail;
import keeper.mail.MessageId;
import keeper.reply.Circumstances;
import keeper.reply.Decision;
import keeper.reply.Letter;
import keeper.reply.ListPolicy;
import keeper.reply.Policy;
import keeper.review.PatchReview;
import keeper.review.Raised;
import keeper.review.Review;
import keeper.review.Status;
import keeper.series.Filter;
import keeper.series.Posting;
import keeper.series.Postings;
import keeper.series.PostedPatch;
import keeper.series.Series;
import keeper.series.SeriesBuilder;

/**
 * A dry run over a stretch of an archive: what would have been said, to whom, when, and why not. It stores nothing and sends
 * nothing. Each series is judged at the moment its last part came, with what the thread had said by then.
 */
public final class Replay {
  private static final int AT_ONCE = 64; // reviews that wait to be decided

  private final Settings.Limits limits;
  private final Settings.ListSource list;
  private final Bot.Judge judge;
  private final Policy policy;
  private final Map<MessageId, Instant> received = new HashMap<>();
  private final Map<MessageId, List<Mail>> answers = new HashMap<>();
  private final Map<String, Circumstances.Said> said = new HashMap<>();
  private final Map<String, Set<String>> found = new HashMap<>(); // by series: the identities introduced
  private final Ledger ledger = new Ledger();
  private final SeriesBuilder mails = new SeriesBuilder();

  private Replay(Settings.Limits limits, Settings.ListSource list, Bot.Judge judge, Policy policy) {
    this.limits = limits;
    this.list = list;
    this.judge = judge;
    this.policy = policy;
  }

  /**
   * Replays.
   *
   * @param since the first moment, by the archive's clock
   * @param until the moment after the last
   * @return what came of it
   */
  public static Ledger run(
      Settings.Limits limits, Settings.ListSource list, Instant since, Instant until, Bot.Archives archives, Bot.Judge judge, Policy policy) {
    Replay replay = new Replay(limits, list, judge, policy);
    Epochs.Told told = archives.tell(list.list(), list.archive(), Map.of(), arrival -> replay.take(arrival, since, until));
    replay.ledger.lines.addAll(told.problems());
    replay.judgeAll();
    return replay.ledger;
  }

  private void take(Arrival arrival, Instant since, Instant until) {
    if (!(arrival instanceof Arrival.Posted posted)) return;
    if (posted.received().isBefore(since) || !posted.received().isBefore(until)) return;
    ledger.read++;
    Mail mail = Mail.read(posted.bytes());
    if (Filter.isConfidential(mail) || received.putIfAbsent(mail.id(), posted.received()) != null) return;
    mails.add(mail);
    if (!mail.subject().reply()) return;
    List<MessageId> above = new ArrayList<>(mail.references());
    mail.inReplyTo().ifPresent(above::add);
    for (MessageId id : new HashSet<>(above)) answers.computeIfAbsent(id, parent -> new ArrayList<>(2)).add(mail);
  }

  private void judgeAll() {
    List<Series> all = new ArrayList<>(mails.series());
    all.removeIf(series -> series.parts().isEmpty());
    all.sort(Comparator.comparing(this::at).thenComparing(Series::key));
    ledger.series = all.size();
    ExecutorService threads = Executors.newFixedThreadPool(limits.concurrency(), Bot::reviewer);
    try {
      for (int from = 0; from < all.size(); from += AT_ONCE) {
        List<Series> some = all.subList(from, Math.min(all.size(), from + AT_ONCE));
        Map<Series, Future<Review>> reviews = new java.util.LinkedHashMap<>();
        for (Series series : some) {
          Optional<String> skip = skip(series);
          if (skip.isPresent()) ledger.silent(skip.get());
          else reviews.put(series, threads.submit(() -> judge.review(list, series)));
        }
        reviews.forEach(this::decide);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** When the last part came. */
  private Instant at(Series series) {
    Instant last = Instant.MIN;
    for (PostedPatch part : series.parts().values()) {
      Instant one = received.getOrDefault(part.mail().id(), Instant.MIN);
      if (one.isAfter(last)) last = one;
    }
    return last;
  }

  private Optional<String> skip(Series series) {
    ListPolicy own = policy.policies().of(list.list()).orElseGet(() -> ListPolicy.usual(list.list()));
    return Bot.skip(series, list, own, limits);
  }

  private void decide(Series series, Future<Review> review) {
    try {
      Review result = review.get(limits.timeoutSeconds(), TimeUnit.SECONDS);
      Instant now = at(series);
      note(series, result);
      Decision decision = policy.decide(result, circumstances(series, now), now);
      if (decision instanceof Decision.Answer answer) letters(answer.letters(), now, "", result);
      else if (decision instanceof Decision.Hold hold) letters(hold.letters(), now, hold.reason(), result);
      else ledger.silent(decision.reason());
    } catch (ExecutionException e) {
      ledger.failed(series.key() + ": " + Bot.line(e.getCause()));
    } catch (TimeoutException | CancellationException e) {
      review.cancel(true);
      ledger.failed(series.key() + ": it took longer than " + limits.timeoutSeconds() + " seconds");
    } catch (RuntimeException | StackOverflowError e) {
      ledger.failed(series.key() + ": " + Bot.line(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("stopped in the middle", e);
    }
  }

  /** The ledger of the rules, and what the version before had. */
  private void note(Series series, Review review) {
    Set<String> identities = new HashSet<>();
    for (PatchReview part : review.parts().values()) {
      if (part.status() == Status.REVIEWED) ledger.reviewed++;
      for (Raised raised : part.introduced()) {
        identities.add(raised.identity());
        ledger.rule(raised).fired++;
        ledger.ruleOf.put(raised.identity(), raised);
      }
    }
    found.put(series.key(), identities);
    Optional<Posting> before = mails.postings().previous(series.key()).map(Postings.Before::posting);
    Set<String> old = before.map(posting -> found.getOrDefault(posting.key(), Set.of())).orElse(Set.of());
    for (String identity : new java.util.TreeSet<>(old)) if (!identities.contains(identity)) ledger.rule(ledger.ruleOf.get(identity)).gone++;
  }

  private Circumstances circumstances(Series series, Instant now) {
    List<Mail> thread = new ArrayList<>();
    for (PostedPatch part : series.parts().values())
      for (Mail answer : answers.getOrDefault(part.mail().id(), List.of()))
        if (!received.getOrDefault(answer.id(), now).isAfter(now)) thread.add(answer);
    return new Circumstances(list.list(), now, thread, Set.of(), said, Set.of(), Optional.empty(), Set.of(), Map.of(), Set.of());
  }

  /** As if they had been sent: the next version is told what this one was. */
  private void letters(List<Letter> letters, Instant now, String held, Review review) {
    for (Letter letter : letters) {
      ledger.letter(letter, now, held);
      for (String identity : letter.findings()) {
        Circumstances.Said before = said.get(identity);
        said.put(identity, before == null
            ? new Circumstances.Said(letter.id(), 1, false)
            : new Circumstances.Said(before.letter(), before.times() + 1, before.answered()));
      }
    }
  }

  /** The totals of a replay, while they grow and after. */
  public static final class Ledger {
    private long read;
    private int series;
    private int reviewed;
    private int failed;
    private int letters;
    private int held;
    private final List<String> said = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();
    private final Map<String, Integer> silent = new TreeMap<>();
    private final Map<String, Integer> holding = new TreeMap<>();
    private final Map<String, Rule> rules = new TreeMap<>();
    private final Map<String, Raised> ruleOf = new HashMap<>();

    /** One check or rule: how often it spoke, and how often the next version had it no more. */
    private static final class Rule {
      private int fired;
      private int gone;
    }

    private Rule rule(Raised raised) {
      String rule = raised.finding().rule();
      return rules.computeIfAbsent(raised.finding().check() + (rule.isEmpty() ? "" : " " + rule), name -> new Rule());
    }

    private void silent(String reason) {
      for (String one : reason.split("; ")) silent.merge(general(one), 1, Integer::sum);
    }

    private void failed(String line) {
      failed++;
      lines.add(line);
    }

    private void letter(Letter letter, Instant now, String why) {
      if (why.isEmpty()) letters++;
      else held++;
      if (!why.isEmpty()) holding.merge(general(why.substring(why.lastIndexOf("; ") + 2)), 1, Integer::sum); // what holds it stands last
      said.add(now.toString().substring(0, 16).replace('T', ' ') + "  " + letter.inReplyTo() + "\n    " + letter.subject() + "\n    to "
          + String.join(", ", letter.to()) + (letter.cc().isEmpty() ? "" : " and " + letter.cc().size() + " more")
          + "; findings " + String.join(", ", letter.findings()));
    }

    /** A reason without what is particular to one patch, so that it can be counted. */
    private static String general(String reason) {
      String one = reason.startsWith("part ") && reason.indexOf(": ") > 0 ? reason.substring(reason.indexOf(": ") + 2) : reason;
      int colon = one.indexOf(": ");
      if (colon > 0 && one.lastIndexOf('(', colon) < 0) one = one.substring(0, colon);
      int comma = one.indexOf(", ");
      if (comma > 0 && one.startsWith("does-not-apply")) one = one.substring(0, comma);
      for (String tail : List.of(" is only possible", " was closed by a person", " was said twice")) if (one.endsWith(tail)) return "a finding" + tail;
      for (String word : List.of(" is repaired by patch ", " was pointed at by ", " was answered in an earlier version"))
        if (one.contains(word)) return "a finding" + word.stripTrailing();
      return one.length() > 80 ? one.substring(0, 80) + "..." : one;
    }

    /** Letters that the policy would have let go. */
    public int wouldSend() {
      return letters;
    }

    /** Letters that it would have kept. */
    public int held() {
      return held;
    }

    public int failures() {
      return failed;
    }

    /** What would have been said, then the totals. */
    public String text() {
      StringBuilder text = new StringBuilder();
      for (String one : said) text.append(one).append('\n');
      if (!said.isEmpty()) text.append('\n');
      text.append(read).append(" mails read, ").append(series).append(" series, ").append(reviewed).append(" patches reviewed\n");
      text.append(letters).append(letters == 1 ? " letter" : " letters").append(" would be sent, ").append(held).append(" kept\n");
      holding.forEach((why, number) -> text.append("  kept %6d  %s\n".formatted(number, why)));
      silent.forEach((why, number) -> text.append("  silent %4d  %s\n".formatted(number, why)));
      if (failed > 0) text.append(failed).append(" failed\n");
      if (!rules.isEmpty()) text.append("\n fired  gone in the next version  rule\n");
      rules.forEach((name, rule) -> text.append("%6d  %24d  %s\n".formatted(rule.fired, rule.gone, name)));
      for (String line : lines) text.append("  ").append(line).append('\n');
      return text.toString();
    }
  }
}
