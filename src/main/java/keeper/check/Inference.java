// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import keeper.c.Function;
import keeper.lock.Held;
import keeper.lock.Holding;
import keeper.lock.Lock;
import keeper.lock.World;
import keeper.rule.Rule;

/**
 * Which lock guards a member, judged by how a file itself touches it: every access in the other functions holds one lock. Init and teardown,
 * objects that nobody else knows yet, and accesses that say of themselves that they need no lock do not count.
 */
final class Inference {
  /** One access with the function it is in. */
  record Use(Facts facts, Access access) {}

  /**
   * What a file says about a member.
   *
   * @param lock struct and member of the lock, or a global's name
   * @param text the lock as one of the holders writes it
   * @param holders accesses in other functions that hold it
   * @param others accesses in other functions that do not, or of which it is not known
   */
  record Guess(String lock, String text, List<Use> holders, List<Use> others) {
    /** In how many functions it is held. */
    int functions() {
      Set<String> names = new LinkedHashSet<>();
      for (Use use : holders) names.add(use.facts().name());
      return names.size();
    }

    /** Some holder stores to it. */
    boolean stores() {
      for (Use use : holders) if (use.access().kind() == Rule.Access.WRITE) return true;
      return false;
    }

    boolean writes() {
      for (Use use : holders) if (use.access().kind() != Rule.Access.READ) return true;
      return false;
    }
  }

  private final Facts any;
  private static final int MOST_USES = 500; // beyond that nobody reads the counts

  private final Map<String, List<Use>> uses = new HashMap<>();
  private final Map<String, Set<String>> storing = new HashMap<>(); // by member, the functions with a store to it
  private final Map<String, Map<Use, Boolean>> held = new HashMap<>(); // by lock

  Inference(Facts any) {
    this.any = any;
  }

  /**
   * Whether a guess for an access can have a holder that stores, so that the member changes at all; told from the functions' text alone, none is walked. A
   * {@code false} is sure.
   */
  boolean mayBeStored(Facts facts, Access access) {
    if (Access.throughParameter(access.path(), facts)) return true;
    if (access.type().startsWith("?")) return false;
    if (access.kind() == Rule.Access.WRITE) return true; // the store is its own
    for (String name : storing.computeIfAbsent(access.type(), this::storing)) if (!name.equals(facts.name())) return true;
    return false;
  }

  private Set<String> storing(String type) {
    Set<String> names = new LinkedHashSet<>();
    for (Function function : any.unit().functionsWith(type.substring(type.lastIndexOf('.') + 1)))
      if (any.of(function).written().getOrDefault(type, false)) names.add(function.name());
    return names;
  }

  /** The best guess for an access; null when the file does not agree on one. */
  Guess guess(Facts facts, Access access) {
    return guess(facts, access, false);
  }

  /** The same; null also when the access holds whatever the others do, so that there is nothing to ask. */
  Guess doubt(Facts facts, Access access) {
    return guess(facts, access, true);
  }

  private Guess guess(Facts facts, Access access, boolean doubting) {
    if (access.kind() == Rule.Access.ADDRESS) return null;
    if (Access.throughParameter(access.path(), facts)) return within(facts, access);
    if (access.type().startsWith("?")) return null;
    Map<String, String> candidates = new TreeMap<>();
    for (Use use : uses(access.type(), true)) {
      if (use.facts().name().equals(facts.name())) continue;
      for (World world : use.access().moment().worlds())
        for (Held h : world.held()) if (guards(h)) candidates.putIfAbsent(h.lock().type(), h.lock().text());
    }
    if (candidates.isEmpty()) return null; // nobody else holds anything
    if (doubting && holdsAll(new Use(facts, access), candidates.keySet())) return null;
    List<Use> all = uses(access.type(), false);
    if (otherwiseGuarded(facts, access, all, candidates.keySet())) return null;
    Guess best = null;
    for (Map.Entry<String, String> candidate : candidates.entrySet()) {
      Guess guess = judge(facts, access, all, candidate.getKey(), candidate.getValue());
      if (guess == null) continue;
      if (best == null || guess.holders().size() - 3 * guess.others().size() > best.holders().size() - 3 * best.others().size()) best = guess;
    }
    return best;
  }

  /**
   * What the other functions of the file do with a member whose lock is known.
   *
   * @return null when no other function holds it
   */
  Guess users(Facts facts, Access access, Lock lock) {
    if (access.type().startsWith("?") || Access.throughParameter(access.path(), facts)) return null;
    return judge(facts, access, uses(access.type(), false), lock.type(), lock.text());
  }

  /** The access holds a lock that every write elsewhere holds too: that one may be the guard. */
  private boolean otherwiseGuarded(Facts facts, Access access, List<Use> all, Set<String> candidates) {
    Use own = new Use(facts, access);
    for (String candidate : candidates) {
      boolean every = true;
      int writes = 0;
      for (Use use : all) {
        if (use.facts().name().equals(facts.name()) || use.access().kind() == Rule.Access.READ || !counts(use)) continue;
        writes++;
        if (!holds(use, candidate)) every = false;
      }
      if (every && writes > 0 && holds(own, candidate)) return true;
    }
    return false;
  }

  /** What a parameter points to: judged by how this function stores there. */
  private static Guess within(Facts facts, Access access) {
    List<Use> holders = new ArrayList<>();
    Held guard = null;
    for (Access other : facts.accesses()) {
      if (other.kind() != Rule.Access.WRITE || !other.path().equals(access.path()) || other == access) continue;
      Held held = null;
      for (World world : other.moment().worlds()) {
        held = null;
        for (Held h : world.held()) if (guards(h)) held = h;
        if (held == null) return null;
      }
      guard = held;
      holders.add(new Use(facts, other));
    }
    return guard == null ? null : new Guess(guard.lock().type(), guard.lock().text(), holders, List.of());
  }

  private static boolean guards(Held held) {
    return held.isSure() && (MissingUnlock.strict(held.kind()) && !held.kind().equals("rcu") && !held.kind().equals("srcu") || held.origin() == Held.Origin.ASSERTED && held.kind().equals("any"))
        && !held.lock().type().startsWith("?");
  }

  private Guess judge(Facts facts, Access access, List<Use> all, String lock, String text) {
    List<Use> holders = new ArrayList<>();
    List<Use> others = new ArrayList<>();
    for (Use use : all) {
      if (use.facts().name().equals(facts.name())) continue;
      if (access.kind() != Rule.Access.READ && use.access().kind() == Rule.Access.READ) {
        if (holds(use, lock)) holders.add(use); // a reader without it says nothing of writers
        continue;
      }
      if (holds(use, lock)) holders.add(use);
      else if (counts(use)) others.add(use);
    }
    return holders.isEmpty() ? null : new Guess(lock, text, holders, others);
  }

  private boolean counts(Use use) {
    return !Entrances.isApart(use.facts().name()) && !use.facts().intendedUnlocked(use.access().at()) && !isFresh(use);
  }

  private static boolean isFresh(Use use) {
    for (World world : use.access().moment().worlds()) if (UnguardedAccess.fresh(use.facts(), use.access(), world)) return true;
    return false;
  }

  private boolean holds(Use use, String lock) {
    return held.computeIfAbsent(lock, l -> new java.util.IdentityHashMap<>()).computeIfAbsent(use, u -> finds(u, lock));
  }

  private boolean holdsAll(Use use, Set<String> locks) {
    for (String lock : locks) if (!holds(use, lock)) return false;
    return true;
  }

  private static boolean finds(Use use, String lock) {
    for (World world : use.access().moment().worlds())
      if (use.facts().unit().holdingType(use.facts().held(), world, lock) != Holding.HELD) return false;
    return true;
  }

  /** The uses of a member, all or those in functions that speak of locks; only the functions that touch it are walked. */
  private List<Use> uses(String type, boolean locking) {
    String key = locking ? "locking " + type : type;
    List<Use> known = uses.get(key);
    if (known != null) return known;
    String member = type.substring(type.lastIndexOf('.') + 1);
    List<Use> found = new ArrayList<>();
    for (Function function : any.unit().functionsWith(member)) {
      if (found.size() > MOST_USES) {
        found.clear();
        break;
      }
      if (locking && !any.unit().speaksOfLocks(function)) continue;
      Facts facts = any.of(function);
      if (!facts.written().containsKey(type) || facts.held().exhausted()) continue;
      for (Access access : facts.accesses()) {
        if (access.kind() == Rule.Access.ADDRESS || !access.type().equals(type)) continue;
        found.add(new Use(facts, access));
      }
    }
    uses.put(key, found);
    return found;
  }
}
