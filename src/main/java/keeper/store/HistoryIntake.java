// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import keeper.lineage.Branches;
import keeper.lineage.Commit;
import keeper.lineage.Graph;
import keeper.lineage.Ref;

/**
 * Keeps what a repository's history tells: commits in any order, then {@link #reached} with its branches and tags. Without the last
 * step (a crash) the next reading tells the same commits again; those that were kept are known.
 */
public final class HistoryIntake implements Consumer<Commit>, AutoCloseable {
  private static final int BATCH = 16_000;
  private static final int REPOSITORIES = 62;
  private static final int LONGEST = 500; // characters of an author
  private static final int FEW = 2_000; // commits that are looked up one by one; for more, all ids are read

  private final Database database;
  private final long repository;
  private final List<Commit> batch = new ArrayList<>();
  private final long done; // the graph is whole up to here
  private final boolean first; // nothing is there at all: indexes come last, and nobody needs to be looked for
  private final Map<String, String> authors = new HashMap<>(); // one string each
  private Ids ids; // of all commits; empty until many are asked for
  private final List<Told> told = new ArrayList<>(); // commits of this run, and their parents
  private long next;
  private long rows;
  private boolean failed;

  /** A commit that was told, with its number. */
  private record Told(int number, byte[] sha, byte[] parents, long date) {}

  HistoryIntake(Database database, String name, String path) {
    this.database = database;
    this.repository = database.transaction(connection -> repository(connection, name, path));
    this.next = database.transaction(connection -> one(connection, "SELECT coalesce(max(id), 0) + 1 AS n FROM history_commit"));
    this.done = database.transaction(connection -> one(connection, "SELECT max(commits) AS n FROM history_done"));
    this.first = next == 1;
    if (first) ids = new Ids();
    if (first) database.transaction(connection -> {
      for (String index : List.of("history_commit_by_sha", "history_commit_by_title", "reference_by_commit", "reference_by_bucket", "reference_by_title", "link_by_commit", "link_by_target"))
        Database.update(connection, "DROP INDEX IF EXISTS " + index);
      return null;
    });
    else database.transaction(HistoryIntake::makeIndexes); // a first run may have been killed
  }

  private static long repository(Connection connection, String name, String path) throws SQLException {
    Optional<Long> known = Database.first(connection, "SELECT id FROM repository WHERE name = ?", row -> row.getLong("id"), name);
    if (known.isPresent()) {
      Database.update(connection, "UPDATE repository SET path = ? WHERE id = ? AND path <> ?", path, known.get(), path);
      return known.get();
    }
    long id = one(connection, "SELECT coalesce(max(id), 0) + 1 AS n FROM repository");
    if (id > REPOSITORIES) throw new StoreException("lineage index: more than " + REPOSITORIES + " repositories; leave some out", null);
    Database.update(
        connection, "INSERT INTO repository (id, name, path, commits, newest, cut, cut_date, refs) VALUES (?, ?, ?, 0, 0, '', 0, 0)", id, name, path);
    return id;
  }

  private static long one(Connection connection, String sql, Object... arguments) throws SQLException {
    return Database.first(connection, sql, row -> row.getLong("n"), arguments).orElse(0L);
  }

  private static Void makeIndexes(Connection connection) throws SQLException {
    Database.update(connection, "CREATE UNIQUE INDEX IF NOT EXISTS history_commit_by_sha ON history_commit (sha)");
    Database.update(connection, "CREATE INDEX IF NOT EXISTS history_commit_by_title ON history_commit (title_hash)");
    Database.update(connection, "CREATE INDEX IF NOT EXISTS reference_by_commit ON reference (commit_id)");
    Database.update(connection, "CREATE INDEX IF NOT EXISTS reference_by_bucket ON reference (bucket)");
    Database.update(connection, "CREATE INDEX IF NOT EXISTS reference_by_title ON reference (title_hash)");
    Database.update(connection, "CREATE INDEX IF NOT EXISTS link_by_commit ON link (commit_id)");
    Database.update(connection, "CREATE INDEX IF NOT EXISTS link_by_target ON link (target)");
    return null;
  }

  /** Commits below which all is known, of every repository. */
  public List<String> heads() {
    return database.transaction(c -> Database.query(c, "SELECT sha FROM repository_head ORDER BY repository_id, sha", row -> HexFormat.of().formatHex(row.getBytes("sha"))));
  }

  /** Whether a commit and all below it are known. */
  public boolean isComplete(String id) {
    long number = done == 0 ? 0 : database.transaction(c -> one(c, "SELECT id AS n FROM history_commit WHERE sha = ?", HexFormat.of().parseHex(id)));
    return number > 0 && number <= done;
  }

  /** Where the repository was cut off when it was last read. */
  public String cut() {
    return database.transaction(c -> Database.first(c, "SELECT cut FROM repository WHERE id = ?", row -> row.getString("cut"), repository).orElse(""));
  }

  /** A hash of the branches and tags that were last read; 0 before that. */
  public long names() {
    return database.transaction(c -> one(c, "SELECT refs AS n FROM repository WHERE id = ?", repository));
  }

  /** Commits that nobody had told before. */
  public long added() {
    return rows;
  }

  @Override
  public void accept(Commit commit) {
    batch.add(commit);
    if (batch.size() >= BATCH) flush();
  }

  private void flush() {
    if (batch.isEmpty() || failed) return;
    failed = true;
    long from = next;
    long before = rows;
    int toldBefore = told.size();
    boolean fine = false;
    try {
      database.transaction(connection -> {
        if (ids == null && told.size() + batch.size() > FEW) ids = all(connection);
        try (PreparedStatement commits = connection.prepareStatement(
                "INSERT INTO history_commit (id, sha, title, title_hash, author, authored, committed) VALUES (?, ?, ?, ?, ?, ?, ?)");
            PreparedStatement references = References.insertion(connection)) {
          int pending = 0;
          for (Commit commit : batch) pending += keep(connection, commits, references, commit);
          if (rows > before) commits.executeBatch();
          if (pending > 0) references.executeBatch();
        }
        return null;
      });
      fine = true;
    } finally {
      if (!fine) {
        next = from;
        rows = before;
        while (told.size() > toldBefore) told.remove(told.size() - 1);
      }
    }
    batch.clear();
    failed = false;
  }

  private int keep(Connection connection, PreparedStatement commits, PreparedStatement references, Commit commit) throws SQLException {
    int known = first ? 0 : number(connection, commit.id());
    if (known != 0) {
      told.add(new Told(known, commit.id(), commit.parentIds(), commit.committed()));
      return 0;
    }
    int id = (int) next++;
    rows++;
    String title = commit.title();
    if (title.indexOf('\0') >= 0) title = title.replace('\0', '\uFFFD');
    long hash = References.hash(title);
    commits.setLong(1, id);
    commits.setBytes(2, commit.id());
    commits.setString(3, title);
    commits.setLong(4, hash);
    commits.setString(5, author(commit.author()));
    commits.setLong(6, commit.authored());
    commits.setLong(7, commit.committed());
    commits.addBatch();
    if (ids != null) ids.add(id, commit.id(), hash);
    told.add(new Told(id, commit.id(), commit.parentIds(), commit.committed()));
    return References.add(references, (long) id, null, commit.references());
  }

  private String author(String author) {
    return authors.computeIfAbsent(author, name -> {
      String clean = name.replace('\0', '\uFFFD');
      return clean.length() > LONGEST ? clean.substring(0, LONGEST) : clean;
    });
  }

  private int number(Connection connection, byte[] sha) throws SQLException {
    return ids != null ? ids.number(sha, 0) : (int) one(connection, "SELECT id AS n FROM history_commit WHERE sha = ?", sha);
  }

  private static Ids all(Connection connection) throws SQLException {
    Ids ids = new Ids();
    try (PreparedStatement query = connection.prepareStatement("SELECT id, sha, title_hash FROM history_commit ORDER BY id")) {
      query.setFetchSize(10_000);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) ids.add((int) rows.getLong(1), rows.getBytes(2), rows.getLong(3));
      }
    }
    return ids;
  }

  /**
   * All commits of these names were told.
   *
   * @param head the newest commit: what people see as the index's reach
   * @param newest its committer's date, seconds since 1970
   * @param cut where history is cut off, in a word
   * @param cutDate what is older is not known; 0 when nothing is cut off
   * @param names a hash of the names, for the next time
   */
  public void reached(List<Ref> refs, String head, long newest, String cut, long cutDate, long names) {
    flush();
    if (told.isEmpty() && names() == names) return;
    database.transaction(HistoryIntake::makeIndexes);
    database.transaction(connection -> {
      finish(connection, refs, head, newest, cut, cutDate, names);
      return null;
    });
    if (rows > 10_000) database.transaction(connection -> Database.update(connection, "ANALYZE"));
  }

  private void finish(Connection connection, List<Ref> refs, String head, long newest, String cut, long cutDate, long names) throws SQLException {
    if (ids == null && told.size() + refs.size() > FEW) ids = all(connection);
    Graph graph = Packed.graph(connection);
    int[] releases = new int[graph.size() + 1];
    for (int commit = 1; commit <= graph.size(); commit++) releases[commit] = graph.release(commit);
    int changed = grow(connection, graph);
    resolve(connection);

    List<Branches.Tip> tips = new ArrayList<>();
    for (Ref ref : refs) {
      int commit = number(connection, HexFormat.of().parseHex(ref.commit()));
      if (commit != 0) tips.add(new Branches.Tip(ref, commit));
    }
    keepNames(connection, repository, tips);
    BitSet reach = graph.reach(tips.stream().mapToInt(Branches.Tip::commit).distinct().toArray());
    Database.update(connection, "DELETE FROM repository_head WHERE repository_id = ?", repository);
    for (byte[] sha : tops(graph, tips)) Database.update(connection, "INSERT INTO repository_head (repository_id, sha) VALUES (?, ?)", repository, sha);
    Database.update(
        connection, "UPDATE repository SET head = ?, newest = ?, cut = ?, cut_date = ?, refs = ?, commits = ?, reach = ? WHERE id = ?",
        HexFormat.of().parseHex(head), newest, cut, cutDate, names, (long) reach.cardinality(), Packed.bits(reach), repository);
    branches(connection, graph);
    Packed.keep(connection, graph, changed, releases);
    Database.update(connection, "UPDATE history_done SET commits = ?", (long) graph.size());
  }

  /** Adds what was told to the graph. @return the lowest number whose parents are new */
  private int grow(Connection connection, Graph graph) throws SQLException {
    int lowest = Integer.MAX_VALUE;
    for (Told commit : told) {
      lowest = Math.min(lowest, commit.number);
      graph.add(commit.number, commit.date);
    }
    for (Told commit : told) {
      int width = commit.sha.length;
      int[] parents = new int[commit.parents.length / width];
      int count = 0;
      for (int at = 0; at < commit.parents.length; at += width) {
        int parent = ids != null ? ids.number(commit.parents, at) : number(connection, java.util.Arrays.copyOfRange(commit.parents, at, at + width));
        if (parent != 0) parents[count++] = parent;
      }
      graph.parents(commit.number, java.util.Arrays.copyOf(parents, count));
    }
    leftovers(connection, graph);
    return lowest;
  }

  /** Commits of a run that was killed, and that this repository does not have, are forgotten: theirs will tell them again. */
  private void leftovers(Connection connection, Graph graph) throws SQLException {
    BitSet mine = new BitSet();
    for (Told commit : told) mine.set(commit.number);
    for (int commit = (int) done + 1; commit < next; commit++) {
      if (mine.get(commit)) continue;
      graph.add(commit, 0);
      Database.update(connection, "DELETE FROM reference WHERE commit_id = ?", (long) commit);
      Database.update(connection, "DELETE FROM history_commit WHERE id = ?", (long) commit);
    }
  }

  private void resolve(Connection connection) throws SQLException {
    if (rows == 0 && next - 1 == done) return;
    boolean anew = next - 1 - done > FEW;
    if (ids == null || next - 1 > done + rows) ids = all(connection);
    if (anew) Database.update(connection, "DELETE FROM link");
    try (Resolution resolution = new Resolution(connection, ids)) {
      resolution.above(anew ? 0 : done);
      if (anew) return;
      for (Object[] commit : Database.query(
          connection, "SELECT id, sha, title FROM history_commit WHERE id > ?", row -> new Object[] {(int) row.getLong("id"), row.getBytes("sha"), row.getString("title")}, done))
        resolution.concerning((int) commit[0], (byte[]) commit[1], (String) commit[2]);
    }
  }

  /** Of the tips, those that no other one has. */
  private List<byte[]> tops(Graph graph, List<Branches.Tip> tips) {
    BitSet below = new BitSet();
    for (Branches.Tip tip : tips) for (int parent : graph.parents(tip.commit())) below.set(parent);
    int[] starts = below.stream().toArray();
    BitSet covered = starts.length == 0 ? below : graph.reach(starts);
    List<byte[]> tops = new ArrayList<>();
    BitSet seen = new BitSet();
    for (Branches.Tip tip : tips) {
      if (covered.get(tip.commit()) || seen.get(tip.commit())) continue;
      seen.set(tip.commit());
      tops.add(HexFormat.of().parseHex(tip.ref().commit()));
    }
    return tops;
  }

  private static void keepNames(Connection connection, long repository, List<Branches.Tip> tips) throws SQLException {
    Database.update(connection, "DELETE FROM repository_ref WHERE repository_id = ?", repository);
    try (PreparedStatement insertion = connection.prepareStatement("INSERT INTO repository_ref (repository_id, place, name, kind, commit_id, sha) VALUES (?, ?, ?, ?, ?, ?)")) {
      int place = 0;
      for (Branches.Tip tip : tips) {
        Database.bind(insertion, repository, place++, tip.ref().name(), tip.ref().kind().name(), (long) tip.commit(), HexFormat.of().parseHex(tip.ref().commit()));
        insertion.addBatch();
      }
      if (place > 0) insertion.executeBatch();
    }
  }

  /** All repositories together: which branches there are, and which release has a commit first. */
  private static void branches(Connection connection, Graph graph) throws SQLException {
    record Row(long repository, String name, Branches.Tip tip) {}
    Map<Long, List<Branches.Tip>> tips = new java.util.TreeMap<>();
    Map<Long, String> names = new HashMap<>();
    Database.query(connection, "SELECT id, name FROM repository ORDER BY id", row -> names.put(row.getLong("id"), row.getString("name")));
    for (Row row : Database.query(
        connection, "SELECT repository_id, name, kind, commit_id, sha FROM repository_ref ORDER BY repository_id, place",
        row -> new Row(row.getLong("repository_id"), row.getString("name"),
            new Branches.Tip(new Ref(row.getString("name"), HexFormat.of().formatHex(row.getBytes("sha")), Ref.Kind.valueOf(row.getString("kind"))), (int) row.getLong("commit_id")))))
      tips.computeIfAbsent(row.repository, key -> new ArrayList<>()).add(row.tip);
    long mainline = tips.keySet().stream().filter(id -> names.get(id).equals("mainline")).findFirst().orElse(tips.isEmpty() ? 0L : tips.keySet().iterator().next());
    List<Branches.Named> named = new ArrayList<>();
    tips.forEach((id, all) -> named.add(new Branches.Named(names.get(id), id == mainline, all)));
    Branches branches = Branches.of(graph, named);
    Database.update(connection, "DELETE FROM branch");
    int number = 0;
    for (Branches.Branch branch : branches.all()) {
      long owner = names.entrySet().stream().filter(entry -> entry.getValue().equals(branch.repository())).map(Map.Entry::getKey).findFirst().orElse(mainline);
      Database.update(
          connection, "INSERT INTO branch (id, repository_id, name, kind, commit_id, reach) VALUES (?, ?, ?, ?, ?, ?)", number++, owner, branch.name(),
          branch.kind().word(), (long) branch.head(), Packed.bits(branch.reach()));
    }
    Database.update(connection, "DELETE FROM release_tag");
    try (PreparedStatement insertion = connection.prepareStatement("INSERT INTO release_tag (id, name, commit_id, branch_id) VALUES (?, ?, ?, ?)")) {
      int place = 1;
      for (Branches.Release release : branches.releases()) {
        Database.bind(insertion, place++, release.name(), (long) release.commit(), release.branch());
        insertion.addBatch();
      }
      if (place > 1) insertion.executeBatch();
    }
  }

  @Override
  public void close() {
    flush();
    if (first && !failed) database.transaction(HistoryIntake::makeIndexes);
  }
}
