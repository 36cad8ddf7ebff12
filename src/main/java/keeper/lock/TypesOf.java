// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lock;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import keeper.c.Type;
import keeper.flow.AccessPath;
import keeper.flow.ControlFlowGraph;

/** Which struct a path ends in, as far as the definitions can be seen. */
public final class TypesOf {
  private final Unit unit;
  private final Map<String, Map<String, Structs.Member>> known = new HashMap<>();

  TypesOf(Unit unit) {
    this.unit = unit;
  }

  /**
   * Struct and member of a lock that a pointer points to: {@code vfio_pci_core_device.igate}.
   *
   * @param path the lock when {@code address}, else the pointer
   * @param canonical the path with aliases followed, for a pointer variable
   */
  String lockType(AccessPath path, boolean address, ControlFlowGraph graph, String canonical) {
    String member = memberType(path, graph);
    if (!path.isVariable()) return address ? member : member;
    if (address || !graph.variables().containsKey(path.root())) return graph.variables().containsKey(path.root()) ? "?." + path.root() : path.root();
    // A pointer variable: what it stands for may be a member of something.
    String target = canonical.endsWith("*") ? canonical.substring(0, canonical.length() - 1) : canonical;
    int dot = target.lastIndexOf('.');
    String root = Lock.rootOf(target);
    if (dot < 0) return graph.variables().containsKey(root) ? "?." + root : root;
    Type type = graph.variables().get(root);
    if (type == null || type.struct().isEmpty()) return "?." + target.substring(dot + 1);
    return walk(type.struct().get(), target.substring(root.length() + 1).split("\\."));
  }

  /** Struct and member that a path names: {@code foo.bar} for {@code x->a.bar} when a is a struct foo; the name alone for a global. */
  public String memberType(AccessPath path, ControlFlowGraph graph) {
    Type type = graph.variables().get(path.root());
    int count = 0;
    for (String step : path.steps()) if (isMember(step)) count++;
    if (count == 0) return graph.variables().containsKey(path.root()) ? "?." + path.root() : path.root();
    String[] members = new String[count];
    int i = 0;
    for (String step : path.steps()) if (isMember(step)) members[i++] = step.charAt(0) == '.' ? step.substring(1) : step.substring(2);
    String struct = type != null ? type.struct().orElse(null) : null;
    if (struct == null && type == null) struct = rootStruct(path.root());
    if (struct == null) {
      if (type == null && path.root().indexOf('(') < 0 && !unit.hasGaps()) return path.root() + "." + String.join(".", members); // a global object's member
      return "?." + members[count - 1];
    }
    return walk(struct, members);
  }

  /** Struct and member that a path names whose root is or points to a struct. */
  String memberType(String struct, AccessPath path) {
    List<String> members = new java.util.ArrayList<>();
    for (String step : path.steps()) if (isMember(step)) members.add(step.charAt(0) == '.' ? step.substring(1) : step.substring(2));
    return members.isEmpty() ? "?." + path.root() : walk(struct, members.toArray(new String[0]));
  }

  private static final int LONGEST_NAME = 3; // members

  /**
   * A member as one of a struct on its path.
   *
   * @param struct which
   * @param member from there: {@code rx}, {@code stats.rx}
   * @param steps how much of the path is the object: steps, or characters of a canonical path
   */
  public record Name(String struct, String member, int steps) {}

  /** Under which names a path's last member goes, innermost struct first; none when no struct is known. */
  public List<Name> names(AccessPath path, ControlFlowGraph graph) {
    Type type = graph.variables().get(path.root());
    String struct = type != null ? type.struct().orElse(null) : rootStruct(path.root());
    List<String> members = new ArrayList<>();
    List<Integer> at = new ArrayList<>();
    for (int i = 0; i < path.steps().size(); i++) {
      String step = path.steps().get(i);
      if (!isMember(step)) continue;
      members.add(plain(step.charAt(0) == '.' ? step.substring(1) : step.substring(2)));
      at.add(i);
    }
    return names(struct, members, at);
  }

  /** The same for a path in canonical form: a variable, and what follows it ({@code .a.b[i]}). */
  public List<Name> names(String variable, String rest, ControlFlowGraph graph) {
    Type type = graph.variables().get(variable);
    String struct = type != null ? type.struct().orElse(null) : rootStruct(variable);
    List<String> members = new ArrayList<>();
    List<Integer> at = new ArrayList<>();
    for (int i = 0; i < rest.length(); i++) {
      if (rest.charAt(i) == '[') {
        int close = rest.indexOf(']', i);
        if (close < 0) return List.of();
        i = close;
      } else if (rest.charAt(i) == '.') {
        int end = i + 1;
        while (end < rest.length() && rest.charAt(end) != '.' && rest.charAt(end) != '[' && rest.charAt(end) != '*') end++;
        members.add(plain(rest.substring(i + 1, end)));
        at.add(variable.length() + i);
        i = end - 1;
      }
    }
    return names(struct, members, at);
  }

  private List<Name> names(String first, List<String> members, List<Integer> at) {
    List<Name> names = new ArrayList<>();
    String struct = first;
    for (int i = 0; i < members.size() && struct != null; i++) {
      if (members.size() - i <= LONGEST_NAME) names.add(0, new Name(struct, String.join(".", members.subList(i, members.size())), at.get(i)));
      Structs.Member member = member(struct, members.get(i));
      struct = member == null ? null : member.struct();
    }
    return names;
  }

  /** The file in which a struct is defined, as this file sees it; empty when that cannot be seen. */
  public String home(String struct) {
    return unit.structHome(struct);
  }

  /** The struct that the value of a path is or points to; {@code ?} when it cannot be told. */
  String structOf(AccessPath path, boolean address, ControlFlowGraph graph) {
    Type type = graph.variables().get(path.root());
    String struct = type != null ? type.struct().orElse(null) : rootStruct(path.root());
    for (String step : path.steps()) {
      if (!isMember(step)) continue;
      if (struct == null) return "?";
      Structs.Member member = member(struct, step.charAt(0) == '.' ? step.substring(1) : step.substring(2));
      struct = member == null ? null : member.struct();
    }
    return struct == null ? "?" : struct;
  }

  private String rootStruct(String root) {
    String global = unit.globalStruct(root);
    return global;
  }

  private String walk(String struct, String[] members) {
    String owner = struct;
    StringBuilder chain = new StringBuilder();
    for (int i = 0; i < members.length; i++) {
      String name = plain(members[i]);
      if (chain.length() > 0) chain.append('.');
      chain.append(name);
      if (i == members.length - 1) break;
      Structs.Member member = chain.indexOf(".") >= 0 ? null : member(owner, name);
      if (member != null && member.struct() != null) {
        owner = member.struct();
        chain.setLength(0);
      }
    }
    return owner + "." + chain;
  }

  /** Struct and member that a path of members ends in: {@code vfio_device_set.lock} for {@code dev_set.lock} of a {@code vfio_device}, as far as the definitions are seen. */
  public String reached(String struct, String path) {
    return walk(struct, path.split("\\."));
  }

  private static String plain(String member) {
    int end = 0;
    while (end < member.length() && member.charAt(end) != '[' && member.charAt(end) != '*' && member.charAt(end) != '@') end++;
    return member.substring(0, end);
  }

  private static boolean isMember(String step) {
    return step.startsWith("->") || step.startsWith(".");
  }

  Structs.Member member(String struct, String name) {
    Map<String, Structs.Member> members = members(struct);
    return members == null ? null : members.get(name);
  }

  Map<String, Structs.Member> members(String struct) {
    if (known.containsKey(struct)) return known.get(struct);
    Map<String, Structs.Member> members = unit.structMembers(struct);
    known.put(struct, members);
    return members;
  }

  /** Whether the struct's definition can be seen. */
  public boolean defines(String struct) {
    return members(struct) != null;
  }

  /** The lock named by the member's {@code __guarded_by}, empty without one or when it is not visible. */
  public String guardedBy(String struct, String member) {
    Structs.Member found = member(struct, member);
    return found == null ? "" : found.guardedBy();
  }

  /** Whether the member is declared {@code __rcu}; false when the declaration is not visible. */
  public boolean rcu(String struct, String member) {
    Structs.Member found = member(struct, member);
    return found != null && found.rcu();
  }

  /** The type of a member as written, empty when it is not visible. */
  public String typeName(String struct, String member) {
    Structs.Member found = member(struct, member);
    return found == null ? "" : found.type() + (found.pointer() ? " *" : "");
  }

  /** For tests and dumps. */
  List<String> names(String struct) {
    Map<String, Structs.Member> members = members(struct);
    return members == null ? List.of() : List.copyOf(new java.util.TreeSet<>(members.keySet()));
  }
}
