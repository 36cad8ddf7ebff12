// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.outbox;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import keeper.mail.Mbox;
import keeper.mail.MessageId;
import keeper.reply.MailText;
import keeper.reply.Mailboxes;
import keeper.store.Letters;
import keeper.store.Store;
import keeper.text.Printable;

/** What is about to be said, for the people who decide: list, show, approve, discard. */
public final class Drafts {
  private final Store store;

  public Drafts(Store store) {
    this.store = store;
  }

  /**
   * A line for each letter, oldest first: number, state, the patch's subject, and below it why.
   *
   * @param all also those that are done with: sent, skipped, muted
   */
  public String list(boolean all) {
    StringBuilder text = new StringBuilder();
    for (Letters.Outgoing letter : store.letters().list()) {
      if (!all && done(letter.state())) continue;
      text.append("%4d  %-8s  %s\n".formatted(letter.number(), letter.state().word(), Printable.line(letter.letter().subject())));
      text.append("                to ").append(String.join(", ", letter.letter().to()));
      int copies = letter.letter().cc().size();
      if (copies > 0) text.append(" and ").append(copies).append(copies == 1 ? " copy" : " copies");
      text.append("; ").append(letter.list());
      if (!letter.reason().isEmpty()) text.append("; ").append(Printable.line(letter.reason()));
      letter.until().ifPresent(until -> text.append("; until ").append(until));
      text.append('\n');
    }
    return text.toString();
  }

  private static boolean done(Letters.State state) {
    return switch (state) {
      case SENT, SKIPPED, MUTED -> true;
      case PENDING, HELD, SENDING, FAILED, DRY_RUN -> false;
    };
  }

  /** The mail as it would leave, headers included, with the date on which it was written. */
  public String show(Letters.Outgoing letter) {
    return MailText.of(letter.letter(), letter.written(), MailText.Encoding.EIGHT_BIT);
  }

  /** As one of a box, for a mail program: mboxrd. */
  public String boxed(Letters.Outgoing letter) {
    return Mbox.entry(show(letter), Mailboxes.mailbox(letter.letter().from()), letter.written());
  }

  /** Those that a person may still have to look at: nothing that was sent or given up. */
  public List<Letters.Outgoing> waiting() {
    return store.letters().list().stream().filter(letter -> !done(letter.state())).toList();
  }

  /**
   * The letter that somebody means: its number, its own Message-ID, or that of the mail it answers.
   *
   * @return empty when there is none
   */
  public Optional<Letters.Outgoing> find(String typed) {
    String name = MessageId.pasted(typed.strip()).map(MessageId::id).orElse(typed.strip());
    if (!name.isEmpty() && name.length() < 10 && name.chars().allMatch(c -> c >= '0' && c <= '9'))
      return store.letters().letter(Long.parseLong(name));
    return MessageId.parse(name).or(() -> MessageId.valid(name) ? Optional.of(new MessageId(name)) : Optional.empty())
        .flatMap(id -> store.letters().letters(id).stream().findFirst());
  }

  /**
   * What became of a wish.
   *
   * @param done false when the letter's state does not allow it
   * @param line for the person who wished
   */
  public record Answer(boolean done, String line) {}

  /** Lets it leave with the next sending. One that was sent stays sent. */
  public Answer approve(Letters.Outgoing letter, String who, Instant now) {
    if (store.letters().approve(letter.number(), who, now)) return new Answer(true, "letter " + letter.number() + " leaves with the next sending");
    return new Answer(false, "letter " + letter.number() + " is " + letter.state().word() + " and cannot be approved");
  }

  /** Keeps it from leaving. */
  public Answer discard(Letters.Outgoing letter, String reason, Instant now) {
    String why = reason.isBlank() ? "discarded" : reason.strip();
    if (store.letters().discard(letter.number(), why, now)) return new Answer(true, "letter " + letter.number() + " will not be sent");
    return new Answer(false, "letter " + letter.number() + " is " + letter.state().word() + " and cannot be discarded");
  }
}
