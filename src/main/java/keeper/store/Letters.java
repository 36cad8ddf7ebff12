// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import keeper.mail.MessageId;
import keeper.reply.Letter;

/**
 * The outbox: every letter once, with its state. A letter is marked {@code SENDING} before the SMTP dialogue begins; one
 * that is still so after a crash is not tried again by itself: rather no mail than two.
 */
public final class Letters {
  private static final String APPROVED = "approved by ";

  private final Database database;

  Letters(Database database) {
    this.database = database;
  }

  /** Where a letter stands. */
  public enum State {
    /** May leave now. */
    PENDING,
    /** Waits: for a time, or for a person. */
    HELD,
    /** Was about to leave; if nobody is sending, the process died there. */
    SENDING,
    SENT,
    FAILED,
    /** Will not leave; the reason says why. */
    SKIPPED,
    /** The author or the list asked for silence. */
    MUTED,
    /** Would have left, had sending been allowed. */
    DRY_RUN;

    /** As people type and read it. */
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * A letter in the outbox.
   *
   * @param number short name for the command line
   * @param kind {@code review}, {@code help}: one letter of a kind for each mail
   * @param list the list whose round wrote it
   * @param reason why it is in this state, for people
   * @param until when a held letter may leave; empty: when somebody approves
   * @param attempts how often sending was begun
   */
  public record Outgoing(
      long number, String kind, String list, State state, String reason, Optional<Instant> until, int attempts,
      Instant written, Instant changed, Letter letter) {
    /** Whether a person wants it sent. */
    public boolean approved() {
      return state == State.PENDING && reason.startsWith(APPROVED);
    }
  }

  /** What may leave now, oldest first: pending letters, and held ones whose time has come. */
  public List<Outgoing> due(Instant now) {
    return database.transaction(c -> Database.query(
        c, "SELECT * FROM letter WHERE state = 'PENDING' OR (state = 'HELD' AND until <= ?) ORDER BY id", Letters::outgoing, now));
  }

  /** All letters in one of these states (in any, when none is named), oldest first. */
  public List<Outgoing> list(State... states) {
    StringBuilder in = new StringBuilder();
    for (State state : states) in.append(in.length() == 0 ? "WHERE state IN ('" : ", '").append(state.name()).append('\'');
    if (in.length() > 0) in.append(')');
    return database.transaction(c -> Database.query(c, "SELECT * FROM letter " + in + " ORDER BY id", Letters::outgoing));
  }

  public Optional<Outgoing> letter(long number) {
    return database.transaction(c -> Database.first(c, "SELECT * FROM letter WHERE id = ?", Letters::outgoing, number));
  }

  /** By the letter's own Message-ID, or that of the mail it answers. */
  public List<Outgoing> letters(MessageId id) {
    return database.transaction(c -> Database.query(
        c, "SELECT * FROM letter WHERE message_id = ? OR answers = ? ORDER BY id", Letters::outgoing, id.id(), id.id()));
  }

  /**
   * Before the SMTP dialogue.
   *
   * @return false when the letter is not due any more: somebody else has it, or it was discarded
   */
  public boolean markSending(long number, Instant now) {
    return database.transaction(c -> Database.update(
        c, """
        UPDATE letter SET state = 'SENDING', reason = '', attempts = attempts + 1, changed = ?
        WHERE id = ? AND (state = 'PENDING' OR (state = 'HELD' AND until <= ?))""", now, number, now)) == 1;
  }

  /** After the server took it. */
  public boolean markSent(long number, String answer, Instant now) {
    return change(number, State.SENT, answer, null, now, "'SENDING'");
  }

  /** After the server refused it for good, or nobody knows whether it took it. */
  public boolean markFailed(long number, String reason, Instant now) {
    return change(number, State.FAILED, reason, null, now, "'SENDING', 'PENDING', 'HELD'");
  }

  /** After the server said "later" before it took the letter (a 4xx answer): held till then. */
  public boolean markDeferred(long number, String reason, Instant until, Instant now) {
    return change(number, State.HELD, reason, until, now, "'SENDING', 'PENDING', 'HELD'");
  }

  /** It would have left now, but sending is not allowed here. */
  public boolean markDryRun(long number, String reason, Instant now) {
    return change(number, State.DRY_RUN, reason, null, now, "'PENDING', 'HELD'");
  }

  public boolean markSkipped(long number, String reason, Instant now) {
    return change(number, State.SKIPPED, reason, null, now, "'PENDING', 'HELD', 'DRY_RUN'");
  }

  public boolean markMuted(long number, String reason, Instant now) {
    return change(number, State.MUTED, reason, null, now, "'PENDING', 'HELD', 'DRY_RUN'");
  }

  /** Keeps it back; {@code Instant.MAX}: till somebody approves. */
  public boolean hold(long number, String reason, Instant until, Instant now) {
    return change(number, State.HELD, reason, until, now, "'PENDING', 'HELD', 'DRY_RUN'");
  }

  /** A person wants it sent: what waits, failed, was skipped, or was left in the middle becomes pending. Never one that was sent. */
  public boolean approve(long number, String who, Instant now) {
    return change(number, State.PENDING, APPROVED + who, null, now, "'HELD', 'FAILED', 'SKIPPED', 'DRY_RUN', 'SENDING'");
  }

  /** A person does not want it sent. */
  public boolean discard(long number, String reason, Instant now) {
    return change(number, State.SKIPPED, reason, null, now, "'PENDING', 'HELD', 'FAILED', 'DRY_RUN', 'SENDING'");
  }

  /** How many letters left for this list (for all lists: the empty name) since then; what may have left counts too. */
  public int sentSince(String list, Instant since) {
    return database.transaction(c -> Database.first(
        c, "SELECT count(*) AS n FROM letter WHERE state IN ('SENT', 'SENDING') AND changed >= ? AND (list = ? OR ? = '')",
        row -> row.getInt("n"), since, list, list)).orElse(0);
  }

  /** Whether this is an id of ours. */
  public boolean ours(MessageId id) {
    return database.transaction(c -> Database.first(c, "SELECT 1 FROM letter WHERE message_id = ?", row -> true, id.id())).isPresent();
  }

  /** A letter that answers no review (help, an error). @return false when there is one of this kind already */
  public boolean keep(String list, String kind, Letter letter, Instant now) {
    return database.transaction(c -> insert(c, list, kind, State.PENDING, "", null, letter, now));
  }

  /** Inserts unless the mail has a letter of this kind: then the first one stays. */
  static boolean insert(
      Connection connection, String list, String kind, State state, String reason, Instant until, Letter letter, Instant now)
      throws SQLException {
    return Database.update(
        connection, """
        INSERT INTO letter (message_id, answers, kind, list, state, reason, until, attempts, written, changed,
                            refs, sender, reply_to, to_all, cc_all, subject, headers, body, findings)
        VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING""",
        letter.id().id(), letter.inReplyTo().id(), kind, list, state.name(), reason, storable(until), now, now,
        Lines.of(letter.references().stream().map(MessageId::id).toList()), letter.from(), Lines.of(letter.replyTo()),
        Lines.of(letter.to()), Lines.of(letter.cc()), letter.subject(), Lines.of(letter.headers()), letter.body(),
        Lines.of(letter.findings())) == 1;
  }

  private boolean change(long number, State state, String reason, Instant until, Instant now, String from) {
    return database.transaction(c -> Database.update(
        c, "UPDATE letter SET state = ?, reason = ?, until = ?, changed = ? WHERE id = ? AND state IN (" + from + ")",
        state.name(), reason, storable(until), now, number)) == 1;
  }

  /** For ever is no date that a database knows. */
  private static Instant storable(Instant until) {
    return Instant.MAX.equals(until) ? null : until;
  }

  private static Outgoing outgoing(ResultSet row) throws SQLException {
    Letter letter = new Letter(
        new MessageId(row.getString("message_id")),
        new MessageId(row.getString("answers")),
        Lines.read(row.getString("refs")).stream().map(MessageId::new).toList(),
        row.getString("sender"),
        Lines.read(row.getString("reply_to")),
        Lines.read(row.getString("to_all")),
        Lines.read(row.getString("cc_all")),
        row.getString("subject"),
        Lines.read(row.getString("headers")),
        row.getString("body"),
        Lines.read(row.getString("findings")));
    return new Outgoing(
        row.getLong("id"), row.getString("kind"), row.getString("list"), State.valueOf(row.getString("state")),
        row.getString("reason"), Database.maybeInstant(row, "until"), row.getInt("attempts"),
        Database.instant(row, "written"), Database.instant(row, "changed"), letter);
  }
}
