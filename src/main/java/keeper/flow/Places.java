// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.flow;

import keeper.c.Expression;
import keeper.c.Expression.Assign;
import keeper.c.Expression.Binary;
import keeper.c.Expression.Call;
import keeper.c.Expression.Index;
import keeper.c.Expression.Member;
import keeper.c.Expression.Name;
import keeper.c.Expression.StatementExpression;
import keeper.c.Expression.Unary;
import keeper.c.Function;

/** The storage that an expression names. What must be computed to find it becomes steps. */
final class Places {
  private final Function function;
  private final Draft draft;
  private final Evaluation evaluation;
  private final Shapes shapes;

  Places(Function function, Draft draft, Evaluation evaluation, Shapes shapes) {
    this.function = function;
    this.draft = draft;
    this.evaluation = evaluation;
    this.shapes = shapes;
  }

  /** The storage that an expression names; what must be computed to find it is done. */
  AccessPath of(Expression e) {
    if (draft.tooDeep()) {
      evaluation.lost(e);
      return AccessPath.of("…");
    }
    draft.depth++;
    try {
      if (e instanceof Name n) return AccessPath.of(n.name());
      if (e instanceof Member m) return member(m);
      if (e instanceof Index i) return element(i);
      if (e instanceof Unary u && u.operator().equals("*")) return target(u.operand(), "*");
      if (e instanceof Assign a) return assigned(a);
      if (e instanceof Binary b && b.operator().equals(",")) {
        evaluation.effect(b.left());
        return of(b.right());
      }
      if (e instanceof Call c && shapes.isTransparent(c)) return of(c.arguments().get(0));
      return followed(e);
    } finally {
      draft.depth--;
    }
  }

  private AccessPath assigned(Assign a) {
    Value stored = evaluation.assign(a);
    return stored instanceof Value.Stored s ? s.path() : AccessPath.of(Wording.of(function.text(), a.target()));
  }

  private AccessPath member(Member m) {
    if (m.arrow()) return target(m.object(), "->" + m.member());
    AccessPath object = of(m.object());
    int last = object.steps().size() - 1;
    if (last >= 0 && object.steps().get(last).equals("*")) // (*p).f is p->f
      return new AccessPath(object.root(), object.steps().subList(0, last)).plus("->" + m.member());
    return object.plus("." + m.member());
  }

  /** What the pointer points to: {@code step} is {@code *} or {@code ->name}. */
  private AccessPath target(Expression pointer, String step) {
    Expression inner = pointer;
    if (inner instanceof Unary u && u.operator().equals("&")) { // (&x)->f is x.f, *&x is x
      AccessPath object = of(u.operand());
      int last = object.steps().size() - 1;
      boolean pointed = last >= 0 && object.steps().get(last).equals("*");
      if (pointed) return new AccessPath(object.root(), object.steps().subList(0, last)).plus(step);
      return step.equals("*") ? object : object.plus("." + step.substring(2));
    }
    AccessPath path = of(inner);
    if (shapes.isPlace(inner)) evaluation.load(path, inner.span());
    else if (path.isVariable()) evaluation.depends(path);
    return path.plus(step);
  }

  private AccessPath element(Index i) {
    AccessPath array = of(i.array());
    Value index = evaluation.value(i.index());
    return array.plus("[" + (index instanceof Value.Result ? Wording.of(function.text(), i.index()) : index) + "]");
  }

  /** A call, cast or sum whose value is followed: its text is the root. */
  private AccessPath followed(Expression e) {
    evaluation.effect(e);
    String text = Wording.of(function.text(), e);
    return AccessPath.of(e instanceof Call || e instanceof StatementExpression ? text : "(" + text + ")");
  }
}
