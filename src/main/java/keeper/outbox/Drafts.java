// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.outbox;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import keeper.mail.MessageId;
import keeper.reply.MailText;
import keeper.store.Letters;
import keeper.store.Store;

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
      text.append("%4d  %-8s  %s\n".formatted(letter.number(), letter.state().word(), letter.letter().subject()));
      text.append("                to ").append(String.join(", ", letter.letter().to()));
      int copies = letter.letter().cc().size();
      if (copies > 0) text.append(" and ").append(copies).append(copies == 1 ? " copy" : " copies");
      if (!letter.reason().isEmpty()) text.append("; ").append(letter.reason());
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

  /** The mail as it would leave, headers included, under two lines that say where it stands. */
  public String show(Letters.Outgoing letter, Instant now) {
    String state = "letter " + letter.number() + ", " + letter.state().word() + (letter.reason().isEmpty() ? "" : ": " + letter.reason());
    return state + "\nlist " + letter.list() + ", written " + letter.written() + "\n\n" + MailText.of(letter.letter(), now, MailText.Encoding.EIGHT_BIT);
  }

  /**
   * The letter that somebody means: its number, its own Message-ID, or that of the mail it answers.
   *
   * @return empty when there is none
   */
  public Optional<Letters.Outgoing> find(String typed) {
    String name = typed.strip();
    if (!name.isEmpty() && name.length() < 10 && name.chars().allMatch(c -> c >= '0' && c <= '9'))
      return store.letters().letter(Long.parseLong(name));
    return MessageId.parse(name).or(() -> MessageId.valid(name) ? Optional.of(new MessageId(name)) : Optional.empty())
        .flatMap(id -> store.letters().letters(id).stream().findFirst());
  }

  /** Lets it leave with the next sending. One that was sent stays sent. @return one line */
  public String approve(Letters.Outgoing letter, String who, Instant now) {
    if (store.letters().approve(letter.number(), who, now)) return "letter " + letter.number() + " leaves with the next sending";
    return "letter " + letter.number() + " is " + letter.state().word() + " and cannot be approved";
  }

  /** Keeps it from leaving. @return one line */
  public String discard(Letters.Outgoing letter, String reason, Instant now) {
    String why = reason.isBlank() ? "discarded" : reason.strip();
    if (store.letters().discard(letter.number(), why, now)) return "letter " + letter.number() + " will not be sent";
    return "letter " + letter.number() + " is " + letter.state().word() + " and cannot be discarded";
  }

  /** Which letters a word of a person means: {@code all}, or a state. */
  public List<Letters.Outgoing> in(String word) {
    for (Letters.State state : Letters.State.values())
      if (state.word().equals(word.toLowerCase(Locale.ROOT))) return store.letters().list(state);
    return word.equals("all") ? store.letters().list() : List.of();
  }
}
