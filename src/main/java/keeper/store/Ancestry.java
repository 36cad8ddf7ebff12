// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.util.Arrays;
import java.util.BitSet;
import keeper.lineage.Commit;
import keeper.lineage.Graph;

/** The commits of one index run and their parents' ids: parents come after their children, so who they are is known at the end. */
final class Ancestry {
  private int[] numbers = new int[1024];
  private long[] dates = new long[1024];
  private int[] ends = new int[1024]; // of its parents' ids
  private byte[] parents = new byte[1 << 15];
  private int width;
  private int size;

  int size() {
    return size;
  }

  void add(int number, Commit commit) {
    if (size == numbers.length) {
      numbers = Arrays.copyOf(numbers, 2 * size);
      dates = Arrays.copyOf(dates, 2 * size);
      ends = Arrays.copyOf(ends, 2 * size);
    }
    byte[] ids = commit.parentIds();
    int at = size == 0 ? 0 : ends[size - 1];
    if (at + ids.length > parents.length) parents = Arrays.copyOf(parents, 2 * parents.length + ids.length);
    System.arraycopy(ids, 0, parents, at, ids.length);
    width = commit.id().length;
    numbers[size] = number;
    dates[size] = commit.committed();
    ends[size++] = at + ids.length;
  }

  BitSet numbers() {
    BitSet all = new BitSet();
    for (int i = 0; i < size; i++) all.set(numbers[i]);
    return all;
  }

  /** Parents that nobody has are left out: history is cut off there. @return the lowest number */
  int addTo(Graph graph, Ids ids) {
    int lowest = Integer.MAX_VALUE;
    for (int i = 0; i < size; i++) {
      lowest = Math.min(lowest, numbers[i]);
      graph.add(numbers[i], dates[i]);
    }
    int at = 0;
    for (int i = 0; i < size; i++) {
      int[] known = new int[(ends[i] - at) / width];
      int count = 0;
      for (; at < ends[i]; at += width) {
        int parent = ids.number(parents, at);
        if (parent != 0) known[count++] = parent;
      }
      graph.parents(numbers[i], Arrays.copyOf(known, count));
    }
    return lowest;
  }
}
