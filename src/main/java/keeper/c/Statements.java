// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import keeper.text.Span;

/** Reads statements. Nothing is looked up: an unknown {@code name(…) { … }} is a block, whatever the macro does with it. */
final class Statements {
  /** An else-if chain nests to the right without end; who goes down it must not recurse. */
  private static final int MOST_ARMS = 10_000;

  private final Cursor c;
  private final Expressions expressions;
  private final Types types;
  private boolean argument; // we stand in a macro's argument, where a comma ends the statement

  Statements(Cursor cursor) {
    this.c = cursor;
    this.expressions = new Expressions(cursor);
    this.types = expressions.types;
    expressions.statements(this);
  }

  Types types() {
    return types;
  }

  /** What stands behind the {@code =} of a declaration. */
  Expression initialValue() {
    return c.is(Kind.BRACE_OPEN) ? expressions.initializer() : expressions.assignment();
  }

  Expression assignment() {
    return expressions.assignment();
  }

  List<Expression> arguments() {
    return expressions.arguments();
  }

  /** The brace here and all up to its partner, or up to the end. */
  Statement.Compound compound() {
    int start = c.here();
    int open = c.at++;
    int close = c.blockEnd(open);
    List<Statement> body = new ArrayList<>();
    boolean outer = argument;
    argument = false;
    if (++c.depth > Cursor.DEEPEST) {
      if (c.at < close) body.add(new Statement.Unread(new Span(c.starts[c.at], c.ends[close - 1])));
    } else {
      while (c.at < close) {
        if (c.hasGaps() && c.is(Kind.BRACE_CLOSE)) closed(body);
        else body.add(progress(close));
        if (c.hasGaps()) gapBehind(body);
      }
      if (c.hasGaps()) indented(body);
    }
    c.depth--;
    argument = outer;
    c.at = c.partner[open] < 0 ? close : close + 1;
    return new Statement.Compound(body, c.since(start));
  }

  /** Statements up to the end of the tokens; the last needs no semicolon. */
  List<Statement> all() {
    List<Statement> body = new ArrayList<>();
    while (!c.ended()) body.add(progress(c.size));
    return body;
  }

  /**
   * A brace that closes a block whose beginning is not shown: what was read since the gap is that block, and we do not know
   * on which condition it runs, nor what stands above in it.
   */
  private void closed(List<Statement> body) {
    int from = body.size();
    while (from > 0 && !(body.get(from - 1) instanceof Statement.Unread unread && isGap(unread))) from--;
    int start = from < body.size() ? body.get(from).span().start() : c.here();
    Span brace = new Span(c.starts[c.at], c.ends[c.at]);
    c.at++;
    List<Statement> inside = new ArrayList<>(body.subList(from, body.size()));
    if (!inside.isEmpty()) inside.add(0, new Statement.Unread(new Span(start, start)));
    body.subList(from, body.size()).clear();
    Statement.Compound then = new Statement.Compound(inside, c.since(start));
    Optional<Statement> otherwise = Optional.empty();
    if (c.take(Kind.ELSE)) otherwise = Optional.of(body());
    else if (c.is(Kind.WHILE) && c.kind(1) == Kind.PAREN_OPEN && c.kindAt(c.behind(c.at + 1)) == Kind.SEMICOLON) c.at = c.behind(c.at + 1) + 1;
    body.add(new Statement.If(new Expression.Unread(brace), then, otherwise, c.since(start)));
  }

  /** {@code if (x)} whose branch is not shown: what stands behind it is not shown either, and those who do not take the branch come by there too. */
  private void gapBehind(List<Statement> body) {
    Statement last = body.get(body.size() - 1);
    int end = last.span().end();
    if (!(last instanceof Statement.Unread) && last.span().length() > 1 && c.bytes[end - 1] == 1) body.add(new Statement.Unread(new Span(end, end)));
  }

  /**
   * What stands further in than a statement behind it belongs to a branch or loop whose beginning is not shown, such as the {@code return} of an {@code if} above: that statement can be come to without it, and so can a
   * label or case behind it.
   */
  private void indented(List<Statement> body) {
    for (int gap = 0; gap < body.size(); gap++) {
      if (!(body.get(gap) instanceof Statement.Unread unread) || !isGap(unread)) continue;
      int first = gap + 1;
      int end = first;
      int column = 0;
      boolean deeper = false;
      boolean jumped = false; // to a label, from what is not shown
      for (; end < body.size() && !deeper; end++) {
        Statement statement = body.get(end);
        if (statement instanceof Statement.Unread next && isGap(next)) break;
        int here = column(statement);
        if (end == first) column = here;
        boolean mark = statement instanceof Statement.Case || statement instanceof Statement.Label;
        if (end > first && (mark ? leaves(body.get(end - 1)) : here < column)) deeper = true;
        if (deeper) jumped = mark;
      }
      if (!deeper || body.get(first) instanceof Statement.If known && known.condition() instanceof Expression.Unread) continue;
      List<Statement> inside = body.subList(first, end - 1);
      Span span = new Span(inside.get(0).span().start(), inside.get(inside.size() - 1).span().end());
      Statement.Compound then = new Statement.Compound(List.copyOf(inside), span);
      inside.clear();
      body.add(first, new Statement.If(new Expression.Unread(new Span(span.start(), span.start())), then, jumped ? Optional.of(new Statement.Unread(new Span(span.end(), span.end()))) : Optional.empty(), span));
    }
  }

  private static boolean leaves(Statement statement) {
    return statement instanceof Statement.Return || statement instanceof Statement.Goto || statement instanceof Statement.Break || statement instanceof Statement.Continue;
  }

  /** Where a statement's line begins its text, with tabs of eight. */
  private int column(Statement statement) {
    int start = statement.span().start();
    while (start > 0 && c.bytes[start - 1] != '\n') start--;
    int column = 0;
    for (; start < c.bytes.length && (c.bytes[start] == ' ' || c.bytes[start] == '\t'); start++) column = c.bytes[start] == '\t' ? column + 8 & ~7 : column + 1;
    return column;
  }

  private boolean isGap(Statement.Unread unread) {
    int at = unread.span().length() == 0 ? unread.span().start() - 1 : unread.span().start();
    return unread.span().length() <= 1 && at >= 0 && c.bytes[at] == 1;
  }

  private Statement progress(int close) {
    int from = c.at;
    int start = c.here();
    Statement statement = statement();
    if (c.at > from && c.at <= close) return statement;
    // It read nothing, or over the brace that bounds it.
    c.at = c.at > from ? close : from + 1;
    return new Statement.Unread(c.since(start));
  }

  /** The statements of a macro's argument, up to a comma or the closing bracket. */
  List<Statement> upTo(int close) {
    List<Statement> body = new ArrayList<>();
    boolean outer = argument;
    argument = true;
    while (c.at < close && !c.is(Kind.COMMA)) body.add(progress(close));
    argument = outer;
    return body;
  }

  Statement statement() {
    int start = c.here();
    c.first = c.at;
    if (++c.depth > Cursor.DEEPEST || c.exhausted()) {
      c.depth--;
      return unread(start);
    }
    Statement read = read(start);
    c.depth--;
    return read;
  }

  private Statement read(int start) {
    Kind kind = c.kind();
    if (kind == null) return new Statement.Empty(c.since(start));
    switch (kind) {
      case BRACE_OPEN:
        return compound();
      case SEMICOLON:
        c.at++;
        return new Statement.Empty(c.since(start));
      case IF:
        return branch(start);
      case WHILE:
        return loop(start);
      case DO:
        return doLoop(start);
      case FOR:
        return forLoop(start);
      case SWITCH:
        return choose(start);
      case CASE:
        return caseLabel(start);
      case DEFAULT:
        c.at++;
        if (!c.take(Kind.COLON)) return unread(start);
        return new Statement.Default(c.since(start));
      case GOTO:
        return jump(start);
      case BREAK:
        c.at++;
        return semicolon() ? new Statement.Break(c.since(start)) : unread(start);
      case CONTINUE:
        c.at++;
        return semicolon() ? new Statement.Continue(c.since(start)) : unread(start);
      case RETURN:
        return leave(start);
      case ASM:
        return assembly(start);
      case IDENTIFIER:
        return named(start);
      case ATTRIBUTE:
        if (c.kind(1) == Kind.PAREN_OPEN && c.kindAt(c.behind(c.at + 1)) == Kind.SEMICOLON) {
          c.at = c.behind(c.at + 1);
          c.at++;
          return new Statement.Empty(c.since(start));
        }
        return declaration(start);
      case EXTENSION:
        if (c.kind(1) == Kind.PAREN_OPEN) return evaluate(start);
        return declaration(start);
      case GAP:
        c.at++;
        return new Statement.Unread(c.since(start));
      case ELSE: {
        // Its if is not shown, or hidden in a macro.
        c.at++;
        Expression condition = new Expression.Unread(c.since(start));
        Statement then = new Statement.Empty(Types.empty(start));
        Statement otherwise = body();
        return new Statement.If(condition, then, Optional.of(otherwise), c.since(start));
      }
      case BRACE_CLOSE:
      case PAREN_CLOSE:
      case BRACKET_CLOSE:
      case STRAY:
        c.at++;
        return new Statement.Unread(c.since(start));
      default:
        if (Types.startsType(kind)) return declaration(start);
        return evaluate(start);
    }
  }

  /** An else-if chain is read in a loop: it may be long, not deep. */
  private Statement branch(int start) {
    record Arm(int start, Expression condition, Statement then) {}
    List<Arm> arms = new ArrayList<>(2);
    Optional<Statement> otherwise = Optional.empty();
    int armStart = start;
    while (true) {
      c.at++;
      if (!c.is(Kind.PAREN_OPEN) && c.is(Kind.IDENTIFIER) && c.kind(1) == Kind.PAREN_OPEN) {
        // if IS_ERR(x) …: the macro brings the brackets.
        Expression condition = expressions.assignment();
        arms.add(new Arm(armStart, condition, body()));
      } else {
        if (!c.is(Kind.PAREN_OPEN) || c.partner[c.at] < 0) return unread(start);
        Expression condition = condition();
        arms.add(new Arm(armStart, condition, body()));
      }
      if (!c.is(Kind.ELSE)) break;
      c.at++;
      if (c.is(Kind.IF) && arms.size() < MOST_ARMS) {
        armStart = c.here();
        continue;
      }
      otherwise = Optional.of(c.is(Kind.IF) ? unread(c.here()) : body());
      break;
    }
    Statement built = null;
    for (int i = arms.size() - 1; i >= 0; i--) {
      Arm arm = arms.get(i);
      built = new Statement.If(arm.condition(), arm.then(), otherwise, c.since(arm.start()));
      otherwise = Optional.of(built);
    }
    return built;
  }

  /** {@code ( expression )}, behind it afterwards. */
  private Expression condition() {
    int open = c.at;
    int close = c.partner[open];
    c.at++;
    Expression read = expressions.expression();
    if (c.at != close) read = new Expression.Unread(new Span(c.ends[open], Math.max(c.ends[open], c.starts[close])));
    c.at = close + 1;
    return read;
  }

  /** The statement that a condition or loop rules; labels before it are kept with it. */
  private Statement body() {
    int start = c.here();
    if (c.ended() || c.is(Kind.BRACE_CLOSE)) return new Statement.Unread(Types.empty(c.since(start).end()));
    Statement first = statement();
    if (!(first instanceof Statement.Label || first instanceof Statement.Case || first instanceof Statement.Default)) return first;
    List<Statement> all = new ArrayList<>();
    all.add(first);
    while (!c.ended() && !c.is(Kind.BRACE_CLOSE)) {
      Statement next = statement();
      all.add(next);
      if (!(next instanceof Statement.Label || next instanceof Statement.Case || next instanceof Statement.Default)) break;
    }
    return new Statement.Compound(all, c.since(start));
  }

  private Statement loop(int start) {
    c.at++;
    if (!c.is(Kind.PAREN_OPEN) || c.partner[c.at] < 0) return unread(start);
    Expression condition = condition();
    Statement body = body();
    return new Statement.While(condition, body, c.since(start));
  }

  private Statement doLoop(int start) {
    c.at++;
    Statement body = body();
    if (!c.take(Kind.WHILE)) {
      // do { … } UNTIL(x); or a macro that brings the while.
      if (!c.is(Kind.IDENTIFIER)) return unread(start);
      Expression condition = expressions.assignment();
      semicolon();
      return new Statement.DoWhile(body, condition, c.since(start));
    }
    if (!c.is(Kind.PAREN_OPEN) || c.partner[c.at] < 0) return unread(start);
    Expression condition = condition();
    semicolon();
    return new Statement.DoWhile(body, condition, c.since(start));
  }

  private Statement forLoop(int start) {
    c.at++;
    if (!c.is(Kind.PAREN_OPEN) || c.partner[c.at] < 0) return unread(start);
    int close = c.partner[c.at];
    int open = c.at++;
    Optional<Statement> init = Optional.empty();
    if (!c.take(Kind.SEMICOLON)) init = Optional.of(declares() ? declaration(c.here()) : evaluate(c.here()));
    Optional<Expression> condition = Optional.empty();
    if (!c.is(Kind.SEMICOLON) && c.at < close) condition = Optional.of(expressions.expression());
    boolean whole = c.take(Kind.SEMICOLON);
    Optional<Expression> next = Optional.empty();
    if (c.at < close) next = Optional.of(expressions.expression());
    if (!whole || c.at != close) next = Optional.of(new Expression.Unread(new Span(c.ends[open], c.starts[close])));
    c.at = close + 1;
    Statement body = body();
    return new Statement.For(init, condition, next, body, c.since(start));
  }

  private Statement choose(int start) {
    c.at++;
    if (!c.is(Kind.PAREN_OPEN) || c.partner[c.at] < 0) return unread(start);
    Expression value = condition();
    Statement body = body();
    return new Statement.Switch(value, body, c.since(start));
  }

  private Statement caseLabel(int start) {
    c.at++;
    Expression from = expressions.assignment();
    Optional<Expression> to = Optional.empty();
    if (c.take(Kind.ELLIPSIS)) to = Optional.of(expressions.assignment());
    if (!c.take(Kind.COLON)) {
      return unread(start);
    }
    return new Statement.Case(from, to, c.since(start));
  }

  private Statement jump(int start) {
    c.at++;
    if (c.take(Kind.STAR)) {
      Expression target = expressions.expression();
      return semicolon() ? new Statement.ComputedGoto(target, c.since(start)) : unread(start);
    }
    if (!c.is(Kind.IDENTIFIER)) return unread(start);
    String label = c.word(c.at++);
    return semicolon() ? new Statement.Goto(label, c.since(start)) : unread(start);
  }

  private Statement leave(int start) {
    c.at++;
    if (semicolonOrEnd()) return new Statement.Return(Optional.empty(), c.since(start));
    Expression value = c.is(Kind.BRACE_OPEN) ? expressions.initializer() : argument ? expressions.assignment() : expressions.expression();
    return semicolonOrEnd() ? new Statement.Return(Optional.of(value), c.since(start)) : unread(start);
  }

  /** A semicolon, or the comma or bracket that ends a macro's argument. */
  private boolean semicolonOrEnd() {
    return semicolon();
  }

  private boolean semicolon() {
    if (c.take(Kind.SEMICOLON)) return true;
    Kind kind = c.kind();
    return kind == Kind.PAREN_CLOSE || kind == Kind.COMMA || kind == null;
  }

  private Statement assembly(int start) {
    c.at++;
    while (c.is(Kind.QUALIFIER) || c.is(Kind.STORAGE) || c.is(Kind.GOTO) || c.is(Kind.IDENTIFIER)) c.at++;
    if (!c.is(Kind.PAREN_OPEN) || c.partner[c.at] < 0) return unread(start);
    int close = c.partner[c.at];
    c.at++;
    List<List<Expression>> operands = List.of(new ArrayList<>(), new ArrayList<>());
    List<String> labels = new ArrayList<>();
    int section = 0;
    while (c.at < close) {
      if (c.take(Kind.COLON)) section++;
      else if (section == 4 && c.is(Kind.IDENTIFIER)) labels.add(c.word(c.at++));
      else if ((section == 1 || section == 2) && c.is(Kind.PAREN_OPEN) && c.partner[c.at] > 0 && c.kindAt(c.at - 1) == Kind.STRING) operands.get(section - 1).add(condition());
      else if (section == 0 && c.is(Kind.PAREN_OPEN)) c.at = c.behind(c.at);
      else c.at++;
    }
    c.at = close + 1;
    if (!semicolon() && !c.is(Kind.BRACE_CLOSE)) return unread(start);
    return new Statement.Asm(operands.get(0), operands.get(1), labels, c.since(start));
  }

  /** What begins with a plain word: a label, a declaration, an expression, a macro with a block. */
  private Statement named(int start) {
    Kind next = c.kind(1);
    if (next == Kind.COLON && c.kind(2) != Kind.COLON) {
      String name = c.word(c.at);
      c.at += 2;
      return new Statement.Label(name, c.since(start));
    }
    if (declares()) return declaration(start);
    return evaluate(start);
  }

  /** Whether a declaration begins here. */
  private boolean declares() {
    Kind kind = c.kind();
    if (Types.startsType(kind) || kind == Kind.ATTRIBUTE) return kind != Kind.TYPEOF || true;
    if (kind != Kind.IDENTIFIER) return false;
    int i = c.at + 1;
    Kind next = c.kindAt(i);
    if (next == Kind.IDENTIFIER) {
      Kind behind = c.kindAt(i + 1);
      if (behind == Kind.PAREN_OPEN) return !c.onNewLine(i) && continuesDeclarator(c.behind(i + 1)) || c.underscored(c.at) && Types.startsType(c.kindAt(c.behind(i + 1)));
      return continuesDeclarator(i + 1) || behind == Kind.STAR || behind == Kind.COLON;
    }
    if (Types.startsType(next)) return !c.onNewLine(i) || c.underscored(c.at);
    if (next == Kind.PAREN_OPEN) return declaresThroughBrackets(i);
    if (next != Kind.STAR) return false;
    while (c.kindAt(i) == Kind.STAR || c.kindAt(i) == Kind.QUALIFIER) i++;
    if (c.kindAt(i) == Kind.PAREN_OPEN) return c.kindAt(i + 1) == Kind.STAR && c.kindAt(c.behind(i)) == Kind.PAREN_OPEN;
    if (c.kindAt(i) != Kind.IDENTIFIER) return false;
    if (c.kindAt(i + 1) == Kind.PAREN_OPEN) return c.underscored(i) && c.kindAt(c.behind(i + 1)) == Kind.IDENTIFIER;
    return continuesDeclarator(i + 1) && !c.declared.contains(c.word(c.at));
  }

  private boolean continuesDeclarator(int token) {
    Kind kind = c.kindAt(token);
    return kind == Kind.SEMICOLON || kind == Kind.ASSIGN || kind == Kind.COMMA || kind == Kind.BRACKET_OPEN || kind == Kind.IDENTIFIER
        || kind == Kind.ATTRIBUTE;
  }

  /** {@code type (*f)(int)}, {@code __aligned(8) u8 x}; not {@code f(*p)}. */
  private boolean declaresThroughBrackets(int open) {
    int close = c.partner[open];
    if (close < 0) return false;
    if (c.kindAt(open + 1) == Kind.STAR && c.kindAt(open + 2) == Kind.IDENTIFIER) {
      Kind behindName = c.kindAt(open + 3);
      boolean name = behindName == Kind.PAREN_CLOSE || behindName == Kind.BRACKET_OPEN;
      if (behindName == Kind.BRACKET_OPEN && c.kindAt(close + 1) == Kind.BRACKET_OPEN) return true;
      return name && c.kindAt(close + 1) == Kind.PAREN_OPEN && continuesDeclarator(c.behind(close + 1)) && !c.declared.contains(c.word(open - 1));
    }
    return c.underscored(c.at) && Types.startsType(c.kindAt(close + 1));
  }

  private Statement declaration(int start) {
    Types.Specifiers specifiers = types.specifiers();
    List<Statement.Declarator> found = new ArrayList<>(2);
    while (!c.ended() && !c.is(Kind.SEMICOLON)) {
      int from = c.at;
      int nameStart = c.here();
      Types.Declared declared = types.declarator();
      if (c.take(Kind.COLON)) expressions.assignment();
      Optional<Expression> value = Optional.empty();
      if (c.take(Kind.ASSIGN)) value = Optional.of(c.is(Kind.BRACE_OPEN) ? expressions.initializer() : expressions.assignment());
      if (c.at == from) break;
      if (declared.nameAt >= 0) nameStart = c.starts[declared.nameAt];
      List<Attribute> attributes = declared.attributes;
      if (!specifiers.attributes.isEmpty()) {
        attributes = new ArrayList<>(specifiers.attributes);
        attributes.addAll(declared.attributes);
      }
      if (!declared.name.isEmpty()) {
        if (!specifiers.qualifiers.contains("typedef")) c.declared.add(declared.name);
        found.add(new Statement.Declarator(declared.name, declared.type(specifiers), attributes, value, c.since(nameStart)));
      }
      if (!c.take(Kind.COMMA)) break;
    }
    if (!semicolon()) return unread(start);
    return new Statement.Declaration(found, c.since(start));
  }

  private Statement evaluate(int start) {
    int from = c.at;
    Expression expression = argument ? expressions.assignment() : expressions.expression();
    if (semicolon()) return new Statement.Evaluate(expression, c.since(start));
    if (c.at == from) return unread(start);
    Kind next = c.kind();
    if (expression instanceof Expression.Call call && call.callee() instanceof Expression.Name && next != null) return macro(call, start);
    if (expression instanceof Expression.Name name) {
      // A macro alone: it brings its own semicolon, or it is the head of a block.
      if (next == Kind.BRACE_OPEN) {
        Expression.Call head = new Expression.Call(name, List.of(), name.span());
        Statement body = statement();
        return new Statement.Block(head, body, c.since(start));
      }
      if (next == null || next == Kind.BRACE_CLOSE || c.onNewLine(c.at)) return new Statement.Evaluate(name, c.since(start));
    }
    return unread(start);
  }

  /** A call without a semicolon: the head of a block, or a macro that needs none. */
  private Statement macro(Expression.Call call, int start) {
    Kind next = c.kind();
    if (next == Kind.BRACE_CLOSE || next == Kind.CASE || next == Kind.DEFAULT || next == Kind.ELSE) return new Statement.Evaluate(call, c.since(start));
    if (next == Kind.BRACE_OPEN) {
      Statement body = statement();
      return block(call, body, start);
    }
    boolean begins = next == Kind.IDENTIFIER || next.isKeyword() || next == Kind.STAR || next == Kind.PAREN_OPEN || next == Kind.INCREMENT || next == Kind.DECREMENT || next == Kind.SEMICOLON;
    if (!begins) return unread(start);
    // Indented deeper it belongs to the macro; otherwise the macro is a statement of its own.
    if (c.onNewLine(c.at) && c.column(c.at) <= c.indent(indexOf(start))) return new Statement.Evaluate(call, c.since(start));
    Statement body = body();
    return block(call, body, start);
  }

  private Statement block(Expression.Call call, Statement body, int start) {
    if (!c.is(Kind.ELSE)) return new Statement.Block(call, body, c.since(start));
    // A macro that hides an if.
    c.at++;
    Statement otherwise = body();
    return new Statement.If(call, body, Optional.of(otherwise), c.since(start));
  }

  private int indexOf(int offset) {
    int low = 0;
    int high = c.size - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (c.starts[middle] < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Gives up on a statement that begins at this offset: behind its semicolon, or before the brace that bounds it. */
  private Statement unread(int start) {
    int first = indexOf(start);
    if (c.at <= first) c.at = first;
    while (!c.ended()) {
      Kind kind = c.kind();
      if (kind == Kind.SEMICOLON) {
        c.at++;
        break;
      }
      if (kind == Kind.BRACE_CLOSE && c.at > first || kind == Kind.GAP && c.at > first) break;
      boolean opens = kind == Kind.PAREN_OPEN || kind == Kind.BRACKET_OPEN || kind == Kind.BRACE_OPEN;
      boolean block = kind == Kind.BRACE_OPEN;
      c.at = opens ? c.behind(c.at) : c.at + 1;
      if (block && !c.is(Kind.SEMICOLON) && !c.is(Kind.ELSE) && !c.is(Kind.COMMA) && !c.is(Kind.PAREN_CLOSE)) break;
    }
    return new Statement.Unread(c.since(start));
  }
}
