// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
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
import keeper.lineage.Dyad;
import keeper.lineage.Graph;
import keeper.lineage.Known;
import keeper.lineage.Links;
import keeper.lineage.Lint;
import keeper.lineage.Origin;
import keeper.lineage.Reach;
import keeper.lineage.Reference;
import keeper.lineage.Source;
import keeper.lineage.Source.InHistory;
import keeper.lineage.Source.Posted;
import keeper.lineage.Survey;
import keeper.lineage.Word;
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
  private volatile Boolean spoken; // whether people wrote anything down

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

  /** Reads all titles: for a tag that nothing else explains. */
  @Override
  public List<InHistory> commitsTitledLike(String title) {
    if (title.length() < 10) return List.of();
    String shortened = title.endsWith("...") ? title.substring(0, title.length() - 3).strip() : title;
    String tail = Lint.withoutPrefix(title);
    if (shortened.length() < 20 && tail.length() < 15) return List.of();
    String escaped = shortened.length() < 20 ? null : like(shortened) + "%";
    String behind = tail.length() < 15 ? null : "%: " + like(tail);
    return database.transaction(c -> Database.query(
        c, "SELECT id AS c_id, sha, title AS c_title, author AS c_author, authored, committed FROM history_commit"
            + " WHERE title LIKE ? ESCAPE '!' OR title LIKE ? ESCAPE '!' ORDER BY committed, id LIMIT 5",
        this::commit, escaped == null ? "" : escaped, behind == null ? "" : behind));
  }

  private static String like(String text) {
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_");
  }

  @Override
  public boolean isMerge(InHistory commit) {
    return database.transaction(c -> Packed.isMerge(c, commit.number()));
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

  /** Everything, for questions about all commits. */
  public Survey.Whole whole() {
    Graph graph = graph();
    Map<Integer, List<Word>> words = new HashMap<>();
    for (Word word : words()) {
      List<InHistory> meant = CommitId.valid(word.id()) ? commits(new CommitId(word.id())) : List.of();
      if (meant.size() == 1) words.computeIfAbsent(meant.get(0).number(), key -> new ArrayList<>()).add(word);
    }
    return new Survey.Whole(graph, links(graph.size()), branches(), this::commits, words);
  }

  // ---- what people wrote down, and published records

  /** All of it, as it came in. */
  public List<Word> words() {
    return database.transaction(c -> Database.query(c, "SELECT kind, hex, other, reason FROM human_word ORDER BY kind, hex, other", Histories::word));
  }

  @Override
  public List<Word> words(CommitId id) {
    if (!hasWords()) return List.of();
    List<Word> found = new ArrayList<>();
    for (int digits = Math.min(12, id.hex().length()); digits <= id.hex().length(); digits++) {
      boolean usual = digits == 12 || digits == id.hex().length();
      if (!usual) continue;
      String hex = id.hex().substring(0, digits);
      found.addAll(database.transaction(c -> Database.query(c, "SELECT kind, hex, other, reason FROM human_word WHERE hex = ?", Histories::word, hex)));
    }
    return found;
  }

  private boolean hasWords() {
    Boolean known = spoken;
    if (known == null) spoken = known = database.transaction(c -> Database.first(c, "SELECT kind FROM human_word LIMIT 1", row -> true)).isPresent();
    return known;
  }

  private static Word word(ResultSet row) throws SQLException {
    return new Word(Word.Kind.valueOf(row.getString("kind")), row.getString("hex"), row.getString("other"), row.getString("reason"));
  }

  /** Takes these in; what was said of the same commit in the same sense before is replaced. */
  public void keepWords(List<Word> words) {
    spoken = null;
    database.transaction(c -> {
      for (Word word : words) {
        Database.update(c, "DELETE FROM human_word WHERE kind = ? AND hex = ? AND (other = ? OR kind <> 'VULNERABLE')", word.kind().name(), word.id(), word.other());
        Database.update(c, "INSERT INTO human_word (kind, hex, other, reason) VALUES (?, ?, ?, ?)", word.kind().name(), word.id(), word.other(), word.reason());
      }
      return null;
    });
  }

  /** Replaces the records of this name. */
  public void keepRecord(Dyad record) {
    database.transaction(c -> {
      Database.update(c, "DELETE FROM cve_pair WHERE cve = ?", record.name());
      for (Dyad.Pair pair : record.pairs())
        Database.update(
            c, "INSERT INTO cve_pair (cve, vulnerable_version, vulnerable, fixed_version, fixed, source) VALUES (?, ?, ?, ?, ?, ?)", record.name(),
            pair.vulnerableVersion(), pair.vulnerable(), pair.fixedVersion(), pair.fixed(), record.tool());
      return null;
    });
  }

  /** The record of this name. */
  public Optional<Dyad> record(String name) {
    List<Dyad> found = records("WHERE cve = ?", name);
    return found.isEmpty() ? Optional.empty() : Optional.of(found.get(0));
  }

  /** Records that name one of these commits. */
  public List<Dyad> recordsOf(List<CommitId> ids) {
    List<Dyad> found = new ArrayList<>();
    for (CommitId id : ids)
      for (Dyad record : records("WHERE cve IN (SELECT cve FROM cve_pair WHERE (vulnerable >= ? AND vulnerable <= ?) OR (fixed >= ? AND fixed <= ?))", id.hex(), id.hex() + "g", id.hex(), id.hex() + "g"))
        if (!found.contains(record)) found.add(record);
    return found;
  }

  private List<Dyad> records(String where, Object... arguments) {
    record Row(String name, String tool, Dyad.Pair pair) {}
    Map<String, List<Row>> byName = new java.util.TreeMap<>();
    for (Row row : database.transaction(c -> Database.query(
        c, "SELECT cve, vulnerable_version, vulnerable, fixed_version, fixed, source FROM cve_pair " + where + " ORDER BY cve, fixed_version, fixed, vulnerable",
        row -> new Row(row.getString("cve"), row.getString("source"),
            new Dyad.Pair(row.getString("vulnerable_version"), row.getString("vulnerable"), row.getString("fixed_version"), row.getString("fixed"))), arguments)))
      byName.computeIfAbsent(row.name, key -> new ArrayList<>()).add(row);
    return byName.entrySet().stream().map(entry -> new Dyad(entry.getKey(), entry.getValue().get(0).tool, entry.getValue().stream().map(Row::pair).toList())).toList();
  }

  // ---- what hunks say, kept because blame costs

  /** What a commit's changed lines were found to come from; empty when nobody asked yet. */
  public Optional<List<Origin>> origins(CommitId commit) {
    List<Optional<Origin>> rows = database.transaction(c -> Database.query(
        c, "SELECT culprit, lines, written FROM hunk_link WHERE sha = ? ORDER BY written DESC, culprit",
        row -> row.getBytes("culprit") == null ? Optional.<Origin>empty()
            : Optional.of(new Origin(new CommitId(HexFormat.of().formatHex(row.getBytes("culprit"))), row.getInt("lines"), row.getInt("written"))),
        HexFormat.of().parseHex(commit.hex())));
    return rows.isEmpty() ? Optional.empty() : Optional.of(rows.stream().flatMap(Optional::stream).toList());
  }

  public void keepOrigins(CommitId commit, List<Origin> origins) {
    byte[] sha = HexFormat.of().parseHex(commit.hex());
    database.transaction(c -> {
      Database.update(c, "DELETE FROM hunk_link WHERE sha = ?", sha);
      if (origins.isEmpty()) Database.update(c, "INSERT INTO hunk_link (sha, culprit, lines, written) VALUES (?, NULL, 0, 0)", sha);
      for (Origin origin : origins)
        Database.update(c, "INSERT INTO hunk_link (sha, culprit, lines, written) VALUES (?, ?, ?, ?)", sha, HexFormat.of().parseHex(origin.commit().hex()), origin.lines(), origin.written());
      return null;
    });
  }

  // ---- all mails that fix something

  /** Tags of posted patches since then, oldest first. */
  public List<Naming> postedFixes(Instant since) {
    return database.transaction(c -> Database.query(
        c, NAMING + "WHERE r.mail_id IS NOT NULL AND r.kind = 'fixes' AND m.received >= ? ORDER BY m.received, r.mail_id, r.place LIMIT 200000", this::naming, since));
  }

  /** Days from the posting of a patch to its commit, of commits since then. */
  public List<Long> daysToCommit(Instant since) {
    return database.transaction(c -> Database.query(
        c, "SELECT c.committed, m.received FROM posted p JOIN mail m ON m.id = p.mail_id JOIN history_commit c ON c.title_hash = p.title_hash AND c.title = p.title"
            + " WHERE c.committed >= ?",
        row -> (row.getLong("committed") - Database.instant(row, "received").getEpochSecond()) / 86_400, since.getEpochSecond()))
        .stream().filter(days -> days >= 0 && days <= 365).toList();
  }

  /** Postings whose Message-ID a commit links to, by the commit's number. */
  @Override
  public List<MessageId> mailsOf(InHistory commit) {
    return database.transaction(c -> Database.query(
        c, "SELECT title FROM reference WHERE commit_id = ? AND kind = 'mail' ORDER BY place", row -> row.getString("title"), (long) commit.number()))
        .stream().filter(MessageId::valid).map(MessageId::new).toList();
  }

  @Override
  public List<Posted> postedWith(String patchId) {
    return patchId.isEmpty() ? List.of() : database.transaction(c -> Database.query(c, POSTED + "WHERE p.patch_id = ? ORDER BY m.received, m.id LIMIT 50", Histories::posted, patchId));
  }

  private Atlas atlas() {
    Atlas known = atlas;
    if (known == null) atlas = known = new Atlas(database);
    return known;
  }
}
