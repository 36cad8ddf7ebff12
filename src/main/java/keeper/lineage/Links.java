// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lineage;

import java.util.Arrays;
import java.util.List;

/**
 * All resolved links between commits as arrays of integers, both ways; commits by their numbers. Equal changes (backports, picks)
 * share a class, named by its lowest-ranked member.
 */
public final class Links {
  /** What one commit says of another; the number that rows have is the place here. */
  public enum Kind {
    FIXES,
    REVERTS,
    REAPPLIES,
    BACKPORT,
    DEP_OF,
    PREREQ;

    /** The word that references use, see {@link Evidence#word()}. */
    public String word() {
      return this == DEP_OF ? "dep-of" : name().toLowerCase(java.util.Locale.ROOT);
    }

    /** Nothing for words that make no link. */
    public static Kind of(String word) {
      for (Kind kind : values()) if (kind.word().equals(word)) return kind;
      return null;
    }
  }

  private final int size;
  private int count;
  private int[] from = new int[256];
  private int[] to = new int[256];
  private byte[] kinds = new byte[256];
  private byte[] sure = new byte[256];
  private int[] byTarget; // first edge of each class's run in order
  private int[] order;
  private final int[] classes;

  /** @param size the highest number of a commit */
  public Links(int size) {
    this.size = size;
    this.classes = new int[size + 1];
    for (int i = 0; i <= size; i++) classes[i] = i;
  }

  /** @param sureness 0 weak, 1 likely, 2 sure */
  public void add(int commit, int target, Kind kind, int sureness) {
    if (commit > size || target > size) return;
    if (kind == Kind.BACKPORT) {
      if (sureness > 0) join(target, commit);
      return;
    }
    if (count == from.length) {
      from = Arrays.copyOf(from, 2 * count);
      to = Arrays.copyOf(to, 2 * count);
      kinds = Arrays.copyOf(kinds, 2 * count);
      sure = Arrays.copyOf(sure, 2 * count);
    }
    from[count] = commit;
    to[count] = target;
    kinds[count] = (byte) kind.ordinal();
    sure[count++] = (byte) sureness;
    byTarget = null;
  }

  /** Two commits are the same change; the first gives the name. */
  public void join(int original, int copy) {
    int one = klass(original);
    int other = klass(copy);
    if (one != other) classes[other] = one;
    byTarget = null;
  }

  /** The commit that stands for all that are the same change. */
  public int klass(int commit) {
    int top = commit;
    while (classes[top] != top) top = classes[top];
    for (int at = commit; at != top; ) {
      int next = classes[at];
      classes[at] = top;
      at = next;
    }
    return top;
  }

  /** One link to a change. */
  public record Edge(int commit, int target, Kind kind, int sureness) {}

  /** Every edge, in the order of adding, but for backports. */
  public int edges() {
    return count;
  }

  public Edge edge(int index) {
    return new Edge(from[index], to[index], Kind.values()[kinds[index]], sure[index]);
  }

  /** Who says something of any commit of this class; in the order of adding. */
  public List<Edge> to(int klass) {
    if (byTarget == null) sort();
    Edge[] found = new Edge[byTarget[klass + 1] - byTarget[klass]];
    for (int i = 0; i < found.length; i++) found[i] = edge(order[byTarget[klass] + i]);
    return List.of(found);
  }

  boolean hasEdges(int klass) {
    if (byTarget == null) sort();
    return byTarget[klass + 1] > byTarget[klass];
  }

  private void sort() {
    int[] starts = new int[size + 2];
    for (int i = 0; i < count; i++) starts[klass(to[i]) + 1]++;
    for (int i = 1; i < starts.length; i++) starts[i] += starts[i - 1];
    int[] next = starts.clone();
    order = new int[count];
    for (int i = 0; i < count; i++) order[next[klass(to[i])]++] = i;
    byTarget = starts;
  }
}
