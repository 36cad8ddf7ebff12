// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import keeper.lineage.Graph;
import keeper.lineage.Lineage;
import keeper.lineage.Links;

/** Finds out which commits the references of commits mean, and keeps one row for each that is clear. */
final class Resolution implements AutoCloseable {
  private static final int BATCH = 10_000;
  private static final String NEWS =
      "SELECT r.commit_id, r.place, r.kind, r.hex, r.title, r.title_hash FROM reference r WHERE r.commit_id > ? AND r.kind <> 'mentions' AND r.kind <> 'mail' AND r.kind <> 'stable' AND r.kind <> 'report'";

  private static final String OLDER =
      "SELECT r.commit_id, r.place, r.kind, r.hex, r.title, r.title_hash FROM reference r WHERE r.commit_id < ? AND ";

  private final Connection connection;
  private final Ids ids;
  private final Graph graph;
  private final Commits commits;
  private final PreparedStatement byId; // older references, each by an index of its own
  private final PreparedStatement byTitle;
  private final PreparedStatement insertion;
  private final BitSet parts = new BitSet();
  private int pending;

  /** @param graph knows the dates */
  Resolution(Connection connection, Ids ids, Graph graph, Commits commits) throws SQLException {
    this.connection = connection;
    this.ids = ids;
    this.graph = graph;
    this.commits = commits;
    this.byId = connection.prepareStatement(OLDER + "r.bucket = ?");
    this.byTitle = connection.prepareStatement(OLDER + "r.title_hash = ? AND r.title = ?");
    this.insertion = connection.prepareStatement("INSERT INTO link (commit_id, place, kind, target, sureness) VALUES (?, ?, ?, ?, ?)");
  }

  /** Parts (see {@link Packed#PART}) whose links are not what they were. */
  BitSet parts() {
    return parts;
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
  void concerning(int commit, String hex, String title) throws SQLException {
    concerning(byId, commit, References.bucket(hex));
    concerning(byTitle, commit, References.hash(title), title);
  }

  private void concerning(PreparedStatement query, Object... arguments) throws SQLException {
    Database.bind(query, arguments);
    try (ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        if (Links.Kind.of(rows.getString("kind")) == null) continue;
        int gone = Database.update(connection, "DELETE FROM link WHERE commit_id = ? AND place = ?", rows.getLong("commit_id"), rows.getInt("place"));
        if (gone > 0) changed((int) rows.getLong("commit_id"));
        resolve(rows);
      }
    }
    flush();
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
    changed(commit);
    if (++pending >= BATCH) flush();
  }

  private void changed(int commit) {
    parts.set((commit - 1) / Packed.PART);
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
    List<Integer> titled = titled(title, titleHash);
    return titled.size() == 1 ? new int[] {titled.get(0), 1} : null;
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
    int best = 0;
    for (int other : titled(title, References.hash(title))) {
      boolean newer = best == 0 || graph.date(other) >= graph.date(best);
      if (other != commit && graph.date(other) <= graph.date(commit) && newer) best = other;
    }
    return best == 0 ? null : new int[] {best, 1};
  }

  private List<Integer> titled(String title, long hash) throws SQLException {
    List<Integer> found = new ArrayList<>();
    for (int commit : ids.titled(hash)) if (title(commit).equals(title)) found.add(commit);
    return found;
  }

  private String title(int commit) throws SQLException {
    return commits.title(connection, commit);
  }

  private void flush() throws SQLException {
    if (pending > 0) insertion.executeBatch();
    pending = 0;
  }

  @Override
  public void close() throws SQLException {
    byId.close();
    byTitle.close();
    insertion.close();
  }
}
