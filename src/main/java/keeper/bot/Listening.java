// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.bot;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import keeper.mail.Mail;
import keeper.mail.MessageId;
import keeper.reply.Channel;
import keeper.reply.Feedback;
import keeper.reply.Letter;
import keeper.reply.ListPolicy;
import keeper.reply.Mailboxes;
import keeper.reply.Policy;
import keeper.reply.Recipients;
import keeper.review.Responsible;
import keeper.series.PostedPatch;
import keeper.store.Findings;
import keeper.store.Letters;
import keeper.store.Store;

/**
 * Does what people say in answers to our letters. Success is silent; what cannot be done is told to the sender alone, at most once a
 * day, and never on a list. Who cannot be believed, and who may be a program, gets no answer at all.
 */
final class Listening {
  private static final int MOST_BY_ONE = 20; // commands of one person in a day
  private static final int MOST_TO_ONE = 20; // and to one letter
  private static final Duration DAY = Duration.ofDays(1);
  private static final String HELP = "help";
  private static final String ERROR = "error";

  private final Store store;
  private final Policy policy;
  private final Settings.Hearing hearing;
  private final Bot.Judge judge;
  private final String name;

  Listening(Store store, Policy policy, Settings.Hearing hearing, Bot.Judge judge) {
    this.store = store;
    this.policy = policy;
    this.hearing = hearing;
    this.judge = judge;
    this.name = policy.signer().name();
  }

  /** What became of a command. @param done whether it was */
  private record Outcome(boolean done, String line) {
    static Outcome done(String line) {
      return new Outcome(true, line);
    }

    static Outcome not(String why) {
      return new Outcome(false, why);
    }
  }

  /**
   * Reads one mail.
   *
   * @param list the list it came over, or to which it went; {@link Bot#MAILBOX} when none is known
   * @return a line for each command that was understood, done or refused
   */
  List<String> hear(String list, Mail mail, Instant now) {
    if (!mail.body().contains("#" + name)) return List.of();
    List<Feedback> commands = Feedback.read(name, mail);
    if (commands.isEmpty()) return List.of();
    ListPolicy own = policy.policies().of(list).orElseGet(() -> ListPolicy.usual(list));
    if (Feedback.automatic(mail, policy.signer(), own.bots()).isPresent()) return List.of();
    Optional<Letters.Outgoing> letter = target(mail);
    boolean answersUs = letter.isPresent() && mail.inReplyTo().filter(letter.get().letter().id()::equals).isPresent();
    if (!answersUs && !Feedback.addressed(mail, policy.signer())) return List.of();
    String who = mail.from().mailbox().toLowerCase(Locale.ROOT);
    if (!Feedback.authentic(mail, hearing.receivers())) return List.of(who + ": not done, nobody trusted has checked the signature of that mail");
    List<String> lines = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    for (Feedback command : commands) {
      Instant since = now.minus(DAY);
      if (store.heard().by(who, since) >= MOST_BY_ONE || letter.isPresent() && store.heard().to(letter.get().letter().id(), since) >= MOST_TO_ONE) {
        lines.add(who + ": not done, too many commands in a day");
        break; // and no answer: it may be a program
      }
      Outcome outcome = apply(command, list, own, mail, letter, who, now);
      if (outcome.line().isEmpty()) continue;
      store.heard().note(mail.id(), who, letter.map(one -> one.letter().id().id()).orElse(""), outcome.line(), now);
      lines.add(who + ": " + (outcome.done() ? "" : "not done, ") + outcome.line());
      if (!outcome.done()) refused.add("#" + name + " " + command.word() + ": " + outcome.line());
    }
    if (!refused.isEmpty() && !answersPrivate(letter)) privately(ERROR, list, own, mail, () -> keeper.reply.Letters.refused(mail, mail.from().mailbox(), refused, policy.signer()), now);
    return lines;
  }

  /** No answer to an answer: what we told somebody in private is the last word. */
  private static boolean answersPrivate(Optional<Letters.Outgoing> letter) {
    return letter.filter(one -> one.kind().equals(HELP) || one.kind().equals(ERROR)).isPresent();
  }

  /** Our letter that is answered: the parent, else the nearest of the ancestors. */
  private Optional<Letters.Outgoing> target(Mail mail) {
    List<MessageId> nearest = new ArrayList<>(mail.references());
    mail.inReplyTo().ifPresent(parent -> {
      nearest.remove(parent);
      nearest.add(parent);
    });
    Collections.reverse(nearest);
    for (MessageId id : nearest)
      for (Letters.Outgoing outgoing : store.letters().letters(id)) if (outgoing.letter().id().equals(id)) return Optional.of(outgoing);
    return Optional.empty();
  }

  private Outcome apply(
      Feedback command, String list, ListPolicy own, Mail mail, Optional<Letters.Outgoing> letter, String who, Instant now) {
    if (command instanceof Feedback.Help) {
      if (answersPrivate(letter)) return Outcome.not("");
      String why = privately(HELP, list, own, mail, () -> keeper.reply.Letters.help(mail, mail.from().mailbox(), policy.signer()), now);
      return Outcome.done(why.isEmpty() ? "help is on its way" : why);
    }
    // On a list it may be meant for somebody else; who writes to us alone is told.
    if (command instanceof Feedback.Unknown unknown) return Outcome.not(toUsAlone(mail) ? "there is no command " + unknown.word() : "");
    if (letter.isEmpty() || answersPrivate(letter)) return Outcome.not("which letter is meant is not clear; answer the letter itself");
    boolean author = isAuthor(letter.get(), who);
    boolean operator = hearing.operators().stream().anyMatch(who::equalsIgnoreCase);
    Responsible responsible = responsible(letter.get());
    if (!author && !operator && !responsible.has(who)) return Outcome.not("neither the author of the patch nor a maintainer or reviewer of its files (MAINTAINERS) nor an operator");
    boolean all = operator || responsible.maintains(who, letter.get().list());
    if      (command instanceof Feedback.Invalid said)   return close(letter.get(), said.number(), Findings.Word.INVALID, said.why(), who, now);
    else if (command instanceof Feedback.Known said)     return close(letter.get(), said.number(), Findings.Word.KNOWN, said.why(), who, now);
    else if (command instanceof Feedback.Fixed said)     return close(letter.get(), said.number(), Findings.Word.FIXED, said.by(), who, now);
    else if (command instanceof Feedback.Duplicate said) return close(letter.get(), said.number(), Findings.Word.KNOWN, "the same as " + said.of(), who, now);
    else if (command instanceof Feedback.Mute)           return author ? mute(who, who, now) : all ? mute(letter.get().list(), who, now) : notYours(letter.get());
    else if (command instanceof Feedback.Unmute)         return author ? unmute(who) : all ? unmute(letter.get().list()) : notYours(letter.get());
    else if (command instanceof Feedback.Again)          return again(letter.get());
    else throw new IllegalStateException("no case for " + command);
  }

  private boolean toUsAlone(Mail mail) {
    for (List<keeper.mail.Address> some : List.of(mail.to(), mail.cc()))
      for (keeper.mail.Address address : some) if (policy.policies().isList(address)) return false;
    return true;
  }

  private boolean isAuthor(Letters.Outgoing letter, String who) {
    return store.mails().mail(letter.letter().inReplyTo())
        .map(patch -> patch.from().mailbox().equalsIgnoreCase(who) || patch.author().mailbox().equalsIgnoreCase(who)
            || Recipients.sender(patch).mailbox().equalsIgnoreCase(who)).orElse(false);
  }

  private Responsible responsible(Letters.Outgoing letter) {
    return judge.responsible(letter.list(), store.mails().mail(letter.letter().inReplyTo()).map(mail -> PostedPatch.of(mail).patch().paths()).orElse(List.of()));
  }

  private static Outcome notYours(Letters.Outgoing letter) {
    return Outcome.not("only a maintainer of the list can say that for " + letter.list());
  }

  private Outcome close(Letters.Outgoing letter, int number, Findings.Word word, String why, String who, Instant now) {
    List<String> findings = letter.letter().findings();
    if (number > findings.size()) return Outcome.not("the letter has no finding " + number);
    for (String identity : number == 0 ? findings : List.of(findings.get(number - 1))) store.findings().close(identity, word, why, who, now);
    return Outcome.done(word.word() + (number == 0 ? "" : " " + number) + (why.isEmpty() ? "" : ": " + why));
  }

  private Outcome mute(String mailbox, String who, Instant now) {
    store.mutes().mute(mailbox, "asked by " + who, now);
    return Outcome.done("no more letters to " + mailbox);
  }

  private Outcome unmute(String mailbox) {
    return store.mutes().unmute(mailbox) ? Outcome.done("letters to " + mailbox + " again") : Outcome.not(mailbox + " was not muted");
  }

  private Outcome again(Letters.Outgoing letter) {
    store.reviews().again(letter.letter().inReplyTo());
    return Outcome.done("reviewed again");
  }

  /** A private answer, one of a kind a day, where the list lets us write to people at all. @return why there is none; empty when there is */
  private String privately(String kind, String list, ListPolicy own, Mail mail, Supplier<Letter> letter, Instant now) {
    if (own.channel().compareTo(Channel.AUTHOR) < 0) return kind + " is not sent, the channel of " + list + " is " + own.channel().word();
    String mailbox = mail.from().mailbox();
    if (!Mailboxes.isMailbox(mailbox)) return kind + " is not sent, " + mailbox + " is no address";
    Instant since = now.minus(DAY);
    for (Letters.Outgoing outgoing : store.letters().list())
      if (outgoing.kind().equals(kind) && outgoing.written().isAfter(since) && outgoing.letter().to().contains(mailbox)) return "had " + kind + " today";
    store.letters().keep(list, kind, letter.get(), now);
    return "";
  }
}
