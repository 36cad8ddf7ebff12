// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import keeper.mail.Mail;
import keeper.mail.MessageId;

/**
 * Mails as the archives gave them, bytes and all: one for each Message-ID, with a copy for each list. A mail that an
 * archive took out is forgotten here too, but for the fact that it was there.
 */
public final class Mails {
  /** No thread that anybody reads is longer; a hostile one may be. */
  private static final int THREAD_LIMIT = 1000;

  private final Database database;
  private final Versions versions;

  Mails(Database database, Versions versions) {
    this.database = database;
    this.versions = versions;
  }

  /** How far each epoch of a list's archive has been read: epoch to commit. */
  public SortedMap<Integer, String> heads(String list) {
    SortedMap<Integer, String> heads = new TreeMap<>();
    database.transaction(c -> Database.query(
        c, "SELECT e.number, e.head FROM epoch e JOIN mailing_list l ON l.id = e.list_id WHERE l.name = ?",
        row -> heads.put(row.getInt("number"), row.getString("head")), list));
    return heads;
  }

  /** Takes in what an archive gives, in its order; close it at the end. */
  public Intake intake(String list) {
    return new Intake(database, versions, list);
  }

  /** The best copy of a mail; empty when unknown, gone, or too large to be kept here. */
  public Optional<Mail> mail(MessageId id) {
    return bytes(id).map(Mail::read);
  }

  /** As it lay in the archive. */
  public Optional<byte[]> bytes(MessageId id) {
    return database.transaction(c -> bytes(c, id.id()));
  }

  static Optional<byte[]> bytes(Connection connection, String id) throws SQLException {
    return Database.first(
            connection, """
            SELECT t.bytes FROM mail m JOIN copy c ON c.mail_id = m.id JOIN content t ON t.copy_id = c.id
            WHERE m.message_id = ? AND c.state = 'kept' ORDER BY c.via, c.id LIMIT 1""",
            row -> row.getBytes("bytes"), id)
        .map(Deflated::read);
  }

  /** The mails that hang together with this one, in order of arrival; empty when it is unknown. */
  public List<Mail> thread(MessageId id) {
    return database.transaction(c -> {
      List<Mail> thread = new ArrayList<>();
      for (String member : Database.query(
          c, """
          SELECT message_id FROM mail
          WHERE thread = (SELECT thread FROM mail WHERE message_id = ?) AND NOT gone ORDER BY received, id LIMIT ?""",
          row -> row.getString("message_id"), id.id(), THREAD_LIMIT)) {
        bytes(c, member).map(Mail::read).ifPresent(thread::add);
      }
      return thread;
    });
  }

  /** Lists that carry a mail, by name. */
  public List<String> lists(MessageId id) {
    return database.transaction(c -> Database.query(
        c, """
        SELECT DISTINCT l.name FROM copy c JOIN mail m ON m.id = c.mail_id JOIN mailing_list l ON l.id = c.list_id
        WHERE m.message_id = ? AND c.state = 'kept' ORDER BY l.name""",
        row -> row.getString("name"), id.id()));
  }

  /** A blob of an archive that could not be read, and why. */
  public record Unread(String list, int epoch, String blob, Instant received, String reason) {}

  /** Newest first. */
  public List<Unread> unread(int limit) {
    return database.transaction(c -> Database.query(
        c, """
        SELECT l.name, c.epoch, c.blob_id, c.received, c.reason FROM copy c JOIN mailing_list l ON l.id = c.list_id
        WHERE c.state = 'unreadable' ORDER BY c.id DESC LIMIT ?""",
        row -> new Unread(row.getString("name"), row.getInt("epoch"), row.getString("blob_id"),
            Database.instant(row, "received"), row.getString("reason")),
        limit));
  }

  /** What is known of a list: mails kept, blobs unreadable, mails gone. */
  public record Counts(long kept, long unreadable, long gone) {}

  public Counts counts(String list) {
    return database.transaction(c -> Database.first(
        c, """
        SELECT count(*) FILTER (WHERE c.state = 'kept') AS kept, count(*) FILTER (WHERE c.state = 'unreadable') AS unreadable,
               count(*) FILTER (WHERE c.state = 'gone') AS gone
        FROM copy c JOIN mailing_list l ON l.id = c.list_id WHERE l.name = ?""",
        row -> new Counts(row.getLong("kept"), row.getLong("unreadable"), row.getLong("gone")), list).orElseThrow());
  }

  /** A posted patch with this id (git's, as {@code prerequisite-patch-id:} has it); of several the newest. */
  public Optional<Mail> byPatchId(String patchId) {
    if (patchId.isEmpty()) return Optional.empty();
    return database.transaction(c -> {
      Optional<String> id = Database.first(
          c, "SELECT m.message_id FROM posted p JOIN mail m ON m.id = p.mail_id WHERE p.patch_id = ? AND NOT m.gone ORDER BY m.id DESC LIMIT 1",
          row -> row.getString("message_id"), patchId);
      return id.isEmpty() ? Optional.empty() : bytes(c, id.get()).map(Mail::read);
    });
  }

  /** When an archive first had a mail. */
  public Optional<Instant> received(MessageId id) {
    return database.transaction(c -> Database.first(
        c, "SELECT received FROM mail WHERE message_id = ?", row -> Database.instant(row, "received"), id.id()));
  }
}
