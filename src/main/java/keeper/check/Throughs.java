// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import keeper.c.Function;
import keeper.c.Type;
import keeper.flow.AccessPath;
import keeper.flow.Step;
import keeper.flow.Value;
import keeper.lock.Held;
import keeper.lock.HeldLocks;
import keeper.lock.Lock;
import keeper.lock.Moment;
import keeper.lock.Unit;
import keeper.lock.World;
import keeper.rule.Rule;

/** What the functions of one file do through the addresses that they are handed, and which locks they hold for it. */
final class Throughs {
  private static final int DEEPEST = 6;
  /** Structs that are read and stored through a pointer as a whole. */
  private static final Set<String> HEADS = Set.of("list_head", "hlist_head", "hlist_bl_head", "rb_root", "rb_root_cached", "idr", "radix_tree_root", "xarray", "maple_tree", "kfifo", "bio_list");

  private final Unit unit;
  private final Map<Function, List<Through>> known = new java.util.IdentityHashMap<>();

  Throughs(Unit unit) {
    this.unit = unit;
  }

  /** A use of what a parameter points to, with the locks that the function itself has for it. */
  record Through(int parameter, Rule.Access kind, String by, List<Held> held, Handed handed) {}

  /**
   * An address goes on to a function of another file.
   *
   * @param parameter the parameter that gets it
   * @param own for each of its parameters the one of ours that it gets, or -1
   */
  record Handed(int parameter, int[] own) {}

  List<Held> translated(List<Held> held, Step.Call call, Moment moment) {
    List<Held> found = new ArrayList<>();
    for (Held h : held) {
      Lock lock = unit.translate(h.lock(), call, call.callee(), moment.worlds().get(0));
      if (lock != null) found.add(h.moved(lock));
    }
    return found;
  }

  /** What a function of the file does through its parameters. */
  List<Through> of(Function function) {
    return of(function, 0);
  }

  private List<Through> of(Function function, int depth) {
    List<Through> found = known.get(function);
    if (found != null) return found;
    known.put(function, List.of()); // for a circle
    if (depth > DEEPEST) return List.of();
    found = new Search(function, depth).search();
    known.put(function, found);
    return found;
  }

  /** What is read or stored as a whole through a pointer: a scalar, a pointer, a list, a tree. The members of a struct go by their own names. */
  static boolean isAddress(Type type) {
    if (type.pointers() == 0 || type.function()) return false;
    if (type.pointers() > 1) return true;
    if (type.struct().isPresent()) return HEADS.contains(type.struct().get());
    return !type.base().equals("void") && !type.base().equals("char");
  }

  /** Through one function. */
  private final class Search {
    private final Function function;
    private final int depth;
    private final Map<String, Integer> parameters = new HashMap<>();
    private final Set<String> addresses = new HashSet<>(); // of these
    private final Map<String, Through> found = new LinkedHashMap<>();
    private HeldLocks held;

    Search(Function function, int depth) {
      this.function = function;
      this.depth = depth;
      for (int i = 0; i < function.parameters().size(); i++) {
        parameters.put(function.parameters().get(i).name(), i);
        if (isAddress(function.parameters().get(i).type())) addresses.add(function.parameters().get(i).name());
      }
    }

    List<Through> search() {
      if (addresses.isEmpty()) return List.of();
      held = unit.held(function);
      if (held.exhausted()) return List.of();
      for (Moment moment : held.moments()) {
        Step step = moment.step();
        if      (step instanceof Step.Read read)   pointed(read.path(), Rule.Access.READ, "", moment, List.of());
        else if (step instanceof Step.Write write) pointed(write.path(), Rule.Access.WRITE, "", moment, List.of());
        else if (step instanceof Step.Call call)   call(call, moment);
      }
      // A write says all that a read of the same thing says.
      List<Through> kept = new ArrayList<>();
      for (Through through : found.values()) {
        boolean more = false;
        for (Through other : found.values()) if (through.kind() == Rule.Access.READ && other.kind() == Rule.Access.WRITE && other.parameter() == through.parameter()) more = true;
        if (!more) kept.add(through);
      }
      return List.copyOf(kept);
    }

    private void call(Step.Call call, Moment moment) {
      if (call.callee().isEmpty()) return;
      if (Uses.isDereference(call.callee()) && !call.arguments().isEmpty() && call.arguments().get(0) instanceof Value.Stored s) {
        List<Held> said = new ArrayList<>();
        for (keeper.lock.Act act : held.acts(call, moment.worlds().get(0)))
          if (act.kind() == keeper.lock.Act.Kind.ASSERT) said.add(Uses.asserted(act));
        pointed(s.path(), Uses.writes(call.callee()) ? Rule.Access.WRITE : Rule.Access.READ, call.callee(), moment, said);
        return;
      }
      Rule.Access kind = Facts.container(call.callee());
      for (int i = 0; i < call.arguments().size(); i++) {
        if (!(call.arguments().get(i) instanceof Value.Stored s) || !s.path().isVariable() || !addresses.contains(s.path().root())) continue;
        if (kind != null) {
          pointed(s.path().plus("*"), kind, call.callee(), moment, List.of());
          continue;
        }
        Optional<Function> callee = unit.function(call.callee());
        if (callee.isEmpty()) {
          if (unit.kernel().lock(call.callee()).isEmpty() && call.callee().indexOf('_') >= 0) handOn(s.path().root(), call.callee(), i, call, null, moment, List.of());
          continue;
        }
        for (Through deeper : of(callee.get(), depth + 1)) {
          if (deeper.parameter() != i) continue;
          List<Held> more = translated(deeper.held(), call, moment);
          if (deeper.handed() != null) handOn(s.path().root(), deeper.by(), deeper.handed().parameter(), call, deeper.handed().own(), moment, more);
          else pointed(s.path().plus("*"), deeper.kind(), call.callee(), moment, more);
        }
      }
    }

    /** A parameter's value goes on to a function of another file, directly or by a callee of this one. @param inner which of the call's arguments each of its parameters gets; null for the same */
    private void handOn(String variable, String callee, int parameter, Step.Call call, int[] inner, Moment moment, List<Held> more) {
      int[] own = new int[inner == null ? call.arguments().size() : inner.length];
      for (int i = 0; i < own.length; i++) {
        int argument = inner == null ? i : inner[i];
        own[i] = argument >= 0 && argument < call.arguments().size() && call.arguments().get(argument) instanceof Value.Stored s && s.path().isVariable()
            ? parameters.getOrDefault(s.path().root(), -1) : -1;
      }
      keep(parameters.get(variable), Rule.Access.ADDRESS, callee, moment, more, new Handed(parameter, own));
    }

    private void pointed(AccessPath path, Rule.Access kind, String by, Moment moment, List<Held> more) {
      if (path.steps().size() == 1 && path.steps().get(0).equals("*") && addresses.contains(path.root())) keep(parameters.get(path.root()), kind, by, moment, more, null);
    }

    private void keep(int parameter, Rule.Access kind, String by, Moment moment, List<Held> more, Handed handed) {
      if (found.size() > 24) return;
      String key = parameter + kind.name() + (handed == null ? "" : by + handed.parameter());
      Through known = found.get(key);
      List<Held> here = new ArrayList<>(more);
      for (Held h : moment.worlds().get(0).held()) {
        boolean everywhere = h.isSure() && Uses.counts(h);
        for (World world : moment.worlds()) if (world.find(h.lock().path()) == null) everywhere = false;
        if (everywhere) here.add(h);
      }
      if (known != null) here.removeIf(h -> known.held().stream().noneMatch(k -> k.lock().path().equals(h.lock().path()))); // for every one of these uses
      found.put(key, new Through(parameter, kind, by, List.copyOf(here), handed));
    }
  }

  /** What a function that other files may call does through its parameters. */
  List<Census.Export> exports(Function function) {
    if (function.isStatic() || unit.function(function.name()).orElse(null) != function) return List.of();
    List<Census.Export> exports = new ArrayList<>();
    for (Through through : of(function)) {
      List<Census.Kept> kept = new ArrayList<>();
      for (Held h : through.held()) {
        String path = h.lock().path();
        if (Uses.isGlobal(h.lock(), unit.graph(function).variables().keySet())) kept.add(new Census.Kept(-1, path, Uses.state(h)));
        for (int i = 0; i < function.parameters().size(); i++)
          if (path.startsWith(function.parameters().get(i).name() + ".")) kept.add(new Census.Kept(i, path.substring(function.parameters().get(i).name().length() + 1), Uses.state(h)));
      }
      exports.add(new Census.Export(function.name(), through.parameter(), through.kind(), through.handed() == null ? "" : through.by(), through.handed() == null ? -1 : through.handed().parameter(),
          through.handed() == null ? List.of() : java.util.Arrays.stream(through.handed().own()).boxed().toList(), kept));
    }
    return exports;
  }
}
