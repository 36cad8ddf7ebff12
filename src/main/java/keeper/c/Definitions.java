// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import keeper.text.SourceText;
import keeper.text.Span;

/** What an outline holds beside functions: all of it is read in one go, when the first of it is asked for. */
final class Definitions implements Outline.Pieces {
  final List<Struct> structs = new ArrayList<>();
  final List<Global> globals = new ArrayList<>();
  final List<OperationsTable> tables = new ArrayList<>();
  final List<ScopeClass> scopeClasses = new ArrayList<>();
  final List<Typedef> typedefs = new ArrayList<>();
  final List<Prototype> prototypes = new ArrayList<>();

  private final SourceText text;
  private final Tokens tokens;
  private final Heads heads;

  Definitions(SourceText text, Tokens tokens) {
    this.text = text;
    this.tokens = tokens;
    this.heads = new Heads(text, tokens);
  }

  @Override
  public boolean function(int[] head, int count, int open, int close) {
    return heads.isFunction(head, count, open);
  }

  @Override
  public void declaration(int first, int last) {
    Cursor c = cursor(first, last);
    if (c.ended()) return;
    Statements statements = new Statements(c);
    if (c.is(Kind.IDENTIFIER) && c.kind(1) == Kind.PAREN_OPEN) {
      macro(c, statements, List.of());
      return;
    }
    Types types = statements.types();
    boolean typedef = c.is(0, "typedef");
    Types.Specifiers specifiers = types.specifiers();
    if (specifiers.base.isEmpty() && !c.ended() && c.is(Kind.IDENTIFIER)) return;
    if (specifiers.byWord && c.is(Kind.PAREN_OPEN) && c.kind(1) != Kind.STAR) {
      // static DEFINE_MUTEX(x): the macro was taken for a type.
      c.at--;
      macro(c, statements, specifiers.qualifiers);
      return;
    }
    int body = specifiers.structBody;
    declarators(c, statements, specifiers, typedef, body);
  }

  private void declarators(Cursor c, Statements statements, Types.Specifiers specifiers, boolean typedef, int body) {
    Span span = new Span(c.starts[0], c.ends[c.size - 1 - (c.kinds[c.size - 1] == Kind.SEMICOLON && c.size > 1 ? 1 : 0)]);
    String named = "";
    while (!c.ended() && !c.is(Kind.SEMICOLON)) {
      int from = c.at;
      Types.Declared declared = statements.types().declarator();
      Optional<Expression> value = c.take(Kind.ASSIGN) ? Optional.of(statements.initialValue()) : Optional.empty();
      Type type = declared.type(specifiers);
      if (!declared.name.isEmpty()) {
        if (typedef) {
          typedefs.add(new Typedef(declared.name, type, span));
          if (declared.pointers == 0 && named.isEmpty()) named = declared.name;
        } else if (declared.function && declared.pointers == countBefore(c, from, declared.nameAt) && declared.parameters > declared.nameAt && plain(c, declared)) {
          Type returns = new Type(type.base(), type.pointers(), 0, false, type.qualifiers());
          prototypes.add(new Prototype(declared.name, returns, statements.types().parameters(declared.parameters), all(specifiers, declared), span));
        } else {
          global(declared, type, specifiers, value, span);
        }
      }
      if (c.at == from || !c.take(Kind.COMMA)) break;
    }
    if (body >= 0 && !specifiers.base.startsWith("enum")) structs.add(struct(c, statements, specifiers, body, typedef ? named : ""));
  }

  /** Whether the parameters stand directly behind the name, so that it is a function and no pointer to one. */
  private static boolean plain(Cursor c, Types.Declared declared) {
    return declared.parameters == declared.nameAt + 1 && c.kindAt(declared.nameAt - 1) != Kind.PAREN_OPEN;
  }

  private static int countBefore(Cursor c, int from, int to) {
    int stars = 0;
    for (int i = from; i < to; i++) if (c.kinds[i] == Kind.STAR) stars++;
    return stars;
  }

  private static List<Attribute> all(Types.Specifiers specifiers, Types.Declared declared) {
    List<Attribute> all = new ArrayList<>(specifiers.attributes);
    all.addAll(declared.attributes);
    return all;
  }

  private void global(Types.Declared declared, Type type, Types.Specifiers specifiers, Optional<Expression> value, Span span) {
    boolean isStatic = type.is("static");
    boolean isExtern = type.is("extern");
    globals.add(new Global(declared.name, type, "", List.of(), all(specifiers, declared), value, isStatic, isExtern, span));
    if (value.isPresent() && value.get() instanceof Expression.Initializer initializer) {
      List<OperationsTable.Slot> slots = new ArrayList<>();
      slots(initializer, "", slots);
      if (!slots.isEmpty()) tables.add(new OperationsTable(type.struct().orElse(type.base()), declared.name, slots, span));
    }
  }

  private static void slots(Expression.Initializer initializer, String prefix, List<OperationsTable.Slot> slots) {
    for (Expression.Initializer.Element element : initializer.elements()) {
      String designator = prefix + element.designator();
      Expression value = element.value();
      while (value instanceof Expression.Cast cast) value = cast.operand();
      if (value instanceof Expression.Unary unary && unary.operator().equals("&")) value = unary.operand();
      if (value instanceof Expression.Initializer inner) slots(inner, designator, slots);
      else if (value instanceof Expression.Name name && designator.indexOf('.') >= 0) {
        slots.add(new OperationsTable.Slot(designator.startsWith(".") ? designator.substring(1) : designator, name.name(), name.span()));
      }
    }
  }

  /** {@code NAME(arguments)} at the top level. */
  private void macro(Cursor c, Statements statements, List<String> qualifiers) {
    int at = c.at;
    String macro = c.word(c.at++);
    if (c.partner[c.at] < 0) return;
    List<Expression> arguments = statements.arguments();
    Span span = new Span(c.starts[0], c.ends[Math.max(at, c.at - 1)]);
    if (arguments.isEmpty()) return;
    if (scopeClass(macro, arguments, span)) return;
    List<Attribute> attributes = new ArrayList<>(0);
    while (c.is(Kind.IDENTIFIER) || c.is(Kind.ATTRIBUTE)) statements.types().attribute(attributes);
    Optional<Expression> value = c.take(Kind.ASSIGN) ? Optional.of(statements.initialValue()) : Optional.empty();
    Expression first = arguments.get(0);
    Expression second = arguments.size() > 1 ? arguments.get(1) : first;
    // DEFINE_PER_CPU(type, name) has the type first; its name is the only other argument.
    boolean typeFirst = first instanceof Expression.TypeName || macro.contains("PER_CPU") && second != first;
    Expression name = typeFirst ? second : first;
    if (!(name instanceof Expression.Name named) || !defines(macro)) return;
    Type type = first instanceof Expression.TypeName t ? t.type() : new Type(typeFirst && first instanceof Expression.Name n ? n.name() : "", 0, 0, false, qualifiers);
    boolean isStatic = qualifiers.contains("static");
    globals.add(new Global(named.name(), type, macro, arguments, attributes, value, isStatic, macro.startsWith("DECLARE_PER_CPU"), span));
  }

  /** Heuristic: the macros that make a variable say so, or are written in capitals and end in HEAD. */
  private static boolean defines(String macro) {
    return macro.startsWith("DEFINE_") || macro.startsWith("DECLARE_") || macro.endsWith("_HEAD");
  }

  private boolean scopeClass(String macro, List<Expression> arguments, Span span) {
    switch (macro) {
      case "DEFINE_GUARD":
        return add(macro, arguments, 4, "", 1, 2, 3, span);
      case "DEFINE_LOCK_GUARD_0":
        return add(macro, arguments, 3, "", -1, 1, 2, span);
      case "DEFINE_LOCK_GUARD_1":
        return add(macro, arguments, 4, "", 1, 2, 3, span);
      case "DEFINE_GUARD_COND":
      case "DEFINE_LOCK_GUARD_1_COND":
        return add(macro, arguments, 3, name(arguments.get(0)), -1, 2, -1, span);
      case "DEFINE_FREE":
        return add(macro, arguments, 3, "", 1, -1, 2, span);
      case "DEFINE_CLASS":
        return add(macro, arguments, 4, "", 1, 3, 2, span);
      case "EXTEND_CLASS":
        return add(macro, arguments, 3, name(arguments.get(0)), -1, 2, -1, span);
      default:
        return false;
    }
  }

  private boolean add(String macro, List<Expression> arguments, int least, String base, int type, int enter, int leave, Span span) {
    if (arguments.size() < least) return false;
    String name = name(arguments.get(0)) + (base.isEmpty() ? "" : name(arguments.get(1)));
    Type of = new Type("", 0, 0, false, List.of());
    if (type >= 0 && arguments.get(type) instanceof Expression.TypeName t) of = t.type();
    else if (type >= 0 && arguments.get(type) instanceof Expression.Name n) of = new Type(n.name(), 0, 0, false, List.of());
    Optional<Expression> begins = enter < 0 ? Optional.empty() : Optional.of(arguments.get(enter));
    Optional<Expression> ends = leave < 0 ? Optional.empty() : Optional.of(arguments.get(leave));
    scopeClasses.add(new ScopeClass(macro, name, base, of, begins, ends, span));
    return true;
  }

  private static String name(Expression expression) {
    return expression instanceof Expression.Name n ? n.name() : "";
  }

  /** The members between the brace at this token and its partner. */
  private Struct struct(Cursor c, Statements statements, Types.Specifiers specifiers, int open, String typedef) {
    int close = c.partner[open] < 0 ? c.size : c.partner[open];
    boolean union = specifiers.base.startsWith("union");
    int blank = specifiers.base.indexOf(' ');
    String tag = blank < 0 ? "" : specifiers.base.substring(blank + 1);
    List<Struct.Member> members = new ArrayList<>();
    int before = c.at;
    c.at = open + 1;
    if (++c.depth < Cursor.DEEPEST) while (c.at < close) member(c, statements, close, members);
    c.depth--;
    c.at = before;
    int keyword = open;
    while (keyword > 0 && c.kinds[keyword] != Kind.STRUCT && c.kinds[keyword] != Kind.UNION) keyword--;
    return new Struct(union, tag, typedef, members, specifiers.attributes, new Span(c.starts[keyword], c.ends[Math.min(close, c.size - 1)]));
  }

  private void member(Cursor c, Statements statements, int close, List<Struct.Member> members) {
    int from = c.at;
    if (c.take(Kind.SEMICOLON)) return;
    if (wrapped(c)) {
      // struct_group(name, members): the members stand in the macro's bracket.
      int end = c.partner[from + 1];
      c.at = from + 2;
      while (c.at < end && !c.is(Kind.COMMA)) c.at++;
      while (c.at < end) {
        if (!c.take(Kind.COMMA)) member(c, statements, end, members);
      }
      c.at = end + 1;
      c.take(Kind.SEMICOLON);
      return;
    }
    if (c.is(Kind.IDENTIFIER) && c.kind(1) == Kind.PAREN_OPEN && c.partner[c.at + 1] > 0 && c.kind(2) != Kind.STAR) {
      generated(c, statements, members);
      return;
    }
    Types.Specifiers specifiers = statements.types().specifiers();
    Optional<Struct> inner = Optional.empty();
    if (specifiers.structBody >= 0 && !specifiers.base.startsWith("enum")) inner = Optional.of(struct(c, statements, specifiers, specifiers.structBody, ""));
    boolean any = false;
    while (c.at < close && !c.is(Kind.SEMICOLON)) {
      int at = c.at;
      Types.Declared declared = statements.types().declarator();
      if (c.take(Kind.COLON)) statements.assignment();
      if (c.at > close) c.at = close;
      if (declared.name.isEmpty() && c.at == at) break;
      members.add(new Struct.Member(declared.name, declared.type(specifiers), all(specifiers, declared), inner, comment(c, from, c.at), new Span(c.starts[from], c.ends[c.at - 1])));
      any = true;
      if (!c.take(Kind.COMMA)) break;
    }
    if (!any && c.at > from && (inner.isPresent() || specifiers.base.startsWith("struct ") || specifiers.base.startsWith("union "))) {
      Type type = new Type(specifiers.base, 0, 0, false, specifiers.qualifiers);
      members.add(new Struct.Member("", type, specifiers.attributes, inner, comment(c, from, c.at), new Span(c.starts[from], c.ends[c.at - 1])));
    }
    if (!c.take(Kind.SEMICOLON)) {
      while (c.at < close && !c.is(Kind.SEMICOLON)) c.at = c.is(Kind.BRACE_OPEN) || c.is(Kind.PAREN_OPEN) ? c.behind(c.at) : c.at + 1;
      c.take(Kind.SEMICOLON);
    }
    if (c.at > close) c.at = close;
    if (c.at == from) c.at++;
  }

  /** {@code struct_group(name, …;)} and its kin: a semicolon stands directly in the bracket. */
  private static boolean wrapped(Cursor c) {
    if (!c.is(Kind.IDENTIFIER) || c.kind(1) != Kind.PAREN_OPEN || c.partner[c.at + 1] < 0) return false;
    int end = c.partner[c.at + 1];
    for (int i = c.at + 2; i < end; ) {
      Kind kind = c.kinds[i];
      if (kind == Kind.SEMICOLON) return true;
      i = kind == Kind.PAREN_OPEN || kind == Kind.BRACE_OPEN || kind == Kind.BRACKET_OPEN ? c.behind(i) : i + 1;
    }
    return false;
  }

  /** {@code DECLARE_BITMAP(name, bits)}: a member by macro, with the macro as its type. */
  private void generated(Cursor c, Statements statements, List<Struct.Member> members) {
    int from = c.at;
    String macro = c.word(c.at++);
    List<Expression> arguments = statements.arguments();
    Expression first = arguments.isEmpty() ? null : arguments.get(0);
    Expression second = arguments.size() > 1 ? arguments.get(1) : null;
    Expression name = first instanceof Expression.Name ? first : second;
    if (name instanceof Expression.Name named) {
      Type type = new Type(macro, 0, 0, false, List.of());
      members.add(new Struct.Member(named.name(), type, List.of(), Optional.empty(), comment(c, from, c.at), new Span(c.starts[from], c.ends[c.at - 1])));
    }
    while (!c.ended() && !c.is(Kind.SEMICOLON) && !c.is(Kind.BRACE_CLOSE)) c.at = c.is(Kind.PAREN_OPEN) ? c.behind(c.at) : c.at + 1;
    c.take(Kind.SEMICOLON);
  }

  /** The comments that stand before a member and behind it on its last line, without their marks. */
  private String comment(Cursor c, int from, int to) {
    StringBuilder all = new StringBuilder();
    int token = tokens.at(c.starts[from]);
    int before = token;
    while (before > 0 && tokens.kind(before - 1) == Kind.COMMENT && !trails(before - 1)) before--;
    for (int i = before; i < token; i++) append(all, tokens.text(i));
    int last = tokens.at(c.ends[to - 1] - 1);
    int line = text.line(tokens.starts[last]);
    for (int i = token; i < tokens.size; i++) {
      if (i > last && text.line(tokens.starts[i]) != line) break;
      if (tokens.kind(i) == Kind.COMMENT) append(all, tokens.text(i));
      else if (i > last && tokens.kind(i) != Kind.SEMICOLON && tokens.kind(i) != Kind.COMMA && text.line(tokens.starts[i]) == line && !sameDeclaration(i)) break;
    }
    return all.toString();
  }

  private boolean sameDeclaration(int token) {
    return tokens.kind(token) != Kind.BRACE_CLOSE;
  }

  /** Whether a comment belongs to what stands before it on its line. */
  private boolean trails(int comment) {
    return comment > 0 && text.line(tokens.ends[comment - 1] - 1) == text.line(tokens.starts[comment]) && tokens.kind(comment - 1) != Kind.BRACE_OPEN;
  }

  private static void append(StringBuilder all, String comment) {
    int from = 0;
    int to = comment.length();
    if (comment.startsWith("/*") && comment.endsWith("*/") && to >= 4) to -= 2;
    StringBuilder plain = new StringBuilder();
    boolean blank = true;
    for (int i = from + 2; i < to; i++) {
      char ch = comment.charAt(i);
      boolean mark = ch == '*' && (i == 2 || lineBegins(comment, i));
      if (mark || ch == '\\' && i + 1 < to && comment.charAt(i + 1) == '\n') continue;
      if (ch <= ' ') {
        if (!blank) plain.append(' ');
        blank = true;
      } else {
        plain.append(ch);
        blank = false;
      }
    }
    String words = plain.toString().strip();
    if (words.isEmpty()) return;
    if (all.length() > 0) all.append(' ');
    all.append(words);
  }

  private static boolean lineBegins(String comment, int i) {
    int k = i - 1;
    while (k >= 0 && (comment.charAt(k) == ' ' || comment.charAt(k) == '\t')) k--;
    return k >= 0 && comment.charAt(k) == '\n';
  }

  /** All live tokens of a piece; both branches of an {@code #if} count, as members under either exist somewhere. */
  private Cursor cursor(int first, int last) {
    int[] live = new int[last - first + 1];
    int count = 0;
    for (int i = first; i <= last; i++) {
      Kind kind = tokens.kind(i);
      if (kind == Kind.HASH_IF && Directives.isZero(tokens, i)) i = Math.min(last, Directives.branchEnd(tokens, i) - 1);
      else if (kind != Kind.COMMENT && kind != Kind.GAP && !kind.isDirective()) live[count++] = i;
    }
    return new Cursor(tokens, live, count);
  }
}
