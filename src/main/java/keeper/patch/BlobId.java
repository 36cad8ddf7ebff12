// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.patch;

/**
 * A git blob's id as an {@code index} line gives it, full or abbreviated.
 *
 * @param hex lower case, 4 to 64 digits
 */
public record BlobId(String hex) {
  public BlobId {
    if (!hex.matches("[0-9a-f]{4,64}")) throw new IllegalArgumentException("no blob id: " + hex);
  }

  /** All zeros: git's way to say that there is no file on this side. */
  public boolean isNone() {
    return hex.chars().allMatch(c -> c == '0');
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
