// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.outbox;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import keeper.mail.MessageId;
import keeper.reply.Letter;
import keeper.reply.Mailboxes;
import keeper.reply.Policies;
import keeper.store.Letters;
import keeper.store.Store;

/**
 * Sends each letter once, or not at all. A letter is marked before the dialogue and stays so when the process dies in it: then
 * a person looks whether it arrived. It is tried again only when the server certainly did not take it.
 */
public final class Outbox {
  private static final int MOST_ATTEMPTS = 6;
  private static final Duration DAY = Duration.ofHours(24);

  private final Store store;
  private final Policies policies;
  private final SmtpSettings settings;
  private final Predicate<MessageId> archived;
  private final Post post;
  private final Optional<Patchwork> patchwork;
  private final Function<Letters.Outgoing, Optional<String>> outdated;

  private Outbox(
      Store store, Policies policies, SmtpSettings settings, Predicate<MessageId> archived, Post post, Optional<Patchwork> patchwork,
      Function<Letters.Outgoing, Optional<String>> outdated) {
    this.outdated = outdated;
    this.store = store;
    this.policies = policies;
    this.settings = settings;
    this.archived = archived;
    this.post = post;
    this.patchwork = patchwork;
  }

  /**
   * @param archived whether a list's archive has a mail: a letter of ours that is there has been sent, whatever we remember
   */
  public static Outbox of(Store store, Policies policies, SmtpSettings settings, Predicate<MessageId> archived) {
    return new Outbox(store, policies, settings, archived, new Smtp(settings), Optional.empty(), letter -> Optional.empty());
  }

  /** The same, which also tells a patchwork the outcome of reviews. */
  public Outbox with(Patchwork told) {
    return new Outbox(store, policies, settings, archived, post, Optional.of(told), outdated);
  }

  /** The same, with one who knows why a letter that waited must not leave any more; what a person approved leaves all the same. */
  public Outbox without(Function<Letters.Outgoing, Optional<String>> why) {
    return new Outbox(store, policies, settings, archived, post, patchwork, why);
  }

  static Outbox of(Store store, Policies policies, SmtpSettings settings, Predicate<MessageId> archived, Post post) {
    return new Outbox(store, policies, settings, archived, post, Optional.empty(), letter -> Optional.empty());
  }

  /**
   * What one sending did.
   *
   * @param sent taken by the server
   * @param dryRun would have been sent
   * @param held put back: for later, or for a person
   * @param failed refused, or nobody knows
   * @param lines one for everything that a person should know
   */
  public record Sent(int sent, int dryRun, int held, int failed, List<String> lines) {
    public Sent {
      lines = List.copyOf(lines);
    }
  }

  /** Sends what may leave now. The letter's date is {@code now}. */
  public Sent send(Instant now) {
    Round round = new Round(now);
    for (Letters.Outgoing stuck : store.letters().list(Letters.State.SENDING)) round.stuck(stuck);
    Optional<String> brake = store.mutes().braked().or(settings::braked);
    List<Letters.Outgoing> due = store.letters().due(now);
    if (brake.isPresent()) {
      if (!due.isEmpty()) round.lines.add("the brake is on (" + brake.get() + "): " + due.size() + (due.size() == 1 ? " letter waits" : " letters wait"));
    } else {
      for (Letters.Outgoing letter : due) round.one(letter);
      patchwork.ifPresent(told -> round.lines.addAll(told.tell(now)));
    }
    return new Sent(round.sent, round.dryRun, round.held, round.failed, round.lines);
  }

  /** One sending while it goes on. */
  private final class Round {
    private final Instant now;
    private final List<String> lines = new ArrayList<>();
    private int sent;
    private int dryRun;
    private int held;
    private int failed;

    Round(Instant now) {
      this.now = now;
    }

    /** Nobody is sending, so the process died in the dialogue. */
    void stuck(Letters.Outgoing letter) {
      if (archived.test(letter.letter().id())) {
        store.letters().markSent(letter.number(), "found in the archive", now);
        lines.add(name(letter) + " was sent before the process stopped: the archive has it");
        return;
      }
      lines.add(name(letter) + " was being sent when the process stopped; look whether it arrived, then"
          + " outbox approve " + letter.number() + " or outbox discard " + letter.number());
    }

    void one(Letters.Outgoing letter) {
      if (archived.test(letter.letter().id())) {
        store.letters().markSkipped(letter.number(), "the archive has it already", now);
        return;
      }
      Optional<String> late = letter.approved() ? Optional.empty() : outdated.apply(letter);
      if (late.isPresent()) {
        store.letters().markSkipped(letter.number(), late.get(), now);
        return;
      }
      Optional<String> muted = muted(letter.letter(), letter.list());
      if (muted.isPresent()) {
        store.letters().markMuted(letter.number(), muted.get() + " asked for silence", now);
        return;
      }
      if (!settings.sends()) {
        String why = settings.server().isEmpty() ? "no smtp.server in lockkeeper.toml" : "smtp.dry_run in lockkeeper.toml is on";
        if (store.letters().markDryRun(letter.number(), why, now)) dryRun++;
        return;
      }
      Optional<String> budget = usedUp(letter.list(), now);
      if (budget.isPresent()) {
        // Never a flood at midnight: a person lets it go.
        store.letters().hold(letter.number(), budget.get(), Instant.MAX, now);
        held++;
        lines.add(name(letter) + " is held: " + budget.get() + "; outbox approve " + letter.number() + " sends it tomorrow");
        return;
      }
      dialogue(letter);
    }

    private void dialogue(Letters.Outgoing letter) {
      if (!store.letters().markSending(letter.number(), now)) return; // somebody was faster
      Delivery delivery = post.carry(letter.letter(), now);
      if (delivery instanceof Delivery.Taken taken) {
        store.letters().markSent(letter.number(), taken.reason(), now);
        sent++;
      } else if (delivery instanceof Delivery.Later later && letter.attempts() + 1 < MOST_ATTEMPTS) {
        Instant until = now.plus(pause(letter.attempts()));
        store.letters().markDeferred(letter.number(), later.reason(), until, now);
        held++;
        lines.add(name(letter) + " is tried again at " + until + ": " + later.reason());
      } else {
        store.letters().markFailed(letter.number(), delivery.reason(), now);
        failed++;
        lines.add(name(letter) + " was not sent: " + delivery.reason()
            + (delivery instanceof Delivery.Unknown ? "; look whether it arrived before approving it again" : ""));
      }
    }
  }

  /** 5, 10, 20 ... minutes. */
  private static Duration pause(int attempts) {
    return Duration.ofMinutes(5L << Math.min(attempts, 8));
  }

  private Optional<String> usedUp(String list, Instant now) {
    Instant since = now.minus(DAY);
    int all = store.letters().sentSince("", since);
    if (all >= settings.dailyBudget()) return Optional.of("the budget of " + settings.dailyBudget() + " letters a day is used up");
    int budget = policies.of(list).map(policy -> policy.dailyMailBudget()).orElse(0);
    int here = store.letters().sentSince(list, since);
    return here >= budget ? Optional.of("the budget of " + budget + " letters a day for " + list + " is used up") : Optional.empty();
  }

  private Optional<String> muted(Letter letter, String list) {
    List<String> all = new ArrayList<>(letter.to());
    all.addAll(letter.cc());
    all.add(list);
    for (String one : all) {
      String mailbox = Mailboxes.key(Mailboxes.mailbox(one));
      if (store.mutes().muted(mailbox).isPresent()) return Optional.of(mailbox);
    }
    return Optional.empty();
  }

  private static String name(Letters.Outgoing letter) {
    return "letter " + letter.number() + " (" + letter.letter().subject() + ")";
  }
}
