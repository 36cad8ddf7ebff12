// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.patch;

/**
 * One line of a hunk.
 *
 * @param kind what it is
 * @param text the line without its first character and without newline (a carriage return stays)
 * @param newline false when {@code \\ No newline at end of file} followed
 * @param mailLine the line of the text the patch was parsed from, from 1
 */
public record HunkLine(Kind kind, String text, boolean newline, int mailLine) {
  /** Which images the line is in. */
  public enum Kind {
    CONTEXT(' '),
    ADDED('+'),
    REMOVED('-');

    private final char mark;

    Kind(char mark) {
      this.mark = mark;
    }

    /** The first character of such a line in a unified diff. */
    public char mark() {
      return mark;
    }
  }

  public boolean inPreImage() {
    return kind != Kind.ADDED;
  }

  public boolean inPostImage() {
    return kind != Kind.REMOVED;
  }

  HunkLine as(Kind other) {
    return new HunkLine(other, text, newline, mailLine);
  }

  /** As in the diff, without newline. */
  public String raw() {
    return kind.mark() + text;
  }
}
