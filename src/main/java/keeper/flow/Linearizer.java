// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.flow;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import keeper.c.Attribute;
import keeper.c.Expression;
import keeper.c.Expression.Assign;
import keeper.c.Expression.Call;
import keeper.c.Expression.Name;
import keeper.c.Expression.StatementArgument;
import keeper.c.Expression.StatementExpression;
import keeper.c.Function;
import keeper.c.Statement;
import keeper.c.Statement.Asm;
import keeper.c.Statement.Block;
import keeper.c.Statement.Break;
import keeper.c.Statement.Case;
import keeper.c.Statement.Compound;
import keeper.c.Statement.ComputedGoto;
import keeper.c.Statement.Continue;
import keeper.c.Statement.Declaration;
import keeper.c.Statement.Declarator;
import keeper.c.Statement.Default;
import keeper.c.Statement.DoWhile;
import keeper.c.Statement.Empty;
import keeper.c.Statement.Evaluate;
import keeper.c.Statement.For;
import keeper.c.Statement.Goto;
import keeper.c.Statement.If;
import keeper.c.Statement.Label;
import keeper.c.Statement.Return;
import keeper.c.Statement.Switch;
import keeper.c.Statement.Unread;
import keeper.c.Statement.While;
import keeper.c.Type;
import keeper.flow.Assumption.Relation;
import keeper.text.Span;

/**
 * Turns a parsed body into its graph; the one place that walks statements. Scope objects are closed on every path that leaves their scope,
 * those of a {@code return} after its value was computed and before its {@link Step.Return}. A function that is too large or too deeply
 * nested ends in a {@link Step.Gap}.
 */
public final class Linearizer {
  /** Up to so many cases the edge to {@code default} knows that none of them is meant. */
  private static final int KNOWN_CASES = 8;

  private final Function function;
  private final Vocabulary vocabulary;
  private final Draft draft;
  private final Names names;
  private final Evaluation evaluation;
  private final Conditions conditions;
  private final Map<String, Mark> labels = new LinkedHashMap<>();
  private final List<Jump> jumps = new ArrayList<>();
  private Scope scope; // innermost; null outside of all
  private Frame frame; // where break and continue go; null outside of all
  private Choice choice; // the switch around; null outside of all
  private int scopes;

  /** A living scope object. */
  private record Scope(Step.Open open, Scope outer, int depth) {}

  private record Frame(Draft.Node breakTo, Draft.Node continueTo, Scope breakScope, Scope continueScope) {}

  /** A switch: where it decides, by what, and what it has seen. */
  private static final class Choice {
    final Draft.Node from;
    final Value value;
    final List<Value> seen = new ArrayList<>();
    Draft.Node otherwise;
    boolean unclear; // there was a range

    Choice(Draft.Node from, Value value) {
      this.from = from;
      this.value = value;
    }
  }

  private record Mark(Draft.Node node, Scope scope) {}

  private record Jump(Draft.Node from, Scope scope, String label, Span at) {}

  private Linearizer(Function function, Vocabulary vocabulary) {
    this.function = function;
    this.vocabulary = vocabulary;
    this.draft = new Draft(function.body());
    this.names = new Names(function);
    this.evaluation = new Evaluation(this, function, vocabulary, draft, names);
    this.conditions = evaluation.conditions();
  }

  /** Never throws on anything that the parser yields. */
  public static ControlFlowGraph graph(Function function, Compound body, Vocabulary vocabulary) {
    Linearizer linearizer = new Linearizer(function, vocabulary);
    linearizer.whole(body);
    return new ControlFlowGraph(function, linearizer.draft.blocks(), linearizer.names.variables, linearizer.names.locals);
  }

  private void whole(Compound body) {
    compound(body);
    draft.add(new Step.Return(Optional.empty(), end(body.span())));
    draft.jump(draft.exit);
    for (Jump jump : jumps) resolve(jump);
  }

  private static Span end(Span span) {
    return new Span(Math.max(span.start(), span.end() - 1), span.end());
  }

  private void statement(Statement s) {
    if (draft.full()) return;
    if (draft.tooDeep()) {
      draft.add(new Step.Gap("nested too deep", s.span()));
      return;
    }
    draft.depth++;
    if      (s instanceof Evaluate e)     evaluate(e);
    else if (s instanceof Compound c)     compound(c);
    else if (s instanceof If i)           branch(i);
    else if (s instanceof Declaration d)  d.declarators().forEach(this::declare);
    else if (s instanceof Return r)       leave(r);
    else if (s instanceof Goto g)         jump(g.label(), g.span());
    else if (s instanceof Label l)        label(l);
    else if (s instanceof While w)        loop(Optional.empty(), Optional.of(w.condition()), Optional.empty(), w.body());
    else if (s instanceof For f)          loop(f);
    else if (s instanceof DoWhile d)      loop(d);
    else if (s instanceof Block b)        block(b);
    else if (s instanceof Switch w)       choose(w);
    else if (s instanceof Case c)         enter(c);
    else if (s instanceof Default)        enterDefault();
    else if (s instanceof Break b)        leave(frame == null ? null : frame.breakTo, frame == null ? null : frame.breakScope, b.span());
    else if (s instanceof Continue c)     leave(frame == null ? null : frame.continueTo, frame == null ? null : frame.continueScope, c.span());
    else if (s instanceof ComputedGoto g) jumpAnywhere(g);
    else if (s instanceof Asm a)          assembler(a);
    else if (s instanceof Unread u)       draft.add(new Step.Gap("unread", u.span()));
    else if (!(s instanceof Empty))       throw new IllegalStateException("no case for " + s.getClass());
    draft.depth--;
  }

  // Scopes

  private void compound(Compound c) {
    Scope outer = scope;
    for (Statement s : c.body()) statement(s);
    close(outer, end(c.span()));
    scope = outer;
  }

  /** A statement that is the whole body of something; a guard in it lives no longer. */
  void scoped(Statement s) {
    Scope outer = scope;
    statement(s);
    close(outer, end(s.span()));
    scope = outer;
  }

  private void close(Scope until, Span at) {
    for (Scope s = scope; s != until && s != null; s = s.outer) draft.add(new Step.Close(s.open, at));
  }

  private Step.Open open(String kind, String type, String variable, List<Value> arguments, Span at) {
    Step.Open open = new Step.Open(scopes++, kind, type, variable, arguments, at);
    draft.add(open);
    scope = new Scope(open, scope, scope == null ? 1 : scope.depth + 1);
    return open;
  }

  /** {@code ({ …; x; })}: the last expression is the value, and is computed before the scope ends. */
  Value valueOf(StatementExpression e) {
    if (draft.tooDeep()) {
      draft.add(new Step.Gap("nested too deep", e.span()));
      return new Value.Computed("", List.of());
    }
    draft.depth++;
    Scope outer = scope;
    List<Statement> body = e.body().body();
    Value value = new Value.Computed("", List.of());
    for (int i = 0; i < body.size(); i++) {
      if (i == body.size() - 1 && body.get(i) instanceof Evaluate last && !isSpecial(last)) value = evaluation.value(last.expression());
      else statement(body.get(i));
    }
    close(outer, end(e.span()));
    scope = outer;
    draft.depth--;
    return value;
  }

  // Plain statements

  private void evaluate(Evaluate e) {
    if (e.expression() instanceof Name n && !names.isVariable(n.name())) return; // fallthrough;
    if (e.expression() instanceof Call c) {
      if (c.callee() instanceof Call head && head.callee() instanceof Name n && vocabulary.scopeObject(n.name())) {
        scopeObject(n.name(), head.arguments(), c);
        return;
      }
      if (c.callee() instanceof Name n) {
        if (vocabulary.returns(n.name())) {
          leave(evaluation.value(c), e.span());
          return;
        }
        declareByMacro(n.name(), c);
      }
    }
    evaluation.effect(e.expression());
  }

  private boolean isSpecial(Evaluate e) {
    return e.expression() instanceof Call c
        && (c.callee() instanceof Call head && head.callee() instanceof Name n && vocabulary.scopeObject(n.name())
            || c.callee() instanceof Name m && vocabulary.returns(m.name()));
  }

  /** {@code guard(mutex)(&m);}, {@code CLASS(fd, f)(n);}. */
  private void scopeObject(String kind, List<Expression> head, Call c) {
    List<Value> arguments = evaluation.arguments(c);
    String type = head.isEmpty() ? "" : Wording.of(function.text(), head.get(0));
    String variable = head.size() > 1 && head.get(1) instanceof Name n ? n.name() : "";
    if (!variable.isEmpty()) names.declare(variable, new Type("class_" + type + "_t", 0, 0, false, List.of()), true);
    open(kind, type, variable, arguments, c.span());
  }

  /** Heuristic: {@code DEFINE_WAIT(w)} and {@code DECLARE_BITMAP(map, n)} declare what their first argument names. */
  private void declareByMacro(String macro, Call c) {
    if (!macro.startsWith("DEFINE_") && !macro.startsWith("DECLARE_") && !macro.equals("LIST_HEAD")) return;
    if (c.arguments().isEmpty() || !(c.arguments().get(0) instanceof Name n) || names.isVariable(n.name())) return;
    names.declare(n.name(), new Type(macro, 0, 0, false, List.of()), true);
  }

  private void declare(Declarator d) {
    boolean remains = d.type().is("static") || d.type().is("extern");
    boolean valued = d.value().isPresent() && !remains;
    if (d.name().isEmpty()) {
      d.value().ifPresent(evaluation::effect);
      return;
    }
    names.declare(d.name(), d.type(), valued);
    if (valued) evaluation.initialize(d.name(), d.value().get(), d.span());
    else if (!d.type().is("extern")) draft.add(new Step.Declare(d.name(), d.type(), d.span()));
    for (Attribute attribute : d.attributes())
      if (vocabulary.cleanup(attribute.name())) {
        String type = attribute.arguments().isEmpty() ? "" : Wording.of(function.text(), attribute.arguments().get(0));
        open(attribute.name(), type, d.name(), List.of(), d.span());
      }
  }

  private void assembler(Asm a) {
    for (Expression input : a.inputs()) evaluation.effect(input);
    Value.Computed written = new Value.Computed("asm", List.of());
    for (Expression output : a.outputs()) evaluation.store(evaluation.place(output), written, output.span());
    Draft.Node from = draft.current();
    if (a.labels().isEmpty()) return;
    for (String label : a.labels()) {
      Draft.Node way = new Draft.Node();
      from.edge(way, Assumption.ALWAYS);
      draft.enter(way);
      jumps.add(new Jump(way, scope, label, a.span()));
    }
    Draft.Node after = new Draft.Node();
    from.edge(after, Assumption.ALWAYS);
    draft.enter(after);
  }

  // Branches

  /** A chain of {@code else if} is walked without recursion. */
  private void branch(If first) {
    Draft.Node after = new Draft.Node();
    If i = first;
    while (true) {
      Draft.Node yes = new Draft.Node();
      Draft.Node no = i.otherwise().isPresent() ? new Draft.Node() : after;
      conditions.branch(i.condition(), yes, no);
      draft.enter(yes);
      scoped(i.then());
      draft.jump(after);
      if (i.otherwise().isEmpty()) break;
      draft.enter(no);
      if (i.otherwise().get() instanceof If next && !draft.full()) {
        i = next;
      } else {
        scoped(i.otherwise().get());
        draft.jump(after);
        break;
      }
    }
    draft.enter(after);
  }

  private void choose(Switch w) {
    Choice outer = choice;
    Frame outerFrame = frame;
    Value value = evaluation.value(w.value());
    Draft.Node after = new Draft.Node();
    choice = new Choice(draft.current(), value);
    frame = new Frame(after, frame == null ? null : frame.continueTo, scope, frame == null ? null : frame.continueScope);
    draft.stop();
    scoped(w.body());
    draft.jump(after);
    otherwise(choice, choice.otherwise == null ? after : choice.otherwise);
    draft.enter(after);
    choice = outer;
    frame = outerFrame;
  }

  private void otherwise(Choice done, Draft.Node target) {
    Draft.Node from = done.from;
    if (done.unclear || done.seen.isEmpty() || done.seen.size() > KNOWN_CASES) {
      from.edge(target, Assumption.ALWAYS);
      return;
    }
    for (int i = 0; i < done.seen.size(); i++) {
      boolean last = i == done.seen.size() - 1;
      Draft.Node next = last ? target : new Draft.Node();
      from.edge(next, new Assumption(done.value, Relation.NE, done.seen.get(i)));
      if (!last) draft.enter(next);
      from = next;
    }
  }

  private void enter(Case c) {
    Draft.Node node = draft.next();
    if (choice == null) return; // a piece of a switch whose head is not to be seen
    Value first = constant(c.from());
    if (c.to().isEmpty()) {
      choice.seen.add(first);
      choice.from.edge(node, new Assumption(choice.value, Relation.EQ, first));
      return;
    }
    choice.unclear = true;
    Draft.Node low = new Draft.Node();
    choice.from.edge(low, new Assumption(choice.value, Relation.GE, first));
    low.edge(node, new Assumption(choice.value, Relation.LE, constant(c.to().get())));
    draft.place(low);
  }

  private Value constant(Expression e) {
    return Shapes.plain(new Value.Constant(Wording.of(function.text(), e).replace(" ", "")));
  }

  private void enterDefault() {
    Draft.Node node = draft.next();
    if (choice != null && choice.otherwise == null) choice.otherwise = node;
  }

  // Loops

  private void loop(For f) {
    Scope outer = scope;
    loop(f.init(), f.condition(), f.next(), f.body());
    close(outer, end(f.span()));
    scope = outer;
  }

  private void loop(Optional<Statement> init, Optional<Expression> condition, Optional<Expression> next, Statement body) {
    init.ifPresent(this::statement);
    Draft.Node head = draft.next();
    Draft.Node inside = new Draft.Node();
    Draft.Node step = next.isPresent() ? new Draft.Node() : head;
    Draft.Node after = new Draft.Node();
    if (condition.isPresent()) conditions.branch(condition.get(), inside, after);
    else draft.jump(inside);
    draft.enter(inside);
    inside(body, after, step);
    draft.jump(step);
    if (next.isPresent()) {
      draft.enter(step);
      evaluation.effect(next.get());
      draft.jump(head);
    }
    draft.enter(after);
  }

  private void loop(DoWhile d) {
    Draft.Node head = draft.next();
    Draft.Node test = new Draft.Node();
    Draft.Node after = new Draft.Node();
    inside(d.body(), after, test);
    draft.jump(test);
    draft.enter(test);
    conditions.branch(d.condition(), head, after);
    draft.enter(after);
  }

  private void inside(Statement body, Draft.Node breakTo, Draft.Node continueTo) {
    Frame outer = frame;
    frame = new Frame(breakTo, continueTo, scope, scope);
    scoped(body);
    frame = outer;
  }

  private void block(Block b) {
    String name = b.head().name().orElse("");
    List<Expression> arguments = b.head().arguments();
    String type = !arguments.isEmpty() && arguments.get(0) instanceof Name n ? n.name() : "";
    Vocabulary.BlockUse use = vocabulary.block(name, type);
    switch (use) {
      case LOOP -> iterate(b, name);
      case IF -> perhaps(b, name);
      case SCOPE -> within(b, name, type, false);
      case CONDITIONAL_SCOPE -> within(b, name, type, true);
    }
  }

  /** The head runs before each round: it may set the variables that it is handed. */
  private void iterate(Block b, String name) {
    Draft.Node head = draft.next();
    Value result = head(b, name);
    Draft.Node inside = new Draft.Node();
    Draft.Node after = new Draft.Node();
    for (String variable : iterated(b.head())) draft.add(new Step.Write(AccessPath.of(variable), result, b.head().span()));
    conditions.decide(Assumption.ALWAYS, inside, after);
    draft.enter(inside);
    inside(b.body(), after, head);
    draft.jump(head);
    draft.enter(after);
  }

  private Value head(Block b, String name) {
    List<Value> values = new ArrayList<>(b.head().arguments().size());
    for (Expression argument : b.head().arguments()) values.add(evaluation.argument(argument, true));
    return evaluation.add(name, Optional.empty(), values, b.head().span());
  }

  /** Heuristic: a loop sets the variables in its head that have no value yet; when all have one, the first that is a local. */
  private List<String> iterated(Call head) {
    List<String> found = new ArrayList<>(2);
    String first = "";
    for (Expression argument : head.arguments()) {
      if (!(argument instanceof Name n) || !names.isVariable(n.name()) || names.isParameter(n.name())) continue;
      if (first.isEmpty()) first = n.name();
      if (names.isUnassigned(n.name()) && !found.contains(n.name())) found.add(n.name());
    }
    if (found.isEmpty() && !first.isEmpty()) found.add(first);
    return found;
  }

  private void perhaps(Block b, String name) {
    Draft.Node inside = new Draft.Node();
    Draft.Node after = new Draft.Node();
    Value result = head(b, name);
    conditions.decide(new Assumption(result, Relation.NE, new Value.Constant("0")), inside, after);
    draft.enter(inside);
    scoped(b.body());
    draft.jump(after);
    draft.enter(after);
  }

  /**
   * {@code scoped_guard(type, arguments) body}, {@code scoped_cond_guard(type, otherwise, arguments) body}. The kernel writes both as a loop of one
   * round, so that break and continue leave the block.
   */
  private void within(Block b, String name, String type, boolean conditional) {
    List<Expression> arguments = b.head().arguments();
    List<Value> values = new ArrayList<>(arguments.size());
    List<Expression> otherwise = new ArrayList<>(1);
    for (int i = type.isEmpty() ? 0 : 1; i < arguments.size(); i++) {
      Expression argument = arguments.get(i);
      if (argument instanceof StatementArgument || argument instanceof Assign) otherwise.add(argument);
      else values.add(evaluation.value(argument));
    }
    Draft.Node after = new Draft.Node();
    Draft.Node inside = new Draft.Node();
    Draft.Node refused = conditional ? otherwise.isEmpty() ? after : new Draft.Node() : inside;
    Frame outerFrame = frame;
    Scope outer = scope;
    conditions.decide(Assumption.ALWAYS, inside, refused);
    frame = new Frame(after, after, scope, scope);
    if (conditional && !otherwise.isEmpty()) {
      draft.enter(refused);
      for (Expression e : otherwise) {
        if (e instanceof StatementArgument s) scoped(s.statement());
        else evaluation.effect(e);
      }
      draft.jump(after);
    }
    draft.enter(inside);
    open(name, type, "", values, b.head().span());
    statement(b.body());
    close(outer, end(b.span()));
    scope = outer;
    frame = outerFrame;
    draft.jump(after);
    draft.enter(after);
  }

  // Leaving

  /** {@code break} and {@code continue}; without a loop to be seen around them, nobody knows where they go. */
  private void leave(Draft.Node target, Scope until, Span at) {
    if (target == null) {
      draft.add(new Step.Gap("no loop to leave", at));
      close(null, at);
      draft.jump(draft.exit);
    } else {
      close(until, at);
      draft.jump(target);
    }
    draft.stop();
  }

  private void leave(Return r) {
    if (r.value().isEmpty()) {
      close(null, r.span());
      draft.add(new Step.Return(Optional.empty(), r.span()));
      draft.jump(draft.exit);
    } else {
      conditions.eachCase(r.value().get(), this::leaveWith, r.span());
    }
    draft.stop();
  }

  private void leave(Value value, Span at) {
    leaveWith(value, at);
    draft.stop();
  }

  private void leaveWith(Value value, Span at) {
    close(null, at);
    draft.add(new Step.Return(Optional.of(value), at));
    draft.jump(draft.exit);
  }

  private void label(Label l) {
    Draft.Node node = draft.next();
    labels.putIfAbsent(l.name(), new Mark(node, scope));
  }

  private void jump(String label, Span at) {
    jumps.add(new Jump(draft.current(), scope, label, at));
    draft.stop();
  }

  /** {@code goto *p}: all labels are as good as any other. */
  private void jumpAnywhere(ComputedGoto g) {
    evaluation.effect(g.target());
    jumps.add(new Jump(draft.current(), scope, "", g.span()));
    draft.stop();
  }

  private void resolve(Jump jump) {
    if (jump.label.isEmpty()) {
      if (labels.isEmpty()) lose(jump, "computed goto without labels");
      else jump.from.edge(anywhere(jump), Assumption.ALWAYS);
      return;
    }
    Mark mark = labels.get(jump.label);
    if (mark == null) {
      lose(jump, "label " + jump.label + " not seen");
      return;
    }
    close(jump, mark.scope);
    jump.from.edge(mark.node, Assumption.ALWAYS);
  }

  private Draft.Node anywhere; // one block for all computed gotos

  private Draft.Node anywhere(Jump jump) {
    close(jump, null);
    if (anywhere != null) return anywhere;
    anywhere = new Draft.Node();
    anywhere.add(new Step.Gap("computed goto", jump.at));
    draft.enter(anywhere);
    for (Mark mark : labels.values()) if (mark.scope == null) anywhere.edge(mark.node, Assumption.ALWAYS);
    anywhere.edge(draft.exit, Assumption.ALWAYS); // the label may stand in what was not read
    return anywhere;
  }

  private void lose(Jump jump, String why) {
    jump.from.add(new Step.Gap(why, jump.at));
    close(jump, null);
    jump.from.edge(draft.exit, Assumption.ALWAYS);
  }

  /** Ends the scopes that hold the goto and not its label. */
  private static void close(Jump jump, Scope label) {
    Scope target = label;
    Scope s = jump.scope;
    while (s != target && s != null) {
      if (target != null && target.depth > s.depth) {
        target = target.outer; // into a scope, past its beginning: C forbids it
        continue;
      }
      jump.from.add(new Step.Close(s.open, jump.at));
      boolean level = target != null && target.depth == s.depth;
      s = s.outer;
      if (level) target = target.outer;
    }
  }
}
