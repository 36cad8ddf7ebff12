// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;

/** The ids of all commits and hashes of their titles in memory, for the time of an index run: numbers from ids, whole or abbreviated. */
final class Ids {
  private long[] keys = new long[1024]; // the first eight bytes, by number
  private long[] checks = new long[1024]; // the next eight
  private long[] titles = new long[1024];
  private int[] slots = new int[4096];
  private int size; // the highest number
  private long[] sorted; // as the following made when first asked for, and gone when another commit comes
  private int[] heads;
  private int[] next;

  int size() {
    return size;
  }

  void add(int commit, byte[] sha, long titleHash) {
    add(commit, Keys.word(sha, 0), Keys.word(sha, 8));
    titles[commit] = titleHash;
  }

  /** @param key the first eight bytes of its id @param check the next eight */
  void add(int commit, long key, long check) {
    if (commit >= keys.length) {
      int length = Math.max(commit + 1, keys.length * 2);
      keys = Arrays.copyOf(keys, length);
      checks = Arrays.copyOf(checks, length);
      titles = Arrays.copyOf(titles, length);
    }
    keys[commit] = key;
    checks[commit] = check;
    size = Math.max(size, commit);
    sorted = null;
    heads = null;
    if (2 * size > slots.length) grow();
    else put(commit);
  }

  /** Whether a commit has this number: it was not forgotten. */
  boolean has(int commit) {
    return keys[commit] != 0 || checks[commit] != 0;
  }

  long key(int commit) {
    return keys[commit];
  }

  long check(int commit) {
    return checks[commit];
  }

  private void grow() {
    slots = new int[slots.length * 4];
    fill();
  }

  private void fill() {
    Arrays.fill(slots, 0);
    for (int commit = 1; commit <= size; commit++) if (has(commit)) put(commit);
  }

  private void put(int commit) {
    int slot = slot(keys[commit]);
    while (slots[slot] != 0) slot = slot + 1 & slots.length - 1;
    slots[slot] = commit;
  }

  private int slot(long key) {
    return (int) (key ^ key >>> 32) & slots.length - 1; // a power of two
  }

  /** 0 when nobody has it. */
  int number(byte[] sha, int at) {
    long key = Keys.word(sha, at);
    long check = Keys.word(sha, at + 8);
    for (int slot = slot(key); slots[slot] != 0; slot = slot + 1 & slots.length - 1) {
      int commit = slots[slot];
      if (keys[commit] == key && checks[commit] == check) return commit;
    }
    return 0;
  }

  long title(int commit) {
    return titles[commit];
  }

  void title(int commit, long hash) {
    titles[commit] = hash;
  }

  /** Takes numbers back. */
  void forget(BitSet commits) {
    commits.stream().forEach(commit -> keys[commit] = checks[commit] = titles[commit] = 0);
    sorted = null;
    heads = null;
    fill();
  }

  /** Those whose title has this hash, ascending. */
  List<Integer> titled(long hash) {
    if (heads == null) {
      heads = new int[slots.length];
      next = new int[size + 1];
      for (int commit = size; commit > 0; commit--) {
        int slot = slot(titles[commit]);
        next[commit] = heads[slot];
        heads[slot] = commit;
      }
    }
    List<Integer> found = new ArrayList<>();
    for (int commit = heads[slot(hash)]; commit != 0; commit = next[commit]) if (titles[commit] == hash && has(commit)) found.add(commit);
    return found;
  }

  /** Those whose id begins so, at most a few. */
  int[] beginning(String hex) {
    if (sorted == null) {
      sorted = new long[size];
      for (int i = 0; i < size; i++) sorted[i] = keys[i + 1] ^ Long.MIN_VALUE;
      Arrays.sort(sorted);
    }
    int digits = Math.min(16, hex.length());
    long low = Long.parseUnsignedLong(hex, 0, digits, 16) << 64 - 4 * digits;
    if (digits == 16) low = Long.parseUnsignedLong(hex, 0, 16, 16);
    long high = digits == 16 ? low : low | -1L >>> 4 * digits;
    int at = Arrays.binarySearch(sorted, low ^ Long.MIN_VALUE);
    if (at < 0) at = -at - 1;
    while (at > 0 && sorted[at - 1] == (low ^ Long.MIN_VALUE)) at--;
    int[] found = new int[20];
    int count = 0;
    long last = 0;
    boolean any = false;
    for (; at < size && sorted[at] <= (high ^ Long.MIN_VALUE) && count < found.length; at++) {
      long key = sorted[at] ^ Long.MIN_VALUE;
      if (any && key == last) continue;
      any = true;
      last = key;
      for (int slot = slot(key); slots[slot] != 0 && count < found.length; slot = slot + 1 & slots.length - 1) {
        int commit = slots[slot];
        if (keys[commit] == key && agrees(commit, hex)) found[count++] = commit;
      }
    }
    return Arrays.copyOf(found, count);
  }

  /** Digits 17 to 32; the others need not be looked at: two commits that agree so far are one. */
  private boolean agrees(int commit, String hex) {
    if (hex.length() <= 16) return true;
    String check = HexFormat.of().toHexDigits(checks[commit]);
    int digits = Math.min(16, hex.length() - 16);
    return hex.regionMatches(16, check, 0, digits);
  }
}
