// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Who asked for silence, and the one switch that stops all sending. */
public final class Mutes {
  private final Database database;

  Mutes(Database database) {
    this.database = database;
  }

  /** A person or a list that gets no mail. */
  public record Muted(String mailbox, String reason, Instant since) {}

  public void mute(String mailbox, String reason, Instant now) {
    String key = key(mailbox);
    database.transaction(connection -> {
      Database.update(connection, "DELETE FROM muted WHERE mailbox = ?", key);
      return Database.update(connection, "INSERT INTO muted (mailbox, reason, since) VALUES (?, ?, ?)", key, reason, now);
    });
  }

  /** Whether there was anything to undo. */
  public boolean unmute(String mailbox) {
    return database.transaction(c -> Database.update(c, "DELETE FROM muted WHERE mailbox = ?", key(mailbox))) > 0;
  }

  public Optional<Muted> muted(String mailbox) {
    return database.transaction(c -> Database.first(c, "SELECT * FROM muted WHERE mailbox = ?", Mutes::row, key(mailbox)));
  }

  /** By mailbox. */
  public List<Muted> muted() {
    return database.transaction(c -> Database.query(c, "SELECT * FROM muted ORDER BY mailbox", Mutes::row));
  }

  /** Stops all sending, till somebody releases it; survives a restart. */
  public void brake(String reason, Instant now) {
    database.transaction(connection -> {
      Database.update(connection, "DELETE FROM brake");
      return Database.update(connection, "INSERT INTO brake (id, reason, since) VALUES (1, ?, ?)", reason, now);
    });
  }

  public void release() {
    database.transaction(connection -> Database.update(connection, "DELETE FROM brake"));
  }

  /** Why nothing is sent; empty while the brake is off. */
  public Optional<String> braked() {
    return database.transaction(c -> Database.first(c, "SELECT reason FROM brake", row -> row.getString("reason")));
  }

  private static Muted row(java.sql.ResultSet row) throws java.sql.SQLException {
    return new Muted(row.getString("mailbox"), row.getString("reason"), Database.instant(row, "since"));
  }

  private static String key(String mailbox) {
    return mailbox.toLowerCase(Locale.ROOT);
  }
}
