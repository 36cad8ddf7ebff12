// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import keeper.c.Attribute;
import keeper.c.Function;
import keeper.flow.Step;
import keeper.flow.Value;
import keeper.lock.Held;
import keeper.lock.Lock;
import keeper.lock.Unit;
import keeper.lock.World;

/** How the functions of one file are entered: with which locks, and when in the life of their objects. Callers that cannot hold anything are not walked. */
final class Entrances {
  private static final int MOST_SITES = 40;
  private static final int DEEPEST = 6;

  private final Unit unit;
  private final Map<Function, Entrance> entrances = new java.util.IdentityHashMap<>();
  private final Map<Function, Use.Phase> phases = new java.util.IdentityHashMap<>();

  Entrances(Unit unit) {
    this.unit = unit;
  }

  /**
   * The locks that a function is entered with, in terms of its parameters.
   *
   * @param held held by every caller
   * @param perhaps held by some
   */
  record Entrance(List<Held> held, List<Held> perhaps, Use.Entry entry) {
    static final Entrance UNKNOWN = new Entrance(List.of(), List.of(), Use.Entry.UNKNOWN);

    boolean isBare() {
      return held.isEmpty() && perhaps.isEmpty();
    }
  }

  /** How a function is entered. */
  Entrance of(Function function) {
    return entrance(function, 0);
  }

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
        return unit.callers(function.name()).isEmpty() ? new Entrance(List.of(), List.of(), Use.Entry.KNOWN) : Entrance.UNKNOWN;
      case TABLE:
        return isInTable(function) ? new Entrance(List.of(), List.of(), Use.Entry.TABLE) : Entrance.UNKNOWN;
      case EXTERNAL:
        return Entrance.UNKNOWN;
      default:
        break;
    }
    List<Function> callers = unit.callers(function.name());
    if (depth >= DEEPEST || callers.isEmpty() || callers.size() > MOST_SITES) return Entrance.UNKNOWN;
    Meeting met = new Meeting();
    for (Function caller : callers) {
      if (caller == function) continue;
      Entrance entrance = entrance(caller, depth + 1);
      met.enter(entrance.entry());
      if (entrance.isBare() && !unit.hasGaps() && !unit.mayHold(caller)) met.nothing(); // it need not be walked
      else for (Unit.Site site : unit.sites(function.name(), caller)) met.site(site, function, entrance);
    }
    return met.entrance();
  }

  /** What several calls have in common. */
  private final class Meeting {
    private Map<String, Held> all;
    private final Map<String, Held> some = new LinkedHashMap<>();
    private Use.Entry entry = Use.Entry.KNOWN;

    void enter(Use.Entry of) {
      if (of.compareTo(entry) > 0) entry = of;
    }

    void nothing() {
      all = new LinkedHashMap<>();
    }

    void site(Unit.Site site, Function callee, Entrance caller) {
      for (World world : site.moment().worlds()) {
        if (world.unseen() || world.opaque()) entry = Use.Entry.UNKNOWN;
        Map<String, Held> here = new LinkedHashMap<>();
        for (Held h : world.held()) if (Uses.counts(h)) inward(h, site, callee, world, h.isSure() ? here : some);
        for (Held h : caller.held())
          if (world.find(h.lock().path()) == null && !world.isFree(h.lock().path()) && !world.isGiven(h.lock().path())) inward(h, site, callee, world, here);
        for (Held h : caller.perhaps()) inward(h, site, callee, world, some);
        some.putAll(here);
        if (all == null) all = here;
        else all.keySet().retainAll(here.keySet());
      }
    }

    Entrance entrance() {
      if (all == null) return Entrance.UNKNOWN;
      some.keySet().removeAll(all.keySet());
      return new Entrance(List.copyOf(all.values()), List.copyOf(some.values()), entry);
    }
  }

  /** Every place where its name stands is a table at file level, and nothing here calls it. */
  private boolean isInTable(Function function) {
    if (!function.isStatic() || !unit.callers(function.name()).isEmpty()) return false;
    List<Unit.Reference> references = unit.references(function.name());
    for (Unit.Reference reference : references) if (unit.around(reference.offset()) != null) return false;
    return !references.isEmpty();
  }

  /** A caller's lock in terms of the callee's parameters; nothing when it cannot be said in them. */
  private void inward(Held h, Unit.Site site, Function callee, World world, Map<String, Held> found) {
    Step.Call call = site.call();
    String path = h.lock().path();
    if (path.equals("RCU") || Uses.isGlobal(h.lock(), unit.graph(site.caller()).variables().keySet())) {
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
      found.put(name + rest, h.moved(new Lock(name + rest, h.lock().type(), h.lock().text())));
    }
  }

  static String target(Value argument, World world) {
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

  /** When, in the life of its objects, a function runs. */
  Use.Phase phase(Function function) {
    return phase(function, 0);
  }

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
    for (Function caller : unit.callers(function.name())) {
      if (caller == function) continue;
      Use.Phase here = phase(caller, depth + 1);
      if (here == Use.Phase.SHARED) return here;
      all = here;
    }
    return all == null ? Use.Phase.SHARED : all;
  }

  private static final List<String> SETUP = List.of("init", "probe", "alloc", "create", "setup", "new", "resume", "construct");
  private static final List<String> TEARDOWN = List.of("exit", "remove", "release", "destroy", "free", "cleanup", "fini", "teardown", "uninit", "deinit", "detach", "unregister", "shutdown", "suspend", "_put",
      "disconnect", "unbind", "dealloc", "destruct");

  /** Heuristic: by its name it runs before others know the object, or behind the last reference. */
  static boolean isApart(String name) {
    return phase(name) != Use.Phase.SHARED;
  }

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
