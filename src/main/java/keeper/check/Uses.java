// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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
  private static final int MOST_NAMES = 4;
  private static final int MOST_USES = 20_000; // of one function

  private final Unit unit;
  private final Entrances entrances;
  private final Throughs throughs;
  private final Map<Function, List<Found>> known = new java.util.IdentityHashMap<>();

  Uses(Unit unit) {
    this.unit = unit;
    this.entrances = new Entrances(unit);
    this.throughs = new Throughs(unit);
  }

  /** Whether a lock can be held somewhere in a function: its own, a caller's, or that of a callee while it is handed an address. */
  boolean isLocking(Function function) {
    if (unit.mayHold(function) || !entrances.of(function).isBare()) return true;
    for (Function callee : unit.callees(function))
      if (callee != function && unit.mayHold(callee))
        for (Throughs.Through through : throughs.of(callee)) if (through.handed() == null && !through.held().isEmpty()) return true;
    return false;
  }

  /** The members, variables and functions that a function mentions, see {@link Census#others}. */
  Set<String> mentioned(Function function) {
    return unit.mentioned(function, globals(), isHanded(function));
  }

  /** It has a parameter that is the address of a value. */
  boolean isHanded(Function function) {
    for (Parameter parameter : function.parameters()) if (Throughs.isAddress(parameter.type())) return true;
    return false;
  }

  /** What a function that other files may call does through its parameters. */
  List<Census.Export> exports(Function function) {
    return throughs.exports(function);
  }

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
    private final Entrances.Entrance entrance;
    private final List<Span> intended = new ArrayList<>();
    private final List<Span> dereferences = new ArrayList<>(); // judged as the call around them
    private final List<Found> uses = new ArrayList<>();
    private final List<Integer> begun = new ArrayList<>(); // offsets where readers of seqcounts begin
    private final List<Span> repeated = new ArrayList<>(); // what they read
    private Step.Call passed; // while an address is handed on
    private Throughs.Handed handed;

    Finder(Function function) {
      this.function = function;
      this.held = unit.held(function);
      this.entrance = entrances.of(function);
    }

    List<Found> find() {
      if (held.exhausted()) return uses;
      for (Moment moment : held.moments()) {
        if (!(moment.step() instanceof Step.Call call)) continue;
        looked(call);
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

    /** Between the beginning of a seqcount's reader and its retry the code says itself that it needs no lock: it reads again. */
    private void looked(Step.Call call) {
      LockApi.Effect effect = unit.kernel().lock(call.callee()).map(LockApi.Entry::effect).orElse(LockApi.Effect.NOTE);
      if (effect == LockApi.Effect.SEQ_READ_BEGIN) begun.add(call.at().end());
      else if (effect == LockApi.Effect.SEQ_READ_RETRY && !begun.isEmpty()) repeated.add(new Span(begun.remove(begun.size() - 1), call.at().start()));
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
          if (call.arguments().get(i) instanceof Value.AddressOf a && !a.path().steps().isEmpty()) hand(a.path(), name, new Throughs.Handed(i, same(call.arguments().size())), call, moment, List.of());
        return;
      }
      if (callee.get() == function) return;
      for (Throughs.Through through : throughs.of(callee.get())) {
        if (through.parameter() >= call.arguments().size() || !(call.arguments().get(through.parameter()) instanceof Value.AddressOf a) || a.path().steps().isEmpty()) continue;
        List<Held> more = throughs.translated(through.held(), call, moment);
        if (through.handed() != null) hand(a.path(), through.by(), through.handed(), call, moment, more);
        else add(a.path(), through.kind(), name, moment, call.at(), more);
      }
    }

    private static int[] same(int size) {
      int[] own = new int[size];
      for (int i = 0; i < size; i++) own[i] = i;
      return own;
    }

    private void hand(AccessPath path, String callee, Throughs.Handed handed, Step.Call call, Moment moment, List<Held> more) {
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
        if (base.equals(Entrances.target(passed.arguments().get(own), world))) bits |= 1 << i;
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
      Use.Phase phase = entrances.phase(function);
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
      boolean meant = kind == Rule.Access.READ && within(repeated, at) || (by.isEmpty() ? within(intended, at) || startsUnlocked(at) : Kernel.unlockedByIntent(by));
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
  static boolean isGlobal(Lock lock, Set<String> variables) {
    return !lock.path().isEmpty() && lock.type().equals(lock.path()) && !variables.contains(lock.root());
  }

  private static boolean holds(Use.State state) {
    return state == Use.State.HELD || state == Use.State.ASSERTED || state == Use.State.SHARED;
  }

  private static Use.State stronger(Use.State one, Use.State other) {
    if (one == Use.State.ASSERTED || other == Use.State.ASSERTED) return Use.State.ASSERTED;
    return one.compareTo(other) <= 0 ? one : other;
  }

  static Use.State state(Held h) {
    if (!h.isSure()) return Use.State.PERHAPS;
    if (h.origin() == Held.Origin.ASSERTED) return Use.State.ASSERTED;
    boolean readers = h.kind().equals("rwsem") || h.kind().equals("rwlock") || h.kind().equals("percpu_rwsem");
    return readers && h.mode() == LockApi.Mode.READ ? Use.State.SHARED : Use.State.HELD;
  }

  /** Kinds of locks that guard data, and the read-side section. */
  static boolean counts(Held h) {
    return h.lock().path().equals("RCU") || isLock(h);
  }

  private static boolean isLock(Held h) {
    return Kernel.guards(h.kind()) || h.kind().equals("any") && (h.origin() == Held.Origin.ASSERTED || h.origin() == Held.Origin.TAKEN);
  }

  static Held asserted(keeper.lock.Act act) {
    return new Held(act.lock(), "any", act.mode(), false, false, "", 1, Held.Origin.ASSERTED, act.at(), act.by());
  }

  static boolean isDereference(String name) {
    return name.startsWith("rcu_dereference") || name.equals("rcu_replace_pointer") || name.startsWith("srcu_dereference");
  }

  static boolean writes(String dereference) {
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
}
