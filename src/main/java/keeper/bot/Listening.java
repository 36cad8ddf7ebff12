// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.bot;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import keeper.mail.Mail;
import keeper.mail.MessageId;
import keeper.reply.Channel;
import keeper.reply.Feedback;
import keeper.reply.Letter;
import keeper.reply.ListPolicy;
import keeper.reply.Policy;
import keeper.store.Findings;
import keeper.store.Letters;
import keeper.store.Store;

/** Does what people say in answers to our letters. Success is silent; what cannot be done is noted, and never said on a list. */
final class Listening {
  private static final int MOST_A_DAY = 20; // commands of one person

  private final Store store;
  private final Policy policy;
  private final Settings.Hearing hearing;
  private final String name;

  Listening(Store store, Policy policy, Settings.Hearing hearing) {
    this.store = store;
    this.policy = policy;
    this.hearing = hearing;
    this.name = policy.signer().name();
  }

  /**
   * Reads one mail.
   *
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
    for (Feedback command : commands.subList(0, Math.min(commands.size(), MOST_A_DAY))) {
      String done = apply(command, list, own, mail, letter, who, now);
      if (!done.isEmpty()) lines.add(who + ": " + done);
    }
    return lines;
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

  private String apply(
      Feedback command, String list, ListPolicy own, Mail mail, Optional<Letters.Outgoing> letter, String who, Instant now) {
    if (command instanceof Feedback.Help) return help(list, own, mail, now);
    if (command instanceof Feedback.Unknown) return ""; // silence: it may be meant for somebody else
    if (letter.isEmpty()) return "which letter is meant is not clear";
    boolean author = isAuthor(letter.get(), who);
    boolean operator = hearing.operators().stream().anyMatch(who::equalsIgnoreCase);
    if (!author && !operator) return "neither the author of the patch nor an operator";
    if      (command instanceof Feedback.Invalid said)   return close(letter.get(), said.number(), Findings.Word.INVALID, said.why(), who, now);
    else if (command instanceof Feedback.Known said)     return close(letter.get(), said.number(), Findings.Word.KNOWN, said.why(), who, now);
    else if (command instanceof Feedback.Fixed said)     return close(letter.get(), said.number(), Findings.Word.FIXED, said.by(), who, now);
    else if (command instanceof Feedback.Duplicate said) return close(letter.get(), said.number(), Findings.Word.KNOWN, "the same as " + said.of(), who, now);
    else if (command instanceof Feedback.Mute)           return mute(operator && !author ? list : who, who, now);
    else if (command instanceof Feedback.Unmute)         return unmute(operator && !author ? list : who);
    else if (command instanceof Feedback.Again)          return again(letter.get());
    else throw new IllegalStateException("no case for " + command);
  }

  private boolean isAuthor(Letters.Outgoing letter, String who) {
    return store.mails().mail(letter.letter().inReplyTo())
        .map(patch -> patch.from().mailbox().equalsIgnoreCase(who) || patch.author().mailbox().equalsIgnoreCase(who)).orElse(false);
  }

  private String close(Letters.Outgoing letter, int number, Findings.Word word, String why, String who, Instant now) {
    List<String> findings = letter.letter().findings();
    if (number > findings.size()) return "the letter has no finding " + number;
    for (String identity : number == 0 ? findings : List.of(findings.get(number - 1))) store.findings().close(identity, word, why, who, now);
    return word.word() + (number == 0 ? "" : " " + number) + (why.isEmpty() ? "" : ": " + why);
  }

  private String mute(String mailbox, String who, Instant now) {
    store.mutes().mute(mailbox, "asked by " + who, now);
    return "no more letters to " + mailbox;
  }

  private String unmute(String mailbox) {
    return store.mutes().unmute(mailbox) ? "letters to " + mailbox + " again" : mailbox + " was not muted";
  }

  private String again(Letters.Outgoing letter) {
    store.reviews().again(letter.letter().inReplyTo());
    return "reviewed again";
  }

  /** A private answer, one a day, where the list lets us write to people at all. */
  private String help(String list, ListPolicy own, Mail mail, Instant now) {
    if (own.channel().compareTo(Channel.AUTHOR) < 0) return "help is not sent, the channel of " + list + " is " + own.channel().word();
    String mailbox = mail.from().mailbox();
    Instant since = now.minus(Duration.ofDays(1));
    for (Letters.Outgoing outgoing : store.letters().list())
      if (outgoing.kind().equals("help") && outgoing.written().isAfter(since) && outgoing.letter().to().contains(mailbox)) return "had help today";
    Letter letter = keeper.reply.Letters.help(mail, mailbox, policy.signer());
    store.letters().keep(list, "help", letter, now);
    return "help is on its way";
  }
}
