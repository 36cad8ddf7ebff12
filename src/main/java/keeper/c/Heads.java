// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

import java.util.ArrayList;
import java.util.List;
import keeper.text.SourceText;
import keeper.text.Span;

/** Reads what stands before a brace at the top level, and tells a function's head from anything else. */
final class Heads {
  private final SourceText text;
  private final Tokens tokens;

  Heads(SourceText text, Tokens tokens) {
    this.text = text;
    this.tokens = tokens;
  }

  /** Whether these tokens are a function's head, see {@link #function}. */
  boolean isFunction(int[] head, int count, int open) {
    return function(head, count, open, open) != null;
  }

  /** The function whose head these tokens are, null when they are not one. */
  Function function(int[] head, int count, int open, int close) {
    Cursor c = new Cursor(tokens, head, count);
    Kind last = c.kinds[count - 1];
    if (last != Kind.PAREN_CLOSE && last != Kind.IDENTIFIER && !(last == Kind.BRACKET_CLOSE && returnsPointer(c))) return null;
    Kind beforeLast = c.kindAt(count - 2);
    if (beforeLast == Kind.STRUCT || beforeLast == Kind.UNION || beforeLast == Kind.ENUM) return null;
    int name = name(c);
    if (name < 0) return null;
    boolean generated = name == 0 || onlyStorage(c, name);
    if (generated && initialises(open)) return null;
    Types types = new Statements(c).types();
    Span span = new Span(tokens.starts[head[0]], tokens.ends[head[count - 1]]);
    Span body = new Span(tokens.starts[open], tokens.ends[close]);
    List<Attribute> attributes = new ArrayList<>(1);
    int list = name + 1;
    String called = c.word(name);
    String macro = "";
    Type returns = new Type("", 0, 0, false, List.of());
    Kind first = c.kindAt(list + 1);
    if (generated && (first == Kind.IDENTIFIER || first == Kind.NUMBER) && c.partner[list] >= 0 && argumentEnd(c, list) == list + 2) {
      macro = called;
      called = c.word(list + 1);
    }
    if (c.kindAt(c.behind(list)) == Kind.PAREN_OPEN && c.kindAt(list + 1) == Kind.IDENTIFIER && c.kindAt(list + 2) == Kind.PAREN_CLOSE) {
      // NAME(x)(parameters): a macro pastes the name together.
      macro = c.word(name);
      called = c.word(list + 1);
      list = c.behind(list);
    }
    boolean[] storage = {false, false};
    if (name > 0 && (macro.isEmpty() || list > name + 1)) returns = returned(c, types, name, attributes, storage);
    else storage[0] = c.is(0, "static");
    List<Parameter> parameters = macro.isEmpty() || list != name + 1 ? types.parameters(list) : generatedParameters(c, types, list);
    c.at = c.behind(list);
    while (!c.ended()) {
      if (c.is(Kind.IDENTIFIER) || c.is(Kind.ATTRIBUTE)) types.attribute(attributes);
      else c.at++;
    }
    return new Function(text, called, macro, returns, parameters, attributes, storage[0], storage[1], span, body);
  }

  /** {@code define_machine(x) { .name = …}: a macro before an initialiser. */
  private boolean initialises(int open) {
    int next = open + 1;
    while (next < tokens.size && (tokens.kind(next) == Kind.COMMENT || tokens.kind(next).isDirective())) next++;
    return next < tokens.size && tokens.kind(next) == Kind.DOT;
  }

  /** {@code int (*name(parameters))[4]}. */
  private static boolean returnsPointer(Cursor c) {
    for (int i = 0; i + 3 < c.size; i++) if (c.kinds[i] == Kind.PAREN_OPEN && c.kinds[i + 1] == Kind.STAR && c.kinds[i + 2] == Kind.IDENTIFIER) return c.kinds[i + 3] == Kind.PAREN_OPEN;
    return false;
  }

  private static Type returned(Cursor c, Types types, int name, List<Attribute> attributes, boolean[] storage) {
    c.at = 0;
    Types.Specifiers specifiers = types.specifiers();
    int pointers = 0;
    List<String> qualifiers = specifiers.qualifiers;
    while (c.at < name) {
      if (c.is(Kind.STAR)) pointers++;
      else if (c.is(Kind.IDENTIFIER) && c.kind(1) == Kind.PAREN_OPEN) {
        types.attribute(attributes);
        continue;
      } else if (c.is(Kind.IDENTIFIER) || c.is(Kind.QUALIFIER)) qualifiers.add(c.word(c.at));
      c.at++;
    }
    attributes.addAll(0, specifiers.attributes);
    storage[0] = qualifiers.contains("static");
    for (String qualifier : qualifiers) if (qualifier.contains("inline") && !qualifier.startsWith("no")) storage[1] = true;
    return new Type(specifiers.base, pointers, 0, false, qualifiers);
  }

  /** Behind the macro's first argument: {@code type, name} pairs of SYSCALL_DEFINE and its kin, or declarations. */
  private static List<Parameter> generatedParameters(Cursor c, Types types, int list) {
    int close = c.partner[list];
    List<Parameter> found = new ArrayList<>();
    List<int[]> pieces = new ArrayList<>();
    int at = list + 1;
    while (at < close) {
      int end = pieceEnd(c, at, close);
      pieces.add(new int[] {at, end});
      at = end + 1;
    }
    if (pieces.size() < 2) return found;
    boolean pairs = pieces.size() % 2 == 1;
    for (int i = 2; i < pieces.size() && pairs; i += 2) {
      int[] piece = pieces.get(i);
      pairs = piece[1] == piece[0] + 1 && c.kinds[piece[0]] == Kind.IDENTIFIER;
    }
    for (int i = 1; i < pieces.size(); i += pairs ? 2 : 1) {
      c.at = pieces.get(i)[0];
      Types.Specifiers specifiers = types.specifiers();
      Types.Declared declared = types.declarator();
      if (specifiers.base.isEmpty() || !pairs && declared.name.isEmpty()) continue;
      found.add(new Parameter(pairs ? c.word(pieces.get(i + 1)[0]) : declared.name, declared.type(specifiers)));
    }
    return found;
  }

  private static int pieceEnd(Cursor c, int at, int close) {
    int i = at;
    while (i < close && c.kinds[i] != Kind.COMMA) i = c.kinds[i] == Kind.PAREN_OPEN || c.kinds[i] == Kind.BRACKET_OPEN ? c.behind(i) : i + 1;
    return Math.min(i, close);
  }

  private static int argumentEnd(Cursor c, int open) {
    return pieceEnd(c, open + 1, Math.max(open + 1, c.partner[open]));
  }

  private static boolean onlyStorage(Cursor c, int name) {
    for (int i = 0; i < name; i++) {
      Kind kind = c.kinds[i];
      if (kind != Kind.STORAGE && !(kind == Kind.IDENTIFIER && c.underscored(i))) return false;
    }
    return true;
  }

  /** The token that is the name: the word before the first bracket that holds parameters. */
  private static int name(Cursor c) {
    Types types = new Expressions(c).types;
    int first = -1;
    int plain = -1;
    for (int i = 0; i < c.size; ) {
      Kind kind = c.kinds[i];
      if (kind == Kind.PAREN_OPEN) {
        boolean named = i > 0 && c.kinds[i - 1] == Kind.IDENTIFIER;
        Kind behind = c.kindAt(c.behind(i));
        if (c.kindAt(i + 1) == Kind.STAR && c.kindAt(i + 2) == Kind.IDENTIFIER && c.kindAt(i + 3) == Kind.PAREN_OPEN && (behind == Kind.PAREN_OPEN || behind == Kind.BRACKET_OPEN)) return i + 2;
        if (named && c.partner[i] >= 0) {
          if (holdsParameters(c, types, i)) return i - 1;
          if (first < 0) first = i - 1;
          if (plain < 0 && !c.underscored(i - 1)) plain = i - 1;
        } else if (!named && c.kindAt(i + 1) == Kind.STAR && c.partner[i] >= 0) {
          // int (*name(parameters))(…): a function that returns a pointer to one.
          for (int k = i + 2; k < c.partner[i]; k++) {
            if (c.kinds[k] == Kind.IDENTIFIER && c.kindAt(k + 1) == Kind.PAREN_OPEN) return k;
          }
        }
        i = c.behind(i);
      } else if (kind == Kind.STRUCT || kind == Kind.UNION || kind == Kind.ENUM) {
        i += 2;
      } else {
        i++;
      }
    }
    return plain >= 0 ? plain : first;
  }

  /** Nothing, {@code void}, or a type with a name: {@code u32 x}, {@code struct foo *p}. */
  private static boolean holdsParameters(Cursor c, Types types, int open) {
    int close = c.partner[open];
    if (close == open + 1) return true;
    Kind inside = c.kinds[open + 1];
    if (Types.startsType(inside)) return true;
    if (inside != Kind.IDENTIFIER) return false;
    int end = pieceEnd(c, open + 1, close);
    int words = 0;
    for (int i = open + 1; i < end; i++) {
      Kind kind = c.kinds[i];
      if (kind == Kind.IDENTIFIER) words++;
      else if (kind == Kind.PAREN_OPEN) return words == 1 && c.kindAt(i + 1) == Kind.STAR || words > 1;
      else if (kind != Kind.STAR && kind != Kind.BRACKET_OPEN && kind != Kind.BRACKET_CLOSE && kind != Kind.NUMBER && !Types.startsType(kind)) return false;
    }
    return words > 1;
  }
}
