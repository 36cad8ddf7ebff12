// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
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
  private static final int MANY_TITLED = 200;
  private static final int MANY = 20_000; // commits that name one and the same

  private static final String NAMING =
      """
      SELECT r.*, m.message_id, m.author AS m_author, m.mailbox, m.received, m.version, p.title AS p_title, p.patch_id, p.sha AS p_sha
      FROM reference r
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
  private volatile Commits commits = new Commits();
  private volatile Boolean spoken; // whether people wrote anything down

  Histories(Database database) {
    this.database = database;
  }

  /** Takes in what a repository's history tells; close it at the end. @param name for people: {@code mainline}, {@code stable} */
  public HistoryIntake intake(String name, String path) {
    atlas = null;
    commits = new Commits();
    return new HistoryIntake(database, name, path);
  }

  /** The same, with transactions of so many rows. */
  HistoryIntake intake(String name, String path, int blocks) {
    atlas = null;
    commits = new Commits();
    return new HistoryIntake(database, name, path, blocks);
  }

  @Override
  public List<InHistory> commits(CommitId id) {
    return database.transaction(c -> {
      List<InHistory> found = new ArrayList<>();
      for (int commit : commits.beginning(c, id.hex())) found.add(commit(c, commit));
      found.sort(Comparator.comparing(InHistory::id));
      return found.size() > FEW ? List.copyOf(found.subList(0, FEW)) : found;
    });
  }

  @Override
  public List<InHistory> commitsTitled(String title) {
    return database.transaction(c -> {
      List<InHistory> found = new ArrayList<>();
      for (int commit : commits.titled(c, title)) found.add(commit(c, commit));
      found.sort(Comparator.comparing(InHistory::committed).thenComparing(InHistory::id));
      return found.size() > MANY_TITLED ? List.copyOf(found.subList(0, MANY_TITLED)) : found;
    });
  }

  /** Reads all titles: for a tag that nothing else explains. */
  @Override
  public List<InHistory> commitsTitledLike(String title) {
    if (title.length() < 10) return List.of();
    String shortened = title.endsWith("...") ? title.substring(0, title.length() - 3).strip() : title;
    String tail = Lint.withoutPrefix(title);
    boolean start = shortened.length() >= 20;
    if (!start && tail.length() < 15) return List.of();
    String behind = tail.length() < 15 ? null : ": " + tail;
    return database.transaction(c -> {
      List<InHistory> found = new ArrayList<>();
      for (int number = 0; ; number++) {
        CommitBlock block = commits.block(c, number);
        if (block == null) break;
        for (int place = 0; place < block.size(); place++) {
          String other = block.title(place);
          if (start && other.startsWith(shortened) || behind != null && other.endsWith(behind)) found.add(commit(block, CommitBlock.first(number) + place));
        }
      }
      found.sort(Comparator.comparing(InHistory::committed).thenComparing(InHistory::number));
      return found.size() > 5 ? List.copyOf(found.subList(0, 5)) : found;
    });
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
  public Optional<Posted> versionBefore(Posted posted) {
    return version(posted, "s.previous = o.name");
  }

  @Override
  public Optional<Posted> versionAfter(Posted posted) {
    return version(posted, "o.previous = s.name");
  }

  /** Series of as many parts: else nobody knows which part became which. */
  private Optional<Posted> version(Posted posted, String order) {
    return database.transaction(c -> Database.first(
        c, POSTED + "WHERE m.message_id = (SELECT other.message_id FROM posting_part mine JOIN posting s ON s.name = mine.posting"
            + " JOIN posting o ON " + order + " AND o.total = s.total JOIN posting_part other ON other.posting = o.name AND other.number = mine.number"
            + " WHERE mine.message_id = ? ORDER BY o.version DESC, other.message_id LIMIT 1)", Histories::posted, posted.id().id()));
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
            c, "SELECT * FROM reference WHERE commit_id = ? ORDER BY place", References::read, (long) commits.number(c, HexFormat.of().parseHex(commit.id().hex())));
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
    List<Naming> namings = namings("r.bucket = ?", References.bucket(id.hex()));
    namings.removeIf(naming -> !isSame(naming.reference().id().orElseThrow().hex(), id.hex()));
    return namings;
  }

  private static boolean isSame(String one, String other) {
    return one.startsWith(other) || other.startsWith(one);
  }

  @Override
  public List<Naming> namingTitled(String title) {
    return namings("r.title_hash = ? AND r.title = ?", References.hash(title), title);
  }

  /** Commits by their dates, then mails by theirs. */
  private List<Naming> namings(String which, Object... arguments) {
    return database.transaction(c -> {
      List<Naming> namings = Database.query(
          c, NAMING + "WHERE " + which + " ORDER BY r.commit_id, m.received, r.mail_id, r.place LIMIT " + MANY, row -> naming(c, row), arguments);
      namings.sort(Comparator.comparing((Naming naming) -> naming.by() instanceof InHistory commit ? commit.committed() : Instant.MAX));
      return namings;
    });
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

  private Naming naming(Connection c, ResultSet row) throws SQLException {
    long commit = row.getLong("commit_id");
    Source by = row.wasNull() ? posted(row) : commit(c, (int) commit);
    return new Naming(by, References.read(row));
  }

  private InHistory commit(Connection c, int number) throws SQLException {
    return commit(commits.block(c, CommitBlock.of(number)), number);
  }

  private InHistory commit(CommitBlock block, int number) {
    int place = (number - 1) % CommitBlock.SIZE;
    return new InHistory(
        new CommitId(HexFormat.of().formatHex(block.id(place))), block.title(place), block.author(place), Instant.ofEpochSecond(block.authored(place)),
        Instant.ofEpochSecond(block.committed(place)), atlas().repositories(number), number);
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
    return database.transaction(c -> Packed.links(c, size));
  }

  /** Commits by their numbers, in this order; a number that nobody has is left out. */
  public List<InHistory> commits(Collection<Integer> numbers) {
    Map<Integer, InHistory> found = new HashMap<>();
    database.transaction(c -> {
      for (int number : numbers.stream().sorted().toList()) { // each row is read once
        CommitBlock block = number < 1 ? null : commits.block(c, CommitBlock.of(number));
        if (block != null && (number - 1) % CommitBlock.SIZE < block.size()) found.put(number, commit(block, number));
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
        c, NAMING + "WHERE r.mail_id IS NOT NULL AND r.kind = 'fixes' AND m.received >= ? ORDER BY m.received, r.mail_id, r.place LIMIT 200000", row -> naming(c, row), since));
  }

  /** Days from the posting of a patch to its commit, of commits since then. */
  public List<Long> daysToCommit(Instant since) {
    return database.transaction(c -> {
      List<Long> days = new ArrayList<>();
      Database.query(c, "SELECT p.title, m.received FROM posted p JOIN mail m ON m.id = p.mail_id ORDER BY p.title_hash", row -> {
        String title = row.getString("title");
        long received = Database.instant(row, "received").getEpochSecond();
        for (int number : commits.titled(c, title)) {
          long committed = commits.block(c, CommitBlock.of(number)).committed((number - 1) % CommitBlock.SIZE);
          if (committed >= since.getEpochSecond()) days.add((committed - received) / 86_400);
        }
        return title;
      });
      days.removeIf(one -> one < 0 || one > 365);
      return days;
    });
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
