// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.patch;

/**
 * One line of the tag block: {@code Fixes: …}, {@code Signed-off-by: …}.
 *
 * @param name as written, without colon
 * @param value what follows, continuation lines joined by one space
 * @param line of the commit message, from 1 (the title is line 1)
 */
public record Trailer(String name, String value, int line) {
  public boolean is(String other) {
    return name.equalsIgnoreCase(other);
  }

  @Override
  public String toString() {
    return name + ": " + value;
  }
}
