// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

import java.util.ArrayList;
import java.util.List;
import keeper.text.Span;

/** Reads types and declarators, and tells by their shape whether words are a type. */
final class Types {
  /** What stands before the declarators. */
  static final class Specifiers {
    String base = "";
    final List<String> qualifiers = new ArrayList<>(2);
    final List<Attribute> attributes = new ArrayList<>(0);
    boolean byWord; // the base is an identifier, so a keyword that follows is the true one
    int structBody = -1; // the brace, when the members stand here
  }

  /** A name and what its declarator adds to the type. */
  static final class Declared {
    String name = "";
    int nameAt = -1; // token
    int pointers;
    int arrays;
    boolean function;
    int parameters = -1; // the bracket that opens them
    final List<String> qualifiers = new ArrayList<>(0);
    final List<Attribute> attributes = new ArrayList<>(0);

    Type type(Specifiers specifiers) {
      List<String> all = specifiers.qualifiers;
      if (!qualifiers.isEmpty()) {
        all = new ArrayList<>(all);
        all.addAll(qualifiers);
      }
      return new Type(specifiers.base, pointers, arrays, function, all);
    }
  }

  private final Cursor c;
  private final Expressions expressions;

  Types(Cursor cursor, Expressions expressions) {
    this.c = cursor;
    this.expressions = expressions;
  }

  static boolean startsType(Kind kind) {
    if (kind == null) return false;
    switch (kind) {
      case STRUCT:
      case UNION:
      case ENUM:
      case BASIC_TYPE:
      case TYPEOF:
      case QUALIFIER:
      case STORAGE:
        return true;
      default:
        return false;
    }
  }

  Specifiers specifiers() {
    Specifiers found = new Specifiers();
    while (!c.ended()) {
      Kind kind = c.kind();
      if (kind == Kind.STORAGE || kind == Kind.QUALIFIER) {
        found.qualifiers.add(c.word(c.at++));
      } else if (kind == Kind.EXTENSION) {
        c.at++;
      } else if (kind == Kind.ATTRIBUTE) {
        attribute(found.attributes);
      } else if (kind == Kind.BASIC_TYPE) {
        keyword(found);
        found.base = found.base.isEmpty() ? c.word(c.at) : found.base + " " + c.word(c.at);
        c.at++;
      } else if (kind == Kind.STRUCT || kind == Kind.UNION || kind == Kind.ENUM) {
        if (!found.base.isEmpty() && !found.byWord) break;
        keyword(found);
        struct(found);
      } else if (kind == Kind.TYPEOF) {
        if (!found.base.isEmpty() && !found.byWord) break;
        keyword(found);
        int from = c.at++;
        if (c.is(Kind.PAREN_OPEN)) c.at = c.behind(c.at);
        found.base = c.plain(from, c.at);
      } else if (kind == Kind.IDENTIFIER) {
        if (!word(found)) break;
      } else {
        break;
      }
    }
    return found;
  }

  /** A word that was taken for the base was an annotation after all. */
  private static void keyword(Specifiers found) {
    if (!found.byWord) return;
    found.qualifiers.add(found.base);
    found.base = "";
    found.byWord = false;
  }

  /** Takes an identifier as the base or as a qualifier; false when it is the declared name. */
  private boolean word(Specifiers found) {
    int at = c.at;
    Kind next = c.kind(1);
    boolean underscored = c.underscored(at);
    if (underscored && next == Kind.PAREN_OPEN && continuesType(c.behind(at + 1))) {
      attribute(found.attributes);
      return true;
    }
    if (found.base.isEmpty()) {
      boolean annotation = underscored && (startsType(next) || next == Kind.IDENTIFIER && !c.underscored(at + 1) && continuesType(at + 2));
      if (annotation) found.qualifiers.add(c.word(at));
      else {
        found.base = c.word(at);
        found.byWord = true;
      }
      c.at++;
      return true;
    }
    boolean qualifies = next == Kind.STAR || startsType(next) || next == Kind.IDENTIFIER && (underscored || !c.underscored(at + 1));
    if (!qualifies) return false;
    found.qualifiers.add(c.word(c.at++));
    return true;
  }

  private boolean continuesType(int token) {
    Kind kind = c.kindAt(token);
    return kind == Kind.IDENTIFIER || kind == Kind.STAR || startsType(kind);
  }

  /** {@code struct tag}, {@code struct { … }}, attributes between. */
  private void struct(Specifiers found) {
    String keyword = c.word(c.at++);
    while (true) {
      if (c.is(Kind.ATTRIBUTE)) attribute(found.attributes);
      else if (c.is(Kind.IDENTIFIER) && c.underscored(c.at) && (c.kind(1) == Kind.IDENTIFIER || c.kind(1) == Kind.BRACE_OPEN)) found.qualifiers.add(c.word(c.at++));
      else break;
    }
    String tag = "";
    if (c.is(Kind.IDENTIFIER)) {
      tag = c.word(c.at++);
      if (c.is(Kind.PAREN_OPEN) && c.partner[c.at] > 0 && c.kindAt(c.behind(c.at)) != Kind.PAREN_OPEN && structMacro()) {
        int from = c.at;
        c.at = c.behind(c.at);
        tag += c.plain(from, c.at);
      }
    }
    found.base = tag.isEmpty() ? keyword : keyword + " " + tag;
    if (c.is(Kind.BRACE_OPEN)) {
      found.structBody = c.at;
      c.at = c.behind(c.at);
      while (c.is(Kind.ATTRIBUTE)) attribute(found.attributes);
      // struct x { … } __packed; but typedef struct { … } __name;
      boolean nameless = !tag.isEmpty() && !found.qualifiers.contains("typedef");
      while (c.is(Kind.IDENTIFIER) && c.underscored(c.at) && (nameless || c.kind(1) != Kind.SEMICOLON)) annotation(found.attributes);
    }
  }

  /** {@code struct NAME(arg) x}: a macro makes the tag. */
  private boolean structMacro() {
    Kind behind = c.kindAt(c.behind(c.at));
    Kind inside = c.kind(1);
    return (behind == Kind.IDENTIFIER || behind == Kind.STAR || behind == Kind.PAREN_CLOSE || behind == Kind.COMMA) && inside != Kind.STAR;
  }

  /** {@code __attribute__((…))} or {@code __name(…)}. */
  void attribute(List<Attribute> attributes) {
    annotation(attributes);
  }

  /** One word with or without arguments, as an attribute. */
  private void annotation(List<Attribute> attributes) {
    int start = c.here();
    String name = c.word(c.at++);
    List<Expression> arguments = List.of();
    if (c.is(Kind.PAREN_OPEN) && c.exhausted()) c.at = c.behind(c.at);
    else if (c.is(Kind.PAREN_OPEN)) arguments = expressions.arguments();
    attributes.add(new Attribute(name, arguments, c.since(start)));
  }

  /** Stars, brackets, the name, what follows it up to the initialiser. */
  Declared declarator() {
    Declared found = new Declared();
    declarator(found);
    trailers(found);
    return found;
  }

  private void declarator(Declared found) {
    pointers(found);
    if (c.is(Kind.PAREN_OPEN) && nests()) {
      int close = c.partner[c.at];
      c.at++;
      if (++c.depth < Cursor.DEEPEST) {
        while (c.is(Kind.ATTRIBUTE)) attribute(found.attributes);
        boolean pointer = c.is(Kind.STAR) || c.is(Kind.IDENTIFIER) && c.kind(1) == Kind.STAR;
        if (c.is(Kind.IDENTIFIER) && c.kind(1) == Kind.STAR) found.qualifiers.add(c.word(c.at++));
        declarator(found);
        suffixes(found);
        c.depth--;
        if (pointer && c.kindAt(close + 1) == Kind.PAREN_OPEN) found.function = true;
      }
      c.at = close + 1;
    } else {
      name(found);
    }
    suffixes(found);
  }

  private void pointers(Declared found) {
    while (true) {
      Kind kind = c.kind();
      if (kind == Kind.STAR) {
        found.pointers++;
        c.at++;
      } else if (kind == Kind.QUALIFIER) {
        found.qualifiers.add(c.word(c.at++));
      } else if (kind == Kind.ATTRIBUTE) {
        attribute(found.attributes);
      } else if (kind == Kind.IDENTIFIER && (c.kind(1) == Kind.STAR || c.kind(1) == Kind.QUALIFIER)) {
        found.qualifiers.add(c.word(c.at++));
      } else {
        return;
      }
    }
  }

  /** Whether a bracket holds a declarator: {@code (*f)(…)}, {@code (name)[3]}; not parameters. */
  private boolean nests() {
    if (c.partner[c.at] < 0) return false;
    Kind inside = c.kind(1);
    if (inside == Kind.STAR || inside == Kind.PAREN_OPEN || inside == Kind.ATTRIBUTE || inside == Kind.CARET) return true;
    if (inside != Kind.IDENTIFIER) return false;
    if (c.kind(2) == Kind.STAR) return c.kindAt(c.behind(c.at)) == Kind.PAREN_OPEN;
    return c.kind(2) == Kind.PAREN_CLOSE && (c.kind(3) == Kind.PAREN_OPEN || c.kind(3) == Kind.BRACKET_OPEN);
  }

  private void name(Declared found) {
    while (c.is(Kind.IDENTIFIER) && annotates()) {
      if (c.kind(1) == Kind.PAREN_OPEN) annotation(found.attributes);
      else found.qualifiers.add(c.word(c.at++));
    }
    if (!c.is(Kind.IDENTIFIER)) return;
    found.nameAt = c.at;
    found.name = c.word(c.at++);
  }

  /** Whether the name comes only after this word. */
  private boolean annotates() {
    if (c.kind(1) == Kind.IDENTIFIER) return c.underscored(c.at) || !c.underscored(c.at + 1);
    return c.underscored(c.at) && c.kind(1) == Kind.PAREN_OPEN && c.kindAt(c.behind(c.at + 1)) == Kind.IDENTIFIER
        && !c.underscored(c.behind(c.at + 1));
  }

  private void suffixes(Declared found) {
    while (true) {
      if (c.is(Kind.BRACKET_OPEN)) {
        found.arrays++;
        c.at = c.behind(c.at);
      } else if (c.is(Kind.PAREN_OPEN)) {
        found.function = true;
        if (found.parameters < 0) found.parameters = c.at;
        c.at = c.behind(c.at);
      } else {
        return;
      }
    }
  }

  /** Attributes, {@code asm("r0")}, a bit-field's width. */
  private void trailers(Declared found) {
    while (true) {
      if (c.is(Kind.ATTRIBUTE) || c.is(Kind.IDENTIFIER)) annotation(found.attributes);
      else if (c.is(Kind.ASM)) {
        c.at++;
        if (c.is(Kind.PAREN_OPEN)) c.at = c.behind(c.at);
      } else if (c.is(Kind.STORAGE) || c.is(Kind.QUALIFIER)) {
        found.qualifiers.add(c.word(c.at++));
      } else {
        return;
      }
    }
  }

  /** A type as in a cast, ending where it ends. */
  Expression.TypeName typeName() {
    int start = c.here();
    Specifiers specifiers = specifiers();
    Declared declared = declarator();
    return new Expression.TypeName(declared.type(specifiers), c.since(start));
  }

  /** Whether the tokens from here to the closing one are a type and nothing else; a single unknown word is not. */
  boolean isType(int from, int close) {
    Kind first = c.kindAt(from);
    if (startsType(first)) return true;
    if (first != Kind.IDENTIFIER) return false;
    int i = from;
    int words = 0;
    int stars = 0;
    while (i < close) {
      Kind kind = c.kinds[i];
      if (kind == Kind.IDENTIFIER) {
        words++;
        if (stars > 0 && !c.underscored(i)) return false;
      } else if (kind == Kind.STAR) {
        stars++;
      } else if (startsType(kind) && kind != Kind.QUALIFIER) {
        words++;
      } else if (kind != Kind.QUALIFIER) {
        break;
      }
      i++;
    }
    if (i == close) return stars > 0 || words > 1;
    if (c.kinds[i] == Kind.PAREN_OPEN && c.kindAt(i + 1) == Kind.STAR) {
      // type (*)(…) or type (*)[2], not f(*p)
      int inner = c.closing(i);
      if (inner == i + 2 && c.kindAt(inner + 1) == Kind.BRACKET_OPEN) return c.behind(inner + 1) == close;
      return inner > i && inner < close && c.kindAt(inner + 1) == Kind.PAREN_OPEN && c.behind(inner + 1) == close;
    }
    return c.kinds[i] == Kind.BRACKET_OPEN && c.behind(i) == close && (c.kindAt(close + 1) == Kind.BRACE_OPEN || c.kindAt(close + 1) == Kind.IDENTIFIER);
  }

  /** Heuristic for a single word: does it read like a scalar type of the kernel? */
  boolean typeLike(int token) {
    int start = c.starts[token];
    int end = c.ends[token];
    byte[] b = c.bytes;
    if (end - start > 2 && b[end - 1] == 't' && b[end - 2] == '_') return true;
    if (end - start > 4 && b[start] == '_' && b[start + 1] == '_') start += 2;
    if (end - start > 3 && (b[start] == 'l' || b[start] == 'b') && b[start + 1] == 'e') start += 1;
    int length = end - start;
    boolean digits = length >= 2 && length <= 3 && (b[start] == 'u' || b[start] == 's' || b[start] == 'e');
    for (int i = start + 1; i < end && digits; i++) digits = b[i] >= '0' && b[i] <= '9';
    if (digits) return true;
    return c.is(token, "uint") || c.is(token, "ulong") || c.is(token, "ushort") || c.is(token, "uchar") || c.is(token, "u_int") || c.is(token, "u_char")
        || c.is(token, "u_long") || c.is(token, "u_short");
  }

  /** The parameters between the bracket at this token and its partner; what is no declaration is left out. */
  List<Parameter> parameters(int open) {
    int close = c.partner[open];
    List<Parameter> found = new ArrayList<>();
    if (close < 0) return found;
    int before = c.at;
    c.at = open + 1;
    while (c.at < close) {
      if (c.is(Kind.COMMA)) {
        c.at++;
        continue;
      }
      int start = c.at;
      if (c.is(Kind.ELLIPSIS)) {
        found.add(new Parameter("...", new Type("...", 0, 0, false, List.of())));
        c.at++;
      } else {
        Specifiers specifiers = specifiers();
        Declared declared = declarator();
        Type type = declared.type(specifiers);
        boolean nothing = specifiers.base.equals("void") && declared.pointers == 0 && declared.name.isEmpty() && !declared.function;
        if (!specifiers.base.isEmpty() && !nothing) found.add(new Parameter(declared.name, type));
      }
      while (c.at < close && !c.is(Kind.COMMA)) {
        Kind kind = c.kind();
        c.at = kind == Kind.PAREN_OPEN || kind == Kind.BRACKET_OPEN || kind == Kind.BRACE_OPEN ? c.behind(c.at) : c.at + 1;
      }
      if (c.at <= start) c.at = start + 1;
    }
    c.at = before;
    return found;
  }

  static Span empty(int offset) {
    return new Span(offset, offset);
  }
}
