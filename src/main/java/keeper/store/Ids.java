// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.util.Arrays;
import java.util.HexFormat;

/** The ids of all commits and hashes of their titles in memory, for the time of an index run: numbers from ids, whole or abbreviated. */
final class Ids {
  private long[] keys = new long[1024]; // the first eight bytes, by number
  private long[] checks = new long[1024]; // the next eight
  private long[] titles = new long[1024];
  private int[] slots = new int[4096];
  private int size; // the highest number
  private long[] sorted;

  int size() {
    return size;
  }

  void add(int commit, byte[] sha, long titleHash) {
    if (commit >= keys.length) {
      int length = Math.max(commit + 1, keys.length * 2);
      keys = Arrays.copyOf(keys, length);
      checks = Arrays.copyOf(checks, length);
      titles = Arrays.copyOf(titles, length);
    }
    keys[commit] = word(sha, 0);
    checks[commit] = word(sha, 8);
    titles[commit] = titleHash;
    size = Math.max(size, commit);
    sorted = null;
    if (2 * size > slots.length) grow();
    else put(commit);
  }

  private void grow() {
    slots = new int[slots.length * 4];
    for (int commit = 1; commit <= size; commit++) if (keys[commit] != 0 || checks[commit] != 0) put(commit);
  }

  private void put(int commit) {
    int slot = slot(keys[commit]);
    while (slots[slot] != 0) slot = slot + 1 & slots.length - 1;
    slots[slot] = commit;
  }

  private int slot(long key) {
    return (int) (key ^ key >>> 32) & slots.length - 1;
  }

  /** 0 when nobody has it. */
  int number(byte[] sha, int at) {
    long key = word(sha, at);
    long check = word(sha, at + 8);
    for (int slot = slot(key); slots[slot] != 0; slot = slot + 1 & slots.length - 1) {
      int commit = slots[slot];
      if (keys[commit] == key && checks[commit] == check) return commit;
    }
    return 0;
  }

  long title(int commit) {
    return titles[commit];
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

  private static long word(byte[] sha, int at) {
    long word = 0;
    for (int i = 0; i < 8; i++) word = word << 8 | sha[at + i] & 0xff;
    return word;
  }
}
