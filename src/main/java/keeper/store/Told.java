// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import keeper.mail.MessageId;

/** What a patchwork was told of our reviews, and what it is still to be told. */
public final class Told {
  private final Database database;

  Told(Database database) {
    this.database = database;
  }

  /** Where a check stands: waiting for another try, posted, refused, or given up because the patchwork never had the patch. */
  public enum State {
    WAITING,
    POSTED,
    FAILED,
    GONE
  }

  /**
   * A reviewed patch whose check is due.
   *
   * @param status of the review
   * @param attempts so far
   */
  public record Due(MessageId mail, String status, Instant reviewed, int attempts) {}

  /** A check's row. */
  public record Row(State state, String reason, int attempts, Instant until) {}

  /** Reviews of a list since then that have no row, and rows whose time has come; oldest first. */
  public List<Due> due(String list, Instant since, Instant now, int limit) {
    return database.transaction(c -> Database.query(
        c, """
        SELECT r.message_id, r.status, r.reviewed, coalesce(t.attempts, 0) AS attempts FROM review r
        LEFT JOIN patchwork_check t ON t.message_id = r.message_id AND t.list = r.list
        WHERE r.list = ? AND (t.state IS NULL AND r.reviewed >= ? OR t.state = 'WAITING' AND t.until <= ?)
        ORDER BY r.reviewed, r.message_id LIMIT ?""",
        row -> new Due(new MessageId(row.getString("message_id")), row.getString("status"), Database.instant(row, "reviewed"), row.getInt("attempts")),
        list, since, now, limit));
  }

  /** Notes what became of a try. @param until when it is tried again */
  public void note(MessageId mail, String list, State state, String reason, int attempts, Instant until) {
    database.transaction(c -> {
      Database.update(c, "DELETE FROM patchwork_check WHERE message_id = ? AND list = ?", mail.id(), list);
      return Database.update(
          c, "INSERT INTO patchwork_check (message_id, list, state, reason, attempts, until) VALUES (?, ?, ?, ?, ?, ?)",
          mail.id(), list, state.name(), reason, attempts, until);
    });
  }

  public Optional<Row> of(MessageId mail, String list) {
    return database.transaction(c -> Database.first(
        c, "SELECT * FROM patchwork_check WHERE message_id = ? AND list = ?",
        row -> new Row(State.valueOf(row.getString("state")), row.getString("reason"), row.getInt("attempts"), Database.instant(row, "until")),
        mail.id(), list));
  }
}
