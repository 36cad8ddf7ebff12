// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import keeper.c.Function;
import keeper.flow.Step;
import keeper.flow.Value;
import keeper.lock.Act;
import keeper.lock.Held;
import keeper.lock.HeldLocks;
import keeper.lock.Lock;
import keeper.lock.Moment;
import keeper.lock.Unit;
import keeper.lock.World;
import keeper.text.Span;

/**
 * What a change took away from code that it left in place: interrupts that were off while a lock was held, the read-side section round a lookup, the grace period before an object goes. Neither
 * text alone says much; that the one had it and the other has not is worth a question.
 */
final class Weakened {
  private static final Set<String> WAITS = Set.of("synchronize_rcu", "synchronize_rcu_expedited", "synchronize_net", "synchronize_srcu", "synchronize_srcu_expedited", "synchronize_sched", "rcu_barrier");
  private static final Set<String> LATER = Set.of("kfree_rcu", "kvfree_rcu", "kfree_rcu_mightsleep", "kvfree_rcu_mightsleep", "call_rcu", "call_rcu_hurry", "call_srcu", "queue_rcu_work");

  private final Facts before;
  private final Facts after;

  Weakened(Facts before, Facts after) {
    this.before = before;
    this.after = after;
  }

  /** The doubtful ones among them that the text before makes likely, likely. */
  List<Finding> weigh(List<Finding> introduced) {
    List<Finding> weighed = new ArrayList<>(introduced.size());
    for (Finding finding : introduced) {
      if (isOtherSide(finding, introduced)) continue;
      Finding raised = finding.confidence() == Confidence.POSSIBLE ? raised(finding) : null;
      weighed.add(raised == null ? finding : raised);
    }
    return weighed;
  }

  /** Of two sides of a lock order, the one that the change did not touch: the other side says the same. */
  private boolean isOtherSide(Finding finding, List<Finding> introduced) {
    if (!finding.check().equals("lock-order") || changed(finding.function())) return false;
    for (Finding other : introduced)
      if (other.check().equals("lock-order") && Lock.member(other.lock()).equals(Lock.member(finding.subject())) && Lock.member(other.subject()).equals(Lock.member(finding.lock())) && changed(other.function())) return true;
    return false;
  }

  private boolean changed(String function) {
    Optional<Function> then = before.unit().function(function);
    Optional<Function> now = after.unit().function(function);
    return then.isEmpty() || now.isEmpty() || !sameText(then.get(), now.get());
  }

  private Finding raised(Finding finding) {
    Optional<Function> then = before.unit().function(finding.function());
    if (then.isEmpty()) return null;
    HeldLocks held = before.unit().held(then.get());
    if (held.exhausted()) return null;
    String was = switch (finding.check()) {
      case "irq-unsafe" -> IrqUnsafe.soundsLikeInterrupt(finding.function()) || maskedByCaller(finding) ? null : masked(held, finding);
      case "wrong-mode" -> finding.kind().equals("on") ? saved(held, finding) : null;
      case "rcu-misuse" -> protectedBy(held, finding);
      default -> null;
    };
    if (was == null) return null;
    List<Witness> evidence = new ArrayList<>(finding.evidence());
    evidence.add(new Witness(finding.at(), "before this change: " + was));
    return new Finding(finding.check(), finding.rule(), finding.at(), finding.function(), finding.lock(), finding.subject(), finding.kind(), finding.held(), Confidence.LIKELY, finding.assumption(),
        finding.message() + " Before this change, " + was + ".", evidence);
  }

  /** A caller in this file sees to it now. */
  private boolean maskedByCaller(Finding finding) {
    for (Unit.Site site : List.copyOf(after.unit().sites(finding.function())))
      for (World world : site.moment().worlds())
        if (Contexts.state(after.unit(), site.caller(), world, finding.kind().equals("softirq")) == Contexts.State.OFF) return true;
    return false;
  }

  /** Every taking of the lock in the function had interrupts off. */
  private static String masked(HeldLocks held, Finding finding) {
    String by = null;
    for (Moment moment : held.moments())
      for (Act act : IrqUnsafe.taken(held, moment)) {
        if (!act.lock().member().equals(Lock.member(finding.lock()))) continue;
        if (!act.entry().irqOff() && !(finding.kind().equals("softirq") && act.entry().bhOff())) return null;
        by = act.by() + "() took it";
      }
    return by;
  }

  /** The lock was taken with the interrupt state saved. */
  private static String saved(HeldLocks held, Finding finding) {
    String by = null;
    for (Moment moment : held.moments())
      for (Act act : IrqUnsafe.taken(held, moment)) {
        if (!act.lock().member().equals(Lock.member(finding.lock()))) continue;
        if (act.flags().isEmpty()) return null;
        by = act.by() + "() saved their state";
      }
    return by;
  }

  /** Every such call in the function was made in a section or under a lock. */
  private static String protectedBy(HeldLocks held, Finding finding) {
    String by = null;
    for (Moment moment : held.moments()) {
      if (!(moment.step() instanceof Step.Call call) || !call.callee().equals(finding.subject())) continue;
      Held keeper = null;
      for (World world : moment.worlds()) {
        keeper = null;
        for (Held h : world.held())
          if (h.isSure() && (finding.kind().equals("section") ? h.lock().member().equals(Lock.member(finding.lock())) : true)) keeper = h;
        if (keeper == null) return null;
      }
      by = "this was done under " + keeper.lock().text();
    }
    return by;
  }

  // ---- a variant of the lock that keeps interrupts away ----

  /** Locks that a changed function took with interrupts or softirqs off, and takes with them on now, while others in the file still see to it. */
  List<Finding> unmasked() {
    Map<String, Finding> found = new LinkedHashMap<>();
    for (Function now : after.unit().functions()) {
      Optional<Function> then = before.unit().function(now.name());
      if (then.isEmpty() || sameText(then.get(), now) || IrqUnsafe.soundsLikeInterrupt(now.name())) continue;
      Facts old = before.of(then.get());
      Facts fresh = after.of(now);
      if (old.held().exhausted() || fresh.held().exhausted() || (Contexts.of(after.unit(), now) & (Contexts.HARDIRQ | Contexts.SOFTIRQ)) != 0) continue;
      for (Moment moment : fresh.moments())
        for (Act act : IrqUnsafe.taken(fresh.held(), moment)) {
          if (masks(act) || act.lock().type().startsWith("?") || act.lock().type().startsWith("#")) continue;
          Act was = mask(old, act.lock());
          boolean soft = was != null && !was.entry().irqOff();
          if (was == null || isOff(fresh, moment, soft)) continue;
          Witness other = othersMask(fresh, moment, act, soft);
          if (other == null) continue;
          String what = soft ? "a softirq" : "an interrupt";
          String assumption = "assuming that " + fresh.name() + "() is called with " + (soft ? "softirqs" : "interrupts") + " on";
          String message = "Can " + what + " come while " + act.lock().text() + " is held here? Before this change " + was.by() + "() kept it away, and others in this file still do (" + assumption + ").";
          found.putIfAbsent(act.lock().text(), new Finding("irq-unsafe", "", fresh.place(act.at()), fresh.name(), act.lock().text(), act.by(), soft ? "softirq" : "irq", fresh.heldAt(moment.worlds()), Confidence.LIKELY,
              assumption, message, List.of(other)));
        }
    }
    return List.copyOf(found.values());
  }

  private static boolean masks(Act act) {
    return act.entry().irqOff() || act.entry().bhOff();
  }

  /** How the function took such a lock, always with the state saved or with softirqs off; null when it did otherwise. {@code spin_lock_irq()} goes for other reasons, too. */
  private static Act mask(Facts facts, Lock lock) {
    Act found = null;
    for (Moment moment : facts.moments())
      for (Act act : IrqUnsafe.taken(facts.held(), moment)) {
        if (!act.lock().type().equals(lock.type())) continue;
        if (!masks(act) || act.entry().irqOff() && act.flags().isEmpty() && !act.by().contains("irqsave") && !act.by().startsWith("xa_")) return null;
        found = act;
      }
    return found;
  }

  /** Something on the way sees to it, or a caller in this file does. */
  private boolean isOff(Facts facts, Moment moment, boolean soft) {
    for (World world : moment.worlds()) if (world.unseen() || world.opaque() || Contexts.state(facts.unit(), facts.function(), world, soft) == Contexts.State.OFF) return true;
    for (Unit.Site site : List.copyOf(facts.unit().sites(facts.name())))
      for (World world : site.moment().worlds()) if (Contexts.state(facts.unit(), site.caller(), world, soft) == Contexts.State.OFF) return true;
    return false;
  }

  /** Another function that still keeps them away; null when there is none, or when one in process context does not, and did not. */
  private Witness othersMask(Facts facts, Moment moment, Act act, boolean soft) {
    Witness witness = null;
    String word = xarray(moment);
    for (Function other : facts.unit().functionsWith(word.isEmpty() ? act.lock().member() : word)) {
      if (other == facts.function()) continue;
      Facts there = facts.of(other);
      if (there.held().exhausted()) continue;
      for (Moment one : there.moments()) {
        if (!word.isEmpty() && xarray(one).equals(word) && one.step() instanceof Step.Call call && call.callee().matches("xa_\\w+_(irq|bh|irqsave)")) witness = new Witness(there.place(call.at()), call.callee() + "() in " + other.name() + "() keeps it away");
        for (Act taken : IrqUnsafe.taken(there.held(), one)) {
          if (!taken.lock().type().equals(act.lock().type())) continue;
          boolean off = taken.entry().irqOff() || soft && taken.entry().bhOff();
          if (off) witness = new Witness(there.place(taken.at()), taken.by() + "() in " + other.name() + "() keeps it away");
          else if ((Contexts.of(facts.unit(), other) & (Contexts.HARDIRQ | Contexts.SOFTIRQ)) == 0 && !other.name().contains("event") && !IrqUnsafe.soundsLikeInterrupt(other.name()) && !lostItToo(other, act.lock())) return null;
        }
      }
    }
    return witness;
  }

  private boolean lostItToo(Function function, Lock lock) {
    Function then = before.unit().function(function.name()).orElse(null);
    return then != null && !sameText(then, function) && !before.of(then).held().exhausted() && mask(before.of(then), lock) != null;
  }

  /** The member that is the array of {@code xa_lock(&x->array)} and its kin; empty for any other step. */
  private static String xarray(Moment moment) {
    boolean array = moment.step() instanceof Step.Call call && call.callee().startsWith("xa_") && !call.arguments().isEmpty() && call.arguments().get(0) instanceof Value.AddressOf;
    return array ? ((Value.AddressOf) ((Step.Call) moment.step()).arguments().get(0)).path().member() : "";
  }

  // ---- a section that ends earlier ----

  /**
   * A lookup in a read-side section or under a lock.
   *
   * @param held what keeps the thing that is found
   */
  private record Lookup(String callee, Held held) {
    boolean isSection() {
      return held.kind().equals("rcu");
    }

    boolean isIn(Moment moment) {
      for (World world : moment.worlds()) if (world.find(held.lock().path()) == null) return false;
      return true;
    }

    /** It was let go, and nothing else is held. */
    boolean isBehind(Moment moment) {
      for (World world : moment.worlds()) if (world.find(held.lock().path()) != null || !world.isFree(held.lock().path()) || !world.held().isEmpty() || world.unseen()) return false;
      return true;
    }
  }

  /** What was looked up in a section or under a lock, and was only used in it before. */
  List<Finding> afterTheSection() {
    List<Finding> found = new ArrayList<>();
    for (Function now : after.unit().functions()) {
      Optional<Function> then = before.unit().function(now.name());
      if (then.isEmpty() || sameText(then.get(), now)) continue;
      Facts old = before.of(then.get());
      Facts fresh = after.of(now);
      if (old.held().exhausted() || fresh.held().exhausted()) continue;
      Map<String, Lookup> was = lookups(old);
      Map<String, Lookup> is = was.isEmpty() ? Map.of() : lookups(fresh);
      for (Map.Entry<String, Lookup> one : is.entrySet()) {
        Lookup known = was.get(one.getKey());
        if (known != null && known.callee().equals(one.getValue().callee()) && known.held().lock().path().equals(one.getValue().held().lock().path()) && !isKept(fresh, one.getKey())) behind(old, fresh, one.getKey(), one.getValue(), found);
      }
    }
    return found;
  }

  private static void behind(Facts old, Facts fresh, String variable, Lookup lookup, List<Finding> found) {
    for (Moment moment : fresh.moments()) {
      if (!RcuMisuse.dereferences(moment.step(), variable) || !lookup.isBehind(moment)) continue;
      String path = RcuMisuse.path(moment.step()).toString();
      List<Moment> uses = old.moments().stream().filter(one -> RcuMisuse.dereferences(one.step(), variable) && RcuMisuse.path(one.step()).toString().equals(path)).toList();
      if (uses.isEmpty()) continue;
      if (!uses.stream().allMatch(lookup::isIn)) return;
      String lock = lookup.isSection() ? "rcu_read_lock" : lookup.held().lock().text();
      String assumption = "assuming that nothing else keeps " + variable;
      String message = "Can " + variable + " be gone here? " + lookup.callee() + "() found it " + (lookup.isSection() ? "in the read-side section that ended above" : "with " + lock + " held, which is released above")
          + "; before this change it was used " + (lookup.isSection() ? "in the section" : "under the lock") + " (" + assumption + ").";
      Span at = moment.step().at();
      found.add(new Finding(lookup.isSection() ? "rcu-misuse" : "unguarded-access", "", fresh.place(at), fresh.name(), lock, path, "after", List.of(), Confidence.LIKELY, assumption, message,
          List.of(new Witness(fresh.place(at), "before this change " + lock + " was still held here"))));
      return;
    }
  }

  /** By variable, where it is always the result of the same lookup. */
  private static Map<String, Lookup> lookups(Facts facts) {
    Map<String, Lookup> found = new LinkedHashMap<>();
    Set<String> other = new LinkedHashSet<>();
    for (Moment moment : facts.moments()) {
      if (!(moment.step() instanceof Step.Write write) || !write.path().isVariable() || write.value() instanceof Value.Constant) continue;
      String name = write.path().root();
      Held keeper = write.value() instanceof Value.Result result ? keeper(moment, result.callee()) : null;
      Lookup known = found.get(name);
      if (keeper == null || known != null && !known.callee().equals(((Value.Result) write.value()).callee())) other.add(name);
      else if (known == null) found.put(name, new Lookup(((Value.Result) write.value()).callee(), keeper));
    }
    found.keySet().removeAll(other);
    return found;
  }

  /** The read-side section, for whatever is called in it; a lock for what searches by its name; null where neither is held for sure. */
  private static Held keeper(Moment moment, String callee) {
    Held keeper = null;
    boolean searches = callee.startsWith("list_first_entry") || callee.contains("find") || callee.contains("lookup") || callee.contains("search");
    for (Held held : moment.worlds().get(0).held())
      if (held.isSure() && held.origin() != Held.Origin.ASSERTED && (held.kind().equals("rcu") || searches && MissingUnlock.strict(held.kind()) && !held.kind().equals("srcu"))) keeper = held;
    if (keeper == null) return null;
    for (World world : moment.worlds()) if (world.find(keeper.lock().path()) == null) return null;
    return keeper;
  }

  /** Something takes a reference. */
  private static boolean isKept(Facts facts, String variable) {
    for (Step.Call call : calls(facts)) {
      boolean refers = call.callee().contains("get") || call.callee().contains("hold") || call.callee().contains("inc") || call.callee().contains("pin");
      if (refers && call.arguments().stream().anyMatch(argument -> argument.toString().matches("&?" + java.util.regex.Pattern.quote(variable) + "\\b.*"))) return true;
    }
    return false;
  }

  // ---- grace periods ----

  /** Grace periods that a changed function no longer has, though it still takes things down. */
  List<Finding> lostGracePeriods() {
    List<Finding> lost = new ArrayList<>();
    if (gracePeriods(after) >= gracePeriods(before)) return lost; // none is gone, or it stands elsewhere now
    for (Function now : after.unit().functions()) {
      Optional<Function> then = before.unit().function(now.name());
      if (then.isEmpty() || sameText(then.get(), now)) continue;
      List<Step.Call> old = calls(before.of(then.get()));
      List<Step.Call> calls = calls(after.of(now));
      freedAtOnce(after.of(now), old, calls, lost);
      notAwaited(after.of(now), old, calls, lost);
    }
    return lost;
  }

  private static int gracePeriods(Facts facts) {
    int count = 0;
    for (String word : WAITS) count += facts.unit().occurrences(word);
    for (String word : LATER) count += facts.unit().occurrences(word);
    return count;
  }

  static boolean sameText(Function then, Function now) {
    return then.text().text(then.body()).equals(now.text().text(now.body()));
  }

  private static List<Step.Call> calls(Facts facts) {
    List<Step.Call> calls = new ArrayList<>();
    for (Moment moment : facts.moments()) if (moment.step() instanceof Step.Call call && !call.callee().isEmpty()) calls.add(call);
    return calls;
  }

  /** {@code kfree_rcu(p, rcu)} became {@code kfree(p)}. */
  private static void freedAtOnce(Facts facts, List<Step.Call> old, List<Step.Call> calls, List<Finding> lost) {
    for (Step.Call then : old) {
      if (!then.callee().startsWith("kfree_rcu") && !then.callee().startsWith("kvfree_rcu") || then.arguments().isEmpty()) continue;
      String object = then.arguments().get(0).toString();
      if (any(calls, LATER) || any(calls, WAITS)) continue;
      for (Step.Call free : calls)
        if ((free.callee().equals("kfree") || free.callee().equals("kvfree")) && free.arguments().size() == 1 && free.arguments().get(0).toString().equals(object) && !freed(old, object)) {
          String message = "Can a reader still have " + object + " when it is freed here? Before this change it was freed after a grace period (assuming that readers may still find it).";
          lost.add(finding(facts, free.at(), object, "free", message, then.callee() + "() freed it before this change"));
          break;
        }
    }
  }

  private static boolean freed(List<Step.Call> calls, String object) {
    for (Step.Call call : calls) if (call.callee().equals("kfree") && call.arguments().size() == 1 && call.arguments().get(0).toString().equals(object)) return true;
    return false;
  }

  /** {@code synchronize_rcu()} is gone, and something is taken down behind the place where it stood. */
  private static void notAwaited(Facts facts, List<Step.Call> old, List<Step.Call> calls, List<Finding> lost) {
    if (any(calls, WAITS) || any(calls, LATER)) return;
    for (Step.Call call : calls) if (facts.unit().function(call.callee()).filter(callee -> waits(facts.of(callee))).isPresent()) return; // it is done there
    for (int i = 0; i < old.size(); i++) {
      if (!WAITS.contains(old.get(i).callee()) || old.get(i).callee().equals("rcu_barrier")) continue;
      for (int k = i + 1; k < old.size(); k++) {
        Step.Call next = old.get(k);
        Step.Call still = takesDown(next.callee()) ? same(calls, next) : null;
        if (still == null) continue;
        String message = "May readers still be on their way when " + next.callee() + "() is called here? Before this change " + old.get(i).callee() + "() waited for them (assuming that there are any).";
        lost.add(finding(facts, still.at(), next.callee(), "grace", message, old.get(i).callee() + "() stood before this call"));
        return;
      }
    }
  }

  private static boolean waits(Facts facts) {
    return any(calls(facts), WAITS);
  }

  private static Step.Call same(List<Step.Call> calls, Step.Call wanted) {
    for (Step.Call call : calls) if (call.callee().equals(wanted.callee()) && call.arguments().toString().equals(wanted.arguments().toString())) return call;
    return null;
  }

  /** Heuristic: by its name it ends or gives up something. */
  private static boolean takesDown(String name) {
    for (String word : List.of("free", "destroy", "release", "cleanup", "_done", "_put", "cancel", "disable", "_exit", "_fini", "stop", "purge"))
      if (name.contains(word)) return true;
    return false;
  }

  private static boolean any(List<Step.Call> calls, Set<String> names) {
    for (Step.Call call : calls) if (names.contains(call.callee()) || call.callee().startsWith("kfree_rcu")) return true;
    return false;
  }

  private static Finding finding(Facts facts, Span at, String subject, String kind, String message, String evidence) {
    return new Finding("rcu-misuse", "", facts.place(at), facts.name(), "rcu_read_lock", subject, kind, List.of(), Confidence.LIKELY, "assuming that readers may still find it", message,
        List.of(new Witness(facts.place(at), evidence)));
  }
}
