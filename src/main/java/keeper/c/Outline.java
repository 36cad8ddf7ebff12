// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

import java.util.ArrayList;
import java.util.List;
import keeper.text.SourceText;
import keeper.text.Span;

/**
 * What a file defines at its top level. Braces in column 0 are trusted most: they bound a function even when the text
 * between them does not balance, so that a mess stays in its function. Every question is answered when it is asked.
 */
public final class Outline {
  private static final byte IDENTIFIER = (byte) Kind.IDENTIFIER.ordinal();
  private static final byte COMMENT = (byte) Kind.COMMENT.ordinal();
  private static final byte HASH_IF = (byte) Kind.HASH_IF.ordinal();
  private static final byte HASH_ELIF = (byte) Kind.HASH_ELIF.ordinal();
  private static final byte HASH_ELSE = (byte) Kind.HASH_ELSE.ordinal();
  private static final byte HASH_ENDIF = (byte) Kind.HASH_ENDIF.ordinal();
  private static final byte HASH_OTHER = (byte) Kind.HASH_OTHER.ordinal();
  private static final byte GAP = (byte) Kind.GAP.ordinal();
  private static final byte OPEN = (byte) Kind.BRACE_OPEN.ordinal();
  private static final byte CLOSE = (byte) Kind.BRACE_CLOSE.ordinal();
  private static final byte PAREN_OPEN = (byte) Kind.PAREN_OPEN.ordinal();
  private static final byte PAREN_CLOSE = (byte) Kind.PAREN_CLOSE.ordinal();
  private static final byte SEMICOLON = (byte) Kind.SEMICOLON.ordinal();
  private static final byte ASSIGN = (byte) Kind.ASSIGN.ordinal();

  /** One top-level piece: its head's live tokens, and its braces when it has some. */
  private record Piece(int[] head, int count, int open, int close) {}

  private final SourceText text;
  private final Tokens tokens;
  private List<Function> functions; // computed when first asked for; benign race

  private Outline(SourceText text) {
    this.text = text;
    this.tokens = Lexer.tokens(text);
  }

  public static Outline of(SourceText text) {
    return new Outline(text);
  }

  public SourceText text() {
    return text;
  }

  public Tokens tokens() {
    return tokens;
  }

  /** The function definitions, in source order; what stands in {@code #if 0} is not there. */
  public List<Function> functions() {
    List<Function> known = functions;
    if (known == null) functions = known = List.copyOf(cut());
    return known;
  }

  private List<Function> cut() {
    byte[] kinds = tokens.kinds;
    int size = tokens.size;
    List<Function> found = new ArrayList<>();
    int[] head = new int[64];
    int count = 0;
    int parens = 0;
    boolean assigned = false;
    int i = 0;
    while (i < size) {
      byte kind = kinds[i];
      if (kind == COMMENT || kind == GAP) {
        i++;
      } else if (kind >= HASH_IF && kind <= HASH_OTHER) {
        i = directive(i, count > 0);
      } else if (kind == SEMICOLON && parens <= 0) {
        count = 0;
        assigned = false;
        parens = 0;
        i++;
      } else if (kind == OPEN && (parens <= 0 || tokens.flushed(i))) {
        int close = close(i);
        if (!assigned && count > 0 && parens == 0) {
          Function function = new Heads(text, tokens).function(head, count, i, close);
          if (function != null) {
            found.add(function);
            count = 0;
          } else {
            head[count > 0 ? count - 1 : 0] = i; // struct x { … } y = { … }: only the tail matters
          }
        }
        if (tokens.flushed(close) && next(close + 1) != SEMICOLON && !assigned) count = 0;
        parens = 0;
        i = close + 1;
      } else {
        if (kind == PAREN_OPEN) parens++;
        else if (kind == PAREN_CLOSE) parens--;
        else if (kind == ASSIGN && parens == 0) assigned = true;
        else if (kind == IDENTIFIER && parens == 0 && separate(head, count, i)) {
          count = 0;
          assigned = false;
        }
        if (count == head.length) head = java.util.Arrays.copyOf(head, count * 2);
        head[count++] = i++;
      }
    }
    return found;
  }

  private byte next(int i) {
    while (i < tokens.size && (tokens.kinds[i] == COMMENT || tokens.kinds[i] >= HASH_IF && tokens.kinds[i] <= GAP)) i++;
    return i < tokens.size ? tokens.kinds[i] : GAP;
  }

  /** Whether {@code NAME(…)} without a semicolon stands alone on the lines before this word in column 0. */
  private boolean separate(int[] head, int count, int i) {
    if (count < 3 || tokens.kinds[head[count - 1]] != PAREN_CLOSE || !lineStart(tokens.starts[i])) return false;
    if (tokens.kinds[head[0]] != IDENTIFIER || tokens.kinds[head[1]] != PAREN_OPEN) return false;
    int depth = 0;
    for (int k = 1; k < count; k++) {
      byte kind = tokens.kinds[head[k]];
      if (kind == PAREN_OPEN) depth++;
      else if (kind == PAREN_CLOSE && --depth == 0 && k != count - 1) return false;
    }
    // __printf(1, 2) on a line of its own belongs to what follows.
    int start = tokens.starts[head[0]];
    return !(text.bytes()[start] == '_' && text.bytes()[start + 1] == '_');
  }

  private boolean lineStart(int offset) {
    return offset == 0 || text.bytes()[offset - 1] == '\n' || text.bytes()[offset - 1] == 1;
  }

  /** Where to go on: inside a declaration only the first branch is read, and {@code #if 0} is dead everywhere. */
  private int directive(int i, boolean inside) {
    byte kind = tokens.kinds[i];
    if (kind == HASH_IF && Directives.isZero(tokens, i)) return Directives.branchEnd(tokens, i);
    if ((kind == HASH_ELSE || kind == HASH_ELIF) && inside) return Directives.groupEnd(tokens, i);
    return i + 1;
  }

  /** The brace that ends what this one opens, or the last token. */
  private int close(int open) {
    byte[] kinds = tokens.kinds;
    int size = tokens.size;
    boolean flushed = tokens.flushed(open);
    int depth = 0;
    int flush = 0;
    boolean conditional = false;
    boolean gaps = false;
    for (int i = open; i < size; i++) {
      byte kind = kinds[i];
      if (kind == OPEN) {
        depth++;
        if (!tokens.flushed(i)) continue;
        if (i != open && opensFunction(i)) {
          if (!conditional) return before(i);
          continue; // #else, and the function's other head
        }
        flush++;
      } else if (kind == CLOSE) {
        depth--;
        if (tokens.flushed(i)) {
          if (--flush <= 0) return i;
        } else if (depth <= 0 && !gaps && !(conditional && flushed)) {
          return i;
        }
      } else if (kind == HASH_ELSE || kind == HASH_ELIF || kind == HASH_IF || kind == HASH_ENDIF) {
        conditional = true;
      } else if (kind == GAP) {
        gaps = true;
      }
    }
    return size - 1;
  }

  /** Whether the piece of text before this brace begins in column 0 and ends like a function's head. */
  private boolean opensFunction(int brace) {
    int i = brace - 1;
    while (i > 0 && tokens.kinds[i] == COMMENT) i--;
    if (tokens.kinds[i] != PAREN_CLOSE) return false;
    int first = headStart(brace);
    return lineStart(tokens.starts[first]) && tokens.kinds[first] == IDENTIFIER && Keywords.of(text.bytes(), tokens.starts[first], tokens.ends[first]).ordinal() != Kind.IF.ordinal();
  }

  private int headStart(int brace) {
    int first = brace;
    for (int i = brace - 1; i > 0; i--) {
      byte kind = tokens.kinds[i];
      if (kind == COMMENT) continue;
      if (kind == SEMICOLON || kind == OPEN || kind == CLOSE || kind >= HASH_IF && kind <= GAP) break;
      first = i;
    }
    return first;
  }

  private int before(int brace) {
    return Math.max(0, headStart(brace) - 1);
  }

  static Span span(Tokens tokens, int first, int last) {
    return new Span(tokens.starts[first], tokens.ends[last]);
  }
}
