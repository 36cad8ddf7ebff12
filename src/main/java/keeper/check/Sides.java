// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import keeper.c.Function;
import keeper.flow.Step;
import keeper.flow.Value;
import keeper.lock.Act;
import keeper.lock.Held;
import keeper.lock.Lock;
import keeper.lock.Moment;
import keeper.lock.Summary;
import keeper.lock.Unit;
import keeper.lock.World;
import keeper.text.SourceText;

/**
 * One file before and after a change, and the functions that the change can have to do with: those whose text it touched, the callers of one that now does
 * something else to locks, and the callees that are now called in another state. What stays as it is on both sides need not be judged on either.
 */
final class Sides {
  private static final int MOST_CALLERS = 100; // above one function

  private final Facts before; // of any function of the file
  private final Facts after;
  private final Set<String> changed = new TreeSet<>();
  private final Optional<Set<String>> words; // touched outside of functions; empty when there is no telling
  private final Set<String> moving = new TreeSet<>(); // of the changed ones, those that now leave their callers with other locks
  private final Map<String, Boolean> below = new HashMap<>();
  private Optional<Set<String>> asked;

  private Sides(Unit before, Unit after) {
    this.before = Facts.any(before);
    this.after = Facts.any(after);
    Map<String, String> old = new HashMap<>();
    Map<String, String> now = new HashMap<>();
    this.words = split(before, old).equals(split(after, now)) ? Optional.of(Set.of()) : Outside.words(before, after);
    now.forEach((name, text) -> { if (!text.equals(old.get(name))) changed.add(name); });
    for (String name : old.keySet()) if (!now.containsKey(name)) changed.add(name);
  }

  /** Two texts of a file. */
  static Sides of(Unit before, Unit after) {
    return new Sides(before, after);
  }

  /** Puts the functions' text under their names; returns what stands outside of all, comments included. */
  private static String split(Unit unit, Map<String, String> functions) {
    SourceText text = unit.text();
    StringBuilder outside = new StringBuilder();
    int at = 0;
    for (Function function : unit.functions()) {
      int start = Math.max(at, function.head().start());
      int end = Math.max(start, function.body().end());
      outside.append(new String(text.bytes(), at, start - at, StandardCharsets.ISO_8859_1));
      functions.merge(function.name(), new String(text.bytes(), start, end - start, StandardCharsets.ISO_8859_1), String::concat);
      at = end;
    }
    return outside.append(new String(text.bytes(), at, text.length() - at, StandardCharsets.ISO_8859_1)).toString();
  }

  /** The names of the functions that are to be judged on both sides; empty, which means all of them, when there is no telling. */
  Optional<Set<String>> asked() {
    if (asked == null) asked = words.isEmpty() || before == null || after == null ? Optional.empty() : Optional.of(find());
    return asked;
  }

  private Set<String> find() {
    Set<String> seeing = new TreeSet<>(changed);
    for (String word : words.get())
      for (Unit unit : List.of(before.unit(), after.unit())) {
        unit.function(word).ifPresent(function -> seeing.add(word));
        callers(unit, word, seeing);
      }
    Set<String> found = new TreeSet<>(seeing);
    for (String name : seeing) {
      Optional<Function> then = before.unit().function(name);
      Optional<Function> now = after.unit().function(name);
      if (!sameEffect(then, now)) {
        callers(before.unit(), name, found);
        callers(after.unit(), name, found);
      }
      Map<String, String> old = calls(before, then);
      Map<String, String> fresh = calls(after, now);
      old.forEach((callee, how) -> { if (!how.equals(fresh.get(callee))) found.add(callee); });
      for (String callee : fresh.keySet()) if (!old.containsKey(callee)) found.add(callee);
    }
    return found;
  }

  /** The changed functions that now want other locks, take others, leave others, or sleep otherwise. */
  Set<String> otherEffect() {
    Set<String> found = new TreeSet<>();
    if (before == null || after == null) return found;
    for (String name : changed) {
      Optional<Function> then = before.unit().function(name);
      Optional<Function> now = after.unit().function(name);
      if (then.isPresent() && now.isPresent() && !sameEffect(then, now)) found.add(name);
    }
    return found;
  }

  private static void callers(Unit unit, String name, Set<String> found) {
    for (Function caller : unit.functionsWith(name)) found.add(caller.name());
  }

  private boolean sameEffect(Optional<Function> then, Optional<Function> now) {
    if (then.isEmpty() || now.isEmpty()) return false;
    Optional<Summary> old = before.unit().summary(then.get().name());
    Optional<Summary> fresh = after.unit().summary(now.get().name());
    if (old.isEmpty() || fresh.isEmpty() || !old.get().leavesAs(fresh.get())) moving.add(now.get().name());
    return old.isPresent() && fresh.isPresent() && old.get().sameEffect(fresh.get()) && released(before, then.get()).equals(released(after, now.get()));
  }

  /** The types of locks that a function lets go of on its way. */
  private static Set<String> released(Facts any, Function function) {
    Set<String> types = new TreeSet<>();
    Facts facts = any.of(function);
    for (Moment moment : facts.moments())
      if (moment.step() instanceof Step.Call)
        for (Act act : facts.held().acts(moment.step(), moment.worlds().get(0)))
          if (act.kind() == Act.Kind.RELEASE || act.kind() == Act.Kind.DROP) types.add(act.lock().type());
    return types;
  }

  /** By callee of this file, with what and in which state a function calls it. */
  private static Map<String, String> calls(Facts any, Optional<Function> function) {
    Map<String, String> calls = new LinkedHashMap<>();
    if (function.isEmpty()) return calls;
    Facts facts = any.of(function.get());
    for (Moment moment : facts.moments())
      if (moment.step() instanceof Step.Call call && any.unit().function(call.callee()).isPresent()) calls.merge(call.callee(), state(facts, call, moment), String::concat);
    return calls;
  }

  private static String state(Facts facts, Step.Call call, Moment moment) {
    StringBuilder state = new StringBuilder();
    for (Value argument : call.arguments())
      state.append(argument instanceof Value.Result r ? r.callee() : argument).append(UnguardedAccess.isFresh(facts, argument, moment.worlds()) ? "*," : ",");
    for (World world : moment.worlds()) {
      state.append(world.unseen() ? "\n?" : "\n");
      for (Held held : world.held()) state.append(' ').append(held.lock().type()).append(held.lock()).append(held.kind()).append(held.mode()).append(held.irqOff()).append(held.bhOff()).append(held.origin());
      for (Lock lock : world.freed()) state.append(" -").append(lock.type()).append(lock);
    }
    return state.append('\n').toString();
  }

  /** Of some function of the file before; null when there was none. */
  Facts before() {
    return before;
  }

  /** Whether a function may be entered with other locks than before: one that calls it in the end, or what such a one calls, changed. */
  boolean entersElse(Function function) {
    asked();
    return !words.equals(Optional.of(Set.of())) || !moving.isEmpty() || below.computeIfAbsent(function.name(), name -> isBelowChanged(function));
  }

  private boolean isBelowChanged(Function function) {
    Set<String> seen = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(function.name()));
    while (!open.isEmpty()) {
      String name = open.poll();
      for (Unit unit : List.of(before.unit(), after.unit()))
        for (Function caller : unit.functionsWith(name)) {
          if (changed.contains(caller.name()) && !caller.name().equals(function.name()) || seen.size() > MOST_CALLERS) return true;
          if (seen.add(caller.name())) open.add(caller.name());
        }
    }
    return false;
  }
}
