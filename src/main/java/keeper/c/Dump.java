// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import keeper.text.SourceText;
import keeper.text.Span;

/**
 * Prints what the front end reads, one thing a line: what {@code lockkeeper dump} shows and what the golden files hold.
 *
 * <p>Expressions are written as their tree, operator first: {@code (= (-> port count) (call next_count port 3))}.
 */
public final class Dump {
  private Dump() {}

  /** {@code line:column KIND text}, newlines written as {@code \n}. */
  public static String tokens(SourceText text) {
    Tokens tokens = Lexer.tokens(text);
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < tokens.size(); i++) {
      int start = tokens.start(i);
      out.append(text.line(start)).append(':').append(text.column(start)).append(' ').append(tokens.kind(i).name());
      out.append(' ').append(oneLine(tokens.text(i))).append('\n');
    }
    return out.toString();
  }

  /** Everything the outline knows, in the order of the file: {@code first-last what name …}. */
  public static String outline(SourceText text) {
    record Line(int offset, int rank, String text) {}
    Outline outline = Outline.of(text);
    List<Line> lines = new ArrayList<>();
    for (Function f : outline.functions()) lines.add(new Line(f.head().start(), 0, range(text, f.head().to(f.body())) + function(f)));
    for (Prototype p : outline.prototypes()) {
      String line = "prototype " + p.name() + parameters(p.parameters()) + " " + type(p.returns()) + attributes(p.attributes());
      lines.add(new Line(p.span().start(), 1, range(text, p.span()) + line));
    }
    for (Struct s : outline.structs()) lines.add(new Line(s.span().start(), 2, struct(text, s, "")));
    for (Typedef t : outline.typedefs()) lines.add(new Line(t.span().start(), 3, range(text, t.span()) + "typedef " + t.name() + " " + type(t.type())));
    for (Global g : outline.globals()) lines.add(new Line(g.span().start(), 4, range(text, g.span()) + global(g)));
    for (OperationsTable t : outline.tables()) {
      StringBuilder line = new StringBuilder("table ").append(t.variable()).append(" of ").append(t.struct());
      for (OperationsTable.Slot slot : t.slots()) line.append("\n  ").append(slot.member()).append(" = ").append(slot.function());
      lines.add(new Line(t.span().start(), 5, range(text, t.span()) + line));
    }
    for (ScopeClass s : outline.scopeClasses()) {
      String line = "class " + s.name() + " by " + s.macro() + (s.base().isEmpty() ? "" : " from " + s.base()) + " " + type(s.type())
          + s.enter().map(e -> " enter " + expression(e)).orElse("") + s.leave().map(e -> " leave " + expression(e)).orElse("");
      lines.add(new Line(s.span().start(), 6, range(text, s.span()) + line));
    }
    for (Macro m : outline.macros()) {
      String line = "macro " + m.name() + (m.function() ? "(" + String.join(", ", m.parameters()) + ")" : "") + " " + oneLine(text.text(m.body()));
      lines.add(new Line(m.span().start(), 7, (range(text, m.span()) + line).stripTrailing()));
    }
    for (Wrapper w : outline.wrappers()) {
      String line = "wrapper " + w.name() + "(" + String.join(", ", w.parameters()) + ") " + (w.returned() ? "returns " : "does ") + expression(w.call());
      lines.add(new Line(w.span().start(), 8, range(text, w.span()) + line));
    }
    lines.sort(Comparator.comparingInt(Line::offset).thenComparingInt(Line::rank));
    StringBuilder out = new StringBuilder();
    for (Line line : lines) out.append(line.text()).append('\n');
    return out.toString();
  }

  /** The bodies of all functions, or of those with this name: in each variant, when there are several. */
  public static String tree(SourceText text, Optional<String> function) {
    StringBuilder out = new StringBuilder();
    for (Function f : Outline.of(text).functions()) {
      if (function.isPresent() && !function.get().equals(f.name())) continue;
      List<Variant> variants = Variant.of(f);
      for (Variant variant : variants) {
        out.append(range(text, f.head().to(f.body()))).append(function(f));
        if (variants.size() > 1) out.append(" variant ").append(variant.name());
        out.append('\n');
        statement(Parser.body(f, variant), text, "  ", out);
      }
    }
    return out.toString();
  }

  private static String range(SourceText text, Span span) {
    return text.line(span.start()) + "-" + text.line(Math.max(span.start(), span.end() - 1)) + " ";
  }

  private static String function(Function f) {
    return "function " + f.name() + parameters(f.parameters()) + (f.returns().base().isEmpty() ? "" : " " + type(f.returns()))
        + (f.macro().isEmpty() ? "" : " by " + f.macro()) + attributes(f.attributes());
  }

  private static String parameters(List<Parameter> parameters) {
    StringBuilder out = new StringBuilder("(");
    for (Parameter parameter : parameters) {
      if (out.length() > 1) out.append(", ");
      out.append(parameter.name()).append(": ").append(type(parameter.type()));
    }
    return out.append(')').toString();
  }

  private static String attributes(List<Attribute> attributes) {
    StringBuilder out = new StringBuilder();
    for (Attribute attribute : attributes) {
      out.append(" @").append(attribute.name());
      if (!attribute.arguments().isEmpty()) out.append(list("(", attribute.arguments())).append(')');
    }
    return out.toString();
  }

  private static String type(Type type) {
    String plain = type.toString().strip();
    return type.qualifiers().isEmpty() ? plain : plain + "<" + String.join(" ", type.qualifiers()) + ">";
  }

  private static String global(Global g) {
    return "global " + g.name() + " " + type(g.type()) + (g.macro().isEmpty() ? "" : " by " + g.macro() + list("(", g.arguments()) + ")")
        + (g.isExtern() ? " extern" : "") + attributes(g.attributes()) + g.value().map(v -> " = " + expression(v)).orElse("");
  }

  private static String struct(SourceText text, Struct s, String indent) {
    StringBuilder out = new StringBuilder(indent + range(text, s.span()));
    out.append(s.union() ? "union" : "struct").append(s.tag().isEmpty() ? "" : " " + s.tag());
    if (!s.typedef().isEmpty()) out.append(" typedef ").append(s.typedef());
    out.append(attributes(s.attributes()));
    for (Struct.Member m : s.members()) {
      out.append('\n').append(indent).append("  ").append(m.name().isEmpty() ? "-" : m.name()).append(": ").append(type(m.type())).append(attributes(m.attributes()));
      if (!m.comment().isEmpty()) out.append(" // ").append(m.comment());
      m.inner().ifPresent(inner -> out.append('\n').append(struct(text, inner, indent + "    ")));
    }
    return out.toString();
  }

  private static void statements(List<Statement> all, SourceText text, String indent, StringBuilder out) {
    for (Statement statement : all) statement(statement, text, indent, out);
  }

  private static void statement(Statement s, SourceText text, String indent, StringBuilder out) {
    if (s instanceof Statement.Compound c) {
      statements(c.body(), text, indent, out);
      return;
    }
    String deeper = indent + "  ";
    out.append(indent).append(text.line(s.span().start())).append(' ');
    if      (s instanceof Statement.Declaration d) out.append("declare").append(declarators(d)).append('\n');
    else if (s instanceof Statement.Evaluate e)    out.append("evaluate ").append(expression(e.expression())).append('\n');
    else if (s instanceof Statement.Empty)         out.append("empty\n");
    else if (s instanceof Statement.If i)          branch(i, text, deeper, out);
    else if (s instanceof Statement.While w)       body("while " + expression(w.condition()), w.body(), text, deeper, out);
    else if (s instanceof Statement.DoWhile d)     body("do while " + expression(d.condition()), d.body(), text, deeper, out);
    else if (s instanceof Statement.For f)         loop(f, text, deeper, out);
    else if (s instanceof Statement.Block b)       body("block " + expression(b.head()), b.body(), text, deeper, out);
    else if (s instanceof Statement.Switch w)      body("switch " + expression(w.value()), w.body(), text, deeper, out);
    else if (s instanceof Statement.Case c)        out.append("case ").append(expression(c.from())).append(c.to().map(to -> " ... " + expression(to)).orElse("")).append('\n');
    else if (s instanceof Statement.Default)       out.append("default\n");
    else if (s instanceof Statement.Label l)       out.append("label ").append(l.name()).append('\n');
    else if (s instanceof Statement.Goto g)        out.append("goto ").append(g.label()).append('\n');
    else if (s instanceof Statement.ComputedGoto g) out.append("goto * ").append(expression(g.target())).append('\n');
    else if (s instanceof Statement.Break)         out.append("break\n");
    else if (s instanceof Statement.Continue)      out.append("continue\n");
    else if (s instanceof Statement.Return r)      out.append("return").append(r.value().map(v -> " " + expression(v)).orElse("")).append('\n');
    else if (s instanceof Statement.Asm a)         out.append(asm(a)).append('\n');
    else if (s instanceof Statement.Unread u)      out.append("unread ").append(oneLine(text.text(u.span()))).append('\n');
    else throw new IllegalStateException("no case for " + s);
  }

  private static String declarators(Statement.Declaration declaration) {
    StringBuilder out = new StringBuilder();
    for (Statement.Declarator d : declaration.declarators()) {
      out.append(out.length() == 0 ? " " : ", ").append(d.name()).append(": ").append(type(d.type())).append(attributes(d.attributes()));
      d.value().ifPresent(value -> out.append(" = ").append(expression(value)));
    }
    return out.toString();
  }

  private static void body(String head, Statement body, SourceText text, String indent, StringBuilder out) {
    out.append(head).append('\n');
    statement(body, text, indent, out);
  }

  /** An else-if chain is printed flat. */
  private static void branch(Statement.If first, SourceText text, String indent, StringBuilder out) {
    body("if " + expression(first.condition()), first.then(), text, indent, out);
    Optional<Statement> otherwise = first.otherwise();
    while (otherwise.isPresent() && otherwise.get() instanceof Statement.If next) {
      out.append(indent, 2, indent.length()).append(text.line(next.span().start())).append(" else ");
      body("if " + expression(next.condition()), next.then(), text, indent, out);
      otherwise = next.otherwise();
    }
    if (otherwise.isEmpty()) return;
    out.append(indent, 2, indent.length()).append("else\n");
    statement(otherwise.get(), text, indent, out);
  }

  private static void loop(Statement.For f, SourceText text, String indent, StringBuilder out) {
    out.append("for");
    f.condition().ifPresent(condition -> out.append(" while ").append(expression(condition)));
    f.next().ifPresent(next -> out.append(" next ").append(expression(next)));
    out.append('\n');
    f.init().ifPresent(init -> statement(init, text, indent + "init ", out));
    statement(f.body(), text, indent, out);
  }

  private static String asm(Statement.Asm a) {
    return "asm" + list(" out(", a.outputs()) + ")" + list(" in(", a.inputs()) + ")" + (a.labels().isEmpty() ? "" : " labels(" + String.join(" ", a.labels()) + ")");
  }

  private static String list(String opening, List<Expression> all) {
    StringBuilder out = new StringBuilder(opening);
    for (int i = 0; i < all.size(); i++) {
      if (i > 0) out.append(' ');
      expression(all.get(i), out);
    }
    return out.toString();
  }

  static String expression(Expression e) {
    StringBuilder out = new StringBuilder();
    expression(e, out);
    return out.toString();
  }

  private static void expression(Expression e, StringBuilder out) {
    if      (e instanceof Expression.Name n)                out.append(n.name());
    else if (e instanceof Expression.Literal l)             out.append(oneLine(l.text()));
    else if (e instanceof Expression.Unary u)               tree(u.postfix() ? "post" + u.operator() : u.operator(), out, u.operand());
    else if (e instanceof Expression.Binary b)              tree(b.operator(), out, b.left(), b.right());
    else if (e instanceof Expression.Assign a)              tree(a.operator(), out, a.target(), a.value());
    else if (e instanceof Expression.Conditional c)         conditional(c, out);
    else if (e instanceof Expression.Call c)                call(c, out);
    else if (e instanceof Expression.Member m)              member(m, out);
    else if (e instanceof Expression.Index i)               tree("[]", out, i.array(), i.index());
    else if (e instanceof Expression.Cast c)                tree("cast " + type(c.type()), out, c.operand());
    else if (e instanceof Expression.TypeName t)            out.append("<").append(type(t.type())).append('>');
    else if (e instanceof Expression.Unevaluated u)         tree(u.operator(), out, u.operand());
    else if (e instanceof Expression.Initializer i)         initializer(i, out);
    else if (e instanceof Expression.StatementExpression s) inside("do", s.body(), out);
    else if (e instanceof Expression.Generic g)             generic(g, out);
    else if (e instanceof Expression.StatementArgument s)   inside("statement", s.statement(), out);
    else if (e instanceof Expression.Unread u)              out.append(u.span().length() == 0 ? "nothing" : "unread");
    else throw new IllegalStateException("no case for " + e);
  }

  private static void tree(String head, StringBuilder out, Expression... parts) {
    out.append('(').append(head);
    for (Expression part : parts) {
      out.append(' ');
      expression(part, out);
    }
    out.append(')');
  }

  private static void conditional(Expression.Conditional c, StringBuilder out) {
    if (c.then().isPresent()) tree("?:", out, c.condition(), c.then().get(), c.otherwise());
    else tree("?:", out, c.condition(), c.otherwise());
  }

  private static void call(Expression.Call c, StringBuilder out) {
    out.append("(call ");
    expression(c.callee(), out);
    for (Expression argument : c.arguments()) {
      out.append(' ');
      expression(argument, out);
    }
    out.append(')');
  }

  private static void member(Expression.Member m, StringBuilder out) {
    out.append(m.arrow() ? "(-> " : "(. ");
    expression(m.object(), out);
    out.append(' ').append(m.member()).append(')');
  }

  private static void initializer(Expression.Initializer i, StringBuilder out) {
    out.append(i.type().map(type -> "{<" + type(type) + ">").orElse("{"));
    String separator = i.type().isPresent() ? " " : "";
    for (Expression.Initializer.Element element : i.elements()) {
      out.append(separator).append(element.designator().isEmpty() ? "" : element.designator() + "=");
      expression(element.value(), out);
      separator = " ";
    }
    out.append('}');
  }

  private static void generic(Expression.Generic g, StringBuilder out) {
    out.append("(_Generic ");
    expression(g.control(), out);
    for (Expression choice : g.choices()) {
      out.append(' ');
      expression(choice, out);
    }
    out.append(')');
  }

  /** Statements inside an expression: their kinds and expressions, on the same line. */
  private static void inside(String head, Statement statement, StringBuilder out) {
    out.append('(').append(head);
    List<Statement> all = statement instanceof Statement.Compound c ? c.body() : List.of(statement);
    for (Statement s : all) {
      out.append(' ').append(s.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT));
      if (s instanceof Statement.Declaration d) out.append(declarators(d));
      for (Node part : s.parts()) {
        if (s instanceof Statement.Declaration) break;
        out.append(' ');
        if (part instanceof Expression e) expression(e, out);
        else if (part instanceof Statement nested) inside("", nested, out);
      }
      out.append(';');
    }
    out.append(')');
  }

  private static String oneLine(String text) {
    if (text.indexOf('\n') < 0 && text.indexOf('\r') < 0 && text.indexOf('\t') < 0 && text.indexOf(1) < 0) return text;
    return text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t").replace("\1", "\\1");
  }
}
