// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

import java.util.List;
import keeper.text.SourceText;

/**
 * Reads the body of one function. It never fails: what it cannot read is an {@link Statement.Unread} or
 * {@link Expression.Unread} with its place, and how deep things nest is bounded.
 */
public final class Parser {
  private Parser() {}

  /** The functions of a file, see {@link Outline}. */
  public static List<Function> functions(SourceText text) {
    return Outline.of(text).functions();
  }

  /** The body, of every {@code #if} the first branch. */
  public static Statement.Compound body(Function function) {
    Tokens tokens = Lexer.tokens(function.text(), function.body());
    int[] live = new int[tokens.size];
    int count = 0;
    for (int i = 0; i < tokens.size; i++) {
      Kind kind = tokens.kind(i);
      if (kind == Kind.HASH_IF && Directives.isZero(tokens, i)) {
        i = Directives.branchEnd(tokens, i) - 1;
      } else if (kind == Kind.HASH_ELSE || kind == Kind.HASH_ELIF) {
        i = Directives.groupEnd(tokens, i) - 1;
      } else if (kind != Kind.COMMENT && !kind.isDirective()) {
        live[count++] = i;
      }
    }
    Cursor cursor = new Cursor(tokens, live, count);
    for (Parameter parameter : function.parameters()) cursor.declared.add(parameter.name());
    if (!cursor.is(Kind.BRACE_OPEN)) return new Statement.Compound(List.of(), function.body());
    // The outline's word on where the body ends counts more than the braces inside.
    cursor.partner[0] = cursor.is(count - 1, "}") ? count - 1 : -1;
    return new Statements(cursor).compound();
  }
}
