// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.rule;

import com.github.javaparser.ast.body.MethodDeclaration;
import com.github.javaparser.ast.expr.AnnotationExpr;
import com.github.javaparser.ast.expr.Expression;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import keeper.text.Problem;

/** What is said of one function by the annotations of one method of a rule file. */
final class Functions {
  private static final List<String> RETURNED = List.of("zero", "nonzero", "negative", "positive", "not_negative", "success", "error", "null", "nonnull", "true", "false");

  private final Annotations annotations;
  private final List<Problem> problems;
  private final String function;
  private final Map<String, String> parameters;
  private final Rule.About about;
  private final List<Rule> rules;

  Functions(Annotations annotations, List<Problem> problems, String function, Map<String, String> parameters, Rule.About about, List<Rule> rules) {
    this.annotations = annotations;
    this.problems = problems;
    this.function = function;
    this.parameters = parameters;
    this.about = about;
    this.rules = rules;
  }

  void read(AnnotationExpr annotation, MethodDeclaration method) {
    Map<String, Expression> pairs = annotations.pairs(annotation);
    switch (annotation.getNameAsString()) {
      case "Requires" -> {
        boolean exclusive = pairs.containsKey("mode") && "write".equals(annotations.choice(pairs.get("mode"), List.of("write", "any"), "mode"));
        for (LockName lock : locks(annotation)) rules.add(new Rule.Requires(about, function, lock, exclusive));
      }
      case "Excludes" -> {
        for (LockName lock : locks(annotation)) rules.add(new Rule.Excludes(about, function, lock));
      }
      case "Acquires" -> {
        for (LockName lock : locks(annotation)) rules.add(new Rule.Acquires(about, function, lock, returned(pairs, method)));
      }
      case "Releases" -> {
        for (LockName lock : locks(annotation)) rules.add(new Rule.Releases(about, function, lock, returned(pairs, method)));
      }
      case "Returns" -> {
        if (!annotations.has(method, "Acquires") && !annotations.has(method, "Releases"))
          problems.add(annotations.problem(annotation, "@Returns says with which value @Acquires or @Releases happens: neither stands here"));
      }
      case "Sleeps" -> sleeps(pairs.get("value"));
      case "RunsIn" -> {
        Set<Rule.Running> contexts = annotations.choices(annotations.value(annotation), Rule.Running.class, "context");
        if (!contexts.isEmpty()) rules.add(new Rule.RunsIn(about, function, contexts));
      }
      case "Frees" -> {
        for (int argument : arguments(annotation)) rules.add(new Rule.Frees(about, function, argument));
      }
      case "Publishes" -> {
        for (int argument : arguments(annotation)) rules.add(new Rule.Publishes(about, function, argument));
      }
      default -> { } // what all rules have
    }
  }

  private void sleeps(Expression value) {
    if (value == null) {
      rules.add(new Rule.Sleeps(about, function, -1, false));
      return;
    }
    Annotations.Path path = annotations.path(value);
    if (path == null) return;
    if (path.text().equals("never") && !parameters.containsKey("never")) rules.add(new Rule.Sleeps(about, function, -1, true));
    else if (index(path.text()) >= 0) rules.add(new Rule.Sleeps(about, function, index(path.text()), false));
    else problems.add(annotations.problem(path.node(), "@Sleeps stands alone, or names the parameter with the gfp flags, or says never; " + function + "() has no parameter " + path.text()
        + (parameters.isEmpty() ? "" : Suggestion.of(path.text(), List.copyOf(parameters.keySet())))));
  }

  private List<Integer> arguments(AnnotationExpr annotation) {
    List<Integer> found = new ArrayList<>();
    for (Annotations.Path path : annotations.paths(annotation)) {
      int index = index(path.text());
      if (index < 0) problems.add(annotations.problem(path.node(), function + "() has no parameter " + path.text() + (parameters.isEmpty() ? "" : Suggestion.of(path.text(), List.copyOf(parameters.keySet())))));
      else found.add(index);
    }
    return found;
  }

  private List<LockName> locks(AnnotationExpr annotation) {
    List<LockName> found = new ArrayList<>();
    for (Annotations.Path path : annotations.paths(annotation)) {
      LockName lock = lock(path, annotation.getNameAsString());
      if (lock != null) found.add(lock);
    }
    return found;
  }

  private LockName lock(Annotations.Path path, String annotation) {
    String name = path.text();
    if (path.isGlobal()) return new LockName(LockName.Root.GLOBAL, -1, "", path.name(), path.name());
    int dot = name.indexOf('.');
    String first = dot < 0 ? name : name.substring(0, dot);
    String rest = dot < 0 ? "" : name.substring(dot + 1);
    if (first.equals("return")) return new LockName(LockName.Root.RETURNED, -1, "", rest, name);
    int index = index(first);
    if (index >= 0) return new LockName(LockName.Root.PARAMETER, index, parameters.get(first), rest, name);
    if (name.equals("rcu") || name.equals("RCU")) return new LockName(LockName.Root.RCU, -1, "", "RCU", "rcu_read_lock");
    if (dot < 0 && parameters.isEmpty()) problems.add(annotations.problem(path.node(), "@" + annotation + " names a lock through a parameter (vdev.igate), a global one (\"&" + name + "\") or rcu"));
    else problems.add(annotations.problem(path.node(), function + "() has no parameter " + first + (parameters.isEmpty() ? "" : Suggestion.of(first, List.copyOf(parameters.keySet())))
        + (dot < 0 ? "; a global lock is written \"&" + name + "\"" : "")));
    return null;
  }

  private int index(String parameter) {
    return List.copyOf(parameters.keySet()).indexOf(parameter);
  }

  private Rule.Returned returned(Map<String, Expression> pairs, MethodDeclaration method) {
    Expression value = pairs.get("returns");
    if (value == null) for (AnnotationExpr annotation : annotations.all(method, "Returns")) value = annotations.value(annotation);
    if (value == null) return Rule.Returned.ANY;
    String word = annotations.choice(value, RETURNED, "returned value");
    if (word == null) return Rule.Returned.ANY;
    return switch (word) {
      case "zero", "success", "null", "false" -> Rule.Returned.ZERO;
      case "negative", "error" -> Rule.Returned.NEGATIVE;
      case "positive" -> Rule.Returned.POSITIVE;
      case "not_negative" -> Rule.Returned.NOT_NEGATIVE;
      default -> Rule.Returned.NONZERO;
    };
  }
}
