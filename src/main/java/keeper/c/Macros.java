// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import keeper.text.Span;

/** Reads {@code #define} lines, and finds those that only wrap a call. */
final class Macros {
  /** Longer macros wrap more than one call. */
  private static final int LONGEST_WRAPPER = 400; // bytes

  private Macros() {}

  static List<Macro> of(Tokens tokens) {
    List<Macro> found = new ArrayList<>();
    for (int i = 0; i < tokens.size; i++) {
      if (tokens.kind(i) != Kind.HASH_DEFINE) continue;
      Macro macro = macro(tokens, tokens.span(i));
      if (macro != null) found.add(macro);
    }
    return found;
  }

  private static Macro macro(Tokens tokens, Span line) {
    byte[] bytes = tokens.source().bytes();
    int start = line.start() + 1;
    while (start < line.end() && bytes[start] != 'd') start++;
    Tokens words = Lexer.tokens(tokens.source(), new Span(Math.min(line.end(), start + "define".length()), line.end()));
    int name = 0;
    while (name < words.size && words.kind(name) == Kind.COMMENT) name++;
    if (name >= words.size || words.kind(name) != Kind.IDENTIFIER) return null;
    int next = name + 1;
    boolean function = next < words.size && words.kind(next) == Kind.PAREN_OPEN && words.starts[next] == words.ends[name];
    List<String> parameters = new ArrayList<>();
    if (function) {
      for (next++; next < words.size && words.kind(next) != Kind.PAREN_CLOSE; next++) {
        Kind kind = words.kind(next);
        if (kind == Kind.IDENTIFIER) parameters.add(words.text(next));
        else if (kind == Kind.ELLIPSIS) {
          boolean named = words.kind(next - 1) == Kind.IDENTIFIER;
          if (named) parameters.set(parameters.size() - 1, parameters.get(parameters.size() - 1) + "...");
          else parameters.add("...");
        }
      }
      next++;
    }
    int body = next < words.size ? words.starts[next] : line.end();
    return new Macro(words.text(name), function, parameters, new Span(body, line.end()), line);
  }

  static List<Wrapper> wrappers(Outline outline) {
    List<Wrapper> found = new ArrayList<>();
    for (Macro macro : outline.macros()) {
      if (macro.body().length() == 0 || macro.body().length() > LONGEST_WRAPPER) continue;
      Expression.Call call = call(only(body(outline, macro)));
      if (call != null && call.callee() instanceof Expression.Name) {
        found.add(new Wrapper(macro.name(), macro.parameters(), call, true, true, macro.span()));
      }
    }
    for (Function function : outline.functions()) {
      if (!function.isInline() && !function.isStatic() || function.body().length() > LONGEST_WRAPPER) continue;
      Statement only = only(Parser.body(function));
      Expression.Call call = call(only);
      if (call == null || !(call.callee() instanceof Expression.Name)) continue;
      List<String> names = new ArrayList<>();
      for (Parameter parameter : function.parameters()) names.add(parameter.name());
      Span span = function.head().to(function.body());
      found.add(new Wrapper(function.name(), names, call, only instanceof Statement.Return, false, span));
    }
    return found;
  }

  private static Statement body(Outline outline, Macro macro) {
    Tokens tokens = Lexer.tokens(outline.text(), macro.body());
    int[] live = new int[tokens.size];
    int count = 0;
    for (int i = 0; i < tokens.size; i++) if (tokens.kind(i) != Kind.COMMENT) live[count++] = i;
    Cursor c = new Cursor(tokens, live, count);
    List<Statement> all = new Statements(c).all();
    return new Statement.Compound(all, macro.body());
  }

  /** The one statement, out of braces, {@code do … while (0)} and {@code ({ … })}; null when there are more. */
  private static Statement only(Statement statement) {
    Statement at = statement;
    for (int depth = 0; depth < 8; depth++) {
      if (at instanceof Statement.Compound compound) {
        if (compound.body().size() != 1) return null;
        at = compound.body().get(0);
      } else if (at instanceof Statement.DoWhile loop && loop.condition() instanceof Expression.Literal zero && zero.text().equals("0")) {
        at = loop.body();
      } else if (at instanceof Statement.Evaluate evaluate && evaluate.expression() instanceof Expression.StatementExpression block) {
        at = block.body();
      } else {
        return at;
      }
    }
    return null;
  }

  private static Expression.Call call(Statement only) {
    Optional<Expression> value = Optional.empty();
    if (only instanceof Statement.Evaluate evaluate) value = Optional.of(evaluate.expression());
    else if (only instanceof Statement.Return leave) value = leave.value();
    Expression read = value.orElse(null);
    while (read instanceof Expression.Cast cast) read = cast.operand();
    return read instanceof Expression.Call call ? call : null;
  }
}
