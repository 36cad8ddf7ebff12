// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.time.Instant;
import keeper.mail.MessageId;

/** Commands that people gave by mail. */
public final class Heard {
  private final Database database;

  Heard(Database database) {
    this.database = database;
  }

  /**
   * Notes one.
   *
   * @param sender in lower case
   * @param letter ours that was answered; empty: none
   * @param line what was done, or why not
   */
  public void note(MessageId mail, String sender, String letter, String line, Instant now) {
    database.transaction(c -> Database.update(
        c, "INSERT INTO command_heard (message_id, sender, letter, line, heard) VALUES (?, ?, ?, ?, ?)", mail.id(), sender, letter, line, now));
  }

  /** How many one person gave since then. */
  public int by(String sender, Instant since) {
    return count("sender", sender, since);
  }

  /** How many were given in answer to one letter since then. */
  public int to(MessageId letter, Instant since) {
    return count("letter", letter.id(), since);
  }

  private int count(String column, String value, Instant since) {
    return database.transaction(c -> Database.first(
        c, "SELECT count(*) AS n FROM command_heard WHERE " + column + " = ? AND heard > ?", row -> row.getInt("n"), value, since)).orElse(0);
  }
}
