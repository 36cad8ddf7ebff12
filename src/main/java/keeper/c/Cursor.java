// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import keeper.text.SourceText;
import keeper.text.Span;

/** The live tokens of one piece of C and the place the reading has reached. Past the end every kind is null. */
final class Cursor {
  /** So deep may statements and expressions nest; the kernel stays below 60. */
  static final int DEEPEST = 400;

  final SourceText text;
  final byte[] bytes;
  final Kind[] kinds; // keywords resolved; three nulls behind the end
  final int[] starts;
  final int[] ends;
  final int[] partner; // the bracket that belongs to a bracket, -1 when none does
  final int size;
  private int[] limit; // of a brace without a partner: the gap in which its block ends; null without gaps
  final Set<String> declared = new HashSet<>(); // variables and parameters met so far
  int at;
  int depth;
  int first; // the first token of the statement we are in
  private long work;

  /** The tokens whose indices are given. */
  Cursor(Tokens tokens, int[] live, int count) {
    text = tokens.source();
    bytes = text.bytes();
    kinds = new Kind[count + 3];
    starts = new int[count];
    ends = new int[count];
    size = count;
    for (int i = 0; i < count; i++) {
      int token = live[i];
      Kind kind = tokens.kind(token);
      starts[i] = tokens.starts[token];
      ends[i] = tokens.ends[token];
      kinds[i] = kind == Kind.IDENTIFIER ? Keywords.of(bytes, starts[i], ends[i]) : kind;
    }
    partner = new int[count];
    pair();
  }

  /**
   * A brace is never closed by another bracket; parentheses and brackets that are left open inside it have no partner. Over a
   * gap only the indentation tells which brace a brace closes.
   */
  private void pair() {
    int[] open = new int[size];
    int depth = 0;
    int gap = -1;
    for (int i = 0; i < size; i++) {
      partner[i] = -1;
      Kind kind = kinds[i];
      if (kind == Kind.BRACE_OPEN || kind == Kind.PAREN_OPEN || kind == Kind.BRACKET_OPEN) {
        open[depth++] = i;
      } else if (kind == Kind.BRACE_CLOSE || kind == Kind.PAREN_CLOSE || kind == Kind.BRACKET_CLOSE) {
        Kind wanted = kind == Kind.BRACE_CLOSE ? Kind.BRACE_OPEN : kind == Kind.PAREN_CLOSE ? Kind.PAREN_OPEN : Kind.BRACKET_OPEN;
        int found = depth - 1;
        int lowest = Math.max(0, depth - DEEPEST);
        while (found >= lowest && kinds[open[found]] != wanted && (kind == Kind.BRACE_CLOSE || kinds[open[found]] != Kind.BRACE_OPEN)) found--;
        if (found < lowest || kinds[open[found]] != wanted) continue;
        if (gap > open[found] && indent(i) != indent(open[found]) && i != size - 1) continue; // it closes what the gap opened
        partner[i] = open[found];
        partner[open[found]] = i;
        depth = found;
      } else if (kind == Kind.GAP) {
        gap = i;
        depth = closedUnseen(open, depth, i);
      }
    }
  }

  /** Takes off what a gap has closed: every parenthesis, and braces whose block the text behind the gap is not in. */
  private int closedUnseen(int[] open, int depth, int gap) {
    if (limit == null) limit = new int[size];
    int next = gap + 1;
    while (next + 1 < size && (kinds[next] == Kind.GAP || kinds[next] == Kind.IDENTIFIER && kinds[next + 1] == Kind.COLON)) next += kinds[next] == Kind.GAP ? 1 : 2;
    int indent = next < size ? indent(next) : 0;
    int left = depth;
    while (left > 0) {
      int last = open[left - 1];
      boolean inside = kinds[last] == Kind.BRACE_OPEN
          && (left == 1 || indent > indent(last) || indent == indent(last) && (kinds[next] == Kind.BRACE_CLOSE || kinds[next] == Kind.CASE || kinds[next] == Kind.DEFAULT));
      if (inside) break;
      limit[last] = gap;
      left--;
    }
    return left;
  }

  /** The outline's word on where the body ends counts more than the braces inside. */
  void closeWith(int last) {
    partner[0] = last > 0 && kinds[last] == Kind.BRACE_CLOSE ? last : -1;
    if (partner[0] > 0) partner[last] = 0;
  }

  /** Counts a piece that is tried: code made to be tried again and again is given up. */
  boolean exhausted() {
    return ++work > 1000 + 40L * size;
  }

  /** Whether some of the text is not shown. */
  boolean hasGaps() {
    return limit != null;
  }

  /** Where the block ends that a brace opens: at its partner, at the gap that hides it, or at the end. */
  int blockEnd(int open) {
    if (partner[open] >= 0) return partner[open];
    return limit != null && limit[open] > 0 ? limit[open] : size;
  }

  Kind kind() {
    return kinds[at];
  }

  Kind kind(int ahead) {
    int i = at + ahead;
    return i < size ? kinds[i] : null;
  }

  Kind kindAt(int token) {
    return token >= 0 && token < size ? kinds[token] : null;
  }

  boolean ended() {
    return at >= size;
  }

  boolean is(Kind kind) {
    return kinds[at] == kind;
  }

  boolean take(Kind kind) {
    if (kinds[at] != kind) return false;
    at++;
    return true;
  }

  String word(int token) {
    return new String(bytes, starts[token], ends[token] - starts[token], StandardCharsets.UTF_8);
  }

  boolean is(int token, String word) {
    return token < size && Tokens.is(bytes, starts[token], ends[token], word);
  }

  /** Whether the word begins with two underscores, as annotations do. */
  boolean underscored(int token) {
    return ends[token] - starts[token] > 2 && bytes[starts[token]] == '_' && bytes[starts[token] + 1] == '_';
  }

  /** Offset of the next token; the end of the last one at the end. */
  int here() {
    return at < size ? starts[at] : size > 0 ? ends[size - 1] : 0;
  }

  /** From an offset to the end of the token read last; empty and behind that token when none was read since. */
  Span since(int offset) {
    if (at == 0) return new Span(offset, offset);
    int end = ends[at - 1];
    return new Span(Math.min(offset, end), end);
  }

  /** Where a bracket closes; its own index when it does not. */
  int closing(int open) {
    return partner[open] < 0 ? open : partner[open];
  }

  /** The index behind the bracket that closes this one, or the next index when none does. */
  int behind(int open) {
    return closing(open) + 1;
  }

  /** Goes to the comma, semicolon or closing bracket that ends this piece, over everything in brackets. */
  void skipPiece(boolean overCommas) {
    while (at < size) {
      Kind kind = kinds[at];
      if (kind == Kind.SEMICOLON || kind == Kind.COMMA && !overCommas || kind == Kind.GAP) return;
      if (kind == Kind.PAREN_CLOSE || kind == Kind.BRACKET_CLOSE || kind == Kind.BRACE_CLOSE) return;
      at = kind == Kind.PAREN_OPEN || kind == Kind.BRACKET_OPEN || kind == Kind.BRACE_OPEN ? behind(at) : at + 1;
    }
  }

  /** Whether a newline stands between a token and the one before it. */
  boolean onNewLine(int token) {
    if (token <= 0 || token >= size) return true;
    for (int i = ends[token - 1]; i < starts[token]; i++) if (bytes[i] == '\n') return true;
    return false;
  }

  /** The column, from 0, a tab counting to the next multiple of eight. */
  int column(int token) {
    int start = starts[token];
    int line = start;
    while (line > 0 && bytes[line - 1] != '\n') line--;
    int column = 0;
    for (int i = line; i < start; i++) column = bytes[i] == '\t' ? (column | 7) + 1 : column + 1;
    return column;
  }

  /** The column of the first token on this token's line. */
  int indent(int token) {
    int line = starts[token];
    while (line > 0 && bytes[line - 1] != '\n') line--;
    int column = 0;
    for (int i = line; i < bytes.length; i++) {
      if (bytes[i] == '\t') column = (column | 7) + 1;
      else if (bytes[i] == ' ') column++;
      else break;
    }
    return column;
  }

  /** The text of a range of tokens, single blanks where the source has any. */
  String plain(int from, int to) {
    StringBuilder plain = new StringBuilder();
    for (int i = from; i < to; i++) {
      if (i > from && ends[i - 1] < starts[i]) plain.append(' ');
      plain.append(word(i));
    }
    return plain.toString();
  }
}
