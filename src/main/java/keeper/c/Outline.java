// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import keeper.text.SourceText;

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
  private static final byte COLON = (byte) Kind.COLON.ordinal();
  private static final byte ASSIGN = (byte) Kind.ASSIGN.ordinal();

  private final SourceText text;
  private final Tokens tokens;
  private List<Function> functions; // these are computed when first asked for; benign races
  private Definitions definitions;
  private List<Macro> macros;
  private List<Wrapper> wrappers;

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
    if (known == null) functions = known = List.copyOf(cutFunctions());
    return known;
  }

  /** Structs and unions that are defined at the top level, in source order; nested ones are inside their members. */
  public List<Struct> structs() {
    return List.copyOf(definitions().structs);
  }

  /** Variables, those of {@code DEFINE_MUTEX(x)} and its kin included. */
  public List<Global> globals() {
    return List.copyOf(definitions().globals);
  }

  /** Variables whose initialisers name something by member. */
  public List<OperationsTable> tables() {
    return List.copyOf(definitions().tables);
  }

  /** DEFINE_GUARD, DEFINE_FREE, DEFINE_CLASS and their kin. */
  public List<ScopeClass> scopeClasses() {
    return List.copyOf(definitions().scopeClasses);
  }

  public List<Typedef> typedefs() {
    return List.copyOf(definitions().typedefs);
  }

  /** Functions that are declared here. */
  public List<Prototype> prototypes() {
    return List.copyOf(definitions().prototypes);
  }

  /** Every {@code #define}, also inside functions and under any {@code #if}. */
  public List<Macro> macros() {
    List<Macro> known = macros;
    if (known == null) macros = known = List.copyOf(Macros.of(tokens));
    return known;
  }

  /** Macros and inline functions that do nothing but one call. */
  public List<Wrapper> wrappers() {
    List<Wrapper> known = wrappers;
    if (known == null) wrappers = known = List.copyOf(Macros.wrappers(this));
    return known;
  }

  private Definitions definitions() {
    Definitions known = definitions;
    if (known != null) return known;
    Definitions read = new Definitions(text, tokens);
    cut(read);
    return definitions = read;
  }

  private List<Function> cutFunctions() {
    List<Function> found = new ArrayList<>();
    Heads heads = new Heads(text, tokens);
    cut(new Pieces() {
      @Override
      public boolean function(int[] head, int count, int open, int close) {
        Function function = heads.function(head, count, open, close);
        if (function != null) found.add(function);
        return function != null;
      }

      @Override
      public void declaration(int first, int last) {}
    });
    return found;
  }

  /** Who is told of the pieces of a file, in order. */
  interface Pieces {
    /** A brace with something before it that may be a function's head: whether it was one. */
    boolean function(int[] head, int count, int open, int close);

    /** Anything else, from its first token to its last, the semicolon included where it has one. */
    void declaration(int first, int last);
  }

  void cut(Pieces pieces) {
    byte[] kinds = tokens.kinds;
    int size = tokens.size;
    int[] head = new int[64];
    int count = 0;
    int first = 0;
    int parens = 0;
    boolean assigned = false;
    int i = 0;
    while (i < size) {
      byte kind = kinds[i];
      if (kind == COMMENT) {
        i++;
      } else if (kind == GAP) {
        // What was begun goes on unseen, but a brace behind it opens what stands before, see Fragment.
        if (i + 1 >= size || kinds[i + 1] != OPEN || tokens.starts[i + 1] != tokens.ends[i]) {
          if (count > 0) pieces.declaration(first, head[count - 1]);
          count = 0;
          assigned = false;
          parens = 0;
        }
        i++;
      } else if (kind >= HASH_IF && kind <= HASH_OTHER) {
        if (count > 0 && parens == 0 && kinds[head[count - 1]] == PAREN_CLOSE && !headGoesOn(i)) {
          pieces.declaration(first, head[count - 1]);
          count = 0;
          assigned = false;
        }
        i = directive(i, count > 0);
      } else if (kind == SEMICOLON && parens <= 0) {
        if (count > 0) pieces.declaration(first, i);
        count = 0;
        assigned = false;
        parens = 0;
        i++;
      } else if (kind == OPEN && (parens <= 0 || tokens.flushed(i))) {
        int close = close(i);
        boolean bounded = count > 0 && (tokens.flushed(i) || lineStart(tokens.starts[head[0]])); // nothing indented is a function
        boolean function = bounded && !assigned && parens == 0 && pieces.function(head, count, i, close);
        if (count == 0) first = i;
        if (function) {
          count = 0;
        } else if (tokens.flushed(close) && !continues(close + 1)) {
          pieces.declaration(first, close);
          count = 0;
          assigned = false;
        } else {
          if (count == head.length) head = Arrays.copyOf(head, count * 2);
          head[count++] = i; // struct x { … } y = { … }: the name follows
        }
        parens = 0;
        i = close + 1;
      } else if (kind == OPEN) {
        i = close(i) + 1; // MACRO(struct x { … } y;)
      } else if (kind == CLOSE) {
        count = 0; // a function's other end, behind #else
        assigned = false;
        parens = 0;
        i++;
      } else {
        if (kind == PAREN_OPEN) parens++;
        else if (kind == PAREN_CLOSE) parens--;
        else if (kind == ASSIGN && parens == 0) assigned = true;
        else if (kind == IDENTIFIER && parens == 0 && separate(head, count, i)) {
          pieces.declaration(first, head[count - 1]);
          count = 0;
          assigned = false;
        }
        if (count == 0) first = i;
        if (count == head.length) head = Arrays.copyOf(head, count * 2);
        head[count++] = i++;
      }
    }
    if (count > 0) pieces.declaration(first, head[count - 1]);
  }

  /** Whether {@code NAME(…)} before an {@code #else} is the head of what stands behind the group, not a macro without semicolon. */
  private boolean headGoesOn(int directive) {
    byte kind = tokens.kinds[directive];
    if (kind != HASH_ELSE && kind != HASH_ELIF) return true;
    int next = Directives.groupEnd(tokens, directive);
    while (next < tokens.size && tokens.kinds[next] == COMMENT) next++;
    return next < tokens.size && tokens.kinds[next] == OPEN;
  }

  /** Whether a declaration goes on behind its closing brace: {@code };}, {@code } name;}, {@code } __packed;}. */
  private boolean continues(int i) {
    while (i < tokens.size && tokens.kinds[i] == COMMENT) i++;
    if (i >= tokens.size) return false;
    return tokens.kinds[i] == SEMICOLON || tokens.kinds[i] < HASH_IF && !lineStart(tokens.starts[i]) || tokens.kinds[i] > GAP && !lineStart(tokens.starts[i]);
  }

  /** Whether {@code NAME(…)} or {@code static NAME(…)} without a semicolon stands alone on the lines before this word in column 0. */
  private boolean separate(int[] head, int count, int i) {
    if (count < 3 || tokens.kinds[head[count - 1]] != PAREN_CLOSE || !lineStart(tokens.starts[i])) return false;
    int name = tokens.is(head[0], "static") ? 1 : 0;
    if (tokens.kinds[head[name]] != IDENTIFIER || tokens.kinds[head[name + 1]] != PAREN_OPEN) return false;
    // static TYPE(x) on a line of its own, and the function's name on the next.
    if (name == 1 && i + 1 < tokens.size && tokens.kinds[i + 1] == PAREN_OPEN) return false;
    int depth = 0;
    for (int k = name + 1; k < count; k++) {
      byte kind = tokens.kinds[head[k]];
      if (kind == PAREN_OPEN) depth++;
      else if (kind == PAREN_CLOSE && --depth == 0 && k != count - 1) return false;
    }
    // __printf(1, 2) on a line of its own belongs to what follows.
    int start = tokens.starts[head[name]];
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
    int[] blocks = new int[8]; // at which depths braces in column 0 were opened inside
    int count = 0;
    int depth = 0;
    boolean conditional = false;
    boolean gaps = false;
    for (int i = open; i < size; i++) {
      byte kind = kinds[i];
      if (kind == OPEN) {
        depth++;
        if (i == open || !tokens.flushed(i)) continue;
        if (opensFunction(i)) {
          if (!conditional) return before(i);
          continue; // #else, and the function's other head
        }
        if (count == blocks.length) blocks = Arrays.copyOf(blocks, count * 2);
        blocks[count++] = depth;
      } else if (kind == CLOSE) {
        boolean block = count > 0 && blocks[count - 1] == depth;
        if (block) count--;
        depth--;
        if (tokens.flushed(i)) {
          if (depth <= 0 || !block && (gaps || !staysInside(i))) return i;
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

  /** Whether the text behind a brace in column 0 is still a function's: indented, a label, or the semicolon of an initialiser. */
  private boolean staysInside(int close) {
    int next = close + 1;
    while (next < tokens.size && tokens.kinds[next] == COMMENT) next++;
    if (next >= tokens.size) return false;
    byte kind = tokens.kinds[next];
    if (kind >= HASH_IF && kind <= GAP) return false;
    if (kind == SEMICOLON) return tokens.starts[next] == tokens.ends[close] && next + 1 < tokens.size && staysInside(next);
    if (kind == CLOSE || !lineStart(tokens.starts[next])) return true;
    return kind == IDENTIFIER && next + 1 < tokens.size && tokens.kinds[next + 1] == COLON;
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
}
