// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import keeper.c.Function;
import keeper.flow.AccessPath;
import keeper.flow.Block;
import keeper.flow.Edge;
import keeper.flow.Step;
import keeper.flow.Value;
import keeper.lock.Moment;
import keeper.lock.Summary;
import keeper.lock.Unit;
import keeper.rule.Rule;

/** What written rules mean for a place: whether one is excepted there, how loud it may be, and which stands behind a need. */
final class Spoken {
  private static final int DEEPEST = 3; // of helpers of excepted functions

  private Spoken() {}

  /** The rule that says that a function needs or excludes a lock; null when the code itself says so. */
  static Rule.OfFunction behind(Facts facts, Summary.Need need) {
    if (!need.text().startsWith("rule ")) return null;
    for (Rule.OfFunction rule : facts.unit().contracts(need.by())) if (rule.at().equals(need.at()) && (rule instanceof Rule.Requires || rule instanceof Rule.Excludes)) return rule;
    return null;
  }

  /** As loud as the rule's severity lets it be. */
  static Confidence capped(Rule rule, Confidence confidence) {
    if (rule == null) return confidence;
    Confidence least = switch (rule.about().severity()) {
      case ERROR -> Confidence.CERTAIN;
      case WARNING -> Confidence.LIKELY;
      case NOTE -> Confidence.POSSIBLE;
    };
    return confidence.compareTo(least) < 0 ? least : confidence;
  }

  /** The function is excepted by its name, or is a helper that only such functions call. */
  static boolean excepts(Rule rule, Facts facts) {
    return rule != null && !rule.except().isEmpty() && excepts(rule.except(), facts.unit(), facts.function(), 0);
  }

  private static boolean excepts(Set<String> names, Unit unit, Function function, int depth) {
    if (names.contains(function.name())) return true;
    if (depth >= DEEPEST || unit.context(function) != Unit.Context.CALLED) return false;
    List<Unit.Site> sites = unit.sites(function.name());
    if (sites.isEmpty()) return false;
    for (Unit.Site site : List.copyOf(sites)) if (site.caller() == function || !excepts(names, unit, site.caller(), depth + 1)) return false;
    return true;
  }

  /** Every caller of a function holds a lock of this type, or is one that the rule leaves out. */
  static boolean covered(Rule rule, Facts facts, String type) {
    return covered(rule, facts.unit(), facts.function(), type, 0);
  }

  private static boolean covered(Rule rule, Unit unit, Function function, String type, int depth) {
    if (depth > DEEPEST || unit.context(function) != Unit.Context.CALLED) return false;
    List<Unit.Site> sites = List.copyOf(unit.sites(function.name()));
    boolean held = false;
    for (Unit.Site site : sites) {
      if (site.caller() == function || excepts(rule.except(), unit, site.caller(), 1)) continue;
      for (keeper.lock.World world : site.moment().worlds()) {
        keeper.lock.Holding there = unit.holdingType(unit.held(site.caller()), world, type);
        if (there == keeper.lock.Holding.NOT_HELD) return false;
        if (there == keeper.lock.Holding.UNKNOWN && !covered(rule, unit, site.caller(), type, depth + 1)) return false;
      }
      held = true;
    }
    return held;
  }

  /** The rule leaves out a time in the object's life, and this is that time. */
  static boolean excepts(Rule rule, Facts facts, AccessPath object, Moment moment) {
    Set<Rule.Phase> phases = rule.about().except().phases();
    if (phases.contains(Rule.Phase.BEFORE_PUBLICATION) && !published(facts, object, moment) && leads(facts, object, moment, true)) return true;
    return phases.contains(Rule.Phase.AFTER_LAST_REFERENCE) && leads(facts, object, moment, false);
  }

  /** Some way to this moment has handed the object to a function that a rule says publishes it. */
  static boolean published(Facts facts, AccessPath object, Moment moment) {
    for (Moment other : facts.moments())
      if (other.step() instanceof Step.Call call && publishes(facts, call, object) && before(facts, other, moment)) return true;
    return false;
  }

  /** From here the object gets published, or with {@code publish} not set, freed. */
  private static boolean leads(Facts facts, AccessPath object, Moment moment, boolean publish) {
    for (Moment other : facts.moments())
      if (other.step() instanceof Step.Call call && (publish ? publishes(facts, call, object) : gone(facts, call, object)) && before(facts, moment, other)) return true;
    return false;
  }

  private static boolean publishes(Facts facts, Step.Call call, AccessPath object) {
    for (Rule.OfFunction rule : facts.unit().contracts(call.callee()))
      if (rule instanceof Rule.Publishes publishes && names(call, publishes.argument(), object.root())) return true;
    return false;
  }

  /** The object itself, not a member of it, is given up. */
  private static boolean gone(Facts facts, Step.Call call, AccessPath object) {
    for (int i = 0; i < call.arguments().size(); i++)
      if (facts.frees(call, i) && call.arguments().get(i) instanceof Value.Stored s && s.path().isVariable() && s.path().root().equals(object.root())) return true;
    return false;
  }

  private static boolean names(Step.Call call, int argument, String root) {
    if (argument >= call.arguments().size()) return false;
    Value value = call.arguments().get(argument);
    return value instanceof Value.Stored s && s.path().root().equals(root) || value instanceof Value.AddressOf a && a.path().root().equals(root);
  }

  /** Whether one moment can come before another on some way through the function. */
  private static boolean before(Facts facts, Moment first, Moment second) {
    if (first == second) return false;
    List<Block> blocks = facts.held().graph().blocks();
    if (first.block() == second.block()) {
      List<Step> steps = blocks.get(first.block()).steps();
      if (index(steps, first.step()) < index(steps, second.step())) return true;
    }
    Set<Integer> seen = new HashSet<>();
    java.util.ArrayDeque<Integer> open = new java.util.ArrayDeque<>(List.of(first.block()));
    while (!open.isEmpty())
      for (Edge edge : blocks.get(open.pop()).edges()) {
        if (edge.target() == second.block()) return true;
        if (seen.add(edge.target())) open.push(edge.target());
      }
    return false;
  }

  private static int index(List<Step> steps, Step step) {
    for (int i = 0; i < steps.size(); i++) if (steps.get(i) == step) return i;
    return -1;
  }
}
