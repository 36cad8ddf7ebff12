// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lock;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Where each word of a file stands, comments and strings included: one pass over the bytes, then a look-up in a table of chains. */
final class Words {
  private final byte[] bytes;
  private final int[] heads; // the last word of each chain, plus one
  private final int[] starts;
  private final int[] nexts; // the word before it in its chain, plus one

  private Words(byte[] bytes, int[] heads, int[] starts, int[] nexts) {
    this.bytes = bytes;
    this.heads = heads;
    this.starts = starts;
    this.nexts = nexts;
  }

  static Words of(byte[] bytes) {
    int count = 0;
    for (int i = 0; i < bytes.length; i++) if (letter(bytes[i]) && (i == 0 || !letter(bytes[i - 1]))) count++;
    int size = Integer.highestOneBit(Math.max(16, count)) << 1;
    Words words = new Words(bytes, new int[size], new int[count], new int[count]);
    int next = 0;
    for (int i = 0; i < bytes.length; ) {
      if (!letter(bytes[i])) {
        i++;
        continue;
      }
      int start = i;
      int hash = 0;
      while (i < bytes.length && letter(bytes[i])) hash = hash * 31 + bytes[i++];
      int slot = slot(hash, size);
      words.starts[next] = start;
      words.nexts[next] = words.heads[slot];
      words.heads[slot] = ++next;
    }
    return words;
  }

  /** The offsets of a word, in source order; none for what is no word. */
  List<Integer> offsets(String word) {
    byte[] wanted = word.getBytes(StandardCharsets.UTF_8);
    List<Integer> found = new ArrayList<>();
    if (wanted.length == 0) return found;
    int hash = 0;
    for (byte b : wanted) hash = hash * 31 + b;
    for (int at = heads[slot(hash, heads.length)]; at != 0; at = nexts[at - 1]) if (is(starts[at - 1], wanted)) found.add(starts[at - 1]);
    java.util.Collections.reverse(found);
    return found;
  }

  private boolean is(int start, byte[] wanted) {
    int end = start + wanted.length;
    if (end > bytes.length || end < bytes.length && letter(bytes[end])) return false;
    for (int i = 0; i < wanted.length; i++) if (bytes[start + i] != wanted[i]) return false;
    return true;
  }

  private static int slot(int hash, int size) {
    int mixed = hash * 0x9E3779B9;
    return (mixed ^ mixed >>> 15) & size - 1;
  }

  private static boolean letter(byte b) {
    return b == '_' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9';
  }
}
