// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.rule;

import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.expr.BinaryExpr;
import com.github.javaparser.ast.expr.EnclosedExpr;
import com.github.javaparser.ast.expr.Expression;
import com.github.javaparser.ast.expr.IntegerLiteralExpr;
import com.github.javaparser.ast.expr.MethodCallExpr;
import com.github.javaparser.ast.expr.StringLiteralExpr;
import com.github.javaparser.ast.expr.UnaryExpr;
import com.github.javaparser.ast.stmt.AssertStmt;
import com.github.javaparser.ast.stmt.BlockStmt;
import com.github.javaparser.ast.stmt.IfStmt;
import com.github.javaparser.ast.stmt.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import keeper.text.Problem;

/**
 * Reads and type-checks {@code if (…) assert …;} over the closed vocabulary of {@link Clause.Word}. Anything else that Java could say, a loop, a call of something else, a variable, is
 * a problem with its place.
 */
final class ClauseReader {
  private static final int MOST_ATOMS = 24;

  private final Annotations annotations;
  private final List<Problem> problems;
  private final Map<String, String> parameters;
  private int atoms;

  ClauseReader(Annotations annotations, List<Problem> problems, Map<String, String> parameters) {
    this.annotations = annotations;
    this.problems = problems;
    this.parameters = parameters;
  }

  Optional<Rule> read(Statement statement, Rule.About about, String name) {
    int before = problems.size();
    if (!(statement instanceof IfStmt branch)) {
      String what = statement instanceof AssertStmt ? "an assert without a condition would hold everywhere: write if (…) assert …;" : "only if (…) assert …; is understood here: a condition cannot loop, call or change anything";
      return wrong(statement, what);
    }
    if (branch.getElseStmt().isPresent()) return wrong(branch.getElseStmt().get(), "no else: write a second if (…) assert …;");
    Statement then = branch.getThenStmt();
    if (then instanceof BlockStmt block && block.getStatements().size() == 1) then = block.getStatement(0);
    if (!(then instanceof AssertStmt must)) return wrong(then, "the branch must be one assert: if (…) assert …;");
    String message = "";
    if (must.getMessage().isPresent()) {
      if (must.getMessage().get() instanceof StringLiteralExpr string) message = string.asString().replaceAll("\\s+", " ").strip();
      else return wrong(must.getMessage().get(), "the message behind the colon is written in quotes");
    }
    Clause when = clause(branch.getCondition());
    Clause asserted = clause(must.getCheck());
    if (when == null || asserted == null || problems.size() > before) return Optional.empty();
    events(when, branch.getCondition(), true);
    events(asserted, must.getCheck(), false);
    if (problems.size() == before) bound(when, asserted, branch.getCondition());
    return problems.size() > before ? Optional.empty() : Optional.of(new Rule.Condition(at(about, branch), name, Map.copyOf(parameters), when, asserted, message));
  }

  private Rule.About at(Rule.About about, Node node) {
    return new Rule.About(about.id(), annotations.place(node), about.why(), about.origin(), about.severity(), about.scope(), about.except());
  }

  private Optional<Rule> wrong(Node node, String message) {
    problems.add(annotations.problem(node, message));
    return Optional.empty();
  }

  private Clause clause(Expression e) {
    if (e instanceof EnclosedExpr enclosed) return clause(enclosed.getInner());
    if (e instanceof UnaryExpr unary && unary.getOperator() == UnaryExpr.Operator.LOGICAL_COMPLEMENT) {
      Clause part = clause(unary.getExpression());
      return part == null ? null : new Clause.Not(part);
    }
    if (e instanceof BinaryExpr binary && (binary.getOperator() == BinaryExpr.Operator.AND || binary.getOperator() == BinaryExpr.Operator.OR)) {
      Clause left = clause(binary.getLeft());
      Clause right = clause(binary.getRight());
      if (left == null || right == null) return null;
      return binary.getOperator() == BinaryExpr.Operator.AND ? new Clause.Both(left, right) : new Clause.Either(left, right);
    }
    if (e instanceof MethodCallExpr call && call.getScope().isEmpty()) return atom(call);
    if (e instanceof MethodCallExpr call) {
      problems.add(annotations.problem(call.getName(), "write " + call.getNameAsString() + "(" + call.getScope().get() + ".…): the words of the vocabulary take the object in their brackets"));
      return null;
    }
    problems.add(annotations.problem(e, "a condition is made of words such as held(vdev.igate) with &&, || and !: " + shown(e) + " is none"));
    return null;
  }

  private static String shown(Node node) {
    String text = node.toString().replaceAll("\\s+", " ");
    return text.length() > 40 ? text.substring(0, 40) + "…" : text;
  }

  private Clause atom(MethodCallExpr call) {
    String name = call.getNameAsString();
    if (!Clause.Word.words().contains(name)) {
      problems.add(annotations.problem(call.getName(), "unknown word " + name + "()" + Suggestion.of(name, Clause.Word.words())));
      return null;
    }
    if (++atoms > MOST_ATOMS) {
      problems.add(annotations.problem(call.getName(), "more than " + MOST_ATOMS + " words in one method: make several rules of it"));
      return null;
    }
    Clause.Word word = Clause.Word.valueOf(name.toUpperCase(Locale.ROOT));
    List<Expression> arguments = call.getArguments();
    boolean many = word.kind() == Clause.Kind.CALL || word.kind() == Clause.Kind.FUNCTION || word.kind() == Clause.Kind.CONTEXT;
    boolean count = word.kind() == Clause.Kind.NOTHING ? arguments.isEmpty() : many ? !arguments.isEmpty() : arguments.size() == 1;
    if (!count) {
      problems.add(annotations.problem(call.getName(), name + "() takes " + word.kind().words()));
      return null;
    }
    List<Clause.Term> terms = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      Clause.Term term = term(word, i, arguments.get(i));
      if (term == null) return null;
      terms.add(term);
    }
    return new Clause.Atom(word, terms);
  }

  private Clause.Term term(Clause.Word word, int index, Expression argument) {
    if (word.kind() == Clause.Kind.CALL && index > 0 && argument instanceof IntegerLiteralExpr number) return new Clause.Term("", "", number.getValue());
    Annotations.Path path = annotations.path(argument);
    if (path == null) return null;
    String text = path.text();
    int dot = text.indexOf('.');
    String first = dot < 0 ? text : text.substring(0, dot);
    String rest = dot < 0 ? "" : text.substring(dot + 1);
    String struct = parameters.get(first);
    switch (word.kind()) {
      case MEMBER -> {
        if (struct == null) return unbound(path, first);
        if (rest.isEmpty()) return wrongTerm(path, word.word() + "() takes " + word.kind().words() + "; " + first + " alone has no member");
        return new Clause.Term(first, struct, rest);
      }
      case LOCK -> {
        if (path.isGlobal()) return new Clause.Term("", "", path.name());
        return struct == null ? unbound(path, first) : new Clause.Term(first, struct, rest);
      }
      case OBJECT -> {
        if (struct == null) return unbound(path, first);
        return rest.isEmpty() ? new Clause.Term(first, struct, "") : wrongTerm(path, word.word() + "() takes " + word.kind().words() + ", without a member");
      }
      case TYPE -> {
        if (struct != null) return wrongTerm(path, word.word() + "() takes " + word.kind().words() + "; of the parameter " + first + " say held(" + text + ")");
        return rest.isEmpty() ? wrongTerm(path, word.word() + "() takes " + word.kind().words()) : new Clause.Term("", first, rest);
      }
      case FUNCTION -> {
        return dot < 0 ? new Clause.Term("", "", text) : wrongTerm(path, word.word() + "() takes " + word.kind().words());
      }
      case CONTEXT -> {
        List<String> known = List.of("hardirq", "softirq", "process");
        return known.contains(text) ? new Clause.Term("", "", text) : wrongTerm(path, "unknown context " + text + Suggestion.of(text, known));
      }
      case CALL -> {
        if (index == 0) return dot < 0 ? new Clause.Term("", "", text) : wrongTerm(path, "calls() begins with the name of a function");
        if (struct != null) return new Clause.Term(first, struct, rest);
        boolean constant = text.equals("any") || text.equals("null") || text.equals("true") || text.equals("false") || text.matches("[A-Z][A-Z0-9_]*");
        return constant ? new Clause.Term("", "", text.equals("null") ? "NULL" : text) : unbound(path, first);
      }
      default -> {
        return null; // NOTHING has no terms
      }
    }
  }

  private Clause.Term unbound(Annotations.Path path, String name) {
    return wrongTerm(path, "there is no parameter " + name + (parameters.isEmpty() ? ": declare it in the brackets of the method, as void rule(vfio_pci_core_device " + name + ")" : Suggestion.of(name, List.copyOf(parameters.keySet()))));
  }

  private Clause.Term wrongTerm(Annotations.Path path, String message) {
    problems.add(annotations.problem(path.node(), message));
    return null;
  }

  /** Something must happen, and what must hold then is no happening. */
  private void events(Clause clause, Node at, boolean wanted) {
    boolean some = false;
    for (Clause.Atom atom : clause.atoms()) {
      if (!atom.word().isEvent()) continue;
      some = true;
      if (!wanted) {
        problems.add(annotations.problem(at, atom.word().word() + "() is something that happens and cannot be asserted: assert how things stand, such as held(…) or !atomic()"));
        return;
      }
    }
    if (wanted && !some) problems.add(annotations.problem(at, "nothing happens in this condition: it needs one of reads, writes, frees, touches, calls, acquires, releases, sleeps"));
    if (wanted && some && negated(clause, false)) problems.add(annotations.problem(at, "what happens cannot be denied: a step that does not do it says nothing; put ! before words such as held(…) only"));
  }

  private static boolean negated(Clause clause, boolean inside) {
    if (clause instanceof Clause.Not n) return negated(n.part(), true);
    if (clause instanceof Clause.Both b) return negated(b.left(), inside) || negated(b.right(), inside);
    if (clause instanceof Clause.Either e) return negated(e.left(), inside) || negated(e.right(), inside);
    return inside && clause instanceof Clause.Atom atom && atom.word().isEvent();
  }

  /** Each happening must say which object every other word is about. */
  private void bound(Clause when, Clause must, Node at) {
    Set<String> used = new LinkedHashSet<>();
    for (Clause part : List.of(when, must)) for (Clause.Atom atom : part.atoms()) if (!atom.word().isEvent()) for (Clause.Term term : atom.terms()) if (!term.variable().isEmpty()) used.add(term.variable());
    for (Clause.Atom atom : when.atoms()) {
      if (!atom.word().isEvent()) continue;
      Set<String> free = new LinkedHashSet<>(used);
      for (Clause.Term term : atom.terms()) free.remove(term.variable());
      if (!free.isEmpty()) {
        problems.add(annotations.problem(at, atom.text() + " does not say which object " + free.iterator().next() + " is: use a word that names it, such as calls(f, " + free.iterator().next() + ")"));
        return;
      }
    }
  }
}
