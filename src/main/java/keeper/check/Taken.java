// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import keeper.flow.Step;
import keeper.lock.Held;
import keeper.lock.Lock;
import keeper.lock.Moment;
import keeper.lock.World;
import keeper.rule.LockApi;
import keeper.text.Span;

/**
 * A lock that a function takes itself, or a section that it opens; what its callers hold is none.
 *
 * @param held where it is taken first
 * @param key by which it is the same in another function: struct and member
 * @param sites in how many places it is taken
 */
record Taken(Held held, String key, int sites) {
  /** The locks of a function, by their keys, in the order in which they are taken. */
  static Map<String, Taken> of(Facts facts) {
    Map<String, Taken> found = new LinkedHashMap<>();
    Map<String, List<Span>> sites = new TreeMap<>();
    for (Moment moment : facts.moments())
      for (World world : moment.worlds())
        for (Held held : world.held()) {
          if (held.origin() == Held.Origin.ASSERTED || held.origin() == Held.Origin.IMPLIED || state(held.kind())) continue;
          if (held.lock().path().startsWith("#") || held.kind().equals("opaque") && !pairs(facts, held.by())) continue;
          String key = key(held);
          List<Span> places = sites.computeIfAbsent(key, k -> new ArrayList<>());
          if (!places.contains(held.takenAt())) places.add(held.takenAt());
          found.put(key, new Taken(found.containsKey(key) ? found.get(key).held() : held, key, places.size()));
        }
    return found;
  }

  /** What sounds like taking a lock, with its counterpart in the same function. */
  private static boolean pairs(Facts facts, String by) {
    if (!by.endsWith("_lock") && !by.startsWith("lock_") && !by.contains("_lock_")) return false;
    String counterpart = by.replace("lock", "unlock");
    for (Moment moment : facts.moments()) if (moment.step() instanceof Step.Call call && call.callee().equals(counterpart)) return true;
    return false;
  }

  /** By struct and member, whatever the instance; by the name of what takes it where nothing more is seen. */
  private static String key(Held held) {
    return held.lock().type().startsWith("?") ? "? " + Lock.member(held.lock().text()) : held.lock().type();
  }

  private static boolean state(String kind) {
    return switch (kind) {
      case "irq", "bh", "preempt", "pagefault", "seq", "lockdep", "note", "completion", "folio", "buffer", "inode", "host", "ww", "refcount" -> true;
      default -> false;
    };
  }

  /** The function itself holds it in all worlds. */
  boolean isHeld(Moment moment) {
    for (World world : moment.worlds()) {
      boolean here = false;
      for (Held held : world.held()) if (key(held).equals(key) && held.origin() != Held.Origin.ASSERTED && held.origin() != Held.Origin.IMPLIED && (held.isSure() || held.kind().equals("opaque"))) here = true;
      if (!here) return false;
    }
    return true;
  }

  /** A read-side section of RCU or SRCU. */
  boolean isSection() {
    return held.kind().equals("rcu") || held.kind().equals("srcu");
  }

  String name() {
    return held.lock().text();
  }

  /** The last member of its name. */
  String member() {
    return Lock.member(name());
  }

  /** How the lock is held in all worlds; null when it is not, or differently. */
  LockApi.Mode mode(Moment moment) {
    LockApi.Mode mode = null;
    for (World world : moment.worlds()) {
      LockApi.Mode here = null;
      for (Held held : world.held()) if (key(held).equals(key) && held.isSure() && !held.isImplied()) here = held.mode();
      if (here == null || mode != null && mode != here) return null;
      mode = here;
    }
    return mode;
  }

  /** Nothing is held now that was not held before, and the lock is not, as far as can be seen. */
  boolean isGone(Moment then, Moment now) {
    for (World world : now.worlds()) {
      if (world.unseen()) return false;
      for (Held held : world.held()) {
        if (key(held).equals(key) || Lock.member(held.lock().text()).equals(member())) return false;
        boolean before = false;
        for (World other : then.worlds()) for (Held h : other.held()) if (key(h).equals(key(held))) before = true;
        if (!before) return false;
      }
    }
    return true;
  }
}
