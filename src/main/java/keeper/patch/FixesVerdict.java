// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.patch;

/** What can be said about a {@code Fixes:} tag. The text alone gives some; a tree is needed for the others. */
public enum FixesVerdict {
  OK(Level.NONE, "the tag is as the kernel asks for it"),
  NOT_A_COMMIT_REF(Level.INFO, "no commit is named"),
  SHORT_ID(Level.ERROR, "fewer than 12 digits"),
  LONG_ID(Level.INFO, "more than 12 digits"),
  UPPER_HEX(Level.WARN, "the id has capital letters"),
  TAG_CASE(Level.WARN, "the tag is not written \"Fixes:\""),
  EXTRA_WORD(Level.WARN, "a word or sign stands before the id"),
  MISSING_SPACE(Level.WARN, "no blank between id and title"),
  NO_TITLE(Level.WARN, "the title is missing"),
  NO_QUOTES(Level.WARN, "the title is not in double quotes and parentheses"),
  UNBALANCED(Level.WARN, "a quote or parenthesis is missing"),
  DATE_IN_TITLE(Level.WARN, "a date stands behind the title"),
  WRAPPED(Level.WARN, "the tag goes over two lines"),
  TITLE_PREFIX(Level.INFO, "the title is shortened"),
  TITLE_MISMATCH(Level.ERROR, "the commit has another title"),
  UNKNOWN_ID(Level.ERROR, "no known tree has this commit"),
  AMBIGUOUS_ID(Level.WARN, "several commits begin so"),
  NOT_A_COMMIT(Level.ERROR, "the id is no commit's"),
  STABLE_ID(Level.ERROR, "the id is a stable backport's"),
  NEXT_ONLY(Level.WARN, "only linux-next or a subsystem tree has the commit"),
  NOT_ANCESTOR(Level.ERROR, "the commit is not below the patch's base"),
  SELF_SERIES(Level.ERROR, "the commit is another patch of this series"),
  TARGET_IS_MERGE(Level.INFO, "the commit is a merge"),
  TARGET_REVERTED(Level.WARN, "the commit was reverted before"),
  ROOT_COMMIT(Level.INFO, "the commit is the first of history"),
  DUPLICATE_TAG(Level.INFO, "the same commit is named twice"),
  SEPARATED(Level.WARN, "a blank line splits the tag from the others"),
  BELOW_CUT(Level.ERROR, "the tag stands below the --- line and will not be merged"),
  MISSING_TAG(Level.WARN, "the log speaks of a fix and has no tag");

  /** How much it matters. */
  public enum Level {
    NONE,
    INFO,
    WARN,
    ERROR
  }

  private final Level level;
  private final String meaning;

  FixesVerdict(Level level, String meaning) {
    this.level = level;
    this.meaning = meaning;
  }

  public Level level() {
    return level;
  }

  /** In words, for people. */
  public String meaning() {
    return meaning;
  }
}
