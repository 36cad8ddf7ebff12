// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.BitSet;
import keeper.lineage.Graph;
import keeper.lineage.Links;

/** The graph's arrays as bytes of a few rows, and back. */
final class Packed {
  /** Commits of one row. */
  static final int PART = 1 << 16;

  private Packed() {}

  static byte[] bits(BitSet bits) {
    byte[] bytes = bits.toByteArray();
    return Varints.deflate(bytes, bytes.length);
  }

  static BitSet bits(byte[] packed) {
    return BitSet.valueOf(Varints.inflate(packed));
  }

  /** Keeps the parts that changed: of commits from this number on, and where releases did. */
  static void keep(Connection connection, Graph graph, int from, int[] releasesBefore) throws SQLException {
    for (int part = 0; part * PART < graph.size(); part++) {
      int low = part * PART + 1;
      int high = Math.min(graph.size(), low + PART - 1);
      boolean grew = high >= from;
      boolean moved = false;
      for (int commit = low; commit <= high && !moved; commit++) moved = commit >= releasesBefore.length || releasesBefore[commit] != graph.release(commit);
      if (!grew && !moved) continue;
      Varints parents = new Varints();
      Varints dates = new Varints();
      Varints releases = new Varints();
      long date = 0;
      for (int commit = low; commit <= high; commit++) {
        int[] all = graph.parents(commit);
        parents.put(all.length);
        for (int parent : all) parents.signed(parent - commit);
        dates.signed(graph.date(commit) - date);
        date = graph.date(commit);
        releases.put(graph.release(commit));
      }
      Database.update(connection, "DELETE FROM history_part WHERE number = ?", part);
      Database.update(
          connection, "INSERT INTO history_part (number, parents, dates, releases) VALUES (?, ?, ?, ?)", part, parents.deflated(), dates.deflated(),
          releases.deflated());
    }
  }

  static Graph graph(Connection connection) throws SQLException {
    Graph graph = new Graph();
    record Row(int number, byte[] parents, byte[] dates, byte[] releases) {}
    for (Row row : Database.query(
        connection, "SELECT number, parents, dates, releases FROM history_part ORDER BY number",
        found -> new Row(found.getInt("number"), found.getBytes("parents"), found.getBytes("dates"), found.getBytes("releases")))) {
      Varints parents = Varints.inflated(row.parents);
      Varints dates = Varints.inflated(row.dates);
      Varints releases = Varints.inflated(row.releases);
      long date = 0;
      for (int commit = row.number * PART + 1; releases.more(); commit++) {
        date += dates.signed();
        graph.add(commit, date);
        graph.release(commit, (int) releases.next());
        int[] all = new int[(int) parents.next()];
        for (int i = 0; i < all.length; i++) all[i] = commit + (int) parents.signed();
        graph.parents(commit, all);
      }
    }
    return graph;
  }

  /** Whether a commit has several parents. */
  static boolean isMerge(Connection connection, int commit) throws SQLException {
    if (commit < 1) return false;
    byte[] packed = Database.first(connection, "SELECT parents FROM history_part WHERE number = ?", row -> row.getBytes("parents"), (commit - 1) / PART).orElse(null);
    if (packed == null) return false;
    Varints parents = Varints.inflated(packed);
    for (int at = (commit - 1) / PART * PART + 1; parents.more(); at++) {
      int count = (int) parents.next();
      if (at == commit) return count > 1;
      for (int i = 0; i < count; i++) parents.signed();
    }
    return false;
  }

  /** The releases of one part. */
  static int[] releases(byte[] packed) {
    Varints bytes = Varints.inflated(packed);
    int[] releases = new int[PART];
    for (int i = 0; bytes.more(); i++) releases[i] = (int) bytes.next();
    return releases;
  }

  /** Keeps the links of commits with these parts' numbers, as the rows have them now. */
  static void keepLinks(Connection connection, BitSet parts) throws SQLException {
    for (int part = parts.nextSetBit(0); part >= 0; part = parts.nextSetBit(part + 1)) {
      Database.update(connection, "DELETE FROM history_links WHERE number = ?", part);
      Varints links = new Varints();
      int first = part * PART;
      int[] last = {first};
      Database.query(
          connection, "SELECT commit_id, target, kind, sureness FROM link WHERE commit_id > ? AND commit_id <= ? ORDER BY commit_id, place",
          row -> {
            int commit = (int) row.getLong(1);
            links.put(commit - last[0]);
            links.signed(row.getLong(2) - commit);
            links.put(row.getInt(3) << 2 | row.getInt(4));
            last[0] = commit;
            return commit;
          }, (long) first, (long) first + PART);
      if (links.place() > 0) Database.update(connection, "INSERT INTO history_links (number, links) VALUES (?, ?)", part, links.deflated());
    }
  }

  /** All resolved links. @param size the highest number of a commit */
  static Links links(Connection connection, int size) throws SQLException {
    Links all = new Links(size);
    Links.Kind[] kinds = Links.Kind.values();
    record Row(int number, byte[] links) {}
    for (Row row : Database.query(connection, "SELECT number, links FROM history_links ORDER BY number", found -> new Row(found.getInt(1), found.getBytes(2)))) {
      Varints links = Varints.inflated(row.links);
      for (int commit = row.number * PART; links.more(); ) {
        commit += (int) links.next();
        int target = commit + (int) links.signed();
        int word = (int) links.next();
        all.add(commit, target, kinds[word >> 2], word & 3);
      }
    }
    return all;
  }
}
