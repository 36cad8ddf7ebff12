// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

import java.nio.charset.StandardCharsets;
import keeper.text.SourceText;
import keeper.text.Span;

/**
 * The tokens of a text, in order, as arrays: comments and preprocessor lines are tokens of their own, blanks and line
 * continuations lie between them. Tokens never overlap and are never empty.
 */
public final class Tokens {
  private final SourceText text;
  final byte[] kinds; // ordinals of Kind
  final int[] starts;
  final int[] ends;
  final int size;

  Tokens(SourceText text, byte[] kinds, int[] starts, int[] ends, int size) {
    this.text = text;
    this.kinds = kinds;
    this.starts = starts;
    this.ends = ends;
    this.size = size;
  }

  public SourceText source() {
    return text;
  }

  /** How many. */
  public int size() {
    return size;
  }

  public Kind kind(int token) {
    return Kind.ALL[kinds[token]];
  }

  /** Offset of the first byte. */
  public int start(int token) {
    return starts[token];
  }

  /** Offset behind the last byte. */
  public int end(int token) {
    return ends[token];
  }

  public Span span(int token) {
    return new Span(starts[token], ends[token]);
  }

  public String text(int token) {
    return new String(text.bytes(), starts[token], ends[token] - starts[token], StandardCharsets.UTF_8);
  }

  /** Whether the token is written like this; only for ASCII. */
  public boolean is(int token, String word) {
    return is(text.bytes(), starts[token], ends[token], word);
  }

  /** The first token that ends behind the offset, {@code size()} when there is none. */
  public int at(int offset) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ends[middle] <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Whether the brace stands in column 0. */
  boolean flushed(int brace) {
    byte[] bytes = text.bytes();
    int start = starts[brace];
    return start == 0 || bytes[start - 1] == '\n' || bytes[start - 1] == 1;
  }

  static boolean is(byte[] bytes, int start, int end, String word) {
    int length = word.length();
    if (end - start != length) return false;
    for (int i = 0; i < length; i++) if (bytes[start + i] != word.charAt(i)) return false;
    return true;
  }
}
