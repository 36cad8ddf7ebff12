// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import keeper.c.Function;
import keeper.flow.AccessPath;
import keeper.flow.Step;
import keeper.flow.Value;
import keeper.lock.Act;
import keeper.lock.Held;
import keeper.lock.HeldLocks;
import keeper.lock.Lock;
import keeper.lock.Moment;
import keeper.lock.Unit;
import keeper.lock.World;
import keeper.rule.LockApi;

/**
 * A function waits for a work item, a timer, a thread or an interrupt handler to finish while it, or its caller in this file, holds a lock that the
 * awaited function takes.
 *
 * <p>The awaited function is found by where it was set up in this file; a trylock in it does not count.
 */
final class SyncWaitDeadlock implements Check {
  private static final int DEEPEST = 3;
  private static final int LONGEST_STATEMENT = 300;

  /** Where the awaited function takes a lock, and how. */
  private record Taking(Moment moment, LockApi.Mode mode) {}

  /** What waits, and the words that set up what is waited for. */
  private record Wait(String name, List<String> setup, boolean byTarget) {}

  private static final List<String> WORK = List.of("INIT_WORK", "INIT_DELAYED_WORK", "DECLARE_WORK", "DECLARE_DELAYED_WORK", "INIT_DEFERRABLE_WORK", "kthread_init_work", "kthread_init_delayed_work", "INIT_WORK_ONSTACK", "__WORK_INITIALIZER");
  private static final List<String> TIMER = List.of("timer_setup", "DEFINE_TIMER", "hrtimer_setup", "function");
  private static final List<String> IRQ = List.of("request_irq", "devm_request_irq", "request_threaded_irq", "devm_request_threaded_irq", "pci_request_irq");

  private static Wait wait(String name) {
    return switch (name) {
      case "cancel_work_sync", "cancel_delayed_work_sync", "flush_work", "flush_delayed_work", "disable_work_sync", "disable_delayed_work_sync", "kthread_cancel_work_sync",
          "kthread_cancel_delayed_work_sync", "kthread_flush_work" -> new Wait(name, WORK, true);
      case "del_timer_sync", "timer_delete_sync", "timer_shutdown_sync", "del_singleshot_timer_sync", "hrtimer_cancel" -> new Wait(name, TIMER, true);
      case "tasklet_kill", "tasklet_disable" -> new Wait(name, List.of("tasklet_setup", "tasklet_init", "DECLARE_TASKLET"), true);
      case "napi_disable" -> new Wait(name, List.of("netif_napi_add", "netif_napi_add_weight", "netif_napi_add_tx"), true);
      case "free_irq", "devm_free_irq", "disable_irq", "synchronize_irq", "pci_free_irq" -> new Wait(name, IRQ, false);
      case "kthread_stop" -> new Wait(name, List.of("kthread_run", "kthread_create"), false);
      default -> null;
    };
  }

  @Override
  public String id() {
    return "sync-wait-deadlock";
  }

  @Override
  public void findings(Facts facts, List<Finding> findings) {
    Map<String, Finding> found = new LinkedHashMap<>();
    for (Moment moment : facts.moments()) {
      if (!(moment.step() instanceof Step.Call call)) continue;
      Wait wait = wait(call.callee());
      if (wait == null || call.arguments().isEmpty()) continue;
      for (Function awaited : awaited(facts.unit(), wait, call)) {
        if (awaited == facts.function()) continue;
        Map<String, Taking> takes = new LinkedHashMap<>();
        takes(facts.unit(), awaited, takes, new HashSet<>(), 0);
        if (takes.isEmpty()) continue;
        here(facts, moment, call, awaited, takes, found);
        callers(facts, call, awaited, takes, found);
      }
    }
    findings.addAll(found.values());
  }

  /** The functions that were set up to run in what the call waits for. */
  private static List<Function> awaited(Unit unit, Wait wait, Step.Call call) {
    String target = target(call.arguments().get(0));
    List<Function> found = new ArrayList<>();
    if (wait.byTarget() && target.isEmpty()) return found;
    for (Function function : candidates(unit, wait))
      for (Unit.Reference reference : unit.references(function.name())) if (setsUp(reference.context(), wait, target) && !found.contains(function)) found.add(function);
    return found.size() == 1 ? found : List.of(); // two: which one it is cannot be told
  }

  /** The functions whose names stand behind one of the words, in the same statement. */
  private static Set<Function> candidates(Unit unit, Wait wait) {
    String text = new String(unit.text().bytes(), StandardCharsets.ISO_8859_1);
    Set<Function> found = new LinkedHashSet<>();
    for (String word : wait.setup())
      for (int at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
        int end = text.indexOf(';', at);
        String statement = text.substring(at, Math.min(end < 0 ? text.length() : end, at + LONGEST_STATEMENT));
        for (int i = 0; i < statement.length(); i++) {
          if (!Character.isJavaIdentifierStart(statement.charAt(i))) continue;
          int start = i;
          while (i < statement.length() && Character.isJavaIdentifierPart(statement.charAt(i))) i++;
          unit.function(statement.substring(start, i)).ifPresent(found::add);
        }
      }
    return found;
  }

  /** {@code x->a.work} for {@code &x->a.work}, or the name of a global work item. */
  private static String target(Value value) {
    AccessPath path = value instanceof Value.AddressOf a ? a.path() : value instanceof Value.Stored s ? s.path() : null;
    return path == null ? "" : path.toString();
  }

  private static boolean setsUp(String context, Wait wait, String target) {
    for (String word : wait.setup()) {
      if (!hasWord(context, word)) continue;
      if (!wait.byTarget()) return true;
      int open = context.indexOf('(');
      if (open < 0) return alike(context.substring(0, Math.max(0, context.lastIndexOf(word))), target); // x->timer.function =
      int from = open + 1;
      for (int at = from; at <= context.length(); at++)
        if (at == context.length() || context.charAt(at) == ',') {
          if (alike(context.substring(from, at), target)) return true;
          from = at + 1;
        }
    }
    return false;
  }

  /** The last members of two paths are the same, two of them where both have two: {@code a->x.work} and {@code b->x.work}, not {@code b->y.work}. */
  private static boolean alike(String one, String two) {
    String[] a = members(one);
    String[] b = members(two);
    if (a.length == 0 || b.length == 0 || !a[a.length - 1].equals(b[b.length - 1])) return false;
    if (a.length == 1 || b.length == 1) return a.length == b.length;
    return a.length == 2 || b.length == 2 || a[a.length - 2].equals(b[b.length - 2]);
  }

  private static String[] members(String path) {
    String plain = path.replace("->", ".").replace("&", " ").replace("*", " ").replace("(", " ").replace(")", " ").trim();
    while (plain.indexOf('[') >= 0 && plain.indexOf(']', plain.indexOf('[')) > 0) plain = plain.substring(0, plain.indexOf('[')) + plain.substring(plain.indexOf(']', plain.indexOf('[')) + 1);
    if (plain.endsWith(".")) plain = plain.substring(0, plain.length() - 1);
    return plain.isEmpty() ? new String[0] : plain.split("\\.");
  }

  private static boolean hasWord(String text, String word) {
    for (int at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
      boolean begins = at == 0 || !Character.isJavaIdentifierPart(text.charAt(at - 1));
      int end = at + word.length();
      if (begins && (end == text.length() || !Character.isJavaIdentifierPart(text.charAt(end)))) return true;
    }
    return false;
  }

  /** The locks that a function, or one of the file that it calls, waits for; by struct and member, or by the name of a global one. */
  private static void takes(Unit unit, Function function, Map<String, Taking> takes, Set<Function> seen, int depth) {
    if (!seen.add(function) || depth > DEEPEST) return;
    HeldLocks held = unit.held(function);
    if (held.exhausted()) return;
    for (Moment moment : held.moments()) {
      if (!(moment.step() instanceof Step.Call) && !(moment.step() instanceof Step.Open)) continue;
      for (Act act : held.acts(moment.step(), moment.worlds().get(0))) {
        boolean waits = act.kind() == Act.Kind.ACQUIRE && act.entry() != null && act.entry().effect() != LockApi.Effect.TRY_ACQUIRE && !act.entry().isConditionalGuard() && !isState(act.family());
        if (waits && isKnown(act.lock())) takes.putIfAbsent(act.lock().type(), new Taking(moment, act.mode()));
      }
      if (moment.step() instanceof Step.Call call && unit.function(call.callee()).isPresent()) takes(unit, unit.function(call.callee()).get(), takes, seen, depth + 1);
    }
  }

  private static boolean isState(String family) {
    return switch (family) {
      case "rcu", "srcu", "irq", "bh", "preempt", "pagefault" -> true;
      default -> false;
    };
  }

  private static boolean isKnown(Lock lock) {
    return !lock.type().startsWith("?") && !lock.type().startsWith("#") && lock.path().indexOf('[') < 0; // an array's elements: which one?
  }

  private void here(Facts facts, Moment moment, Step.Call call, Function awaited, Map<String, Taking> takes, Map<String, Finding> found) {
    for (Held held : heldInAll(moment)) {
      Taking taken = takes.get(held.lock().type());
      if (taken != null && isKnown(held.lock()) && !(taken.mode() == LockApi.Mode.READ && held.mode() == LockApi.Mode.READ)) add(facts, call, awaited, held, taken, facts.function(), held.takenAt(), moment.worlds(), found);
    }
  }

  /** Locks that are held in all worlds, for sure. */
  private static List<Held> heldInAll(Moment moment) {
    List<Held> all = new ArrayList<>();
    for (Held held : moment.worlds().get(0).held()) {
      boolean everywhere = held.isSure();
      for (World world : moment.worlds()) {
        Held there = world.find(held.lock().path());
        if (there == null || !there.isSure() || world.unseen()) everywhere = false;
      }
      if (everywhere) all.add(held);
    }
    return all;
  }

  /** A caller in this file holds the lock when it calls the function that waits. */
  private void callers(Facts facts, Step.Call call, Function awaited, Map<String, Taking> takes, Map<String, Finding> found) {
    Set<Function> seen = new HashSet<>(Set.of(facts.function(), awaited));
    List<Function> level = List.of(facts.function());
    Map<Function, Set<String>> objects = new LinkedHashMap<>(); // the parameters by which each of them gets the object that has what is waited for
    objects.put(facts.function(), parameters(facts.unit(), facts.function(), target(call.arguments().get(0))));
    for (int depth = 0; depth < DEEPEST && !level.isEmpty(); depth++) {
      List<Function> next = new ArrayList<>();
      for (Function callee : level)
        for (Unit.Site site : List.copyOf(facts.unit().sites(callee.name()))) {
          if (seen.contains(site.caller())) continue;
          Set<String> roots = roots(callee, site, objects.get(callee));
          objects.computeIfAbsent(site.caller(), c -> new HashSet<>()).addAll(parameters(facts.unit(), site.caller(), String.join(" ", roots)));
          for (Held held : heldInAll(site.moment())) {
            Taking taken = takes.get(held.lock().type());
            if (taken != null && isKnown(held.lock()) && !(taken.mode() == LockApi.Mode.READ && held.mode() == LockApi.Mode.READ) && !releasedIn(facts, held.lock())
                && (held.lock().isGlobal() || isOf(held.lock(), roots))) add(facts, call, awaited, held, taken, site.caller(), site.call().at(), site.moment().worlds(), found);
          }
          if (!next.contains(site.caller())) next.add(site.caller());
        }
      seen.addAll(next);
      level = next;
    }
  }

  /** The parameters of a function that stand in a text. */
  private static Set<String> parameters(Unit unit, Function function, String text) {
    Set<String> found = new HashSet<>();
    for (keeper.c.Parameter parameter : function.parameters()) if (!parameter.name().isEmpty() && hasWord(text, parameter.name())) found.add(parameter.name());
    for (Step.Write write : writes(unit, function)) // struct foo *foo = to_foo(dev), or dev->foo
      if (write.path().isVariable() && (write.value() instanceof Value.Stored || write.value() instanceof Value.Result r && unit.kernel().accessor(r.callee())) && hasWord(text, write.path().root()))
        for (keeper.c.Parameter parameter : function.parameters()) if (!parameter.name().isEmpty() && hasWord(unit.held(function).text(write.at()), parameter.name())) found.add(parameter.name());
    return found;
  }

  private static List<Step.Write> writes(Unit unit, Function function) {
    List<Step.Write> writes = new ArrayList<>();
    for (keeper.flow.Block block : unit.graph(function).blocks()) for (Step step : block.steps()) if (step instanceof Step.Write w) writes.add(w);
    return writes;
  }

  /** What a call hands on as the object, as its caller sees it, aliases followed and not. */
  private static Set<String> roots(Function callee, Unit.Site site, Set<String> objects) {
    Set<String> roots = new HashSet<>();
    for (int i = 0; i < callee.parameters().size() && i < site.call().arguments().size(); i++) {
      if (!objects.contains(callee.parameters().get(i).name())) continue;
      Value argument = site.call().arguments().get(i);
      AccessPath path = argument instanceof Value.AddressOf a ? a.path() : argument instanceof Value.Stored s ? s.path() : null;
      if (path == null) continue;
      roots.add(path.root());
      roots.add(site.moment().worlds().get(0).canonical(AccessPath.of(path.root())));
    }
    return roots;
  }

  /** The lock may be one of the object that is handed on: a parent that waits for its children holds another one. */
  private static boolean isOf(Lock lock, Set<String> roots) {
    for (String root : roots) {
      if (root.equals(lock.root()) || lock.text().equals(root) || lock.text().startsWith(root + "->") || lock.text().startsWith(root + ".")) return true;
      if (lock.root().indexOf('(') >= 0 && hasWord(lock.root(), root) || root.indexOf('(') >= 0 && hasWord(root, lock.root())) return true;
    }
    return false;
  }

  /** The function that waits may let go of its caller's lock before it does. */
  private static boolean releasedIn(Facts facts, Lock lock) {
    for (Moment moment : facts.moments()) {
      if (!(moment.step() instanceof Step.Call)) continue;
      for (Act act : facts.held().acts(moment.step(), moment.worlds().get(0))) if (act.kind() == Act.Kind.RELEASE && act.lock().type().equals(lock.type())) return true;
    }
    return false;
  }

  private void add(Facts facts, Step.Call call, Function awaited, Held held, Taking taken, Function holder, keeper.text.Span at, List<World> worlds, Map<String, Finding> found) {
    String lock = held.lock().text();
    Confidence confidence = held.lock().isGlobal() ? Confidence.CERTAIN : Confidence.LIKELY;
    String assumption = confidence == Confidence.CERTAIN ? "" : "assuming that both mean the same object";
    String holds = holder == facts.function() ? lock + " is held here" : holder.name() + "() calls this with " + lock + " held";
    String message = "Does " + call.callee() + "() wait for ever? " + holds + ", and " + awaited.name() + "(), which it waits for, takes " + held.lock().member() + " too"
        + (assumption.isEmpty() ? "." : " (" + assumption + ").");
    List<Witness> evidence = List.of(
        new Witness(facts.place(at), holder == facts.function() ? lock + " is taken here, by " + held.by() + "()" : holder.name() + "() holds " + lock + " here"),
        new Witness(facts.place(taken.moment().step().at()), awaited.name() + "() takes it here"));
    found.putIfAbsent(held.lock().type() + " " + call.at().start(), new Finding(id(), "", facts.place(call.at()), facts.name(), lock, call.callee(), awaited.name(), facts.heldAt(worlds), confidence, assumption, message, evidence));
  }
}
