// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import keeper.check.Confidence;
import keeper.check.Finding;
import keeper.mail.MessageId;
import keeper.review.PatchReview;
import keeper.review.Raised;
import keeper.text.Place;

/** What was found, by identity over all versions of a patch, and what people said of it. */
public final class Findings {
  private final Database database;

  Findings(Database database) {
    this.database = database;
  }

  /** What the patch did to a finding. */
  public enum Status {
    INTRODUCED,
    RESOLVED,
    STANDING;

    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** What people say of a finding. */
  public enum Word {
    /** It is wrong. */
    INVALID,
    /** It is right, but not now. */
    KNOWN,
    /** It is repaired. */
    FIXED;

    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** @param who a mailbox, or the name of the person at the command line */
  public record Verdict(Word word, String reason, String who, Instant given) {}

  /**
   * A finding as it was raised by one patch mail.
   *
   * @param number short name for the command line
   * @param title of the patch mail
   * @param version of the patch
   * @param list whose round it was
   */
  public record Kept(
      long number, MessageId mail, String title, int version, String list, Status status, Raised raised, Instant reviewed,
      Optional<Verdict> verdict) {}

  /** Everything introduced and not closed by a person, newest review first; all lists when the name is empty. */
  public List<Kept> open(String list, int limit) {
    return kept("WHERE f.status = 'introduced' AND v.identity IS NULL AND (r.list = ? OR ? = '') ORDER BY r.reviewed DESC, f.id LIMIT ?",
        list, list, limit);
  }

  /** As {@link #open}, with what was closed. */
  public List<Kept> introduced(String list, int limit) {
    return kept("WHERE f.status = 'introduced' AND (r.list = ? OR ? = '') ORDER BY r.reviewed DESC, f.id LIMIT ?", list, list, limit);
  }

  /** Every mention of an identity (eight characters of it will do), oldest review first. */
  public List<Kept> history(String identity) {
    if (identity.length() < 8) return List.of();
    return kept("WHERE substr(f.identity, 1, ?) = ? ORDER BY r.reviewed, f.id", identity.length(), identity);
  }

  /** All findings of one mail, by number. */
  public List<Kept> of(MessageId mail) {
    return kept("WHERE f.message_id = ? ORDER BY f.id", mail.id());
  }

  public Optional<Kept> finding(long number) {
    return kept("WHERE f.id = ?", number).stream().findFirst();
  }

  public Optional<Verdict> verdict(String identity) {
    return database.transaction(c -> Database.first(c, "SELECT * FROM verdict WHERE identity = ?", Findings::verdict, identity));
  }

  /** Notes what a person says; the newest word counts. */
  public void close(String identity, Word word, String reason, String who, Instant now) {
    database.transaction(c -> {
      Database.update(c, "DELETE FROM verdict WHERE identity = ?", identity);
      return Database.update(
          c, "INSERT INTO verdict (identity, word, reason, who, given) VALUES (?, ?, ?, ?, ?)", identity, word.word(), reason, who, now);
    });
  }

  /** Whether there was a word to take back. */
  public boolean reopen(String identity) {
    return database.transaction(c -> Database.update(c, "DELETE FROM verdict WHERE identity = ?", identity)) > 0;
  }

  /**
   * How a check or a rule has done so far, by findings of different identity.
   *
   * @param rule empty for what the check finds without one
   * @param fired raised as new
   * @param invalid of which a person said that they are wrong
   * @param known of which a person said that they are right, but not now
   * @param fixed which the next version of the patch had no more, or of which a person said so
   */
  public record Record(String check, String rule, int fired, int invalid, int known, int fixed) {}

  /** By check, then rule. */
  public List<Record> ledger() {
    return database.transaction(c -> Database.query(
        c, """
        SELECT check_id, rule, count(*) AS fired, count(CASE WHEN word = 'invalid' THEN 1 END) AS invalid,
          count(CASE WHEN word = 'known' THEN 1 END) AS known, count(CASE WHEN word = 'fixed' OR word IS NULL AND gone > 0 THEN 1 END) AS fixed
        FROM (
          SELECT f.check_id, f.rule, f.identity, max(v.word) AS word, max(CASE WHEN EXISTS (
            SELECT 1 FROM posting_part p JOIN posting n ON n.previous = p.posting JOIN posting_part np ON np.posting = n.name
              JOIN review r ON r.message_id = np.message_id
            WHERE p.message_id = f.message_id AND NOT EXISTS (
              SELECT 1 FROM finding g JOIN posting_part gp ON gp.message_id = g.message_id
              WHERE gp.posting = n.name AND g.identity = f.identity AND g.status = 'introduced')) THEN 1 ELSE 0 END) AS gone
          FROM finding f LEFT JOIN verdict v ON v.identity = f.identity
          WHERE f.status = 'introduced' GROUP BY f.check_id, f.rule, f.identity) AS one
        GROUP BY check_id, rule ORDER BY check_id, rule""",
        row -> new Record(row.getString("check_id"), row.getString("rule"), row.getInt("fired"), row.getInt("invalid"), row.getInt("known"), row.getInt("fixed"))));
  }

  static void replace(Connection connection, String messageId, PatchReview review) throws SQLException {
    Database.update(connection, "DELETE FROM finding WHERE message_id = ?", messageId);
    for (Raised raised : review.introduced()) insert(connection, messageId, Status.INTRODUCED, raised);
    for (Raised raised : review.resolved()) insert(connection, messageId, Status.RESOLVED, raised);
    for (Raised raised : review.standing()) insert(connection, messageId, Status.STANDING, raised);
  }

  private static void insert(Connection connection, String messageId, Status status, Raised raised) throws SQLException {
    Finding finding = raised.finding();
    Database.update(
        connection, """
        INSERT INTO finding (identity, message_id, status, repaired_by, check_id, rule, path, line_no, column_no, function_of,
                             lock_of, subject, kind, held, confidence, assumption, message, evidence)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        raised.identity(), messageId, status.word(), raised.repairedBy().orElse(null), finding.check(), finding.rule(),
        finding.at().path(), finding.at().line(), finding.at().column(), finding.function(), finding.lock(), finding.subject(),
        finding.kind(), Lines.of(finding.held()), finding.confidence().word(), finding.assumption(), finding.message(),
        Lines.ofWitnesses(finding.evidence()));
  }

  private List<Kept> kept(String where, Object... arguments) {
    return database.transaction(c -> Database.query(
        c, """
        SELECT f.*, r.list, r.reviewed, m.title, m.version, v.word, v.reason, v.who, v.given
        FROM finding f JOIN review r ON r.message_id = f.message_id
        LEFT JOIN mail m ON m.message_id = f.message_id
        LEFT JOIN verdict v ON v.identity = f.identity
        """ + where, Findings::row, arguments));
  }

  private static Kept row(ResultSet row) throws SQLException {
    int repairedBy = row.getInt("repaired_by");
    Optional<Integer> repaired = row.wasNull() ? Optional.empty() : Optional.of(repairedBy);
    Finding finding = new Finding(
        row.getString("check_id"),
        row.getString("rule"),
        new Place(row.getString("path"), row.getInt("line_no"), row.getInt("column_no")),
        row.getString("function_of"),
        row.getString("lock_of"),
        row.getString("subject"),
        row.getString("kind"),
        Lines.read(row.getString("held")),
        Confidence.valueOf(row.getString("confidence").toUpperCase(java.util.Locale.ROOT)),
        row.getString("assumption"),
        row.getString("message"),
        Lines.readWitnesses(row.getString("evidence")));
    String title = row.getString("title");
    return new Kept(
        row.getLong("id"),
        new MessageId(row.getString("message_id")),
        title == null ? "" : title,
        Math.max(1, row.getInt("version")),
        row.getString("list"),
        Status.valueOf(row.getString("status").toUpperCase(java.util.Locale.ROOT)),
        new Raised(row.getString("identity"), finding, repaired),
        Database.instant(row, "reviewed"),
        row.getString("word") == null ? Optional.empty() : Optional.of(verdict(row)));
  }

  private static Verdict verdict(ResultSet row) throws SQLException {
    return new Verdict(
        Word.valueOf(row.getString("word").toUpperCase(java.util.Locale.ROOT)),
        row.getString("reason"), row.getString("who"), Database.instant(row, "given"));
  }
}
