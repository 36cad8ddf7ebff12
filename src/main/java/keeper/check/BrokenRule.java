// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import keeper.flow.AccessPath;
import keeper.flow.Step;
import keeper.flow.Value;
import keeper.lock.Act;
import keeper.lock.Held;
import keeper.lock.Holding;
import keeper.lock.Lock;
import keeper.lock.Moment;
import keeper.lock.World;
import keeper.rule.Clause;
import keeper.rule.LockApi;
import keeper.rule.Rule;
import keeper.text.Span;

/**
 * Something is done while a condition that a written rule states for it does not hold; or a function that a rule keeps to process context is called in an atomic section.
 *
 * <p>A condition is asked once for each thing that a step does. Where an answer is not known the rule is silent, but for locks that only a caller could hold: of these it says what it assumes.
 */
final class BrokenRule implements Check {
  private enum Answer {
    YES,
    NO,
    /** No, unless a caller holds it. */
    CALLERS,
    UNKNOWN
  }

  /**
   * Something a step does.
   *
   * @param atom the word of the condition that it fits
   * @param objects the variables of the rule, each with the object it stands for here, as written
   */
  private record Event(Clause.Atom atom, Map<String, AccessPath> objects, Moment moment, Span at, String what) {}

  @Override
  public String id() {
    return "broken-rule";
  }

  @Override
  public void findings(Facts facts, List<Finding> findings) {
    Map<String, Finding> found = new LinkedHashMap<>();
    for (Rule rule : facts.rules()) {
      if (!(rule instanceof Rule.Condition condition) || Spoken.excepts(rule, facts)) continue;
      for (Clause.Atom atom : condition.when().atoms())
        if (atom.word().isEvent()) for (Event event : events(facts, condition, atom)) judge(facts, condition, event, found);
    }
    for (Moment moment : facts.moments()) if (moment.step() instanceof Step.Call call) context(facts, moment, call, found);
    findings.addAll(found.values());
  }

  /** A call of what runs in process context only. */
  private void context(Facts facts, Moment moment, Step.Call call, Map<String, Finding> found) {
    for (Rule.OfFunction rule : facts.unit().contracts(call.callee())) {
      if (!(rule instanceof Rule.RunsIn runs) || runs.contexts().size() != 1 || !runs.contexts().contains(Rule.Running.PROCESS) || Spoken.excepts(rule, facts)) continue;
      Held atomic = null;
      for (World world : moment.worlds()) {
        atomic = world.atomic();
        if (atomic == null || atomic.origin() == Held.Origin.ASSERTED || atomic.isImplied()) return;
      }
      String message = "May " + call.callee() + "() be called under " + atomic.lock().text() + "? By the rule " + rule.id() + " it runs in process context only.";
      put(facts, rule, moment, call.at(), atomic.lock().text(), call.callee(), "context", Confidence.CERTAIN, "", message, List.of(new Witness(facts.place(atomic.takenAt()), atomic.lock().text() + " is taken here")), found);
    }
  }

  private void judge(Facts facts, Rule.Condition rule, Event event, Map<String, Finding> found) {
    for (AccessPath object : event.objects().values()) if (Spoken.excepts(rule, facts, object, event.moment())) return;
    int broken = 0;
    int kept = 0;
    boolean callers = false;
    for (World world : event.moment().worlds()) {
      Answer when = answer(facts, rule.when(), event, world);
      if (when == Answer.NO) continue;
      if (when != Answer.YES) return;
      switch (answer(facts, rule.must(), event, world)) {
        case YES -> kept++;
        case NO -> broken++;
        case CALLERS -> {
          broken++;
          callers = true;
        }
        default -> {
          return;
        }
      }
    }
    if (broken == 0) return;
    Confidence confidence = callers || kept > 0 ? Confidence.LIKELY : Confidence.CERTAIN;
    String assumption = callers ? "no caller of " + facts.name() + "() sees to it" : kept > 0 ? "the way on which it does not hold can be gone" : "";
    String lock = "";
    for (Clause.Atom atom : rule.must().atoms()) if (lock.isEmpty() && atom.word() != Clause.Word.FRESH && !atom.terms().isEmpty()) lock = written(atom.terms().get(0), event);
    String message = "Is " + event.what() + " right here without " + said(rule.must(), event) + "? " + (rule.message().isEmpty() ? "The rule " + rule.id() + " asks for it." : rule.message() + (rule.message().endsWith(".") ? "" : "."));
    put(facts, rule, event.moment(), event.at(), lock, event.what(), event.atom().word().name().toLowerCase(java.util.Locale.ROOT), confidence, assumption, message, facts.takings(event.moment().worlds()), found);
  }

  private void put(Facts facts, Rule rule, Moment moment, Span at, String lock, String subject, String kind, Confidence confidence, String assumption, String message, List<Witness> before, Map<String, Finding> found) {
    List<Witness> evidence = new ArrayList<>(before);
    evidence.add(new Witness(facts.place(at), subject + (kind.equals("context") ? "() is called here" : " is here")));
    evidence.add(new Witness(rule.at(), "rule " + rule.id() + ": " + rule.says() + (rule.reason().isEmpty() ? "" : ". " + rule.reason())));
    found.putIfAbsent(rule.at() + " " + at.start() + " " + subject,
        new Finding(id(), rule.id(), facts.place(at), facts.name(), lock, subject, kind, facts.heldAt(moment.worlds()), Spoken.capped(rule, confidence), assumption, message, evidence));
  }

  private static String written(Clause.Term term, Event event) {
    AccessPath object = event.objects().get(term.variable());
    if (object == null) return term.struct().isEmpty() ? term.path() : term.struct() + "'s " + term.path();
    return term.path().isEmpty() ? object.toString() : object.plus("->" + term.path().replace(".", "->")).toString();
  }

  private static String said(Clause clause, Event event) {
    if (clause instanceof Clause.Both b) return said(b.left(), event) + " and " + said(b.right(), event);
    if (clause instanceof Clause.Either e) return said(e.left(), event) + " or " + said(e.right(), event);
    if (clause instanceof Clause.Not n) return "its being so that not " + said(n.part(), event);
    Clause.Atom atom = (Clause.Atom) clause;
    String first = atom.terms().isEmpty() ? "" : written(atom.terms().get(0), event);
    return switch (atom.word()) {
      case HELD, HELD_ANY -> first;
      case HELD_FOR_WRITE -> first + ", held for writing";
      case FRESH -> first + " being new";
      case ATOMIC -> "an atomic section";
      case RCU -> "rcu_read_lock()";
      case IRQS_OFF -> "interrupts off";
      case IN -> "being in " + first + "()";
      default -> atom.text();
    };
  }

  // ---- what happens ----

  private static List<Event> events(Facts facts, Rule.Condition rule, Clause.Atom atom) {
    List<Event> found = new ArrayList<>();
    switch (atom.word()) {
      case READS, WRITES, FREES, TOUCHES -> {
        for (Access access : facts.accesses()) {
          boolean kind = switch (access.kind()) {
            case READ -> atom.word() == Clause.Word.READS || atom.word() == Clause.Word.TOUCHES;
            case WRITE -> atom.word() == Clause.Word.WRITES || atom.word() == Clause.Word.TOUCHES;
            case FREE -> atom.word() == Clause.Word.FREES || atom.word() == Clause.Word.TOUCHES;
            case ADDRESS -> false;
          };
          Clause.Term term = atom.terms().get(0);
          if (!kind || !access.type().equals(term.struct() + "." + term.path()) || facts.intendedUnlocked(access.at())) continue;
          Map<String, AccessPath> objects = new HashMap<>();
          objects.put(term.variable(), access.object());
          found.add(new Event(atom, objects, access.moment(), access.at(), (access.by().isEmpty() ? "" : access.by() + "() of ") + access.path()));
        }
      }
      case CALLS -> {
        for (Moment moment : facts.moments()) if (moment.step() instanceof Step.Call call) called(rule, atom, moment, call, found);
      }
      case ACQUIRES, RELEASES -> {
        for (Moment moment : facts.moments()) acted(facts, atom, moment, found);
      }
      case SLEEPS -> {
        for (Moment moment : facts.moments())
          if (moment.step() instanceof Step.Call call && facts.unit().sleepsOf(call, facts.held(), moment.worlds().get(0)).stream().anyMatch(sleep -> sleep.gfp() < 0 && sleep.always()))
            found.add(new Event(atom, Map.of(), moment, call.at(), call.callee() + "()"));
      }
      default -> { } // no event
    }
    return found;
  }

  private static void called(Rule.Condition rule, Clause.Atom atom, Moment moment, Step.Call call, List<Event> found) {
    if (!call.callee().equals(atom.terms().get(0).path())) return;
    Map<String, AccessPath> objects = new HashMap<>();
    for (int i = 1; i < atom.terms().size(); i++) {
      Clause.Term term = atom.terms().get(i);
      if (term.isAny()) continue;
      if (i > call.arguments().size()) return;
      Value value = call.arguments().get(i - 1);
      if (term.variable().isEmpty()) {
        if (!value.toString().equals(term.path())) return;
        continue;
      }
      AccessPath path = value instanceof Value.Stored s ? s.path() : value instanceof Value.AddressOf a ? a.path() : null;
      if (path == null) return;
      if (!term.path().isEmpty()) { // vdev.vdev for &vdev->vdev: the object is what is before it
        int steps = term.path().split("\\.").length;
        if (path.steps().size() < steps || !path.toString().replace("->", ".").endsWith("." + term.path())) return;
        path = new AccessPath(path.root(), path.steps().subList(0, path.steps().size() - steps));
      }
      objects.put(term.variable(), path);
    }
    found.add(new Event(atom, objects, moment, call.at(), call.callee() + "()"));
  }

  private static void acted(Facts facts, Clause.Atom atom, Moment moment, List<Event> found) {
    Clause.Term term = atom.terms().get(0);
    Act.Kind wanted = atom.word() == Clause.Word.ACQUIRES ? Act.Kind.ACQUIRE : Act.Kind.RELEASE;
    for (Act act : facts.held().acts(moment.step(), moment.worlds().get(0))) {
      String type = term.variable().isEmpty() ? term.path() : term.struct() + "." + term.path();
      if (act.kind() != wanted || !act.lock().type().equals(type)) continue;
      Map<String, AccessPath> objects = new HashMap<>();
      String path = act.lock().path();
      if (!term.variable().isEmpty() && path.endsWith("." + term.path())) objects.put(term.variable(), AccessPath.of(path.substring(0, path.length() - term.path().length() - 1)));
      else if (!term.variable().isEmpty()) continue;
      found.add(new Event(atom, objects, moment, moment.step().at(), (wanted == Act.Kind.ACQUIRE ? "taking " : "releasing ") + act.lock().text()));
      return;
    }
  }

  // ---- how things stand ----

  private static Answer answer(Facts facts, Clause clause, Event event, World world) {
    if (clause instanceof Clause.Not n) {
      Answer part = answer(facts, n.part(), event, world);
      return part == Answer.YES ? Answer.NO : part == Answer.NO ? Answer.YES : Answer.UNKNOWN;
    }
    if (clause instanceof Clause.Both b) return both(answer(facts, b.left(), event, world), answer(facts, b.right(), event, world));
    if (clause instanceof Clause.Either e) return either(answer(facts, e.left(), event, world), answer(facts, e.right(), event, world));
    return atom(facts, (Clause.Atom) clause, event, world);
  }

  private static Answer both(Answer a, Answer b) {
    if (a == Answer.NO || b == Answer.NO) return Answer.NO;
    if (a == Answer.UNKNOWN || b == Answer.UNKNOWN) return Answer.UNKNOWN;
    return a == Answer.YES ? b : a;
  }

  private static Answer either(Answer a, Answer b) {
    if (a == Answer.YES || b == Answer.YES) return Answer.YES;
    if (a == Answer.UNKNOWN || b == Answer.UNKNOWN) return Answer.UNKNOWN;
    return a == Answer.CALLERS || b == Answer.CALLERS ? Answer.CALLERS : Answer.NO;
  }

  private static Answer of(boolean yes) {
    return yes ? Answer.YES : Answer.NO;
  }

  private static Answer atom(Facts facts, Clause.Atom atom, Event event, World world) {
    if (atom.word().isEvent()) return of(atom == event.atom());
    switch (atom.word()) {
      case HELD, HELD_FOR_WRITE -> {
        return held(facts, atom.terms().get(0), event, world, atom.word() == Clause.Word.HELD_FOR_WRITE);
      }
      case HELD_ANY -> {
        return switch (facts.unit().holdingType(facts.held(), world, atom.terms().get(0).struct() + "." + atom.terms().get(0).path())) {
          case HELD -> Answer.YES;
          case NOT_HELD -> Answer.NO;
          default -> world.opaque() || world.unseen() ? Answer.UNKNOWN : Answer.CALLERS;
        };
      }
      case FRESH -> {
        AccessPath object = event.objects().get(atom.terms().get(0).variable());
        if (object == null) return Answer.UNKNOWN;
        return of(UnguardedAccess.fresh(facts, new Access(object.plus("->x"), "", Rule.Access.READ, "", event.moment(), event.at()), world) && !Spoken.published(facts, object, event.moment()));
      }
      case ATOMIC -> {
        return world.atomic() != null ? Answer.YES : world.opaque() || world.unseen() ? Answer.UNKNOWN : Answer.CALLERS;
      }
      case RCU -> {
        Held rcu = world.find("RCU");
        return rcu != null && rcu.isSure() ? Answer.YES : world.unseen() || rcu != null ? Answer.UNKNOWN : Answer.CALLERS;
      }
      case IRQS_OFF -> {
        return switch (Contexts.state(facts.unit(), facts.function(), world, false)) {
          case OFF -> Answer.YES;
          case ON -> Answer.NO;
          case UNKNOWN -> Answer.UNKNOWN;
        };
      }
      case IN -> {
        for (Clause.Term term : atom.terms()) if (term.path().equals(facts.name())) return Answer.YES;
        return Answer.NO;
      }
      case RUNS_IN -> {
        int contexts = Contexts.of(facts.unit(), facts.function());
        if ((contexts & Contexts.UNKNOWN) != 0) return Answer.UNKNOWN;
        int wanted = 0;
        for (Clause.Term term : atom.terms()) wanted |= term.path().equals("hardirq") ? Contexts.HARDIRQ : term.path().equals("softirq") ? Contexts.SOFTIRQ : Contexts.PROCESS;
        return of((contexts & ~wanted) == 0);
      }
      default -> throw new IllegalStateException("no answer for " + atom.word());
    }
  }

  private static Answer held(Facts facts, Clause.Term term, Event event, World world, boolean writing) {
    Lock lock;
    if (term.variable().isEmpty()) lock = new Lock(term.path(), term.path(), term.path());
    else {
      AccessPath object = event.objects().get(term.variable());
      if (object == null) return Answer.UNKNOWN;
      String base = world.canonical(object);
      if (base.startsWith("&")) base = base.substring(1);
      lock = new Lock(base + (term.path().isEmpty() ? "*" : "." + term.path()), facts.unit().types().reached(term.struct(), term.path()), written(term, event));
    }
    if (facts.holding(world, lock) == Holding.HELD) {
      Held there = world.find(lock.path());
      return of(!writing || there == null || there.mode() != LockApi.Mode.READ);
    }
    if (facts.holding(world, lock) == Holding.NOT_HELD) return world.findLike(lock) != null ? Answer.UNKNOWN : Answer.NO;
    return world.opaque() || world.unseen() || world.findLike(lock) != null ? Answer.UNKNOWN : Answer.CALLERS;
  }
}
