// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.bot;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import keeper.git.Epochs;
import keeper.lineage.Lint;
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
import keeper.series.Kind;
import keeper.series.Post;
import keeper.series.PostedPatch;
import keeper.series.Posting;
import keeper.series.Postings;
import keeper.series.Series;
import keeper.series.SeriesBuilder;

/**
 * A dry run over a stretch of an archive: what would have been said, to whom, when, and why not. It stores nothing and sends
 * nothing. Each series is judged at the moment its last part came, with what the thread had said by then. The archive passes by:
 * in memory are the mails of the last days alone.
 */
public final class Replay {
  private static final int AT_ONCE = 32; // reviews that wait to be decided
  private static final int REMEMBERED = 100_000; // names of mails, for series and their versions
  private static final Duration PATIENCE = Duration.ofDays(3); // for missing parts, and for answers to what has not come

  private final Settings.Limits limits;
  private final Settings.ListSource list;
  private final Bot.Judge judge;
  private final Policy policy;
  private final Lint lint;
  private final Ledger ledger;
  private final Postings postings = new Postings(REMEMBERED);
  private final Map<MessageId, Waiting> waiting = new HashMap<>(); // mails of series that are not judged yet
  private final Map<String, Instant> open = new HashMap<>(); // by series: when its last part came
  private final Deque<Answer> answers = new ArrayDeque<>();
  private final Deque<Pending> pending = new ArrayDeque<>();
  private final Map<String, Circumstances.Said> said = new HashMap<>();
  private final Map<String, Set<String>> found = new HashMap<>(); // by series: the identities introduced
  private final ExecutorService threads;
  private Instant clock = Instant.EPOCH;
  private Instant looked = Instant.EPOCH;

  private record Waiting(PostedPatch patch, Instant received) {}

  private record Answer(Mail mail, Instant received) {}

  /** A series under review. */
  private record Pending(Series series, Instant now, List<Mail> thread, Future<Review> review) {}

  private Replay(Settings.Limits limits, Settings.ListSource list, Bot.Judge judge, Policy policy, Lint lint, Ledger ledger) {
    this.limits = limits;
    this.list = list;
    this.judge = judge;
    this.policy = policy;
    this.lint = lint;
    this.ledger = ledger;
    this.threads = Executors.newFixedThreadPool(limits.concurrency(), Bot::reviewer);
  }

  /**
   * Replays.
   *
   * @param since the first moment, by the archive's clock
   * @param until the moment after the last
   * @param lint judges the {@code Fixes:} tags of patches that get a letter
   * @param ledger where it is told as it comes
   */
  public static void run(
      Settings.Limits limits, Settings.ListSource list, Instant since, Instant until, Bot.Archives archives, Bot.Judge judge, Policy policy, Lint lint,
      Ledger ledger) {
    Replay replay = new Replay(limits, list, judge, policy, lint, ledger);
    try {
      Epochs.Told told = archives.tell(list.list(), list.archive(), Map.of(), arrival -> replay.take(arrival, since, until));
      replay.ripen(Instant.MAX);
      replay.decideAllBut(0);
      told.problems().forEach(ledger::line);
    } finally {
      replay.threads.shutdownNow();
    }
  }

  private void take(Arrival arrival, Instant since, Instant until) {
    if (!(arrival instanceof Arrival.Posted posted)) return;
    if (posted.received().isBefore(since) || !posted.received().isBefore(until)) return;
    ledger.read(posted.received());
    if (posted.received().isAfter(clock)) clock = posted.received();
    if (looked.plusSeconds(60).isBefore(clock)) ripen(clock);
    Mail mail = Mail.read(posted.bytes());
    if (Filter.isConfidential(mail)) return;
    PostedPatch patch = PostedPatch.of(mail);
    Kind kind = Kind.of(patch).kind();
    Postings.Joined joined = postings.add(Post.of(patch, kind));
    joined.renamed().forEach(this::rename);
    if (joined.copy()) return;
    if (mail.subject().reply()) answers.add(new Answer(mail, posted.received()));
    if (kind != Kind.PATCH && kind != Kind.COVER) return;
    waiting.put(mail.id(), new Waiting(patch, posted.received()));
    joined.key().ifPresent(key -> open.merge(key, posted.received(), (one, other) -> one.isAfter(other) ? one : other));
  }

  /** A series turned out to be another one, or part of it. */
  private void rename(String from, String to) {
    Instant last = open.remove(from);
    if (last != null) open.merge(to, last, (one, other) -> one.isAfter(other) ? one : other);
    Set<String> identities = found.remove(from);
    if (identities != null) found.computeIfAbsent(to, key -> new HashSet<>()).addAll(identities);
  }

  /** Gives those series to the reviewers that will not change any more, in the order of their last parts. */
  private void ripen(Instant now) {
    looked = now;
    List<String> due = new ArrayList<>();
    open.forEach((key, last) -> {
      boolean complete = postings.posting(key).map(Posting::isComplete).orElse(true);
      Duration wait = complete ? Duration.ofMinutes(limits.waitMinutes()) : PATIENCE;
      if (now.equals(Instant.MAX) || last.plus(wait).isBefore(now)) due.add(key);
    });
    due.sort(Comparator.comparing((String key) -> open.get(key)).thenComparing(Comparator.naturalOrder()));
    for (String key : due) {
      Instant last = open.remove(key);
      postings.posting(key).ifPresent(posting -> judge(posting, last));
    }
    while (!answers.isEmpty() && answers.peek().received().plus(PATIENCE).isBefore(now)) answers.remove();
  }

  private void judge(Posting posting, Instant last) {
    Optional<Series> series = SeriesBuilder.series(posting, id -> Optional.ofNullable(waiting.get(id)).map(Waiting::patch));
    posting.parts().values().forEach(waiting::remove);
    posting.cover().ifPresent(waiting::remove);
    if (series.isEmpty() || series.get().parts().isEmpty() || found.containsKey(posting.key())) return; // a cover alone, or parts that came after all was said
    ledger.series(series.get());
    found.put(posting.key(), new HashSet<>());
    ListPolicy own = policy.policies().of(list.list()).orElseGet(() -> ListPolicy.usual(list.list()));
    Optional<String> skip = Bot.skip(series.get(), list, own, limits);
    if (skip.isPresent()) {
      ledger.silent(skip.get());
      return;
    }
    Series ready = series.get();
    pending.add(new Pending(ready, last, thread(ready, last), threads.submit(() -> judge.review(list, ready))));
    decideAllBut(AT_ONCE);
  }

  /** What had been answered by then. */
  private List<Mail> thread(Series series, Instant now) {
    Set<MessageId> own = new HashSet<>();
    for (PostedPatch part : series.parts().values()) own.add(part.mail().id());
    List<Mail> thread = new ArrayList<>();
    for (Answer answer : answers) {
      if (answer.received().isAfter(now)) continue;
      boolean ours = answer.mail().inReplyTo().filter(own::contains).isPresent() || answer.mail().references().stream().anyMatch(own::contains);
      if (ours) thread.add(answer.mail());
    }
    return thread;
  }

  private void decideAllBut(int some) {
    while (pending.size() > some) decide(pending.remove());
  }

  private void decide(Pending one) {
    Series series = one.series();
    try {
      Review result = one.review().get(limits.timeoutSeconds(), TimeUnit.SECONDS);
      note(series, result);
      Decision decision = policy.decide(result, circumstances(one, result), one.now());
      if (decision instanceof Decision.Answer answer) letters(answer.letters(), one.now(), "", result);
      else if (decision instanceof Decision.Hold hold) letters(hold.letters(), one.now(), hold.reason(), result);
      else ledger.silent(decision.reason());
    } catch (ExecutionException e) {
      ledger.failed(series.key() + ": " + Bot.line(e.getCause()));
    } catch (TimeoutException | CancellationException e) {
      one.review().cancel(true);
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
    Set<String> identities = found.computeIfAbsent(series.key(), key -> new HashSet<>());
    for (PatchReview part : review.parts().values()) {
      if (part.status() == Status.REVIEWED) ledger.reviewed();
      for (Raised raised : part.introduced()) {
        identities.add(raised.identity());
        ledger.fired(raised);
      }
    }
    Optional<Posting> before = postings.previous(series.key()).map(Postings.Before::posting);
    Set<String> old = before.map(posting -> found.getOrDefault(posting.key(), Set.of())).orElse(Set.of());
    for (String identity : new TreeSet<>(old)) ledger.nextVersion(identity, series.version(), identities.contains(identity));
  }

  private Circumstances circumstances(Pending one, Review review) {
    return new Circumstances(list.list(), one.now(), one.thread(), Set.of(), said, Set.of(), Optional.empty(), Set.of(), judge.since(list, review), Set.of(),
        Around.tags(lint, review), List.of());
  }

  /** As if they had been sent: the next version is told what this one was. */
  private void letters(List<Letter> letters, Instant now, String held, Review review) {
    for (Letter letter : letters) {
      Set<String> again = new TreeSet<>(letter.findings());
      again.retainAll(said.keySet());
      ledger.letter(letter, now, held, review, again);
      for (String identity : letter.findings()) {
        Circumstances.Said before = said.get(identity);
        said.put(identity, before == null
            ? new Circumstances.Said(letter.id(), 1, false)
            : new Circumstances.Said(before.letter(), before.times() + 1, before.answered()));
      }
    }
  }
}
