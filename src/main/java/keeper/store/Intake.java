// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Consumer;
import keeper.lineage.Reference;
import keeper.mail.Arrival;
import keeper.mail.Mail;
import keeper.mail.MessageId;
import keeper.patch.CommitId;
import keeper.patch.Patch;
import keeper.patch.PatchId;
import keeper.series.Kind;
import keeper.series.PostedPatch;

/**
 * Keeps what an archive gives. The mails and the head up to which they were read are one transaction: after a crash the
 * archive is read on from where the last one ended.
 */
public final class Intake implements Consumer<Arrival>, AutoCloseable {
  private static final int BATCH_BYTES = 8 << 20;
  private static final int BATCH = 500;
  private static final int LARGEST = 1_000_000; // deflated; H2's BYTEA ends at a MiB
  private static final int LONGEST = 4000; // characters of a subject

  private final Database database;
  private final String list;
  private final List<Arrival> batch = new ArrayList<>();
  private int batchBytes;
  private boolean failed; // what was told since the last commit is lost; the archive tells it again
  private final Map<Integer, Set<String>> unseen = new HashMap<>(); // of epochs that are told again
  private final List<MessageId> fresh = new ArrayList<>();

  Intake(Database database, String list) {
    this.database = database;
    this.list = list;
  }

  /** How far each epoch has been read: epoch to commit. */
  public SortedMap<Integer, String> heads() {
    return new Mails(database).heads(list);
  }

  /** Mails that were not known before, in order of arrival; grows as transactions end. */
  public List<MessageId> fresh() {
    return List.copyOf(fresh);
  }

  @Override
  public void accept(Arrival arrival) {
    batch.add(arrival);
    if (arrival instanceof Arrival.Posted posted) batchBytes += posted.bytes().length;
    if (arrival instanceof Arrival.Reached || batch.size() >= BATCH || batchBytes >= BATCH_BYTES) flush();
  }

  /** What came after the last {@link Arrival.Reached} is kept too; it will be told again, and known. */
  @Override
  public void close() {
    flush();
  }

  private void flush() {
    if (batch.isEmpty() || failed) return;
    failed = true;
    List<MessageId> added = database.transaction(connection -> {
      List<MessageId> news = new ArrayList<>();
      long listId = listId(connection);
      for (Arrival arrival : batch) keep(connection, listId, arrival, news);
      return news;
    });
    failed = false;
    fresh.addAll(added);
    batch.clear();
    batchBytes = 0;
  }

  private long listId(Connection connection) throws SQLException {
    Optional<Long> known = Database.first(connection, "SELECT id FROM mailing_list WHERE name = ?", row -> row.getLong("id"), list);
    if (known.isPresent()) return known.get();
    return Database.insert(connection, "INSERT INTO mailing_list (name) VALUES (?)", list);
  }

  private void keep(Connection c, long listId, Arrival arrival, List<MessageId> news) throws SQLException {
    if      (arrival instanceof Arrival.Posted posted)     posted(c, listId, posted, news);
    else if (arrival instanceof Arrival.Unreadable broken) unreadable(c, listId, broken);
    else if (arrival instanceof Arrival.Removed removed)   gone(c, listId, removed.epoch(), removed.blob());
    else if (arrival instanceof Arrival.Restarted again)   unseen.put(again.epoch(), blobs(c, listId, again.epoch()));
    else if (arrival instanceof Arrival.Reached reached)   reached(c, listId, reached);
    else throw new IllegalStateException("no case for " + arrival);
  }

  private void posted(Connection c, long listId, Arrival.Posted posted, List<MessageId> news) throws SQLException {
    seen(posted.epoch(), posted.blob());
    Optional<Copy> known = copy(c, listId, posted.epoch(), posted.blob());
    if (known.isPresent() && known.get().state().equals("kept")) return;
    Mail mail = Mail.read(posted.bytes());
    if (mail.hasGeneratedId() && mail.from().mailbox().isEmpty() && mail.subject().text().isEmpty()) {
      unreadable(c, listId, new Arrival.Unreadable(posted.epoch(), posted.blob(), posted.received(), "no mail: it has no From, Subject or Message-ID"));
      return;
    }
    byte[] deflated = Deflated.of(posted.bytes());
    String reason = deflated.length > LARGEST ? "too large to be kept here; it stays in the mirror" : "";
    byte[] bytes = deflated.length > LARGEST ? null : deflated;
    long mailId = mail(c, mail, posted, news);
    boolean via = mail.from().name().contains(" via ");
    if (known.isPresent()) {
      Database.update(c, "UPDATE copy SET mail_id = ?, state = 'kept', reason = ?, bytes = ? WHERE id = ?", mailId, reason, bytes, known.get().id());
      return;
    }
    Database.update(
        c, "INSERT INTO copy (mail_id, list_id, epoch, blob_id, received, state, reason, via, bytes) VALUES (?, ?, ?, ?, ?, 'kept', ?, ?, ?)",
        mailId, listId, posted.epoch(), posted.blob(), posted.received(), reason, via, bytes);
  }

  /** The row of a Message-ID: a first one, or the one that another copy made. */
  private static long mail(Connection c, Mail mail, Arrival.Posted posted, List<MessageId> news) throws SQLException {
    record Row(long id, boolean gone) {}
    String id = mail.id().id();
    Optional<Row> known = Database.first(
        c, "SELECT id, gone FROM mail WHERE message_id = ?", row -> new Row(row.getLong("id"), row.getBoolean("gone")), id);
    if (known.isPresent() && !known.get().gone()) return known.get().id();
    String thread = thread(c, mail);
    PostedPatch posting = mayBePatch(mail) ? PostedPatch.of(mail) : null;
    boolean patch = posting != null && Kind.of(posting).kind() == Kind.PATCH;
    Object[] values = {
      thread, mail.inReplyTo().map(MessageId::id).orElse(null), clipped(mail.subject().text()), clipped(mail.subject().title()),
      clipped(mail.author().name()), clipped(mail.author().mailbox()).toLowerCase(java.util.Locale.ROOT), dated(mail), posted.received(),
      patch, mail.subject().version(), mail.subject().part().index(), mail.subject().part().total(), id
    };
    news.add(mail.id());
    if (known.isPresent()) {
      Database.update(
          c, """
          UPDATE mail SET thread = ?, parent = ?, subject = ?, title = ?, author = ?, mailbox = ?, dated = ?, received = ?,
            patch = ?, version = ?, part = ?, total = ?, gone = FALSE WHERE message_id = ?""", values);
      if (patch) lineage(c, known.get().id(), posting, posted.bytes());
      return known.get().id();
    }
    long row = Database.insert(
        c, """
        INSERT INTO mail (thread, parent, subject, title, author, mailbox, dated, received, patch, version, part, total, message_id)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""", values);
    if (patch) lineage(c, row, posting, posted.bytes());
    // Children that came first took this mail for the oldest of their thread.
    if (!thread.equals(id)) Database.update(c, "UPDATE mail SET thread = ? WHERE thread = ?", thread, id);
    return row;
  }

  /** A posted patch takes part in the lineage: by its title, its diff, and what its log names. */
  private static void lineage(Connection c, long row, PostedPatch posting, byte[] bytes) throws SQLException {
    Patch patch = posting.patch();
    String title = clipped(Reference.title(posting.mail().subject().title()));
    String patchId = patch.isEmpty() ? "" : PatchId.of(patch).hex();
    Database.update(
        c, "INSERT INTO posted (mail_id, title, title_hash, patch_id, sha) VALUES (?, ?, ?, ?, ?)", row, title, References.hash(title), patchId,
        fromLine(bytes));
    try (PreparedStatement insertion = References.insertion(c)) {
      if (References.add(insertion, null, row, Reference.in(patch.message())) > 0) insertion.executeBatch();
    }
  }

  /** The commit in the first line of a file of format-patch: {@code From <id> Mon Sep 17 00:00:00 2001}. Archives cut the line off. */
  private static String fromLine(byte[] bytes) {
    if (bytes.length < 46 || bytes[0] != 'F' || bytes[4] != ' ') return "";
    int end = 5;
    while (end < bytes.length && end < 70 && bytes[end] != ' ' && bytes[end] != '\n') end++;
    String id = new String(bytes, 5, end - 5, StandardCharsets.ISO_8859_1);
    boolean full = CommitId.valid(id) && new CommitId(id).isFull();
    return full && new String(bytes, 0, 5, StandardCharsets.ISO_8859_1).equals("From ") && !id.chars().allMatch(digit -> digit == '0') ? id : "";
  }

  /** The thread of the nearest ancestor that is known, else the oldest ancestor named, else the mail itself. */
  private static String thread(Connection c, Mail mail) throws SQLException {
    List<MessageId> ancestors = new ArrayList<>(mail.references());
    mail.inReplyTo().ifPresent(parent -> {
      ancestors.remove(parent);
      ancestors.add(parent);
    });
    ancestors.remove(mail.id());
    for (int i = ancestors.size() - 1; i >= Math.max(0, ancestors.size() - 20); i--) {
      Optional<String> thread = Database.first(
          c, "SELECT thread FROM mail WHERE message_id = ?", row -> row.getString("thread"), ancestors.get(i).id());
      if (thread.isPresent() && !thread.get().equals(mail.id().id())) return thread.get();
    }
    return ancestors.isEmpty() ? mail.id().id() : ancestors.get(0).id();
  }

  /** Most mails have no diff, and need not be read as a patch. */
  private static boolean mayBePatch(Mail mail) {
    String body = mail.body();
    return body.startsWith("diff --git ") || body.contains("\ndiff --git ") || body.startsWith("@@ -") || body.contains("\n@@ -");
  }

  private void unreadable(Connection c, long listId, Arrival.Unreadable broken) throws SQLException {
    seen(broken.epoch(), broken.blob());
    if (copy(c, listId, broken.epoch(), broken.blob()).isPresent()) return;
    Database.update(
        c, "INSERT INTO copy (list_id, epoch, blob_id, received, state, reason, via) VALUES (?, ?, ?, ?, 'unreadable', ?, FALSE)",
        listId, broken.epoch(), broken.blob(), broken.received(), broken.reason());
  }

  private static void gone(Connection c, long listId, int epoch, String blob) throws SQLException {
    Optional<Copy> known = copy(c, listId, epoch, blob);
    if (known.isEmpty()) return;
    Database.update(c, "UPDATE copy SET state = 'gone', reason = 'taken out of the archive', bytes = NULL WHERE id = ?", known.get().id());
    Database.update(
        c, """
        UPDATE mail SET gone = TRUE, subject = '', title = '', author = '', mailbox = ''
        WHERE id = ? AND NOT EXISTS (SELECT 1 FROM copy c WHERE c.mail_id = mail.id AND c.state = 'kept')""",
        known.get().mail());
    for (String table : List.of("posted", "reference"))
      Database.update(
          c, "DELETE FROM " + table + " WHERE mail_id = ? AND EXISTS (SELECT 1 FROM mail m WHERE m.id = mail_id AND m.gone)", known.get().mail());
  }

  private void reached(Connection c, long listId, Arrival.Reached reached) throws SQLException {
    Set<String> vanished = unseen.remove(reached.epoch());
    if (vanished != null) for (String blob : vanished) gone(c, listId, reached.epoch(), blob);
    Database.update(c, "DELETE FROM epoch WHERE list_id = ? AND number = ?", listId, reached.epoch());
    Database.update(c, "INSERT INTO epoch (list_id, number, head) VALUES (?, ?, ?)", listId, reached.epoch(), reached.commit());
  }

  private void seen(int epoch, String blob) {
    Set<String> blobs = unseen.get(epoch);
    if (blobs != null) blobs.remove(blob);
  }

  private static Set<String> blobs(Connection c, long listId, int epoch) throws SQLException {
    return new HashSet<>(Database.query(
        c, "SELECT blob_id FROM copy WHERE list_id = ? AND epoch = ? AND state <> 'gone'", row -> row.getString("blob_id"), listId, epoch));
  }

  private record Copy(long id, Long mail, String state) {}

  private static Optional<Copy> copy(Connection c, long listId, int epoch, String blob) throws SQLException {
    return Database.first(
        c, "SELECT id, mail_id, state FROM copy WHERE list_id = ? AND epoch = ? AND blob_id = ?",
        row -> new Copy(row.getLong("id"), (Long) row.getObject("mail_id"), row.getString("state")), listId, epoch, blob);
  }

  /** Clocks of authors run from 1970 to the year 9999; a column knows fewer years than Java. */
  private static Instant dated(Mail mail) {
    Optional<OffsetDateTime> date = mail.date();
    if (date.isEmpty() || date.get().getYear() < 1900 || date.get().getYear() > 9998) return null;
    return date.get().toInstant();
  }

  private static String clipped(String text) {
    String clean = text.replace('\0', '\uFFFD');
    return clean.length() > LONGEST ? clean.substring(0, LONGEST) : clean;
  }
}
