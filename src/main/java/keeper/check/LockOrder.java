// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import keeper.c.Function;
import keeper.flow.Step;
import keeper.lock.Act;
import keeper.lock.Held;
import keeper.lock.HeldLocks;
import keeper.lock.Lock;
import keeper.lock.Moment;
import keeper.lock.Summary;
import keeper.lock.Unit;
import keeper.lock.World;
import keeper.rule.LockApi;
import keeper.rule.Orders;
import keeper.rule.Rule;
import keeper.text.Span;

/**
 * Two locks are taken one within the other, and elsewhere in the file the other way round.
 *
 * <p>The side that fewer places take is asked about. Silent when a third lock is held on both sides, on trylocks, and on two locks of one kind.
 */
final class LockOrder implements Check {
  private static final int MOST_PLACES = 200;

  /** {@code second} is taken while {@code first} is held. */
  private record Pair(Function function, Held first, Lock second, LockApi.Mode mode, Span at, String by, List<Held> others) {}

  @Override
  public String id() {
    return "lock-order";
  }

  @Override
  public void findings(Facts facts, List<Finding> findings) {
    Map<String, Finding> found = new LinkedHashMap<>();
    Map<String, List<Pair>> reverses = new LinkedHashMap<>();
    Orders orders = Orders.of(facts.rules());
    for (Pair pair : pairs(facts.unit(), facts.function())) {
      if (written(facts, pair, orders, found)) continue;
      String key = pair.first().lock().type() + " " + pair.second().type();
      List<Pair> both = reverses.computeIfAbsent(key, k -> around(facts.unit(), pair));
      judge(facts, pair, both, found);
    }
    findings.addAll(found.values());
  }

  /** A rule says which of the two comes first; whether it has spoken, one way or the other. */
  private boolean written(Facts facts, Pair pair, Orders orders, Map<String, Finding> found) {
    if (orders.isEmpty()) return false;
    String outer = pair.first().lock().type();
    String inner = pair.second().type();
    if (!orders.way(outer, inner).isEmpty()) return true;
    List<Rule.Order> way = orders.way(inner, outer);
    if (way.isEmpty()) return false;
    for (Rule.Order order : way) if (Spoken.excepts(order, facts)) return true;
    Rule.Order rule = way.get(0);
    String first = pair.first().lock().text();
    String second = pair.second().text();
    List<Witness> evidence = new ArrayList<>();
    evidence.add(new Witness(facts.place(pair.first().takenAt()), first + " is taken here"));
    evidence.add(new Witness(facts.place(pair.at()), second + " is taken here, by " + pair.by() + "()"));
    for (Rule.Order order : way) evidence.add(new Witness(order.at(), "rule " + order.id() + ": " + order.says() + (order.reason().isEmpty() ? "" : ". " + order.reason())));
    List<String> heldNow = new ArrayList<>();
    heldNow.add(first);
    for (Held held : pair.others()) heldNow.add(held.lock().text());
    boolean callee = !pair.by().isEmpty() && facts.unit().function(pair.by()).isPresent();
    Confidence confidence = Spoken.capped(rule, callee ? Confidence.LIKELY : Confidence.CERTAIN);
    found.putIfAbsent(outer + " " + inner + " " + pair.at().start(), new Finding(id(), rule.id(), facts.place(pair.at()), facts.name(), second, first, "order", heldNow, confidence,
        callee ? "assuming that the call takes the way on which " + pair.by() + "() locks" : "", "May " + second + " be taken under " + first + "? By the rule " + rule.id() + ", " + second + " comes first.", evidence));
    return true;
  }

  private static List<Pair> pairs(Unit unit, Function function) {
    List<Pair> pairs = new ArrayList<>();
    HeldLocks held = unit.held(function);
    if (held.exhausted()) return pairs;
    for (Moment moment : held.moments()) {
      if (!(moment.step() instanceof Step.Call) && !(moment.step() instanceof Step.Open)) continue;
      List<Held> before = null;
      for (Act act : held.acts(moment.step(), moment.worlds().get(0))) {
        if (act.kind() != Act.Kind.ACQUIRE || !waits(act) || !isKnown(act.lock()) || moment.step() instanceof Step.Call c && !c.callee().equals(act.entry().name()) && unit.contracts(c.callee()).isEmpty()) continue;
        if (before == null) before = heldInAll(moment);
        add(function, before, act.lock(), act.mode(), moment.step().at(), act.by(), pairs);
      }
      if (moment.step() instanceof Step.Call call && (unit.function(call.callee()).isPresent() || !unit.contracts(call.callee()).isEmpty())) callee(unit, function, moment, call, pairs);
    }
    return pairs;
  }

  private static void callee(Unit unit, Function function, Moment moment, Step.Call call, List<Pair> pairs) {
    List<Held> before = heldInAll(moment);
    unit.function(call.callee()).ifPresent(callee -> before.removeIf(held -> letsGo(unit, callee, held.lock(), 0)));
    if (before.isEmpty()) return;
    Summary summary = unit.summary(call.callee()).orElse(null);
    if (summary == null) return;
    for (Summary.Need need : summary.taken()) {
      if (isState(need.family()) || need.text().contains("trylock")) continue;
      Lock lock = unit.translate(need.lock(), call, summary.function(), moment.worlds().get(0));
      if (lock != null && isKnown(lock)) add(function, before, lock, need.mode(), call.at(), call.callee(), pairs);
    }
  }

  /** A function, or one of the file that it calls, releases such a lock: it may take the other one without it. */
  private static boolean letsGo(Unit unit, Function function, Lock lock, int depth) {
    HeldLocks held = unit.held(function);
    for (Moment moment : held.moments()) {
      if (!(moment.step() instanceof Step.Call call)) continue;
      for (Act act : held.acts(call, moment.worlds().get(0))) {
        boolean lets = act.kind() == Act.Kind.RELEASE || act.kind() == Act.Kind.DROP;
        if (lets && act.lock().type().equals(lock.type())) return true;
      }
      if (depth < 2 && unit.function(call.callee()).isPresent() && unit.function(call.callee()).get() != function && letsGo(unit, unit.function(call.callee()).get(), lock, depth + 1)) return true;
    }
    return false;
  }

  private static void add(Function function, List<Held> before, Lock second, LockApi.Mode mode, Span at, String by, List<Pair> pairs) {
    for (Held first : before) {
      boolean sorted = by.contains("nested") && first.lock().member().equals(second.member()); // two of a kind, their author knows
      if (sorted || first.lock().type().equals(second.type()) || !isKnown(first.lock()) || isState(first.kind()) || pairs.size() >= MOST_PLACES) continue;
      List<Held> others = new ArrayList<>(before);
      others.remove(first);
      pairs.add(new Pair(function, first, second, mode, at, by, others));
    }
  }

  private static boolean waits(Act act) {
    return act.entry() != null && !act.by().startsWith("ww_") && act.entry().effect() != LockApi.Effect.TRY_ACQUIRE && !act.entry().isConditionalGuard() && !isState(act.family());
  }

  private static boolean isState(String family) {
    return switch (family) {
      case "rcu", "srcu", "irq", "bh", "preempt", "pagefault", "seq" -> true;
      default -> false;
    };
  }

  private static boolean isKnown(Lock lock) {
    return !lock.type().startsWith("?") && !lock.type().startsWith("#") && lock.path().indexOf('[') < 0;
  }

  private static List<Held> heldInAll(Moment moment) {
    List<Held> all = new ArrayList<>();
    for (Held held : moment.worlds().get(0).held()) {
      boolean everywhere = held.isSure();
      for (World world : moment.worlds()) {
        Held there = world.find(held.lock().path());
        if (there == null || !there.isSure() || world.unseen()) everywhere = false;
      }
      if (everywhere && waited(held)) all.add(held);
    }
    return all;
  }

  /** A lock that was waited for: what a trylock got cannot close a circle. */
  private static boolean waited(Held held) {
    return !held.by().contains("trylock") && !held.by().startsWith("ww_") && !isState(held.kind());
  }

  /** Everywhere in the file that takes these two within each other, in either order. */
  private static List<Pair> around(Unit unit, Pair pair) {
    Set<Function> functions = new LinkedHashSet<>(unit.functionsWith(pair.first().lock().member()));
    functions.addAll(unit.functionsWith(pair.second().member()));
    List<Pair> found = new ArrayList<>();
    String a = pair.first().lock().type();
    String b = pair.second().type();
    for (Function function : functions)
      for (Pair other : pairs(unit, function)) {
        String first = other.first().lock().type();
        String second = other.second().type();
        if (first.equals(a) && second.equals(b) || first.equals(b) && second.equals(a)) found.add(other);
      }
    return found;
  }

  private void judge(Facts facts, Pair pair, List<Pair> all, Map<String, Finding> found) {
    int same = 0;
    List<Pair> reversed = new ArrayList<>();
    for (Pair other : all) {
      if (other.first().lock().type().equals(pair.first().lock().type())) same++;
      else if (!gated(pair, other) && related(pair, other) && !shared(pair, other)) reversed.add(other);
    }
    if (reversed.isEmpty() || same > reversed.size()) return;
    String first = pair.first().lock().text();
    String second = pair.second().text();
    Pair other = reversed.get(0);
    boolean global = pair.first().lock().isGlobal() && pair.second().isGlobal();
    Confidence confidence = global ? Confidence.CERTAIN : Confidence.LIKELY;
    String assumption = global ? "" : "assuming that both places mean the same objects";
    String count = reversed.size() == 1 ? "" : ", as do " + (reversed.size() - 1) + " more";
    String message = "Is " + second + " meant to be taken within " + first + "? " + other.function().name() + "() takes them the other way round" + count
        + (assumption.isEmpty() ? "." : " (" + assumption + ").");
    List<Witness> evidence = List.of(
        new Witness(facts.place(pair.first().takenAt()), first + " is taken here"),
        new Witness(facts.place(pair.at()), second + " is taken here, by " + pair.by() + "()"),
        new Witness(facts.place(other.first().takenAt()), other.function().name() + "() takes " + other.first().lock().text() + " first"),
        new Witness(facts.place(other.at()), "and then " + other.second().text() + ", by " + other.by() + "()"));
    List<String> heldNow = new ArrayList<>();
    heldNow.add(first);
    for (Held held : pair.others()) heldNow.add(held.lock().text());
    found.putIfAbsent(pair.first().lock().type() + " " + pair.second().type() + " " + pair.at().start(),
        new Finding(id(), "", facts.place(pair.at()), facts.name(), second, first, "order", heldNow, confidence, assumption, message, evidence));
  }

  /** A third lock is held on both sides: they never meet. */
  private static boolean gated(Pair one, Pair two) {
    for (Held a : one.others()) for (Held b : two.others()) if (a.lock().type().equals(b.lock().type())) return true;
    return false;
  }

  /** One of the two is only read on both sides. */
  private static boolean shared(Pair one, Pair two) {
    return one.first().mode() == LockApi.Mode.READ && two.mode() == LockApi.Mode.READ || one.mode() == LockApi.Mode.READ && two.first().mode() == LockApi.Mode.READ;
  }

  /** Heuristic: the two locks lie to each other in the same way on both sides, or one of them is global. */
  private static boolean related(Pair one, Pair two) {
    if (one.first().lock().isGlobal() || one.second().isGlobal()) return true;
    return one.first().lock().root().equals(one.second().root()) == two.first().lock().root().equals(two.second().root());
  }
}
