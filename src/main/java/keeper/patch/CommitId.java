// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.patch;

/**
 * A git commit's id, full or abbreviated.
 *
 * @param hex lower case, 5 to 64 digits
 */
public record CommitId(String hex) implements Comparable<CommitId> {
  public CommitId {
    if (!valid(hex)) throw new IllegalArgumentException("no commit id: " + hex);
  }

  /** Whether text can be an id, in lower case. */
  public static boolean valid(String hex) {
    return isHex(hex, 5, 64);
  }

  static boolean isHex(String text, int least, int most) {
    if (text.length() < least || text.length() > most) return false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) return false;
    }
    return true;
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
