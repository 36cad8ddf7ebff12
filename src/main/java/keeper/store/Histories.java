// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import keeper.lineage.Branches;
import keeper.lineage.Graph;
import keeper.lineage.Known;
import keeper.lineage.Links;
import keeper.lineage.Reach;
import keeper.lineage.Reference;
import keeper.lineage.Source;
import keeper.lineage.Source.InHistory;
import keeper.lineage.Source.Posted;
import keeper.mail.Mail;
import keeper.mail.MessageId;
import keeper.patch.CommitId;
import keeper.patch.Patch;
import keeper.series.PostedPatch;

/** Commits of indexed repositories, posted patches, and what their logs name: the lineage's questions, asked of the database. */
public final class Histories implements Known {
  private static final int FEW = 20; // commits that share an abbreviation
  private static final int MANY = 20_000; // commits that name one and the same

  private static final String NAMING =
      """
      SELECT r.*, c.id AS c_id, c.sha, c.title AS c_title, c.author AS c_author, c.authored, c.committed,
             m.message_id, m.author AS m_author, m.mailbox, m.received, m.version, p.title AS p_title, p.patch_id, p.sha AS p_sha
      FROM reference r
      LEFT JOIN history_commit c ON c.id = r.commit_id
      LEFT JOIN mail m ON m.id = r.mail_id
      LEFT JOIN posted p ON p.mail_id = r.mail_id
      """;

  private static final String POSTED =
      """
      SELECT m.id AS m_id, m.message_id, m.author AS m_author, m.mailbox, m.received, m.version, p.title AS p_title, p.patch_id, p.sha AS p_sha
      FROM posted p JOIN mail m ON m.id = p.mail_id
      """;

  private final Database database;
  private volatile Atlas atlas; // read when first needed

  Histories(Database database) {
    this.database = database;
  }

  /** Takes in what a repository's history tells; close it at the end. @param name for people: {@code mainline}, {@code stable} */
  public HistoryIntake intake(String name, String path) {
    atlas = null;
    return new HistoryIntake(database, name, path);
  }

  @Override
  public List<InHistory> commits(CommitId id) {
    byte[] low = HexFormat.of().parseHex(id.hex().length() % 2 == 0 ? id.hex() : id.hex() + "0");
    byte[] high = HexFormat.of().parseHex(id.hex().length() % 2 == 0 ? id.hex() : id.hex() + "f");
    byte[] last = Arrays.copyOf(high, 33); // longer than any id, and all ones behind the given digits
    Arrays.fill(last, high.length, 33, (byte) 0xff);
    return database.transaction(c -> Database.query(
        c, "SELECT id AS c_id, sha, title AS c_title, author AS c_author, authored, committed FROM history_commit"
            + " WHERE sha >= ? AND sha <= ? ORDER BY sha LIMIT " + FEW,
        this::commit, low, last));
  }

  @Override
  public List<InHistory> commitsTitled(String title) {
    return database.transaction(c -> Database.query(
        c, "SELECT id AS c_id, sha, title AS c_title, author AS c_author, authored, committed FROM history_commit"
            + " WHERE title_hash = ? AND title = ? ORDER BY committed, sha LIMIT 200",
        this::commit, References.hash(title), title));
  }

  @Override
  public Optional<Posted> posted(MessageId id) {
    return database.transaction(c -> Database.first(c, POSTED + "WHERE m.message_id = ?", Histories::posted, id.id()));
  }

  @Override
  public List<Posted> postedTitled(String title) {
    return database.transaction(c -> Database.query(
        c, POSTED + "WHERE p.title_hash = ? AND p.title = ? ORDER BY m.received, m.id LIMIT 200", Histories::posted, References.hash(title), title));
  }

  @Override
  public List<Posted> postedAs(CommitId id) {
    return database.transaction(c -> Database.query(
        c, POSTED + "WHERE p.sha >= ? AND p.sha <= ? ORDER BY m.received, m.id LIMIT " + FEW, Histories::posted, id.hex(), id.hex() + "g"));
  }

  @Override
  public List<Reference> references(Source source) {
    return database.transaction(c -> {
      if (source instanceof InHistory commit)
        return Database.query(
            c, "SELECT * FROM reference WHERE commit_id = (SELECT id FROM history_commit WHERE sha = ?) ORDER BY place", References::read,
            HexFormat.of().parseHex(commit.id().hex()));
      return Database.query(
          c, "SELECT * FROM reference WHERE mail_id = (SELECT id FROM mail WHERE message_id = ?) ORDER BY place", References::read,
          ((Posted) source).id().id());
    });
  }

  /** Of a posting; commits lie in their repositories. */
  @Override
  public Optional<Patch> patch(Source source) {
    if (!(source instanceof Posted posted)) return Optional.empty();
    return database.transaction(c -> Mails.bytes(c, posted.id().id())).map(bytes -> PostedPatch.of(Mail.read(bytes)).patch());
  }

  /** Where the indexed repositories lie, by name. */
  public SortedMap<String, String> paths() {
    SortedMap<String, String> paths = new TreeMap<>();
    database.transaction(c -> Database.query(c, "SELECT name, path FROM repository", row -> paths.put(row.getString("name"), row.getString("path"))));
    return paths;
  }

  @Override
  public List<Naming> naming(CommitId id) {
    List<Naming> namings = database.transaction(c -> Database.query(
        c, NAMING + "WHERE r.bucket = ? ORDER BY c.committed, m.received, r.commit_id, r.mail_id, r.place LIMIT " + MANY,
        this::naming, References.bucket(id.hex())));
    namings.removeIf(naming -> !isSame(naming.reference().id().orElseThrow().hex(), id.hex()));
    return namings;
  }

  private static boolean isSame(String one, String other) {
    return one.startsWith(other) || other.startsWith(one);
  }

  @Override
  public List<Naming> namingTitled(String title) {
    return database.transaction(c -> Database.query(
        c, NAMING + "WHERE r.title_hash = ? AND r.title = ? ORDER BY c.committed, m.received, r.commit_id, r.mail_id, r.place LIMIT " + MANY,
        this::naming, References.hash(title), title));
  }

  @Override
  public Reach reach() {
    return database.transaction(c -> new Reach(
        Database.query(
            c, "SELECT * FROM repository WHERE head IS NOT NULL ORDER BY id",
            row -> new Reach.History(row.getString("name"), row.getLong("commits"), new CommitId(HexFormat.of().formatHex(row.getBytes("head"))),
                Instant.ofEpochSecond(row.getLong("newest")), 
                row.getLong("cut_date") == 0 ? Optional.empty() : Optional.of(Instant.ofEpochSecond(row.getLong("cut_date"))))),
        Database.query(
            c, """
            SELECT l.name, count(p.mail_id) AS patches, max(m.received) AS newest
            FROM mailing_list l LEFT JOIN copy c ON c.list_id = l.id AND c.state = 'kept' LEFT JOIN mail m ON m.id = c.mail_id
            LEFT JOIN posted p ON p.mail_id = m.id GROUP BY l.name ORDER BY l.name""",
            row -> new Reach.MailingList(row.getString("name"), row.getLong("patches"),
                Database.maybeInstant(row, "newest").orElse(Instant.EPOCH)))));
  }

  private Naming naming(ResultSet row) throws SQLException {
    row.getLong("commit_id");
    Source by = row.wasNull() ? posted(row) : commit(row);
    return new Naming(by, References.read(row));
  }

  private InHistory commit(ResultSet row) throws SQLException {
    return new InHistory(
        new CommitId(HexFormat.of().formatHex(row.getBytes("sha"))), row.getString("c_title"), row.getString("c_author"),
        Instant.ofEpochSecond(row.getLong("authored")), Instant.ofEpochSecond(row.getLong("committed")), atlas().repositories((int) row.getLong("c_id")), (int) row.getLong("c_id"));
  }

  private static Posted posted(ResultSet row) throws SQLException {
    String name = row.getString("m_author");
    String mailbox = row.getString("mailbox");
    String sha = row.getString("p_sha");
    return new Posted(
        new MessageId(row.getString("message_id")), row.getString("p_title"), name.isEmpty() ? mailbox : name + " <" + mailbox + ">",
        Database.instant(row, "received"), row.getInt("version"), row.getString("patch_id"),
        sha.isEmpty() ? Optional.empty() : Optional.of(new CommitId(sha)));
  }

  @Override
  public Branches branches() {
    return atlas().branches();
  }

  /** All parents and releases, as arrays. */
  public Graph graph() {
    return database.transaction(Packed::graph);
  }

  /** All resolved links between commits, as arrays. @param size the highest number of a commit */
  public Links links(int size) {
    return database.transaction(c -> {
      Links links = new Links(size);
      try (PreparedStatement query = c.prepareStatement("SELECT commit_id, target, kind, sureness FROM link ORDER BY commit_id, place")) {
        query.setFetchSize(10_000);
        try (ResultSet rows = query.executeQuery()) {
          Links.Kind[] kinds = Links.Kind.values();
          while (rows.next()) links.add((int) rows.getLong(1), (int) rows.getLong(2), kinds[rows.getInt(3)], rows.getInt(4));
        }
      }
      return links;
    });
  }

  /** Commits by their numbers, in this order; a number that nobody has is left out. */
  public List<InHistory> commits(Collection<Integer> numbers) {
    Map<Integer, InHistory> found = new HashMap<>();
    database.transaction(c -> {
      List<Integer> all = List.copyOf(numbers);
      for (int from = 0; from < all.size(); from += 1000) {
        Object[] some = all.subList(from, Math.min(all.size(), from + 1000)).stream().map(Integer::longValue).toArray();
        String marks = "?, ".repeat(some.length);
        for (InHistory commit : Database.query(
            c, "SELECT id AS c_id, sha, title AS c_title, author AS c_author, authored, committed FROM history_commit WHERE id IN ("
                + marks.substring(0, marks.length() - 2) + ")", this::commit, some))
          found.put(commit.number(), commit);
      }
      return null;
    });
    return numbers.stream().map(found::get).filter(java.util.Objects::nonNull).toList();
  }

  private Atlas atlas() {
    Atlas known = atlas;
    if (known == null) atlas = known = new Atlas(database);
    return known;
  }
}
