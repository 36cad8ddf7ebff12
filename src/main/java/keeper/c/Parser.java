// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

import java.util.List;
import keeper.text.SourceText;
import keeper.text.Span;

/**
 * Reads the body of one function. It never fails: what it cannot read is an {@link Statement.Unread} or
 * {@link Expression.Unread} with its place, and how deep things nest is bounded.
 */
public final class Parser {
  /** A longer body is not read. The longest of the kernel has 110 kB. */
  private static final int LONGEST = 4 << 20; // bytes

  private Parser() {}

  /** The functions of a file, see {@link Outline}. */
  public static List<Function> functions(SourceText text) {
    return Outline.of(text).functions();
  }

  /** The body, of every {@code #if} the first branch. */
  public static Statement.Compound body(Function function) {
    return body(function, Variant.FIRST);
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
