// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lock;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import keeper.c.Function;
import keeper.rule.LockApi;
import keeper.rule.LockName;
import keeper.rule.Rule;
import keeper.text.Span;

/**
 * What rule files say of functions, in the terms of summaries. A function that is not seen gets its summary from them; to one that is seen they add. The locks of an unseen function begin
 * with {@code $0} for its first parameter.
 */
final class Promises {
  private static final Span NOWHERE = new Span(0, 0);

  private Promises() {}

  /** The number of the parameter that a path begins with, or -1. */
  static int parameter(String root) {
    if (root.length() < 2 || root.charAt(0) != '$') return -1;
    for (int i = 1; i < root.length(); i++) if (root.charAt(i) < '0' || root.charAt(i) > '9') return -1;
    return root.length() > 4 ? -1 : Integer.parseInt(root.substring(1));
  }

  /** The summary of a function with what rules say of it. */
  static Optional<Summary> merged(Unit unit, String name, Optional<Summary> seen) {
    List<Rule.OfFunction> rules = unit.contracts(name);
    if (rules.isEmpty()) return seen;
    Function function = unit.function(name).orElse(null);
    Summary base = seen.orElse(Summary.nothing(name));
    Map<String, Summary.Need> required = new LinkedHashMap<>();
    Map<String, Summary.Need> taken = new LinkedHashMap<>();
    for (Summary.Need need : base.required()) required.put(need.lock().path(), need);
    for (Summary.Need need : base.taken()) taken.put(need.lock().path(), need);
    boolean moves = false;
    for (Rule.OfFunction rule : rules) {
      if (rule instanceof Rule.Requires requires) need(unit, requires, requires.lock(), requires.exclusive() ? LockApi.Mode.WRITE : LockApi.Mode.ANY, function, required);
      else if (rule instanceof Rule.Excludes excludes) need(unit, excludes, excludes.lock(), LockApi.Mode.EXCLUSIVE, function, taken);
      else if (rule instanceof Rule.Acquires || rule instanceof Rule.Releases) moves = true;
    }
    List<Summary.Outcome> outcomes = moves ? outcomes(unit, rules, function) : base.outcomes();
    return Optional.of(new Summary(name, base.parameters(), outcomes, List.copyOf(required.values()), List.copyOf(taken.values()), base.sleeps(), base.complete()));
  }

  private static void need(Unit unit, Rule.OfFunction rule, LockName name, LockApi.Mode mode, Function function, Map<String, Summary.Need> needs) {
    Lock lock = lock(unit, name, function);
    needs.put(lock.path(), new Summary.Need(lock, family(unit, name), mode, rule.at(), rule.function(), "rule " + rule.id(), true));
  }

  private static List<Summary.Outcome> outcomes(Unit unit, List<Rule.OfFunction> rules, Function function) {
    List<Summary.Outcome> outcomes = new ArrayList<>();
    for (int sign : new int[] {World.NEGATIVE, World.ZERO, World.POSITIVE}) {
      List<Held> acquired = new ArrayList<>();
      List<Lock> released = new ArrayList<>();
      for (Rule.OfFunction rule : rules) {
        if (rule instanceof Rule.Acquires a && (signs(a.when()) & sign) != 0) acquired.add(held(lock(unit, a.lock(), function), family(unit, a.lock()), Held.Origin.TAKEN, ""));
        if (rule instanceof Rule.Releases r && (signs(r.when()) & sign) != 0) released.add(lock(unit, r.lock(), function));
      }
      boolean known = false;
      for (int i = 0; i < outcomes.size(); i++) {
        Summary.Outcome other = outcomes.get(i);
        if (!other.released().equals(released) || !other.acquired().equals(acquired)) continue;
        outcomes.set(i, new Summary.Outcome(other.sign() | sign, acquired, released, List.of()));
        known = true;
      }
      if (!known) outcomes.add(new Summary.Outcome(sign, acquired, released, List.of()));
    }
    return outcomes;
  }

  private static int signs(Rule.Returned when) {
    return switch (when) {
      case ANY -> World.ANY;
      case ZERO -> World.ZERO;
      case NONZERO -> World.NEGATIVE | World.POSITIVE;
      case NEGATIVE -> World.NEGATIVE;
      case POSITIVE -> World.POSITIVE;
      case NOT_NEGATIVE -> World.ZERO | World.POSITIVE;
    };
  }

  /** What rules say is held when a function of this file is entered. */
  static List<Held> atEntry(Unit unit, Function function) {
    List<Held> held = new ArrayList<>();
    for (Rule.OfFunction rule : unit.contracts(function.name())) {
      LockName name = rule instanceof Rule.Requires r ? r.lock() : rule instanceof Rule.Releases r ? r.lock() : null;
      if (name == null || name.root() == LockName.Root.RETURNED) continue;
      Held entered = held(lock(unit, name, function), family(unit, name), Held.Origin.ASSERTED, "rule " + rule.id());
      held.add(new Held(entered.lock(), entered.kind(), rule instanceof Rule.Requires r && r.exclusive() ? LockApi.Mode.WRITE : LockApi.Mode.ANY, false, false, "", 1, Held.Origin.ASSERTED, function.head(), entered.by()));
    }
    return held;
  }

  private static Held held(Lock lock, String family, Held.Origin origin, String by) {
    String taker = switch (family) {
      case "mutex" -> "mutex_lock";
      case "spin" -> "spin_lock";
      case "rwsem" -> "down_write";
      default -> "";
    };
    return new Held(lock, family, LockApi.Mode.ANY, false, false, "", 1, origin, NOWHERE, by.isEmpty() ? taker : by);
  }

  private static Lock lock(Unit unit, LockName name, Function function) {
    switch (name.root()) {
      case RCU:
        return new Lock("RCU", "RCU", "rcu_read_lock");
      case RETURNED:
        return new Lock("(return)." + name.path(), "?." + name.path(), name.path());
      case PARAMETER:
        String root = "$" + name.parameter();
        if (function != null && name.parameter() < function.parameters().size()) root = function.parameters().get(name.parameter()).name();
        String text = name.text();
        int dot = text.indexOf('.');
        if (name.path().isEmpty()) return new Lock(root + "*", "?." + text, text);
        return new Lock(root + "." + name.path(), unit.types().reached(name.struct(), name.path()), text.substring(0, dot) + "->" + text.substring(dot + 1));
      default:
        return new Lock(name.path(), name.path(), name.path());
    }
  }

  /** The family of a lock by the declared type of its member; {@code any} where that cannot be seen. */
  private static String family(Unit unit, LockName name) {
    if (name.root() == LockName.Root.RCU) return "rcu";
    if (name.root() == LockName.Root.GLOBAL)
      for (Unit.Reference reference : unit.references(name.path())) {
        if (reference.context().contains("DEFINE_MUTEX(")) return "mutex";
        if (reference.context().contains("DEFINE_SPINLOCK(")) return "spin";
        if (reference.context().contains("DECLARE_RWSEM(")) return "rwsem";
      }
    if (name.struct().isEmpty() || name.path().isEmpty()) return "any";
    String type = unit.types().reached(name.struct(), name.path());
    int dot = type.lastIndexOf('.');
    String declared = dot < 0 ? "" : unit.types().typeName(type.substring(0, dot), type.substring(dot + 1));
    if (declared.startsWith("struct mutex")) return "mutex";
    if (declared.startsWith("spinlock_t")) return "spin";
    return declared.startsWith("struct rw_semaphore") ? "rwsem" : "any";
  }
}
