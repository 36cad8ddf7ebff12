// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.List;
import keeper.c.Function;
import keeper.flow.Step;
import keeper.lock.Held;
import keeper.lock.HeldLocks;
import keeper.lock.Moment;
import keeper.lock.Unit;
import keeper.lock.World;
import keeper.rule.LockApi;
import keeper.rule.SleepApi;

/** In which contexts the functions of a file run, and whether interrupts are on there. Callers within the file are followed. */
final class Contexts {
  static final int HARDIRQ = 1;
  static final int SOFTIRQ = 2;
  static final int PROCESS = 4;
  static final int UNKNOWN = 8;
  private static final int DEEPEST = 4;
  private static final int MOST_SITES = 24;

  private Contexts() {}

  /** The contexts in which it may run, as bits. */
  static int of(Unit unit, Function function) {
    return of(unit, function, 0);
  }

  private static int of(Unit unit, Function function, int depth) {
    if (isCalledBack(unit, function)) return HARDIRQ;
    switch (unit.context(function)) {
      case HARDIRQ:
        return HARDIRQ;
      case SOFTIRQ:
        return SOFTIRQ;
      case PROCESS:
        return PROCESS;
      case CALLED:
        return called(unit, function, depth);
      default:
        return UNKNOWN | (depth < DEEPEST ? interrupts(unit, function, depth) : 0);
    }
  }

  /** Its name is handed to something that calls it from interrupts, or from wherever an interrupt may be. */
  private static boolean isCalledBack(Unit unit, Function function) {
    for (Unit.Reference reference : unit.references(function.name()))
      if (contains(reference.context())) return true;
    return false;
  }

  private static boolean contains(String context) {
    for (String word : FROM_INTERRUPTS) if (context.contains(word)) return true;
    return false;
  }

  /** A slot of an irq_chip runs with interrupts off, but for those that may sleep. */
  private static boolean isChipCallback(Unit unit, Function function) {
    for (Unit.Reference reference : unit.references(function.name())) {
      String context = reference.context();
      if (context.contains(".irq_") && context.endsWith("=") && !context.contains("bus_lock") && !context.contains("bus_sync_unlock") && !context.contains("_resources")) return true;
    }
    return false;
  }

  private static final List<String> FROM_INTERRUPTS = List.of("init_waitqueue_func_entry(", "usb_fill_bulk_urb(", "usb_fill_int_urb(", "usb_fill_control_urb(",
      "dma_fence_add_callback(", "init_irq_work(", "IRQ_WORK_INIT", "irq_set_chained_handler", "acpi_install_gpe_handler(", ".irq_ack =", ".irq_mask =", ".irq_unmask =", ".irq_mask_ack =", ".irq_eoi =");

  private static int called(Unit unit, Function function, int depth) {
    List<Unit.Site> sites = unit.sites(function.name());
    if (depth >= DEEPEST || sites.isEmpty() || sites.size() > MOST_SITES) return UNKNOWN;
    int all = 0;
    for (Unit.Site site : List.copyOf(sites)) if (site.caller() != function) all |= of(unit, site.caller(), depth + 1);
    return all == 0 ? UNKNOWN : all;
  }

  /** A function that others call too may still be called by an interrupt handler of this file. */
  private static int interrupts(Unit unit, Function function, int depth) {
    List<Unit.Site> sites = unit.sites(function.name());
    int all = 0;
    if (sites.size() <= MOST_SITES) for (Unit.Site site : List.copyOf(sites)) if (site.caller() != function) all |= of(unit, site.caller(), depth + 1);
    return all & (HARDIRQ | SOFTIRQ);
  }

  /** Whether interrupts are on at a point. */
  enum State {
    ON,
    OFF,
    UNKNOWN
  }

  /** Whether hard interrupts, or with {@code soft} softirqs, can come in one world of a function. */
  static State state(Unit unit, Function function, World world, boolean soft) {
    return state(unit, function, world, soft, 0);
  }

  private static State state(Unit unit, Function function, World world, boolean soft, int depth) {
    boolean doubt = world.unseen() || world.opaque();
    boolean sleeps = false;
    for (Held held : world.held()) {
      if (held.irqOff() || held.kind().equals("irq") || soft && (held.bhOff() || held.kind().equals("bh"))) {
        if (held.isSure()) return State.OFF;
        doubt = true;
      }
      if (held.isSure() && (held.kind().equals("mutex") || held.kind().equals("rwsem"))) sleeps = true;
    }
    if (doubt) return State.UNKNOWN;
    return sleeps ? State.ON : entry(unit, function, soft, depth); // who sleeps has interrupts on
  }

  /** It calls something that always sleeps with nothing held that it took itself: so its callers let it. */
  private static boolean sleeps(Unit unit, Function function) {
    HeldLocks held = unit.held(function);
    if (held.exhausted()) return false;
    for (Moment moment : held.moments()) {
      if (!(moment.step() instanceof Step.Call call) || call.callee().isEmpty()) continue;
      World world = moment.worlds().get(0);
      if (!world.held().isEmpty() || world.unseen()) continue;
      if (unit.kernel().sleep(call.callee()).filter(entry -> entry.sleeps() == SleepApi.Sleeps.ALWAYS).isPresent()) return true;
      String family = unit.kernel().lock(call.callee()).filter(entry -> entry.effect() == LockApi.Effect.ACQUIRE).map(LockApi.Entry::kind).orElse("");
      if (family.equals("mutex") || family.equals("rwsem")) return true;
    }
    return false;
  }

  private static State entry(Unit unit, Function function, boolean soft, int depth) {
    if (isChipCallback(unit, function)) return State.OFF;
    if (isCalledBack(unit, function)) return State.UNKNOWN;
    switch (unit.context(function)) {
      case HARDIRQ:
        return State.OFF;
      case SOFTIRQ:
        return soft ? State.OFF : State.UNKNOWN;
      case PROCESS:
        return State.ON;
      case CALLED:
        break;
      default:
        return sleeps(unit, function) ? State.ON : State.UNKNOWN;
    }
    if (sleeps(unit, function)) return State.ON;
    List<Unit.Site> sites = unit.sites(function.name());
    if (depth >= DEEPEST || sites.isEmpty() || sites.size() > MOST_SITES) return State.UNKNOWN;
    boolean off = true;
    for (Unit.Site site : List.copyOf(sites)) {
      if (site.caller() == function) continue;
      for (World world : site.moment().worlds()) {
        State there = state(unit, site.caller(), world, soft, depth + 1);
        if (there == State.ON) return State.ON;
        if (there == State.UNKNOWN) off = false;
      }
    }
    return off ? State.OFF : State.UNKNOWN;
  }
}
