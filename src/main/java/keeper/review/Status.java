// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.review;

/** What became of one patch. */
public enum Status {
  REVIEWED("reviewed"),
  NOT_A_PATCH("not-a-patch"),
  NOTHING_TO_REVIEW("nothing-to-review"),
  DOES_NOT_APPLY("does-not-apply"),
  UNREADABLE("unreadable");

  private final String word;

  Status(String word) {
    this.word = word;
  }

  /** As the JSON output has it. */
  public String word() {
    return word;
  }
}
