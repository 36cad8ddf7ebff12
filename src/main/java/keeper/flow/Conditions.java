// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.flow;

import keeper.c.Expression;
import keeper.c.Expression.Binary;
import keeper.c.Expression.Conditional;
import keeper.c.Expression.Literal;
import keeper.c.Expression.Name;
import keeper.c.Expression.Unary;
import keeper.flow.Assumption.Relation;
import keeper.text.Span;

/** Conditions as branches: each edge carries what its side of the condition knows, in the normal form of {@link Assumption}. */
final class Conditions {
  private final Draft draft;
  private final Evaluation evaluation;
  private final Shapes shapes;

  Conditions(Draft draft, Evaluation evaluation, Shapes shapes) {
    this.draft = draft;
    this.evaluation = evaluation;
    this.shapes = shapes;
  }

  /** Goes to one of the two by the truth of the condition; equal targets mean that only its steps matter. */
  void branch(Expression e, Draft.Node yes, Draft.Node no) {
    if (draft.tooDeep()) {
      evaluation.lost(e);
      decide(Assumption.ALWAYS, yes, no);
      return;
    }
    draft.depth++;
    Expression bare = shapes.bare(e);
    if (bare instanceof Unary u && u.operator().equals("!"))               branch(u.operand(), no, yes);
    else if (bare instanceof Binary b && b.operator().equals("&&"))        both(b, yes, no);
    else if (bare instanceof Binary b && b.operator().equals("||"))        either(b, yes, no);
    else if (bare instanceof Binary b && b.operator().equals(","))         last(b, yes, no);
    else if (bare instanceof Binary b && Shapes.isComparison(b) && yes != no)     compare(b, yes, no);
    else if (bare instanceof Conditional c)                                choose(c, yes, no);
    else if (yes == no)                                                    forget(e, yes);
    else                                                                   test(e, bare, yes, no);
    draft.depth--;
  }

  private void forget(Expression e, Draft.Node target) {
    evaluation.effect(e);
    draft.jump(target);
  }

  private void test(Expression e, Expression bare, Draft.Node yes, Draft.Node no) {
    int known = bare instanceof Literal l ? Shapes.truth(l.text()) : bare instanceof Name n ? Shapes.truth(n.name()) : -1;
    if (known >= 0) draft.jump(known == 1 ? yes : no);
    else decide(new Assumption(evaluation.value(e), Relation.NE, Shapes.ZERO), yes, no);
  }

  private void both(Binary b, Draft.Node yes, Draft.Node no) {
    Draft.Node middle = new Draft.Node();
    branch(b.left(), middle, no);
    draft.enter(middle);
    branch(b.right(), yes, no);
  }

  private void either(Binary b, Draft.Node yes, Draft.Node no) {
    Draft.Node middle = new Draft.Node();
    branch(b.left(), yes, middle);
    draft.enter(middle);
    branch(b.right(), yes, no);
  }

  private void last(Binary b, Draft.Node yes, Draft.Node no) {
    evaluation.effect(b.left());
    branch(b.right(), yes, no);
  }

  private void choose(Conditional c, Draft.Node yes, Draft.Node no) {
    Draft.Node then = c.then().isPresent() ? new Draft.Node() : yes;
    Draft.Node otherwise = new Draft.Node();
    branch(c.condition(), then, otherwise);
    if (c.then().isPresent()) {
      draft.enter(then);
      branch(c.then().get(), yes, no);
    }
    draft.enter(otherwise);
    branch(c.otherwise(), yes, no);
  }

  private void compare(Binary b, Draft.Node yes, Draft.Node no) {
    Relation relation = Shapes.relation(b.operator());
    Value left = evaluation.value(b.left());
    Value right = evaluation.value(b.right());
    boolean turned = left instanceof Value.Constant && !(right instanceof Value.Constant);
    decide(turned ? new Assumption(right, Shapes.mirrored(relation), Shapes.plain(left)) : new Assumption(left, relation, Shapes.plain(right)), yes, no);
  }

  /** Ends the block: the assumption leads to {@code yes}, its opposite to {@code no}. */
  void decide(Assumption assumption, Draft.Node yes, Draft.Node no) {
    draft.edge(yes, assumption);
    if (yes != no) draft.edge(no, assumption.isAlways() ? assumption : assumption.opposite());
  }


  /** What to do with one of several values. */
  interface Use {
    void of(Value value, Span at);
  }

  /** The value of a {@code return}: each of its cases leaves by itself. */
  void eachCase(Expression e, Use use, Span at) {
    Expression bare = shapes.bare(e);
    if (bare instanceof Conditional || Shapes.isTruth(bare)) split(e, use, at);
    else use.of(evaluation.value(e), at);
  }

  void split(Expression e, Use use, Span at) {
    Expression bare = shapes.bare(e);
    if (draft.tooDeep()) {
      use.of(evaluation.lost(e), at);
      return;
    }
    draft.depth++;
    if (bare instanceof Conditional c && c.then().isPresent()) cases(c.condition(), c.then().get(), c.otherwise(), use, at);
    else if (bare instanceof Conditional c) elvis(c, use, at);
    else if (Shapes.isTruth(bare)) truth(bare, use, at);
    else use.of(evaluation.value(e), at);
    draft.depth--;
  }

  private void cases(Expression condition, Expression then, Expression otherwise, Use use, Span at) {
    Draft.Node yes = new Draft.Node();
    Draft.Node no = new Draft.Node();
    branch(condition, yes, no);
    draft.enter(yes);
    split(then, use, at);
    draft.enter(no);
    split(otherwise, use, at);
  }

  private void elvis(Conditional c, Use use, Span at) {
    Draft.Node no = new Draft.Node();
    Draft.Node yes = new Draft.Node();
    Value value = evaluation.value(c.condition());
    decide(new Assumption(value, Relation.NE, Shapes.ZERO), yes, no);
    draft.enter(yes);
    use.of(value, at);
    draft.enter(no);
    split(c.otherwise(), use, at);
  }

  private void truth(Expression e, Use use, Span at) {
    Draft.Node yes = new Draft.Node();
    Draft.Node no = new Draft.Node();
    branch(e, yes, no);
    draft.enter(yes);
    use.of(Shapes.ONE, at);
    draft.enter(no);
    use.of(Shapes.ZERO, at);
  }
}
