// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.text;

/**
 * A half-open range of byte offsets in one {@link SourceText}.
 *
 * @param start first byte, from 0
 * @param end one past the last byte; never less than {@code start}
 */
public record Span(int start, int end) {
  public Span {
    if (start < 0 || end < start) throw new IllegalArgumentException("span " + start + ".." + end);
  }

  /** From the start of this one to the end of the other. */
  public Span to(Span other) {
    return new Span(Math.min(start, other.start), Math.max(end, other.end));
  }

  public int length() {
    return end - start;
  }

  public boolean contains(int offset) {
    return start <= offset && offset < end;
  }

  public boolean contains(Span other) {
    return start <= other.start && other.end <= end;
  }
}
