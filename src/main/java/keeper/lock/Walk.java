// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lock;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import keeper.c.Parameter;
import keeper.flow.AccessPath;
import keeper.flow.Assumption;
import keeper.flow.Block;
import keeper.flow.ControlFlowGraph;
import keeper.flow.Edge;
import keeper.flow.Step;
import keeper.flow.Value;
import keeper.rule.LockApi;
import keeper.text.Span;

/** Carries worlds through a graph until nothing new comes, within limits. */
final class Walk {
  static final int MOST_WORLDS = 16;
  private static final int VISITS_BEFORE_FORGETTING = 24;
  private static final int MOST_VISITS = 60;
  private static final long MOST_WORK = 200_000;
  private static final int MOST_HELD = 48;
  private static final Lock INTERRUPTS = new Lock("irq", "irq", "interrupts off");
  private static final String PAGE_TABLE = "page-table lock"; // of the lock table: the split lock of a page table, met as a pointer only

  private final Unit unit;
  private final Kernel kernel;
  private final ControlFlowGraph graph;
  private final Map<Integer, Step.Call> calls = new HashMap<>();
  private final Map<Integer, String> wordings = new HashMap<>();
  private final Set<Integer> tested = new HashSet<>(); // calls whose result is looked at in a way that is followed
  private final Map<String, Integer> parameters = new HashMap<>();
  private final Map<String, String> constants;
  private Map<Span, List<Held>> implied = Map.of(); // behind text that is not shown
  private long work;
  private String limit = ""; // the one that was met, in words

  Walk(Unit unit, ControlFlowGraph graph) {
    this(unit, graph, Map.of());
  }

  /**
   * A walk for one kind of call.
   *
   * @param constants parameters that have a known value, such as {@code true} or {@code NULL}
   */
  Walk(Unit unit, ControlFlowGraph graph, Map<String, String> constants) {
    this.unit = unit;
    this.constants = constants;
    this.kernel = unit.kernel();
    this.graph = graph;
    List<Parameter> declared = graph.function().parameters();
    for (int i = 0; i < declared.size(); i++) parameters.put(declared.get(i).name(), i);
    collect();
  }

  HeldLocks run() {
    HeldLocks seen = once();
    if (!unit.isChecked() || !unit.hasGaps()) return seen;
    implied = Implied.of(seen);
    if (implied.isEmpty()) return seen;
    work = 0;
    return once();
  }

  private HeldLocks once() {
    int count = graph.blocks().size();
    List<List<World>> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) entries.add(null);
    int[] visits = new int[count];
    int[] rank = ranks(count);
    PriorityQueue<Integer> open = new PriorityQueue<>((a, b) -> Integer.compare(rank[a], rank[b]));
    BitSet waiting = new BitSet();
    entries.set(0, List.of(start()));
    open.add(0);
    waiting.set(0);
    while (!open.isEmpty()) {
      int index = open.poll();
      waiting.clear(index);
      Block block = graph.blocks().get(index);
      visits[index]++;
      List<World> worlds = entries.get(index);
      for (Step step : block.steps()) worlds = after(step, worlds);
      if (exhausted()) break;
      for (Edge edge : block.edges()) {
        List<World> passing = pass(worlds, edge.assumption());
        if (passing.isEmpty()) continue;
        int target = edge.target();
        List<World> merged = merge(entries.get(target), passing, visits[target]);
        if (merged == entries.get(target)) continue;
        entries.set(target, merged);
        if (!waiting.get(target)) {
          waiting.set(target);
          open.add(target);
        }
      }
    }
    if (exhausted()) for (int i = 0; i < count; i++) entries.set(i, List.of(World.START.gap()));
    return new HeldLocks(unit, graph, this, entries, limit);
  }

  /** The same for a function that has nothing to do with locks: each block is looked at once, with nothing known of the way there. */
  HeldLocks glance() {
    List<List<World>> entries = new ArrayList<>(java.util.Collections.nCopies(graph.blocks().size(), null));
    for (int block : graph.order()) entries.set(block, List.of(World.START));
    return new HeldLocks(unit, graph, this, entries, "");
  }

  private int[] ranks(int count) {
    int[] rank = new int[count];
    java.util.Arrays.fill(rank, Integer.MAX_VALUE);
    int[] order = graph.order();
    for (int i = 0; i < order.length; i++) rank[order[i]] = i;
    return rank;
  }

  /** What annotations say of the entry. */
  private World start() {
    World world = World.START;
    for (Held held : unit.annotated(graph.function())) world = world.acquire(held);
    for (Map.Entry<String, String> constant : constants.entrySet()) world = world.alias(constant.getKey(), "c" + constant.getValue());
    return world;
  }

  private List<World> pass(List<World> worlds, Assumption assumption) {
    if (assumption.isAlways()) return worlds;
    List<World> passing = new ArrayList<>(worlds.size());
    for (World world : worlds) {
      World assumed = world.assume(assumption, this);
      if (assumed != null) passing.add(assumed);
    }
    // Memory changes behind our back: a test that nobody here would pass is passed by all, unless it is of a local variable.
    if (passing.isEmpty() && !local(assumption)) passing.addAll(worlds);
    return passing;
  }

  private boolean local(Assumption assumption) {
    if (assumption.value() instanceof Value.Constant) return true;
    if (assumption.value() instanceof Value.Result r) return wordings.get(r.call()) == null;
    return assumption.value() instanceof Value.Stored s && s.path().isVariable() && graph.variables().containsKey(s.path().root());
  }

  private List<World> merge(List<World> known, List<World> arriving, int visits) {
    List<World> merged = known == null ? new ArrayList<>() : new ArrayList<>(known);
    boolean changed = known == null;
    for (World world : arriving) {
      World arrived = visits > VISITS_BEFORE_FORGETTING ? world.forget() : world;
      boolean found = false;
      for (int i = 0; i < merged.size() && !found; i++) {
        World there = merged.get(i);
        if (!there.sameLocks(arrived)) continue;
        found = true;
        World joined = there.join(arrived);
        if (joined != there && !joined.equalTo(there)) {
          merged.set(i, joined);
          changed = true;
        }
      }
      if (!found) {
        merged.add(arrived);
        changed = true;
      }
    }
    if (!changed) return known;
    if (merged.size() > MOST_WORLDS || visits > MOST_VISITS && merged.size() > 1) {
      World folded = World.fold(merged);
      if (known != null && known.size() == 1 && folded.equalTo(known.get(0))) return known;
      if (visits > 2 * MOST_VISITS && known != null) {
        limit = "what is held does not settle in " + 2 * MOST_VISITS + " rounds";
        return known;
      }
      merged = new ArrayList<>(List.of(folded));
    }
    return merged;
  }

  /** The worlds after a step; each as before, or two where a call may fail. */
  List<World> after(Step step, List<World> worlds) {
    work += worlds.size();
    if (work > MOST_WORK) {
      limit = "more than " + MOST_WORK + " states of its steps";
      return worlds;
    }
    List<World> next = new ArrayList<>(worlds.size());
    for (World world : worlds) {
      if (world.held().size() > MOST_HELD) {
        limit = "more than " + MOST_HELD + " locks held at once";
        return worlds;
      }
      after(step, world, next);
    }
    if (next.size() <= worlds.size()) return next;
    List<World> distinct = new ArrayList<>(next.size());
    for (World world : next) {
      boolean known = false;
      for (World other : distinct) if (other.equalTo(world)) known = true;
      if (!known) distinct.add(world);
    }
    return distinct.size() > 2 * MOST_WORLDS ? List.of(World.fold(distinct)) : distinct;
  }

  private void after(Step step, World world, List<World> next) {
    if      (step instanceof Step.Call call)       call(call, world, next);
    else if (step instanceof Step.Write write)     next.add(write(write, world));
    else if (step instanceof Step.Declare declare) next.add(forgotten(world, declare.name(), declare.at()));
    else if (step instanceof Step.Open open)       open(open, world, next);
    else if (step instanceof Step.Close close)     next.add(close(close, world));
    else if (step instanceof Step.Gap gap)         next.add(behind(gap, world));
    else if (step instanceof Step.Address address) next.add(address(address, world));
    else                                           next.add(world); // reads and returns change nothing
  }

  private World behind(Step.Gap gap, World world) {
    World after = world.gap();
    for (Held held : implied.getOrDefault(gap.at(), List.of())) {
      Held there = after.find(held.lock().path());
      after = (there == null ? after : after.remove(there)).acquire(held);
    }
    return after;
  }

  private World address(Step.Address address, World world) {
    // Who has the address may write there.
    return address.path().isVariable() && graph.variables().containsKey(address.path().root()) ? world.alias(address.path().root(), null) : world;
  }

  private World forgotten(World world, String variable, Span at) {
    return world.rename(variable, variable + "@" + at.start());
  }

  private World write(Step.Write write, World world) {
    String name = world.canonical(write.path());
    String old = name + "@" + write.at().start();
    if (write.path().isVariable()) {
      String variable = write.path().root();
      String copy = world.copy(write.value());
      World renamed = world.rename(variable, variable + "@" + write.at().start());
      if (copy != null && copy.charAt(0) != 'c') copy = moved(copy, variable, variable + "@" + write.at().start());
      if (!graph.variables().containsKey(variable) && (copy == null || copy.charAt(0) != 'c')) return renamed;
      World written = renamed.alias(variable, copy);
      if (write.value() instanceof Value.Result result) {
        String text = wordings.get(result.call());
        if (text != null && copy != null && copy.equals("=#" + result.call())) written = written.fact("#" + result.call(), both(written.fact("#" + result.call()), written.fact(text)));
      }
      return written;
    }
    int sign = world.sign(write.value(), this);
    World renamed = world.rename(name, old);
    return sign == World.ANY ? renamed : renamed.fact(name, sign);
  }

  /** What two masks agree on; where they agree on nothing, the world changed in between. */
  private static int both(int one, int other) {
    return (one & other) == 0 ? other : one & other;
  }

  private static String moved(String copy, String name, String old) {
    String path = copy.substring(1);
    if (path.equals(name)) return copy.charAt(0) + old;
    if (path.startsWith(name) && (path.charAt(name.length()) == '.' || path.charAt(name.length()) == '[' || path.charAt(name.length()) == '*'))
      return copy.charAt(0) + old + path.substring(name.length());
    return copy;
  }

  private void call(Step.Call call, World world, List<World> next) {
    String result = "#" + call.id();
    World before = world.rename(result, result + "@");
    before = before.alias(result, null);
    String text = wordings.get(call.id());
    if (text != null) {
      String last = before.alias("@" + text);
      if (last != null && last.equals("c" + call.id())) before = before.fact(text, World.ANY); // asked again: it may answer otherwise
      else if (last == null) before = before.alias("@" + text, "c" + call.id());
    }
    before = known(call, before);
    before = clobbered(call, before);
    before = calledBack(call, before);
    List<Act> acts = acts(call, before);
    if (acts.isEmpty()) {
      next.add(unknownCallee(call, before));
      return;
    }
    outcomes(call.id(), acts, possible(call) & returned(acts), before, next);
  }

  /** The signs that a function of ours can return at all: one that gives 0 or {@code -EAGAIN} gives nothing positive. */
  private int possible(Step.Call call) {
    if (kernel.lock(call.callee()).isPresent()) return World.ANY;
    Optional<Summary> summary = unit.summary(call.callee());
    int signs = 0;
    if (summary.isPresent()) for (Summary.Outcome outcome : summary.get().outcomes()) signs |= outcome.sign();
    return signs == 0 ? World.ANY : signs;
  }

  /** Splits by what the call returned when its acts depend on that. */
  private void outcomes(int id, List<Act> acts, int possible, World before, List<World> next) {
    int[] classes = new int[4];
    int count = 0;
    boolean conditional = false;
    for (Act act : acts) if (act.isConditional()) conditional = true;
    if (!conditional) {
      World after = before;
      for (Act act : acts) after = apply(act, after);
      next.add(after);
      return;
    }
    // Bits of the returned value that are told apart by some act.
    int[] groups = {World.NEGATIVE, World.ZERO, World.POSITIVE};
    for (int bit : groups) {
      if (bit == World.POSITIVE && failsNegative(acts) || (bit & possible) == 0) continue;
      int same = bit;
      for (int other : groups) if (other != bit && (other & possible) != 0 && together(acts, bit, other) && !(other == World.POSITIVE && failsNegative(acts))) same |= other;
      boolean known = false;
      for (int i = 0; i < count; i++) if (classes[i] == same) known = true;
      if (!known) classes[count++] = same;
    }
    boolean followed = tested.contains(id);
    for (int i = 0; i < count; i++) {
      World after = before.fact("#" + id, classes[i]);
      for (Act act : acts) {
        if ((act.outcome() & classes[i]) == 0) {
          if (act.kind() == Act.Kind.ACQUIRE && act.entry() != null && after.find(act.lock().path()) == null) after = after.free(act.lock());
          continue;
        }
        after = apply(act, after);
        if (!followed && act.isConditional()) after = doubt(after, act.lock());
      }
      next.add(after);
      if (!followed) break; // one world with doubt, not two that are never told apart again
    }
    if (!followed) {
      World doubtful = before;
      for (Act act : acts) doubtful = act.isConditional() ? doubt(apply(act, doubtful), act.lock()) : apply(act, doubtful);
      next.set(next.size() - 1, doubtful);
    }
  }

  /** {@code mutex_lock_interruptible()} and its kin return 0 or an error. */
  private static boolean failsNegative(List<Act> acts) {
    for (Act act : acts)
      if (act.entry() != null && act.entry().effect() == LockApi.Effect.ACQUIRE_MAY_FAIL && act.outcome() == World.ZERO) return true;
    return false;
  }

  /** {@code lock_task_sighand()} and its kin return an object or NULL, never an error; others an object or an error, never NULL. */
  private static int returned(List<Act> acts) {
    for (Act act : acts) {
      if (act.entry() == null || act.entry().effect() == LockApi.Effect.ACQUIRE) continue;
      if (act.entry().returns() == LockApi.Returns.ON_POINTER) return World.ANY & ~World.NEGATIVE;
      if (act.entry().returns() == LockApi.Returns.UNKNOWN) return World.ANY & ~World.ZERO;
    }
    return World.ANY;
  }

  private static boolean together(List<Act> acts, int bit, int other) {
    for (Act act : acts) if ((act.outcome() & bit) != 0 != ((act.outcome() & other) != 0)) return false;
    return true;
  }

  private static World doubt(World world, Lock lock) {
    Held held = world.find(lock.path());
    return held == null ? world : world.replace(held, held.with(Held.Origin.DOUBTFUL));
  }

  /** Calls whose result is known, or says something of an argument. */
  private World known(Step.Call call, World world) {
    String name = call.callee();
    String result = "#" + call.id();
    if (name.isEmpty() || call.arguments().isEmpty()) return world;
    Value first = call.arguments().get(0);
    switch (name) {
      case "IS_ERR", "PTR_ERR_OR_ZERO" -> {
        String key = world.key(first, this);
        return key == null ? world : world.alias(result, "?e" + key);
      }
      case "IS_ERR_OR_NULL" -> {
        String key = world.key(first, this);
        return key == null ? world : world.alias(result, "?n" + key);
      }
      case "ERR_PTR" -> {
        return world.fact(result, World.NEGATIVE);
      }
      case "PTR_ERR", "ERR_CAST" -> {
        String copy = world.copy(first);
        return copy == null ? world : world.alias(result, copy);
      }
      case "READ_ONCE", "rcu_dereference", "rcu_dereference_protected", "rcu_access_pointer", "rcu_dereference_check", "srcu_dereference" -> {
        String copy = world.copy(first);
        return copy == null || copy.charAt(0) == 'c' ? world : world.alias(result, copy);
      }
      default -> {
        if (!kernel.accessor(name)) return world;
        String text = text(call, world);
        return text == null ? world : world.alias(result, "=" + text);
      }
    }
  }

  /** Variables that a macro assigns: the cursor of a loop, what an {@code &x} may be used for. */
  private World clobbered(Step.Call call, World world) {
    World after = world;
    boolean loop = call.callee().contains("for_each");
    for (Value argument : call.arguments()) {
      if (loop && argument instanceof Value.Stored s && s.path().isVariable() && graph.locals().contains(s.path().root()))
        after = forgotten(after, s.path().root(), call.at());
      else if (argument instanceof Value.AddressOf a && a.path().isVariable() && graph.variables().containsKey(a.path().root())
          && kernel.lock(call.callee()).isEmpty())
        after = forgotten(after, a.path().root(), call.at());
    }
    return after;
  }

  /** {@code kref_put(&p->refs, release_locked)}: the function that is handed on may run now, and release what it releases. */
  private World calledBack(Step.Call call, World world) {
    if (world.held().isEmpty()) return world;
    for (Value argument : call.arguments()) {
      if (!(argument instanceof Value.Stored s) || !s.path().isVariable() || graph.variables().containsKey(s.path().root()) || !unit.defines(s.path().root())) continue;
      Optional<Summary> summary = unit.summary(s.path().root());
      if (summary.isEmpty()) continue;
      for (Summary.Outcome outcome : summary.get().outcomes()) {
        for (Lock lock : outcome.released()) world = doubtLike(world, lock);
        for (Lock lock : outcome.doubtful()) world = doubtLike(world, lock);
      }
    }
    return world;
  }

  private static World doubtLike(World world, Lock lock) {
    Held like = world.findLike(lock);
    return like == null || pseudo(like.kind()) ? world : world.replace(like, like.with(Held.Origin.DOUBTFUL));
  }

  private World unknownCallee(Step.Call call, World world) {
    if (call.callee().isEmpty() || unit.defines(call.callee()) || kernel.lock(call.callee()).isPresent() || unit.summary(call.callee()).filter(Summary::complete).isPresent()) return world;
    String name = call.callee();
    if (name.startsWith("trace_")) return world;
    for (Value argument : call.arguments()) // get_user_pages_remote(…, &locked): it tells whether it kept the lock
      if (argument instanceof Value.AddressOf a && a.path().isVariable() && a.path().root().contains("locked")) {
        for (Held held : world.held()) if (!pseudo(held.kind())) world = world.replace(held, held.with(Held.Origin.DOUBTFUL));
      }
    if (Kernel.unlocks(name) || extendsRelease(name)) {
      World after = world;
      for (Held held : world.held()) {
        if (held.kind().equals("opaque") && name.startsWith(held.by().substring(0, Math.min(4, held.by().length())))) after = after.remove(held);
        else if (!pseudo(held.kind()) && reaches(call, held, world)) after = after.replace(held, held.with(Held.Origin.DOUBTFUL));
        else if (held.kind().equals("irq") && name.contains("irq") || held.kind().equals("bh") && name.contains("_bh")) after = after.remove(held);
      }
      return after;
    }
    if (Kernel.locks(name)) {
      Lock lock = new Lock(name + "()", "?." + name, name + "()");
      return world.acquire(new Held(lock, "opaque", LockApi.Mode.ANY, false, false, "", 1, Held.Origin.DOUBTFUL, call.at(), name));
    }
    return world;
  }

  /** {@code queue_limits_commit_update_frozen()}: a release of the table with one more word. */
  private boolean extendsRelease(String name) {
    int last = name.lastIndexOf('_');
    return last > 0 && kernel.lock(name.substring(0, last)).filter(entry -> entry.effect() == LockApi.Effect.RELEASE).isPresent();
  }

  private static boolean reaches(Step.Call call, Held held, World world) {
    if (call.arguments().isEmpty() || held.lock().isGlobal()) return true;
    for (Value argument : call.arguments()) {
      String target = world.target(argument);
      if (target != null && Lock.rootOf(target).equals(held.lock().root())) return true;
    }
    return false;
  }

  static boolean pseudo(String family) {
    return switch (family) {
      case "rcu", "irq", "bh", "preempt", "pagefault" -> true;
      default -> false;
    };
  }

  private void open(Step.Open open, World world, List<World> next) {
    Optional<LockApi.Entry> entry = guardOf(open);
    if (entry.isEmpty()) {
      World after = open.variable().isEmpty() ? world : forgotten(world, open.variable(), open.at());
      Lock perhaps = open.kind().endsWith("guard") && open.arguments().size() == 1 && open.arguments().get(0) instanceof Value.AddressOf a && !a.path().isVariable() ? lock(open.arguments().get(0), "", world) : null;
      // A guard whose class is not known may hold what it is given.
      next.add(perhaps == null || after.find(perhaps.path()) != null ? after : after.acquire(new Held(perhaps, "any", LockApi.Mode.ANY, false, false, "", 1, Held.Origin.DOUBTFUL, open.at(), open.kind())));
      return;
    }
    Lock lock = lockOf(entry.get(), open.arguments(), world, 0);
    if (lock == null) {
      next.add(world);
      return;
    }
    if (world.find(lock.path()) != null && world.find(lock.path()).origin() == Held.Origin.ASSERTED) world = world.remove(world.find(lock.path()));
    Held held = new Held(lock, entry.get().kind(), entry.get().mode(), entry.get().irqOff(), entry.get().bhOff(), "", 1, Held.Origin.GUARD, open.at(), open.kind());
    boolean conditional = entry.get().isConditionalGuard();
    if (conditional && !open.kind().equals("scoped_guard") && !open.kind().equals("scoped_cond_guard")) held = held.with(Held.Origin.DOUBTFUL);
    next.add(world.acquire(held));
  }

  /** The row for a scope object that is a lock, empty for one that is not ({@code __free(kfree)}). */
  Optional<LockApi.Entry> guardOf(Step.Open open) {
    if (open.kind().equals("__free")) return Optional.empty();
    Optional<LockApi.Entry> entry = kernel.guard(open.type());
    if (entry.isPresent() && entry.get().notes().contains("treat the class name") && !open.kind().equals("CLASS")) { // no definition was at hand when the table was made
      Optional<LockApi.Entry> defined = unit.guardDefined(open.type());
      if (defined.isPresent()) return defined;
    }
    if (entry.isPresent() && entry.get().effect() == LockApi.Effect.SCOPED_GUARD_CLASS) return entry;
    if (open.kind().equals("CLASS") || entry.isPresent()) return Optional.empty();
    if (open.kind().equals("iio_device_claim_direct_scoped")) return Optional.empty();
    return open.kind().equals("guard") || open.kind().equals("scoped_guard") || open.kind().equals("scoped_cond_guard") ? unit.guardDefined(open.type()) : Optional.empty();
  }

  private World close(Step.Close close, World world) {
    for (Held held : world.held()) {
      if (!held.takenAt().equals(close.open().at()) || held.origin() == Held.Origin.TAKEN || held.origin() == Held.Origin.ASSERTED) continue;
      if (held.depth() > 1) return world.replace(held, held.deeper(-1));
      return world.remove(held).free(held.lock());
    }
    return world;
  }

  /** What a step does to locks in this world. */
  List<Act> acts(Step step, World world) {
    if (step instanceof Step.Call call) return acts(call, world);
    if (step instanceof Step.Open open) {
      Optional<LockApi.Entry> entry = guardOf(open);
      if (entry.isEmpty()) return List.of();
      Lock lock = lockOf(entry.get(), open.arguments(), world, 0);
      if (lock == null) return List.of();
      return List.of(new Act(Act.Kind.ACQUIRE, lock, entry.get().kind(), entry.get(), entry.get().mode(), "", World.ANY, open.at(), open.kind() + "(" + open.type() + ")"));
    }
    return List.of();
  }

  private List<Act> acts(Step.Call call, World world) {
    if (call.callee().isEmpty()) return List.of();
    Optional<LockApi.Entry> entry = kernel.lock(call.callee());
    if (entry.isPresent()) {
      List<Act> acts = acts(entry.get(), call, world);
      if (acts != null) return acts;
    }
    Optional<Summary> summary = unit.summary(call, world);
    return summary.isEmpty() ? List.of() : acts(summary.get(), call, world);
  }

  /** By the table; null when the table says nothing that matters here. */
  private List<Act> acts(LockApi.Entry entry, Step.Call call, World world) {
    Act.Kind kind = switch (entry.effect()) {
      case ACQUIRE, ACQUIRE_MAY_FAIL, TRY_ACQUIRE -> Act.Kind.ACQUIRE;
      case RELEASE -> Act.Kind.RELEASE;
      case ACQUIRE_IN_CALLBACK -> Act.Kind.DOUBT;
      case RELEASE_AND_REACQUIRE -> Act.Kind.DROP;
      case DOWNGRADE -> Act.Kind.DOWNGRADE;
      case ASSERT_HELD -> Act.Kind.ASSERT;
      case ASSERT_NOT_HELD -> Act.Kind.ASSERT_NOT;
      default -> null;
    };
    if (kind == null) return protectedBy(call, world);
    if (entry.kind().equals("annotation") || entry.kind().equals("completion") || entry.kind().equals("note") || entry.kind().equals("lockdep")) return List.of();
    if (call.arguments().size() <= entry.argument()) return List.of();
    Lock lock = lockOf(entry, call.arguments(), world, call.id());
    if (lock == null) return List.of();
    String family = family(entry);
    if (family.isEmpty()) return List.of();
    if (kind == Act.Kind.ASSERT && pseudo(family) && !family.equals("rcu")) return List.of();
    int outcome = switch (entry.returns()) {
      case ALWAYS -> World.ANY;
      case ON_ZERO -> World.ZERO;
      case ON_NONZERO -> World.NEGATIVE | World.POSITIVE;
      case ON_POINTER -> World.POSITIVE;
      case UNKNOWN -> World.POSITIVE;
    };
    if (kind != Act.Kind.ACQUIRE) outcome = World.ANY;
    String flags = "";
    if (entry.flags() >= 0 && entry.flags() < call.arguments().size() && call.arguments().get(entry.flags()) instanceof Value.Stored s) flags = s.path().toString();
    else if (entry.flags() >= 0 && entry.flags() < call.arguments().size() && call.arguments().get(entry.flags()) instanceof Value.AddressOf a) flags = a.path().toString();
    return List.of(new Act(kind, lock, family, entry, entry.mode(), flags, outcome, call.at(), call.callee()));
  }

  /** {@code rcu_dereference_protected(p, lockdep_is_held(&x->lock))} says that the lock is held. */
  private List<Act> protectedBy(Step.Call call, World world) {
    if (call.callee().equals("rcu_dereference_protected") || call.callee().equals("rcu_replace_pointer")) {
      int condition = call.callee().equals("rcu_replace_pointer") ? 2 : 1;
      if (call.arguments().size() > condition && call.arguments().get(condition) instanceof Value.Result r && r.callee().equals("lockdep_is_held")) {
        Step.Call asked = calls.get(r.call());
        Lock lock = asked == null || asked.arguments().size() != 1 ? null : lock(asked.arguments().get(0), "", world);
        if (lock != null)
          return List.of(new Act(Act.Kind.ASSERT, lock, "any", null, LockApi.Mode.ANY, "", World.ANY, call.at(), call.callee()));
      }
      return List.of();
    }
    return kernel.lock(call.callee()).isPresent() ? List.of() : null;
  }

  private static String family(LockApi.Entry entry) {
    if (entry.kind().equals("irq")) return entry.lock().equals("cpu-irq") ? "irq" : "";
    if (entry.kind().equals("preempt")) {
      if (entry.lock().equals("cpu-preempt")) return "preempt";
      if (entry.lock().equals("pagefault")) return "pagefault";
      return entry.lock().equals("kmap") && entry.name().contains("atomic") ? "preempt" : "";
    }
    return entry.kind();
  }

  private List<Act> acts(Summary summary, Step.Call call, World world) {
    List<Act> acts = new ArrayList<>();
    for (Summary.Need need : summary.required()) {
      Lock lock = unit.translate(need.lock(), call, summary.function(), world);
      if (lock != null) acts.add(new Act(Act.Kind.REQUIRE, lock, need.family(), null, need.mode(), "", World.ANY, call.at(), call.callee()));
    }
    for (Summary.Outcome outcome : summary.outcomes()) {
      int sign = summary.outcomes().size() == 1 ? World.ANY : outcome.sign();
      for (Lock released : outcome.released()) {
        Lock lock = unit.translate(released, call, summary.function(), world);
        if (lock != null) acts.add(new Act(Act.Kind.RELEASE, lock, "any", null, LockApi.Mode.ANY, "", sign, call.at(), call.callee()));
      }
      for (Held taken : outcome.acquired()) {
        Lock lock = unit.translate(taken.lock(), call, summary.function(), world);
        if (lock != null) acts.add(new Act(Act.Kind.ACQUIRE, lock, taken.kind(), unit.acquiring(taken), taken.mode(), "", sign, call.at(), call.callee()));
      }
      for (Lock doubtful : outcome.doubtful()) {
        Lock lock = unit.translate(doubtful, call, summary.function(), world);
        if (lock != null) acts.add(new Act(Act.Kind.DOUBT, lock, "any", null, LockApi.Mode.ANY, "", World.ANY, call.at(), call.callee()));
      }
    }
    return acts;
  }

  private World apply(Act act, World world) {
    Held there = world.find(act.lock().path());
    switch (act.kind()) {
      case ACQUIRE:
        if (there != null && (there.origin() == Held.Origin.ASSERTED || !there.isSure())) world = world.remove(there);
        // Who locks a member of an object has one.
        int dot = act.lock().path().lastIndexOf('.');
        if (dot > 0) world = world.fact(act.lock().path().substring(0, dot), world.fact(act.lock().path().substring(0, dot)) & ~World.ZERO & World.ANY);
        boolean irq = act.entry() != null && act.entry().irqOff() || act.family().equals("irq");
        boolean bh = act.entry() != null && act.entry().bhOff() || act.family().equals("bh");
        return world.acquire(new Held(act.lock(), act.family(), act.mode(), irq, bh, act.flags(), 1, Held.Origin.TAKEN, act.at(), act.by()));
      case RELEASE:
        return release(act, world, there);
      case DOWNGRADE:
        return there == null ? world : world.downgrade(there);
      case ASSERT:
        if (there != null && there.isSure()) return world;
        if (there != null) world = world.remove(there);
        return world.acquire(new Held(act.lock(), act.family(), act.mode(), false, false, "", 1, Held.Origin.ASSERTED, act.at(), act.by()));
      case ASSERT_NOT:
        return there == null ? world : world.remove(there).free(act.lock()); // something that we did not see released it
      case DOUBT:
        Held like = there == null ? world.findLike(act.lock()) : null;
        if (like != null) return world.replace(like, like.with(Held.Origin.DOUBTFUL));
        if (there == null && act.lock().path().startsWith("?")) return world;
        return there == null ? world.acquire(new Held(act.lock(), act.family(), act.mode(), false, false, "", 1, Held.Origin.DOUBTFUL, act.at(), act.by()))
            : world.replace(there, there.with(Held.Origin.DOUBTFUL));
      default:
        return world; // REQUIRE, DROP: as before
    }
  }

  private World release(Act act, World world, Held there) {
    Held held = there != null ? there : pseudo(act.family()) ? null : world.findLike(act.lock());
    LockApi.Entry entry = act.entry();
    boolean restores = entry != null && (entry.irqRestore() || entry.irqOn());
    if (held == null && entry == null && act.lock().path().equals(INTERRUPTS.path())) return world; // they came back with the lock
    if (held == null) {
      World after = world.give(act.lock());
      if (restores) after = after.give(INTERRUPTS);
      if (!pseudo(act.family())) after = after.free(act.lock());
      return restores ? interruptsOn(after) : after;
    }
    if (held.depth() > 1) return world.replace(held, held.deeper(-1));
    World after = world.remove(held).free(held.lock());
    if (held.origin() == Held.Origin.ASSERTED) after = after.give(act.lock());
    if (held.irqOff() && !restores && !held.kind().equals("irq") && entry != null && saysItsState(entry))
      return after.acquire(new Held(INTERRUPTS, "irq", LockApi.Mode.EXCLUSIVE, true, false, held.flags(), 1, held.origin() == Held.Origin.DOUBTFUL ? Held.Origin.DOUBTFUL : Held.Origin.TAKEN,
          held.takenAt(), held.by()));
    if (held.bhOff() && entry != null && saysItsState(entry) && !entry.name().endsWith("_bh") && !held.kind().equals("bh") && !held.kind().equals("rcu"))
      return after.acquire(new Held(new Lock("bh", "bh", "softirqs off"), "bh", LockApi.Mode.EXCLUSIVE, false, true, "", 1, held.origin() == Held.Origin.DOUBTFUL ? Held.Origin.DOUBTFUL : Held.Origin.TAKEN,
          held.takenAt(), held.by()));
    if (restores && !held.irqOff()) return interruptsOn(after);
    if (entry != null && entry.name().endsWith("_bh") && !held.bhOff() && after.find("bh") != null) return after.remove(after.find("bh"));
    return after;
  }

  /** Whether the name tells what becomes of interrupts: {@code spin_unlock} leaves them, a wrapper may do anything. */
  private static boolean saysItsState(LockApi.Entry entry) {
    String name = entry.name().startsWith("raw_") ? entry.name().substring(4) : entry.name();
    return name.startsWith("spin_unlock") || name.startsWith("read_unlock") || name.startsWith("write_unlock") || name.startsWith("write_sequnlock") || name.startsWith("read_sequnlock");
  }

  private static World interruptsOn(World world) {
    Held irq = world.find("irq");
    if (irq != null) return world.remove(irq);
    for (Held held : world.held())
      if (held.irqOff() && held.flags().isEmpty()) return world; // an outer _irq section; wrong-mode looks at that
    return world;
  }

  /** The lock that a table row names among these arguments, or null. */
  Lock lockOf(LockApi.Entry entry, List<Value> arguments, World world, int call) {
    String family = family(entry);
    if (pseudo(family)) {
      String name = family.equals("rcu") ? entry.global() : family;
      if (name.isEmpty()) return null; // not a section: rcu_dereference and the like
      return new Lock(name, name, switch (family) {
        case "irq" -> "interrupts off";
        case "bh" -> "softirqs off";
        case "preempt" -> "preemption off";
        case "pagefault" -> "page faults off";
        default -> name.equals("RCU") ? "rcu_read_lock" : name;
      });
    }
    if (!entry.global().isEmpty()) return new Lock(entry.global(), entry.global(), entry.global());
    if (entry.argument() == LockApi.Entry.RETURNED) {
      if (entry.lock().startsWith("->")) return new Lock("#" + call + "." + word(entry.lock()).substring(2), "?." + word(entry.lock()).substring(2), entry.name() + "()" + word(entry.lock()));
      if (entry.lock().equals(PAGE_TABLE)) return new Lock("#" + call + "*", "?.ptl", "page-table lock"); // what comes back is the lock itself
      String part = lastWord(entry.lock());
      return new Lock("#" + call + "." + part, entry.kind() + "." + part, part);
    }
    if (entry.argument() < 0) return entry.lock().isEmpty() ? null : new Lock(lastWord(entry.lock()), lastWord(entry.lock()), entry.lock());
    if (entry.argument() >= arguments.size()) return null;
    Value value = arguments.get(entry.argument());
    if (!entry.lock().startsWith("->") || entry.through()) {
      if (entry.through()) return stored(value, world);
      if (entry.lock().isEmpty() || entry.lock().startsWith("via ")) return lock(value, "", world);
      String object = world.target(value);
      if (object == null) return null;
      if (object.endsWith("*")) object = object.substring(0, object.length() - 1);
      String part = lastWord(entry.lock());
      String text = text(value);
      return new Lock(object + "." + part, entry.kind() + "." + part, text);
    }
    return lock(value, word(entry.lock()), world);
  }

  /** {@code pte_offset_map_lock(mm, pmd, addr, &ptl)}: the lock to which {@code ptl} points afterwards. */
  private Lock stored(Value value, World world) {
    Lock pointer = lock(value, "", world);
    return pointer == null ? null : new Lock(pointer.path() + "*", "?.ptl", pointer.text());
  }

  private static String word(String lock) {
    int end = 2;
    while (end < lock.length() && lock.charAt(end) > ' ' && lock.charAt(end) != '+') end++;
    return lock.substring(0, end);
  }

  private static String lastWord(String text) {
    int blank = text.lastIndexOf(' ');
    return text.substring(blank + 1);
  }

  /** The lock that a pointer points to, or a member of what it points to. */
  Lock lock(Value value, String suffix, World world) {
    String object = world.target(value);
    if (object == null) return null;
    String written = text(value);
    AccessPath path = value instanceof Value.AddressOf a ? a.path() : value instanceof Value.Stored s ? s.path() : null;
    String type = path == null ? "?." + written : unit.types().lockType(path, value instanceof Value.AddressOf, graph, object);
    if (suffix.isEmpty()) return new Lock(object, type, written);
    String members = suffix.substring(2).replace("->", ".");
    String base = object.endsWith("*") ? object.substring(0, object.length() - 1) : object;
    String owner = path == null ? "?" : unit.types().structOf(path, value instanceof Value.AddressOf, graph);
    return new Lock(base + "." + members, owner + "." + members, written + (value instanceof Value.AddressOf ? "." : "->") + suffix.substring(2));
  }

  private static String text(Value value) {
    if (value instanceof Value.AddressOf a) return a.path().toString();
    if (value instanceof Value.Result r) return r.callee() + "()";
    return value.toString();
  }

  private String text(Step.Call call, World world) {
    if (call.callee().startsWith("container_of") && call.arguments().size() == 3) {
      String object = world.key(call.arguments().get(0), this);
      // The member's name is no variable, whatever it looks like.
      return object == null || object.startsWith("?") || object.length() > 100 ? null
          : World.plain("container_of(" + object + "," + (call.arguments().get(1) + "_" + call.arguments().get(2)).replace(' ', '_') + ")");
    }
    StringBuilder text = new StringBuilder(call.callee()).append('(');
    for (int i = 0; i < call.arguments().size(); i++) {
      Value argument = call.arguments().get(i);
      String part = world.constant(argument);
      if (part == null) part = world.key(argument, this);
      if (part == null || part.startsWith("?")) return null;
      if (i > 0) text.append(',');
      text.append(part);
      if (text.length() > 120) return null;
    }
    return World.plain(text.append(')').toString());
  }

  /** The text under which equal calls are taken to answer the same, or null for a call whose answer is its own. */
  String wording(int call) {
    return wordings.get(call);
  }

  Step.Call callOf(int id) {
    return calls.get(id);
  }

  Map<String, Integer> parameters() {
    return parameters;
  }

  private void collect() {
    for (Block block : graph.blocks()) {
      for (Step step : block.steps()) {
        if (step instanceof Step.Call call) calls.put(call.id(), call);
        else if (step instanceof Step.Write w && w.value() instanceof Value.Result r) tested.add(r.call());
        else if (step instanceof Step.Return r && r.value().isPresent() && r.value().get() instanceof Value.Result result) tested.add(result.call());
      }
      for (Edge edge : block.edges()) {
        if (edge.assumption().value() instanceof Value.Result r) tested.add(r.call());
      }
    }
    for (Step.Call call : calls.values()) {
      if (call.callee().isEmpty() || kernel.lock(call.callee()).isPresent() || unit.changesLocks(call.callee())) continue;
      StringBuilder text = new StringBuilder(call.callee()).append('(');
      for (Value argument : call.arguments()) {
        String part = argument instanceof Value.Result r ? wordings.get(r.call()) : argument.toString();
        text.append(part == null ? "#" : part).append(',');
        if (text.length() > 200) break;
      }
      if (text.length() <= 200) wordings.put(call.id(), text.append(')').toString());
    }
  }

  boolean exhausted() {
    return !limit.isEmpty();
  }
}
