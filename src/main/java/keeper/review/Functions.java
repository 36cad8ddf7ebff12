// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.review;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import keeper.c.Function;

/**
 * The functions on both sides of a patch: which of them it touches, and which old one became which new one.
 *
 * <p>A function that has gone and one that has come are the same when at least six tenths of their lines agree; one that has come and has six tenths of its
 * lines from a function that the patch cut down was taken out of that one (heuristics).
 */
final class Functions {
  private static final double SAME_BODY = 0.6;
  private static final int MOST_PAIRS = 10_000; // bounds the comparison of bodies

  private final Map<String, String> oldNames = new HashMap<>();
  private final Set<String> changed = new HashSet<>();

  private Functions() {}

  static Functions of(List<Function> before, List<Function> after) {
    Map<String, String> old = texts(before);
    Map<String, String> now = texts(after);
    List<String> same = new ArrayList<>();
    old.forEach((name, text) -> { if (text.equals(now.get(name))) same.add(name); });
    old.keySet().removeAll(same);
    now.keySet().removeAll(same);
    old.replaceAll((name, text) -> squeezed(text));
    now.replaceAll((name, text) -> squeezed(text));
    Functions functions = new Functions();
    Map<String, String> gone = new TreeMap<>();
    Map<String, String> come = new TreeMap<>();
    old.forEach((name, body) -> { if (!now.containsKey(name)) gone.put(name, body); });
    now.forEach((name, body) -> {
      String was = old.get(name);
      if (was == null) come.put(name, body);
      if (!body.equals(was)) functions.changed.add(name);
    });
    functions.pair(gone, come);
    Map<String, String> cut = new TreeMap<>();
    old.forEach((name, body) -> { if (now.containsKey(name) && functions.changed.contains(name)) cut.put(name, body); });
    functions.takenOut(cut, come);
    return functions;
  }

  /** The name that the function had before the patch; its own when it was not renamed. */
  String oldName(String name) {
    return oldNames.getOrDefault(name, name);
  }

  /** Those whose text is new or not what it was, blanks aside. */
  Set<String> changed() {
    return changed;
  }

  private void pair(Map<String, String> gone, Map<String, String> come) {
    if ((long) gone.size() * come.size() > MOST_PAIRS) return;
    for (Map.Entry<String, String> fresh : come.entrySet()) {
      String best = null;
      double most = SAME_BODY;
      for (Map.Entry<String, String> lost : gone.entrySet()) {
        double share = likeness(lost.getValue(), fresh.getValue());
        if (share >= most && (best == null || share > most)) {
          best = lost.getKey();
          most = share;
        }
      }
      if (best == null) continue;
      oldNames.put(fresh.getKey(), best);
      gone.remove(best);
    }
  }

  private void takenOut(Map<String, String> cut, Map<String, String> come) {
    if ((long) cut.size() * come.size() > MOST_PAIRS) return;
    for (Map.Entry<String, String> fresh : come.entrySet()) {
      if (oldNames.containsKey(fresh.getKey())) continue;
      int lines = fresh.getValue().split("\n").length;
      String best = null;
      double most = SAME_BODY * lines;
      for (Map.Entry<String, String> before : cut.entrySet()) {
        int common = common(before.getValue(), fresh.getValue());
        if (common >= most && (best == null || common > most)) {
          best = before.getKey();
          most = common;
        }
      }
      if (best != null && lines > 3) oldNames.put(fresh.getKey(), best);
    }
  }

  /** The share of lines that both have, of the lines of the longer one. */
  private static double likeness(String one, String other) {
    return (double) common(one, other) / Math.max(one.split("\n").length, other.split("\n").length);
  }

  /** How many lines both have. */
  private static int common(String one, String other) {
    Map<String, Integer> counts = new HashMap<>();
    for (String line : one.split("\n")) counts.merge(line, 1, Integer::sum);
    int common = 0;
    for (String line : other.split("\n")) {
      Integer count = counts.get(line);
      if (count == null || count == 0) continue;
      counts.put(line, count - 1);
      common++;
    }
    return common;
  }

  /** Each function's text by name. Of two with one name the text is joined. */
  private static Map<String, String> texts(List<Function> functions) {
    Map<String, String> texts = new TreeMap<>();
    for (Function function : functions) texts.merge(function.name(), function.text().text(function.head().to(function.body())) + "\n", String::concat);
    return texts;
  }

  /** Lines trimmed, and blank ones left out. */
  private static String squeezed(String source) {
    List<String> kept = new ArrayList<>();
    for (String line : source.split("\n")) {
      String trimmed = line.strip();
      if (!trimmed.isEmpty()) kept.add(trimmed);
    }
    return String.join("\n", kept) + "\n";
  }
}
