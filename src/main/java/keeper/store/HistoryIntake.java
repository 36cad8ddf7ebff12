// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import keeper.lineage.Commit;
import keeper.lineage.Reference;

/**
 * Keeps what a repository's history tells: commits in any order, then {@link #reached} with the tips. Without the last step
 * (a crash) the next reading tells the same commits again, and they are known.
 */
public final class HistoryIntake implements Consumer<Commit>, AutoCloseable {
  private static final int BATCH = 16_000;
  private static final int REPOSITORIES = 62; // one bit each
  private static final int LONGEST = 500; // characters of an author

  private final Database database;
  private final long repository;
  private final List<Commit> batch = new ArrayList<>();
  private final boolean empty; // a first load: no row needs to be looked for, and indexes come last
  private long nextId;
  private long added;
  private boolean failed;

  HistoryIntake(Database database, String name, String path) {
    this.database = database;
    this.repository = database.transaction(connection -> repository(connection, name, path));
    this.nextId = database.transaction(connection -> next(connection));
    this.empty = nextId == 1;
    database.transaction(connection -> {
      if (empty) dropIndexes(connection);
      else makeIndexes(connection); // a first load may have been killed
      return null;
    });
  }

  private static long repository(Connection connection, String name, String path) throws SQLException {
    Optional<Long> known = Database.first(connection, "SELECT id FROM repository WHERE name = ?", row -> row.getLong("id"), name);
    if (known.isPresent()) {
      Database.update(connection, "UPDATE repository SET path = ? WHERE id = ?", path, known.get());
      return known.get();
    }
    long id = Database.first(connection, "SELECT coalesce(max(id), 0) + 1 AS id FROM repository", row -> row.getLong("id")).orElseThrow();
    if (id > REPOSITORIES) throw new StoreException("lineage index: more than " + REPOSITORIES + " repositories; leave some out", null);
    Database.update(
        connection, "INSERT INTO repository (id, name, path, commits, newest, shallow) VALUES (?, ?, ?, 0, 0, FALSE)", id, name, path);
    return id;
  }

  private static long next(Connection connection) throws SQLException {
    return Database.first(connection, "SELECT coalesce(max(id), 0) + 1 AS id FROM history_commit", row -> row.getLong("id")).orElseThrow();
  }

  private static void dropIndexes(Connection connection) throws SQLException {
    for (String index : List.of("history_commit_by_sha", "history_commit_by_title", "reference_by_commit", "reference_by_bucket", "reference_by_title"))
      Database.update(connection, "DROP INDEX IF EXISTS " + index);
  }

  private static void makeIndexes(Connection connection) throws SQLException {
    Database.update(connection, "CREATE UNIQUE INDEX IF NOT EXISTS history_commit_by_sha ON history_commit (sha)");
    Database.update(connection, "CREATE INDEX IF NOT EXISTS history_commit_by_title ON history_commit (title_hash)");
    Database.update(connection, "CREATE INDEX IF NOT EXISTS reference_by_commit ON reference (commit_id)");
    Database.update(connection, "CREATE INDEX IF NOT EXISTS reference_by_bucket ON reference (bucket)");
    Database.update(connection, "CREATE INDEX IF NOT EXISTS reference_by_title ON reference (title_hash)");
  }

  /** The tips up to which this repository was read; empty the first time. */
  public List<String> heads() {
    return database.transaction(c -> Database.query(
        c, "SELECT sha FROM repository_head WHERE repository_id = ?", row -> HexFormat.of().formatHex(row.getBytes("sha")), repository));
  }

  /** Commits that this repository did not have before. */
  public long added() {
    return added;
  }

  @Override
  public void accept(Commit commit) {
    batch.add(commit);
    if (batch.size() >= BATCH) flush();
  }

  /**
   * All commits of these tips were told.
   *
   * @param head the newest commit: what people see as the index's reach
   * @param newest its committer's date, in seconds since 1970
   */
  public void reached(Collection<String> heads, String head, long newest, boolean shallow) {
    flush();
    database.transaction(connection -> {
      makeIndexes(connection);
      Database.update(connection, "DELETE FROM repository_head WHERE repository_id = ?", repository);
      for (String sha : heads)
        Database.update(connection, "INSERT INTO repository_head (repository_id, sha) VALUES (?, ?)", repository, HexFormat.of().parseHex(sha));
      Database.update(
          connection, "UPDATE repository SET head = ?, newest = ?, shallow = ? WHERE id = ?",
          HexFormat.of().parseHex(head), newest, shallow, repository);
      return null;
    });
  }

  @Override
  public void close() {
    flush();
    if (empty && !failed) database.transaction(connection -> {
      makeIndexes(connection);
      return null;
    });
  }

  private void flush() {
    if (batch.isEmpty() || failed) return;
    failed = true;
    long before = added;
    database.transaction(connection -> {
      try (PreparedStatement commits = connection.prepareStatement(
              """
              INSERT INTO history_commit (id, sha, title, title_hash, author, authored, committed, repositories)
              VALUES (?, ?, ?, ?, ?, ?, ?, ?)""");
          PreparedStatement references = References.insertion(connection)) {
        int pending = 0;
        for (Commit commit : batch) pending += keep(connection, commits, references, commit);
        commits.executeBatch();
        if (pending > 0) references.executeBatch();
      }
      return Database.update(connection, "UPDATE repository SET commits = commits + ? WHERE id = ?", added - before, repository);
    });
    batch.clear();
    failed = false;
  }

  private int keep(Connection connection, PreparedStatement commits, PreparedStatement references, Commit commit) throws SQLException {
    byte[] sha = HexFormat.of().parseHex(commit.id().hex());
    long bit = 1L << (repository - 1);
    if (!empty && known(connection, sha, bit)) return 0;
    added++;
    long id = nextId++;
    String title = Reference.title(commit.message().title()).replace('\0', '\uFFFD');
    String author = commit.author().length() > LONGEST ? commit.author().substring(0, LONGEST) : commit.author();
    commits.setLong(1, id);
    commits.setBytes(2, sha);
    commits.setString(3, title);
    commits.setLong(4, References.hash(title));
    commits.setString(5, author.replace('\0', '\uFFFD'));
    commits.setLong(6, commit.authored().getEpochSecond());
    commits.setLong(7, commit.committed().getEpochSecond());
    commits.setLong(8, bit);
    commits.addBatch();
    return References.add(references, id, null, Reference.in(commit.message()));
  }

  /** Another repository may have told it, or this one before a crash. */
  private boolean known(Connection connection, byte[] sha, long bit) throws SQLException {
    Optional<Long> bits = Database.first(connection, "SELECT repositories FROM history_commit WHERE sha = ?", row -> row.getLong("repositories"), sha);
    if (bits.isEmpty()) return false;
    if ((bits.get() & bit) == 0) {
      Database.update(connection, "UPDATE history_commit SET repositories = ? WHERE sha = ?", bits.get() | bit, sha);
      added++;
    }
    return true;
  }
}
