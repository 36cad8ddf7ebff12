// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import keeper.c.Function;
import keeper.flow.AccessPath;
import keeper.flow.Step;
import keeper.flow.Value;
import keeper.lock.Held;
import keeper.lock.HeldLocks;
import keeper.lock.Holding;
import keeper.lock.Kernel;
import keeper.lock.Lock;
import keeper.lock.Moment;
import keeper.lock.Unit;
import keeper.lock.World;
import keeper.rule.Rule;
import keeper.text.Place;
import keeper.text.SourceText;
import keeper.text.Span;

/** What a check may ask about one function. Everything is computed when it is asked for. */
final class Facts {
  private final Unit unit;
  private final Function function;
  private final List<Rule> rules;
  private final Mined mined;
  private final java.util.Map<String, Facts> siblings;
  private List<Access> accesses;
  private java.util.Map<String, Boolean> written;
  private final Inference[] inference; // shared by all facts of a file
  private final Doubts doubts;
  private List<Span> intended; // calls that say of an access that it needs no lock

  Facts(Unit unit, Function function, List<Rule> rules) {
    this(unit, function, rules, Mined.NOTHING, Doubts.ALL);
  }

  Facts(Unit unit, Function function, List<Rule> rules, Mined mined, Doubts doubts) {
    this(unit, function, rules, mined, doubts, new Inference[1], new java.util.HashMap<>());
  }

  private Facts(Unit unit, Function function, List<Rule> rules, Mined mined, Doubts doubts, Inference[] inference, java.util.Map<String, Facts> siblings) {
    this.doubts = doubts;
    this.mined = mined;
    this.unit = unit;
    this.function = function;
    this.rules = rules;
    this.inference = inference;
    this.siblings = siblings;
    siblings.putIfAbsent(function.name(), this);
  }

  /** Facts of some function of a file, to ask for those of others; null in a file without any. */
  static Facts any(Unit unit) {
    return unit.functions().isEmpty() ? null : new Facts(unit, unit.functions().get(0), unit.rules());
  }

  /** What the file itself says about which lock guards what. */
  Inference inference() {
    if (inference[0] == null) inference[0] = new Inference(this);
    return inference[0];
  }

  /** The file as a whole: other functions, callers, types. */
  Unit unit() {
    return unit;
  }

  Function function() {
    return function;
  }

  String name() {
    return function.name();
  }

  SourceText text() {
    return unit.text();
  }

  Kernel kernel() {
    return unit.kernel();
  }

  HeldLocks held() {
    return unit.held(function);
  }

  /** The steps that are reached, each with the worlds before it. */
  List<Moment> moments() {
    return held().moments();
  }

  /** The written rules that speak of this file. */
  List<Rule> rules() {
    return rules;
  }

  /** The rules that were found in a tree, as far as they speak of this file. */
  Mined mined() {
    return mined;
  }

  /** Whether somebody waits for a doubtful guess about an access. */
  boolean isOfUse(Access access) {
    return doubts.matter(this, access);
  }

  /** Facts of another function of the file. */
  Facts of(Function other) {
    Facts known = siblings.get(other.name());
    return known != null && known.function == other ? known : new Facts(unit, other, rules, mined, doubts, inference, siblings);
  }

  Place place(Span span) {
    Place place = text().place(span.start());
    return new Place(place.path(), place.line(), place.column());
  }

  /** Whether a place is in this file: what another one does on some of its ways only is not asked about, its reader does not see the condition. */
  boolean isOwn(Place place) {
    return place.path().equals(text().path());
  }

  /** Whether a lock is held in a world, callers and annotations taken into account. */
  Holding holding(World world, Lock lock) {
    return unit.holding(held(), world, lock);
  }

  /** The locks held in any of the worlds, as the code writes them, in the order in which they were taken; a doubtful one ends in {@code ?}. */
  List<String> heldAt(List<World> worlds) {
    Set<String> names = new LinkedHashSet<>();
    for (World world : worlds)
      for (Held held : world.held()) {
        if (held.kind().equals("opaque")) continue;
        boolean everywhere = true;
        for (World other : worlds) {
          Held there = other.find(held.lock().path());
          if (there == null || !there.isSure()) everywhere = false;
        }
        names.add(everywhere ? held.lock().text() : held.lock().text() + "?");
      }
    return new ArrayList<>(names);
  }

  /** Members and globals that are touched, in the order of the steps. */
  List<Access> accesses() {
    if (accesses == null) accesses = find();
    return accesses;
  }

  /**
   * The types of all that the function's text touches, whether it is reached or not, each with whether it is stored to: what {@link #accesses} can have at
   * most, without the walk. Addresses that are only taken are left out.
   */
  java.util.Map<String, Boolean> written() {
    if (written != null) return written;
    written = new java.util.HashMap<>();
    for (keeper.flow.Block block : unit.graph(function).blocks())
      for (Step step : block.steps()) {
        if      (step instanceof Step.Read read)   written(read.path(), false);
        else if (step instanceof Step.Write write) written(write.path(), true);
        else if (step instanceof Step.Call call) {
          Rule.Access kind = container(call.callee());
          for (Value argument : call.arguments()) {
            if (argument instanceof Value.Stored s && !s.path().isVariable()) written(s.path(), false); // it may be freed
            if (kind != null && argument instanceof Value.AddressOf a) written(a.path(), kind == Rule.Access.WRITE);
          }
        }
      }
    return written;
  }

  private void written(AccessPath path, boolean stored) {
    written.merge(unit.types().memberType(path, unit.graph(function)), stored, Boolean::logicalOr);
  }

  private List<Access> find() {
    List<Access> found = new ArrayList<>();
    for (Moment moment : moments()) {
      Step step = moment.step();
      if      (step instanceof Step.Read read)       add(read.path(), Rule.Access.READ, "", moment, read.at(), found);
      else if (step instanceof Step.Write write)     add(write.path(), Rule.Access.WRITE, "", moment, write.at(), found);
      else if (step instanceof Step.Address address) add(address.path(), Rule.Access.ADDRESS, "", moment, address.at(), found);
      else if (step instanceof Step.Call call)       calls(call, moment, found);
    }
    return List.copyOf(found);
  }

  private void calls(Step.Call call, Moment moment, List<Access> found) {
    if (call.callee().isEmpty() || call.arguments().isEmpty()) return;
    String name = call.callee();
    for (int i = 0; i < call.arguments().size(); i++)
      if (call.arguments().get(i) instanceof Value.Stored s && !s.path().isVariable() && frees(call, i)) add(s.path(), Rule.Access.FREE, name, moment, call.at(), found);
    Rule.Access kind = container(name);
    if (kind != null)
      for (Value argument : call.arguments())
        if (argument instanceof Value.AddressOf a) add(a.path(), kind, name, moment, call.at(), found);
  }

  private void add(AccessPath path, Rule.Access kind, String by, Moment moment, Span at, List<Access> found) {
    boolean member = !path.member().isEmpty();
    if (!member && held().graph().variables().containsKey(path.root()) && !Access.throughParameter(path, this)) return; // its own variable
    if (path.root().indexOf('(') >= 0 && !member) return;
    found.add(new Access(path, unit.types().memberType(path, held().graph()), kind, by, moment, at));
  }

  /** Whether a call gives up one of its arguments: a rule says so, or else its name. */
  boolean frees(Step.Call call, int argument) {
    boolean said = false;
    for (Rule.OfFunction rule : unit.contracts(call.callee())) {
      if (!(rule instanceof Rule.Frees frees)) continue;
      if (frees.argument() == argument) return true;
      said = true;
    }
    return !said && frees(call.callee());
  }

  /** Heuristic: a function that gives up what it gets, by its name. */
  static boolean frees(String name) {
    switch (name) {
      case "kfree", "kvfree", "vfree", "kfree_sensitive", "kfree_rcu", "fput", "iput", "dput", "free_page", "free_pages", "__free_page", "__free_pages":
        return true;
      default:
        return name.endsWith("_put") || name.startsWith("put_") && !name.startsWith("put_user") && !name.startsWith("put_unaligned") && !name.startsWith("put_cmsg") || name.endsWith("_free") || name.startsWith("free_") || name.endsWith("_destroy") || name.startsWith("destroy_")
            || name.startsWith("kmem_cache_free") || name.endsWith("_unregister") || name.endsWith("_release");
    }
  }

  /** How a function on lists, trees and maps touches what it gets the address of; null for any other function. */
  static Rule.Access container(String name) {
    boolean family = name.startsWith("list_") || name.startsWith("hlist_") || name.startsWith("rb_") || name.startsWith("xa_") || name.startsWith("idr_") || name.startsWith("ida_")
        || name.startsWith("radix_tree_") || name.startsWith("__list_") || name.startsWith("interval_tree_") || name.startsWith("skb_queue_") || name.startsWith("__skb_queue_")
        || name.startsWith("rhashtable_") || name.startsWith("hash_") || name.startsWith("mas_") || name.startsWith("mtree_") || name.startsWith("kfifo_") || name.startsWith("bitmap_")
        || name.startsWith("__set_bit") || name.startsWith("__clear_bit") || name.startsWith("llist_") || name.startsWith("bio_list_");
    if (!family || name.equals("kfifo_alloc") || name.equals("kfifo_free") || name.contains("_entry_is_head") || name.contains("_init") && !name.contains("del_init") || name.startsWith("INIT_")) return null;
    if (name.startsWith("xa_") || name.startsWith("skb_queue_") || name.startsWith("ida_") || name.startsWith("rhashtable_") || name.startsWith("mtree_") || name.startsWith("llist_")) return null; // they lock for themselves
    boolean writes = name.contains("add") || name.contains("del") || name.contains("move") || name.contains("splice") || name.contains("insert") || name.contains("erase")
        || name.contains("remove") || name.contains("replace") || name.contains("rotate") || name.contains("link_node") || name.contains("alloc") || name.contains("set")
        || name.contains("clear") || name.contains("pop") || name.contains("enqueue") || name.contains("dequeue") || name.contains("store") || name.contains("cut")
        || name.contains("kfifo_in") || name.contains("kfifo_out") || name.contains("kfifo_put") || name.contains("kfifo_get");
    return writes ? Rule.Access.WRITE : Rule.Access.READ;
  }

  /** The access says of itself that it needs no lock: {@code READ_ONCE()} and its kin. */
  boolean intendedUnlocked(Span at) {
    if (intended == null) {
      intended = new ArrayList<>();
      for (Moment moment : moments())
        if (moment.step() instanceof Step.Call call && Kernel.unlockedByIntent(call.callee())) intended.add(call.at());
    }
    for (Span span : intended) if (span.contains(at)) return true;
    byte[] bytes = text().bytes();
    return startsWith(bytes, at.start(), "WRITE_ONCE") || startsWith(bytes, at.start(), "smp_store_release") || startsWith(bytes, at.start(), "READ_ONCE");
  }

  /** The access stands inside a call of a name that begins so. */
  boolean insideCall(Span at, String prefix) {
    for (Moment moment : moments())
      if (moment.step() instanceof Step.Call call && call.callee().startsWith(prefix) && call.at().contains(at) && !call.at().equals(at)) return true;
    return false;
  }

  private static boolean startsWith(byte[] bytes, int at, String word) {
    if (at + word.length() > bytes.length) return false;
    for (int i = 0; i < word.length(); i++) if (bytes[at + i] != word.charAt(i)) return false;
    return true;
  }

  /** The place that shows that a lock is held. */
  Witness origin(Held held) {
    return origin(held, held.lock().text() + " is taken here, by " + held.by() + "()");
  }

  /** @param seen what to say of it where it is seen to be taken */
  Witness origin(Held held, String seen) {
    return new Witness(place(held.takenAt()), held.isImplied() ? held.lock().text() + " is released here, and was not taken in the lines above that are shown" : seen);
  }

  /** Witnesses for everything that is held at a moment. */
  List<Witness> takings(List<World> worlds) {
    List<Witness> witnesses = new ArrayList<>();
    for (World world : worlds)
      for (Held held : world.held()) {
        if (held.kind().equals("opaque")) continue;
        Witness witness = origin(held, held.lock().text() + (held.origin() == Held.Origin.ASSERTED ? " is held, says " + held.by() : " is taken here"));
        if (!witnesses.contains(witness)) witnesses.add(witness);
      }
    return witnesses;
  }
}
