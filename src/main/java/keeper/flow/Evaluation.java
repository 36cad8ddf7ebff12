// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import keeper.c.Expression;
import keeper.c.Expression.Assign;
import keeper.c.Expression.Binary;
import keeper.c.Expression.Call;
import keeper.c.Expression.Cast;
import keeper.c.Expression.Conditional;
import keeper.c.Expression.Generic;
import keeper.c.Expression.Index;
import keeper.c.Expression.Initializer;
import keeper.c.Expression.Literal;
import keeper.c.Expression.Member;
import keeper.c.Expression.Name;
import keeper.c.Expression.StatementArgument;
import keeper.c.Expression.StatementExpression;
import keeper.c.Expression.TypeName;
import keeper.c.Expression.Unary;
import keeper.c.Expression.Unevaluated;
import keeper.c.Expression.Unread;
import keeper.c.Function;
import keeper.text.Span;

/**
 * Expressions as steps, in the order in which C evaluates them (arguments and operands from left to right, the value of an assignment
 * before its target). {@code &&}, {@code ||} and {@code ?:} become branches wherever one of their sides does something.
 */
final class Evaluation {
  private static final Value NOTHING = new Value.Computed("", List.of());

  private final Linearizer statements;
  private final Function function;
  private final Vocabulary vocabulary;
  private final Draft draft;
  private final Names names;
  private final Shapes shapes;
  private final Places places;
  private final Conditions conditions;
  private List<AccessPath> reads; // what the computed value at hand depends on; null when nobody asks
  private int calls;

  Evaluation(Linearizer statements, Function function, Vocabulary vocabulary, Draft draft, Names names) {
    this.statements = statements;
    this.function = function;
    this.vocabulary = vocabulary;
    this.draft = draft;
    this.names = names;
    this.shapes = new Shapes(vocabulary, names);
    this.places = new Places(function, draft, this, shapes);
    this.conditions = new Conditions(draft, this, shapes);
  }

  /** Does what the expression does; nobody wants its value. */
  void effect(Expression e) {
    evaluate(e, e.span(), false);
  }

  /** Does what the expression does and says what it yields. */
  Value value(Expression e) {
    return evaluate(e, e.span(), true);
  }

  /** The storage that an expression names. */
  AccessPath place(Expression e) {
    return places.of(e);
  }

  Conditions conditions() {
    return conditions;
  }

  // Values

  /**
   * @param at the piece of source that stands for the last read, larger than the expression inside {@code READ_ONCE()}
   * @param wanted whether the value is of interest; otherwise {@link #NOTHING} may come back
   */
  private Value evaluate(Expression e, Span at, boolean wanted) {
    if (draft.tooDeep()) return lost(e);
    draft.depth++;
    try {
      if (e instanceof Name n) return named(n, at);
      if (e instanceof Literal l) return new Value.Constant(Wording.of(function.text(), l));
      if (e instanceof Member || e instanceof Index) return load(places.of(e), at);
      if (e instanceof Unary u) return unary(u, at, wanted);
      if (e instanceof Call c) return call(c, at, wanted);
      if (e instanceof Cast c) return evaluate(c.operand(), at, wanted);
      if (e instanceof Assign a) return assign(a);
      if (e instanceof Binary b && b.operator().equals(",")) {
        evaluate(b.left(), b.left().span(), false);
        return evaluate(b.right(), at, wanted);
      }
      if (e instanceof StatementExpression s) return statements.valueOf(s);
      if (e instanceof TypeName || e instanceof Unevaluated) return wanted ? new Value.Constant(Wording.of(function.text(), e)) : NOTHING;
      if (e instanceof Unread u) return unread(u);
      return computed(e, wanted);
    } finally {
      draft.depth--;
    }
  }

  Value lost(Expression e) {
    draft.add(new Step.Gap("nested too deep", e.span())); // ignored by a draft that is full
    return NOTHING;
  }

  /** The value at hand depends on it, although nothing reads it here. */
  void depends(AccessPath path) {
    if (reads != null) reads.add(path);
  }

  private Value unread(Unread unread) {
    draft.add(new Step.Gap("unread", unread.span()));
    return new Value.Computed(Wording.plain(function.text(), unread.span()), List.of());
  }

  private Value named(Name n, Span at) {
    if (names.isConstant(n.name())) return new Value.Constant(n.name());
    return load(AccessPath.of(n.name()), at);
  }

  Value load(AccessPath path, Span at) {
    if (reads != null) reads.add(path);
    if (!(path.isVariable() && names.isQuiet(path.root()))) draft.add(new Step.Read(path, at));
    return new Value.Stored(path);
  }

  private Value unary(Unary u, Span at, boolean wanted) {
    switch (u.operator()) {
      case "&":
        return address(u, at);
      case "*":
        return load(places.of(u), at);
      case "&&":
        return new Value.Constant(Wording.of(function.text(), u));
      case "++", "--":
        return step(u, wanted);
      default:
        return computed(u, wanted);
    }
  }

  /** The text of something whose reads are known already; evaluates nothing but what is left of it. */
  private Value text(Expression e, List<AccessPath> known) {
    return new Value.Computed(Wording.of(function.text(), e), known == null ? List.of() : known);
  }

  private Value address(Unary u, Span at) {
    Expression operand = u.operand();
    if (operand instanceof Initializer || operand instanceof Unread) {
      evaluate(operand, operand.span(), false);
      return text(u, null);
    }
    AccessPath path = places.of(operand);
    int last = path.steps().size() - 1;
    if (last >= 0 && path.steps().get(last).equals("*")) { // &*p is p
      AccessPath pointer = new AccessPath(path.root(), path.steps().subList(0, last));
      if (reads != null) reads.add(pointer);
      return new Value.Stored(pointer);
    }
    if (reads != null) reads.add(path);
    if (path.isVariable()) names.addressTaken(path.root());
    draft.add(new Step.Address(path, at));
    return new Value.AddressOf(path);
  }

  /** {@code ++x}, {@code x--}. */
  private Value step(Unary u, boolean wanted) {
    AccessPath path = places.of(u.operand());
    load(path, u.operand().span());
    String changed = Wording.of(function.text(), u.operand()) + " " + u.operator().charAt(0) + " 1";
    store(path, new Value.Computed(changed, List.of(path)), u.span());
    if (!u.postfix()) return new Value.Stored(path);
    return wanted ? text(u, List.of(path)) : NOTHING;
  }

  /** Operators, conditions and the like: their parts are evaluated, the whole is text. */
  private Value computed(Expression e, boolean wanted) {
    if (!wanted) return parts(e) ? Shapes.ONE : NOTHING;
    List<AccessPath> outer = reads;
    List<AccessPath> mine = new ArrayList<>(4);
    reads = mine;
    boolean constant = parts(e);
    reads = outer;
    if (outer != null) for (AccessPath path : mine) if (outer.size() < 64) outer.add(path);
    String text = Wording.of(function.text(), e);
    return constant ? new Value.Constant(text.replace(" ", "")) : new Value.Computed(text, mine);
  }

  /** True when all of it is constant. */
  private boolean parts(Expression e) {
    if (e instanceof Binary b)             return b.operator().equals("&&") || b.operator().equals("||") ? logical(b) : operands(b);
    else if (e instanceof Unary u)         return part(u.operand()) && !u.operator().equals("!");
    else if (e instanceof Conditional c)   conditional(c);
    else if (e instanceof Initializer i)   i.elements().forEach(element -> part(element.value()));
    else if (e instanceof Generic g)       generic(g);
    else if (e instanceof StatementArgument s) perhaps(s);
    else throw new IllegalStateException("no case for " + e.getClass());
    return false;
  }

  private boolean part(Expression e) {
    return evaluate(e, e.span(), false) instanceof Value.Constant;
  }

  /** A long left-leaning sum is walked without recursion. */
  private boolean operands(Binary b) {
    List<Expression> rights = new ArrayList<>(4);
    Expression left = b;
    while (left instanceof Binary inner && !isLogical(inner)) {
      rights.add(inner.right());
      left = inner.left();
    }
    boolean constant = part(left) && !Shapes.isComparison(b);
    for (int i = rights.size() - 1; i >= 0; i--) constant &= part(rights.get(i));
    return constant;
  }

  private static boolean isLogical(Binary b) {
    return b.operator().equals("&&") || b.operator().equals("||") || b.operator().equals(",");
  }

  private boolean logical(Binary b) {
    Draft.Node join = new Draft.Node();
    conditions.branch(b, join, join);
    draft.enter(join);
    return false;
  }

  private void conditional(Conditional c) {
    Draft.Node join = new Draft.Node();
    Draft.Node then = new Draft.Node();
    Draft.Node otherwise = new Draft.Node();
    if (shapes.isSilent(c.otherwise()) && (c.then().isEmpty() || shapes.isSilent(c.then().get()))) {
      effect(c.condition());
      c.then().ifPresent(this::effect);
      effect(c.otherwise());
      return;
    }
    conditions.branch(c.condition(), then, otherwise);
    draft.enter(then);
    c.then().ifPresent(this::effect);
    draft.jump(join);
    draft.enter(otherwise);
    effect(c.otherwise());
    draft.jump(join);
    draft.enter(join);
  }

  private void generic(Generic g) {
    Draft.Node from = draft.current();
    Draft.Node join = new Draft.Node();
    for (Expression choice : g.choices()) {
      Draft.Node node = new Draft.Node();
      from.edge(node, Assumption.ALWAYS);
      draft.enter(node);
      effect(choice);
      draft.jump(join);
    }
    if (g.choices().isEmpty()) draft.jump(join);
    draft.enter(join);
  }

  /** A macro runs the statement it is given, or not. */
  private void perhaps(StatementArgument s) {
    Draft.Node node = new Draft.Node();
    Draft.Node join = new Draft.Node();
    draft.jump(node);
    draft.jump(join);
    draft.enter(node);
    statements.scoped(s.statement());
    draft.jump(join);
    draft.enter(join);
  }

  // Assignments

  Value assign(Assign a) {
    if (a.operator().equals("=")) {
      AccessPath path = assign(a.target(), null, a.value(), a.span());
      return new Value.Stored(path);
    }
    List<AccessPath> outer = reads;
    reads = new ArrayList<>(4);
    effect(a.value());
    AccessPath path = places.of(a.target());
    load(path, a.target().span());
    List<AccessPath> mine = reads;
    reads = outer;
    String operator = a.operator().substring(0, a.operator().length() - 1);
    String text = Wording.of(function.text(), a.target()) + " " + operator + " " + Wording.of(function.text(), a.value());
    store(path, new Value.Computed(text, mine), a.span());
    return new Value.Stored(path);
  }

  /** A variable gets its first value. */
  void initialize(String variable, Expression value, Span at) {
    assign(null, AccessPath.of(variable), value, at);
  }

  private AccessPath assign(Expression target, AccessPath known, Expression value, Span at) {
    if (shapes.splits(value)) {
      AccessPath path = known != null ? known : places.of(target);
      Draft.Node join = new Draft.Node();
      conditions.split(value, (result, where) -> {
        store(path, result, where);
        draft.jump(join);
      }, at);
      draft.enter(join);
      return path;
    }
    Value stored = value(value);
    AccessPath path = known != null ? known : places.of(target);
    store(path, stored, at);
    return path;
  }

  void store(AccessPath path, Value value, Span at) {
    if (path.isVariable()) names.assigned(path.root());
    draft.add(new Step.Write(path, value, at));
  }

  // Calls

  private Value call(Call c, Span at, boolean wanted) {
    String name = c.callee() instanceof Name n ? n.name() : "";
    if (shapes.isTransparent(c)) {
      for (int i = 1; i < c.arguments().size(); i++) effect(c.arguments().get(i));
      return evaluate(c.arguments().get(0), at, wanted);
    }
    Optional<AccessPath> through = pointer(c.callee());
    if (name.length() > 0 && through.isPresent()) name = "";
    if (name.length() > 0 && c.arguments().size() == 2 && vocabulary.assigns(name)) return assigned(c, name);
    List<Value> arguments = arguments(c);
    Value.Result result = add(name, through, arguments, c.span());
    for (Expression argument : c.arguments()) if (argument instanceof StatementArgument s) perhaps(s);
    if (vocabulary.neverReturns(name)) draft.stop();
    return result;
  }

  /** A call that is not written as one: the head of a block. */
  Value.Result add(String name, Optional<AccessPath> through, List<Value> arguments, Span at) {
    int id = calls++;
    draft.add(new Step.Call(id, name, through, arguments, at));
    return new Value.Result(id, through.isPresent() ? through.get().toString() : name);
  }

  private Optional<AccessPath> pointer(Expression callee) {
    if (callee instanceof Name n) return names.isVariable(n.name()) ? Optional.of(AccessPath.of(n.name())) : Optional.empty();
    if (callee instanceof Unary u && u.operator().equals("*") && shapes.isPlace(u.operand())) return pointer(u.operand()); // (*f)() is f()
    if (shapes.isPlace(callee)) {
      AccessPath path = places.of(callee);
      load(path, callee.span());
      return Optional.of(path);
    }
    effect(callee);
    return Optional.empty();
  }

  List<Value> arguments(Call c) {
    List<Value> values = new ArrayList<>(c.arguments().size());
    boolean shape = false; // container_of(p, struct t, member): its names are not variables
    for (Expression argument : c.arguments()) shape |= argument instanceof TypeName;
    for (Expression argument : c.arguments()) values.add(argument(argument, shape));
    return values;
  }

  /** @param shape a name that is not known is none of a variable */
  Value argument(Expression e, boolean shape) {
    if (e instanceof StatementArgument) return new Value.Computed(Wording.plain(function.text(), e.span()), List.of());
    if (e instanceof Unread u && u.span().length() == 0) return new Value.Constant(""); // f(, x)
    if (shape && e instanceof Name n && !names.isVariable(n.name())) return new Value.Stored(AccessPath.of(n.name()));
    return value(e);
  }

  /** {@code WRITE_ONCE(x->f, v)}, {@code smp_store_release(&x->f, v)}. */
  private Value assigned(Call c, String name) {
    Expression target = shapes.bare(c.arguments().get(0));
    boolean byAddress = target instanceof Unary u && u.operator().equals("&");
    AccessPath path = byAddress ? places.of(((Unary) target).operand()) : places.of(target);
    Value value = value(c.arguments().get(1));
    add(name, Optional.empty(), List.of(byAddress ? new Value.AddressOf(path) : new Value.Stored(path), value), c.span());
    store(path, value, c.span());
    return new Value.Stored(path);
  }
}
