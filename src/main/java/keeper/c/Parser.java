// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

import java.util.List;
import java.util.Optional;
import keeper.text.SourceText;
import keeper.text.Span;

/**
 * Reads the body of one function. It never fails: what it cannot read is an {@link Statement.Unread} or
 * {@link Expression.Unread} with its place, and how deep things nest is bounded.
 */
public final class Parser {
  /** A longer body is not read. The longest of the kernel has 110 kB. */
  private static final int LONGEST = 4 << 20; // bytes

  private static final int LONGEST_MACRO = 4000; // bytes

  private Parser() {}

  /** The functions of a file, see {@link Outline}. */
  public static List<Function> functions(SourceText text) {
    return Outline.of(text).functions();
  }

  /** The body, of every {@code #if} the first branch. */
  public static Statement.Compound body(Function function) {
    return body(function, Variant.FIRST);
  }

  /**
   * What a macro does, as the body of a function with its parameters: one expression is what it returns. Empty for a macro that is no call in
   * disguise: a piece of a statement or a loop, one that jumps or returns, that pastes tokens, or whose parameters stand for names of members.
   */
  public static Optional<Statement.Compound> body(SourceText text, Macro macro) {
    if (!macro.function() || macro.body().length() == 0 || macro.body().length() > LONGEST_MACRO) return Optional.empty();
    Tokens tokens = Lexer.tokens(text, macro.body());
    int[] live = new int[tokens.size];
    int count = 0;
    for (int i = 0; i < tokens.size; i++) if (tokens.kind(i) != Kind.COMMENT) live[count++] = i;
    if (count == 0) return Optional.empty();
    Cursor cursor = new Cursor(tokens, live, count);
    for (int i = 0; i < count; i++) {
      switch (cursor.kinds[i]) {
        case HASH, HASH_HASH, RETURN, GOTO, CASE, DEFAULT:
          return Optional.empty();
        case BREAK, CONTINUE, FOR, WHILE, IF, SWITCH, ELSE:
          if (i == 0 || count < 3) return Optional.empty();
          break;
        case DOT, ARROW:
          if (i + 1 < count && macro.parameters().contains(cursor.word(i + 1))) return Optional.empty();
          break;
        default:
          break;
      }
    }
    for (String parameter : macro.parameters()) cursor.declared.add(parameter);
    List<Statement> all = new Statements(cursor).all();
    for (Statement statement : all) if (statement.all(Statement.Unread.class).findAny().isPresent() || statement.all(Expression.Unread.class).findAny().isPresent()) return Optional.empty();
    if (all.size() == 1 && all.get(0) instanceof Statement.Evaluate only && !(only.expression() instanceof Expression.StatementExpression))
      return Optional.of(new Statement.Compound(List.of(new Statement.Return(Optional.of(only.expression()), only.span())), macro.body()));
    return Optional.of(new Statement.Compound(all, macro.body()));
  }

  /** The body in one reading. */
  public static Statement.Compound body(Function function, Variant variant) {
    Span span = function.body();
    if (span.length() > LONGEST) return new Statement.Compound(List.of(new Statement.Unread(span)), span);
    Tokens tokens = Lexer.tokens(function.text(), span);
    int[] live = variant.tokens(tokens);
    Cursor cursor = new Cursor(tokens, live, live.length);
    if (!cursor.is(Kind.BRACE_OPEN)) return new Statement.Compound(List.of(new Statement.Unread(span)), span);
    for (Parameter parameter : function.parameters()) cursor.declared.add(parameter.name());
    cursor.closeWith(cursor.size - 1);
    Statement.Compound read = new Statements(cursor).compound();
    return new Statement.Compound(read.body(), span);
  }
}
