// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.rule;

import com.github.javaparser.JavaParser;
import com.github.javaparser.ParseResult;
import com.github.javaparser.ParserConfiguration;
import com.github.javaparser.Position;
import com.github.javaparser.TokenRange;
import com.github.javaparser.ast.CompilationUnit;
import com.github.javaparser.ast.body.BodyDeclaration;
import com.github.javaparser.ast.body.ClassOrInterfaceDeclaration;
import com.github.javaparser.ast.body.FieldDeclaration;
import com.github.javaparser.ast.body.MethodDeclaration;
import com.github.javaparser.ast.body.Parameter;
import com.github.javaparser.ast.body.TypeDeclaration;
import com.github.javaparser.ast.body.VariableDeclarator;
import com.github.javaparser.ast.expr.AnnotationExpr;
import com.github.javaparser.ast.expr.Expression;
import com.github.javaparser.ast.nodeTypes.NodeWithAnnotations;
import com.github.javaparser.ast.nodeTypes.NodeWithJavadoc;
import com.github.javaparser.ast.stmt.Statement;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import keeper.text.Place;
import keeper.text.Problem;
import keeper.text.SourceText;

/**
 * Reads a rule file: a header in Java's syntax, parsed as data by JavaParser and never run. {@code class} stands for {@code struct}, {@code interface} for the file scope
 * with its functions and global variables, {@code .} for {@code ->}. A file with a problem has no rules: half a rule is none.
 */
final class RuleReader {
  private static final int LONGEST = 256 * 1024; // bytes
  private static final int DEEPEST = 24; // brackets within brackets
  private static final int MOST_PROBLEMS = 20;

  private final String id;
  private final SourceText text;
  private final List<String> filePaths;
  private final Annotations annotations;
  private final List<Rule> rules = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();

  private RuleReader(String id, SourceText text, List<String> filePaths) {
    this.id = id;
    this.text = text;
    this.filePaths = filePaths;
    this.annotations = new Annotations(text.path(), problems);
  }

  static RuleReader read(String id, SourceText text, List<String> filePaths) {
    RuleReader reader = new RuleReader(id, text, filePaths);
    reader.parse();
    reader.problems.sort(Comparator.comparing(Problem::place));
    while (reader.problems.size() > MOST_PROBLEMS) reader.problems.remove(reader.problems.size() - 1);
    if (!reader.problems.isEmpty()) reader.rules.clear();
    return reader;
  }

  List<Rule> rules() {
    return rules;
  }

  List<Problem> problems() {
    return problems;
  }

  private void parse() {
    String source = new String(text.bytes(), StandardCharsets.UTF_8);
    Optional<Problem> size = limits(source);
    if (size.isPresent()) {
      problems.add(size.get());
      return;
    }
    ParseResult<CompilationUnit> result;
    try {
      result = new JavaParser(new ParserConfiguration().setLanguageLevel(ParserConfiguration.LanguageLevel.RAW)).parse(source);
    } catch (StackOverflowError | RuntimeException e) { // chains of operators that no bracket counts; a lexer's refusal
      problems.add(new Problem(new Place(text.path(), 1, 1), "this cannot be read as Java's syntax at all (is it a rule file?)"));
      return;
    }
    if (!result.getProblems().isEmpty() || result.getResult().isEmpty()) {
      Position position = result.getProblems().isEmpty() ? new Position(1, 1)
          : result.getProblems().get(0).getLocation().flatMap(TokenRange::toRange).map(range -> range.begin).orElse(new Position(1, 1));
      problems.add(new Problem(new Place(text.path(), position.line, position.column), SyntaxHint.of(source, position.line, position.column)));
      return; // the other problems are its echo
    }
    try {
      for (TypeDeclaration<?> type : result.getResult().get().getTypes()) type(type);
    } catch (StackOverflowError e) {
      problems.add(new Problem(new Place(text.path(), 1, 1), "something in it is nested too deeply to be read"));
      return;
    }
    if (problems.isEmpty() && result.getResult().get().getTypes().isEmpty())
      problems.add(new Problem(new Place(text.path(), 1, 1), "no class and no interface: nothing is said here - declare the struct again, as class vfio_device { … }"));
    if (problems.isEmpty() && filePaths.isEmpty()) problems.add(new Problem(new Place(text.path(), 1, 1), "no @Paths: no file is ever judged by this rule - add @Paths(\"drivers/…/\")"));
    if (problems.isEmpty()) Orders.circle(rules).ifPresent(problems::add);
  }

  private Optional<Problem> limits(String source) {
    if (text.length() > LONGEST) return Optional.of(new Problem(new Place(text.path(), 1, 1), "the file has more than " + LONGEST / 1024 + " KB: split it"));
    int depth = 0;
    boolean quoted = false;
    for (int i = 0; i < source.length(); i++) {
      char c = source.charAt(i);
      if (c == '"') quoted = !quoted;
      if (c == '\n') quoted = false;
      if (quoted) continue;
      if (c == '(' || c == '[' || c == '{' || c == '<') depth++;
      else if ((c == ')' || c == ']' || c == '}' || c == '>') && depth > 0) depth--;
      if (depth > DEEPEST) {
        Place place = text.place(Math.min(source.substring(0, i).getBytes(StandardCharsets.UTF_8).length, Math.max(0, text.length() - 1)));
        return Optional.of(new Problem(place, "brackets are nested more than " + DEEPEST + " deep here: a rule needs three or four"));
      }
    }
    return Optional.empty();
  }

  // ---- structs, members, functions ----

  private void type(TypeDeclaration<?> type) {
    if (!(type instanceof ClassOrInterfaceDeclaration declaration)) {
      problems.add(annotations.problem(type, "only class (for a struct) and interface (for functions and global variables) are understood here"));
      return;
    }
    annotations.check(type, Annotations.On.TYPE);
    String struct = annotations.named(type, type.getNameAsString());
    if (type.getMembers().isEmpty()) problems.add(annotations.problem(type.getName(), "nothing is said of " + struct + ": a rule declares the member or function it is about"));
    for (BodyDeclaration<?> member : type.getMembers()) {
      if      (member instanceof FieldDeclaration field)    field(type, declaration.isInterface() ? "" : struct, field);
      else if (member instanceof MethodDeclaration method)  method(type, method);
      else if (member instanceof TypeDeclaration<?> inner)  type(inner);
      else problems.add(annotations.problem(member, "a rule declares members and functions only"));
    }
  }

  private void field(TypeDeclaration<?> type, String struct, FieldDeclaration field) {
    annotations.check(field, Annotations.On.MEMBER);
    List<AnnotationExpr> guards = annotations.all(field, "GuardedBy");
    List<AnnotationExpr> orders = annotations.all(field, "Before");
    boolean named = annotations.has(field, "Named");
    if (named && field.getVariables().size() > 1) problems.add(annotations.problem(field.getVariable(1).getName(), "@Named gives one name: declare " + field.getVariable(1).getNameAsString() + " in a line of its own"));
    if (guards.isEmpty() && orders.isEmpty()) {
      for (String only : List.of("Except", "Severity", "Origin", "Since", "Until"))
        for (AnnotationExpr annotation : annotations.all(field, only)) problems.add(annotations.problem(annotation, "@" + only + " without @GuardedBy or @Before: there is nothing that it could be about"));
      return; // a lock, declared for the reader
    }
    for (VariableDeclarator variable : field.getVariables()) {
      String member = annotations.named(field, variable.getNameAsString());
      Rule.About about = about(type, field, field, variable.getName());
      for (AnnotationExpr guard : guards) guarded(guard, struct, member, about);
      for (AnnotationExpr order : orders)
        for (Annotations.Path inner : annotations.paths(order)) before(inner, struct, member, about);
    }
  }

  private void guarded(AnnotationExpr annotation, String struct, String member, Rule.About about) {
    Map<String, Expression> pairs = annotations.pairs(annotation);
    Expression value = pairs.get("value");
    if (value == null) {
      if (problems.isEmpty()) problems.add(annotations.problem(annotation, "@GuardedBy needs a lock, such as @GuardedBy(igate)"));
      return;
    }
    Annotations.Path path = annotations.path(value);
    if (path == null) return;
    LockName lock;
    if (pairs.containsKey("of")) {
      Annotations.Path of = annotations.path(pairs.get("of"));
      if (of == null) return;
      if (of.text().indexOf('.') >= 0) problems.add(annotations.problem(of.node(), "of = names a struct, without a member"));
      lock = new LockName(LockName.Root.ANY_OF_STRUCT, -1, of.text(), path.text(), of.text() + "'s " + path.text());
    } else if (path.isGlobal() || struct.isEmpty()) {
      lock = new LockName(LockName.Root.GLOBAL, -1, "", path.name(), path.name());
    } else {
      lock = new LockName(LockName.Root.OBJECT, -1, struct, path.text(), path.text());
    }
    if (lock.path().equals(member) && lock.root() != LockName.Root.ANY_OF_STRUCT) problems.add(annotations.problem(path.node(), member + " cannot guard itself: name the lock that is held for it"));
    Set<Rule.Access> accesses = EnumSet.of(Rule.Access.READ, Rule.Access.WRITE, Rule.Access.FREE);
    if (pairs.containsKey("access")) accesses = annotations.choices(pairs.get("access"), Rule.Access.class, "kind of access");
    boolean rcu = pairs.containsKey("readers") && annotations.choice(pairs.get("readers"), List.of("rcu"), "kind of readers") != null;
    boolean exclusive = pairs.containsKey("mode") && "write".equals(annotations.choice(pairs.get("mode"), List.of("write", "any"), "mode"));
    rules.add(new Rule.Guarded(about, struct, member, lock, accesses, exclusive, rcu));
    if (!pairs.containsKey("elements")) return;
    LockName anyOf = lock.root() == LockName.Root.OBJECT ? new LockName(LockName.Root.ANY_OF_STRUCT, -1, struct, lock.path(), struct + "'s " + lock.path()) : lock;
    for (Annotations.Path element : annotations.paths(pairs.get("elements"))) {
      int dot = element.text().indexOf('.');
      String of = dot < 0 ? element.text() : element.text().substring(0, dot);
      rules.add(new Rule.Guarded(about, of, dot < 0 ? "*" : element.text().substring(dot + 1), anyOf, accesses, exclusive, rcu));
    }
  }

  private void before(Annotations.Path inner, String struct, String member, Rule.About about) {
    String outer = struct.isEmpty() ? member : struct + "." + member;
    String second = inner.isGlobal() || struct.isEmpty() && inner.text().indexOf('.') < 0 ? inner.name() : inner.text().indexOf('.') < 0 ? struct + "." + inner.text() : inner.text();
    if (outer.equals(second)) problems.add(annotations.problem(inner.node(), member + " cannot come before itself: name the lock that is taken while it is held"));
    rules.add(new Rule.Order(about, outer, second));
  }

  private void method(TypeDeclaration<?> type, MethodDeclaration method) {
    annotations.check(method, Annotations.On.FUNCTION);
    if (problems.size() > MOST_PROBLEMS) return;
    String function = annotations.named(method, method.getNameAsString());
    Rule.About about = about(type, method, method, method.getName());
    int before = rules.size();
    Map<String, String> parameters = new LinkedHashMap<>();
    for (Parameter parameter : method.getParameters())
      if (parameters.put(parameter.getNameAsString(), parameter.getTypeAsString()) != null)
        problems.add(annotations.problem(parameter.getName(), "a second parameter of the name " + parameter.getNameAsString()));
    if (method.getBody().isPresent()) {
      for (AnnotationExpr annotation : method.getAnnotations())
        if (!Annotations.COMMON.contains(annotation.getNameAsString()))
          problems.add(annotations.problem(annotation, "@" + annotation.getNameAsString() + " is about a function of the kernel, which has no body here: end it with a semicolon"));
      ClauseReader reader = new ClauseReader(annotations, problems, parameters);
      if (method.getBody().get().getStatements().isEmpty()) problems.add(annotations.problem(method.getName(), "an empty body says nothing: write if (…) assert …;"));
      for (Statement statement : method.getBody().get().getStatements()) reader.read(statement, about, function).ifPresent(rules::add);
      return;
    }
    Functions functions = new Functions(annotations, problems, function, parameters, about, rules);
    for (AnnotationExpr annotation : method.getAnnotations()) functions.read(annotation, method);
    if (rules.size() == before && problems.isEmpty())
      problems.add(annotations.problem(method.getName(), "nothing is said of " + function + "(): add @Requires, @Excludes, @Acquires, @Releases, @Sleeps, @RunsIn, @Frees or @Publishes"));
  }

  // ---- what all have ----

  private Rule.About about(TypeDeclaration<?> type, NodeWithAnnotations<?> node, NodeWithJavadoc<?> documented, com.github.javaparser.ast.Node at) {
    List<String> origin = annotations.words(node, "Origin");
    if (origin.isEmpty()) origin = annotations.words(type, "Origin");
    String why = why(documented);
    if (why.isEmpty()) why = why(type);
    Rule.Severity severity = Rule.Severity.ERROR;
    for (NodeWithAnnotations<?> one : List.of(type, node))
      for (AnnotationExpr annotation : annotations.all(one, "Severity")) {
        String word = annotations.choice(annotations.value(annotation), List.of("error", "warning", "note"), "severity");
        if (word != null) severity = Rule.Severity.valueOf(word.toUpperCase(java.util.Locale.ROOT));
      }
    List<String> paths = annotations.words(type, "Paths");
    List<Property> since = new ArrayList<>(annotations.properties(type, "Since"));
    since.addAll(annotations.properties(node, "Since"));
    List<Property> until = new ArrayList<>(annotations.properties(type, "Until"));
    until.addAll(annotations.properties(node, "Until"));
    Rule.Scope scope = new Rule.Scope(paths.isEmpty() ? filePaths : paths, since, until, annotations.words(type, "DeclaredIn"));
    return new Rule.About(id, annotations.place(at), why, origin, severity, scope, except(type, node));
  }

  private Rule.Except except(NodeWithAnnotations<?> type, NodeWithAnnotations<?> node) {
    Set<String> functions = new TreeSet<>();
    Set<Rule.Phase> phases = EnumSet.noneOf(Rule.Phase.class);
    List<String> paths = new ArrayList<>();
    for (NodeWithAnnotations<?> one : List.of(type, node))
      for (AnnotationExpr annotation : annotations.all(one, "Except")) {
        Map<String, Expression> pairs = annotations.pairs(annotation);
        if (pairs.containsKey("value")) for (Annotations.Path name : annotations.paths(pairs.get("value"))) functions.add(name.text());
        if (pairs.containsKey("phase")) phases.addAll(annotations.choices(pairs.get("phase"), Rule.Phase.class, "phase"));
        if (pairs.containsKey("path")) paths.addAll(annotations.kernelPaths(pairs.get("path")));
      }
    return new Rule.Except(functions, phases, paths);
  }

  private static String why(NodeWithJavadoc<?> node) {
    if (node.getJavadocComment().isEmpty()) return "";
    return node.getJavadocComment().get().parse().getDescription().toText().replaceAll("\\s+", " ").strip();
  }
}
