// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.ArrayList;
import java.util.List;
import keeper.c.Function;
import keeper.flow.Value;
import keeper.flow.Step;
import keeper.lock.Act;
import keeper.lock.Exit;
import keeper.lock.Held;
import keeper.lock.Moment;
import keeper.lock.World;
import keeper.text.Place;
import keeper.text.Span;

/**
 * A way out of the function leaves a lock held that another way out has released.
 *
 * <p>Silent where holding it is the contract: every exit holds it, or the returned value tells the caller, unless the value says that the function
 * failed.
 */
final class MissingUnlock implements Check {
  private static final int NEGATIVE = 1;
  private static final int ZERO = 2;
  private static final int POSITIVE = 4;

  @Override
  public String id() {
    return "missing-unlock";
  }

  @Override
  public void findings(Facts facts, List<Finding> findings) {
    if (facts.held().exhausted()) return;
    List<Exit> exits = facts.held().exits();
    List<String> done = new ArrayList<>();
    for (Exit exit : exits) {
      for (Held held : exit.world().held()) {
        if (held.origin() != Held.Origin.TAKEN && !held.isImplied() || exit.world().isGiven(held.lock().path())) continue;
        String key = held.lock().path() + " " + exit.at().start();
        if (done.contains(key)) continue;
        if (handedOn(held.kind())) continue;
        if (held.kind().equals("folio") && exit.sign() != NEGATIVE) continue; // a locked page is often what is handed back
        Span released = release(facts, exits, held);
        if (released == null ? !mayBeReleasedUnseen(facts, exit, held) : contract(facts, exits, held)) continue;
        done.add(key);
        findings.add(finding(facts, exit, exits, held, released));
      }
    }
  }

  /** A lock whose taking and releasing is one task's business. */
  static boolean strict(String family) {
    return switch (family) {
      case "mutex", "spin", "raw_spin", "rwlock", "rwsem", "percpu_rwsem", "rcu", "srcu", "local", "sock", "device", "bit_spin" -> true;
      default -> false;
    };
  }

  /** Locks that by custom are released by somebody else, such as the end of an I/O. */
  private static boolean handedOn(String family) {
    return switch (family) {
      case "buffer", "inode", "host", "any", "note", "ww", "lockdep", "completion", "opaque", "sem" -> true;
      default -> false;
    };
  }

  /** Where this function releases the lock before another way out; null when it does not. */
  private static Span release(Facts facts, List<Exit> exits, Held held) {
    boolean without = false;
    for (Exit exit : exits) if (exit.world().find(held.lock().path()) == null) without = true;
    if (!without) return null;
    for (Moment moment : facts.moments()) {
      if (!(moment.step() instanceof Step.Call call)) continue;
      for (World world : moment.worlds()) {
        if (world.find(held.lock().path()) == null) continue;
        for (Act act : facts.held().acts(call, world))
          if (act.kind() == Act.Kind.RELEASE && !act.isConditional() && act.lock().path().equals(held.lock().path())) return call.at();
      }
    }
    return null;
  }

  /** This way out fails with the lock held, and other ways lead to text that is not shown. */
  private static boolean mayBeReleasedUnseen(Facts facts, Exit exit, Held held) {
    if (!facts.unit().hasGaps() || held.isImplied() || !strict(held.kind()) || exit.sign() != NEGATIVE) return false;
    for (Moment moment : facts.moments())
      if (moment.step() instanceof Step.Gap) for (World world : moment.worlds()) if (world.find(held.lock().path()) != null) return true;
    return false;
  }

  /** The returned value tells the caller whether the lock is held, and does not say that the function failed. */
  private static boolean contract(Facts facts, List<Exit> exits, Held held) {
    int with = 0;
    int without = 0;
    boolean pointer = facts.function().returns().pointers() > 0;
    for (Exit exit : exits) {
      Held there = exit.world().find(held.lock().path());
      if (there == null) without |= exit.sign();
      else with |= !pointer && isErrorCode(exit) ? NEGATIVE : exit.sign();
    }
    if (pointer && (with & POSITIVE) != 0 && (without & POSITIVE) == 0) return true; // an object that is locked, or an error
    if ((with & without) != 0) return false;
    return with != NEGATIVE && !(pointer && (with & ~(NEGATIVE | ZERO)) == 0);
  }

  /** {@code if (ret) return ret;}: what a callee answered, and is not zero, is an error by custom. */
  private static boolean isErrorCode(Exit exit) {
    return exit.sign() == (NEGATIVE | POSITIVE) && exit.value().filter(value -> value instanceof Value.Stored s && s.path().isVariable()).isPresent();
  }

  private Finding finding(Facts facts, Exit exit, List<Exit> exits, Held held, Span released) {
    Span at = exit.at();
    String kind = "return";
    Place place = facts.place(at);
    Span jump = divergence(facts, exit, exits, held);
    String way = exit.value().isPresent() ? "return " + exit.value().get() : "end";
    if (exit.value().isPresent() && exit.value().get() instanceof Value.Result r) way = "return " + r.callee() + "()";
    if (jump != null) {
      kind = "path";
      place = facts.place(jump);
    }
    String lock = held.lock().text();
    List<Witness> evidence = new ArrayList<>();
    evidence.add(facts.origin(held));
    if (jump != null) evidence.add(new Witness(facts.place(jump), "on this path it stays held"));
    evidence.add(new Witness(facts.place(at), jump == null ? "it is still held here" : "and is still held here"));
    if (released != null && !held.isImplied()) evidence.add(new Witness(facts.place(released), "another way out releases it here"));
    boolean guessed = released == null || held.isImplied(); // the text before the change may say more, see Weighing
    Confidence confidence = guessed || named(facts.function()) || isKept(facts, exit, held) ? Confidence.POSSIBLE : exit.world().unseen() ? Confidence.LIKELY : Confidence.CERTAIN;
    String assumption = released == null ? "assuming that " + facts.name() + "() releases " + lock + " in lines that are not shown" : held.isImplied() ? "assuming that " + lock + " is taken above the lines that are shown"
        : confidence == Confidence.LIKELY ? "assuming that lines not shown do not release " + lock : "";
    String message = "Is " + lock + " meant to stay held on " + (jump != null ? "the path that leaves here" : "this way out") + "? " + facts.name() + "() "
        + (released == null ? "takes it, and fails here without releasing it" : (held.isImplied() ? "holds it here" : "takes it") + " and releases it on other ways out, not on this one")
        + (assumption.isEmpty() ? "." : " (" + assumption + ").");
    return new Finding(id(), "", place, facts.name(), lock, way, kind, facts.heldAt(List.of(exit.world())), confidence, assumption, message, evidence);
  }

  /** Heuristic: a function whose name says that it locks or unlocks has another contract. */
  private static boolean named(Function function) {
    String name = function.name();
    return name.endsWith("_lock") || name.endsWith("trylock") || name.contains("_lock_") || name.startsWith("lock_") || name.contains("unlock") || name.contains("acquire") || name.endsWith("_locked")
        || name.contains("seq_") || name.endsWith("_begin") || name.endsWith("_get") || name.startsWith("get_");
  }

  /** Something says that the lock may be held on purpose here, or not be held at all. */
  private static boolean isKept(Facts facts, Exit exit, Held held) {
    return exit.world().gaveLike(held.lock()) // one lock was exchanged for another of its kind
        || isHandedOn(facts, held)
        || exit.sign() != NEGATIVE && (hasCounterpart(facts, held) || Branches.isLeftToUnknown(facts.held(), held, exit))
        || Branches.isReleasedUnderCondition(facts.held(), held)
        || Branches.isReleasedThroughPointer(facts.held(), held);
  }

  /** A lock that is known by a pointer only, which a caller can see or something else was given: {@code start(args, ptl)}, {@code &vmf->ptl}. */
  private static boolean isHandedOn(Facts facts, Held held) {
    String path = held.lock().path();
    if (!path.endsWith("*")) return false;
    String root = held.lock().root();
    boolean stored = path.indexOf('.') >= 0 && facts.held().graph().variables().containsKey(root) && !facts.held().graph().locals().contains(root);
    if (stored) return true;
    for (Moment moment : facts.moments()) {
      if (!(moment.step() instanceof Step.Call call) || facts.kernel().lock(call.callee()).isPresent()) continue;
      for (Value argument : call.arguments())
        if (argument instanceof Value.Stored && moment.worlds().get(0).find(path) != null) {
          keeper.lock.Lock given = facts.held().lock(argument, moment.worlds().get(0));
          if (given != null && given.path().equals(path)) return true;
        }
    }
    return false;
  }

  /**
   * Another function that comes in from outside releases such a lock, which it has not taken: begin and end, suspend and resume. One whose name says that it unlocks
   * serves others as well and says nothing.
   */
  private static boolean hasCounterpart(Facts facts, Held held) {
    java.util.Set<Function> others = new java.util.LinkedHashSet<>(facts.unit().functionsWith(held.lock().member()));
    if (held.by().contains("lock")) others.addAll(facts.unit().functionsWith(held.by().replace("lock", "unlock"))); // device_unlock(dev) does not name the mutex
    for (Function other : others) {
      if (other == facts.function() || other.name().contains("unlock") || facts.unit().context(other) == keeper.lock.Unit.Context.CALLED) continue;
      if (facts.unit().held(other).exhausted()) continue;
      for (Exit exit : facts.unit().held(other).exits()) if (exit.world().gaveLike(held.lock()) && exit.world().findLike(held.lock()) == null) return true;
    }
    return false;
  }

  /** Where a path that keeps the lock leaves those that share its return; null when the return is its own. */
  private static Span divergence(Facts facts, Exit exit, List<Exit> exits, Held held) {
    boolean shared = false;
    for (Exit other : exits) if (other.at().equals(exit.at()) && other.world().find(held.lock().path()) == null) shared = true;
    if (!shared) return null;
    // The last step, in source order before the return, at which every world holds the lock.
    Span last = null;
    List<Moment> moments = facts.moments();
    for (int i = 0; i < moments.size(); i++) {
      Moment moment = moments.get(i);
      if (!leadsTo(facts, moment.block(), moments, exit, held) || releases(facts, moment.block(), held)) continue;
      boolean all = true;
      for (World world : moment.worlds()) if (world.find(held.lock().path()) == null) all = false;
      if (all) last = moment.step().at();
    }
    return last;
  }

  /** The block's end holds the lock in all worlds, and a block behind it is entered without it by others. */
  private static boolean leadsTo(Facts facts, int block, List<Moment> moments, Exit exit, Held held) {
    List<keeper.flow.Edge> edges = facts.held().graph().blocks().get(block).edges();
    for (keeper.flow.Edge edge : edges) {
      Moment first = first(moments, edge.target());
      if (first == null) continue;
      boolean with = false;
      boolean without = false;
      for (World world : first.worlds()) {
        if (world.find(held.lock().path()) == null) without = true;
        else with = true;
      }
      if (with && without) return true;
    }
    return false;
  }

  private static boolean releases(Facts facts, int block, Held held) {
    for (Moment moment : facts.moments()) {
      if (moment.block() != block || !(moment.step() instanceof Step.Call call)) continue;
      for (World world : moment.worlds())
        for (Act act : facts.held().acts(call, world))
          if (act.kind() == Act.Kind.RELEASE && act.lock().path().equals(held.lock().path())) return true;
    }
    return false;
  }

  private static Moment first(List<Moment> moments, int block) {
    for (Moment moment : moments) if (moment.block() == block) return moment;
    return null;
  }
}
