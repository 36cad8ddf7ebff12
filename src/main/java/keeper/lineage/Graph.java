// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lineage;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * The parents, dates and releases of all commits as arrays of integers, indexed by the numbers that the index gave them: from 1,
 * without gaps. It grows while a history is read.
 */
public final class Graph {
  private static final int[] NONE = {};

  private int size;
  private int[] first = new int[1024]; // parent; 0 when there is none
  private int[] dates = new int[1024]; // of the committer, seconds since 1970 without sign
  private int[] releases = new int[1024];
  private final Map<Integer, int[]> more = new HashMap<>(); // further parents of merges

  /** The highest number. */
  public int size() {
    return size;
  }

  /** Takes the next number, or a higher one. @param date seconds since 1970 */
  public void add(int commit, long date) {
    if (commit >= first.length) {
      int length = Math.max(commit + 1, first.length * 2);
      first = Arrays.copyOf(first, length);
      dates = Arrays.copyOf(dates, length);
      releases = Arrays.copyOf(releases, length);
    }
    size = Math.max(size, commit);
    dates[commit] = (int) date;
  }

  /** Says who the parents are; those that are cut off are left out. */
  public void parents(int commit, int[] parents) {
    first[commit] = parents.length == 0 ? 0 : parents[0];
    if (parents.length > 1) more.put(commit, Arrays.copyOfRange(parents, 1, parents.length));
    else more.remove(commit);
  }

  /** In order. */
  public int[] parents(int commit) {
    if (first[commit] == 0) return NONE;
    int[] others = more.getOrDefault(commit, NONE);
    int[] all = new int[others.length + 1];
    all[0] = first[commit];
    System.arraycopy(others, 0, all, 1, others.length);
    return all;
  }

  public int firstParent(int commit) {
    return first[commit];
  }

  public boolean isMerge(int commit) {
    return more.containsKey(commit);
  }

  /** Of the committer, seconds since 1970. */
  public long date(int commit) {
    return Integer.toUnsignedLong(dates[commit]);
  }

  /** The number of the first release tag that has it; 0 when none has. */
  public int release(int commit) {
    return releases[commit];
  }

  public void release(int commit, int tag) {
    releases[commit] = tag;
  }

  /** Every commit that can be reached from these, and these. */
  public BitSet reach(int... heads) {
    BitSet seen = new BitSet(size + 1);
    for (int head : heads) spread(head, seen, null);
    return seen;
  }

  /** Adds what can be reached from here and was not seen; tells each of them. */
  private void spread(int head, BitSet seen, java.util.function.IntConsumer each) {
    if (head == 0 || seen.get(head)) return;
    int[] stack = new int[64];
    int depth = 0;
    stack[depth++] = head;
    seen.set(head);
    while (depth > 0) {
      int commit = stack[--depth];
      if (each != null) each.accept(commit);
      int parent = first[commit];
      int[] others = more.isEmpty() ? NONE : more.getOrDefault(commit, NONE);
      if (depth + others.length + 1 >= stack.length) stack = Arrays.copyOf(stack, 2 * stack.length + others.length);
      if (parent != 0 && !seen.get(parent)) {
        seen.set(parent);
        stack[depth++] = parent;
      }
      for (int other : others) {
        if (other == 0 || seen.get(other)) continue;
        seen.set(other);
        stack[depth++] = other;
      }
    }
  }

  /** Gives every commit the first of these tags that has it. @param tags commits, no one before another that it contains */
  void release(int[] tags) {
    Arrays.fill(releases, 0);
    BitSet seen = new BitSet(size + 1);
    for (int i = 0; i < tags.length; i++) {
      int tag = i + 1;
      spread(tags[i], seen, commit -> releases[commit] = tag);
    }
  }

  /** A number for each commit that is higher than those of its ancestors. */
  int[] ranks() {
    int[] ranks = new int[size + 1];
    int[] stack = new int[64];
    int next = 1;
    for (int start = 1; start <= size; start++) {
      if (ranks[start] != 0) continue;
      int depth = 0;
      stack[depth++] = start;
      while (depth > 0) {
        int commit = stack[depth - 1];
        if (ranks[commit] > 0) {
          depth--;
          continue;
        }
        if (ranks[commit] == -1) {
          ranks[commit] = next++;
          depth--;
          continue;
        }
        ranks[commit] = -1; // its parents first
        int parent = first[commit];
        int[] others = more.getOrDefault(commit, NONE);
        if (depth + others.length + 1 >= stack.length) stack = Arrays.copyOf(stack, 2 * stack.length + others.length);
        if (parent != 0 && ranks[parent] == 0) stack[depth++] = parent;
        for (int other : others) if (other != 0 && ranks[other] == 0) stack[depth++] = other;
      }
    }
    return ranks;
  }
}
