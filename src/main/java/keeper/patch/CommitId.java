// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.patch;

/**
 * A git commit's id, full or abbreviated.
 *
 * @param hex lower case, 5 to 64 digits
 */
public record CommitId(String hex) implements Comparable<CommitId> {
  public CommitId {
    if (!hex.matches("[0-9a-f]{5,64}")) throw new IllegalArgumentException("no commit id: " + hex);
  }

  public boolean isFull() {
    return hex.length() == 40 || hex.length() == 64;
  }

  /** The twelve digits that the kernel uses in text. */
  public String brief() {
    return hex.substring(0, Math.min(12, hex.length()));
  }

  @Override
  public int compareTo(CommitId other) {
    return hex.compareTo(other.hex);
  }

  @Override
  public String toString() {
    return hex;
  }
}
