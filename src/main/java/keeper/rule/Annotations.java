// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.rule;

import com.github.javaparser.Position;
import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.expr.AnnotationExpr;
import com.github.javaparser.ast.expr.ArrayInitializerExpr;
import com.github.javaparser.ast.expr.BooleanLiteralExpr;
import com.github.javaparser.ast.expr.Expression;
import com.github.javaparser.ast.expr.FieldAccessExpr;
import com.github.javaparser.ast.expr.MemberValuePair;
import com.github.javaparser.ast.expr.MethodCallExpr;
import com.github.javaparser.ast.expr.NameExpr;
import com.github.javaparser.ast.expr.NormalAnnotationExpr;
import com.github.javaparser.ast.expr.NullLiteralExpr;
import com.github.javaparser.ast.expr.SingleMemberAnnotationExpr;
import com.github.javaparser.ast.expr.StringLiteralExpr;
import com.github.javaparser.ast.nodeTypes.NodeWithAnnotations;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import keeper.text.Place;
import keeper.text.Problem;

/** The annotations of the rule language and what may stand in their brackets. Every problem has the place of the word that is wrong. */
final class Annotations {
  /** Where an annotation may stand. */
  enum On {
    TYPE("a class or interface"),
    MEMBER("a member"),
    FUNCTION("a function");

    private final String words;

    On(String words) {
      this.words = words;
    }
  }

  /** What each annotation is: where it stands, which words it takes beside its value, and how it is written. */
  private record Known(Set<On> on, List<String> keys, boolean alone, String example) {}

  private static final Map<String, Known> KNOWN = new LinkedHashMap<>();

  /** Those that every kind of rule has. */
  static final List<String> COMMON = List.of("Except", "Origin", "Severity", "Since", "Until", "Named");

  static {
    Set<On> all = EnumSet.allOf(On.class);
    know("Paths", EnumSet.of(On.TYPE), false, "@Paths(\"drivers/vfio/\")", "value");
    know("DeclaredIn", EnumSet.of(On.TYPE), false, "@DeclaredIn(\"include/linux/vfio.h\")", "value");
    know("GuardedBy", EnumSet.of(On.MEMBER), false, "@GuardedBy(igate)", "value", "of", "access", "readers", "mode", "elements");
    know("Before", EnumSet.of(On.MEMBER), false, "@Before(memory_lock)", "value");
    know("Requires", EnumSet.of(On.FUNCTION), false, "@Requires(vdev.igate)", "value", "mode");
    know("Excludes", EnumSet.of(On.FUNCTION), false, "@Excludes(vdev.igate)", "value");
    know("Acquires", EnumSet.of(On.FUNCTION), false, "@Acquires(vdev.igate)", "value", "returns");
    know("Releases", EnumSet.of(On.FUNCTION), false, "@Releases(vdev.igate)", "value", "returns");
    know("Returns", EnumSet.of(On.FUNCTION), false, "@Returns(zero)", "value");
    know("Sleeps", EnumSet.of(On.FUNCTION), true, "@Sleeps", "value");
    know("RunsIn", EnumSet.of(On.FUNCTION), false, "@RunsIn(process)", "value");
    know("Frees", EnumSet.of(On.FUNCTION), false, "@Frees(ctx)", "value");
    know("Publishes", EnumSet.of(On.FUNCTION), false, "@Publishes(device)", "value");
    know("Except", all, false, "@Except(vfio_pci_core_init_dev)", "value", "phase", "path");
    know("Origin", all, false, "@Origin(\"b872d0640840\")", "value");
    know("Severity", all, false, "@Severity(warning)", "value");
    know("Since", all, false, "@Since(rcu(vfio_pci_core_device.err_trigger))", "value");
    know("Until", all, false, "@Until(rcu(vfio_pci_core_device.err_trigger))", "value");
    know("Named", all, false, "@Named(\"private\")", "value");
  }

  private static void know(String name, Set<On> on, boolean alone, String example, String... keys) {
    KNOWN.put(name, new Known(on, List.of(keys), alone, example));
  }

  /**
   * A name with members, as written without quotes or in them.
   *
   * @param text {@code dev_set.lock}; {@code &lock} for a global one
   * @param node where it stands
   */
  record Path(String text, Node node) {
    boolean isGlobal() {
      return text.startsWith("&");
    }

    /** Without the ampersand. */
    String name() {
      return isGlobal() ? text.substring(1) : text;
    }
  }

  private final String file;
  private final List<Problem> problems;

  Annotations(String file, List<Problem> problems) {
    this.file = file;
    this.problems = problems;
  }

  Place place(Node node) {
    Position position = node.getBegin().orElse(new Position(1, 1));
    return new Place(file, position.line, position.column);
  }

  Problem problem(Node node, String message) {
    return new Problem(place(node), message);
  }

  // ---- which stand there ----

  /** Every annotation must be one of ours, stand where it means something, and have its words. */
  void check(NodeWithAnnotations<?> node, On on) {
    Set<String> seen = new java.util.TreeSet<>();
    for (AnnotationExpr annotation : node.getAnnotations()) {
      String name = annotation.getNameAsString();
      Known known = KNOWN.get(name);
      if (known == null) {
        problems.add(problem(annotation, "unknown annotation @" + name + Suggestion.of("@" + name, Suggestion.withAt(List.copyOf(KNOWN.keySet())))));
      } else if (!known.on.contains(on)) {
        problems.add(problem(annotation, "@" + name + " stands on " + known.on.iterator().next().words + ", not on " + on.words + instead(name, on)));
      } else {
        if (!seen.add(name) && !name.equals("GuardedBy") && !name.equals("Except") && !name.equals("Acquires") && !name.equals("Releases"))
          problems.add(problem(annotation, "a second @" + name + ": put both into one, @" + name + "({…, …})"));
        brackets(annotation, name, known);
      }
    }
  }

  private static String instead(String name, On on) {
    if (name.equals("GuardedBy") && on == On.FUNCTION) return " (a function says @Requires)";
    if (name.equals("Requires") && on == On.MEMBER) return " (a member says @GuardedBy)";
    return "";
  }

  private void brackets(AnnotationExpr annotation, String name, Known known) {
    if (annotation instanceof NormalAnnotationExpr normal) {
      Set<String> seen = new java.util.TreeSet<>();
      for (MemberValuePair pair : normal.getPairs()) {
        String key = pair.getNameAsString().equals("lock") ? "value" : pair.getNameAsString();
        if (!known.keys.contains(key)) problems.add(problem(pair, "@" + name + " has no " + pair.getNameAsString() + Suggestion.of(pair.getNameAsString(), known.keys)));
        else if (!seen.add(key)) problems.add(problem(pair, "@" + name + " has " + pair.getNameAsString() + " twice"));
      }
      if (normal.getPairs().isEmpty() && !known.alone) problems.add(problem(annotation, needs(name, known)));
    } else if (!(annotation instanceof SingleMemberAnnotationExpr) && !known.alone) {
      problems.add(problem(annotation, needs(name, known)));
    }
  }

  private static String needs(String name, Known known) {
    String what = known.example.contains("igate") ? "a lock" : name.equals("Paths") ? "a path" : "something in its brackets";
    return "@" + name + " needs " + what + ", such as " + known.example;
  }

  boolean has(NodeWithAnnotations<?> node, String name) {
    return !all(node, name).isEmpty();
  }

  List<AnnotationExpr> all(NodeWithAnnotations<?> node, String name) {
    List<AnnotationExpr> found = new ArrayList<>();
    for (AnnotationExpr annotation : node.getAnnotations()) if (annotation.getNameAsString().equals(name)) found.add(annotation);
    return found;
  }

  // ---- what stands in their brackets ----

  /** The values by their names; the nameless one is {@code value}. */
  Map<String, Expression> pairs(AnnotationExpr annotation) {
    Map<String, Expression> pairs = new LinkedHashMap<>();
    if (annotation instanceof SingleMemberAnnotationExpr single) pairs.put("value", single.getMemberValue());
    else if (annotation instanceof NormalAnnotationExpr normal)
      for (MemberValuePair pair : normal.getPairs()) pairs.putIfAbsent(pair.getNameAsString().equals("lock") ? "value" : pair.getNameAsString(), pair.getValue());
    return pairs;
  }

  /** The nameless value, or null. */
  Expression value(AnnotationExpr annotation) {
    return pairs(annotation).get("value");
  }

  List<Path> paths(AnnotationExpr annotation) {
    Expression value = value(annotation);
    return value == null ? List.of() : paths(value);
  }

  List<Path> paths(Expression value) {
    List<Path> found = new ArrayList<>();
    List<Expression> elements = value instanceof ArrayInitializerExpr array ? array.getValues() : List.of(value);
    if (elements.isEmpty()) problems.add(problem(value, "the braces are empty: name at least one"));
    for (Expression element : elements) {
      Path path = path(element);
      if (path != null) found.add(path);
    }
    return found;
  }

  /** {@code igate}, {@code dev_set.lock}, {@code "private"}, {@code "&virqfd_lock"}; null, and a problem, for anything else. */
  Path path(Expression value) {
    StringBuilder text = new StringBuilder();
    if (!path(value, text)) return null;
    return new Path(text.toString(), value);
  }

  private boolean path(Expression value, StringBuilder text) {
    if (value instanceof NameExpr name) {
      text.append(name.getNameAsString());
      return true;
    }
    if (value instanceof NullLiteralExpr || value instanceof BooleanLiteralExpr) { // the words null, true, false
      text.append(value);
      return true;
    }
    if (value instanceof FieldAccessExpr field) {
      if (!path(field.getScope(), text)) return false;
      text.append('.').append(field.getNameAsString());
      return true;
    }
    if (value instanceof StringLiteralExpr string) {
      String name = string.asString().replace("->", ".");
      if (!name.matches("&?[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)*")) {
        problems.add(problem(value, name.isBlank() ? "the quotes are empty: a name is expected here" : "\"" + shown(name) + "\" is no name: letters, digits, _ and . between members, & before a global lock"));
        return false;
      }
      text.append(name);
      return true;
    }
    problems.add(problem(value, "a name is expected here, such as igate, dev_set.lock or \"&virqfd_lock\""));
    return false;
  }

  private static String shown(String text) {
    String plain = text.replaceAll("[^ -~]", "?");
    return plain.length() > 40 ? plain.substring(0, 40) + "…" : plain;
  }

  /** The words of an annotation that has only words: paths, commits. */
  List<String> words(NodeWithAnnotations<?> node, String name) {
    List<String> found = new ArrayList<>();
    for (AnnotationExpr annotation : all(node, name)) {
      Expression value = value(annotation);
      if (value == null) continue;
      if (name.equals("Paths") || name.equals("DeclaredIn")) found.addAll(kernelPaths(value));
      else for (Expression element : value instanceof ArrayInitializerExpr array ? array.getValues() : List.of(value)) origin(element, found);
    }
    return found;
  }

  private void origin(Expression value, List<String> found) {
    String word = value instanceof StringLiteralExpr string ? string.asString().strip() : value instanceof NameExpr name ? name.getNameAsString() : "";
    boolean message = word.matches("<?[^<>\\s@]+@[^<>\\s@]+>?");
    if (!message && !word.matches("[0-9a-f]{8,40}"))
      problems.add(problem(value, "@Origin names commits by 8 to 40 hex digits, or mails by their Message-ID: \"" + shown(word) + "\" is neither" + (word.matches("[0-9a-fA-F]{1,7}") ? " (it has " + word.length() + " digits)" : "")));
    else found.add(word);
  }

  /** Paths of the kernel: files, or folders with a slash at their end. */
  List<String> kernelPaths(Expression value) {
    List<String> found = new ArrayList<>();
    List<Expression> elements = value instanceof ArrayInitializerExpr array ? array.getValues() : List.of(value);
    if (elements.isEmpty()) problems.add(problem(value, "the braces are empty: name at least one path"));
    for (Expression element : elements) {
      String path = element instanceof StringLiteralExpr string ? string.asString() : null;
      if (path == null) problems.add(problem(element, "a path is written in quotes, such as \"drivers/vfio/\""));
      else if (path.isBlank()) problems.add(problem(element, "the path is empty: name a folder, such as \"drivers/vfio/\""));
      else if (path.startsWith("/") || path.contains("..") || path.contains("\\")) problems.add(problem(element, "paths start at the top of the kernel tree and go down: \"drivers/vfio/\", not \"" + shown(path) + "\""));
      else if (path.contains("*")) problems.add(problem(element, "a path has no wildcards: a folder means all that is in it, as in \"drivers/vfio/\""));
      else found.add(path);
    }
    return found;
  }

  /** The quoted name, for what is a word of Java; else the name as it stands. */
  String named(NodeWithAnnotations<?> node, String name) {
    for (AnnotationExpr annotation : all(node, "Named")) {
      Expression value = value(annotation);
      Path path = value == null ? null : path(value);
      if (path != null && path.isGlobal()) problems.add(problem(value, "@Named gives a name as C has it, without &"));
      if (path != null) return path.text();
    }
    return name;
  }

  /** One word of a list; null, and a problem, for another. */
  String choice(Expression value, List<String> known, String what) {
    if (value == null) return null;
    Path path = path(value);
    if (path == null) return null;
    if (known.contains(path.text())) return path.text();
    problems.add(problem(value, "unknown " + what + " " + path.text() + Suggestion.of(path.text(), known)));
    return null;
  }

  /** Words that are the constants of an enum, in small letters. */
  <E extends Enum<E>> Set<E> choices(Expression value, Class<E> of, String what) {
    Set<E> found = EnumSet.noneOf(of);
    if (value == null) return found;
    List<String> known = new ArrayList<>();
    for (E constant : of.getEnumConstants()) known.add(constant.name().toLowerCase(Locale.ROOT));
    for (Path path : paths(value)) {
      if (known.contains(path.text())) found.add(Enum.valueOf(of, path.text().toUpperCase(Locale.ROOT)));
      else problems.add(problem(path.node(), "unknown " + what + " " + path.text() + Suggestion.of(path.text(), known)));
    }
    return found;
  }

  // ---- properties of trees ----

  /** {@code @Since(rcu(vfio_pci_core_device.err_trigger))}, {@code @Until("b872d0640840")}. */
  List<Property> properties(NodeWithAnnotations<?> node, String name) {
    List<Property> found = new ArrayList<>();
    for (AnnotationExpr annotation : all(node, name)) {
      Expression value = value(annotation);
      if (value == null) continue;
      for (Expression element : value instanceof ArrayInitializerExpr array ? array.getValues() : List.of(value)) {
        Property property = property(element, name);
        if (property != null) found.add(property);
      }
    }
    return found;
  }

  private Property property(Expression value, String annotation) {
    List<String> known = new ArrayList<>();
    for (Property.Kind kind : Property.Kind.values()) if (kind != Property.Kind.COMMIT) known.add(kind.name().toLowerCase(Locale.ROOT));
    if (value instanceof StringLiteralExpr string) {
      if (string.asString().matches("[0-9a-f]{8,40}")) return new Property(Property.Kind.COMMIT, "", string.asString());
      problems.add(problem(value, "@" + annotation + " names a commit by 8 to 40 hex digits, or a property of the tree such as rcu(vfio_pci_core_device.err_trigger); a version such as v6.10 is neither, because a backport has another"));
      return null;
    }
    if (!(value instanceof MethodCallExpr call) || call.getScope().isPresent()) {
      problems.add(problem(value, "@" + annotation + " needs a property of the tree, such as rcu(vfio_pci_core_device.err_trigger), or a commit in quotes"));
      return null;
    }
    if (!known.contains(call.getNameAsString())) {
      problems.add(problem(call.getName(), "a tree has no property " + call.getNameAsString() + Suggestion.of(call.getNameAsString(), known)));
      return null;
    }
    Property.Kind kind = Property.Kind.valueOf(call.getNameAsString().toUpperCase(Locale.ROOT));
    if (call.getArguments().size() != 1) {
      problems.add(problem(call.getName(), call.getNameAsString() + "() takes one name"));
      return null;
    }
    if (kind == Property.Kind.FILE) {
      List<String> paths = kernelPaths(call.getArgument(0));
      return paths.isEmpty() ? null : new Property(kind, "", paths.get(0));
    }
    Path path = path(call.getArgument(0));
    if (path == null) return null;
    int dot = path.text().indexOf('.');
    if ((kind == Property.Kind.RCU || kind == Property.Kind.MEMBER) != dot > 0) {
      problems.add(problem(path.node(), call.getNameAsString() + "() takes " + (dot > 0 ? "a name alone, such as " + path.text().substring(0, dot) : "struct and member, such as vfio_pci_core_device.igate")));
      return null;
    }
    return dot > 0 ? new Property(kind, path.text().substring(0, dot), path.text().substring(dot + 1)) : new Property(kind, kind == Property.Kind.STRUCT ? path.text() : "", kind == Property.Kind.STRUCT ? "" : path.text());
  }
}
