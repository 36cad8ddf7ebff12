// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import keeper.mail.Mail;
import keeper.mail.MessageId;
import keeper.mail.Part;
import keeper.series.Kind;
import keeper.series.Post;
import keeper.series.PostedPatch;
import keeper.series.Posting;
import keeper.series.Postings;
import keeper.series.Series;
import keeper.series.SeriesBuilder;

/**
 * Series as they were posted, over all lists, and which version follows which. What decides is {@link Postings}, which remembers the
 * last mails; older versions are found in the tables.
 */
public final class Versions {
  /** So many mails are held in memory for the sake of those that will come: months of a list. */
  private static final int REMEMBERED = 20_000;

  private static final int MOST_VERSIONS = 200; // of one series, forwards and backwards; a circle would have no end

  private final Database database;
  private Postings memory; // made when the first mail comes

  Versions(Database database) {
    this.database = database;
  }

  /**
   * A version before or after another.
   *
   * @param posting that version
   * @param reason how it is known: "the same change-id"
   */
  public record Link(Posting posting, String reason) {}

  /** The posting of this name. */
  public Optional<Posting> posting(String name) {
    return database.transaction(c -> posting(c, name));
  }

  /** The posting that a patch or cover letter belongs to. */
  public Optional<Posting> of(MessageId id) {
    return database.transaction(c -> {
      Optional<String> name = Database.first(
          c, "SELECT posting FROM posting_part WHERE message_id = ?", row -> row.getString("posting"), id.id());
      if (name.isEmpty()) return posting(c, id.id()).filter(posting -> posting.cover().equals(Optional.of(id)));
      return posting(c, name.get());
    });
  }

  /** The version before. */
  public Optional<Link> previous(String name) {
    return database.transaction(c -> {
      Optional<String[]> found = Database.first(
          c, "SELECT previous, because FROM posting WHERE name = ? AND previous IS NOT NULL",
          row -> new String[] {row.getString("previous"), row.getString("because")}, name);
      if (found.isEmpty()) return Optional.empty();
      return posting(c, found.get()[0]).map(posting -> new Link(posting, found.get()[1]));
    });
  }

  /** The versions that follow this one at once; of a series that was split, several. */
  public List<Link> next(String name) {
    return database.transaction(c -> {
      List<Link> next = new ArrayList<>();
      for (String[] row : Database.query(
          c, "SELECT name, because FROM posting WHERE previous = ? ORDER BY version, dated, name",
          found -> new String[] {found.getString("name"), found.getString("because")}, name))
        posting(c, row[0]).ifPresent(posting -> next.add(new Link(posting, row[1])));
      return next;
    });
  }

  /** The newest version that follows this one, over however many steps; empty when it is the newest itself. */
  public Optional<Posting> newest(String name) {
    Posting newest = null;
    Set<String> seen = new HashSet<>(Set.of(name));
    List<String> at = new ArrayList<>(List.of(name));
    while (!at.isEmpty() && seen.size() < MOST_VERSIONS) {
      for (Link link : next(at.remove(at.size() - 1))) {
        if (!seen.add(link.posting().key())) continue;
        at.add(link.posting().key());
        if (newest == null || link.posting().version() >= newest.version()) newest = link.posting();
      }
    }
    return Optional.ofNullable(newest);
  }

  /** A newer version by the same person, in whatever thread. A lone patch replaces a part of a series, not the series. */
  public Optional<Posting> replacing(Posting posting) {
    return newest(posting.key()).filter(newer -> newer.sender().equals(posting.sender()) && (newer.total() > 1 || posting.total() == 1));
  }

  /** The postings of a list with a patch that waits for a decision and came since then, oldest first. */
  public List<Posting> awaiting(String list, Instant since, int limit) {
    return database.transaction(c -> {
      Set<String> names = new LinkedHashSet<>(Database.query(
          c, """
          SELECT p.posting, min(m.id) AS oldest FROM awaiting a
          JOIN mail m ON m.message_id = a.message_id JOIN posting_part p ON p.message_id = a.message_id
          WHERE m.received >= ? AND NOT m.gone
            AND EXISTS (SELECT 1 FROM copy c JOIN mailing_list l ON l.id = c.list_id WHERE c.mail_id = m.id AND l.name = ? AND c.state = 'kept')
          GROUP BY p.posting ORDER BY 2 LIMIT ?""",
          row -> row.getString("posting"), since, list, limit));
      List<Posting> found = new ArrayList<>();
      for (String name : names) posting(c, name).ifPresent(found::add);
      return found;
    });
  }

  /** A posting with its mails, as far as they are kept. */
  public Optional<Series> series(Posting posting) {
    return database.transaction(c -> {
      Map<MessageId, PostedPatch> mails = new LinkedHashMap<>();
      List<MessageId> ids = new ArrayList<>(posting.parts().values());
      posting.cover().ifPresent(ids::add);
      for (MessageId id : ids) Mails.bytes(c, id.id()).ifPresent(bytes -> mails.put(id, PostedPatch.of(Mail.read(bytes))));
      return SeriesBuilder.series(posting, id -> Optional.ofNullable(mails.get(id)));
    });
  }

  // ---- taking in, within the transaction that keeps the mails

  /** Everything in memory is doubtful after a transaction that was taken back. */
  synchronized void forget() {
    memory = null;
  }

  /** Takes in new mails, in order of arrival; their rows are there already. */
  synchronized void take(Connection c, List<Post> posts) throws SQLException {
    if (posts.isEmpty()) return;
    if (memory == null) memory = remembered(c, posts);
    Set<String> touched = new LinkedHashSet<>();
    Map<String, String> renamed = new LinkedHashMap<>();
    for (Post post : posts) {
      Postings.Joined joined = memory.add(post);
      joined.renamed().forEach((old, name) -> renamed.put(old, name));
      touched.addAll(joined.renamed().values());
      if (post.kind() == Kind.COVER || post.kind() == Kind.PATCH) joined.key().ifPresent(touched::add);
    }
    Map<String, Posting> changed = new LinkedHashMap<>();
    for (String name : touched) memory.posting(name).ifPresent(posting -> changed.put(name, posting));
    for (String old : renamed.keySet()) if (!changed.containsKey(old)) rename(c, old, renamed);
    for (Posting posting : changed.values()) keep(c, posting);
    Set<String> link = new LinkedHashSet<>(changed.keySet());
    for (String name : changed.keySet()) for (Posting later : memory.later(name)) link.add(later.key());
    for (String name : link) link(c, name);
  }

  /** The last mails of all lists, oldest first, without those that are about to be taken in. */
  private static Postings remembered(Connection c, List<Post> without) throws SQLException {
    Set<String> fresh = new HashSet<>();
    for (Post post : without) fresh.add(post.id().id());
    List<Post> posts = Database.query(
        c, "SELECT * FROM mail WHERE kind IS NOT NULL AND NOT gone ORDER BY id DESC LIMIT ?", Versions::post, REMEMBERED + without.size());
    Postings postings = new Postings(REMEMBERED);
    for (int i = posts.size() - 1; i >= 0; i--) if (!fresh.contains(posts.get(i).id().id())) postings.add(posts.get(i));
    return postings;
  }

  private static Post post(ResultSet row) throws SQLException {
    List<MessageId> parents = new ArrayList<>();
    for (String id : Lines.read(row.getString("parents"))) parents.add(new MessageId(id));
    OffsetDateTime dated = row.getObject("dated", OffsetDateTime.class);
    return new Post(
        new MessageId(row.getString("message_id")), Kind.valueOf(row.getString("kind")), row.getInt("version"), row.getInt("minor"),
        new Part(row.getInt("part"), row.getInt("total")), row.getBoolean("numbered"), row.getBoolean("resend"), row.getString("sender"),
        Lines.read(row.getString("prefixes")), row.getString("title"), Optional.ofNullable(row.getString("change_id")),
        Optional.ofNullable(dated).map(OffsetDateTime::toInstant), parents);
  }

  private static void rename(Connection c, String old, Map<String, String> renamed) throws SQLException {
    String name = old;
    for (int i = 0; i < MOST_VERSIONS && renamed.containsKey(name); i++) name = renamed.get(name);
    Database.update(c, "UPDATE posting SET previous = ? WHERE previous = ?", name, old);
    Database.update(c, "DELETE FROM posting_part WHERE posting = ?", old);
    Database.update(c, "DELETE FROM posting WHERE name = ?", old);
  }

  /** What memory has forgotten of a posting stays: its slots are filled from the tables, unless another posting has the mail now. */
  private void keep(Connection c, Posting posting) throws SQLException {
    SortedMap<Integer, MessageId> parts = new TreeMap<>(posting.parts());
    Optional<MessageId> cover = posting.cover();
    Optional<Posting> there = posting(c, posting.key());
    if (there.isPresent() && there.get().version() == posting.version() && there.get().total() == posting.total()
        && there.get().resend() == posting.resend()) {
      there.get().parts().forEach((number, id) -> {
        if (!parts.containsKey(number) && memory.of(id).isEmpty()) parts.put(number, id);
      });
      if (cover.isEmpty()) cover = there.get().cover().filter(id -> memory.of(id).isEmpty());
    }
    String coverId = cover.map(MessageId::id).orElse(null);
    if (there.isPresent()) {
      Database.update(
          c, "UPDATE posting SET version = ?, total = ?, resend = ?, sender = ?, title = ?, change_id = ?, dated = ?, cover = ? WHERE name = ?",
          posting.version(), posting.total(), posting.resend(), posting.sender(), Intake.clipped(posting.title()), posting.changeId().orElse(null),
          posting.date().filter(Versions::fits).orElse(null), coverId, posting.key());
      if (there.get().parts().equals(parts)) return;
      Database.update(c, "DELETE FROM posting_part WHERE posting = ?", posting.key());
    } else {
      Database.update(
          c, "INSERT INTO posting (name, version, total, resend, sender, title, change_id, dated, cover) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
          posting.key(), posting.version(), posting.total(), posting.resend(), posting.sender(), Intake.clipped(posting.title()),
          posting.changeId().orElse(null), posting.date().filter(Versions::fits).orElse(null), coverId);
    }
    try (var insertion = c.prepareStatement("INSERT INTO posting_part (posting, number, message_id) VALUES (?, ?, ?)")) {
      for (Map.Entry<Integer, MessageId> part : parts.entrySet()) {
        Database.bind(insertion, posting.key(), part.getKey(), part.getValue().id());
        insertion.addBatch();
      }
      if (!parts.isEmpty()) insertion.executeBatch();
    }
  }

  private static boolean fits(Instant date) {
    return date.getEpochSecond() > -2_000_000_000L && date.getEpochSecond() < 250_000_000_000L;
  }

  private void link(Connection c, String name) throws SQLException {
    Optional<Postings.Before> before = memory.previous(name);
    String previous = before.map(found -> found.posting().key()).orElse(null);
    String because = before.map(Postings.Before::reason).orElse(null);
    if (previous == null) {
      Optional<Posting> own = memory.posting(name);
      if (own.isEmpty() || own.get().version() == 1) return; // a first version follows none
      Optional<String[]> older = older(c, own.get());
      if (older.isEmpty()) return;
      previous = older.get()[0];
      because = older.get()[1];
    }
    Database.update(c, "UPDATE posting SET previous = ?, because = ? WHERE name = ?", previous, because, name);
  }

  /** A version that memory has forgotten. */
  private static Optional<String[]> older(Connection c, Posting own) throws SQLException {
    String order = " AND version < ? AND name <> ? ORDER BY version DESC, dated DESC LIMIT 1";
    if (own.changeId().isPresent()) {
      Optional<String> same = Database.first(
          c, "SELECT name FROM posting WHERE change_id = ?" + order, row -> row.getString("name"), own.changeId().get(), own.version(), own.key());
      if (same.isPresent()) return Optional.of(new String[] {same.get(), "the same change-id"});
    }
    if (own.title().isEmpty()) return Optional.empty();
    return Database.first(
            c, "SELECT name FROM posting WHERE sender = ? AND lower(title) = ?" + order, row -> row.getString("name"),
            own.sender(), Intake.clipped(own.title()).toLowerCase(java.util.Locale.ROOT), own.version(), own.key())
        .map(name -> new String[] {name, "the same title"});
  }

  private static Optional<Posting> posting(Connection c, String name) throws SQLException {
    SortedMap<Integer, MessageId> parts = new TreeMap<>();
    Database.query(
        c, "SELECT number, message_id FROM posting_part WHERE posting = ?",
        row -> parts.put(row.getInt("number"), new MessageId(row.getString("message_id"))), name);
    return Database.first(
        c, "SELECT * FROM posting WHERE name = ?",
        row -> new Posting(
            name, row.getInt("version"), row.getInt("total"), row.getBoolean("resend"), row.getString("sender"), row.getString("title"),
            Optional.ofNullable(row.getString("change_id")), Database.maybeInstant(row, "dated"),
            Optional.ofNullable(row.getString("cover")).map(MessageId::new), parts), name);
  }
}
