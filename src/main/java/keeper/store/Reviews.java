// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import keeper.mail.MessageId;
import keeper.reply.Decision;
import keeper.reply.Letter;
import keeper.review.Attempt;
import keeper.review.Base;
import keeper.review.PatchReview;
import keeper.review.Review;
import keeper.series.PostedPatch;
import keeper.series.Series;

/** What became of each patch mail: its review, our decision, and the reason. */
public final class Reviews {
  /** The kind of the letters that a review makes; at most one for each patch mail, ever. */
  public static final String KIND = "review";

  private final Database database;
  private final Letters letters;
  private final Findings findings;

  Reviews(Database database, Letters letters, Findings findings) {
    this.database = database;
    this.letters = letters;
    this.findings = findings;
  }

  /**
   * Why we answered one mail, or kept silent.
   *
   * @param word {@code answer}, {@code hold}, {@code silence}, {@code failed}; {@code undecided} for a patch that waits for its
   *     turn, {@code mail} for what is no patch, {@code unreadable}, {@code gone}
   * @param reason one sentence
   * @param decided empty when nothing was decided
   * @param review where there is one
   * @param letters ours that answer it
   * @param findings raised by it
   */
  public record Why(
      MessageId id, String subject, String word, String reason, Optional<Instant> decided, Optional<Reviewed> review,
      List<Letters.Outgoing> letters, List<Findings.Kept> findings) {
    public Why {
      letters = List.copyOf(letters);
      findings = List.copyOf(findings);
    }
  }

  /** The head of a review: all but its findings. */
  public record Reviewed(
      String list, String status, String reason, String baseKind, String baseTree, String baseCommit, List<String> attempts,
      Instant reviewed) {
    public Reviewed {
      attempts = List.copyOf(attempts);
    }
  }

  /**
   * Keeps a result, our letters and the reason, in one transaction. A letter is new only when its mail had none of a review's
   * kind before: a second round keeps the first letter.
   *
   * @param list whose round it is
   * @return how many letters are new
   */
  public int keep(String list, Review review, Decision decision, Instant now) {
    return database.transaction(connection -> {
      for (Map.Entry<Integer, PostedPatch> part : review.series().parts().entrySet()) {
        String id = part.getValue().mail().id().id();
        PatchReview patch = review.parts().get(part.getKey());
        if (patch != null) keep(connection, id, review.series().key(), list, patch, now);
        decide(connection, id, review.series().key(), word(decision), decision.reason(), now);
      }
      return letters(connection, list, decision, now);
    });
  }

  /** Notes that a series could not be judged, and why. It is not tried again by itself, see {@link #again}. */
  public void failed(String list, Series series, String reason, Instant now) {
    database.transaction(connection -> {
      for (PostedPatch part : series.parts().values()) {
        decide(connection, part.mail().id().id(), series.key(), "failed", reason, now);
      }
      return null;
    });
  }

  /** Takes the decision back: the next round judges the mail anew. Its letter, if it has one, stays the only one. */
  public boolean again(MessageId id) {
    return database.transaction(c -> {
      if (Database.update(c, "DELETE FROM decision WHERE message_id = ?", id.id()) == 0) return false;
      Database.update(c, "DELETE FROM awaiting WHERE message_id = ?", id.id());
      Database.update(c, "INSERT INTO awaiting (message_id) VALUES (?)", id.id());
      return true;
    });
  }

  public Optional<Reviewed> review(MessageId id) {
    return database.transaction(c -> Database.first(c, "SELECT * FROM review WHERE message_id = ?", Reviews::reviewed, id.id()));
  }

  /** Empty for a mail that we never saw. */
  public Optional<Why> why(MessageId id) {
    Optional<String[]> decided = database.transaction(c -> Database.first(
        c, "SELECT word, reason, decided FROM decision WHERE message_id = ?",
        row -> new String[] {row.getString("word"), row.getString("reason"), Database.instant(row, "decided").toString()}, id.id()));
    Optional<String[]> mail = database.transaction(c -> Database.first(
        c, "SELECT subject, patch, gone, why FROM mail WHERE message_id = ?", Reviews::undecided, id.id()));
    if (decided.isEmpty() && mail.isEmpty()) return Optional.empty();
    String subject = mail.map(row -> row[0]).orElse("");
    boolean gone = mail.isPresent() && mail.get()[1].equals("gone");
    if (gone && decided.isPresent()) decided.get()[1] += "; since then it was taken out of the archive";
    String[] said = decided.orElseGet(() -> new String[] {mail.get()[1], mail.get()[2], null});
    return Optional.of(new Why(
        id, subject, said[0], said[1], Optional.ofNullable(said[2]).map(Instant::parse), review(id), letters.letters(id), findings.of(id)));
  }

  private static String[] undecided(ResultSet row) throws SQLException {
    String subject = row.getString("subject");
    if (row.getBoolean("gone")) return new String[] {subject, "gone", "it was taken out of the archive"};
    if (!row.getBoolean("patch")) return new String[] {subject, "mail", row.getString("why") == null ? "it carries no patch" : row.getString("why")};
    return new String[] {
      subject, "undecided", "it was not reviewed: its series is not complete yet, or it is older than what the rounds look at"
    };
  }

  private static void keep(Connection connection, String id, String series, String list, PatchReview review, Instant now)
      throws SQLException {
    Database.update(connection, "DELETE FROM finding WHERE message_id = ?", id);
    Database.update(connection, "DELETE FROM review WHERE message_id = ?", id);
    Base base = review.base();
    String kind = base instanceof Base.Found found ? found.kind().word() : "hunks";
    String tree = base instanceof Base.Found found ? found.tree().name() : "";
    String commit = base instanceof Base.Found found ? found.commit() : "";
    Database.update(
        connection, """
        INSERT INTO review (message_id, series, list, status, reason, base_kind, base_tree, base_commit, attempts, reviewed)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        id, series, list, review.status().word(), review.reason(), kind, tree, commit,
        Lines.of(base.attempts().stream().map(Attempt::toString).toList()), now);
    Findings.replace(connection, id, review);
  }

  private static void decide(Connection connection, String id, String series, String word, String reason, Instant now)
      throws SQLException {
    Database.update(connection, "DELETE FROM awaiting WHERE message_id = ?", id);
    Database.update(connection, "DELETE FROM decision WHERE message_id = ?", id);
    Database.update(
        connection, "INSERT INTO decision (message_id, series, word, reason, decided) VALUES (?, ?, ?, ?, ?)", id, series, word, reason, now);
  }

  private static int letters(Connection connection, String list, Decision decision, Instant now) throws SQLException {
    int kept = 0;
    if (decision instanceof Decision.Answer answer) {
      for (Letter letter : answer.letters())
        if (Letters.insert(connection, list, KIND, Letters.State.PENDING, answer.reason(), null, letter, now)) kept++;
    } else if (decision instanceof Decision.Hold hold) {
      for (Letter letter : hold.letters())
        if (Letters.insert(connection, list, KIND, Letters.State.HELD, hold.reason(), hold.until(), letter, now)) kept++;
    }
    return kept;
  }

  private static String word(Decision decision) {
    if (decision instanceof Decision.Answer) return "answer";
    if (decision instanceof Decision.Hold) return "hold";
    if (decision instanceof Decision.Silence) return "silence";
    throw new IllegalStateException("no case for " + decision);
  }

  private static Reviewed reviewed(ResultSet row) throws SQLException {
    return new Reviewed(
        row.getString("list"), row.getString("status"), row.getString("reason"), row.getString("base_kind"),
        row.getString("base_tree"), row.getString("base_commit"), Lines.read(row.getString("attempts")),
        Database.instant(row, "reviewed"));
  }
}
