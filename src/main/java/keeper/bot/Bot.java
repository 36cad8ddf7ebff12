// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.bot;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import keeper.git.Epochs;
import keeper.git.GitException;
import keeper.mail.Address;
import keeper.mail.Arrival;
import keeper.mail.Mail;
import keeper.mail.MessageId;
import keeper.outbox.Outbox;
import keeper.patch.FileDiff;
import keeper.reply.Circumstances;
import keeper.reply.Decision;
import keeper.reply.ListPolicy;
import keeper.reply.Policy;
import keeper.review.PatchReview;
import keeper.review.Responsible;
import keeper.review.Review;
import keeper.series.Filter;
import keeper.series.PostedPatch;
import keeper.series.Posting;
import keeper.series.Series;
import keeper.store.Intake;
import keeper.store.Store;
import keeper.store.StoreException;

/**
 * The path of a patch: what came in, what we think of it, what goes out. One bad patch, list or epoch never stops the round; it is
 * a line of the report.
 */
public final class Bot {
  private static final int MOST_SERIES = 10_000; // in one round of one list; the next round goes on

  /** Reads a list's archive: {@link Epochs#tell}. */
  @FunctionalInterface
  public interface Archives {
    Epochs.Told tell(String list, String location, Map<Integer, String> heads, Consumer<Arrival> reader);
  }

  /** Reads the bot's own mailbox: {@link keeper.inbox.Inbox#tell}. */
  @FunctionalInterface
  public interface Letterbox {
    /** @return one line for each mail that could not be read */
    List<String> tell(Map<Integer, String> heads, Consumer<Arrival> reader);
  }

  /** Under this name the mailbox's mails are kept, and its line of a round's report stands. */
  public static final String MAILBOX = "mailbox";

  /** Finds the base of a series and reviews it; called from several threads. */
  @FunctionalInterface
  public interface Judge {
    Review review(Settings.ListSource list, Series series);

    /** The commits that brought what was there before its patches and bears on what is new, by identity, twelve digits; where history is at hand. */
    default Map<String, String> since(Settings.ListSource list, Review review) {
      return Map.of();
    }

    /** Who looks after files, as the list's trees say it. */
    default Responsible responsible(String list, Collection<String> paths) {
      return new Responsible(List.of());
    }
  }

  private final Store store;
  private final Settings settings;
  private final Archives archives;
  private final Judge judge;
  private final Policy policy;
  private final Outbox outbox;
  private final Around around;
  private final Listening listening;
  private final Optional<Letterbox> letterbox;

  public Bot(Store store, Settings settings, Archives archives, Judge judge, Policy policy, Outbox outbox) {
    this(store, settings, archives, judge, policy, outbox, Optional.empty());
  }

  /** @param letterbox the bot's own mailbox, where it has one */
  public Bot(
      Store store, Settings settings, Archives archives, Judge judge, Policy policy, Outbox outbox, Optional<Letterbox> letterbox) {
    this.letterbox = letterbox;
    this.store = store;
    this.settings = settings;
    this.archives = archives;
    this.judge = judge;
    this.policy = policy;
    this.outbox = outbox;
    this.around = new Around(store);
    this.listening = new Listening(store, policy, settings.hearing(), judge);
  }

  /** Knows why a letter that has waited must not leave any more. */
  public static Function<keeper.store.Letters.Outgoing, Optional<String>> outdated(Store store) {
    return new Around(store)::outdated;
  }

  /** One round over every list. */
  public RoundReport round(Instant now) {
    return round(now, settings.lists());
  }

  /** One round over some lists, then the outbox. */
  public RoundReport round(Instant now, List<Settings.ListSource> lists) {
    List<RoundReport.ListReport> reports = new ArrayList<>();
    for (Settings.ListSource list : lists) reports.add(one(list, now));
    letterbox.ifPresent(box -> mailbox(box, now).ifPresent(reports::add));
    return new RoundReport(reports, outbox.send(now));
  }

  private RoundReport.ListReport one(Settings.ListSource list, Instant now) {
    try {
      return new Round(list, now).walk();
    } catch (StoreException e) {
      throw e; // without memory there is no round
    } catch (RuntimeException e) {
      return RoundReport.ListReport.unreached(list.list(), line(e));
    }
  }

  /** What people wrote to us alone. Patches in there are nobody's list's, and not reviewed. Empty when nothing came. */
  private Optional<RoundReport.ListReport> mailbox(Letterbox box, Instant now) {
    List<String> lines = new ArrayList<>();
    List<String> heard = new ArrayList<>();
    Intake intake = store.mails().intake(MAILBOX);
    try (intake) {
      lines.addAll(box.tell(intake.heads(), arrival -> {
        if (!confidential(arrival)) intake.accept(arrival);
      }));
    } catch (keeper.inbox.InboxException e) {
      lines.add(line(e));
    }
    List<MessageId> fresh = intake.fresh();
    for (MessageId id : fresh) store.mails().mail(id).ifPresent(mail -> heard.addAll(listening.hear(listOf(mail), mail, now)));
    if (fresh.isEmpty() && lines.isEmpty()) return Optional.empty();
    return Optional.of(new RoundReport.ListReport(MAILBOX, fresh.size(), 0, 0, 0, 0, 0, 0, 0, heard, lines));
  }

  /** The list that a mail to us goes to as well, else that of the letter it answers. */
  private String listOf(Mail mail) {
    for (List<Address> addresses : List.of(mail.to(), mail.cc()))
      for (Address address : addresses)
        for (Settings.ListSource list : settings.lists()) if (list.list().equalsIgnoreCase(address.mailbox())) return list.list();
    return mail.inReplyTo().flatMap(parent -> store.letters().list().stream().filter(one -> one.letter().id().equals(parent)).findFirst())
        .map(keeper.store.Letters.Outgoing::list).orElse(MAILBOX);
  }

  /** One list's round while it goes on. */
  private final class Round {
    private final Settings.ListSource list;
    private final Instant now;
    private final List<String> lines = new ArrayList<>();
    private final List<String> heard = new ArrayList<>();
    private long mails;
    private int seen;
    private int waiting;
    private int reviewed;
    private int findings;
    private int letters;
    private int silent;
    private int failed;

    Round(Settings.ListSource list, Instant now) {
      this.list = list;
      this.now = now;
    }

    RoundReport.ListReport walk() {
      fetch();
      List<Ripe> ripe = ripe();
      answer(ripe);
      return new RoundReport.ListReport(list.list(), mails, seen, waiting, reviewed, findings, letters, silent, failed, heard, lines);
    }

    /** Mails are kept as they come; what was kept stays when the archive breaks off. */
    private void fetch() {
      Intake intake = store.mails().intake(list.list());
      Set<MessageId> spoken = new HashSet<>();
      try (intake) {
        Epochs.Told told = archives.tell(list.list(), list.archive(), intake.heads(), arrival -> {
          if (confidential(arrival)) return;
          speaker(arrival).ifPresent(spoken::add);
          intake.accept(arrival);
        });
        lines.addAll(told.problems());
      } catch (GitException e) {
        lines.add(list.archive() + ": " + line(e));
      }
      mails = intake.fresh().size();
      for (MessageId id : intake.fresh()) if (spoken.contains(id)) store.mails().mail(id).ifPresent(this::hear);
    }

    private void hear(Mail mail) {
      heard.addAll(listening.hear(list.list(), mail, now));
    }

    /** A series, and what hangs on it. */
    private record Ripe(Series series, List<Mail> thread, Optional<String> superseded) {}

    private List<Ripe> ripe() {
      List<Ripe> ripe = new ArrayList<>();
      int days = settings.limits().days();
      Instant since = days == 0 ? Instant.EPOCH : now.minus(Duration.ofDays(days));
      for (Posting posting : store.versions().awaiting(list.list(), since, MOST_SERIES)) {
        Optional<Series> series = store.versions().series(posting);
        if (series.isEmpty() || series.get().parts().isEmpty()) continue; // its mails were taken out
        if (!series.get().isComplete() && !waitedLong(series.get())) waiting++;
        else ripe.add(new Ripe(series.get(), thread(series.get()), store.versions().replacing(posting).map(newer -> "v" + newer.version() + " " + newer.key())));
      }
      return ripe;
    }

    /** Parts that were sent without threading have a thread each. */
    private List<Mail> thread(Series series) {
      Map<MessageId, Mail> thread = new LinkedHashMap<>();
      for (PostedPatch part : series.parts().values())
        if (!thread.containsKey(part.mail().id())) for (Mail mail : store.mails().thread(part.mail().id())) thread.putIfAbsent(mail.id(), mail);
      return List.copyOf(thread.values());
    }

    private boolean waitedLong(Series series) {
      Instant last = Instant.EPOCH;
      for (PostedPatch part : series.parts().values()) {
        Instant received = store.mails().received(part.mail().id()).orElse(now);
        if (received.isAfter(last)) last = received;
      }
      return last.plus(Duration.ofMinutes(settings.limits().waitMinutes())).isBefore(now);
    }

    private void answer(List<Ripe> ripe) {
      seen = ripe.size();
      Map<Ripe, Future<Review>> reviews = new LinkedHashMap<>();
      ExecutorService threads = Executors.newFixedThreadPool(settings.limits().concurrency(), Bot::reviewer);
      try {
        for (Ripe one : ripe) {
          Optional<String> skip = skip(one);
          if (skip.isPresent()) keep(one, new Review(one.series(), new java.util.TreeMap<>()), new Decision.Silence(skip.get()));
          else reviews.put(one, threads.submit(() -> judge.review(list, one.series())));
        }
        // In the order of arrival, whoever is ready first: the same input gives the same rows.
        reviews.forEach(this::decide);
      } finally {
        threads.shutdownNow();
      }
    }

    private Optional<String> skip(Ripe ripe) {
      ListPolicy own = policy.policies().of(list.list()).orElseGet(() -> ListPolicy.usual(list.list()));
      return Bot.skip(ripe.series(), list, own, settings.limits());
    }

    private void decide(Ripe ripe, Future<Review> review) {
      try {
        Review result = review.get(settings.limits().timeoutSeconds(), TimeUnit.SECONDS);
        Circumstances circumstances = around.of(list.list(), result, ripe.thread(), ripe.superseded(), judge.since(list, result), maintainers(ripe.series()), now);
        keep(ripe, result, policy.decide(result, circumstances, now));
      } catch (ExecutionException e) {
        failed(ripe, line(e.getCause()));
      } catch (TimeoutException | CancellationException e) {
        review.cancel(true);
        failed(ripe, "it took longer than " + settings.limits().timeoutSeconds() + " seconds");
      } catch (StoreException e) {
        throw e;
      } catch (RuntimeException | StackOverflowError e) {
        failed(ripe, line(e));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("stopped in the middle of a round", e);
      }
    }

    private Set<String> maintainers(Series series) {
      Set<String> paths = new HashSet<>();
      for (PostedPatch part : series.parts().values()) paths.addAll(part.patch().paths());
      return judge.responsible(list.list(), paths).mailboxes();
    }

    private void keep(Ripe ripe, Review review, Decision decision) {
      letters += store.reviews().keep(list.list(), review, decision, now);
      reviewed += review.parts().size();
      for (PatchReview part : review.parts().values()) findings += part.introduced().size();
      if (decision instanceof Decision.Silence) silent++;
    }

    private void failed(Ripe ripe, String reason) {
      failed++;
      store.reviews().failed(list.list(), ripe.series(), reason, now);
      lines.add(ripe.series().key() + ": " + reason);
    }
  }

  /** Why a series is not reviewed; empty when it is ours. */
  static Optional<String> skip(Series series, Settings.ListSource list, ListPolicy own, Settings.Limits limits) {
    Filter filter = own.filter();
    Filter ofPaths = new Filter(list.paths(), filter.projects(), filter.bots(), filter.ignored());
    Optional<String> reason = Optional.empty();
    for (PostedPatch part : series.parts().values()) {
      Optional<String> large = tooLarge(part, limits);
      if (large.isPresent()) return large;
      reason = ofPaths.skip(part);
      if (reason.isEmpty()) return reason; // one part of ours makes the series ours
    }
    return reason;
  }

  private static Optional<String> tooLarge(PostedPatch part, Settings.Limits limits) {
    int files = part.patch().files().size();
    if (files > limits.maxFiles()) return Optional.of("too large: " + files + " files");
    int changed = 0;
    for (FileDiff file : part.patch().files()) changed += file.added() + file.removed();
    return changed > limits.maxLines() ? Optional.of("too large: " + changed + " lines") : Optional.empty();
  }

  /** A mail that may hold a command; an encoded one has to be read to know. */
  private Optional<MessageId> speaker(Arrival arrival) {
    if (!(arrival instanceof Arrival.Posted posted)) return Optional.empty();
    if (!contains(posted.bytes(), "#" + policy.signer().name()) && !contains(posted.bytes(), "base64")) return Optional.empty();
    try {
      return Optional.of(Mail.read(posted.bytes()).id());
    } catch (RuntimeException | StackOverflowError e) {
      return Optional.empty(); // it is kept as unreadable, with the reason
    }
  }

  /** Mails to the people who handle embargoed problems are not kept at all; in doubt neither. */
  private static boolean confidential(Arrival arrival) {
    if (!(arrival instanceof Arrival.Posted posted)) return false;
    if (!contains(posted.bytes(), "security@kernel.org") && !contains(posted.bytes(), "linux-distros@")) return false;
    try {
      return Filter.isConfidential(Mail.read(posted.bytes()));
    } catch (RuntimeException | StackOverflowError e) {
      return true;
    }
  }

  private static boolean contains(byte[] bytes, String word) {
    byte[] wanted = word.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    for (int i = 0; i + wanted.length <= bytes.length; i++) {
      int at = 0;
      while (at < wanted.length && Character.toLowerCase((char) (bytes[i + at] & 0xff)) == wanted[at]) at++;
      if (at == wanted.length) return true;
    }
    return false;
  }

  static Thread reviewer(Runnable work) {
    Thread thread = new Thread(null, work, "reviewer", 64L << 20); // deep expressions
    thread.setDaemon(true);
    return thread;
  }

  static String line(Throwable e) {
    String text = e.getMessage() == null || e.getMessage().isBlank() ? e.getClass().getSimpleName() : e.getMessage();
    String line = text.strip().replaceAll("[\\p{Cntrl}\\s]+", " ");
    if (!(e instanceof GitException) && !(e instanceof keeper.inbox.InboxException) && !line.startsWith(e.getClass().getSimpleName())) line = e.getClass().getSimpleName() + ": " + line;
    return line.length() > 300 ? line.substring(0, 300) + "..." : line;
  }
}
