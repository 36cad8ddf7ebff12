// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import keeper.c.Function;
import keeper.flow.AccessPath;
import keeper.flow.Block;
import keeper.flow.Edge;
import keeper.flow.Step;
import keeper.flow.Value;
import keeper.lock.Held;
import keeper.lock.HeldLocks;
import keeper.lock.Holding;
import keeper.lock.Lock;
import keeper.lock.Moment;
import keeper.lock.Unit;
import keeper.lock.World;
import keeper.text.Span;

/**
 * What RCU protects is used outside of the read-side section: a pointer after its section, a lookup without one, or an object freed while
 * readers may still have it.
 *
 * <p>Silent when any lock is held instead, when something in the section was handed the pointer (it may have taken a reference), and where callers may
 * hold what is needed.
 */
final class RcuMisuse implements Check {
  private static final Lock RCU = new Lock("RCU", "RCU", "rcu_read_lock");
  private static final Set<String> DEREFERENCES = Set.of("rcu_dereference", "rcu_dereference_bh", "rcu_dereference_sched", "list_first_or_null_rcu");
  private static final Set<String> WALKS = Set.of("list_for_each_entry_rcu", "hlist_for_each_entry_rcu", "hlist_nulls_for_each_entry_rcu", "hash_for_each_possible_rcu", "hash_for_each_rcu");
  private static final Set<String> LOOKUPS = Set.of("idr_find", "radix_tree_lookup");
  private static final Set<String> UNLINKS = Set.of("list_del_rcu", "hlist_del_rcu", "hlist_del_init_rcu", "hash_del_rcu", "list_bidir_del_rcu", "hlist_bl_del_rcu", "hlist_nulls_del_rcu");
  private static final Set<String> FREES = Set.of("kfree", "kvfree", "kfree_sensitive", "vfree", "kmem_cache_free");
  private static final Set<String> HARMLESS = Set.of("kfree", "kvfree", "kfree_sensitive", "list_del", "list_del_init", "INIT_LIST_HEAD", "atomic_dec", "WARN_ON", "pr_debug", "pr_info", "kfree_const",
      "bitmap_free", "lockdep_assert_held", "spin_unlock", "spin_lock", "spin_unlock_bh", "spin_lock_bh", "spin_unlock_irqrestore", "spin_lock_irqsave", "mutex_unlock", "mutex_lock", "list_empty");

  @Override
  public String id() {
    return "rcu-misuse";
  }

  @Override
  public void findings(Facts facts, List<Finding> findings) {
    Map<String, Finding> found = new LinkedHashMap<>();
    for (Moment moment : facts.moments()) {
      if (moment.step() instanceof Step.Write write) usedAfterSection(facts, moment, write, found);
      if (!(moment.step() instanceof Step.Call call)) continue;
      if (DEREFERENCES.contains(call.callee()) || WALKS.contains(call.callee()) || LOOKUPS.contains(call.callee())) unprotected(facts, moment, call, found);
      section(facts, moment, call, found);
      if (call.callee().contains("inc_not_zero") || call.callee().contains("get_unless_zero")) lateReference(facts, moment, call, found);
      if (UNLINKS.contains(call.callee())) freedEarly(facts, moment, call, found);
    }
    findings.addAll(found.values());
  }

  // A pointer after its section

  private void usedAfterSection(Facts facts, Moment moment, Step.Write write, Map<String, Finding> found) {
    if (!write.path().isVariable() || !(write.value() instanceof Value.Result result) || !isLookup(result.callee())) return;
    for (World world : moment.worlds()) if (world.find("RCU") == null || world.held().size() != 1 || world.unseen()) return;
    String variable = write.path().root();
    if (isHandedOn(facts, variable, moment)) return;
    for (Moment later : facts.moments()) {
      if (later.step().at().start() <= write.at().start() || !dereferences(later.step(), variable)) continue;
      if (!isTheSame(facts, moment, later, variable) || !isOutside(later)) continue;
      String what = path(later.step()).toString();
      String message = "Can " + variable + " be gone here? It was looked up in the read-side section that ended above, and nothing that is visible keeps it (assuming that nothing else keeps it either).";
      add(facts, later, later.step().at(), "rcu_read_lock", what, "after", Confidence.LIKELY, "assuming that nothing else keeps " + variable, message, found,
          new Witness(facts.place(write.at()), result.callee() + "() looks it up here, in the section"));
      return;
    }
  }

  private static boolean isLookup(String callee) {
    return DEREFERENCES.contains(callee) || LOOKUPS.contains(callee) || callee.equals("rhashtable_lookup");
  }

  /** Something got the pointer, or a part of what it points to: it may have taken a reference. */
  private static boolean isHandedOn(Facts facts, String variable, Moment from) {
    for (Moment moment : facts.moments()) {
      Step step = moment.step();
      if (step instanceof Step.Return r && r.value().isPresent() && mentions(r.value().get(), variable)) return true;
      if (step instanceof Step.Write w && !w.path().root().equals(variable) && mentions(w.value(), variable)) return true;
      if (!(step instanceof Step.Call call)) continue;
      if (call.callee().startsWith("rcu_") || call.callee().equals("IS_ERR") || call.callee().equals("IS_ERR_OR_NULL") || call.callee().startsWith("pr_") || call.callee().startsWith("dev_")) continue;
      boolean refers = call.callee().contains("get") || call.callee().contains("hold") || call.callee().contains("inc") || call.callee().contains("pin");
      for (Value argument : call.arguments()) if (mentions(argument, variable) || refers && argument instanceof Value.Stored s && s.path().root().equals(variable)) return true;
    }
    return false;
  }

  private static boolean mentions(Value value, String variable) {
    if (value instanceof Value.Stored s) return s.path().isVariable() && s.path().root().equals(variable);
    if (value instanceof Value.AddressOf a) return a.path().root().equals(variable);
    if (value instanceof Value.Computed c) for (AccessPath path : c.reads()) if (path.root().equals(variable)) return true;
    return false;
  }

  static AccessPath path(Step step) {
    if (step instanceof Step.Read read) return read.path();
    return step instanceof Step.Write write ? write.path() : null;
  }

  static boolean dereferences(Step step, String variable) {
    AccessPath path = path(step);
    return path != null && path.root().equals(variable) && !path.isVariable() && (path.steps().get(0).startsWith("->") || path.steps().get(0).equals("*"));
  }

  /** The variable still has the value that was looked up, in every world. */
  private static boolean isTheSame(Facts facts, Moment from, Moment to, String variable) {
    for (Moment moment : facts.moments())
      if (moment.step() instanceof Step.Write w && w.path().isVariable() && w.path().root().equals(variable) && moment.step() != from.step()) return false;
    return true;
  }

  /** The section was there and has ended, in every world; nothing else is held. */
  private static boolean isOutside(Moment moment) {
    for (World world : moment.worlds()) if (world.find("RCU") != null || !world.isFree("RCU") || !world.held().isEmpty() || world.unseen()) return false;
    return true;
  }

  // A lookup without a section

  private void unprotected(Facts facts, Moment moment, Step.Call call, Map<String, Finding> found) {
    String type = type(facts, call);
    if (type.isEmpty()) return;
    for (World world : moment.worlds()) if (!world.held().isEmpty() || world.unseen() || world.opaque()) return;
    Holding entry = facts.unit().atEntry(facts.function(), RCU);
    if (entry == Holding.HELD || !facts.unit().sitesWith(facts.function(), RCU, Holding.HELD).isEmpty()) return;
    boolean plain = entry == Holding.NOT_HELD;
    Confidence confidence = plain && !LOOKUPS.contains(call.callee()) && facts.unit().context(facts.function()) == Unit.Context.PROCESS ? Confidence.LIKELY : Confidence.POSSIBLE;
    List<Witness> evidence = new ArrayList<>(1);
    if (LOOKUPS.contains(call.callee())) {
      Confidence told = byOthers(facts, call, type, evidence);
      if (plain || facts.unit().context(facts.function()) == Unit.Context.PROCESS) confidence = told;
    }
    String assumption = "assuming that no caller of " + facts.name() + "() is in a read-side section or holds a lock";
    String message = "Does " + call.callee() + "() need a read-side section here? Nothing is held that could keep what it finds (" + assumption + ").";
    add(facts, moment, call.at(), "rcu_read_lock", call.callee(), "lookup", confidence, assumption, message, found, evidence.toArray(new Witness[0]));
  }

  /** Whether all others in the file who touch the same map do it under something. */
  private static Confidence byOthers(Facts facts, Step.Call call, String type, List<Witness> evidence) {
    int others = 0;
    int kept = 0;
    for (Function function : facts.unit().functionsWith(type.substring(type.lastIndexOf('.') + 1))) {
      HeldLocks held = facts.unit().held(function);
      if (held.exhausted()) continue;
      for (Moment other : held.moments()) {
        if (other.step() == call || !(other.step() instanceof Step.Call c) || !touches(c.callee()) || !type(facts.of(function), c).equals(type)) continue;
        others++;
        boolean all = true;
        for (World world : other.worlds()) all &= !world.held().isEmpty();
        if (!all) continue;
        if (kept++ == 0) evidence.add(new Witness(facts.place(other.step().at()), function.name() + "() does it with " + facts.of(function).heldAt(other.worlds()).get(0) + " held"));
      }
    }
    return kept >= 2 && kept == others ? Confidence.LIKELY : Confidence.POSSIBLE;
  }

  private static boolean touches(String callee) {
    return DEREFERENCES.contains(callee) || WALKS.contains(callee) || LOOKUPS.contains(callee) || callee.startsWith("idr_") || callee.startsWith("radix_tree_");
  }

  /** The struct and member that is read: of {@code rcu_dereference(x->p)}, of the list's head. */
  private static String type(Facts facts, Step.Call call) {
    int index = WALKS.contains(call.callee()) && !call.callee().startsWith("hash_") ? 1 : 0;
    if (call.arguments().size() <= index) return "";
    Value value = call.arguments().get(index);
    AccessPath path = value instanceof Value.AddressOf a ? a.path() : value instanceof Value.Stored s ? s.path() : null;
    if (path == null || path.member().isEmpty()) return "";
    String type = facts.unit().types().memberType(path, facts.held().graph());
    return type.startsWith("?") ? "" : type;
  }

  /** A function of this file that reads under SRCU, without entering the section itself, is called outside of it. Doubtful: callers may be in it. */
  private void section(Facts facts, Moment moment, Step.Call call, Map<String, Finding> found) {
    Function callee = facts.unit().function(call.callee()).orElse(null);
    if (callee == null || callee == facts.function()) return;
    AccessPath section = needed(facts.unit(), callee);
    if (section == null) return;
    for (World world : moment.worlds()) {
      if (world.unseen() || world.opaque()) return;
      for (Held held : world.held()) if (!held.kind().equals("mutex") || held.lock().member().equals(section.member())) return;
    }
    for (Unit.Site site : List.copyOf(facts.unit().sites(facts.name())))
      for (World world : site.moment().worlds()) for (Held held : world.held()) if (held.lock().member().equals(section.member())) return;
    String assumption = "assuming that no caller of " + facts.name() + "() is in it";
    String message = "Does " + callee.name() + "() need the read-side section of " + section + " here? It reads what that protects (" + assumption + ").";
    add(facts, moment, call.at(), section.toString(), call.callee(), "section", Confidence.POSSIBLE, assumption, message, found);
  }

  /** What a function's reads say that its caller has entered, or null. */
  private static AccessPath needed(Unit unit, Function function) {
    AccessPath section = null;
    for (Block block : unit.graph(function).blocks())
      for (Step step : block.steps()) {
        if (!(step instanceof Step.Call call)) continue;
        if (call.callee().equals("srcu_read_lock")) return null;
        int index = call.callee().equals("srcu_read_lock_held") ? 0 : call.callee().equals("srcu_dereference") || call.callee().equals("srcu_dereference_check") ? 1 : -1;
        if (index >= 0 && call.arguments().size() > index && call.arguments().get(index) instanceof Value.AddressOf a) section = a.path();
      }
    return section;
  }

  // A reference taken too late

  /** {@code p = rhashtable_lookup_fast(…); refcount_inc_not_zero(&p->ref)}: the section in which p was found is over. */
  private void lateReference(Facts facts, Moment moment, Step.Call call, Map<String, Finding> found) {
    if (call.arguments().isEmpty() || !(call.arguments().get(0) instanceof Value.AddressOf a) || a.path().isVariable()) return;
    for (World world : moment.worlds()) {
      if (world.find("RCU") != null || world.unseen() || world.opaque()) return;
      boolean sleeps = false;
      for (Held held : world.held()) sleeps |= held.isSure() && (held.kind().equals("mutex") || held.kind().equals("rwsem"));
      if (!sleeps && !world.isFree("RCU") && facts.holding(world, RCU) != Holding.NOT_HELD) return;
    }
    String variable = a.path().root();
    Step.Write lookup = null;
    for (Moment other : facts.moments()) {
      if (!(other.step() instanceof Step.Write w) || !w.path().isVariable() || !w.path().root().equals(variable) || w.at().start() > call.at().start()) continue;
      lookup = w;
    }
    if (lookup == null || !(lookup.value() instanceof Value.Result r) || !r.callee().startsWith("rhashtable_lookup_fast") && !r.callee().startsWith("rhltable_lookup")) return;
    String message = "Can " + variable + " be freed before its count is read here? " + r.callee() + "() leaves its read-side section before it returns.";
    add(facts, moment, call.at(), "rcu_read_lock", a.path().toString(), "late", Confidence.LIKELY, "assuming that no caller is in a read-side section", message, found,
        new Witness(facts.place(lookup.at()), variable + " is looked up here"));
  }

  // An object freed early

  /** {@code list_del_rcu(&p->node); kfree(p);}. */
  private void freedEarly(Facts facts, Moment moment, Step.Call call, Map<String, Finding> found) {
    if (call.arguments().isEmpty() || !(call.arguments().get(0) instanceof Value.AddressOf node) || node.path().steps().isEmpty()) return;
    AccessPath object = AccessPath.of(node.path().root());
    List<Step> rest = steps(facts, moment.block());
    int at = rest.indexOf(call);
    ArrayDeque<Integer> ways = new ArrayDeque<>();
    Set<Integer> seen = new HashSet<>();
    if (!follow(facts, rest.subList(at + 1, rest.size()), object, call, moment, found)) for (Edge edge : facts.held().graph().blocks().get(moment.block()).edges()) ways.add(edge.target());
    while (!ways.isEmpty() && seen.size() < 64) {
      int next = ways.poll();
      if (!seen.add(next)) continue;
      if (follow(facts, steps(facts, next), object, call, moment, found)) continue;
      for (Edge edge : facts.held().graph().blocks().get(next).edges()) ways.add(edge.target());
    }
  }

  private static List<Step> steps(Facts facts, int block) {
    Block found = facts.held().graph().blocks().get(block);
    return found.steps();
  }

  /** Walks steps until the object is freed, its variable means another one, or something may have waited; true when the walk ends here. */
  private boolean follow(Facts facts, List<Step> steps, AccessPath object, Step.Call unlink, Moment moment, Map<String, Finding> found) {
    for (Step step : steps) {
      if (step instanceof Step.Gap) return true;
      if (step instanceof Step.Write w && w.path().equals(object)) return true;
      if (!(step instanceof Step.Call call)) continue;
      if (FREES.contains(call.callee()) && frees(call, object)) {
        String message = "Can a reader still have " + object + "? It is unlinked by " + unlink.callee() + "() and freed without a grace period in between.";
        add(facts, moment, call.at(), "rcu_read_lock", object.toString(), "free", Confidence.CERTAIN, "", message, found, new Witness(facts.place(unlink.at()), "it is unlinked here, for readers that come later"));
        return true;
      }
      if (!HARMLESS.contains(call.callee())) return true; // it may wait for readers
    }
    return false;
  }

  private static boolean frees(Step.Call call, AccessPath object) {
    Value last = call.arguments().isEmpty() ? null : call.arguments().get(call.arguments().size() - 1);
    return last instanceof Value.Stored s && s.path().equals(object);
  }

  private void add(Facts facts, Moment moment, Span at, String lock, String subject, String kind, Confidence confidence, String assumption, String message, Map<String, Finding> found, Witness... evidence) {
    found.putIfAbsent(kind + " " + at.start(), new Finding(id(), "", facts.place(at), facts.name(), lock, subject, kind, facts.heldAt(moment.worlds()), confidence, assumption, message, List.of(evidence)));
  }
}
