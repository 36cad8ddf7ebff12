// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/** Which commit has an id or a title, in 4,096 rows of each kind: a question reads one, and a hundred new commits change a hundred. */
enum Keys {
  /** The first 16 bytes of ids. */
  IDS(16),
  /** Hashes of titles, see {@link References#hash}. */
  TITLES(8);

  private static final int BUCKETS = 1 << 12; // three digits: the shortest abbreviation has five

  private final int width;

  Keys(int width) {
    this.width = width;
  }

  /** Bytes of one key and its number. */
  int length() {
    return width + 4;
  }

  static int bucket(long word) {
    return (int) (word >>> 52);
  }

  static long word(byte[] bytes, int at) {
    long word = 0;
    for (int i = 0; i < 8; i++) word = word << 8 | bytes[at + i] & 0xff;
    return word;
  }

  static int number(byte[] bytes, int at) {
    return (int) (word(bytes, at - 4) & 0xffffffffL);
  }

  private void write(byte[] row, int at, Ids ids, int commit) {
    put(row, at, this == IDS ? ids.key(commit) : ids.title(commit), 8);
    if (this == IDS) put(row, at + 8, ids.check(commit), 8);
    put(row, at + width, commit, 4);
  }

  private static void put(byte[] row, int at, long value, int length) {
    for (int i = 0; i < length; i++) row[at + i] = (byte) (value >>> 8 * (length - 1 - i));
  }

  /** Adds commits from this number on to the rows; numbers that nobody has are left out. */
  static void add(Connection c, Ids ids, int from) throws SQLException {
    for (Keys kind : values()) kind.add(c, ids, from, commit -> bucket(kind == IDS ? ids.key(commit) : ids.title(commit)));
  }

  private void add(Connection c, Ids ids, int from, IntUnaryOperator bucketOf) throws SQLException {
    int[] counts = new int[BUCKETS];
    for (int commit = from; commit <= ids.size(); commit++) if (ids.has(commit)) counts[bucketOf.applyAsInt(commit)]++;
    byte[][] rows = new byte[BUCKETS][];
    for (int commit = from; commit <= ids.size(); commit++) {
      if (!ids.has(commit)) continue;
      int bucket = bucketOf.applyAsInt(commit);
      if (rows[bucket] == null) rows[bucket] = new byte[counts[bucket] * length()];
      write(rows[bucket], rows[bucket].length - counts[bucket]-- * length(), ids, commit);
    }
    try (PreparedStatement deletion = c.prepareStatement("DELETE FROM history_key WHERE kind = ? AND bucket = ?");
        PreparedStatement insertion = c.prepareStatement("INSERT INTO history_key (kind, bucket, keys) VALUES (?, ?, ?)")) {
      for (int bucket = 0; bucket < BUCKETS; bucket++) {
        if (rows[bucket] == null) continue;
        byte[] before = from == 1 ? new byte[0]
            : Database.first(c, "SELECT keys FROM history_key WHERE kind = ? AND bucket = ?", row -> row.getBytes("keys"), ordinal(), bucket).orElse(new byte[0]);
        if (before.length > 0) {
          Database.bind(deletion, ordinal(), bucket);
          deletion.executeUpdate();
        }
        byte[] all = Arrays.copyOf(before, before.length + rows[bucket].length);
        System.arraycopy(rows[bucket], 0, all, before.length, rows[bucket].length);
        Database.bind(insertion, ordinal(), bucket, all);
        insertion.addBatch();
      }
      insertion.executeBatch();
    }
  }

  /** All that are kept. */
  static Ids all(Connection c) throws SQLException {
    Ids ids = new Ids();
    try (PreparedStatement query = c.prepareStatement("SELECT kind, keys FROM history_key ORDER BY kind, bucket")) {
      query.setFetchSize(200);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          byte[] row = rows.getBytes("keys");
          boolean id = rows.getInt("kind") == IDS.ordinal();
          int length = (id ? IDS : TITLES).length();
          for (int at = 0; at < row.length; at += length) {
            if (id) ids.add(number(row, at + 16), word(row, at), word(row, at + 8));
            else ids.title(number(row, at + 8), word(row, at));
          }
        }
      }
    }
    return ids;
  }
}
