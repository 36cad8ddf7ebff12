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
import keeper.flow.Assumption.Relation;
import keeper.text.Span;

/**
 * Expressions as steps, in the order in which C evaluates them (arguments and operands from left to right, the value of an assignment
 * before its target). {@code &&}, {@code ||} and {@code ?:} become branches wherever one of their sides does something.
 */
final class Evaluation {
  /** Deeper nesting than this is not followed. */
  static final int DEEPEST = 400;

  private static final Value ZERO = new Value.Constant("0");
  private static final Value ONE = new Value.Constant("1");
  private static final Value NOTHING = new Value.Computed("", List.of());

  private final Linearizer statements;
  private final Function function;
  private final Vocabulary vocabulary;
  private final Draft draft;
  private final Names names;
  private List<AccessPath> reads; // what the computed value at hand depends on; null when nobody asks
  private int calls;
  private int depth;

  Evaluation(Linearizer statements, Function function, Vocabulary vocabulary, Draft draft, Names names) {
    this.statements = statements;
    this.function = function;
    this.vocabulary = vocabulary;
    this.draft = draft;
    this.names = names;
  }

  /** Does what the expression does; nobody wants its value. */
  void effect(Expression e) {
    evaluate(e, e.span(), false);
  }

  /** Does what the expression does and says what it yields. */
  Value value(Expression e) {
    return evaluate(e, e.span(), true);
  }

  // Values

  /**
   * @param at the piece of source that stands for the last read, larger than the expression inside {@code READ_ONCE()}
   * @param wanted whether the value is of interest; otherwise {@link #NOTHING} may come back
   */
  private Value evaluate(Expression e, Span at, boolean wanted) {
    if (depth >= DEEPEST || draft.full()) return lost(e);
    depth++;
    try {
      if (e instanceof Name n) return named(n, at);
      if (e instanceof Literal l) return new Value.Constant(Wording.of(function.text(), l));
      if (e instanceof Member || e instanceof Index) return load(place(e), at);
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
      depth--;
    }
  }

  private Value lost(Expression e) {
    draft.add(new Step.Gap("nested too deep", e.span())); // ignored by a draft that is full
    return NOTHING;
  }

  private Value unread(Unread unread) {
    draft.add(new Step.Gap("unread", unread.span()));
    return new Value.Computed(Wording.plain(function.text(), unread.span()), List.of());
  }

  private Value named(Name n, Span at) {
    if (names.isConstant(n.name())) return new Value.Constant(n.name());
    return load(AccessPath.of(n.name()), at);
  }

  private Value load(AccessPath path, Span at) {
    if (reads != null) reads.add(path);
    if (!(path.isVariable() && names.isQuiet(path.root()))) draft.add(new Step.Read(path, at));
    return new Value.Stored(path);
  }

  private Value unary(Unary u, Span at, boolean wanted) {
    switch (u.operator()) {
      case "&":
        return address(u, at);
      case "*":
        return load(place(u), at);
      case "&&":
        return new Value.Constant(Wording.of(function.text(), u));
      case "++", "--":
        return step(u, wanted);
      default:
        return computed(u, wanted);
    }
  }

  private static boolean isFlat(Expression e) {
    return e instanceof Name || e instanceof Literal;
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
    AccessPath path = place(operand);
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
    AccessPath path = place(u.operand());
    load(path, u.operand().span());
    String changed = Wording.of(function.text(), u.operand()) + " " + u.operator().charAt(0) + " 1";
    store(path, new Value.Computed(changed, List.of(path)), u.span());
    if (!u.postfix()) return new Value.Stored(path);
    return wanted ? text(u, List.of(path)) : NOTHING;
  }

  /** Operators, conditions and the like: their parts are evaluated, the whole is text. */
  private Value computed(Expression e, boolean wanted) {
    if (!wanted) return parts(e) ? ONE : NOTHING;
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
    boolean constant = part(left) && !isComparison(b);
    for (int i = rights.size() - 1; i >= 0; i--) constant &= part(rights.get(i));
    return constant;
  }

  private static boolean isLogical(Binary b) {
    return b.operator().equals("&&") || b.operator().equals("||") || b.operator().equals(",");
  }

  private static boolean isComparison(Binary b) {
    return relation(b.operator()) != null;
  }

  private boolean logical(Binary b) {
    Draft.Node join = new Draft.Node();
    branch(b, join, join);
    draft.enter(join);
    return false;
  }

  private void conditional(Conditional c) {
    Draft.Node join = new Draft.Node();
    Draft.Node then = new Draft.Node();
    Draft.Node otherwise = new Draft.Node();
    if (isSilent(c.otherwise()) && (c.then().isEmpty() || isSilent(c.then().get()))) {
      effect(c.condition());
      c.then().ifPresent(this::effect);
      effect(c.otherwise());
      return;
    }
    branch(c.condition(), then, otherwise);
    draft.enter(then);
    c.then().ifPresent(this::effect);
    draft.jump(join);
    draft.enter(otherwise);
    effect(c.otherwise());
    draft.jump(join);
    draft.enter(join);
  }

  /** Evaluating it leaves no step. */
  private boolean isSilent(Expression e) {
    if (e instanceof Name n) return names.isConstant(n.name()) || names.isQuiet(n.name());
    if (e instanceof Literal || e instanceof Unevaluated || e instanceof TypeName) return true;
    if (e instanceof Cast c) return isSilent(c.operand());
    if (e instanceof Unary u) return (u.operator().equals("-") || u.operator().equals("~")) && isSilent(u.operand());
    return e instanceof Binary b && isSilent(b.right()) && isFlat(b.left()) && isSilent(b.left());
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

  // Places

  /** The storage that an expression names; what must be computed to find it is done. */
  AccessPath place(Expression e) {
    if (depth >= DEEPEST || draft.full()) {
      lost(e);
      return AccessPath.of("…");
    }
    depth++;
    try {
      if (e instanceof Name n) return AccessPath.of(n.name());
      if (e instanceof Member m) return member(m);
      if (e instanceof Index i) return element(i);
      if (e instanceof Unary u && u.operator().equals("*")) return target(u.operand(), "*");
      if (e instanceof Assign a) return assignedPlace(a);
      if (e instanceof Binary b && b.operator().equals(",")) {
        effect(b.left());
        return place(b.right());
      }
      if (e instanceof Call c && isTransparent(c)) return place(c.arguments().get(0));
      return followed(e);
    } finally {
      depth--;
    }
  }

  private AccessPath assignedPlace(Assign a) {
    Value stored = assign(a);
    return stored instanceof Value.Stored s ? s.path() : AccessPath.of(Wording.of(function.text(), a.target()));
  }

  private AccessPath member(Member m) {
    if (m.arrow()) return target(m.object(), "->" + m.member());
    AccessPath object = place(m.object());
    int last = object.steps().size() - 1;
    if (last >= 0 && object.steps().get(last).equals("*")) // (*p).f is p->f
      return new AccessPath(object.root(), object.steps().subList(0, last)).plus("->" + m.member());
    return object.plus("." + m.member());
  }

  /** What the pointer points to: {@code step} is {@code *} or {@code ->name}. */
  private AccessPath target(Expression pointer, String step) {
    Expression inner = pointer;
    if (inner instanceof Unary u && u.operator().equals("&")) { // (&x)->f is x.f, *&x is x
      AccessPath object = place(u.operand());
      int last = object.steps().size() - 1;
      boolean pointed = last >= 0 && object.steps().get(last).equals("*");
      if (pointed) return new AccessPath(object.root(), object.steps().subList(0, last)).plus(step);
      return step.equals("*") ? object : object.plus("." + step.substring(2));
    }
    AccessPath path = place(inner);
    if (isPlace(inner)) load(path, inner.span());
    else if (reads != null && path.isVariable()) reads.add(path);
    return path.plus(step);
  }

  private boolean isPlace(Expression e) {
    return e instanceof Name || e instanceof Member || e instanceof Index || e instanceof Unary u && u.operator().equals("*")
        || e instanceof Call c && isTransparent(c) && isPlace(c.arguments().get(0));
  }

  private AccessPath element(Index i) {
    AccessPath array = place(i.array());
    Value index = evaluate(i.index(), i.index().span(), true);
    return array.plus("[" + (index instanceof Value.Result ? Wording.of(function.text(), i.index()) : index) + "]");
  }

  /** A call, cast or sum whose value is followed: its text is the root. */
  private AccessPath followed(Expression e) {
    effect(e);
    String text = Wording.of(function.text(), e);
    return AccessPath.of(e instanceof Call || e instanceof StatementExpression ? text : "(" + text + ")");
  }

  // Assignments

  private Value assign(Assign a) {
    if (a.operator().equals("=")) {
      AccessPath path = assign(a.target(), null, a.value(), a.span());
      return new Value.Stored(path);
    }
    List<AccessPath> outer = reads;
    reads = new ArrayList<>(4);
    effect(a.value());
    AccessPath path = place(a.target());
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
    if (splits(value)) {
      AccessPath path = known != null ? known : place(target);
      Draft.Node join = new Draft.Node();
      split(value, (result, where) -> {
        store(path, result, where);
        draft.jump(join);
      }, at);
      draft.enter(join);
      return path;
    }
    Value stored = value(value);
    AccessPath path = known != null ? known : place(target);
    store(path, stored, at);
    return path;
  }

  void store(AccessPath path, Value value, Span at) {
    if (path.isVariable()) names.assigned(path.root());
    draft.add(new Step.Write(path, value, at));
  }

  /** What to do with one of several values. */
  interface Use {
    void of(Value value, Span at);
  }

  /** The value deserves a branch of its own for each of its cases. */
  private boolean splits(Expression e) {
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
  private static boolean isTruth(Expression e) {
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
  private Expression bare(Expression e) {
    Expression bare = e;
    while (true) {
      if (bare instanceof Cast c) bare = c.operand();
      else if (bare instanceof Call c && isTransparent(c)) bare = c.arguments().get(0);
      else return bare;
    }
  }

  private boolean isTransparent(Call c) {
    return c.arguments().size() > 0 && c.callee() instanceof Name n && vocabulary.transparent(n.name());
  }

  /** The value of a {@code return}: each of its cases leaves by itself. */
  void eachCase(Expression e, Use use, Span at) {
    Expression bare = bare(e);
    if (bare instanceof Conditional || isTruth(bare)) split(e, use, at);
    else use.of(value(e), at);
  }

  private void split(Expression e, Use use, Span at) {
    Expression bare = bare(e);
    if (depth >= DEEPEST || draft.full()) {
      use.of(lost(e), at);
      return;
    }
    depth++;
    if (bare instanceof Conditional c && c.then().isPresent()) cases(c.condition(), c.then().get(), c.otherwise(), use, at);
    else if (bare instanceof Conditional c) elvis(c, use, at);
    else if (isTruth(bare)) truth(bare, use, at);
    else use.of(value(e), at);
    depth--;
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
    Value value = value(c.condition());
    decide(new Assumption(value, Relation.NE, ZERO), yes, no);
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
    use.of(ONE, at);
    draft.enter(no);
    use.of(ZERO, at);
  }

  // Calls

  private Value call(Call c, Span at, boolean wanted) {
    String name = c.callee() instanceof Name n ? n.name() : "";
    if (isTransparent(c)) {
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
    if (callee instanceof Unary u && u.operator().equals("*") && isPlace(u.operand())) return pointer(u.operand()); // (*f)() is f()
    if (isPlace(callee)) {
      AccessPath path = place(callee);
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
    Expression target = bare(c.arguments().get(0));
    boolean byAddress = target instanceof Unary u && u.operator().equals("&");
    AccessPath path = byAddress ? place(((Unary) target).operand()) : place(target);
    Value value = value(c.arguments().get(1));
    add(name, Optional.empty(), List.of(byAddress ? new Value.AddressOf(path) : new Value.Stored(path), value), c.span());
    store(path, value, c.span());
    return new Value.Stored(path);
  }

  // Conditions

  /** Goes to one of the two by the truth of the condition; equal targets mean that only its steps matter. */
  void branch(Expression e, Draft.Node yes, Draft.Node no) {
    if (depth >= DEEPEST || draft.full()) {
      lost(e);
      decide(Assumption.ALWAYS, yes, no);
      return;
    }
    depth++;
    Expression bare = bare(e);
    if (bare instanceof Unary u && u.operator().equals("!"))               branch(u.operand(), no, yes);
    else if (bare instanceof Binary b && b.operator().equals("&&"))        both(b, yes, no);
    else if (bare instanceof Binary b && b.operator().equals("||"))        either(b, yes, no);
    else if (bare instanceof Binary b && b.operator().equals(","))         last(b, yes, no);
    else if (bare instanceof Binary b && isComparison(b) && yes != no)     compare(b, yes, no);
    else if (bare instanceof Conditional c)                                choose(c, yes, no);
    else if (yes == no)                                                    forget(e, yes);
    else                                                                   test(e, bare, yes, no);
    depth--;
  }

  private void forget(Expression e, Draft.Node target) {
    effect(e);
    draft.jump(target);
  }

  private void test(Expression e, Expression bare, Draft.Node yes, Draft.Node no) {
    int known = bare instanceof Literal l ? truth(l.text()) : bare instanceof Name n ? truth(n.name()) : -1;
    if (known >= 0) draft.jump(known == 1 ? yes : no);
    else decide(new Assumption(value(e), Relation.NE, ZERO), yes, no);
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
    effect(b.left());
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
    Relation relation = relation(b.operator());
    Value left = value(b.left());
    Value right = value(b.right());
    boolean turned = left instanceof Value.Constant && !(right instanceof Value.Constant);
    decide(turned ? new Assumption(right, mirrored(relation), plain(left)) : new Assumption(left, relation, plain(right)), yes, no);
  }

  /** Ends the block: the assumption leads to {@code yes}, its opposite to {@code no}. */
  void decide(Assumption assumption, Draft.Node yes, Draft.Node no) {
    draft.edge(yes, assumption);
    if (yes != no) draft.edge(no, assumption.isAlways() ? assumption : assumption.opposite());
  }

  /** {@code NULL} and {@code false} are 0, {@code true} is 1. */
  static Value plain(Value value) {
    if (!(value instanceof Value.Constant c)) return value;
    int truth = truth(c.text());
    if (truth == 0) return ZERO;
    return c.text().equals("true") ? ONE : value;
  }

  /** 0 or 1 for a constant whose truth is plain to see, else -1. */
  private static int truth(String text) {
    if (text.equals("0") || text.equals("NULL") || text.equals("false") || text.equals("0x0") || text.equals("0UL") || text.equals("0L")
        || text.equals("0U") || text.equals("0ULL") || text.equals("'\\0'")) return 0;
    return text.equals("true") || text.length() == 1 && text.charAt(0) >= '1' && text.charAt(0) <= '9' ? 1 : -1;
  }

  private static Relation relation(String operator) {
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

  private static Relation mirrored(Relation relation) {
    return switch (relation) {
      case EQ, NE -> relation;
      case LT -> Relation.GT;
      case GT -> Relation.LT;
      case LE -> Relation.GE;
      case GE -> Relation.LE;
    };
  }
}
