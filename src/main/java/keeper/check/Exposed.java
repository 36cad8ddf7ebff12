// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import keeper.c.Function;
import keeper.flow.Step;
import keeper.lock.Held;
import keeper.lock.Holding;
import keeper.lock.Lock;
import keeper.lock.Moment;
import keeper.lock.Summary;
import keeper.lock.Unit;
import keeper.lock.World;
import keeper.rule.LockApi;
import keeper.rule.Rule;
import keeper.text.Span;

/**
 * What a change left in place and took out from under a lock: the function held it for a store, a list operation or a call, and now holds nothing in its place.
 *
 * <p>Silent where the lock went somewhere else (to a caller, a callee, another file of the patch), where another one came for it, where the lock is done away with in the whole file, and where
 * holding it was the mistake: the code below it sleeps, takes it again or waits for who takes it.
 */
final class Exposed {
  private static final int CALL = 1;
  private static final int TOUCH = 2;

  /** Something that is done, told by its text, so that it can be found again on the other side. */
  private record Deed(String key, int weight, String word, String type, String object, String subject, Moment moment, Span at) {}

  /** A lock that a function takes. */
  private record Taken(Held held, String key, int sites) {}

  private final Facts before;
  private final Facts after;

  Exposed(Facts before, Facts after) {
    this.before = before;
    this.after = after;
  }

  /**
   * One finding a function and lock.
   *
   * @param said what other checks have to say of the text after: one question about a lock is enough
   */
  List<Finding> findings(List<Finding> said) {
    List<Finding> found = new ArrayList<>();
    for (Function now : after.unit().functions()) {
      Optional<Function> then = before.unit().function(now.name());
      if (then.isEmpty() || before.text().text(then.get().body()).equals(after.text().text(now.body()))) continue;
      Facts old = before.of(then.get());
      Facts fresh = after.of(now);
      if (old.held().exhausted() || fresh.held().exhausted()) continue;
      Map<String, Taken> was = taken(old);
      if (was.isEmpty()) continue;
      Map<String, Taken> is = taken(fresh);
      for (Taken lock : was.values()) {
        Finding finding = finding(old, fresh, lock, was, is, said);
        if (finding == null) finding = shared(old, fresh, lock, said);
        if (finding != null) found.add(finding);
      }
    }
    return found;
  }

  private Finding finding(Facts old, Facts fresh, Taken lock, Map<String, Taken> was, Map<String, Taken> is, List<Finding> said) {
    Taken still = is.get(lock.key());
    if (still != null && still.sites() >= lock.sites()) return null;
    for (Taken other : is.values()) if (!was.containsKey(other.key()) || was.get(other.key()).sites() < other.sites()) return null; // another one came for it
    boolean section = lock.held().kind().equals("rcu") || lock.held().kind().equals("srcu");
    String check = section ? "rcu-misuse" : "unguarded-access";
    for (Finding other : said) if (other.function().equals(fresh.name()) && other.confidence() != Confidence.POSSIBLE && (Lock.member(other.lock()).equals(Lock.member(lock.held().lock().text())) || other.check().equals(check))) return null;
    if (section && sections(after.unit()) >= sections(before.unit())) return null; // it stands elsewhere now
    if (!section && (doneAway(lock) || Weighing.movedElsewhere(before.unit(), after.unit(), fresh.name(), Lock.member(lock.held().lock().text())))) return null;
    Map<String, List<Deed>> then = deeds(old);
    Map<String, List<Deed>> now = deeds(fresh);
    Deed first = null;
    Witness witness = null;
    int weight = 0;
    for (Map.Entry<String, List<Deed>> entry : then.entrySet()) {
      boolean all = true;
      for (Deed deed : entry.getValue()) if (!holds(deed.moment(), lock)) all = false;
      if (!all) continue;
      if (wasMistaken(old, entry.getValue().get(0), lock)) return null;
      List<Deed> left = now.get(entry.getKey());
      if (left == null) continue;
      for (Deed deed : left) {
        if (!bare(old, fresh, entry.getValue().get(0), deed, lock)) continue;
        if (first != null && deed.weight() <= weight) continue;
        Evidence other = section ? null : others(fresh, deed, lock);
        if (section ? !readsUnderRcu(deed) : other.witness() == null && !(other.without() == 0 && sameObject(deed, lock) && takenElsewhere(fresh, lock))) continue;
        first = deed;
        witness = other == null ? null : other.witness();
        weight = deed.weight();
      }
    }
    if (first == null || heldByCallers(fresh, lock) || handedOver(fresh) || !first.key().startsWith(Rule.Access.WRITE + " ") && marked(old, fresh, lock)) return null;
    return told(fresh, lock, first, witness, check);
  }

  /**
   * What other functions of the file do.
   *
   * @param witness one that does the same with the lock held; null when there is none, or when more do it without
   * @param without how many do it without
   */
  private record Evidence(Witness witness, int without) {}

  private Evidence others(Facts fresh, Deed deed, Taken lock) {
    Witness witness = null;
    int with = 0;
    int without = 0;
    for (Function function : after.unit().functionsWith(deed.word())) {
      if (function.name().equals(fresh.name())) continue;
      Facts facts = after.of(function);
      if (facts.held().exhausted()) continue;
      for (Moment moment : deed.weight() == TOUCH ? touches(facts, deed) : calls(facts, deed.word())) {
        if (holds(moment, lock)) {
          if (with++ == 0) witness = new Witness(facts.place(moment.step().at()), function.name() + "() holds " + lock.held().lock().text() + " for the same");
        } else if (!Inference.initialises(function.name())) {
          without++;
        }
      }
    }
    return new Evidence(with >= without ? witness : null, without);
  }

  /** {@code x->lock} round a store to {@code x->field}: the lock of the object that is touched. */
  private static boolean sameObject(Deed deed, Taken lock) {
    if (deed.weight() != TOUCH || lock.held().kind().equals("opaque") || lock.held().lock().isGlobal()) return false;
    String path = lock.held().lock().path();
    int dot = path.lastIndexOf('.');
    return dot > 0 && deed.object().equals(path.substring(0, dot)) || deed.type().substring(0, Math.max(0, deed.type().indexOf('.'))).equals(lock.key().substring(0, Math.max(0, lock.key().indexOf('.'))));
  }

  private boolean takenElsewhere(Facts fresh, Taken lock) {
    for (Function function : after.unit().functionsWith(lock.held().lock().member()))
      if (!function.name().equals(fresh.name()) && taken(after.of(function)).containsKey(lock.key())) return true;
    return false;
  }

  private static List<Moment> touches(Facts facts, Deed deed) {
    List<Moment> moments = new ArrayList<>();
    for (Access access : facts.accesses())
      if (access.kind() != Rule.Access.ADDRESS && access.type().equals(deed.type()) && !own(facts, access) && !facts.intendedUnlocked(access.at())) moments.add(access.moment());
    return moments;
  }

  private static List<Moment> calls(Facts facts, String callee) {
    List<Moment> moments = new ArrayList<>();
    for (Moment moment : facts.moments()) if (moment.step() instanceof Step.Call call && call.callee().equals(callee)) moments.add(moment);
    return moments;
  }

  /** What was plainly touched under the lock is touched without it now, and marked so: {@code READ_ONCE(x->ready)}. To do without the lock is what the change is about. It excuses no store. */
  private static boolean marked(Facts old, Facts fresh, Taken lock) {
    for (Access access : fresh.accesses()) {
      if (access.type().startsWith("?") || !fresh.intendedUnlocked(access.at()) || holds(access.moment(), lock)) continue;
      boolean plain = false;
      for (Access then : old.accesses())
        if (then.type().equals(access.type()) && then.path().toString().equals(access.path().toString()) && !old.intendedUnlocked(then.at()) && holds(then.moment(), lock)) plain = true;
      if (plain) return true;
    }
    return false;
  }

  /** Its name is handed to something that calls it with a lock held: {@code kref_put_mutex(&x->ref, release, &lock)}. */
  private static boolean handedOver(Facts fresh) {
    for (Unit.Reference reference : fresh.unit().references(fresh.name())) if (reference.context().contains("_lock(") || reference.context().contains("_mutex(") || reference.context().contains("_locked(")) return true;
    return false;
  }

  /** A store for which the lock was held alone, and is held for reading now. */
  private Finding shared(Facts old, Facts fresh, Taken lock, List<Finding> said) {
    if (lock.held().mode() != LockApi.Mode.WRITE) return null;
    for (Finding other : said) if (other.function().equals(fresh.name()) && other.confidence() != Confidence.POSSIBLE && Lock.member(other.lock()).equals(Lock.member(lock.held().lock().text()))) return null;
    Map<String, List<Deed>> now = deeds(fresh);
    for (Map.Entry<String, List<Deed>> entry : deeds(old).entrySet())
      for (Deed then : entry.getValue()) {
        if (then.weight() != TOUCH || mode(then.moment(), lock) != LockApi.Mode.WRITE) continue;
        for (Deed deed : now.getOrDefault(entry.getKey(), List.of())) {
          if (mode(deed.moment(), lock) != LockApi.Mode.READ || others(fresh, deed, lock).without() > 0) continue;
          String name = lock.held().lock().text();
          String message = "Is it enough to hold " + name + " for reading here? Before this change " + fresh.name() + "() held it for writing round " + deed.subject() + ", by " + lock.held().by()
              + "(); others may do the same at the same time now.";
          List<Witness> evidence = new ArrayList<>(fresh.takings(deed.moment().worlds()));
          evidence.add(new Witness(fresh.place(deed.at()), "before this change " + name + " was held for writing here"));
          return new Finding("wrong-mode", "", fresh.place(deed.at()), fresh.name(), name, deed.subject(), "shared", fresh.heldAt(deed.moment().worlds()), Confidence.LIKELY,
              "assuming that no other lock keeps the writers apart", message, evidence);
        }
      }
    return null;
  }

  /** How the lock is held in all worlds; null when it is not, or differently. */
  private static LockApi.Mode mode(Moment moment, Taken lock) {
    LockApi.Mode mode = null;
    for (World world : moment.worlds()) {
      LockApi.Mode here = null;
      for (Held held : world.held()) if (key(held).equals(lock.key()) && held.isSure()) here = held.mode();
      if (here == null || mode != null && mode != here) return null;
      mode = here;
    }
    return mode;
  }

  private Finding told(Facts fresh, Taken lock, Deed deed, Witness witness, String check) {
    String name = lock.held().lock().text();
    String assumption = "assuming that no caller of " + fresh.name() + "() holds " + name + " now";
    List<String> held = fresh.heldAt(deed.moment().worlds());
    String message = "Does " + deed.subject() + " no longer need " + name + " here? Before this change " + fresh.name() + "() took it for this, by " + lock.held().by() + "(); held here now: "
        + (held.isEmpty() ? "nothing that is visible" : String.join(", ", held)) + ".";
    List<Witness> evidence = new ArrayList<>(fresh.takings(deed.moment().worlds()));
    evidence.add(new Witness(fresh.place(deed.at()), "before this change " + name + " was held here, by " + lock.held().by() + "()"));
    if (witness != null) evidence.add(witness);
    return new Finding(check, "", fresh.place(deed.at()), fresh.name(), name, deed.subject(), "exposed", held, Confidence.LIKELY, assumption, message, evidence);
  }

  // What is taken

  private static Map<String, Taken> taken(Facts facts) {
    Map<String, Taken> found = new LinkedHashMap<>();
    Map<String, List<Span>> sites = new TreeMap<>();
    for (Moment moment : facts.moments())
      for (World world : moment.worlds())
        for (Held held : world.held()) {
          if (held.origin() == Held.Origin.ASSERTED || state(held.kind())) continue;
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

  private static boolean holds(Moment moment, Taken lock) {
    for (World world : moment.worlds()) {
      boolean here = false;
      for (Held held : world.held()) if (key(held).equals(lock.key()) && held.origin() != Held.Origin.ASSERTED && (held.isSure() || held.kind().equals("opaque"))) here = true;
      if (!here) return false;
    }
    return true;
  }

  /** Nothing is held at the deed now that was not held before, and the lock is not, as far as can be seen. */
  private static boolean bare(Facts old, Facts fresh, Deed then, Deed now, Taken lock) {
    for (World world : now.moment().worlds()) {
      if (world.unseen()) return false;
      for (Held held : world.held()) {
        if (key(held).equals(lock.key()) || Lock.member(held.lock().text()).equals(Lock.member(lock.held().lock().text()))) return false;
        boolean before = false;
        for (World other : then.moment().worlds()) for (Held h : other.held()) if (key(h).equals(key(held))) before = true;
        if (!before) return false;
      }
    }
    return true;
  }

  /** All callers in this file hold it now, or the function says that it is held. */
  private static boolean heldByCallers(Facts fresh, Taken lock) {
    Held held = lock.held();
    if (!fresh.unit().sitesWith(fresh.function(), held.lock(), Holding.HELD).isEmpty()) return true;
    for (Unit.Site site : fresh.unit().sites(fresh.name())) if (holds(site.moment(), lock)) return true;
    return false;
  }

  private static int sections(Unit unit) {
    return unit.occurrences("rcu_read_lock") + unit.occurrences("rcu_read_lock_bh") + unit.occurrences("srcu_read_lock") + unit.occurrences("rcu") + unit.occurrences("srcu");
  }

  /** No function of the file takes it any more, though others than this one did. */
  private boolean doneAway(Taken lock) {
    String member = Lock.member(lock.held().lock().text()).replace("()", "");
    return before.unit().mentionsWord(member) && !after.unit().mentionsWord(member);
  }

  /** Holding the lock here was the mistake: this sleeps under a spinlock, takes it again, or waits. */
  private static boolean wasMistaken(Facts old, Deed deed, Taken lock) {
    if (!(deed.moment().step() instanceof Step.Call call)) return false;
    World world = deed.moment().worlds().get(0);
    if (lock.held().atomic() && !old.unit().sleepsOf(call, old.held(), world).isEmpty()) return true;
    if (waits(call.callee())) return true;
    Optional<Summary> summary = old.unit().summary(call.callee());
    if (summary.isPresent())
      for (Summary.Need need : summary.get().taken()) if (need.lock().member().equals(lock.held().lock().member())) return true;
    return false;
  }

  private static boolean waits(String callee) {
    return callee.endsWith("_sync") || callee.startsWith("flush_") || callee.startsWith("synchronize_") || callee.startsWith("wait_for_completion") || callee.startsWith("wait_event")
        || callee.startsWith("free_irq") || callee.startsWith("disable_irq") || callee.startsWith("kthread_stop") || callee.startsWith("destroy_workqueue") || callee.startsWith("drain_");
  }

  // What is done

  private static Map<String, List<Deed>> deeds(Facts facts) {
    Map<String, List<Deed>> deeds = new LinkedHashMap<>();
    for (Access access : facts.accesses()) {
      boolean walks = access.kind() == Rule.Access.READ && access.by().contains("for_each") && !access.by().contains("_rcu");
      if (access.kind() != Rule.Access.WRITE && access.kind() != Rule.Access.FREE && !walks || facts.intendedUnlocked(access.at()) || own(facts, access) || access.type().startsWith("?")) continue;
      String subject = access.by().isEmpty() ? "this store to " + access.path() : access.by() + "() on " + access.path();
      add(deeds, new Deed(access.kind() + " " + access.by() + " " + access.path(), TOUCH, access.member(), access.type(), access.moment().worlds().get(0).canonical(access.object()), subject, access.moment(), access.at()));
    }
    for (Moment moment : facts.moments()) {
      if (!(moment.step() instanceof Step.Call call) || call.callee().isEmpty() || trivial(facts, call)) continue;
      add(deeds, new Deed("call " + facts.held().text(call.at()), CALL, call.callee(), "", "", call.callee() + "()", moment, call.at()));
    }
    return deeds;
  }

  private static void add(Map<String, List<Deed>> deeds, Deed deed) {
    deeds.computeIfAbsent(deed.key(), key -> new ArrayList<>()).add(deed);
  }

  /** Nobody else knows the object: it was made here, or stands on the stack. */
  private static boolean own(Facts facts, Access access) {
    for (World world : access.moment().worlds()) if (UnguardedAccess.fresh(facts, access, world)) return true;
    return false;
  }

  /** It says something, or computes something, or is itself about locks. */
  private static boolean trivial(Facts facts, Step.Call call) {
    String name = call.callee();
    if (facts.kernel().lock(name).isPresent() || name.contains("lock")) return true;
    if (call.arguments().isEmpty() || name.startsWith("__builtin") || name.contains("for_each") || Character.isUpperCase(name.charAt(0))) return true;
    for (String word : List.of("pr_", "dev_", "netdev_", "trace_", "WARN", "print", "dbg", "debug", "atomic", "refcount", "likely", "unlikely", "IS_ERR", "PTR_ERR", "min", "max", "cpu_to", "READ_ONCE",
        "WRITE_ONCE", "INIT_", "init_", "wake_up", "complete", "schedule_", "queue_", "kmalloc", "kzalloc", "kcalloc", "msleep", "usleep", "udelay", "ndelay", "mdelay", "clk_", "time_", "memset", "sizeof", "snd_BUG"))
      if (name.startsWith(word)) return true;
    if (name.matches(".*(read|write|get|set)[bwlq]?(_relaxed)?")) return true; // of a register, or of a bit
    return name.contains("_dbg") || name.contains("_debug") || name.contains("_err") || name.contains("_warn") || name.contains("_info") || name.contains("alloc") || facts.kernel().transparent(name);
  }

  /** What only makes sense in a read-side section. */
  private static boolean readsUnderRcu(Deed deed) {
    if (!(deed.moment().step() instanceof Step.Call call)) return false;
    String name = call.callee();
    if (name.startsWith("rcu_dereference") && !name.contains("protected") || name.contains("_entry_rcu") || name.endsWith("_rcu") && !name.startsWith("kfree")) return true;
    if (name.startsWith("srcu_dereference")) return true;
    return name.contains("lookup") || name.contains("_find") || name.startsWith("find_") || name.contains("get_by");
  }
}
