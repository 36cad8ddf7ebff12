// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Kept commits, by number, by id, by title. Reads the rows that a question needs, and remembers the last ones; for several threads. */
final class Commits {
  private static final int BLOCKS = 128; // remembered, a tenth of a megabyte each
  private static final int KEYS = 512;

  private final Map<Integer, CommitBlock> blocks = remembered(BLOCKS);
  private final Map<Integer, byte[]> keys = remembered(KEYS);

  private static <V> Map<Integer, V> remembered(int most) {
    return new LinkedHashMap<>(16, 0.75f, true) {
      @Override
      protected boolean removeEldestEntry(Map.Entry<Integer, V> eldest) {
        return size() > most;
      }
    };
  }

  /** A row of commits; null when there is none. */
  synchronized CommitBlock block(Connection c, int number) throws SQLException {
    CommitBlock known = blocks.get(number);
    if (known != null) return known;
    CommitBlock read = Database.first(c, "SELECT ids, texts FROM history_block WHERE number = ?", row -> new CommitBlock(row.getBytes("ids"), row.getBytes("texts")), number).orElse(null);
    if (read != null) blocks.put(number, read);
    return read;
  }

  /** Rows were written anew. */
  synchronized void forget() {
    blocks.clear();
    keys.clear();
  }

  private synchronized byte[] keys(Connection c, Keys kind, int bucket) throws SQLException {
    int place = kind.ordinal() << 12 | bucket;
    byte[] known = keys.get(place);
    if (known != null) return known;
    byte[] read = Database.first(c, "SELECT keys FROM history_key WHERE kind = ? AND bucket = ?", row -> row.getBytes("keys"), kind.ordinal(), bucket).orElse(new byte[0]);
    keys.put(place, read);
    return read;
  }

  /** The number of a commit with this full id; 0 when nobody has it. */
  int number(Connection c, byte[] id) throws SQLException {
    for (int commit : beginning(c, HexFormat.of().formatHex(id))) return commit;
    return 0;
  }

  /** Numbers of the commits whose id begins so, ascending. @param hex five digits or more */
  List<Integer> beginning(Connection c, String hex) throws SQLException {
    int digits = Math.min(16, hex.length());
    long low = Long.parseUnsignedLong(hex, 0, digits, 16) << 4 * (16 - digits) % 64;
    long mask = digits == 16 ? -1L : ~(-1L >>> 4 * digits);
    byte[] all = keys(c, Keys.IDS, Keys.bucket(low));
    List<Integer> found = new ArrayList<>();
    for (int at = 0; at < all.length; at += Keys.IDS.length()) {
      if ((Keys.word(all, at) & mask) != low) continue;
      int commit = Keys.number(all, at + 16);
      if (hex.length() <= 16 || HexFormat.of().formatHex(id(c, commit)).startsWith(hex)) found.add(commit);
    }
    return found;
  }

  private byte[] id(Connection c, int commit) throws SQLException {
    return block(c, CommitBlock.of(commit)).id((commit - 1) % CommitBlock.SIZE);
  }

  /** Numbers of the commits of exactly this title, ascending. */
  List<Integer> titled(Connection c, String title) throws SQLException {
    List<Integer> found = new ArrayList<>();
    for (int commit : hashed(c, References.hash(title))) if (title(c, commit).equals(title)) found.add(commit);
    return found;
  }

  private List<Integer> hashed(Connection c, long hash) throws SQLException {
    byte[] all = keys(c, Keys.TITLES, Keys.bucket(hash));
    List<Integer> found = new ArrayList<>();
    for (int at = 0; at < all.length; at += Keys.TITLES.length()) if (Keys.word(all, at) == hash) found.add(Keys.number(all, at + 8));
    return found;
  }

  String title(Connection c, int commit) throws SQLException {
    CommitBlock block = block(c, CommitBlock.of(commit));
    int place = (commit - 1) % CommitBlock.SIZE;
    return block == null || place >= block.size() ? "" : block.title(place);
  }
}
