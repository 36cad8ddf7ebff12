// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import keeper.c.Function;
import keeper.flow.Block;
import keeper.flow.Step;
import keeper.lock.HeldLocks;
import keeper.lock.Unit;
import keeper.text.Span;

/** Functions of which not all was judged, and why: a limit was met, or text could not be read. What a diff does not show is no gap. */
final class Gaps {
  private Gaps() {}

  static List<String> of(Unit unit, Predicate<String> functions) {
    List<String> gaps = new ArrayList<>();
    for (Function function : unit.functions()) {
      if (!functions.test(function.name())) continue;
      HeldLocks held = unit.held(function);
      String name = function.name() + "() at " + function.text().path() + ":" + function.line();
      if (held.exhausted()) gaps.add(name + ": " + held.limit());
      else first(held, unit, name, gaps);
    }
    return gaps;
  }

  private static void first(HeldLocks held, Unit unit, String name, List<String> gaps) {
    for (Block block : held.graph().blocks())
      for (Step step : block.steps()) {
        if (!(step instanceof Step.Gap gap) || hides(unit, gap.at())) continue;
        String what = switch (gap.why()) {
          case "function too large" -> "it has more steps than are followed";
          case "nested too deep" -> "from line " + unit.place(gap.at()).line() + ", nested deeper than is read";
          case "unread" -> "line " + unit.place(gap.at()).line() + " could not be read: no C, or too long or too deep";
          default -> "";
        };
        if (what.isEmpty()) continue;
        gaps.add(name + ": " + what);
        return;
      }
  }

  private static boolean hides(Unit unit, Span span) {
    if (!unit.hasGaps()) return false;
    byte[] bytes = unit.text().bytes();
    if (span.length() == 0 || span.length() == 1 && bytes[span.start()] == '}') return true; // of a block whose beginning is not shown
    for (int i = Math.max(0, span.start() - 1); i < Math.min(bytes.length, span.end() + 1); i++) if (bytes[i] == 1) return true;
    return false;
  }
}
