// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
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
import keeper.series.Post;
import keeper.series.PostedPatch;

/**
 * Keeps what an archive gives. The mails and the head up to which they were read are one transaction: after a crash the
 * archive is read on from where the last one ended. A mail that this program stumbles over is kept as unreadable, with the reason.
 */
public final class Intake implements Consumer<Arrival>, AutoCloseable {
  private static final int BATCH_BYTES = 24 << 20;
  private static final int BATCH = 3000;
  private static final int LARGEST = 1_000_000; // deflated; H2's BYTEA ends at a MiB
  private static final int LONGEST = 4000; // characters of a subject
  private static final int MOST_ANCESTORS = 20; // that are looked for, the nearest first
  private static final int AT_ONCE = 64; // values of one question

  private final Database database;
  private final Versions versions;
  private final String list;
  private final List<Arrival> batch = new ArrayList<>();
  private int batchBytes;
  private boolean failed; // what was told since the last commit is lost; the archive tells it again
  private final Map<Integer, Set<String>> unseen = new HashMap<>(); // of epochs that are told again
  private final Map<Integer, Set<String>> removed = new HashMap<>(); // of those: what had been taken out before, maybe by a later epoch
  private final List<MessageId> fresh = new ArrayList<>();

  Intake(Database database, Versions versions, String list) {
    this.database = database;
    this.versions = versions;
    this.list = list;
  }

  /** How far each epoch has been read: epoch to commit. */
  public SortedMap<Integer, String> heads() {
    flush();
    return new Mails(database, versions).heads(list);
  }

  /** Mails that were not known before, in order of arrival. */
  public List<MessageId> fresh() {
    flush();
    return List.copyOf(fresh);
  }

  @Override
  public void accept(Arrival arrival) {
    batch.add(arrival);
    if (arrival instanceof Arrival.Posted posted) batchBytes += posted.bytes().length;
    if (batch.size() >= BATCH || batchBytes >= BATCH_BYTES) flush();
  }

  /** What came after the last {@link Arrival.Reached} is kept too; it will be told again, and known. */
  @Override
  public void close() {
    flush();
  }

  /** When this returns, all that was told is kept. */
  public void flush() {
    if (batch.isEmpty() || failed) return;
    failed = true;
    boolean kept = false;
    try {
      fresh.addAll(database.transaction(connection -> new Keeping(connection).keep(batch)));
      kept = true;
    } finally {
      if (!kept) versions.forget();
    }
    failed = false;
    batch.clear();
    batchBytes = 0;
  }

  /** A mail, read: all that its rows need. */
  private record Read(Arrival.Posted posted, Mail mail, PostedPatch patch, Kind.Told told, Post post) {
    static Read of(Arrival.Posted posted) {
      Mail mail = Mail.read(posted.bytes());
      PostedPatch patch = PostedPatch.of(mail);
      Kind.Told told = Kind.of(patch);
      return new Read(posted, mail, patch, told, Post.of(patch, told.kind()));
    }

    boolean isNone() {
      return mail.hasGeneratedId() && mail.from().mailbox().isEmpty() && mail.subject().text().isEmpty();
    }
  }

  private record Copy(long id, Long mail, String state) {}

  /** A mail's row, known or about to be written. {@code old}: read before its kind was kept. */
  private record Row(long id, String thread, boolean gone, boolean old) {}

  /** One transaction. Rows are gathered and written together; what is asked of the tables is asked for many mails at once. */
  private final class Keeping {
    private final Connection c;
    private final long listId;
    private final Map<String, Copy> copies = new HashMap<>(); // by epoch and blob
    private final Map<String, Row> mails = new HashMap<>(); // by Message-ID
    private final Map<String, List<String>> threads = new HashMap<>(); // mails of this transaction, by thread
    private final Set<String> named = new HashSet<>(); // mails of this transaction that name a thread in the tables
    private final List<MessageId> news = new ArrayList<>();
    private final List<Post> posts = new ArrayList<>();
    private final Rows mailRows;
    private final Rows copyRows;
    private final Rows contentRows;
    private final Rows postedRows;
    private final Rows awaitingRows;
    private PreparedStatement references;
    private int referenceRows;
    private long nextMail;
    private long nextCopy;

    Keeping(Connection connection) throws SQLException {
      this.c = connection;
      this.listId = listId();
      this.mailRows = new Rows("""
          INSERT INTO mail (thread, parent, subject, title, author, mailbox, dated, received, patch, version, part, total, kind, why, minor,
            numbered, resend, sender, prefixes, change_id, parents, message_id, id)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""");
      this.copyRows = new Rows(
          "INSERT INTO copy (id, mail_id, list_id, epoch, blob_id, received, state, reason, via) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
      this.contentRows = new Rows("INSERT INTO content (copy_id, bytes) VALUES (?, ?)");
      this.postedRows = new Rows("INSERT INTO posted (mail_id, title, title_hash, patch_id, sha) VALUES (?, ?, ?, ?, ?)");
      this.awaitingRows = new Rows("INSERT INTO awaiting (message_id) VALUES (?)");
    }

    /** Rows of one table that are written together. */
    private final class Rows {
      private final String sql;
      private final List<Object[]> rows = new ArrayList<>();

      Rows(String sql) {
        this.sql = sql;
      }

      void add(Object... row) {
        rows.add(row);
      }

      void write() throws SQLException {
        if (rows.isEmpty()) return;
        try (PreparedStatement insertion = c.prepareStatement(sql)) {
          for (Object[] row : rows) {
            Database.bind(insertion, row);
            insertion.addBatch();
          }
          insertion.executeBatch();
        }
        rows.clear();
      }
    }

    List<MessageId> keep(List<Arrival> arrivals) throws SQLException {
      int room = 0;
      for (Arrival arrival : arrivals) if (arrival instanceof Arrival.Posted || arrival instanceof Arrival.Unreadable) room++;
      nextMail = block("mail", room);
      nextCopy = block("copy", room);
      copies(arrivals);
      Map<Arrival, Read> read = new java.util.IdentityHashMap<>();
      for (Arrival arrival : arrivals) {
        if (!(arrival instanceof Arrival.Posted posted)) continue;
        Copy known = copies.get(copyKey(posted.epoch(), posted.blob()));
        if (known != null && known.state().equals("kept") && !old(known)) continue;
        Read one = read(posted);
        if (one != null) read.put(arrival, one);
      }
      mails(read.values());
      for (Arrival arrival : arrivals) keep(arrival, read.get(arrival));
      write();
      versions.take(c, posts);
      return news;
    }

    private boolean old(Copy known) throws SQLException {
      return known.mail() != null && Database.first(c, "SELECT 1 AS one FROM mail WHERE id = ? AND kind IS NULL", row -> true, known.mail()).isPresent();
    }

    /** Null, and kept as unreadable, when this program stumbles over it: hostile, or a mistake of ours. */
    private Read read(Arrival.Posted posted) throws SQLException {
      try {
        Read one = Read.of(posted);
        if (!one.isNone()) return one;
        unreadable(new Arrival.Unreadable(posted.epoch(), posted.blob(), posted.received(), "no mail: it has no From, Subject or Message-ID"));
      } catch (RuntimeException | StackOverflowError e) {
        String reason = "this program stumbled over it: " + e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ", " + e.getMessage());
        unreadable(new Arrival.Unreadable(posted.epoch(), posted.blob(), posted.received(), clipped(Trouble.oneLine(reason))));
      }
      return null;
    }

    private void keep(Arrival arrival, Read read) throws SQLException {
      if      (arrival instanceof Arrival.Posted posted)     posted(posted, read);
      else if (arrival instanceof Arrival.Unreadable broken) unreadable(broken);
      else if (arrival instanceof Arrival.Removed removed)   takenOut(removed);
      else if (arrival instanceof Arrival.Restarted again)   restarted(again.epoch());
      else if (arrival instanceof Arrival.Reached reached)   reached(reached);
      else throw new IllegalStateException("no case for " + arrival);
    }

    private void posted(Arrival.Posted posted, Read read) throws SQLException {
      seen(posted.epoch(), posted.blob());
      String key = copyKey(posted.epoch(), posted.blob());
      Copy known = copies.get(key);
      if (removed.getOrDefault(posted.epoch(), Set.of()).contains(posted.blob()) && known != null && known.state().equals("gone")) return;
      if (read == null || known != null && known.state().equals("kept") && !mails.getOrDefault(read.mail().id().id(), NOBODY).old()) return;
      byte[] deflated = Deflated.of(posted.bytes());
      boolean large = deflated.length > LARGEST;
      String reason = large ? "too large to be kept here; it stays in the mirror" : "";
      long mailId = mail(read);
      if (known != null) {
        write();
        Database.update(c, "UPDATE copy SET mail_id = ?, state = 'kept', reason = ? WHERE id = ?", mailId, reason, known.id());
        Database.update(c, "DELETE FROM content WHERE copy_id = ?", known.id());
        if (!large) contentRows.add(known.id(), deflated);
        copies.put(key, new Copy(known.id(), mailId, "kept"));
        return;
      }
      long id = nextCopy++;
      copyRows.add(id, mailId, listId, posted.epoch(), posted.blob(), posted.received(), "kept", reason, read.mail().from().name().contains(" via "));
      if (!large) contentRows.add(id, deflated);
      copies.put(key, new Copy(id, mailId, "kept"));
    }

    /** The row of a Message-ID: a first one, or the one that another copy made. */
    private long mail(Read read) throws SQLException {
      Mail mail = read.mail();
      String id = mail.id().id();
      Row known = mails.get(id);
      if (known != null && !known.gone() && !known.old()) return known.id();
      String thread = thread(mail);
      long number = known == null ? nextMail++ : known.id();
      Object[] values = values(read, thread, number);
      if (known == null || known.gone()) news.add(mail.id());
      posts.add(read.post());
      if (known == null) {
        mailRows.add(values);
      } else {
        write();
        Database.update(
            c, """
            UPDATE mail SET thread = ?, parent = ?, subject = ?, title = ?, author = ?, mailbox = ?, dated = ?, received = ?, patch = ?, version = ?,
              part = ?, total = ?, kind = ?, why = ?, minor = ?, numbered = ?, resend = ?, sender = ?, prefixes = ?, change_id = ?, parents = ?,
              message_id = ?, gone = FALSE WHERE id = ?""", values);
        for (String table : List.of("posted", "reference")) Database.update(c, "DELETE FROM " + table + " WHERE mail_id = ?", number);
        Database.update(c, "DELETE FROM awaiting WHERE message_id = ?", id);
      }
      mails.put(id, new Row(number, thread, false, false));
      threads.computeIfAbsent(thread, name -> new ArrayList<>(2)).add(id);
      if (read.told().kind() == Kind.PATCH) {
        lineage(number, read.patch(), read.posted().bytes());
        if (read.post().part().index() > 0 && (known == null || !decided(id))) awaitingRows.add(id);
      }
      if (!thread.equals(id)) adopt(id, thread);
      return number;
    }

    private boolean decided(String id) throws SQLException {
      return Database.first(c, "SELECT 1 AS one FROM decision WHERE message_id = ?", row -> true, id).isPresent();
    }

    private Object[] values(Read read, String thread, long number) {
      Mail mail = read.mail();
      Post post = read.post();
      List<String> parents = new ArrayList<>();
      for (MessageId parent : post.parents()) parents.add(parent.id());
      return new Object[] {
        thread, mail.inReplyTo().map(MessageId::id).orElse(null), clipped(mail.subject().text()), clipped(mail.subject().title()),
        clipped(mail.author().name()), clipped(mail.author().mailbox()).toLowerCase(Locale.ROOT), dated(mail), read.posted().received(),
        read.told().kind() == Kind.PATCH, post.version(), post.part().index(), post.part().total(), post.kind().name(), clipped(read.told().reason()),
        post.minor(), post.numbered(), post.resend(), clipped(post.sender()), clipped(Lines.of(post.prefixes())),
        post.changeId().map(Intake::clipped).orElse(null), Lines.of(parents), mail.id().id(), number
      };
    }

    /** Children that came first took this mail for the oldest of their thread. */
    private void adopt(String id, String thread) throws SQLException {
      List<String> here = threads.remove(id);
      if (here == null && !named.contains(id)) return;
      write();
      Database.update(c, "UPDATE mail SET thread = ? WHERE thread = ?", thread, id);
      mails.replaceAll((mail, row) -> row.thread().equals(id) ? new Row(row.id(), thread, row.gone(), row.old()) : row);
      if (here != null) threads.computeIfAbsent(thread, name -> new ArrayList<>(2)).addAll(here);
    }

    /** A posted patch takes part in the lineage: by its title, its diff, and what its log names. */
    private void lineage(long row, PostedPatch posting, byte[] bytes) throws SQLException {
      Patch patch = posting.patch();
      String title = clipped(Reference.title(posting.mail().subject().title()));
      String patchId = patch.isEmpty() ? "" : PatchId.of(patch).hex();
      postedRows.add(row, title, References.hash(title), patchId, fromLine(bytes));
      if (references == null) references = References.insertion(c);
      referenceRows += References.add(references, null, row, Reference.in(patch.message()));
    }

    /** The thread of the nearest ancestor that is known, else the oldest ancestor named, else the mail itself. */
    private String thread(Mail mail) {
      List<MessageId> ancestors = ancestors(mail);
      for (int i = ancestors.size() - 1; i >= Math.max(0, ancestors.size() - MOST_ANCESTORS); i--) {
        Row row = mails.get(ancestors.get(i).id());
        if (row != null && !row.thread().equals(mail.id().id())) return row.thread();
      }
      return ancestors.isEmpty() ? mail.id().id() : ancestors.get(0).id();
    }

    private void unreadable(Arrival.Unreadable broken) {
      seen(broken.epoch(), broken.blob());
      String key = copyKey(broken.epoch(), broken.blob());
      if (copies.containsKey(key)) return;
      long id = nextCopy++;
      copyRows.add(id, null, listId, broken.epoch(), broken.blob(), broken.received(), "unreadable", broken.reason(), false);
      copies.put(key, new Copy(id, null, "unreadable"));
    }

    /** The archive writes a removal into its newest epoch, wherever the mail stands. */
    private void takenOut(Arrival.Removed taken) throws SQLException {
      write();
      List<Integer> epochs = Database.query(
          c, "SELECT number FROM epoch WHERE list_id = ? AND number < ? ORDER BY number", row -> row.getInt("number"), listId, taken.epoch());
      for (int epoch : epochs) gone(epoch, taken.blob());
      gone(taken.epoch(), taken.blob());
    }

    private void restarted(int epoch) throws SQLException {
      write();
      unseen.put(epoch, blobs(epoch, "<>"));
      removed.put(epoch, blobs(epoch, "="));
    }

    private void gone(int epoch, String blob) throws SQLException {
      write();
      Optional<Copy> found = Database.first(
          c, "SELECT id, mail_id, state FROM copy WHERE list_id = ? AND epoch = ? AND blob_id = ?", Intake::copy, listId, epoch, blob);
      if (found.isEmpty()) return;
      Copy known = found.get();
      Database.update(c, "UPDATE copy SET state = 'gone', reason = 'taken out of the archive' WHERE id = ?", known.id());
      Database.update(c, "DELETE FROM content WHERE copy_id = ?", known.id());
      copies.put(copyKey(epoch, blob), new Copy(known.id(), known.mail(), "gone"));
      if (known.mail() == null) return;
      Database.update(
          c, """
          UPDATE mail SET gone = TRUE, subject = '', title = '', author = '', mailbox = '', sender = ''
          WHERE id = ? AND NOT EXISTS (SELECT 1 FROM copy c WHERE c.mail_id = mail.id AND c.state = 'kept')""",
          known.mail());
      for (String table : List.of("posted", "reference"))
        Database.update(c, "DELETE FROM " + table + " WHERE mail_id = ? AND EXISTS (SELECT 1 FROM mail m WHERE m.id = mail_id AND m.gone)", known.mail());
      Database.update(c, "DELETE FROM awaiting WHERE message_id = (SELECT m.message_id FROM mail m WHERE m.id = ? AND m.gone)", known.mail());
      mails.replaceAll((id, row) -> row.id() == known.mail() ? new Row(row.id(), row.thread(), isGone(row.id()), row.old()) : row);
    }

    private boolean isGone(long mail) {
      try {
        return Database.first(c, "SELECT gone FROM mail WHERE id = ?", row -> row.getBoolean("gone"), mail).orElse(true);
      } catch (SQLException e) {
        throw Trouble.with(list, e);
      }
    }

    private void reached(Arrival.Reached reached) throws SQLException {
      Set<String> vanished = unseen.remove(reached.epoch());
      removed.remove(reached.epoch());
      if (vanished != null) for (String blob : vanished) gone(reached.epoch(), blob);
      Database.update(c, "DELETE FROM epoch WHERE list_id = ? AND number = ?", listId, reached.epoch());
      Database.update(c, "INSERT INTO epoch (list_id, number, head) VALUES (?, ?, ?)", listId, reached.epoch(), reached.commit());
    }

    // ---- the tables, many rows at once

    private void write() throws SQLException {
      mailRows.write();
      copyRows.write();
      contentRows.write();
      postedRows.write();
      awaitingRows.write();
      if (referenceRows > 0) references.executeBatch();
      referenceRows = 0;
    }

    private long listId() throws SQLException {
      Optional<Long> known = Database.first(c, "SELECT id FROM mailing_list WHERE name = ?", row -> row.getLong("id"), list);
      if (known.isPresent()) return known.get();
      return Database.insert(c, "INSERT INTO mailing_list (name) VALUES (?)", list);
    }

    /** The first of so many numbers that nobody else has. */
    private long block(String counter, int size) throws SQLException {
      Database.update(c, "UPDATE counter SET next = next + ? WHERE name = ?", size, counter);
      return Database.first(c, "SELECT next FROM counter WHERE name = ?", row -> row.getLong("next"), counter).orElseThrow() - size;
    }

    private void copies(List<Arrival> arrivals) throws SQLException {
      Set<Object> blobs = new LinkedHashSet<>();
      for (Arrival arrival : arrivals) {
        if (arrival instanceof Arrival.Posted posted) blobs.add(posted.blob());
        if (arrival instanceof Arrival.Unreadable broken) blobs.add(broken.blob());
      }
      ask("SELECT id, mail_id, state, list_id, epoch, blob_id FROM copy WHERE blob_id IN ", new ArrayList<>(blobs),
          row -> row.getLong("list_id") != listId ? null : copies.put(copyKey(row.getInt("epoch"), row.getString("blob_id")), Intake.copy(row)));
    }

    private void mails(Collection<Read> read) throws SQLException {
      Set<Object> ids = new LinkedHashSet<>();
      Set<Object> own = new LinkedHashSet<>();
      for (Read one : read) {
        own.add(one.mail().id().id());
        List<MessageId> ancestors = ancestors(one.mail());
        for (MessageId ancestor : ancestors.subList(Math.max(0, ancestors.size() - MOST_ANCESTORS), ancestors.size())) ids.add(ancestor.id());
      }
      ids.addAll(own);
      ask("SELECT id, message_id, thread, gone, kind FROM mail WHERE message_id IN ", new ArrayList<>(ids),
          row -> mails.put(row.getString("message_id"),
              new Row(row.getLong("id"), row.getString("thread"), row.getBoolean("gone"), row.getString("kind") == null)));
      ask("SELECT DISTINCT thread FROM mail WHERE thread IN ", new ArrayList<>(own), row -> named.add(row.getString("thread")));
    }

    /** One question for many values, some at a time: the same text each time, so that the database plans it once. */
    private <T> void ask(String sql, List<Object> values, Database.Row<T> row) throws SQLException {
      String text = sql + "(" + "?, ".repeat(AT_ONCE - 1) + "?)";
      for (int from = 0; from < values.size(); from += AT_ONCE) {
        Object[] arguments = new Object[AT_ONCE];
        for (int i = 0; i < AT_ONCE; i++) arguments[i] = values.get(Math.min(from + i, values.size() - 1));
        Database.query(c, text, row, arguments);
      }
    }

    private Set<String> blobs(int epoch, String isGone) throws SQLException {
      return new HashSet<>(Database.query(
          c, "SELECT blob_id FROM copy WHERE list_id = ? AND epoch = ? AND state " + isGone + " 'gone'", row -> row.getString("blob_id"), listId, epoch));
    }
  }

  private static final Row NOBODY = new Row(0, "", false, false);

  private static Copy copy(ResultSet row) throws SQLException {
    return new Copy(row.getLong("id"), (Long) row.getObject("mail_id"), row.getString("state"));
  }

  private static String copyKey(int epoch, String blob) {
    return epoch + " " + blob;
  }

  private void seen(int epoch, String blob) {
    Set<String> blobs = unseen.get(epoch);
    if (blobs != null) blobs.remove(blob);
  }

  /** Oldest first. */
  private static List<MessageId> ancestors(Mail mail) {
    List<MessageId> ancestors = new ArrayList<>(mail.references());
    mail.inReplyTo().ifPresent(parent -> {
      ancestors.remove(parent);
      ancestors.add(parent);
    });
    ancestors.remove(mail.id());
    return ancestors;
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

  /** Clocks of authors run from 1970 to the year 9999; a column knows fewer years than Java. */
  private static Instant dated(Mail mail) {
    Optional<OffsetDateTime> date = mail.date();
    if (date.isEmpty() || date.get().getYear() < 1900 || date.get().getYear() > 9998) return null;
    return date.get().toInstant();
  }

  static String clipped(String text) {
    String clean = text.replace('\0', '\uFFFD');
    return clean.length() > LONGEST ? clean.substring(0, LONGEST) : clean;
  }
}
