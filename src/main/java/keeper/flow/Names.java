// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.flow;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import keeper.c.Function;
import keeper.c.Parameter;
import keeper.c.Type;

/** The variables of a function, as far as its text has been walked. A name that is none of them is a constant or something global. */
final class Names {
  final Map<String, Type> variables = new LinkedHashMap<>();
  final Set<String> locals = new LinkedHashSet<>();
  private final Set<String> shared = new HashSet<>(4); // static, extern, or their address was taken
  private final Set<String> unassigned = new HashSet<>(8);

  Names(Function function) {
    for (Parameter parameter : function.parameters())
      if (!parameter.name().isEmpty()) variables.putIfAbsent(parameter.name(), parameter.type());
  }

  void declare(String name, Type type, boolean assigned) {
    variables.putIfAbsent(name, type);
    if (type.is("extern")) {
      shared.add(name);
      return;
    }
    locals.add(name);
    if (type.is("static")) shared.add(name);
    if (!assigned) unassigned.add(name);
  }

  boolean isVariable(String name) {
    return variables.containsKey(name);
  }

  boolean isParameter(String name) {
    return variables.containsKey(name) && !locals.contains(name);
  }

  /** Nobody else can see it, so that reading it is no step. */
  boolean isQuiet(String name) {
    return variables.containsKey(name) && !shared.contains(name);
  }

  void addressTaken(String name) {
    if (!variables.containsKey(name)) return;
    shared.add(name);
    unassigned.remove(name);
  }

  void assigned(String name) {
    unassigned.remove(name);
  }

  boolean isUnassigned(String name) {
    return unassigned.contains(name);
  }

  /** Heuristic: capitals, {@code __func__} and the like are not variables. */
  boolean isConstant(String name) {
    char first = name.isEmpty() ? 'a' : name.charAt(0);
    if (first == 'N' || first == 't' || first == 'f') {
      if (name.equals("NULL") || name.equals("true") || name.equals("false")) return true;
    }
    if (first >= 'a' && first <= 'z') return false;
    boolean capital = false;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c >= 'a' && c <= 'z') return name.equals("__func__") || name.equals("__FUNCTION__");
      if (c >= 'A' && c <= 'Z') capital = true;
    }
    return capital && !variables.containsKey(name);
  }
}
