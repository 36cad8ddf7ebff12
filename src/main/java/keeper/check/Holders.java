// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import keeper.c.Function;
import keeper.flow.AccessPath;
import keeper.flow.Step;
import keeper.flow.Value;
import keeper.lock.Held;
import keeper.lock.Holding;
import keeper.lock.Moment;
import keeper.lock.OtherFiles;
import keeper.lock.World;
import keeper.rule.Rule;

/** Who else holds a lock for the same: other functions of the file, and callers in other files. */
final class Holders {
  private static final int MOST_SHOWN = 2;

  private final Facts before;
  private final Facts file;

  /** @param after the file that is asked about; what its functions did without the lock before as well counts against it */
  Holders(Facts before, Facts after) {
    this.before = before;
    this.file = after;
  }

  /**
   * What other functions of the file do.
   *
   * @param witness one that does the same with the lock held, a store where there is one; null when there is none, or when more do it without
   * @param stores some store is made with the lock held
   * @param without how many do it without, and did so before
   * @param bare how many of those store
   */
  record Here(Witness witness, boolean stores, int without, int bare) {
    /** For a look it takes a store that may come in between. */
    boolean asks(Deed deed) {
      return witness != null && (deed.kind() != Deed.Kind.LOOK || stores && bare == 0);
    }
  }

  /** @param but functions that say nothing: the one that lost the lock */
  Here here(Set<String> but, Deed deed, Taken lock) {
    Witness witness = null;
    int with = 0;
    int without = 0;
    int bare = 0;
    boolean stores = false;
    for (Function function : file.unit().functionsWith(deed.word())) {
      if (but.contains(function.name())) continue;
      Facts facts = file.of(function);
      if (facts.held().exhausted()) continue;
      for (Deed other : alike(facts, deed)) {
        boolean store = other.kind() == Deed.Kind.TOUCH;
        if (isHeld(facts, other.moment(), lock)) {
          if (with++ == 0 || store && !stores) witness = new Witness(facts.place(other.at()), function.name() + "() holds " + lock.name() + (store && deed.kind() == Deed.Kind.LOOK ? " and stores to it" : " for the same"));
          stores |= store;
        } else if (!Entrances.isApart(function.name()) && !lostItToo(function, deed, lock)) {
          without++;
          if (store) bare++;
        }
      }
    }
    return new Here(with >= without ? witness : null, stores, without, bare);
  }

  /** Before the change that function held it for all of this: it is no witness against the lock. */
  private boolean lostItToo(Function function, Deed deed, Taken lock) {
    Function then = before.unit().function(function.name()).orElse(null);
    if (then == null || Weakened.sameText(then, function)) return false;
    Facts facts = before.of(then);
    List<Deed> all = alike(facts, deed);
    return !all.isEmpty() && !facts.held().exhausted() && all.stream().allMatch(one -> isHeld(facts, one.moment(), lock));
  }

  private static boolean isHeld(Facts facts, Moment moment, Taken lock) {
    if (lock.isHeld(moment)) return true;
    if (lock.key().startsWith("?")) return false;
    for (World world : moment.worlds()) if (facts.unit().holdingType(facts.held(), world, lock.key()) != Holding.HELD) return false;
    return true;
  }

  private static List<Deed> alike(Facts facts, Deed deed) {
    List<Deed> alike = new ArrayList<>();
    if (deed.kind() != Deed.Kind.CALL) {
      for (Access access : facts.accesses()) if (access.type().equals(deed.type())) Deed.of(facts, access).ifPresent(alike::add);
      return alike;
    }
    for (Moment moment : facts.moments())
      if (moment.step() instanceof Step.Call call && deed.isCall(facts, call)) alike.add(new Deed(deed.key(), deed.kind(), deed.word(), deed.type(), "", deed.subject(), moment, call.at()));
    return alike;
  }

  /** What a callee of this file does with the lock held by its callers: the first of it that other functions do under that lock as well; null when there is none. */
  Here through(Facts fresh, Deed call, Taken lock) {
    Function callee = call.type().isEmpty() ? file.unit().function(call.word()).orElse(null) : null;
    if (callee == null || !callee.isStatic() || callee.name().equals(fresh.name())) return null;
    Facts facts = file.of(callee);
    if (facts.held().exhausted() || Taken.of(facts).containsKey(lock.key())) return null;
    for (keeper.lock.Unit.Site site : file.unit().sites(callee.name())) if (!site.caller().name().equals(fresh.name()) && !isHeld(file.of(site.caller()), site.moment(), lock)) return null; // it does without
    Here look = null;
    for (Access access : facts.accesses()) {
      Deed deed = Deed.of(facts, access).orElse(null);
      if (deed == null) continue;
      Here here = here(Set.of(fresh.name(), callee.name()), deed, lock);
      if (here.without() > 0 || !here.asks(deed)) continue;
      if (deed.kind() == Deed.Kind.TOUCH) return here;
      if (look == null) look = here;
    }
    return look;
  }

  /** {@code x->lock} round a store to {@code x->field}: the lock of the object that is touched, and another function takes it for something. */
  boolean ownLock(Facts fresh, Deed deed, Taken lock) {
    if (deed.kind() != Deed.Kind.TOUCH || lock.held().kind().equals("opaque") || lock.held().lock().isGlobal()) return false;
    return isOwn(deed, lock) && isTakenElsewhere(fresh, lock);
  }

  /** The lock and what is touched are members of one object, or of one struct. */
  static boolean isOwn(Deed deed, Taken lock) {
    String path = lock.held().lock().path();
    int dot = path.lastIndexOf('.');
    return dot > 0 && deed.object().equals(path.substring(0, dot)) || struct(deed.type()).equals(struct(lock.key()));
  }

  /** {@code x->lock} round a lookup in x, whose result is used: nothing keeps what was found. */
  boolean ownLookup(Facts fresh, Deed deed, Taken lock) {
    if (!deed.readsUnderRcu() || lock.held().lock().isGlobal() || !(deed.moment().step() instanceof Step.Call call)) return false;
    String path = lock.held().lock().path();
    int dot = path.lastIndexOf('.');
    World world = deed.moment().worlds().get(0);
    boolean own = false;
    for (Value argument : call.arguments()) {
      AccessPath object = argument instanceof Value.Stored s ? s.path() : argument instanceof Value.AddressOf a ? a.path() : null;
      if (object != null && dot > 0 && world.canonical(object).equals(path.substring(0, dot))) own = true;
    }
    if (!own || !isTakenElsewhere(fresh, lock)) return false;
    for (Moment moment : fresh.moments()) if (moment.step() instanceof Step.Write write && write.value() instanceof Value.Result result && result.call() == call.id()) return true;
    return false;
  }

  private boolean isTakenElsewhere(Facts fresh, Taken lock) {
    for (Function function : file.unit().functionsWith(lock.held().lock().member()))
      if (!function.name().equals(fresh.name()) && Taken.of(file.of(function)).containsKey(lock.key())) return true;
    return false;
  }

  private static String struct(String type) {
    return type.substring(0, Math.max(0, type.indexOf('.')));
  }

  /** The callers in other files that hold the lock for a call; none where one of them certainly does without. */
  List<OtherFiles.Caller> ofCall(String callee, Held lock) {
    List<OtherFiles.Caller> callers = file.unit().farCallers(callee, lock.lock().type());
    for (OtherFiles.Caller caller : callers) if (caller.holding() == Holding.NOT_HELD) return List.of();
    return callers.stream().filter(caller -> caller.holding() == Holding.HELD).limit(MOST_SHOWN).toList();
  }

  /** The other functions of the file that touch the member while another file holds the lock for them; none when another file calls one without it. */
  Map<String, List<OtherFiles.Caller>> ofMember(Facts fresh, Access access, Held lock) {
    Map<String, List<OtherFiles.Caller>> users = new LinkedHashMap<>();
    for (Function function : file.unit().functionsWith(access.member())) {
      if (function.isStatic() || function.name().equals(fresh.name())) continue;
      Facts other = file.of(function);
      if (other.held().exhausted()) continue;
      boolean touches = false;
      for (Access one : other.accesses()) if (one.type().equals(access.type()) && one.kind() != Rule.Access.ADDRESS) touches = true;
      if (!touches) continue;
      List<OtherFiles.Caller> callers = file.unit().farCallers(function.name(), lock.lock().type());
      for (OtherFiles.Caller caller : callers) if (caller.holding() == Holding.NOT_HELD) return Map.of();
      List<OtherFiles.Caller> holding = callers.stream().filter(caller -> caller.holding() == Holding.HELD).limit(MOST_SHOWN).toList();
      if (!holding.isEmpty()) users.put(function.name(), holding);
    }
    return users;
  }
}
