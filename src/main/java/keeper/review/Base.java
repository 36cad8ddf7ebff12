// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.review;

import java.util.List;
import keeper.text.Tree;

/** What a patch is judged against. */
public sealed interface Base {
  /** Every tree that was tried, in order, with its outcome. */
  List<Attempt> attempts();

  /** How a tree was found. */
  enum Kind {
    /** The blob ids of the {@code index} lines stand in the tree. */
    BLOB("blob"),
    /** The series names the commit. */
    BASE_COMMIT("base-commit"),
    /** The patch applies to this tree, which need not be the author's. */
    TREE("tree");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /**
   * A tree to which the patch applies.
   *
   * @param commit the commit that was used, empty for a plain folder
   */
  record Found(Kind kind, Tree tree, String commit, List<Attempt> attempts) implements Base {
    public Found {
      attempts = List.copyOf(attempts);
    }
  }

  /** No tree: what the hunks show is all there is. */
  record HunksOnly(List<Attempt> attempts) implements Base {
    public HunksOnly {
      attempts = List.copyOf(attempts);
    }
  }
}
