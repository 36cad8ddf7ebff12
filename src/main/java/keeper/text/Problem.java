// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.text;

/**
 * Something in an input that could not be read as it stands: where, what, and what to do. A value, not an exception.
 *
 * @param place where
 * @param message one line: what is wrong and, after a dash or in brackets, the mend
 */
public record Problem(Place place, String message) {
  @Override
  public String toString() {
    return place + ": " + message;
  }
}
