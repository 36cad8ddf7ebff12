// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import keeper.c.Attribute;
import keeper.c.Function;
import keeper.c.Parameter;
import keeper.flow.AccessPath;
import keeper.flow.Step;
import keeper.flow.Value;
import keeper.lock.Held;
import keeper.lock.HeldLocks;
import keeper.lock.Kernel;
import keeper.lock.Lock;
import keeper.lock.Moment;
import keeper.lock.TypesOf;
import keeper.lock.Unit;
import keeper.lock.World;
import keeper.rule.LockApi;
import keeper.rule.Rule;
import keeper.text.Span;

/**
 * The uses of members that one file makes, with the locks held for each: what the function itself took, what it asserts, what all its callers in the file
 * hold, and for a use through a callee's parameter what that callee takes or asserts.
 */
final class Uses {
  private static final int MOST_SITES = 40;
  private static final int DEEPEST = 6;
  private static final int MOST_NAMES = 4;
  private static final int MOST_USES = 20_000; // of one function

  private final Unit unit;
  private final Map<Function, Entrance> entrances = new java.util.IdentityHashMap<>();
  private final Map<Function, Use.Phase> phases = new java.util.IdentityHashMap<>();
  private final Map<Function, List<Through>> throughs = new java.util.IdentityHashMap<>();
  private final Map<Function, List<Found>> known = new java.util.IdentityHashMap<>();

  Uses(Unit unit) {
    this.unit = unit;
  }

  /**
   * The locks that a function is entered with, in terms of its parameters.
   *
   * @param held held by every caller
   * @param perhaps held by some
   */
  private record Entrance(List<Held> held, List<Held> perhaps, Use.Entry entry) {
    static final Entrance UNKNOWN = new Entrance(List.of(), List.of(), Use.Entry.UNKNOWN);
  }

  /** A use of what a parameter points to, with the locks that the function itself has for it. */
  private record Through(int parameter, Rule.Access kind, String by, List<Held> held, Handed handed) {}

  /**
   * An address goes on to a function of another file.
   *
   * @param parameter the parameter that gets it
   * @param own for each of its parameters the one of ours that it gets, or -1
   */
  private record Handed(int parameter, int[] own) {}

  /** The variables that only this file knows. */
  Set<String> globals() {
    if (globals == null) {
      globals = new TreeSet<>();
      for (keeper.c.Global global : unit.outline().globals()) if (global.isStatic()) globals.add(global.name());
    }
    return globals;
  }

  private Set<String> globals; // made when first asked for

  /** A use, and where it stands. */
  record Found(Use use, AccessPath path, Moment moment, Span at) {}

  /** In the order of the function's steps. */
  List<Found> of(Function function) {
    List<Found> found = known.get(function);
    if (found == null) known.put(function, found = List.copyOf(new Finder(function).find()));
    return found;
  }

  // ---- one function ----

  private final class Finder {
    private final Function function;
    private final HeldLocks held;
    private final Entrance entrance;
    private final List<Span> intended = new ArrayList<>();
    private final List<Span> dereferences = new ArrayList<>(); // judged as the call around them
    private final List<Found> uses = new ArrayList<>();
    private Step.Call passed; // while an address is handed on
    private Handed handed;

    Finder(Function function) {
      this.function = function;
      this.held = unit.held(function);
      this.entrance = entrance(function, 0);
    }

    List<Found> find() {
      if (held.exhausted()) return uses;
      for (Moment moment : held.moments()) {
        if (!(moment.step() instanceof Step.Call call)) continue;
        if (Kernel.unlockedByIntent(call.callee())) intended.add(call.at());
        else if (isDereference(call.callee())) dereferences.add(call.at());
      }
      for (Moment moment : held.moments()) {
        Step step = moment.step();
        if (uses.size() > MOST_USES) break;
        if      (step instanceof Step.Read read)   plain(read.path(), Rule.Access.READ, moment, read.at());
        else if (step instanceof Step.Write write) plain(write.path(), Rule.Access.WRITE, moment, write.at());
        else if (step instanceof Step.Call call)   call(call, moment);
      }
      return uses;
    }

    private void plain(AccessPath path, Rule.Access kind, Moment moment, Span at) {
      if (path.steps().isEmpty() && !isGlobal(path.root()) || within(dereferences, at)) return;
      add(path, kind, "", moment, at, List.of());
    }

    private void call(Step.Call call, Moment moment) {
      String name = call.callee();
      if (name.isEmpty() || call.arguments().isEmpty()) return;
      if (isDereference(name)) {
        dereference(call, moment);
        return;
      }
      if (Facts.frees(name))
        for (Value argument : call.arguments())
          if (argument instanceof Value.Stored s && (!s.path().steps().isEmpty() || isGlobal(s.path().root()))) add(s.path(), Rule.Access.FREE, name, moment, call.at(), List.of());
      Rule.Access kind = Facts.container(name);
      if (kind != null) {
        for (Value argument : call.arguments())
          if (argument instanceof Value.AddressOf a) add(a.path(), kind, name, moment, call.at(), List.of());
        return;
      }
      boolean any = false;
      for (Value argument : call.arguments()) if (argument instanceof Value.AddressOf a && !a.path().steps().isEmpty()) any = true;
      if (!any) return;
      Optional<Function> callee = unit.function(name);
      if (callee.isEmpty()) {
        if (unit.kernel().lock(name).isPresent() || name.indexOf('_') < 0) return;
        for (int i = 0; i < call.arguments().size(); i++)
          if (call.arguments().get(i) instanceof Value.AddressOf a && !a.path().steps().isEmpty()) hand(a.path(), name, new Handed(i, same(call.arguments().size())), call, moment, List.of());
        return;
      }
      if (callee.get() == function) return;
      for (Through through : throughs(callee.get(), 0)) {
        if (through.parameter() >= call.arguments().size() || !(call.arguments().get(through.parameter()) instanceof Value.AddressOf a) || a.path().steps().isEmpty()) continue;
        List<Held> more = translated(through.held(), call, moment);
        if (through.handed() != null) hand(a.path(), through.by(), through.handed(), call, moment, more);
        else add(a.path(), through.kind(), name, moment, call.at(), more);
      }
    }

    private static int[] same(int size) {
      int[] own = new int[size];
      for (int i = 0; i < size; i++) own[i] = i;
      return own;
    }

    private void hand(AccessPath path, String callee, Handed handed, Step.Call call, Moment moment, List<Held> more) {
      passed = call;
      this.handed = handed;
      add(path, Rule.Access.ADDRESS, callee, moment, call.at(), more);
      passed = null;
    }

    /** The callee's parameters that get an object, as bits. */
    private int self(Placed place, World world) {
      if (passed == null) return 0;
      String base = base(place, world);
      int bits = 0;
      for (int i = 0; i < handed.own().length && i < 30; i++) {
        int own = handed.own()[i];
        if (own < 0 || own >= passed.arguments().size()) continue;
        if (base.equals(target(passed.arguments().get(own), world))) bits |= 1 << i;
      }
      return bits;
    }

    /** {@code rcu_dereference_protected(p, lockdep_is_held(&l))} and its kin: the access, and what the condition says of the lock. */
    private void dereference(Step.Call call, Moment moment) {
      if (!(call.arguments().get(0) instanceof Value.Stored s) || s.path().steps().isEmpty()) return;
      List<Held> said = new ArrayList<>();
      for (keeper.lock.Act act : held.acts(call, moment.worlds().get(0)))
        if (act.kind() == keeper.lock.Act.Kind.ASSERT) said.add(asserted(act));
      add(s.path(), writes(call.callee()) ? Rule.Access.WRITE : Rule.Access.READ, call.callee(), moment, call.at(), said);
    }

    private void add(AccessPath path, Rule.Access kind, String by, Moment moment, Span at, List<Held> more) {
      if (isSection(path)) return;
      List<Placed> places = places(path, moment.worlds().get(0));
      if (places.isEmpty()) return;
      List<World> worlds = moment.worlds();
      Use.Phase phase = phase(function, 0);
      boolean seen = true;
      for (World world : worlds) {
        if (fresh(path, world)) phase = Use.Phase.FRESH;
        if (world.unseen() || world.opaque()) seen = false;
      }
      Set<String> others = new TreeSet<>();
      for (World world : worlds) for (Held h : world.held()) if (isLock(h)) others.add(h.lock().type());
      for (Held h : entrance.held()) if (isLock(h)) others.add(h.lock().type());
      List<Use.Name> names = new ArrayList<>(places.size());
      for (Placed place : places) names.add(new Use.Name(place.struct(), place.struct().isEmpty() ? unit.text().path() : unit.types().home(place.struct()), place.member(), guards(place, worlds, more), self(place, worlds.get(0))));
      boolean meant = !by.isEmpty() ? Kernel.unlockedByIntent(by) : within(intended, at) || startsUnlocked(at);
      uses.add(new Found(new Use(function.name(), unit.text().line(at.start()), kind, by, passed == null ? -1 : handed.parameter(), phase, meant, entrance.entry(), seen, names, List.copyOf(others)), path, moment, at));
    }

    private boolean startsUnlocked(Span at) {
      byte[] bytes = unit.text().bytes();
      byte first = bytes[Math.min(at.start(), bytes.length - 1)];
      if (first != 'W' && first != 's' && first != 'R') return false;
      String text = unit.text().text(new Span(at.start(), Math.min(at.end(), at.start() + 24)));
      return text.startsWith("WRITE_ONCE") || text.startsWith("READ_ONCE") || text.startsWith("smp_store_release");
    }

    /** Locks of the object at a place, or global ones: how each stands in all worlds together. */
    private List<Use.Guard> guards(Placed place, List<World> worlds, List<Held> more) {
      Map<String, Use.State> all = null;
      for (World world : worlds) {
        String base = base(place, world);
        Map<String, Use.State> here = new TreeMap<>();
        for (Held h : world.held()) put(here, relative(h.lock(), base, held.graph().variables().keySet()), h);
        for (Held h : entrance.held()) {
          if (world.find(h.lock().path()) != null) continue;
          boolean gone = world.isFree(h.lock().path()) || world.isGiven(h.lock().path());
          String lock = relative(h.lock(), base, held.graph().variables().keySet());
          if (lock == null || !counts(h)) continue;
          here.merge(lock, gone ? Use.State.FREE : state(h), Uses::stronger);
        }
        for (Held h : entrance.perhaps()) {
          String lock = relative(h.lock(), base, held.graph().variables().keySet());
          if (lock != null && counts(h)) here.putIfAbsent(lock, Use.State.PERHAPS);
        }
        for (Held h : more) put(here, relative(h.lock(), base, held.graph().variables().keySet()), h);
        for (Lock lock : world.freed()) {
          String relative = relative(lock, base, held.graph().variables().keySet());
          if (relative != null) here.putIfAbsent(relative, Use.State.FREE);
        }
        if (all == null) all = here;
        else all = met(all, here);
      }
      List<Use.Guard> guards = new ArrayList<>();
      if (all != null) all.forEach((lock, state) -> guards.add(new Use.Guard(lock, state)));
      return guards;
    }

    private void put(Map<String, Use.State> here, String lock, Held h) {
      if (lock != null && counts(h)) here.merge(lock, state(h), Uses::stronger);
    }

    private static Map<String, Use.State> met(Map<String, Use.State> one, Map<String, Use.State> other) {
      Map<String, Use.State> met = new TreeMap<>();
      Set<String> locks = new TreeSet<>(one.keySet());
      locks.addAll(other.keySet());
      for (String lock : locks) {
        Use.State a = one.get(lock);
        Use.State b = other.get(lock);
        if (a == b) met.put(lock, a);
        else if (holds(a) && holds(b)) met.put(lock, a == Use.State.SHARED || b == Use.State.SHARED ? Use.State.SHARED : Use.State.HELD);
        else if (holds(a) || holds(b) || a == Use.State.PERHAPS || b == Use.State.PERHAPS) met.put(lock, Use.State.PERHAPS);
        // free here and untouched there: as if untouched, the entry decides
      }
      return met;
    }

    /** A variable of this file alone. */
    private boolean isGlobal(String name) {
      return !held.graph().variables().containsKey(name) && globals().contains(name);
    }

    /** A struct on the stack, or an object that was made here. */
    private boolean fresh(AccessPath path, World world) {
      return UnguardedAccess.fresh(held, path.root(), world);
    }

    // ---- where a path stands ----

    /** The member as one of a struct, and the object that has it: by variable and steps, or as a canonical path. */
    private record Placed(String struct, String member, AccessPath object, String canonical) {}

    private String base(Placed place, World world) {
      String base = place.object() == null ? place.canonical() : world.canonical(place.object());
      return base.startsWith("&") ? base.substring(1) : base;
    }

    private List<Placed> places(AccessPath path, World world) {
      List<Placed> places = new ArrayList<>();
      if (path.member().isEmpty()) {
        if (isGlobal(path.root())) places.add(new Placed("", path.root(), AccessPath.of(path.root()), null));
        return places;
      }
      for (TypesOf.Name name : unit.types().names(path, held.graph()))
        if (places.size() < MOST_NAMES) places.add(new Placed(name.struct(), name.member(), new AccessPath(path.root(), path.steps().subList(0, name.steps())), null));
      if (places.isEmpty() && unit.hasGaps()) { // the declaration is not shown
        int last = path.steps().size() - 1;
        while (!path.steps().get(last).startsWith("->") && !path.steps().get(last).startsWith(".")) last--;
        places.add(new Placed("?", path.member(), new AccessPath(path.root(), path.steps().subList(0, last)), null));
      }
      String canonical = world.canonical(path);
      String root = canonical.startsWith("&") ? canonical.substring(1) : canonical;
      int end = rootEnd(root);
      if (end == root.length() || root.substring(0, end).equals(path.root()) || end == 0) return places;
      // The variable stands for something reached from another one: the same member, seen from there.
      for (TypesOf.Name name : unit.types().names(root.substring(0, end), root.substring(end), held.graph())) {
        if (places.size() >= MOST_NAMES) break;
        boolean said = false;
        for (Placed place : places) if (place.struct().equals(name.struct()) && place.member().equals(name.member())) said = true;
        if (!said) places.add(new Placed(name.struct(), name.member(), null, root.substring(0, name.steps())));
      }
      return places;
    }
  }

  private static int rootEnd(String path) {
    int end = 0;
    while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[' && path.charAt(end) != '*') end++;
    return end;
  }

  /** A lock as reached from an object: {@code igate} of {@code vdev.igate} from {@code vdev}; {@code &name} when it is global; null for another object's. */
  private static String relative(Lock lock, String base, Set<String> variables) {
    String path = lock.path();
    if (path.startsWith(base) && path.length() > base.length() + 1 && path.charAt(base.length()) == '.') {
      String rest = path.substring(base.length() + 1);
      if (rest.endsWith("*")) rest = rest.substring(0, rest.length() - 1);
      for (int i = 0; i < rest.length(); i++) {
        char c = rest.charAt(i);
        if (c == '[' || c == '*' || c == '#' || c == '(' || c == '@' || c == '&') return null;
      }
      return rest;
    }
    if (path.equals("RCU")) return path;
    if (!isGlobal(lock, variables)) return null;
    for (int i = 0; i < path.length(); i++) if (!Character.isJavaIdentifierPart(path.charAt(i)) && path.charAt(i) != '.') return null;
    return "&" + path;
  }

  /** Its path starts from no variable of the function; a struct may have the variable's name. */
  private static boolean isGlobal(Lock lock, Set<String> variables) {
    return !lock.path().isEmpty() && lock.type().equals(lock.path()) && !variables.contains(lock.root());
  }

  private static boolean holds(Use.State state) {
    return state == Use.State.HELD || state == Use.State.ASSERTED || state == Use.State.SHARED;
  }

  private static Use.State stronger(Use.State one, Use.State other) {
    if (one == Use.State.ASSERTED || other == Use.State.ASSERTED) return Use.State.ASSERTED;
    return one.compareTo(other) <= 0 ? one : other;
  }

  private static Use.State state(Held h) {
    if (!h.isSure()) return Use.State.PERHAPS;
    if (h.origin() == Held.Origin.ASSERTED) return Use.State.ASSERTED;
    boolean readers = h.kind().equals("rwsem") || h.kind().equals("rwlock") || h.kind().equals("percpu_rwsem");
    return readers && h.mode() == LockApi.Mode.READ ? Use.State.SHARED : Use.State.HELD;
  }

  /** Kinds of locks that guard data, and the read-side section. */
  private static boolean counts(Held h) {
    return h.lock().path().equals("RCU") || isLock(h);
  }

  private static boolean isLock(Held h) {
    return switch (h.kind()) {
      case "mutex", "spin", "raw_spin", "rwlock", "rwsem", "percpu_rwsem", "local", "sock", "device", "bit_spin", "seq", "ww", "inode", "host" -> true;
      case "any" -> h.origin() == Held.Origin.ASSERTED || h.origin() == Held.Origin.TAKEN;
      default -> false;
    };
  }

  private static Held asserted(keeper.lock.Act act) {
    return new Held(act.lock(), "any", act.mode(), false, false, "", 1, Held.Origin.ASSERTED, act.at(), act.by());
  }

  private static boolean isDereference(String name) {
    return name.startsWith("rcu_dereference") || name.equals("rcu_replace_pointer") || name.startsWith("srcu_dereference");
  }

  private static boolean writes(String dereference) {
    return dereference.equals("rcu_replace_pointer");
  }

  /** Names such as {@code x->lock} themselves: a lock is no data. */
  private static boolean isSection(AccessPath path) {
    String member = path.member().isEmpty() ? path.root() : path.member();
    return member.equals("lock") || member.equals("mutex") || member.endsWith("_lock") || member.endsWith("_mutex");
  }

  private static boolean within(List<Span> spans, Span at) {
    for (Span span : spans) if (span.contains(at) && !span.equals(at)) return true;
    return false;
  }

  // ---- callees ----

  private List<Held> translated(List<Held> held, Step.Call call, Moment moment) {
    List<Held> found = new ArrayList<>();
    for (Held h : held) {
      Lock lock = unit.translate(h.lock(), call, call.callee(), moment.worlds().get(0));
      if (lock != null) found.add(moved(h, lock));
    }
    return found;
  }

  private static Held moved(Held h, Lock lock) {
    return new Held(lock, h.kind(), h.mode(), h.irqOff(), h.bhOff(), h.flags(), h.depth(), h.origin(), h.takenAt(), h.by());
  }

  /** What a function does through its parameters. */
  private List<Through> throughs(Function function, int depth) {
    List<Through> found = throughs.get(function);
    if (found != null) return found;
    throughs.put(function, List.of()); // for a circle
    boolean pointers = false;
    for (Parameter parameter : function.parameters()) if (parameter.type().pointers() > 0) pointers = true;
    if (!pointers || depth > DEEPEST) return List.of();
    Map<String, Integer> parameters = new HashMap<>();
    for (int i = 0; i < function.parameters().size(); i++) parameters.put(function.parameters().get(i).name(), i);
    Map<String, Through> distinct = new LinkedHashMap<>();
    HeldLocks held = unit.held(function);
    if (!held.exhausted())
      for (Moment moment : held.moments()) {
        Step step = moment.step();
        if      (step instanceof Step.Read read)   pointed(read.path(), Rule.Access.READ, "", moment, parameters, distinct, List.of());
        else if (step instanceof Step.Write write) pointed(write.path(), Rule.Access.WRITE, "", moment, parameters, distinct, List.of());
        else if (step instanceof Step.Call call)   pointed(call, held, moment, parameters, distinct, depth);
      }
    // A write says all that a read of the same thing says.
    List<Through> kept = new ArrayList<>();
    for (Through through : distinct.values()) {
      boolean more = false;
      for (Through other : distinct.values()) if (through.kind() == Rule.Access.READ && other.kind() == Rule.Access.WRITE && other.parameter() == through.parameter()) more = true;
      if (!more) kept.add(through);
    }
    throughs.put(function, List.copyOf(kept));
    return throughs.get(function);
  }

  private void pointed(Step.Call call, HeldLocks held, Moment moment, Map<String, Integer> parameters, Map<String, Through> found, int depth) {
    if (call.callee().isEmpty()) return;
    if (isDereference(call.callee()) && !call.arguments().isEmpty() && call.arguments().get(0) instanceof Value.Stored s) {
      List<Held> said = new ArrayList<>();
      for (keeper.lock.Act act : held.acts(call, moment.worlds().get(0)))
        if (act.kind() == keeper.lock.Act.Kind.ASSERT) said.add(asserted(act));
      pointed(s.path(), writes(call.callee()) ? Rule.Access.WRITE : Rule.Access.READ, call.callee(), moment, parameters, found, said);
      return;
    }
    Rule.Access kind = Facts.container(call.callee());
    for (int i = 0; i < call.arguments().size(); i++) {
      if (!(call.arguments().get(i) instanceof Value.Stored s) || !s.path().isVariable() || !parameters.containsKey(s.path().root())) continue;
      if (kind != null) {
        pointed(s.path().plus("*"), kind, call.callee(), moment, parameters, found, List.of());
        continue;
      }
      Optional<Function> callee = unit.function(call.callee());
      if (callee.isEmpty()) {
        if (unit.kernel().lock(call.callee()).isEmpty() && call.callee().indexOf('_') >= 0) handOn(s.path().root(), call.callee(), i, call, null, moment, parameters, found, List.of());
        continue;
      }
      for (Through deeper : throughs(callee.get(), depth + 1)) {
        if (deeper.parameter() != i) continue;
        List<Held> more = translated(deeper.held(), call, moment);
        if (deeper.handed() != null) handOn(s.path().root(), deeper.by(), deeper.handed().parameter(), call, deeper.handed().own(), moment, parameters, found, more);
        else pointed(s.path().plus("*"), deeper.kind(), call.callee(), moment, parameters, found, more);
      }
    }
  }

  /** A parameter's value goes on to a function of another file, directly or by a callee of this one. @param inner which of the call's arguments each of its parameters gets; null for the same */
  private void handOn(String variable, String callee, int parameter, Step.Call call, int[] inner, Moment moment, Map<String, Integer> parameters, Map<String, Through> found, List<Held> more) {
    int[] own = new int[inner == null ? call.arguments().size() : inner.length];
    for (int i = 0; i < own.length; i++) {
      int argument = inner == null ? i : inner[i];
      own[i] = argument >= 0 && argument < call.arguments().size() && call.arguments().get(argument) instanceof Value.Stored s && s.path().isVariable()
          ? parameters.getOrDefault(s.path().root(), -1) : -1;
    }
    keep(parameters.get(variable), Rule.Access.ADDRESS, callee, moment, found, more, new Handed(parameter, own));
  }

  private static void pointed(AccessPath path, Rule.Access kind, String by, Moment moment, Map<String, Integer> parameters, Map<String, Through> found, List<Held> more) {
    if (path.steps().size() != 1 || !path.steps().get(0).equals("*")) return;
    Integer parameter = parameters.get(path.root());
    if (parameter == null) return;
    keep(parameter, kind, by, moment, found, more, null);
  }

  private static void keep(int parameter, Rule.Access kind, String by, Moment moment, Map<String, Through> found, List<Held> more, Handed handed) {
    if (found.size() > 24) return;
    String key = parameter + kind.name() + (handed == null ? "" : by + handed.parameter());
    Through known = found.get(key);
    List<Held> here = new ArrayList<>(more);
    for (Held h : moment.worlds().get(0).held()) {
      boolean everywhere = h.isSure() && counts(h);
      for (World world : moment.worlds()) if (world.find(h.lock().path()) == null) everywhere = false;
      if (everywhere) here.add(h);
    }
    if (known != null) here.removeIf(h -> known.held().stream().noneMatch(k -> k.lock().path().equals(h.lock().path()))); // for every one of these uses
    found.put(key, new Through(parameter, kind, by, List.copyOf(here), handed));
  }

  /** What a function that other files may call does through its parameters. */
  List<Census.Export> exports(Function function) {
    if (function.isStatic() || unit.function(function.name()).orElse(null) != function) return List.of();
    List<Census.Export> exports = new ArrayList<>();
    for (Through through : throughs(function, 0)) {
      List<Census.Kept> kept = new ArrayList<>();
      for (Held h : through.held()) {
        String path = h.lock().path();
        if (isGlobal(h.lock(), unit.graph(function).variables().keySet())) kept.add(new Census.Kept(-1, path, state(h)));
        for (int i = 0; i < function.parameters().size(); i++)
          if (path.startsWith(function.parameters().get(i).name() + ".")) kept.add(new Census.Kept(i, path.substring(function.parameters().get(i).name().length() + 1), state(h)));
      }
      exports.add(new Census.Export(function.name(), through.parameter(), through.kind(), through.handed() == null ? "" : through.by(), through.handed() == null ? -1 : through.handed().parameter(),
          through.handed() == null ? List.of() : java.util.Arrays.stream(through.handed().own()).boxed().toList(), kept));
    }
    return exports;
  }

  // ---- callers ----

  private Entrance entrance(Function function, int depth) {
    Entrance known = entrances.get(function);
    if (known != null) return known;
    entrances.put(function, Entrance.UNKNOWN); // for a circle of callers
    Entrance found = findEntrance(function, depth);
    entrances.put(function, found);
    return found;
  }

  private Entrance findEntrance(Function function, int depth) {
    switch (unit.context(function)) {
      case HARDIRQ, SOFTIRQ, PROCESS:
        return unit.sites(function.name()).isEmpty() ? new Entrance(List.of(), List.of(), Use.Entry.KNOWN) : Entrance.UNKNOWN;
      case TABLE:
        return isInTable(function) ? new Entrance(List.of(), List.of(), Use.Entry.TABLE) : Entrance.UNKNOWN;
      case EXTERNAL:
        return Entrance.UNKNOWN;
      default:
        break;
    }
    List<Unit.Site> sites = List.copyOf(unit.sites(function.name()));
    if (depth >= DEEPEST || sites.isEmpty() || sites.size() > MOST_SITES) return Entrance.UNKNOWN;
    Map<String, Held> all = null;
    Map<String, Held> some = new LinkedHashMap<>();
    Use.Entry entry = Use.Entry.KNOWN;
    for (Unit.Site site : sites) {
      if (site.caller() == function) continue;
      Entrance caller = entrance(site.caller(), depth + 1);
      if (caller.entry().compareTo(entry) > 0) entry = caller.entry();
      for (World world : site.moment().worlds()) {
        if (world.unseen() || world.opaque()) entry = Use.Entry.UNKNOWN;
        Map<String, Held> here = new LinkedHashMap<>();
        for (Held h : world.held()) if (counts(h)) inward(h, site, function, world, h.isSure() ? here : some);
        for (Held h : caller.held())
          if (world.find(h.lock().path()) == null && !world.isFree(h.lock().path()) && !world.isGiven(h.lock().path())) inward(h, site, function, world, here);
        for (Held h : caller.perhaps()) inward(h, site, function, world, some);
        some.putAll(here);
        if (all == null) all = here;
        else all.keySet().retainAll(here.keySet());
      }
    }
    if (all == null) return Entrance.UNKNOWN;
    some.keySet().removeAll(all.keySet());
    return new Entrance(List.copyOf(all.values()), List.copyOf(some.values()), entry);
  }

  /** Every place where its name stands is a table at file level, and nothing here calls it. */
  private boolean isInTable(Function function) {
    if (!function.isStatic() || !unit.sites(function.name()).isEmpty()) return false;
    List<Unit.Reference> references = unit.references(function.name());
    for (Unit.Reference reference : references) if (unit.around(reference.offset()) != null) return false;
    return !references.isEmpty();
  }

  /** A caller's lock in terms of the callee's parameters; nothing when it cannot be said in them. */
  private void inward(Held h, Unit.Site site, Function callee, World world, Map<String, Held> found) {
    Step.Call call = site.call();
    String path = h.lock().path();
    if (path.equals("RCU") || isGlobal(h.lock(), unit.graph(site.caller()).variables().keySet())) {
      found.put(path, h);
      return;
    }
    for (int i = 0; i < callee.parameters().size() && i < call.arguments().size(); i++) {
      String name = callee.parameters().get(i).name();
      if (name.isEmpty()) continue;
      String target = target(call.arguments().get(i), world);
      if (target == null || !path.startsWith(target)) continue;
      String rest = path.substring(target.length());
      if (rest.isEmpty()) rest = "*";
      else if (rest.charAt(0) != '.') continue;
      found.put(name + rest, moved(h, new Lock(name + rest, h.lock().type(), h.lock().text())));
    }
  }

  private static String target(Value argument, World world) {
    if (argument instanceof Value.AddressOf a) return world.canonical(a.path());
    if (argument instanceof Value.Stored s) {
      String path = world.canonical(s.path());
      return path.startsWith("&") ? path.substring(1) : path;
    }
    if (argument instanceof Value.Result r) {
      String copy = world.valueOf(r);
      return copy == null ? "#" + r.call() : copy;
    }
    return null;
  }

  // ---- phases ----

  private Use.Phase phase(Function function, int depth) {
    Use.Phase known = phases.get(function);
    if (known != null) return known;
    phases.put(function, Use.Phase.SHARED); // for a circle of callers
    Use.Phase found = findPhase(function, depth);
    phases.put(function, found);
    return found;
  }

  private Use.Phase findPhase(Function function, int depth) {
    for (Attribute attribute : function.attributes()) {
      if (attribute.name().equals("__init")) return Use.Phase.SETUP;
      if (attribute.name().equals("__exit")) return Use.Phase.TEARDOWN;
    }
    Use.Phase byName = phase(function.name());
    if (byName != Use.Phase.SHARED) return byName;
    if (depth >= DEEPEST || unit.context(function) != Unit.Context.CALLED) return Use.Phase.SHARED;
    Use.Phase all = null;
    Set<Function> callers = new LinkedHashSet<>();
    for (Unit.Site site : unit.sites(function.name())) callers.add(site.caller());
    for (Function caller : callers) {
      if (caller == function) continue;
      Use.Phase here = phase(caller, depth + 1);
      if (here == Use.Phase.SHARED) return here;
      all = here;
    }
    return all == null ? Use.Phase.SHARED : all;
  }

  private static final List<String> SETUP = List.of("init", "probe", "alloc", "create", "setup", "new", "resume", "construct");
  private static final List<String> TEARDOWN = List.of("exit", "remove", "release", "destroy", "free", "cleanup", "fini", "teardown", "uninit", "detach", "unregister", "shutdown", "suspend", "_put",
      "disconnect", "unbind", "dealloc", "destruct");

  /** Heuristic: whole words of the name. */
  static Use.Phase phase(String name) {
    String lower = name.toLowerCase(java.util.Locale.ROOT);
    for (String word : TEARDOWN) if (lower.contains(word)) return Use.Phase.TEARDOWN;
    for (String word : SETUP) if (has(lower, word)) return Use.Phase.SETUP;
    return Use.Phase.SHARED;
  }

  /** The word begins at the name's begin or behind a {@code _}. */
  private static boolean has(String name, String word) {
    for (int at = name.indexOf(word); at >= 0; at = name.indexOf(word, at + 1)) if (at == 0 || name.charAt(at - 1) == '_') return true;
    return false;
  }
}
