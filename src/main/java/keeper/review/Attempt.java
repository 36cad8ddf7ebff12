// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.review;

/**
 * One try to find the base of a patch.
 *
 * @param tree what was tried
 * @param outcome why it was taken or refused, one line
 */
public record Attempt(String tree, String outcome) {
  @Override
  public String toString() {
    return tree + ": " + outcome;
  }
}
