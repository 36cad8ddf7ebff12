// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import keeper.text.Span;

/** Reads expressions. What it cannot read becomes an {@link Expression.Unread} as small as the brackets and commas around it allow. */
final class Expressions {
  private static final int[] PRECEDENCE = new int[Kind.ALL.length];

  static {
    level(1, Kind.OR_OR);
    level(2, Kind.AND_AND);
    level(3, Kind.BAR);
    level(4, Kind.CARET);
    level(5, Kind.AMPERSAND);
    level(6, Kind.EQUAL, Kind.NOT_EQUAL);
    level(7, Kind.LESS, Kind.GREATER, Kind.LESS_EQUAL, Kind.GREATER_EQUAL);
    level(8, Kind.LEFT, Kind.RIGHT);
    level(9, Kind.PLUS, Kind.MINUS);
    level(10, Kind.STAR, Kind.DIVIDE, Kind.MODULO);
  }

  private final Cursor c;
  final Types types;
  private Statements statements;
  private int brackets; // how many calls we are in the arguments of, since the last statement

  Expressions(Cursor cursor) {
    this.c = cursor;
    this.types = new Types(cursor, this);
  }

  void statements(Statements statements) {
    this.statements = statements;
  }

  private static void level(int level, Kind... kinds) {
    for (Kind kind : kinds) PRECEDENCE[kind.ordinal()] = level;
  }

  /** With commas. */
  Expression expression() {
    int start = c.here();
    Expression left = assignment();
    int terms = 0;
    while (c.is(Kind.COMMA)) {
      if (++terms > Cursor.DEEPEST) return unreadPiece(start, true);
      c.at++;
      Expression right = assignment();
      left = new Expression.Binary(",", left, right, since(start, left));
    }
    return left;
  }

  /** Without commas. */
  Expression assignment() {
    int start = c.here();
    if (++c.depth > Cursor.DEEPEST || c.exhausted()) {
      c.depth--;
      return unreadPiece(start, false);
    }
    Expression left = conditional();
    if (c.kind() != null && c.kind().isAssignment()) {
      String operator = c.kind().text();
      c.at++;
      Expression value = c.is(Kind.BRACE_OPEN) ? initializer() : assignment();
      left = new Expression.Assign(operator, left, value, since(start, left));
    }
    c.depth--;
    return left;
  }

  private Expression conditional() {
    int start = c.here();
    Expression condition = binary(1);
    if (!c.is(Kind.QUESTION)) return condition;
    c.at++;
    Optional<Expression> then = c.is(Kind.COLON) ? Optional.empty() : Optional.of(expression());
    if (!c.take(Kind.COLON)) return new Expression.Conditional(condition, then, new Expression.Unread(Types.empty(c.since(start).end())), since(start, condition));
    Expression otherwise = assignment();
    return new Expression.Conditional(condition, then, otherwise, since(start, condition));
  }

  private Expression binary(int lowest) {
    int start = c.here();
    Expression left = unary();
    int terms = 0;
    while (c.kind() != null) {
      Kind kind = c.kind();
      int level = PRECEDENCE[kind.ordinal()];
      if (level < lowest || level == 0) return left;
      if (++terms > Cursor.DEEPEST) return unreadPiece(start, false);
      c.at++;
      Expression right = binary(level + 1);
      left = new Expression.Binary(kind.text(), left, right, since(start, left));
    }
    return left;
  }

  private Expression unary() {
    int start = c.here();
    Kind kind = c.kind();
    if (kind == null) return missing();
    switch (kind) {
      case AND_AND:
      case AMPERSAND:
      case STAR:
      case PLUS:
      case MINUS:
      case TILDE:
      case NOT:
      case INCREMENT:
      case DECREMENT: {
        c.at++;
        Expression operand = deeper(start);
        return new Expression.Unary(kind.text(), false, operand, c.since(start));
      }
      case SIZEOF:
      case TYPEOF:
        return unevaluated(start);
      case EXTENSION:
        c.at++;
        return deeper(start);
      case PAREN_OPEN:
        if (casts()) return cast(start);
        return postfix(primary(), start);
      default:
        return postfix(primary(), start);
    }
  }

  private Expression deeper(int start) {
    if (++c.depth > Cursor.DEEPEST || c.exhausted()) {
      c.depth--;
      return unreadPiece(start, false);
    }
    Expression operand = unary();
    c.depth--;
    return operand;
  }

  private Expression unevaluated(int start) {
    String operator = c.word(c.at++);
    Expression operand;
    if (c.is(Kind.PAREN_OPEN) && c.partner[c.at] > 0) {
      int open = c.at;
      int close = c.partner[open];
      if (types.isType(open + 1, close) || close == open + 2 && types.typeLike(open + 1)) {
        c.at++;
        operand = types.typeName();
        close(open, close);
      } else {
        operand = deeper(start);
      }
    } else {
      operand = deeper(start);
    }
    return new Expression.Unevaluated(operator, operand, c.since(start));
  }

  /** Whether the bracket here is a cast or begins a compound literal. */
  private boolean casts() {
    int open = c.at;
    int close = c.partner[open];
    if (close < 0 || close == open + 1) return false;
    Kind inside = c.kinds[open + 1];
    if (inside == Kind.BRACE_OPEN) return false;
    Kind next = c.kindAt(close + 1);
    if (types.isType(open + 1, close)) return operand(next) || next == Kind.BRACE_OPEN;
    if (close != open + 2 || inside != Kind.IDENTIFIER || next == null) return false;
    switch (next) {
      case IDENTIFIER:
      case NUMBER:
      case CHARACTER:
      case STRING:
      case SIZEOF:
      case NOT:
      case TILDE:
        return true;
      case BRACE_OPEN:
        return true;
      case PAREN_OPEN:
        return !c.declared.contains(c.word(open + 1));
      case AMPERSAND:
      case STAR:
      case MINUS:
      case PLUS:
        return types.typeLike(open + 1) && !c.declared.contains(c.word(open + 1));
      default:
        return false;
    }
  }

  private static boolean operand(Kind kind) {
    if (kind == null) return false;
    switch (kind) {
      case IDENTIFIER:
      case NUMBER:
      case CHARACTER:
      case STRING:
      case PAREN_OPEN:
      case SIZEOF:
      case TYPEOF:
      case GENERIC:
      case EXTENSION:
      case NOT:
      case TILDE:
      case AMPERSAND:
      case AND_AND:
      case STAR:
      case MINUS:
      case PLUS:
      case INCREMENT:
      case DECREMENT:
        return true;
      default:
        return false;
    }
  }

  private Expression cast(int start) {
    int open = c.at;
    int close = c.partner[open];
    c.at++;
    Type type = types.typeName().type();
    close(open, close);
    if (c.is(Kind.BRACE_OPEN)) {
      Expression.Initializer plain = initializer();
      return postfix(new Expression.Initializer(Optional.of(type), plain.elements(), c.since(start)), start);
    }
    Expression operand = deeper(start);
    return new Expression.Cast(type, operand, c.since(start));
  }

  /** Goes behind a bracket, whatever is left before it. */
  private void close(int open, int close) {
    c.at = close < 0 ? Math.max(c.at, open + 1) : close + 1;
  }

  private Expression primary() {
    int start = c.here();
    Kind kind = c.kind();
    switch (kind) {
      case IDENTIFIER:
        if (c.kind(1) == Kind.STRING || c.kind(1) == Kind.IDENTIFIER && shouted() && (brackets > 0 || !c.onNewLine(c.at + 1))) return string();
        return new Expression.Name(c.word(c.at++), c.since(start));
      case NUMBER: {
        String text = c.word(c.at++);
        return new Expression.Literal(floating(text) ? Expression.Literal.Kind.FLOATING : Expression.Literal.Kind.INTEGER, text, c.since(start));
      }
      case CHARACTER:
        return new Expression.Literal(Expression.Literal.Kind.CHARACTER, c.word(c.at++), c.since(start));
      case STRING:
        return string();
      case PAREN_OPEN:
        return bracketed();
      case GENERIC:
        return generic();
      case BRACE_OPEN:
        return initializer();
      default:
        if (Types.startsType(kind) || kind == Kind.ATTRIBUTE) return types.typeName();
        return missing();
    }
  }

  /** Whether the word here is written in capitals: two macros side by side are strings. */
  private boolean shouted() {
    for (int i = c.starts[c.at]; i < c.ends[c.at]; i++) if (c.bytes[i] >= 'a' && c.bytes[i] <= 'z') return false;
    return true;
  }

  private static boolean floating(String text) {
    boolean hexadecimal = text.startsWith("0x") || text.startsWith("0X");
    return !hexadecimal && (text.indexOf('.') >= 0 || text.indexOf('e') >= 0);
  }

  /** Strings and the macros between them. */
  private Expression string() {
    int from = c.at;
    int start = c.here();
    while (c.is(Kind.STRING) || c.is(Kind.IDENTIFIER) && (c.at > from || c.kind(1) == Kind.STRING || c.kind(1) == Kind.IDENTIFIER)) {
      boolean name = c.is(Kind.IDENTIFIER);
      c.at++;
      if (name && c.is(Kind.PAREN_OPEN)) c.at = c.behind(c.at);
    }
    return new Expression.Literal(Expression.Literal.Kind.STRING, c.plain(from, c.at), c.since(start));
  }

  private Expression bracketed() {
    int start = c.here();
    int open = c.at;
    int close = c.partner[open];
    c.at++;
    if (close < 0) {
      c.skipPiece(true);
      return new Expression.Unread(c.since(start));
    }
    if (c.is(Kind.BRACE_OPEN) && c.partner[c.at] > 0 && c.partner[c.at] < close) {
      int outer = brackets;
      brackets = 0;
      Statement.Compound body = statements.compound();
      brackets = outer;
      close(open, close);
      return new Expression.StatementExpression(body, c.since(start));
    }
    Expression inside = types.isType(open + 1, close) ? types.typeName() : expression();
    if (c.at != close) inside = new Expression.Unread(new Span(c.ends[open], Math.max(c.ends[open], c.starts[close])));
    close(open, close);
    return inside;
  }

  private Expression generic() {
    int start = c.here();
    c.at++;
    if (!c.is(Kind.PAREN_OPEN) || c.partner[c.at] < 0) return new Expression.Unread(c.since(start));
    int open = c.at;
    int close = c.partner[open];
    c.at++;
    Expression control = argument(close);
    List<Expression> choices = new ArrayList<>();
    while (c.at < close && c.take(Kind.COMMA)) {
      while (c.at < close && !c.is(Kind.COLON) && !c.is(Kind.COMMA)) c.at = c.is(Kind.PAREN_OPEN) ? c.behind(c.at) : c.at + 1;
      if (c.take(Kind.COLON)) choices.add(argument(close));
    }
    close(open, close);
    return new Expression.Generic(control, choices, c.since(start));
  }

  private Expression postfix(Expression first, int start) {
    Expression left = first;
    int links = 0;
    while (c.kind() != null) {
      Kind kind = c.kind();
      if (++links > Cursor.DEEPEST) return unreadPiece(start, false);
      if (kind == Kind.ARROW || kind == Kind.DOT) {
        Kind next = c.kind(1);
        if (next != Kind.IDENTIFIER && (next == null || !next.isKeyword())) return left;
        String member = c.word(c.at + 1);
        c.at += 2;
        left = new Expression.Member(left, member, kind == Kind.ARROW, since(start, left));
      } else if (kind == Kind.BRACKET_OPEN && c.partner[c.at] > 0) {
        int open = c.at++;
        int close = c.partner[open];
        Expression index = expression();
        if (c.at != close) index = new Expression.Unread(new Span(c.ends[open], c.starts[close]));
        close(open, close);
        left = new Expression.Index(left, index, since(start, left));
      } else if (kind == Kind.PAREN_OPEN && c.partner[c.at] > 0 && !(left instanceof Expression.Literal)) {
        // A bracket on the next line begins the statement that a macro rules: list_for_each(…) (void)f();
        if (left instanceof Expression.Call && c.onNewLine(c.at)) return left;
        List<Expression> arguments = arguments();
        left = new Expression.Call(left, arguments, since(start, left));
        if (c.is(Kind.STRING)) {
          string();
          left = new Expression.Literal(Expression.Literal.Kind.STRING, c.text.text(c.since(start)), c.since(start));
        }
      } else if (kind == Kind.INCREMENT || kind == Kind.DECREMENT) {
        if (left instanceof Expression.Call && c.onNewLine(c.at)) return left;
        c.at++;
        left = new Expression.Unary(kind.text(), true, left, since(start, left));
      } else {
        return left;
      }
    }
    return left;
  }

  /** The arguments between the bracket here and its partner; goes behind it. */
  List<Expression> arguments() {
    int open = c.at;
    int close = c.partner[open];
    List<Expression> found = new ArrayList<>(4);
    if (close < 0) {
      c.at++;
      return found;
    }
    c.at++;
    if (c.at == close) {
      c.at++;
      return found;
    }
    brackets++;
    while (true) {
      found.add(argument(close));
      if (c.at >= close || !c.is(Kind.COMMA)) break;
      c.at++;
    }
    brackets--;
    c.at = close + 1;
    return found;
  }

  /** One argument: an expression, a type, a statement, an operator, nothing. */
  private Expression argument(int close) {
    int from = c.at;
    int start = c.here();
    if (c.is(Kind.COMMA) || from >= close) return missing();
    int operators = operators(close);
    if (operators > 0) {
      c.at += operators;
      return new Expression.Name(c.plain(from, c.at), c.since(start));
    }
    Expression read = attempt(close, from, start);
    if (c.at <= close && (c.at == close || c.is(Kind.COMMA))) return read;
    c.at = from;
    if (semicolonBefore(close)) return sequence(close, start);
    int end = pieceEnd(close);
    if (constraint(end)) return operands(end, start);
    c.skipPiece(false);
    if (c.at > close || c.at == from) c.at = close;
    return new Expression.Unread(c.since(start));
  }

  /** How many operators the argument is, if nothing else: {@code ASSERTCMP(a, ==, b)}, {@code TEST(and, &= ~, v)}. */
  private int operators(int close) {
    int i = c.at;
    while (i < close && c.kinds[i].isPunctuator() && c.kinds[i].ordinal() >= Kind.DOT.ordinal()) i++;
    return i == close || c.kinds[i] == Kind.COMMA ? i - c.at : 0;
  }

  private Expression attempt(int close, int from, int start) {
    Kind kind = c.kind();
    switch (kind) {
      case DOT:
      case BRACKET_OPEN: {
        if (kind == Kind.BRACKET_OPEN && c.kindAt(c.behind(c.at)) == Kind.STRING) break; // an operand of assembly
        // X(.a = 1, .b = 2): a macro that puts braces around.
        List<Expression.Initializer.Element> one = new ArrayList<>(1);
        element(close, one);
        return new Expression.Initializer(Optional.empty(), one, c.since(start));
      }
      case RETURN:
      case GOTO:
      case BREAK:
      case CONTINUE:
      case IF:
      case FOR:
      case WHILE:
      case DO:
      case SWITCH:
      case CASE:
        return sequence(close, start);
      case BRACE_OPEN:
        return block() ? sequence(close, start) : initializer();
      default:
    }
    int end = pieceEnd(close);
    if (types.isType(from, end) && c.kindAt(end - 1) != Kind.PAREN_CLOSE || Types.startsType(kind)) {
      Expression.TypeName name = types.typeName();
      if (c.at == end) return name;
      c.at = from;
    }
    return assignment();
  }

  /** The comma or bracket that ends the argument. */
  private int pieceEnd(int close) {
    int i = c.at;
    while (i < close && c.kinds[i] != Kind.COMMA) {
      Kind kind = c.kinds[i];
      i = kind == Kind.PAREN_OPEN || kind == Kind.BRACKET_OPEN || kind == Kind.BRACE_OPEN ? c.behind(i) : i + 1;
    }
    return Math.min(i, close);
  }

  private boolean semicolonBefore(int close) {
    for (int i = c.at; i < close && c.kinds[i] != Kind.COMMA; ) {
      Kind kind = c.kinds[i];
      if (kind == Kind.SEMICOLON || kind == Kind.BRACE_OPEN) return true;
      i = kind == Kind.PAREN_OPEN || kind == Kind.BRACKET_OPEN ? c.behind(i) : i + 1;
    }
    return false;
  }

  /** Whether the brace here holds statements, not elements. */
  private boolean block() {
    int close = c.partner[c.at];
    for (int i = c.at + 1; i < close; ) {
      Kind kind = c.kinds[i];
      if (kind == Kind.SEMICOLON) return true;
      i = kind == Kind.PAREN_OPEN || kind == Kind.BRACKET_OPEN || kind == Kind.BRACE_OPEN ? c.behind(i) : i + 1;
    }
    return false;
  }

  /** Whether {@code "r" (x)} stands in the argument: an operand of assembly that a macro passes on. */
  private boolean constraint(int end) {
    for (int i = c.at; i + 1 < end; i++) if (c.kinds[i] == Kind.STRING && c.kinds[i + 1] == Kind.PAREN_OPEN) return true;
    return c.is(Kind.COLON) || c.is(Kind.STRING);
  }

  /** The operands of assembly in an argument; those that are written have {@code =} or {@code +} in their constraint. */
  private Expression operands(int end, int start) {
    List<Expression> outputs = new ArrayList<>(1);
    List<Expression> inputs = new ArrayList<>(1);
    while (c.at < end) {
      if (c.is(Kind.PAREN_OPEN) && c.partner[c.at] > 0 && c.at > 0 && c.kinds[c.at - 1] == Kind.STRING) {
        byte first = c.bytes[c.starts[c.at - 1] + 1];
        (first == '=' || first == '+' ? outputs : inputs).add(bracketed());
      } else {
        c.at = c.is(Kind.BRACKET_OPEN) ? c.behind(c.at) : c.at + 1;
      }
    }
    Statement.Asm asm = new Statement.Asm(outputs, inputs, List.of(), c.since(start));
    return new Expression.StatementArgument(asm, asm.span());
  }

  /** Statements up to the comma or bracket that ends the argument. */
  private Expression sequence(int close, int start) {
    int outer = brackets;
    brackets = 0;
    List<Statement> body = statements.upTo(close);
    brackets = outer;
    Statement only = body.size() == 1 ? body.get(0) : new Statement.Compound(body, c.since(start));
    return new Expression.StatementArgument(only, c.since(start));
  }

  /** {@code { … }} as a value. */
  Expression.Initializer initializer() {
    int start = c.here();
    int open = c.at;
    int close = c.partner[open];
    List<Expression.Initializer.Element> elements = new ArrayList<>();
    c.at++;
    if (close < 0) return new Expression.Initializer(Optional.empty(), elements, c.since(start));
    if (++c.depth > Cursor.DEEPEST) {
      Span inside = new Span(c.ends[open], c.starts[close]);
      elements.add(new Expression.Initializer.Element("", new Expression.Unread(inside)));
    } else {
      while (c.at < close) element(close, elements);
    }
    c.depth--;
    c.at = close + 1;
    return new Expression.Initializer(Optional.empty(), elements, c.since(start));
  }

  private void element(int close, List<Expression.Initializer.Element> elements) {
    if (c.take(Kind.COMMA)) return;
    int from = c.at;
    if (c.is(Kind.DOT) || c.is(Kind.BRACKET_OPEN)) {
      while (c.at < close && (c.is(Kind.DOT) || c.is(Kind.BRACKET_OPEN))) c.at = c.is(Kind.DOT) ? c.at + 2 : c.behind(c.at);
    } else if (c.is(Kind.IDENTIFIER) && c.kind(1) == Kind.COLON) {
      c.at++;
    }
    String designator = c.plain(from, Math.min(c.at, close));
    if (c.at > from) c.at += c.is(Kind.ASSIGN) || c.is(Kind.COLON) ? 1 : 0;
    int at = c.at;
    Expression value = c.is(Kind.BRACE_OPEN) ? initializer() : argument(close);
    if (c.at < close && !c.is(Kind.COMMA) && value instanceof Expression.Initializer) {
      c.at = at;
      value = argument(close);
    }
    // Macros that bring their own comma stand one after the other.
    elements.add(new Expression.Initializer.Element(designator, value));
    if (c.at == from) c.at++;
  }

  /** From the first operand on: one that is missing may lie before the first token. */
  private Span since(int start, Expression first) {
    return c.since(Math.min(start, first.span().start()));
  }

  /** An operand that is not there: it stands behind the token before it, so inside whatever wants it. */
  private Expression missing() {
    return new Expression.Unread(Types.empty(c.at > c.first ? c.ends[c.at - 1] : c.here()));
  }

  private Expression unreadPiece(int start, boolean overCommas) {
    c.skipPiece(overCommas);
    return new Expression.Unread(c.since(start));
  }
}
