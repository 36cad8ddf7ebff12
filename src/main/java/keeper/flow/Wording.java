// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.flow;

import java.nio.charset.StandardCharsets;
import java.util.List;
import keeper.c.Expression;
import keeper.c.Expression.Assign;
import keeper.c.Expression.Binary;
import keeper.c.Expression.Call;
import keeper.c.Expression.Cast;
import keeper.c.Expression.Conditional;
import keeper.c.Expression.Index;
import keeper.c.Expression.Initializer;
import keeper.c.Expression.Literal;
import keeper.c.Expression.Member;
import keeper.c.Expression.Name;
import keeper.c.Expression.TypeName;
import keeper.c.Expression.Unary;
import keeper.c.Expression.Unevaluated;
import keeper.c.Type;
import keeper.text.SourceText;
import keeper.text.Span;

/**
 * An expression as text: one spelling for all layouts, brackets only where C needs them. What is too long or too deep ends in {@code …} and a
 * number made of all its bytes but blanks, so that different expressions stay different and moved ones the same.
 */
final class Wording {
  private static final int LONGEST = 240;
  private static final int DEEPEST = 60;
  private static final int COMMA = 0;
  private static final int ASSIGN = 1;
  private static final int CONDITIONAL = 2;
  private static final int UNARY = 13;
  private static final int POSTFIX = 14;

  private final SourceText source;
  private final StringBuilder text = new StringBuilder();
  private int depth;
  private boolean cut;

  private Wording(SourceText source) {
    this.source = source;
  }

  static String of(SourceText source, Expression e) {
    if (e instanceof Name n) return n.name();
    if (e instanceof Literal l && l.text().length() <= LONGEST) return l.text();
    Wording wording = new Wording(source);
    wording.put(e, COMMA);
    return wording.finish(e.span());
  }

  /** The source text of a piece with single blanks. */
  static String plain(SourceText source, Span span) {
    Wording wording = new Wording(source);
    wording.copy(span);
    return wording.finish(span);
  }

  /** {@code struct foo *}. */
  static String of(Type type) {
    return type.pointers() == 0 && type.arrays() == 0 && !type.function() ? type.base() : type.toString();
  }

  private String finish(Span span) {
    if (!cut && text.length() <= LONGEST) return text.toString();
    text.setLength(Math.min(text.length(), LONGEST));
    return text.append('…').append(Integer.toHexString(fingerprint(span))).toString();
  }

  private int fingerprint(Span span) {
    byte[] bytes = source.bytes();
    int sum = 1;
    for (int i = span.start(); i < Math.min(span.end(), bytes.length); i++) if (bytes[i] > ' ' || bytes[i] < 0) sum = 31 * sum + bytes[i];
    return sum;
  }

  private void put(Expression e, int least) {
    if (text.length() > LONGEST || depth >= DEEPEST) {
      cut = true;
      return;
    }
    depth++;
    int strength = strength(e);
    if (strength < least) text.append('(');
    bare(e, strength);
    if (strength < least) text.append(')');
    depth--;
  }

  private void bare(Expression e, int strength) {
    if      (e instanceof Name n)         text.append(n.name());
    else if (e instanceof Literal l)      text.append(l.text());
    else if (e instanceof Unary u)        unary(u);
    else if (e instanceof Binary b)       binary(b, strength);
    else if (e instanceof Assign a)       pair(a.target(), UNARY, " " + a.operator() + " ", a.value(), ASSIGN);
    else if (e instanceof Conditional c)  conditional(c);
    else if (e instanceof Call c)         call(c);
    else if (e instanceof Member m)       member(m);
    else if (e instanceof Index i)        index(i);
    else if (e instanceof Cast c)         cast(c);
    else if (e instanceof TypeName t)     text.append(of(t.type()));
    else if (e instanceof Unevaluated u)  unevaluated(u);
    else if (e instanceof Initializer i)  initializer(i);
    else                                  copy(e.span());
  }

  private void unary(Unary u) {
    if (!u.postfix()) text.append(u.operator());
    if (!u.postfix() && u.operand() instanceof Unary inner && !inner.postfix() && inner.operator().startsWith(u.operator())
        && !u.operator().equals("!") && !u.operator().equals("*")) text.append(' ');
    put(u.operand(), u.postfix() ? POSTFIX : UNARY);
    if (u.postfix()) text.append(u.operator());
  }

  /** A long left-leaning sum is walked without recursion. */
  private void binary(Binary b, int strength) {
    int count = 1;
    Binary first = b;
    while (first.left() instanceof Binary l && strength(l) == strength) {
      first = l;
      count++;
    }
    Binary[] spine = new Binary[count];
    Binary next = b;
    for (int i = count - 1; i >= 0; i--) {
      spine[i] = next;
      if (i > 0) next = (Binary) next.left();
    }
    put(first.left(), strength);
    for (Binary part : spine) {
      if (text.length() > LONGEST) {
        cut = true;
        return;
      }
      if (part.operator().equals(",")) text.append(", ");
      else text.append(' ').append(part.operator()).append(' ');
      put(part.right(), strength + 1);
    }
  }

  private void pair(Expression left, int leftLeast, String between, Expression right, int rightLeast) {
    put(left, leftLeast);
    text.append(between);
    put(right, rightLeast);
  }

  private void conditional(Conditional c) {
    put(c.condition(), CONDITIONAL + 1);
    text.append(" ?");
    c.then().ifPresent(then -> {
      text.append(' ');
      put(then, ASSIGN);
      text.append(' ');
    });
    text.append(": ");
    put(c.otherwise(), CONDITIONAL);
  }

  private void call(Call c) {
    put(c.callee(), POSTFIX);
    list(c.arguments(), "(", ")");
  }

  private void list(List<Expression> expressions, String open, String close) {
    text.append(open);
    String comma = "";
    for (Expression e : expressions) {
      text.append(comma);
      put(e, ASSIGN);
      comma = ", ";
      if (cut) break;
    }
    text.append(close);
  }

  private void member(Member m) {
    put(m.object(), POSTFIX);
    text.append(m.arrow() ? "->" : ".").append(m.member());
  }

  private void index(Index i) {
    put(i.array(), POSTFIX);
    text.append('[');
    put(i.index(), COMMA);
    text.append(']');
  }

  private void cast(Cast c) {
    text.append('(').append(of(c.type())).append(')');
    put(c.operand(), UNARY);
  }

  private void unevaluated(Unevaluated u) {
    text.append(u.operator()).append('(');
    put(u.operand(), COMMA);
    text.append(')');
  }

  private void initializer(Initializer i) {
    i.type().ifPresent(type -> text.append('(').append(of(type)).append(')'));
    text.append("{ ");
    String comma = "";
    for (Initializer.Element element : i.elements()) {
      text.append(comma);
      if (!element.designator().isEmpty()) text.append(element.designator()).append(" = ");
      put(element.value(), ASSIGN);
      comma = ", ";
      if (cut) break;
    }
    text.append(" }");
  }

  private void copy(Span span) {
    byte[] bytes = source.bytes();
    int end = Math.min(span.end(), bytes.length);
    int stop = Math.min(end, span.start() + 2 * LONGEST);
    boolean blank = false;
    StringBuilder piece = new StringBuilder();
    for (char c : new String(bytes, span.start(), Math.max(0, stop - span.start()), StandardCharsets.UTF_8).toCharArray()) {
      boolean space = c <= ' ';
      if (!space && blank && piece.length() > 0) piece.append(' ');
      if (!space) piece.append(c);
      blank = space;
    }
    text.append(piece);
    if (stop < end) cut = true;
  }

  private static int strength(Expression e) {
    if (e instanceof Binary b) return strength(b.operator());
    if (e instanceof Assign) return ASSIGN;
    if (e instanceof Conditional) return CONDITIONAL;
    if (e instanceof Unary u) return u.postfix() ? POSTFIX : UNARY;
    if (e instanceof Cast) return UNARY;
    return POSTFIX + 1;
  }

  private static int strength(String operator) {
    return switch (operator) {
      case "," -> COMMA;
      case "||" -> 3;
      case "&&" -> 4;
      case "|" -> 5;
      case "^" -> 6;
      case "&" -> 7;
      case "==", "!=" -> 8;
      case "<", ">", "<=", ">=" -> 9;
      case "<<", ">>" -> 10;
      case "+", "-" -> 11;
      default -> 12;
    };
  }
}
