// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.rule;

import com.github.javaparser.JavaParser;
import com.github.javaparser.ParseResult;
import com.github.javaparser.ParserConfiguration;
import com.github.javaparser.Position;
import com.github.javaparser.TokenRange;
import com.github.javaparser.ast.CompilationUnit;
import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.body.BodyDeclaration;
import com.github.javaparser.ast.body.ClassOrInterfaceDeclaration;
import com.github.javaparser.ast.body.FieldDeclaration;
import com.github.javaparser.ast.body.MethodDeclaration;
import com.github.javaparser.ast.body.TypeDeclaration;
import com.github.javaparser.ast.body.VariableDeclarator;
import com.github.javaparser.ast.expr.AnnotationExpr;
import com.github.javaparser.ast.expr.ArrayInitializerExpr;
import com.github.javaparser.ast.expr.Expression;
import com.github.javaparser.ast.expr.FieldAccessExpr;
import com.github.javaparser.ast.expr.MemberValuePair;
import com.github.javaparser.ast.expr.NameExpr;
import com.github.javaparser.ast.expr.NormalAnnotationExpr;
import com.github.javaparser.ast.expr.SingleMemberAnnotationExpr;
import com.github.javaparser.ast.expr.StringLiteralExpr;
import com.github.javaparser.ast.nodeTypes.NodeWithAnnotations;
import com.github.javaparser.ast.nodeTypes.NodeWithJavadoc;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import keeper.text.Place;
import keeper.text.Problem;
import keeper.text.SourceText;

/**
 * One rule file: a header in Java's syntax, read as data by JavaParser and never run. {@code class} stands for {@code struct}, {@code .} for
 * {@code ->}; names need no quotes, and have a quoted form because a member may be called {@code private}.
 */
final class RuleFile {
  private static final List<String> ANNOTATIONS = List.of("Paths", "GuardedBy", "Except", "Origin", "Requires", "Named");
  private static final List<String> GUARDED_BY = List.of("value", "access", "readers");

  private final SourceText text;
  private final String id;
  private final List<String> paths;
  private List<Rule> rules; // parsed when first asked for; benign race
  private List<Problem> problems;

  RuleFile(String path, SourceText text) {
    this.text = text;
    this.id = path.endsWith(".rule") ? path.substring(0, path.length() - 5) : path;
    this.paths = scanPaths(text);
  }

  String id() {
    return id;
  }

  List<String> paths() {
    return paths;
  }

  boolean speaksOf(String file) {
    for (String path : paths) if (file.equals(path) || file.startsWith(path.endsWith("/") ? path : path + "/")) return true;
    return false;
  }

  List<Rule> rules() {
    if (rules == null) parse();
    return rules;
  }

  List<Problem> problems() {
    if (problems == null) parse();
    return problems;
  }

  /** The strings of {@code @Paths(…)}, found without parsing. */
  private static List<String> scanPaths(SourceText text) {
    String all = new String(text.bytes(), StandardCharsets.UTF_8);
    List<String> paths = new ArrayList<>();
    for (int at = all.indexOf("@Paths("); at >= 0; at = all.indexOf("@Paths(", at + 1)) {
      int end = all.indexOf(')', at);
      if (end < 0) break;
      int open = all.indexOf('"', at);
      while (open >= 0 && open < end) {
        int close = all.indexOf('"', open + 1);
        if (close < 0) break;
        paths.add(all.substring(open + 1, close));
        open = all.indexOf('"', close + 1);
      }
    }
    return List.copyOf(paths);
  }

  private void parse() {
    List<Rule> found = new ArrayList<>();
    List<Problem> wrong = new ArrayList<>();
    ParserConfiguration raw = new ParserConfiguration().setLanguageLevel(ParserConfiguration.LanguageLevel.RAW);
    ParseResult<CompilationUnit> result = new JavaParser(raw).parse(new String(text.bytes(), StandardCharsets.UTF_8));
    for (com.github.javaparser.Problem problem : result.getProblems()) {
      Position position = problem.getLocation().flatMap(TokenRange::toRange).map(range -> range.begin).orElse(new Position(1, 1));
      wrong.add(new Problem(new Place(text.path(), position.line, position.column), "this is not a header in Java's syntax (a name, bracket or semicolon is missing or too many here)"));
      break; // the rest is an echo of the first
    }
    if (wrong.isEmpty() && result.getResult().isPresent())
      for (TypeDeclaration<?> type : result.getResult().get().getTypes()) struct(type, found, wrong);
    if (wrong.isEmpty() && paths.isEmpty()) wrong.add(new Problem(new Place(text.path(), 1, 1), "no @Paths: no file is ever judged by this rule - add @Paths(\"drivers/…/\")"));
    wrong.sort(java.util.Comparator.comparing(Problem::place));
    problems = List.copyOf(wrong);
    rules = wrong.isEmpty() ? List.copyOf(found) : List.of();
  }

  private void struct(TypeDeclaration<?> type, List<Rule> found, List<Problem> wrong) {
    known(type, wrong);
    if (!(type instanceof ClassOrInterfaceDeclaration)) {
      wrong.add(problem(type, "only class (for a struct) and interface (for functions) are understood here"));
      return;
    }
    List<String> origin = names(type, "Origin", wrong);
    String why = why(type);
    for (BodyDeclaration<?> member : type.getMembers()) {
      if (member instanceof FieldDeclaration field) field(type, field, why, origin, found, wrong);
      else if (member instanceof MethodDeclaration method) method(method, why, origin, found, wrong);
      else if (member instanceof TypeDeclaration<?> inner) struct(inner, found, wrong);
      else wrong.add(problem(member, "a rule declares members and functions only"));
    }
  }

  private void field(TypeDeclaration<?> type, FieldDeclaration field, String why, List<String> origin, List<Rule> found, List<Problem> wrong) {
    known(field, wrong);
    AnnotationExpr guardedBy = annotation(field, "GuardedBy");
    Set<String> except = new TreeSet<>(names(field, "Except", wrong));
    except.addAll(names(type, "Except", wrong));
    if (guardedBy == null) {
      if (annotation(field, "Except") != null) wrong.add(problem(field, "@Except without @GuardedBy: there is nothing to except from"));
      return;
    }
    Expression lock = null;
    Set<Rule.Access> accesses = EnumSet.of(Rule.Access.READ, Rule.Access.WRITE, Rule.Access.FREE);
    boolean rcu = false;
    if (guardedBy instanceof SingleMemberAnnotationExpr single) lock = single.getMemberValue();
    else if (guardedBy instanceof NormalAnnotationExpr normal)
      for (MemberValuePair pair : normal.getPairs()) {
        switch (pair.getNameAsString()) {
          case "value", "lock" -> lock = pair.getValue();
          case "access" -> accesses = accesses(pair.getValue(), wrong);
          case "readers" -> rcu = words(pair.getValue(), wrong).contains("rcu");
          default -> wrong.add(problem(pair, "@GuardedBy has no " + pair.getNameAsString() + suggestion(pair.getNameAsString(), GUARDED_BY)));
        }
      }
    if (lock == null) {
      wrong.add(problem(guardedBy, "@GuardedBy needs a lock: @GuardedBy(igate)"));
      return;
    }
    String name = path(lock, wrong);
    boolean global = name.startsWith("&");
    List<String> own = names(field, "Named", wrong);
    String reason = why(field).isEmpty() ? why : why(field);
    List<String> taught = names(field, "Origin", wrong).isEmpty() ? origin : names(field, "Origin", wrong);
    for (VariableDeclarator variable : field.getVariables()) {
      String member = own.isEmpty() ? variable.getNameAsString() : own.get(0);
      found.add(new Rule.Guarded(id, type.getNameAsString(), member, global ? name.substring(1) : name, global, accesses, rcu, except, reason, taught,
          place(variable)));
    }
  }

  private void method(MethodDeclaration method, String why, List<String> origin, List<Rule> found, List<Problem> wrong) {
    known(method, wrong);
    AnnotationExpr requires = annotation(method, "Requires");
    if (requires == null) return;
    List<String> locks = names(method, "Requires", wrong);
    for (String lock : locks) {
      int dot = lock.indexOf('.');
      if (lock.startsWith("&")) found.add(new Rule.Requires(id, method.getNameAsString(), -1, lock.substring(1), why, origin, place(method)));
      else if (dot < 0) wrong.add(problem(requires, "@Requires names a lock through a parameter (vdev.igate) or a global one (\"&lock\")"));
      else {
        String parameter = lock.substring(0, dot);
        int index = -1;
        for (int i = 0; i < method.getParameters().size(); i++) if (method.getParameter(i).getNameAsString().equals(parameter)) index = i;
        if (index < 0) wrong.add(problem(requires, method.getNameAsString() + "() has no parameter " + parameter));
        else found.add(new Rule.Requires(id, method.getNameAsString(), index, lock.substring(dot + 1), why, origin, place(method)));
      }
    }
  }

  private Set<Rule.Access> accesses(Expression value, List<Problem> wrong) {
    Set<Rule.Access> accesses = EnumSet.noneOf(Rule.Access.class);
    for (String word : words(value, wrong)) {
      boolean known = true;
      switch (word) {
        case "read" -> accesses.add(Rule.Access.READ);
        case "write" -> accesses.add(Rule.Access.WRITE);
        case "free" -> accesses.add(Rule.Access.FREE);
        case "address" -> accesses.add(Rule.Access.ADDRESS);
        default -> known = false;
      }
      if (!known) wrong.add(problem(value, "unknown kind of access " + word + suggestion(word, List.of("read", "write", "free", "address"))));
    }
    return accesses;
  }

  /** Every annotation must be one of ours. */
  private void known(NodeWithAnnotations<?> node, List<Problem> wrong) {
    for (AnnotationExpr annotation : node.getAnnotations()) {
      String name = annotation.getNameAsString();
      if (!ANNOTATIONS.contains(name)) wrong.add(problem(annotation, "unknown annotation @" + name + suggestion("@" + name, at(ANNOTATIONS))));
    }
  }

  private static List<String> at(List<String> names) {
    List<String> with = new ArrayList<>();
    for (String name : names) with.add("@" + name);
    return with;
  }

  private static AnnotationExpr annotation(NodeWithAnnotations<?> node, String name) {
    for (AnnotationExpr annotation : node.getAnnotations()) if (annotation.getNameAsString().equals(name)) return annotation;
    return null;
  }

  private List<String> names(NodeWithAnnotations<?> node, String name, List<Problem> wrong) {
    AnnotationExpr annotation = annotation(node, name);
    if (annotation == null) return List.of();
    if (annotation instanceof SingleMemberAnnotationExpr single) return words(single.getMemberValue(), wrong);
    wrong.add(problem(annotation, "@" + name + " needs names in its brackets"));
    return List.of();
  }

  private List<String> words(Expression value, List<Problem> wrong) {
    List<String> words = new ArrayList<>();
    if (value instanceof ArrayInitializerExpr array) for (Expression element : array.getValues()) words.add(path(element, wrong));
    else words.add(path(value, wrong));
    return words;
  }

  /** {@code igate}, {@code dev_set.lock}, {@code "private"}, {@code "&virqfd_lock"}. */
  private String path(Expression value, List<Problem> wrong) {
    if (value instanceof NameExpr name) return name.getNameAsString();
    if (value instanceof FieldAccessExpr field) return path(field.getScope(), wrong) + "." + field.getNameAsString();
    if (value instanceof StringLiteralExpr string) return string.asString().replace("->", ".");
    wrong.add(problem(value, "a name is expected here, such as igate, dev_set.lock or \"&virqfd_lock\""));
    return "";
  }

  private static String why(NodeWithJavadoc<?> node) {
    if (node == null || node.getJavadocComment().isEmpty()) return "";
    return node.getJavadocComment().get().parse().getDescription().toText().replaceAll("\\s+", " ").strip();
  }

  private Place place(Node node) {
    Position position = node.getBegin().orElse(new Position(1, 1));
    return new Place(text.path(), position.line, position.column);
  }

  private Problem problem(Node node, String message) {
    return new Problem(place(node), message);
  }

  /** {@code (did you mean …?)} for the nearest name, when it is near. */
  static String suggestion(String word, List<String> names) {
    String best = "";
    int least = Math.max(2, word.length() / 3) + 1;
    for (String name : names) {
      int distance = distance(word.toLowerCase(java.util.Locale.ROOT), name.toLowerCase(java.util.Locale.ROOT));
      if (distance < least) {
        least = distance;
        best = name;
      }
    }
    return best.isEmpty() ? " (known: " + String.join(", ", names) + ")" : " (did you mean " + best + "?)";
  }

  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) row[j] = j;
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        row[j] = Math.min(Math.min(row[j], row[j - 1]) + 1, diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1));
        diagonal = above;
      }
    }
    return row[b.length()];
  }
}
