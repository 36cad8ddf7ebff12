// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.mail;

/**
 * Which part of a series a mail says it is.
 *
 * @param index 0 is the cover letter
 * @param total how many parts, 1 when none is said
 */
public record Part(int index, int total) {
  public boolean isCover() {
    return index == 0;
  }

  @Override
  public String toString() {
    return index + "/" + total;
  }
}
