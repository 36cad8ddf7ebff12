// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import keeper.flow.AccessPath;
import keeper.flow.Step;
import keeper.lock.Act;
import keeper.lock.Held;
import keeper.lock.HeldLocks;
import keeper.lock.Holding;
import keeper.lock.Lock;
import keeper.lock.Moment;
import keeper.lock.Unit;
import keeper.lock.World;
import keeper.rule.LockApi;
import keeper.rule.LockName;
import keeper.rule.Rule;

/**
 * A guarded member is touched while its lock is not held.
 *
 * <p>What is guarded: written rules, {@code __guarded_by} in a visible declaration, and what the file itself says by holding a lock at every other use. Where it
 * cannot be known whether the lock is held, only a written rule speaks, and says what it assumes.
 */
final class UnguardedAccess implements Check {
  private static final int DEEPEST_FRESH = 3;
  private static final int MOST_MAKERS = 6;
  private static final int LIKELY_HOLDERS = 5; // so many uses in so many other functions hold the lock, and none does not
  private static final int LIKELY_FUNCTIONS = 3;

  @Override
  public String id() {
    return "unguarded-access";
  }

  @Override
  public void findings(Facts facts, List<Finding> findings) {
    Map<String, Finding> found = new LinkedHashMap<>();
    for (Access access : facts.accesses()) {
      for (Rule rule : facts.rules())
        if (rule instanceof Rule.Guarded guarded && applies(facts, access, guarded)) judge(facts, access, guarded, found);
      annotated(facts, access, found);
    }
    Map<String, Finding> written = new LinkedHashMap<>(found);
    for (Finding finding : facts.mined().findings(facts)) if (notSaid(finding, written)) put(found, finding);
    Set<String> members = worthAsking(facts);
    for (Access access : facts.accesses()) if (members.contains(Lock.member(access.path().toString()))) guessed(facts, access, found);
    keep(found, findings);
  }

  /** No written rule has spoken of the same thing. */
  private static boolean notSaid(Finding finding, Map<String, Finding> found) {
    for (Finding other : found.values()) if (other.at().line() == finding.at().line() && other.subject().equals(finding.subject())) return false;
    return true;
  }

  /** A read beside a write or free of the same member says nothing more. */
  private static void keep(Map<String, Finding> found, List<Finding> findings) {
    for (Finding finding : found.values()) {
      boolean more = false;
      if (finding.kind().equals("read"))
        for (Finding other : found.values())
          if (!other.kind().equals("read") && other.subject().equals(finding.subject()) && other.lock().equals(finding.lock())) more = true;
      if (!more) findings.add(finding);
    }
  }

  private static boolean applies(Facts facts, Access access, Rule.Guarded guarded) {
    if (!guarded.accesses().contains(access.kind())) return false;
    if (Spoken.excepts(guarded, facts)) return false;
    String type = access.type();
    if (guarded.struct().isEmpty()) return type.equals(guarded.member()) || access.path().root().equals(guarded.member()) && !facts.held().graph().variables().containsKey(guarded.member());
    if (guarded.member().equals("*")) return type.startsWith(guarded.struct() + ".");
    if (type.equals(guarded.struct() + "." + guarded.member())) return true;
    if (!type.endsWith("." + guarded.member()) || guarded.lock().root() == LockName.Root.ANY_OF_STRUCT) return false;
    int first = type.indexOf('.');
    boolean unknown = type.startsWith("?") && !access.path().member().isEmpty(); // *size of a parameter is no member of that name
    boolean embedded = type.indexOf('.', first + 1) > 0 && !facts.unit().types().defines(type.substring(0, first));
    return unknown || embedded;
  }

  /** Whose a member of an object is whose struct cannot be told. */
  private enum Claim {
    /** No rule for another struct names another lock for it. */
    OWN,
    /** One does, and nothing tells the two apart. */
    SHARED,
    /** The object has the other struct's name. */
    OTHERS
  }

  /** Heuristic: {@code group->kvm} is a member of struct {@code vfio_group} rather than of another struct that has such a member. */
  private static Claim claim(Facts facts, Access access, Rule.Guarded guarded) {
    if (guarded.struct().isEmpty() || access.type().startsWith(guarded.struct() + ".")) return Claim.OWN;
    AccessPath object = access.object();
    String last = object.steps().isEmpty() ? object.root() : object.steps().get(object.steps().size() - 1);
    String name = last.replaceFirst("^(->|\\.)", "");
    Claim claim = Claim.OWN;
    for (Rule rule : facts.rules()) {
      if (!(rule instanceof Rule.Guarded other) || other.struct().isEmpty() || !other.member().equals(guarded.member()) || other.lock().path().equals(guarded.lock().path())) continue;
      if (!isNamedAfter(guarded.struct(), name)) return isNamedAfter(other.struct(), name) ? Claim.OTHERS : Claim.SHARED;
      if (isNamedAfter(other.struct(), name)) claim = Claim.SHARED;
    }
    return claim;
  }

  private static boolean isNamedAfter(String struct, String object) {
    return struct.equals(object) || struct.endsWith("_" + object);
  }

  private void annotated(Facts facts, Access access, Map<String, Finding> found) {
    int dot = access.type().lastIndexOf('.');
    if (dot <= 0 || access.kind() == Rule.Access.ADDRESS) return;
    String struct = access.type().substring(0, dot);
    String by = facts.unit().types().guardedBy(struct, access.member());
    if (by.isEmpty()) return;
    Rule.About about = new Rule.About("", facts.place(access.at()), "it is declared __guarded_by(" + by + ")", List.of(), Rule.Severity.ERROR, new Rule.Scope(List.of(), List.of(), List.of(), List.of()),
        Rule.Except.NOTHING);
    LockName lock = new LockName(LockName.Root.OBJECT, -1, struct, by.replace("->", "."), by);
    judge(facts, access, new Rule.Guarded(about, struct, access.member(), lock, java.util.Set.of(Rule.Access.READ, Rule.Access.WRITE, Rule.Access.FREE), false, false), found);
  }

  /** The members of which a guess may be likely, or is of use even in doubt; all uses of such a one are judged, for findings are told apart by how many there are. */
  private static Set<String> worthAsking(Facts facts) {
    Set<String> members = new HashSet<>();
    Map<String, Integer> users = new HashMap<>();
    for (Access access : facts.accesses()) {
      String member = Lock.member(access.path().toString());
      if (!members.contains(member) && (facts.isOfUse(access) || mayBeLikely(facts, access, users))) members.add(member);
    }
    return members;
  }

  /** Whether a guess may come out as likely; told without a look at the other functions' locks, and {@code false} is sure. */
  private static boolean mayBeLikely(Facts facts, Access access, Map<String, Integer> users) {
    if (access.kind() == Rule.Access.READ || access.kind() == Rule.Access.ADDRESS || Entrances.isApart(facts.name())) return false;
    if (users.computeIfAbsent(access.member(), member -> facts.unit().functionsWith(member).size()) < LIKELY_FUNCTIONS) return false;
    for (World world : access.moment().worlds())
      if (world.opaque() || world.unseen() || world.freed().isEmpty() && !facts.unit().maybeEnteredFree(facts.function())) return false;
    return true;
  }

  /** What every other function of the file does. */
  private void guessed(Facts facts, Access access, Map<String, Finding> found) {
    if (access.kind() == Rule.Access.ADDRESS || facts.intendedUnlocked(access.at())) return;
    for (World world : access.moment().worlds()) if (world.opaque() || world.unseen()) return; // it may hold anything: nothing would be said below
    int line = facts.place(access.at()).line();
    for (Finding other : found.values()) if (other.at().line() == line && other.subject().equals(access.path().toString())) return; // a rule has spoken
    if (access.kind() == Rule.Access.READ && (facts.insideCall(access.at(), "rcu_dereference") || facts.insideCall(access.at(), "wait_event"))) return; // looked at again until it holds
    for (Rule rule : facts.rules()) if (rule instanceof Rule.Guarded guarded && applies(facts, access, guarded)) return; // a rule has spoken, and is kept
    if (!facts.inference().mayBeStored(facts, access)) return; // what never changes needs no lock
    Inference.Guess guess = facts.inference().doubt(facts, access);
    if (guess == null) return;
    for (World world : access.moment().worlds()) if (fresh(facts, access, world)) return; // after the guess: it looks at all callers
    int free = 0;
    int unknown = 0;
    for (World world : access.moment().worlds()) {
      switch (facts.unit().holdingType(facts.held(), world, guess.lock())) {
        case HELD -> {
          return;
        }
        case NOT_HELD -> free++;
        default -> {
          if (world.opaque() || world.unseen() || world.findLike(new Lock("", guess.lock(), "")) != null) return;
          unknown++;
        }
      }
    }
    // A read beside the lock is often meant so; a store against this much custom is not.
    boolean strong = access.kind() != Rule.Access.READ && guess.others().isEmpty() && guess.holders().size() >= LIKELY_HOLDERS && guess.functions() >= LIKELY_FUNCTIONS && !isSharedByAll(guess);
    boolean sure = unknown == 0 && free > 0 && !Entrances.isApart(facts.name()) && !goesAway(facts, access.path().root());
    if (guess.others().size() > guess.holders().size()) return;
    if (!guess.stores() && (access.kind() != Rule.Access.WRITE || guess.holders().isEmpty())) return; // what never changes needs no lock
    String subject = access.path().toString();
    String assumption = "assuming that " + guess.text() + " is what guards " + access.member();
    Confidence confidence = strong && sure ? Confidence.LIKELY : Confidence.POSSIBLE;
    List<String> held = facts.heldAt(access.moment().worlds());
    int total = guess.holders().size() + guess.others().size();
    String count = guess.others().isEmpty() ? total == 1 ? "The only other use in this file holds it" : total == 2 ? "Both other uses in this file hold it" : "All " + total + " other uses in this file hold it" : guess.holders().size() + " of " + total + " other uses in this file hold it";
    String act = access.kind() == Rule.Access.READ ? "Does this use of " + subject : access.by().isEmpty() ? "Does this store to " + subject : "Does " + access.by() + "() on " + subject;
    String message = act + " need " + guess.text() + "? " + count + ", for example " + names(guess) + "; held here: " + (held.isEmpty() ? "nothing that is visible" : String.join(", ", held)) + ".";
    List<Witness> evidence = new ArrayList<>(facts.takings(access.moment().worlds()));
    evidence.add(new Witness(facts.place(access.at()), subject + " is touched here"));
    users(facts, guess, evidence);
    put(found, new Finding(id(), "", facts.place(access.at()), facts.name(), guess.text(), subject, access.kind().name().toLowerCase(java.util.Locale.ROOT), held, confidence, assumption, message, evidence));
  }

  /** Everybody holds it for reading: then it is not what keeps stores apart. */
  private static boolean isSharedByAll(Inference.Guess guess) {
    for (Inference.Use use : guess.holders()) {
      Held held = use.access().moment().worlds().get(0).findLike(new Lock("", guess.lock(), ""));
      if (held == null || held.mode() != LockApi.Mode.READ) return false;
    }
    return true;
  }

  /** One place of each function: up to four that hold the lock, up to two that do not. */
  private static void users(Facts facts, Inference.Guess guess, List<Witness> evidence) {
    java.util.Set<String> seen = new java.util.HashSet<>();
    for (Inference.Use use : guess.holders())
      if (seen.size() < 4 && seen.add(use.facts().name())) evidence.add(new Witness(facts.place(use.access().at()), use.facts().name() + "() holds " + guess.text() + " here"));
    int without = 0;
    for (Inference.Use use : guess.others())
      if (without < 2 && seen.add(use.facts().name())) {
        without++;
        evidence.add(new Witness(facts.place(use.access().at()), use.facts().name() + "() does not, as far as can be seen"));
      }
  }

  private static String names(Inference.Guess guess) {
    List<String> names = new ArrayList<>();
    for (Inference.Use use : guess.holders()) if (!names.contains(use.facts().name() + "()") && names.size() < 3) names.add(use.facts().name() + "()");
    return String.join(", ", names);
  }

  private void judge(Facts facts, Access access, Rule.Guarded guarded, Map<String, Finding> found) {
    if (facts.intendedUnlocked(access.at())) return;
    if (access.kind() == Rule.Access.READ && (facts.insideCall(access.at(), "rcu_dereference") || facts.insideCall(access.at(), "rcu_replace_pointer") || facts.insideCall(access.at(), "srcu_dereference"))) return;
    int free = 0;
    int unknown = 0;
    int heldOnes = 0;
    boolean unseen = false;
    Lock lock = null;
    boolean reading = false;
    if (Spoken.excepts(guarded, facts, access.path(), access.moment())) return;
    for (World world : access.moment().worlds()) {
      if (guarded.rcuReaders() && access.kind() == Rule.Access.READ && world.find("RCU") != null) return;
      if (fresh(facts, access, world) && !Spoken.published(facts, access.path(), access.moment())) return;
      lock = lock(access, guarded, world);
      boolean any = guarded.lock().root() == LockName.Root.ANY_OF_STRUCT;
      switch (any ? facts.unit().holdingType(facts.held(), world, lock.type()) : facts.holding(world, lock)) {
        case HELD -> {
          Held there = any ? world.findLike(lock) : world.find(lock.path());
          boolean shared = guarded.exclusive() && there != null && there.mode() == LockApi.Mode.READ;
          reading |= shared;
          if (shared) free++;
          else heldOnes++;
        }
        case NOT_HELD -> free++;
        default -> {
          if (world.opaque() || world.findLike(lock) != null) return;
          if (world.unseen()) unseen = true;
          unknown++;
        }
      }
    }
    if (lock == null || heldOnes > 0 && free == 0 || free == 0 && unknown == 0) return;
    Claim claim = claim(facts, access, guarded);
    if (claim == Claim.OTHERS) return;
    if (free == 0 && (releasedLater(facts, lock) || Spoken.covered(guarded, facts, lock.type()))) return; // somebody above these lines took it
    Confidence confidence = Confidence.CERTAIN;
    String assumption = "";
    if (heldOnes > 0) {
      confidence = Confidence.LIKELY;
      assumption = "assuming that the way on which " + lock.text() + " is not taken can be gone";
    } else if (unknown > 0) {
      confidence = Confidence.LIKELY;
      assumption = unseen ? "assuming " + lock.text() + " is not taken above these lines" : "assuming that no caller of " + facts.name() + "() holds " + lock.text();
      if (!unseen && (heldByCallers(facts, lock) || unknownCallers(facts, lock)) || facts.unit().hasGaps() && free == 0 && isOpen(facts, access, lock)) confidence = Confidence.POSSIBLE;
    }
    if (claim == Claim.SHARED) confidence = Confidence.POSSIBLE;
    Finding finding = finding(facts, access, guarded, lock, Spoken.capped(guarded, confidence), assumption);
    put(found, reading ? new Finding(finding.check(), finding.rule(), finding.at(), finding.function(), finding.lock(), finding.subject(), finding.kind(), finding.held(), finding.confidence(),
        finding.assumption(), finding.message() + " It is held for reading only here.", finding.evidence()) : finding);
  }

  /** Some caller in this file holds it, though not all are known to. */
  private static boolean heldByCallers(Facts facts, Lock lock) {
    return facts.unit().context(facts.function()) == Unit.Context.CALLED && !facts.unit().sitesWith(facts.function(), lock, Holding.HELD).isEmpty()
        || facts.name().endsWith("_locked") || facts.name().contains("_locked_") || facts.unit().hasGaps() && facts.name().startsWith("__");
  }

  /** A static function all of whose callers are cut off by the hunks above their calls: a helper that was split off is mostly called with the lock held. */
  private static boolean unknownCallers(Facts facts, Lock lock) {
    return facts.unit().context(facts.function()) == Unit.Context.CALLED && facts.unit().sitesWith(facts.function(), lock, Holding.NOT_HELD).isEmpty()
        && !facts.unit().sitesWith(facts.function(), lock, Holding.UNKNOWN).isEmpty();
  }

  /**
   * Of a function in hunks: what is shown of it says too little of its locks to take the one in question for free. A read is often meant so; a store is asked about where the function is seen
   * to take or release some lock, or where nobody above it holds any and its end is shown.
   */
  private static boolean isOpen(Facts facts, Access access, Lock lock) {
    if (access.kind() == Rule.Access.READ || access.kind() == Rule.Access.ADDRESS) return true;
    if (facts.unit().context(facts.function()) == Unit.Context.CALLED && !facts.unit().sitesWith(facts.function(), lock, Holding.NOT_HELD).isEmpty()) return false;
    for (Moment moment : facts.moments()) {
      for (Held held : moment.worlds().get(0).held()) if (MissingUnlock.strict(held.kind()) && held.origin() != Held.Origin.ASSERTED) return false;
      for (Act act : facts.held().acts(moment.step(), moment.worlds().get(0))) if (act.kind() == Act.Kind.RELEASE && MissingUnlock.strict(act.family())) return false;
    }
    return !isFileOperation(facts.function()) || Branches.leadsToGap(facts.held(), access.moment());
  }

  /** {@code open()} and {@code release()} of a file: called with nothing held that a driver has. */
  private static boolean isFileOperation(keeper.c.Function function) {
    List<String> types = new ArrayList<>();
    for (keeper.c.Parameter parameter : function.parameters()) types.add(parameter.type().base());
    return types.equals(List.of("struct inode", "struct file"));
  }

  private static boolean releasedLater(Facts facts, Lock lock) {
    for (Moment moment : facts.moments()) {
      if (!(moment.step() instanceof Step.Call)) continue;
      for (World world : moment.worlds())
        for (Act act : facts.held().acts(moment.step(), world))
          if (act.kind() == Act.Kind.RELEASE && act.lock().like(lock) && world.findLike(lock) == null && !world.isFree(act.lock().path())) return true;
    }
    return false;
  }

  /** The object was made in this function and nobody else knows it yet. Heuristic: its variable still is what an allocation returned. */
  static boolean fresh(Facts facts, Access access, World world) {
    return fresh(facts, access.path().root(), world, 0);
  }

  /** The same of what an argument points to, in all worlds. */
  static boolean isFresh(Facts facts, keeper.flow.Value argument, List<World> worlds) {
    return isFresh(facts, argument, worlds, 0);
  }

  private static boolean isFresh(Facts facts, keeper.flow.Value argument, List<World> worlds, int depth) {
    if (argument instanceof keeper.flow.Value.AddressOf a && a.path().isVariable()) return facts.held().graph().locals().contains(a.path().root());
    if (!(argument instanceof keeper.flow.Value.Stored s) || !s.path().isVariable()) return false;
    for (World world : worlds) if (!fresh(facts, s.path().root(), world, depth)) return false;
    return true;
  }

  private static boolean fresh(Facts facts, String variable, World world, int depth) {
    String root = world.canonical(new AccessPath(variable, List.of()));
    if (depth < DEEPEST_FRESH && isGivenFresh(facts, root, depth)) return true;
    return fresh(facts.held(), variable, world);
  }

  static boolean fresh(HeldLocks held, String variable, World world) {
    String root = world.canonical(new AccessPath(variable, List.of()));
    if (!root.startsWith("#") && held.graph().locals().contains(variable)) {
      // A struct on the stack.
      keeper.c.Type type = held.graph().variables().get(variable);
      return type != null && type.pointers() == 0 && type.struct().isPresent() && root.equals(variable);
    }
    if (!root.startsWith("#")) return false;
    int id;
    try {
      id = Integer.parseInt(root.substring(1));
    } catch (NumberFormatException e) {
      return false;
    }
    Step.Call call = held.call(id);
    return call != null && allocates(call.callee());
  }

  /** The object itself is freed in this function: what is done to its members is part of taking it down. */
  private static boolean goesAway(Facts facts, String variable) {
    for (Moment moment : facts.moments()) {
      if (!(moment.step() instanceof Step.Call call) || !Facts.frees(call.callee()) || call.callee().endsWith("_put") || call.callee().startsWith("put_")) continue;
      for (keeper.flow.Value argument : call.arguments()) if (argument instanceof keeper.flow.Value.Stored s && s.path().isVariable() && s.path().root().equals(variable)) return true;
    }
    return false;
  }

  /** A parameter for which every caller, all of them in this file, gives an object that it has just made. */
  private static boolean isGivenFresh(Facts facts, String parameter, int depth) {
    List<keeper.c.Parameter> parameters = facts.function().parameters();
    for (int i = 0; i < parameters.size(); i++) {
      if (!parameters.get(i).name().equals(parameter) || facts.unit().context(facts.function()) != Unit.Context.CALLED) continue;
      List<Unit.Site> sites = List.copyOf(facts.unit().sites(facts.name()));
      if (sites.isEmpty() || sites.size() > MOST_MAKERS) return false;
      for (Unit.Site site : sites)
        if (i >= site.call().arguments().size() || !isFresh(facts.of(site.caller()), site.call().arguments().get(i), site.moment().worlds(), depth + 1)) return false;
      return true;
    }
    return false;
  }

  static boolean allocates(String name) {
    return name.contains("alloc") || name.contains("kzalloc") || name.startsWith("kmem_cache_") || name.contains("_create") || name.contains("_dup") || name.contains("dequeue") || name.contains("recv_datagram") || name.startsWith("devm_k");
  }

  /** The guard of the same object: {@code vdev->req_trigger} needs {@code vdev->igate}. */
  private static Lock lock(Access access, Rule.Guarded guarded, World world) {
    if (guarded.lock().root() == LockName.Root.ANY_OF_STRUCT) return new Lock("?." + guarded.lock().path(), guarded.lock().type(), guarded.lock().text());
    if (guarded.lock().root() == LockName.Root.GLOBAL) return new Lock(guarded.lock().path(), guarded.lock().path(), guarded.lock().path());
    AccessPath object = access.object();
    String base = world.canonical(object);
    if (base.startsWith("&")) base = base.substring(1);
    if (object.steps().size() >= access.path().steps().size()) { // *p, and p is known to point to the member
      int dot = base.lastIndexOf('.' + access.member());
      if (dot > 0) base = base.substring(0, dot);
      return new Lock(base + "." + guarded.lock().path(), guarded.lock().type(), base.replace(".", "->") + "->" + guarded.lock().path().replace(".", "->"));
    }
    String separator = access.path().steps().get(object.steps().size()).startsWith("->") ? "->" : ".";
    return new Lock(base + "." + guarded.lock().path(), guarded.lock().type(), object + separator + guarded.lock().path().replace(".", "->"));
  }

  private static void put(Map<String, Finding> found, Finding finding) {
    String key = finding.rule() + " " + finding.lock() + " " + finding.subject() + " " + finding.kind() + " " + finding.at().line();
    Finding known = found.get(key);
    if (known == null || finding.confidence().compareTo(known.confidence()) < 0) found.put(key, finding);
  }

  private Finding finding(Facts facts, Access access, Rule.Guarded guarded, Lock lock, Confidence confidence, String assumption) {
    List<String> held = facts.heldAt(access.moment().worlds());
    String subject = access.path().toString();
    String act = switch (access.kind()) {
      case WRITE -> access.by().isEmpty() ? "Does this store to " + subject : "Does " + access.by() + "() on " + subject;
      case FREE -> "Does " + access.by() + "() of " + subject;
      case READ -> "Does this use of " + subject;
      case ADDRESS -> "Does handing on &" + subject;
    };
    String message = act + " need " + lock.text() + "?";
    List<Witness> evidence = new ArrayList<>(facts.takings(access.moment().worlds()));
    evidence.add(new Witness(facts.place(access.at()), subject + " is touched here"));
    if (!guarded.id().isEmpty()) evidence.add(new Witness(guarded.at(), "rule " + guarded.id() + ": " + guarded.sentence()
        + (guarded.reason().isEmpty() ? "" : ". " + guarded.reason())));
    Inference.Guess others = facts.inference().users(facts, access, lock);
    if (others != null) users(facts, others, evidence);
    return new Finding(id(), guarded.id(), facts.place(access.at()), facts.name(), lock.text(), subject, access.kind().name().toLowerCase(java.util.Locale.ROOT), held, confidence, assumption,
        message, evidence);
  }
}
