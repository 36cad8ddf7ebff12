// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.flow;

import keeper.c.Expression;
import keeper.c.Expression.Assign;
import keeper.c.Expression.Binary;
import keeper.c.Expression.Call;
import keeper.c.Expression.Cast;
import keeper.c.Expression.Conditional;
import keeper.c.Expression.Index;
import keeper.c.Expression.Literal;
import keeper.c.Expression.Member;
import keeper.c.Expression.Name;
import keeper.c.Expression.StatementExpression;
import keeper.c.Expression.TypeName;
import keeper.c.Expression.Unary;
import keeper.c.Expression.Unevaluated;
import keeper.flow.Assumption.Relation;

/** What an expression looks like, told without evaluating it. */
final class Shapes {
  static final Value ZERO = new Value.Constant("0");
  static final Value ONE = new Value.Constant("1");

  private final Vocabulary vocabulary;
  private final Names names;

  Shapes(Vocabulary vocabulary, Names names) {
    this.vocabulary = vocabulary;
    this.names = names;
  }

  /** Evaluating it leaves no step. */
  boolean isSilent(Expression e) {
    if (e instanceof Name n) return names.isConstant(n.name()) || names.isQuiet(n.name());
    if (e instanceof Literal || e instanceof Unevaluated || e instanceof TypeName) return true;
    if (e instanceof Cast c) return isSilent(c.operand());
    if (e instanceof Unary u) return (u.operator().equals("-") || u.operator().equals("~")) && isSilent(u.operand());
    return e instanceof Binary b && isSilent(b.right()) && isFlat(b.left()) && isSilent(b.left());
  }

  boolean isPlace(Expression e) {
    return e instanceof Name || e instanceof Member || e instanceof Index || e instanceof Unary u && u.operator().equals("*")
        || e instanceof Call c && isTransparent(c) && isPlace(c.arguments().get(0));
  }

  private static boolean isFlat(Expression e) {
    return e instanceof Name || e instanceof Literal;
  }

  static boolean isComparison(Binary b) {
    return relation(b.operator()) != null;
  }

  /** The value deserves a branch of its own for each of its cases. */
  boolean splits(Expression e) {
    Expression bare = bare(e);
    if (bare instanceof Conditional c)
      return !isSilent(c.otherwise()) || c.then().isEmpty() || !isSilent(c.then().get()) || hasCall(c.condition(), 0)
          || isConstant(c.otherwise()) || isConstant(c.then().get());
    return isTruth(bare) && hasCall(bare, 0);
  }

  private boolean isConstant(Expression e) {
    Expression bare = bare(e);
    return bare instanceof Literal || bare instanceof Name n && names.isConstant(n.name())
        || bare instanceof Unary u && u.operator().equals("-") && isConstant(u.operand());
  }

  /** It yields 0 or 1. */
  static boolean isTruth(Expression e) {
    return e instanceof Unary u && u.operator().equals("!")
        || e instanceof Binary b && (isComparison(b) || b.operator().equals("&&") || b.operator().equals("||"));
  }

  private static boolean hasCall(Expression e, int deep) {
    if (deep > 8) return true;
    if (e instanceof Call || e instanceof StatementExpression || e instanceof Assign) return true;
    if (e instanceof Unary u) return hasCall(u.operand(), deep + 1);
    if (e instanceof Binary b) return hasCall(b.right(), deep + 1) || hasCall(b.left(), deep + 1);
    if (e instanceof Cast c) return hasCall(c.operand(), deep + 1);
    if (e instanceof Index i) return hasCall(i.index(), deep + 1);
    return e instanceof Conditional c && (hasCall(c.condition(), deep + 1) || hasCall(c.otherwise(), deep + 1));
  }

  /** Without casts and {@code likely()}. */
  Expression bare(Expression e) {
    Expression bare = e;
    while (true) {
      if (bare instanceof Cast c) bare = c.operand();
      else if (bare instanceof Call c && isTransparent(c)) bare = c.arguments().get(0);
      else return bare;
    }
  }

  boolean isTransparent(Call c) {
    return c.arguments().size() > 0 && c.callee() instanceof Name n && vocabulary.transparent(n.name());
  }

  /** {@code NULL} and {@code false} are 0, {@code true} is 1. */
  static Value plain(Value value) {
    if (!(value instanceof Value.Constant c)) return value;
    int truth = truth(c.text());
    if (truth == 0) return ZERO;
    return c.text().equals("true") ? ONE : value;
  }

  /** 0 or 1 for a constant whose truth is plain to see, else -1. */
  static int truth(String text) {
    if (text.equals("0") || text.equals("NULL") || text.equals("false") || text.equals("0x0") || text.equals("0UL") || text.equals("0L")
        || text.equals("0U") || text.equals("0ULL") || text.equals("'\\0'")) return 0;
    return text.equals("true") || text.length() == 1 && text.charAt(0) >= '1' && text.charAt(0) <= '9' ? 1 : -1;
  }

  static Relation relation(String operator) {
    return switch (operator) {
      case "==" -> Relation.EQ;
      case "!=" -> Relation.NE;
      case "<" -> Relation.LT;
      case ">=" -> Relation.GE;
      case ">" -> Relation.GT;
      case "<=" -> Relation.LE;
      default -> null;
    };
  }

  static Relation mirrored(Relation relation) {
    return switch (relation) {
      case EQ, NE -> relation;
      case LT -> Relation.GT;
      case GT -> Relation.LT;
      case LE -> Relation.GE;
      case GE -> Relation.LE;
    };
  }
}
