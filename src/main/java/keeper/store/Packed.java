// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import keeper.lineage.Graph;

/** The graph's arrays as bytes of a few rows, and back. */
final class Packed {
  /** Commits of one row. */
  static final int PART = 1 << 16;

  private Packed() {}

  static byte[] bits(BitSet bits) {
    return deflated(bits.toByteArray());
  }

  static BitSet bits(byte[] packed) {
    return BitSet.valueOf(inflated(packed));
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
      Bytes parents = new Bytes();
      Bytes dates = new Bytes();
      Bytes releases = new Bytes();
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
      Bytes parents = new Bytes(inflated(row.parents));
      Bytes dates = new Bytes(inflated(row.dates));
      Bytes releases = new Bytes(inflated(row.releases));
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
    Bytes parents = new Bytes(inflated(packed));
    for (int at = (commit - 1) / PART * PART + 1; parents.more(); at++) {
      int count = (int) parents.next();
      if (at == commit) return count > 1;
      for (int i = 0; i < count; i++) parents.signed();
    }
    return false;
  }

  /** The releases of one part. */
  static int[] releases(byte[] packed) {
    Bytes bytes = new Bytes(inflated(packed));
    int[] releases = new int[PART];
    for (int i = 0; bytes.more(); i++) releases[i] = (int) bytes.next();
    return releases;
  }

  private static byte[] deflated(byte[] bytes) {
    Bytes all = new Bytes(bytes);
    all.at = bytes.length;
    return all.deflated();
  }

  private static byte[] inflated(byte[] packed) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(packed, 4, packed.length - 4);
      byte[] bytes = new byte[(packed[0] & 0xff) << 24 | (packed[1] & 0xff) << 16 | (packed[2] & 0xff) << 8 | packed[3] & 0xff];
      int at = 0;
      while (at < bytes.length) {
        int read = inflater.inflate(bytes, at, bytes.length - at);
        if (read == 0) break;
        at += read;
      }
      return bytes;
    } catch (DataFormatException e) {
      throw new StoreException("database: the graph of the histories is damaged; index the repositories again", e);
    } finally {
      inflater.end();
    }
  }

  /** Varints: seven bits a byte, the last has the top bit clear. */
  private static final class Bytes {
    private byte[] bytes;
    private int at;

    Bytes() {
      this(new byte[1 << 16]);
    }

    Bytes(byte[] bytes) {
      this.bytes = bytes;
    }

    boolean more() {
      return at < bytes.length;
    }

    void put(long value) {
      if (at + 10 > bytes.length) bytes = Arrays.copyOf(bytes, bytes.length * 2 + 10);
      long rest = value;
      while ((rest & ~0x7fL) != 0) {
        bytes[at++] = (byte) (rest | 0x80);
        rest >>>= 7;
      }
      bytes[at++] = (byte) rest;
    }

    void signed(long value) {
      put(value << 1 ^ value >> 63);
    }

    long next() {
      long value = 0;
      for (int shift = 0; ; shift += 7) {
        byte b = bytes[at++];
        value |= (long) (b & 0x7f) << shift;
        if (b >= 0) return value;
      }
    }

    long signed() {
      long value = next();
      return value >>> 1 ^ -(value & 1);
    }

    byte[] deflated() {
      Deflater deflater = new Deflater(Deflater.BEST_SPEED);
      try {
        deflater.setInput(bytes, 0, at);
        deflater.finish();
        byte[] packed = new byte[at / 2 + 64];
        packed[0] = (byte) (at >> 24);
        packed[1] = (byte) (at >> 16);
        packed[2] = (byte) (at >> 8);
        packed[3] = (byte) at;
        int length = 4;
        while (!deflater.finished()) {
          if (length == packed.length) packed = Arrays.copyOf(packed, 2 * length);
          length += deflater.deflate(packed, length, packed.length - length);
        }
        return Arrays.copyOf(packed, length);
      } finally {
        deflater.end();
      }
    }
  }
}
