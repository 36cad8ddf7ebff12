// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.patch;

/**
 * A git blob's id as an {@code index} line gives it, full or abbreviated.
 *
 * @param hex lower case, 4 to 64 digits
 */
public record BlobId(String hex) {
  public BlobId {
    if (!valid(hex)) throw new IllegalArgumentException("no blob id: " + hex);
  }

  /** Whether text can be an id, in lower case. */
  public static boolean valid(String hex) {
    return CommitId.isHex(hex, 4, 64);
  }

  /** All zeros: git's way to say that there is no file on this side. */
  public boolean isNone() {
    for (int i = 0; i < hex.length(); i++) if (hex.charAt(i) != '0') return false;
    return true;
  }

  /** One of the two may be abbreviated. */
  public boolean matches(String otherHex) {
    return hex.startsWith(otherHex) || otherHex.startsWith(hex);
  }

  @Override
  public String toString() {
    return hex;
  }
}
