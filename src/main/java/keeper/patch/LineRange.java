// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.patch;

/**
 * Consecutive lines of a file.
 *
 * @param start the first line, from 1; 0 only when {@code count} is 0 and the file is empty or absent
 * @param count how many, may be 0
 */
public record LineRange(int start, int count) {
  public boolean contains(int line) {
    return start <= line && line < start + count;
  }

  /** One past the last line. */
  public int end() {
    return start + count;
  }
}
