// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.List;
import keeper.flow.Block;
import keeper.flow.Edge;
import keeper.flow.Step;
import keeper.lock.Act;
import keeper.lock.Held;
import keeper.lock.HeldLocks;
import keeper.lock.Moment;
import keeper.lock.World;

/**
 * What the shape of a function's branches says about its locks. Who writes {@code if (locked) unlock(l)} knows that the lock is not always held there, and
 * knows when; that we do not see the connection is no mistake of theirs.
 */
final class Branches {
  private Branches() {}

  /** The step is the first call of what stands under a condition of its own: {@code if (locked) unlock(l);}. */
  static boolean isUnderOwnCondition(HeldLocks held, Moment moment) {
    Step first = firstCall(held, moment.block());
    if (first != moment.step()) return false;
    boolean conditional = false;
    for (Block block : held.graph().blocks())
      for (Edge edge : block.edges()) {
        if (edge.target() != moment.block()) continue;
        if (edge.assumption().isAlways()) return false;
        conditional = true;
      }
    return conditional;
  }

  private static Step firstCall(HeldLocks held, int block) {
    for (Step step : held.graph().blocks().get(block).steps()) if (step instanceof Step.Call) return step;
    return null;
  }

  /** On a way on which the lock stays held stands {@code if (c) unlock(l);}, and {@code c} was taken to be false. */
  static boolean isReleasedUnderCondition(HeldLocks held, Held lock) {
    String path = lock.lock().path();
    for (Moment moment : held.moments()) {
      if (!(moment.step() instanceof Step.Call call) || !releases(held, moment, call, path) || !isUnderOwnCondition(held, moment)) continue;
      List<Edge> on = held.graph().blocks().get(moment.block()).edges();
      if (on.size() != 1) continue;
      int join = on.get(0).target();
      for (Block block : held.graph().blocks()) {
        boolean enters = false;
        boolean skips = false;
        for (Edge edge : block.edges()) {
          enters |= edge.target() == moment.block();
          skips |= edge.target() == join;
        }
        if (enters && skips && isHeldAt(held, join, path)) return true;
      }
    }
    return false;
  }

  private static boolean releases(HeldLocks held, Moment moment, Step.Call call, String path) {
    for (World world : moment.worlds()) {
      if (world.find(path) == null) continue;
      for (Act act : held.acts(call, world)) if (act.kind() == Act.Kind.RELEASE && act.lock().path().equals(path)) return true;
    }
    return false;
  }

  private static boolean isHeldAt(HeldLocks held, int block, String path) {
    for (Moment moment : held.moments()) {
      if (moment.block() != block) continue;
      for (World world : moment.worlds()) if (world.find(path) != null) return true;
      return false;
    }
    return false;
  }

  /**
   * The object was handed to a function that is called through a pointer, and behind that call nothing releases the lock: so the one that is called does. Heuristic.
   */
  static boolean isReleasedThroughPointer(HeldLocks held, Held lock) {
    String path = lock.lock().path();
    for (Moment moment : held.moments()) {
      if (!(moment.step() instanceof Step.Call call) || !call.callee().isEmpty() || call.through().isEmpty()) continue;
      for (World world : moment.worlds()) {
        if (world.find(path) == null || !getsObject(held, call, world, lock)) continue;
        if (!releasesBehind(held, moment, path)) return true;
        break;
      }
    }
    return false;
  }

  /** The last call on a way out is one of a function of the same driver, by its first word, of which nothing is known, and gets the object: so it may release the lock. Heuristic. */
  static boolean isLeftToUnknown(HeldLocks held, Held lock, keeper.lock.Exit exit) {
    List<Block> blocks = held.graph().blocks();
    for (Moment moment : held.moments()) {
      if (!(moment.step() instanceof Step.Call call) || call.callee().isEmpty() || speaks(call) || held.unit().function(call.callee()).isPresent() || held.unit().kernel().knows(call.callee()) || held.unit().summary(call.callee()).isPresent()) continue;
      World with = null;
      for (World world : moment.worlds()) if (world.find(lock.lock().path()) != null) with = world;
      if (with == null || !isKin(held.function().name(), call.callee()) || !isGiven(call, with, lock)) continue;
      Block block = blocks.get(moment.block());
      int from = block.steps().indexOf(moment.step()) + 1;
      for (int hops = 0; hops < 6; hops++) {
        boolean on = true;
        for (Step step : block.steps().subList(from, block.steps().size())) {
          if (step instanceof Step.Return r && r.at().equals(exit.at())) return true;
          if (step instanceof Step.Call || step instanceof Step.Gap) on = false;
        }
        if (!on || block.edges().size() != 1 || !block.edges().get(0).assumption().isAlways()) break;
        block = blocks.get(block.edges().get(0).target());
        from = 0;
      }
    }
    return false;
  }

  /** It says something: {@code DRV_DEBUG(dev, "no channel\n")}. */
  private static boolean speaks(Step.Call call) {
    for (keeper.flow.Value argument : call.arguments()) if (argument instanceof keeper.flow.Value.Constant text && text.text().startsWith("\"")) return true;
    return false;
  }

  private static boolean isKin(String function, String callee) {
    int end = function.indexOf('_', 1);
    return end > 2 && callee.startsWith(function.substring(0, end + 1));
  }

  private static boolean isGiven(Step.Call call, World world, Held lock) {
    for (keeper.flow.Value argument : call.arguments())
      if (argument instanceof keeper.flow.Value.Stored s && lock.lock().path().startsWith(world.canonical(s.path()) + ".")) return true;
    return false;
  }

  private static boolean getsObject(HeldLocks held, Step.Call call, World world, Held lock) {
    for (keeper.flow.Value argument : call.arguments()) {
      keeper.lock.Lock target = held.lock(argument, world);
      if (target != null && target.root().equals(lock.lock().root())) return true;
    }
    return false;
  }

  private static boolean releasesBehind(HeldLocks held, Moment from, String path) {
    BitSet seen = behind(held, from.block());
    boolean behind = false;
    for (Moment moment : held.moments()) {
      if (moment.step() == from.step()) {
        behind = true;
        continue;
      }
      boolean after = seen.get(moment.block()) || behind && moment.block() == from.block();
      if (after && moment.step() instanceof Step.Call call && releases(held, moment, call, path)) return true;
    }
    return false;
  }

  /** Some way on from here leads to lines that are not shown. */
  static boolean leadsToGap(HeldLocks held, Moment from) {
    BitSet behind = behind(held, from.block());
    for (Moment moment : held.moments()) {
      if (!(moment.step() instanceof Step.Gap)) continue;
      if (behind.get(moment.block()) || moment.block() == from.block() && moment.step().at().start() > from.step().at().start()) return true;
    }
    return false;
  }

  /** The blocks that can be come to from the end of one. */
  private static BitSet behind(HeldLocks held, int block) {
    BitSet seen = new BitSet();
    ArrayDeque<Integer> open = new ArrayDeque<>();
    for (Edge edge : held.graph().blocks().get(block).edges()) open.add(edge.target());
    while (!open.isEmpty()) {
      int at = open.poll();
      if (seen.get(at)) continue;
      seen.set(at);
      for (Edge edge : held.graph().blocks().get(at).edges()) open.add(edge.target());
    }
    return seen;
  }
}
