// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import keeper.flow.Assumption;
import keeper.flow.Assumption.Relation;
import keeper.flow.Block;
import keeper.flow.Edge;
import keeper.flow.Step;
import keeper.flow.Value;
import keeper.lock.Act;
import keeper.lock.Exit;
import keeper.lock.Held;
import keeper.lock.Lock;
import keeper.lock.Moment;
import keeper.lock.World;
import keeper.rule.LockApi;
import keeper.text.Span;

/**
 * A lock that may not be taken is treated as if it were: the result of a trylock or of an interruptible lock is not looked at, is looked at
 * the wrong way round, or is compared with what it never is.
 *
 * <p>Only for functions of the lock table; a wrapper's result may mean anything.
 */
final class CondLockMisuse implements Check {
  @Override
  public String id() {
    return "cond-lock-misuse";
  }

  @Override
  public void findings(Facts facts, List<Finding> findings) {
    Set<Integer> used = null;
    for (Moment moment : facts.moments()) {
      if (!(moment.step() instanceof Step.Call call)) continue;
      Act act = conditional(facts, call, moment.worlds().get(0));
      if (act == null) continue;
      if (used == null) used = used(facts);
      if (!used.contains(call.id()) && standsAlone(facts, call.at())) ignored(facts, moment, call, act, findings);
      else if (inverted(facts, call, act) || leavesAtOnce(facts, call, act)) findings.add(finding(facts, moment, call, act, "inverted", call.callee() + "() is not released where it succeeded, and the code goes on where it failed. Is the test of its result the wrong way round?"));
      else impossible(facts, moment, call, act, findings);
    }
  }

  /** What a call of the table does when it may fail to take its lock, or null. */
  private static Act conditional(Facts facts, Step.Call call, World world) {
    LockApi.Entry entry = facts.kernel().lock(call.callee()).orElse(null);
    if (entry == null || entry.effect() != LockApi.Effect.TRY_ACQUIRE && entry.effect() != LockApi.Effect.ACQUIRE_MAY_FAIL) return null;
    for (Act act : facts.held().acts(call, world)) if (act.kind() == Act.Kind.ACQUIRE && act.isConditional()) return act;
    return null;
  }

  /** The calls whose results go somewhere. */
  private static Set<Integer> used(Facts facts) {
    Set<Integer> used = new HashSet<>();
    for (Block block : facts.held().graph().blocks()) {
      for (Step step : block.steps()) {
        if (step instanceof Step.Write w) add(w.value(), used);
        if (step instanceof Step.Return r && r.value().isPresent()) add(r.value().get(), used);
        if (step instanceof Step.Call c) for (Value argument : c.arguments()) add(argument, used);
      }
      for (Edge edge : block.edges()) {
        add(edge.assumption().value(), used);
        add(edge.assumption().against(), used);
      }
    }
    return used;
  }

  private static void add(Value value, Set<Integer> used) {
    if (value instanceof Value.Result r) used.add(r.call());
  }

  /** Whether the call is a statement of its own; {@code (void)} before it says that its author knows. */
  private static boolean standsAlone(Facts facts, Span call) {
    byte[] bytes = facts.text().bytes();
    int after = call.end();
    while (after < bytes.length && bytes[after] <= ' ') after++;
    if (after >= bytes.length || bytes[after] != ';') return false;
    int before = call.start() - 1;
    while (before >= 0 && bytes[before] <= ' ') before--;
    if (before < 0) return false;
    return bytes[before] == ';' || bytes[before] == '{' || bytes[before] == '}' || bytes[before] == '/';
  }

  private void ignored(Facts facts, Moment moment, Step.Call call, Act act, List<Finding> findings) {
    if (call.callee().startsWith("ww_") || call.callee().equals("dma_resv_lock")) return; // without a context, or as the first of one, it cannot fail
    Span release = releasedAt(facts, act.lock());
    if (release == null) { // nothing that is shown counts on the lock
      if (!facts.unit().hasGaps() || !MissingUnlock.strict(act.family())) return;
      String assumption = "assuming that the lines not shown release it";
      findings.add(new Finding(id(), "", facts.place(call.at()), facts.name(), act.lock().text(), call.callee(), "ignored", facts.heldAt(moment.worlds()), Confidence.LIKELY, assumption,
          call.callee() + "() may fail, and its result is not looked at. Is " + act.lock().text() + " held in what follows (" + assumption + ")?", List.of(new Witness(facts.place(call.at()), "this takes " + act.lock().text() + ", or fails"))));
      return;
    }
    Finding found = finding(facts, moment, call, act, "ignored", call.callee() + "() may fail, and its result is not looked at. Is " + act.lock().text() + " held in what follows?");
    List<Witness> evidence = new ArrayList<>(found.evidence());
    evidence.add(new Witness(facts.place(release), act.lock().text() + " is released here, taken or not"));
    findings.add(new Finding(found.check(), "", found.at(), found.function(), found.lock(), found.subject(), found.kind(), found.held(), found.confidence(), "", found.message(), evidence));
  }

  private static Span releasedAt(Facts facts, Lock lock) {
    for (Moment moment : facts.moments()) {
      if (!(moment.step() instanceof Step.Call)) continue;
      for (World world : moment.worlds())
        for (Act act : facts.held().acts(moment.step(), world))
          if (act.kind() == Act.Kind.RELEASE && act.lock().path().equals(lock.path())) return moment.step().at();
    }
    return null;
  }

  /** Where it succeeded the lock leaves the function, and the only releases are where it failed. */
  private static boolean inverted(Facts facts, Step.Call call, Act act) {
    String path = act.lock().path();
    boolean kept = false;
    for (Exit exit : facts.held().exits()) {
      Held held = exit.world().find(path);
      if (held != null && held.isSure() && held.takenAt().equals(call.at())) kept = true;
    }
    if (!kept) return false;
    boolean whereFailed = false;
    for (Moment moment : facts.moments()) {
      if (!(moment.step() instanceof Step.Call)) continue;
      for (World world : moment.worlds())
        for (Act other : facts.held().acts(moment.step(), world)) {
          if (!other.lock().path().equals(path)) continue;
          if (other.kind() == Act.Kind.ACQUIRE && !moment.step().at().equals(call.at())) return false;
          if (other.kind() != Act.Kind.RELEASE) continue;
          Held held = world.find(path);
          if (held != null) return false;
          whereFailed |= world.isFree(path);
        }
    }
    return whereFailed;
  }

  /** By hunks: where it succeeded the function fails at once, with nothing done under the lock, and where it failed it goes on. */
  private static boolean leavesAtOnce(Facts facts, Step.Call call, Act act) {
    if (!facts.unit().hasGaps() || !MissingUnlock.strict(act.family())) return false;
    boolean left = false;
    for (Exit exit : facts.held().exits()) {
      Held held = exit.world().find(act.lock().path());
      if (held == null || !held.isSure() || !held.takenAt().equals(call.at())) continue;
      if (exit.sign() != 1 && exit.value().filter(value -> value.toString().equals("false") || value.toString().equals("NULL") || value.toString().equals("0")).isEmpty()) return false;
      left = true;
    }
    if (!left) return false;
    boolean goesOn = false;
    for (Moment moment : facts.moments())
      for (World world : moment.worlds()) {
        Held held = world.find(act.lock().path());
        boolean does = moment.step() instanceof Step.Call || moment.step() instanceof Step.Write;
        if (held != null && held.isSure() && held.takenAt().equals(call.at()) && does) return false;
        goesOn |= does && held == null && world.isFree(act.lock().path());
      }
    return goesOn;
  }

  /** {@code mutex_trylock(m) < 0}: it answers 0 or 1. */
  private void impossible(Facts facts, Moment moment, Step.Call call, Act act, List<Finding> findings) {
    boolean tries = act.entry().effect() == LockApi.Effect.TRY_ACQUIRE;
    Block block = facts.held().graph().blocks().get(moment.block());
    for (Edge edge : block.edges()) {
      Assumption assumption = edge.assumption();
      if (!isZero(assumption.against()) || !isResult(assumption.value(), call, block)) continue;
      boolean never = tries ? assumption.relation() == Relation.LT : assumption.relation() == Relation.GT;
      if (!never) continue;
      String answers = tries ? "answers 0 or 1, never less" : "answers 0 or an error, never more";
      findings.add(finding(facts, moment, call, act, "compared", call.callee() + "() " + answers + ". Can this test ever tell that " + act.lock().text() + " was not taken?"));
      return;
    }
  }

  private static boolean isZero(Value value) {
    return value instanceof Value.Constant c && c.text().equals("0");
  }

  /** The value is what the call returned, directly or through a variable that was written after it in this block. */
  private static boolean isResult(Value value, Step.Call call, Block block) {
    if (value instanceof Value.Result r) return r.call() == call.id();
    if (!(value instanceof Value.Stored s)) return false;
    boolean result = false;
    for (Step step : block.steps())
      if (step instanceof Step.Write w && w.path().equals(s.path())) result = w.value() instanceof Value.Result r && r.call() == call.id();
    return result;
  }

  private Finding finding(Facts facts, Moment moment, Step.Call call, Act act, String kind, String message) {
    return new Finding(id(), "", facts.place(call.at()), facts.name(), act.lock().text(), call.callee(), kind, facts.heldAt(moment.worlds()), Confidence.CERTAIN, "", message,
        List.of(new Witness(facts.place(call.at()), "this takes " + act.lock().text() + ", or fails")));
  }
}
