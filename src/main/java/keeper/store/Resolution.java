// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import keeper.lineage.Lineage;
import keeper.lineage.Links;

/** Finds out which commits the references of commits mean, and keeps one row for each that is clear. */
final class Resolution implements AutoCloseable {
  private static final int BATCH = 10_000;
  private static final String NEWS =
      "SELECT r.commit_id, r.place, r.kind, r.hex, r.title, r.title_hash FROM reference r WHERE r.commit_id > ? AND r.kind <> 'mentions' AND r.kind <> 'mail' AND r.kind <> 'stable' AND r.kind <> 'report'";

  private final Connection connection;
  private final Ids ids;
  private final PreparedStatement insertion;
  private final PreparedStatement titleOf;
  private final PreparedStatement titled;
  private int pending;

  Resolution(Connection connection, Ids ids) throws SQLException {
    this.connection = connection;
    this.ids = ids;
    this.insertion = connection.prepareStatement("INSERT INTO link (commit_id, place, kind, target, sureness) VALUES (?, ?, ?, ?, ?)");
    this.titleOf = connection.prepareStatement("SELECT title, committed FROM history_commit WHERE id = ?");
    this.titled = connection.prepareStatement("SELECT id, committed FROM history_commit WHERE title_hash = ? AND title = ? ORDER BY committed, id LIMIT 200");
  }

  /** Those of commits above this number. */
  void above(long done) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(NEWS)) {
      query.setLong(1, done);
      query.setFetchSize(BATCH);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) resolve(rows);
      }
    }
    flush();
  }

  /** Older ones that a new commit may settle or unsettle. */
  void concerning(int commit, byte[] sha, String title) throws SQLException {
    List<long[]> seen = new java.util.ArrayList<>();
    String like = "SELECT r.commit_id, r.place, r.kind, r.hex, r.title, r.title_hash FROM reference r WHERE r.commit_id < ? AND ";
    try (PreparedStatement query = connection.prepareStatement(like + "(r.bucket = ? OR r.title_hash = ? AND r.title = ?)")) {
      Database.bind(query, (long) commit, References.bucket(java.util.HexFormat.of().formatHex(sha)), References.hash(title), title);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          if (Links.Kind.of(rows.getString("kind")) == null) continue;
          seen.add(new long[] {rows.getLong("commit_id"), rows.getInt("place")});
          Database.update(connection, "DELETE FROM link WHERE commit_id = ? AND place = ?", rows.getLong("commit_id"), rows.getInt("place"));
          resolve(rows);
        }
      }
    }
    if (!seen.isEmpty()) flush();
  }

  private void resolve(ResultSet row) throws SQLException {
    Links.Kind kind = Links.Kind.of(row.getString("kind"));
    if (kind == null) return;
    int commit = (int) row.getLong("commit_id");
    String hex = row.getString("hex");
    String title = row.getString("title");
    int[] found = hex.isEmpty() ? earlier(commit, title) : resolved(commit, kind, hex, title, row.getLong("title_hash"));
    if (found == null || found[0] == commit) return;
    insertion.setLong(1, commit);
    insertion.setInt(2, row.getInt("place"));
    insertion.setInt(3, kind.ordinal());
    insertion.setLong(4, found[0]);
    insertion.setInt(5, found[1]);
    insertion.addBatch();
    if (++pending >= BATCH) flush();
  }

  /** Commit and sureness; null when it is not clear. */
  private int[] resolved(int commit, Links.Kind kind, String hex, String title, long titleHash) throws SQLException {
    int[] candidates = ids.beginning(hex);
    if (candidates.length == 1) {
      int target = candidates[0];
      if (kind == Links.Kind.BACKPORT) return new int[] {target, sameTitle(commit, target)};
      if (title.isEmpty() || ids.title(target) == titleHash) return new int[] {target, 2};
      return new int[] {target, Lineage.isTitleOf(title, title(target)) ? 2 : 0};
    }
    long wanted = kind == Links.Kind.BACKPORT ? ids.title(commit) : titleHash;
    if (candidates.length > 1) {
      int right = 0;
      for (int candidate : candidates) {
        if (ids.title(candidate) != wanted) continue;
        if (right != 0) return null;
        right = candidate;
      }
      return right == 0 ? null : new int[] {right, 2};
    }
    if (title.isEmpty()) return null;
    titled.setLong(1, titleHash);
    titled.setString(2, title);
    try (ResultSet rows = titled.executeQuery()) {
      if (!rows.next()) return null;
      int only = (int) rows.getLong("id");
      return rows.next() ? null : new int[] {only, 1};
    }
  }

  /** Vendors put words of their own before the title. */
  private int sameTitle(int commit, int target) throws SQLException {
    if (ids.title(commit) == ids.title(target)) return 2;
    String title = title(target);
    return title.length() >= 10 && title(commit).endsWith(title) ? 1 : 0;
  }

  /** The newest earlier commit of a title. */
  private int[] earlier(int commit, String title) throws SQLException {
    if (title.isEmpty()) return null;
    long when = committed(commit);
    titled.setLong(1, References.hash(title));
    titled.setString(2, title);
    int best = 0;
    try (ResultSet rows = titled.executeQuery()) {
      while (rows.next()) if (rows.getLong("committed") <= when && rows.getLong("id") != commit) best = (int) rows.getLong("id");
    }
    return best == 0 ? null : new int[] {best, 1};
  }

  private String title(int commit) throws SQLException {
    titleOf.setLong(1, commit);
    try (ResultSet row = titleOf.executeQuery()) {
      return row.next() ? row.getString("title") : "";
    }
  }

  private long committed(int commit) throws SQLException {
    titleOf.setLong(1, commit);
    try (ResultSet row = titleOf.executeQuery()) {
      return row.next() ? row.getLong("committed") : 0;
    }
  }

  private void flush() throws SQLException {
    if (pending > 0) insertion.executeBatch();
    pending = 0;
  }

  @Override
  public void close() throws SQLException {
    insertion.close();
    titleOf.close();
    titled.close();
  }
}
