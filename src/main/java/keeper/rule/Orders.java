// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.rule;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import keeper.text.Problem;

/** The orders of locks that rules state, with what follows from them: a before b and b before c is a before c. */
public final class Orders {
  private static final int DEEPEST = 16;

  private final Map<String, List<Rule.Order>> inner = new LinkedHashMap<>();

  private Orders() {}

  public static Orders of(List<Rule> rules) {
    Orders orders = new Orders();
    for (Rule rule : rules)
      if (rule instanceof Rule.Order order) orders.inner.computeIfAbsent(order.outer(), outer -> new ArrayList<>()).add(order);
    return orders;
  }

  public boolean isEmpty() {
    return inner.isEmpty();
  }

  /** The rules by which one lock is taken before another, in order; empty when nothing says so. */
  public List<Rule.Order> way(String outer, String inner) {
    List<Rule.Order> way = new ArrayList<>();
    return walk(outer, inner, way, new LinkedHashSet<>()) ? way : List.of();
  }

  private boolean walk(String from, String to, List<Rule.Order> way, Set<String> seen) {
    if (!seen.add(from) || way.size() >= DEEPEST) return false;
    for (Rule.Order order : inner.getOrDefault(from, List.of())) {
      way.add(order);
      if (order.inner().equals(to) || walk(order.inner(), to, way, seen)) return true;
      way.remove(way.size() - 1);
    }
    return false;
  }

  /** One ends by what the other begins with. */
  private static boolean apart(Rule one, Rule other) {
    for (Property property : one.about().scope().until()) if (other.about().scope().since().contains(property)) return true;
    return false;
  }

  /** A problem when two locks come before each other. */
  static Optional<Problem> circle(List<Rule> rules) {
    Orders orders = of(rules);
    for (List<Rule.Order> some : orders.inner.values())
      for (Rule.Order order : some) {
        List<Rule.Order> back = orders.way(order.inner(), order.outer());
        boolean together = true; // in some tree
        for (Rule.Order other : back) if (apart(order, other) || apart(other, order) || apart(other, back.get(0)) || apart(back.get(0), other)) together = false;
        if (!back.isEmpty() && together)
          return Optional.of(new Problem(order.at(), order.says() + " contradicts " + back.get(0).at() + ", by which " + order.inner() + " comes before " + order.outer() + ": one of the two must go"));
      }
    return Optional.empty();
  }
}
