// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import keeper.flow.Step;
import keeper.lock.Moment;
import keeper.lock.World;
import keeper.rule.Rule;
import keeper.text.Span;

/**
 * Something that a function does which may need a lock: a store, an operation on a list, a call. Told by its text, so that it can be found again on the other side of a change.
 *
 * @param key its text
 * @param type struct and member of what is touched; empty for a call
 * @param object whose member it is, as the walk knows it
 * @param word the member, or the callee
 * @param subject for people
 */
record Deed(String key, Kind kind, String word, String type, String object, String subject, Moment moment, Span at) {
  /** A store says more about a lock than a call, and a call more than a look. */
  enum Kind { LOOK, CALL, TOUCH }

  /** What a function does, by its text, in its order. */
  static Map<String, List<Deed>> of(Facts facts) {
    Map<String, List<Deed>> deeds = new LinkedHashMap<>();
    for (Access access : facts.accesses()) of(facts, access).ifPresent(deed -> add(deeds, deed));
    for (Moment moment : facts.moments()) {
      if (!(moment.step() instanceof Step.Call call)) continue;
      String callee = call.callee().isEmpty() ? call.through().map(path -> path.member()).orElse("") : call.callee();
      if (callee.isEmpty() || trivial(facts, callee, call)) continue;
      String type = call.callee().isEmpty() ? facts.unit().types().memberType(call.through().get(), facts.held().graph()) : "";
      if (!type.startsWith("?")) add(deeds, new Deed("call " + facts.held().text(call.at()), Kind.CALL, callee, type, "", callee + "()", moment, call.at()));
    }
    return deeds;
  }

  /** A touch or a look of something that others may know; an address that is taken, and what says of itself that it needs no lock, is none. */
  static java.util.Optional<Deed> of(Facts facts, Access access) {
    if (access.kind() == Rule.Access.ADDRESS || facts.intendedUnlocked(access.at()) || own(facts, access) || access.type().startsWith("?")) return java.util.Optional.empty();
    boolean walks = access.kind() == Rule.Access.READ && access.by().contains("for_each") && !access.by().contains("_rcu");
    Kind kind = access.kind() == Rule.Access.READ && !walks ? Kind.LOOK : Kind.TOUCH;
    String subject = !access.by().isEmpty() ? access.by() + "() on " + access.path() : (kind == Kind.LOOK ? "this look at " : "this store to ") + access.path();
    return java.util.Optional.of(new Deed(access.kind() + " " + access.by() + " " + access.path(), kind, access.member(), access.type(), access.moment().worlds().get(0).canonical(access.object()), subject,
        access.moment(), access.at()));
  }

  private static void add(Map<String, List<Deed>> deeds, Deed deed) {
    deeds.computeIfAbsent(deed.key(), key -> new ArrayList<>()).add(deed);
  }

  /** Nobody else knows the object: it was made here, or stands on the stack. */
  static boolean own(Facts facts, Access access) {
    for (World world : access.moment().worlds()) if (UnguardedAccess.fresh(facts, access, world)) return true;
    return false;
  }

  /** It says something, or computes something, or is itself about locks. */
  private static boolean trivial(Facts facts, String name, Step.Call call) {
    if (facts.kernel().lock(name).isPresent() || name.contains("lock") && facts.unit().function(name).isEmpty()) return true;
    if (call.arguments().isEmpty() || name.startsWith("__builtin") || name.contains("for_each") || Character.isUpperCase(name.charAt(0))) return true;
    for (String word : List.of("pr_", "dev_", "netdev_", "trace_", "WARN", "print", "dbg", "debug", "atomic", "refcount", "likely", "unlikely", "IS_ERR", "PTR_ERR", "min", "max", "cpu_to", "READ_ONCE",
        "WRITE_ONCE", "INIT_", "init_", "wake_up", "complete", "schedule_", "queue_", "kmalloc", "kzalloc", "kcalloc", "msleep", "usleep", "udelay", "ndelay", "mdelay", "clk_", "time_", "memset", "sizeof", "snd_BUG", "kref_",
        "put_", "test_", "is_"))
      if (name.startsWith(word)) return true;
    if (name.matches(".*(read|write|get|set)[bwlq]?(_relaxed)?")) return true; // of a register, or of a bit
    return name.contains("_dbg") || name.contains("_debug") || name.contains("_err") || name.contains("_warn") || name.contains("_info") || name.contains("alloc") || name.endsWith("_put") || facts.kernel().transparent(name);
  }

  /** What only makes sense in a read-side section. */
  boolean readsUnderRcu() {
    if (!(moment.step() instanceof Step.Call call)) return false;
    String name = call.callee();
    if (name.startsWith("rcu_dereference") && !name.contains("protected") || name.contains("_entry_rcu") || name.endsWith("_rcu") && !name.startsWith("kfree")) return true;
    if (name.startsWith("srcu_dereference")) return true;
    return name.contains("lookup") || name.contains("_find") || name.startsWith("find_") || name.matches(".*_get(_\\w+)?_by_\\w+");
  }

  /** Another call of the same function, or through the same pointer. */
  boolean isCall(Facts facts, Step.Call call) {
    if (type.isEmpty()) return call.callee().equals(word);
    return call.callee().isEmpty() && call.through().isPresent() && facts.unit().types().memberType(call.through().get(), facts.held().graph()).equals(type);
  }

  /** It changes what it touches. */
  boolean stores() {
    return key.startsWith(Rule.Access.WRITE + " ");
  }
}
