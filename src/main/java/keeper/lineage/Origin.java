// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lineage;

import keeper.patch.CommitId;

/**
 * Who wrote the lines that a commit changes or encloses: what blame at its parent says.
 *
 * @param commit who
 * @param lines all that the change touches, but for blank ones and braces
 * @param written how many of them this one wrote
 */
public record Origin(CommitId commit, int lines, int written) {
  public double weight() {
    return lines == 0 ? 0 : (double) written / lines;
  }

  /** From half of the lines on. */
  public boolean isLikely() {
    return weight() >= Overlap.LIKELY;
  }
}
