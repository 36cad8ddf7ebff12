// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lock;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import keeper.c.Function;
import keeper.rule.LockApi;
import keeper.rule.SleepApi;
import keeper.text.Files;
import keeper.text.SourceText;

/** Prints what is held, line by line. */
public final class Dump {
  private Dump() {}

  /**
   * The function's lines, each with the locks held where it starts as a comment {@code held: igate, rcu_read_lock?}; a question mark for
   * a lock that may be held. Lines on which nothing is done get none. All functions for an empty name.
   */
  public static String held(SourceText text, String function, LockApi locks, SleepApi sleepers) {
    Unit unit = Units.of(new Kernel(locks, sleepers), Files.NONE).unit(text);
    StringBuilder out = new StringBuilder();
    for (Function f : unit.functions()) if (function.isEmpty() || f.name().equals(function)) held(unit, f, out);
    return out.toString();
  }

  private static void held(Unit unit, Function function, StringBuilder out) {
    Map<Integer, String> lines = lines(unit.held(function));
    SourceText text = unit.text();
    for (int line = function.line(); line <= function.endLine(); line++) {
      String content = text.lineText(line);
      out.append(content);
      String locks = lines.get(line);
      if (locks != null) out.append(content.isEmpty() ? "" : "\t").append("/* held: ").append(locks).append(" */");
      out.append('\n');
    }
    out.append('\n');
  }

  /** What is held where each line starts, for lines on which something is done. */
  public static Map<Integer, String> lines(HeldLocks held) {
    Map<Integer, List<World>> first = new TreeMap<>();
    Map<Integer, Integer> starts = new TreeMap<>();
    SourceText text = held.function().text();
    for (Moment moment : held.moments()) {
      int line = text.line(moment.step().at().start());
      List<World> known = first.get(line);
      if (known == null) {
        first.put(line, new ArrayList<>(moment.worlds()));
        starts.put(line, moment.block());
      }
    }
    Map<Integer, String> lines = new TreeMap<>();
    first.forEach((line, worlds) -> lines.put(line, words(worlds)));
    return lines;
  }

  /** {@code reflck->lock, igate?}: held in all worlds, or perhaps. */
  public static String words(List<World> worlds) {
    List<String> names = new ArrayList<>();
    for (World world : worlds)
      for (Held h : world.held()) {
        String name = h.lock().text();
        boolean everywhere = true;
        for (World other : worlds) {
          Held there = other.find(h.lock().path());
          if (there == null || !there.isSure()) everywhere = false;
        }
        String word = everywhere ? name : name + "?";
        if (!names.contains(word)) names.add(word);
      }
    return names.isEmpty() ? "none" : String.join(", ", names);
  }
}
