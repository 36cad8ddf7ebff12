// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import keeper.lineage.Branches;
import keeper.lineage.Commit;
import keeper.lineage.Graph;
import keeper.lineage.Ref;
import keeper.lineage.Reference;

/**
 * Keeps what a repository's history tells: commits in any order, then {@link #reached} with its branches and tags. Without the last
 * step (a crash) the next reading tells the same commits again; those that were kept are known. A thread of its own makes rows of what
 * is told, so that the next commits can be read meanwhile.
 */
public final class HistoryIntake implements Consumer<Commit>, AutoCloseable {
  private static final int HANDED = 512; // commits handed over at once
  private static final int WAITING = 16; // such handfuls
  private static final int BLOCKS = 4; // rows of one transaction
  private static final int REPOSITORIES = 62;
  private static final int LONGEST = 500; // characters of an author
  private static final int FEW = 2_000; // new commits, up to which older references are looked at one by one
  private static final List<String> INDEXES = List.of(
      "reference_by_commit ON reference (commit_id)", "reference_by_bucket ON reference (bucket)", "reference_by_title ON reference (title_hash)",
      "link_by_commit ON link (commit_id)", "link_by_target ON link (target)");

  private final Database database;
  private final Commits commits = new Commits();
  private final int most; // commits of one transaction
  private final long repository;
  private final int done; // the graph is whole up to here
  private final int kept; // rows go up to here: a run that was killed went on
  private final boolean first; // nothing is there at all: indexes come last, and nobody needs to be looked for
  private final Map<String, String> authors = new HashMap<>(); // one string each
  private final Ancestry told = new Ancestry();
  private final ExecutorService writer = Executors.newSingleThreadExecutor(HistoryIntake::thread);
  private final Deque<Future<?>> handed = new ArrayDeque<>();
  private List<Commit> next = new ArrayList<>(HANDED);
  private final List<Fresh> fresh = new ArrayList<>(); // not kept yet
  private Ids ids; // of all commits; read when first needed
  private int size; // the highest number given
  private boolean failed;

  /** A commit with its number, as it waits for its row. */
  private record Fresh(int number, byte[] id, String title, String author, long authored, long committed, List<Reference> references) {}

  HistoryIntake(Database database, String name, String path) {
    this(database, name, path, BLOCKS);
  }

  /** @param blocks rows that are kept in one transaction */
  HistoryIntake(Database database, String name, String path, int blocks) {
    this.database = database;
    this.most = blocks * CommitBlock.SIZE;
    this.repository = database.transaction(connection -> repository(connection, name, path));
    this.done = (int) (long) database.transaction(connection -> one(connection, "SELECT max(commits) AS n FROM history_done"));
    this.kept = database.transaction(this::last);
    this.size = kept;
    this.first = kept == 0;
    if (first) ids = new Ids();
    database.transaction(connection -> {
      // A first run may have been killed.
      for (String index : INDEXES) Database.update(connection, first ? "DROP INDEX IF EXISTS " + index.substring(0, index.indexOf(' ')) : "CREATE INDEX IF NOT EXISTS " + index);
      return null;
    });
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "history-rows");
    thread.setDaemon(true);
    return thread;
  }

  private int last(Connection connection) throws SQLException {
    int number = (int) one(connection, "SELECT coalesce(max(number), -1) AS n FROM history_block");
    return number < 0 ? 0 : number * CommitBlock.SIZE + commits.block(connection, number).size();
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

  /** Commits below which all is known, of every repository. */
  public List<String> heads() {
    return database.transaction(c -> Database.query(c, "SELECT sha FROM repository_head ORDER BY repository_id, sha", row -> HexFormat.of().formatHex(row.getBytes("sha"))));
  }

  /** Whether a commit and all below it are known. */
  public boolean isComplete(String id) {
    if (done == 0) return false;
    int number = ids().number(HexFormat.of().parseHex(id), 0);
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

  /** Commits that are kept already, also by a run that was killed. */
  long kept() {
    return kept;
  }

  /** Commits that nobody had told before. */
  public long added() {
    return size - kept;
  }

  @Override
  public void accept(Commit commit) {
    next.add(commit);
    if (next.size() == HANDED) handOver();
  }

  private void handOver() {
    if (next.isEmpty()) return;
    List<Commit> all = next;
    next = new ArrayList<>(HANDED);
    if (handed.size() == WAITING) wait(handed.remove());
    handed.add(writer.submit(() -> take(all)));
  }

  private static void wait(Future<?> work) {
    try {
      work.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException("the index run was interrupted; the next one goes on where it stopped", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException reason) throw reason;
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Waits for the rows of all that was told. */
  private void settle() {
    handOver();
    while (!handed.isEmpty()) wait(handed.remove());
  }

  private Ids ids() {
    if (ids == null) ids = database.transaction(this::all);
    return ids;
  }

  /** Also those that a killed run left. */
  private Ids all(Connection connection) throws SQLException {
    Ids all = Keys.all(connection);
    for (int commit = done + 1; commit <= kept; commit++) {
      CommitBlock block = commits.block(connection, CommitBlock.of(commit));
      int place = (commit - 1) % CommitBlock.SIZE;
      all.add(commit, block.id(place), References.hash(block.title(place)));
    }
    return all;
  }

  private void take(List<Commit> some) {
    if (failed) return;
    failed = true;
    for (Commit commit : some) take(commit);
    int full = (fresh.size() + kept(fresh)) / CommitBlock.SIZE * CommitBlock.SIZE - kept(fresh);
    if (full > most - CommitBlock.SIZE) keep(full);
    failed = false;
  }

  /** How many commits the row of the first of these has before it. */
  private static int kept(List<Fresh> fresh) {
    return fresh.isEmpty() ? 0 : (fresh.get(0).number - 1) % CommitBlock.SIZE;
  }

  private void take(Commit commit) {
    int known = first ? 0 : ids().number(commit.id(), 0);
    if (known != 0) {
      told.add(known, commit);
      return;
    }
    size++;
    String title = commit.title();
    if (title.indexOf('\0') >= 0) title = title.replace('\0', '\uFFFD');
    ids.add(size, commit.id(), References.hash(title));
    told.add(size, commit);
    fresh.add(new Fresh(size, commit.id(), title, author(commit.author()), commit.authored(), commit.committed(), commit.references()));
  }

  private String author(String author) {
    return authors.computeIfAbsent(author, name -> {
      String clean = name.replace('\0', '\uFFFD');
      return clean.length() > LONGEST ? clean.substring(0, LONGEST) : clean;
    });
  }

  /** Makes rows of the first of those that wait: all of these, or none. */
  private void keep(int count) {
    if (count == 0) return;
    List<Fresh> some = fresh.subList(0, count);
    database.transaction(connection -> {
      try (PreparedStatement rows = connection.prepareStatement("INSERT INTO history_block (number, ids, texts) VALUES (?, ?, ?)");
          PreparedStatement references = References.insertion(connection)) {
        int pending = 0;
        CommitBlock.Builder block = begun(connection, some.get(0).number);
        for (Fresh commit : some) {
          block.add(commit.id, commit.title, commit.author, commit.authored, commit.committed);
          pending += References.add(references, (long) commit.number, null, commit.references);
          if (commit.number % CommitBlock.SIZE != 0 && commit != some.get(count - 1)) continue;
          Database.bind(rows, CommitBlock.of(commit.number), block.ids(), block.texts());
          rows.addBatch();
          block = new CommitBlock.Builder();
        }
        rows.executeBatch();
        if (pending > 0) references.executeBatch();
      }
      return null;
    });
    some.clear();
  }

  /** The row that a commit comes into, with what it has already. */
  private CommitBlock.Builder begun(Connection connection, int commit) throws SQLException {
    CommitBlock.Builder block = new CommitBlock.Builder();
    if ((commit - 1) % CommitBlock.SIZE == 0) return block;
    int number = CommitBlock.of(commit);
    block.add(commits.block(connection, number));
    Database.update(connection, "DELETE FROM history_block WHERE number = ?", number);
    commits.forget();
    return block;
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
    settle();
    keep(fresh.size());
    if (told.size() == 0 && names() == names) return;
    database.transaction(connection -> {
      for (String index : INDEXES) Database.update(connection, "CREATE INDEX IF NOT EXISTS " + index);
      return null;
    });
    database.transaction(connection -> {
      finish(connection, refs, head, newest, cut, cutDate, names);
      return null;
    });
  }

  private void finish(Connection connection, List<Ref> refs, String head, long newest, String cut, long cutDate, long names) throws SQLException {
    if (ids == null) ids = all(connection);
    Graph graph = Packed.graph(connection);
    int[] releases = new int[graph.size() + 1];
    for (int commit = 1; commit <= graph.size(); commit++) releases[commit] = graph.release(commit);
    int changed = grow(connection, graph);
    resolve(connection, graph);
    if (size > done) Keys.add(connection, ids, done + 1);

    List<Branches.Tip> tips = new ArrayList<>();
    for (Ref ref : refs) {
      int commit = ids.number(HexFormat.of().parseHex(ref.commit()), 0);
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
    int lowest = told.addTo(graph, ids);
    // Commits of a run that was killed, and that this repository does not have, are forgotten: theirs will tell them again.
    BitSet gone = new BitSet();
    gone.set(done + 1, kept + 1);
    gone.andNot(told.numbers());
    if (gone.isEmpty()) return lowest;
    for (int commit = gone.nextSetBit(0); commit >= 0; commit = gone.nextSetBit(commit + 1)) {
      if (commit > graph.size()) graph.add(commit, 0);
      Database.update(connection, "DELETE FROM reference WHERE commit_id = ?", (long) commit);
    }
    ids.forget(gone);
    for (int number = CommitBlock.of(gone.nextSetBit(0)); number <= CommitBlock.of(gone.length() - 1); number++) {
      CommitBlock block = commits.block(connection, number);
      CommitBlock.Builder rest = new CommitBlock.Builder();
      for (int place = 0; place < block.size(); place++) {
        byte[] id = block.id(place);
        if (gone.get(CommitBlock.first(number) + place)) rest.add(new byte[id.length], "", "", 0, 0);
        else rest.add(id, block.title(place), block.author(place), block.authored(place), block.committed(place));
      }
      Database.update(connection, "UPDATE history_block SET ids = ?, texts = ? WHERE number = ?", rest.ids(), rest.texts(), number);
    }
    commits.forget();
    return Math.min(lowest, gone.nextSetBit(0));
  }

  private void resolve(Connection connection, Graph graph) throws SQLException {
    if (size == done) return;
    boolean anew = size - done > FEW;
    if (anew) Database.update(connection, "DELETE FROM link");
    try (Resolution resolution = new Resolution(connection, ids, graph, commits)) {
      resolution.above(anew ? 0 : done);
      for (int commit = done + 1; commit <= size && !anew; commit++) {
        CommitBlock block = commits.block(connection, CommitBlock.of(commit));
        int place = (commit - 1) % CommitBlock.SIZE;
        if (ids.has(commit)) resolution.concerning(commit, HexFormat.of().formatHex(block.id(place)), block.title(place));
      }
      BitSet parts = resolution.parts();
      if (anew) parts.set(0, (size - 1) / Packed.PART + 1);
      Packed.keepLinks(connection, parts);
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

  /** What was told is kept, whatever became of the reading. */
  @Override
  public void close() {
    try {
      settle();
      if (!failed) keep(fresh.size());
    } finally {
      writer.shutdown();
    }
  }
}
