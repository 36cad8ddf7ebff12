// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lock;

import java.util.List;
import java.util.Optional;
import keeper.c.Expression;
import keeper.c.ScopeClass;
import keeper.flow.AccessPath;
import keeper.rule.LockApi;

/** Reads which lock a scope class of the tree takes: {@code DEFINE_GUARD(mvm, struct iwl_mvm *, mutex_lock(&_T->mutex), …)}. */
final class Guards {
  private static final String OBJECT = "_T";

  private Guards() {}

  /**
   * The class as a row of the lock table would say it; empty for one that takes no lock, or more than one.
   *
   * @param base the class that it adds a condition to; itself without one
   */
  static Optional<LockApi.Entry> entry(ScopeClass scope, ScopeClass base, Unit unit) {
    if (base.enter().isEmpty() || base.macro().equals("DEFINE_CLASS")) return Optional.empty();
    Expression.Call call = call(base.enter().get());
    if (call == null || call.name().isEmpty()) return Optional.empty();
    boolean plain = base.macro().startsWith("DEFINE_LOCK_GUARD_1"); // there the object is _T->lock
    boolean none = base.macro().equals("DEFINE_LOCK_GUARD_0");
    Optional<LockApi.Entry> entry = unit.kernel().lock(call.name().get());
    if (entry.isPresent()) return byTable(scope.name(), call, entry.get(), plain, none);
    return unit.summary(call.name().get()).flatMap(summary -> bySummary(scope.name(), call, summary, plain, unit));
  }

  /** The one call: {@code f(x)}, also in {@code ({ … })} or cast. */
  private static Expression.Call call(Expression expression) {
    if (expression instanceof Expression.Call call) return call;
    if (expression instanceof Expression.Cast cast) return call(cast.operand());
    return null;
  }

  private static Optional<LockApi.Entry> byTable(String name, Expression.Call call, LockApi.Entry entry, boolean plain, boolean none) {
    switch (entry.effect()) {
      case ACQUIRE, ACQUIRE_MAY_FAIL, TRY_ACQUIRE:
        break;
      default:
        return Optional.empty();
    }
    if (entry.argument() < 0 || none && call.arguments().isEmpty()) return Optional.of(row(name, entry.kind(), entry.mode(), LockApi.Entry.NONE, entry.lock(), entry.global(), entry));
    if (entry.argument() >= call.arguments().size()) return Optional.empty();
    AccessPath path = Unit.path(call.arguments().get(entry.argument()));
    if (path == null) return Optional.empty();
    if (!path.root().equals(OBJECT)) return Optional.of(row(name, entry.kind(), entry.mode(), LockApi.Entry.NONE, "global " + path, path.toString(), entry));
    String members = members(path, plain);
    if (members == null) return Optional.empty();
    String lock = members.isEmpty() ? entry.lock() : entry.lock().startsWith("->") ? members + entry.lock() : members;
    return Optional.of(row(name, entry.kind(), entry.mode(), 0, lock, "", entry));
  }

  /** {@code ->mutex} of {@code _T->mutex}; null when the path is not of the object. */
  private static String members(AccessPath path, boolean plain) {
    StringBuilder members = new StringBuilder();
    List<String> steps = path.steps();
    int first = 0;
    if (plain) {
      if (steps.isEmpty() || !steps.get(0).equals("->lock")) return null;
      first = 1;
    }
    for (int i = first; i < steps.size(); i++) {
      String step = steps.get(i);
      if (step.startsWith("->")) members.append(step);
      else if (step.startsWith(".")) members.append("->").append(step.substring(1));
      else return null;
    }
    return members.toString();
  }

  private static Optional<LockApi.Entry> bySummary(String name, Expression.Call call, Summary summary, boolean plain, Unit unit) {
    Held taken = null;
    for (Summary.Outcome outcome : summary.outcomes())
      for (Held held : outcome.acquired()) {
        if (Walk.pseudo(held.kind())) continue;
        if (taken != null && !taken.lock().path().equals(held.lock().path())) return Optional.empty();
        taken = held;
      }
    if (taken == null) return Optional.empty();
    LockApi.Entry by = unit.acquiring(taken);
    String root = taken.lock().root();
    int index = summary.parameters().indexOf(root);
    if (index < 0) return root.startsWith("(") ? Optional.empty() : Optional.of(row(name, taken.kind(), taken.mode(), LockApi.Entry.NONE, "global " + taken.lock().path(), taken.lock().path(), by));
    if (index >= call.arguments().size()) return Optional.empty();
    AccessPath path = Unit.path(call.arguments().get(index));
    String members = path == null || !path.root().equals(OBJECT) ? null : members(path, plain);
    String rest = taken.lock().path().substring(root.length());
    if (members == null || rest.indexOf('[') >= 0) return Optional.empty();
    if (rest.endsWith("*")) rest = rest.substring(0, rest.length() - 1);
    return Optional.of(row(name, taken.kind(), taken.mode(), 0, members + rest.replace(".", "->"), "", by));
  }

  private static LockApi.Entry row(String name, String kind, LockApi.Mode mode, int argument, String lock, String global, LockApi.Entry by) {
    return new LockApi.Entry(name, kind, LockApi.Effect.SCOPED_GUARD_CLASS, mode, argument, false, lock, global, LockApi.Returns.ALWAYS, by != null && by.irqOff(), by != null && by.bhOff(),
        by != null && by.preemptOff(), false, false, LockApi.Entry.NONE, by != null && by.sleeps(), "defined in the tree");
  }
}
