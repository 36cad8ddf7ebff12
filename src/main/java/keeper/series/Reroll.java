// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.series;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import keeper.patch.FileDiff;
import keeper.patch.Hunk;
import keeper.patch.HunkLine;
import keeper.patch.Patch;
import keeper.patch.PatchId;

/**
 * What became of each part from one version of a series to the next: a small range-diff.
 *
 * @param older the version before
 * @param newer the version after
 * @param pairs every part of both, in order of the newer; dropped parts at the end
 */
public record Reroll(Series older, Series newer, List<Pair> pairs) {
  /** From this share of common lines on, two parts are the same one. */
  static final double ALIKE = 0.5;

  public Reroll {
    pairs = List.copyOf(pairs);
  }

  /** What happened to a part. */
  public enum Fate {
    /** The same diff and log. */
    SAME,
    /** The same diff, another log. */
    REWORDED,
    /** Another diff. */
    CHANGED,
    /** Not in the older version. */
    ADDED,
    /** Not in the newer version. */
    DROPPED
  }

  /**
   * One part's way.
   *
   * @param from number in the older version; empty when added
   * @param to number in the newer version; empty when dropped
   * @param fate what happened
   * @param differences lines of both diffs that the other lacks: {@code -} only older, {@code +} only newer, each with the diff's own
   *     mark behind it, under lines that name the file; at most {@link #MAX_DIFFERENCES}
   */
  public record Pair(Optional<Integer> from, Optional<Integer> to, Fate fate, List<String> differences) {
    public Pair {
      differences = List.copyOf(differences);
    }

    /** {@code 2 -> 1 changed}. */
    @Override
    public String toString() {
      return from.map(String::valueOf).orElse("-") + " -> " + to.map(String::valueOf).orElse("-") + " " + fate.name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** So many lines of difference are shown for a part. */
  public static final int MAX_DIFFERENCES = 200;

  /** Compares two versions. Parts pair by equal diff, then by title, then by likeness. */
  public static Reroll of(Series older, Series newer) {
    Map<Integer, Integer> pairs = new TreeMap<>(); // newer to older
    Map<Integer, Integer> taken = new HashMap<>();
    byPatchId(older, newer, pairs, taken);
    byTitle(older, newer, pairs, taken);
    byLikeness(older, newer, pairs, taken);
    List<Pair> found = new ArrayList<>();
    newer.parts().forEach((number, posted) -> {
      Integer from = pairs.get(number);
      if (from == null) found.add(new Pair(Optional.empty(), Optional.of(number), Fate.ADDED, List.of()));
      else found.add(pair(from, older.parts().get(from).patch(), number, posted.patch()));
    });
    older.parts().keySet().forEach(number -> {
      if (!taken.containsKey(number)) found.add(new Pair(Optional.of(number), Optional.empty(), Fate.DROPPED, List.of()));
    });
    return new Reroll(older, newer, found);
  }

  /** The older number of a part of the newer version. */
  public Optional<Integer> before(int number) {
    for (Pair pair : pairs) if (pair.to().equals(Optional.of(number))) return pair.from();
    return Optional.empty();
  }

  private static void byPatchId(Series older, Series newer, Map<Integer, Integer> pairs, Map<Integer, Integer> taken) {
    Map<String, Integer> ids = new HashMap<>();
    older.parts().forEach((number, posted) -> {
      if (!posted.patch().isEmpty()) ids.putIfAbsent(PatchId.of(posted.patch()).hex(), number);
    });
    newer.parts().forEach((number, posted) -> {
      Integer from = posted.patch().isEmpty() ? null : ids.get(PatchId.of(posted.patch()).hex());
      if (from != null && !taken.containsKey(from)) {
        pairs.put(number, from);
        taken.put(from, number);
      }
    });
  }

  private static void byTitle(Series older, Series newer, Map<Integer, Integer> pairs, Map<Integer, Integer> taken) {
    newer.parts().forEach((number, posted) -> {
      if (pairs.containsKey(number)) return;
      for (Map.Entry<Integer, PostedPatch> old : older.parts().entrySet()) {
        if (taken.containsKey(old.getKey()) || !old.getValue().patch().message().title().equalsIgnoreCase(posted.patch().message().title())) continue;
        pairs.put(number, old.getKey());
        taken.put(old.getKey(), number);
        return;
      }
    });
  }

  /** The most alike first, so that a part that was split goes to its larger half. */
  private static void byLikeness(Series older, Series newer, Map<Integer, Integer> pairs, Map<Integer, Integer> taken) {
    Map<Integer, Map<String, Integer>> oldLines = new TreeMap<>();
    older.parts().forEach((number, posted) -> {
      if (!taken.containsKey(number)) oldLines.put(number, changed(posted.patch()));
    });
    while (true) {
      double best = ALIKE;
      int from = 0;
      int to = 0;
      for (Map.Entry<Integer, PostedPatch> part : newer.parts().entrySet()) {
        if (pairs.containsKey(part.getKey())) continue;
        Map<String, Integer> lines = changed(part.getValue().patch());
        for (Map.Entry<Integer, Map<String, Integer>> old : oldLines.entrySet()) {
          double alike = taken.containsKey(old.getKey()) ? 0 : alike(old.getValue(), lines);
          if (alike > best) {
            best = alike;
            from = old.getKey();
            to = part.getKey();
          }
        }
      }
      if (to == 0) return;
      pairs.put(to, from);
      taken.put(from, to);
    }
  }

  /** Common lines, counted twice, by all lines; from 0 to 1. */
  private static double alike(Map<String, Integer> one, Map<String, Integer> other) {
    int common = 0;
    int all = 0;
    for (Map.Entry<String, Integer> line : one.entrySet()) {
      common += Math.min(line.getValue(), other.getOrDefault(line.getKey(), 0));
      all += line.getValue();
    }
    for (int count : other.values()) all += count;
    return all == 0 ? 0 : 2.0 * common / all;
  }

  /** Added and removed lines with their file, white space aside, and how often each occurs. */
  private static Map<String, Integer> changed(Patch patch) {
    Map<String, Integer> lines = new HashMap<>();
    for (FileDiff file : patch.files())
      for (Hunk hunk : file.hunks())
        for (HunkLine line : hunk.lines()) {
          String text = line.text().strip();
          if (line.kind() != HunkLine.Kind.CONTEXT && text.length() > 1) lines.merge(file.path() + line.kind().mark() + text, 1, Integer::sum);
        }
    return lines;
  }

  private static Pair pair(int from, Patch older, int to, Patch newer) {
    boolean sameDiff = PatchId.of(older).equals(PatchId.of(newer));
    if (sameDiff) {
      boolean sameLog = older.message().title().equals(newer.message().title()) && older.message().body().equals(newer.message().body());
      return new Pair(Optional.of(from), Optional.of(to), sameLog ? Fate.SAME : Fate.REWORDED, List.of());
    }
    return new Pair(Optional.of(from), Optional.of(to), Fate.CHANGED, differences(older, newer));
  }

  /** File by file, in order: the lines of one diff that the other lacks. */
  private static List<String> differences(Patch older, Patch newer) {
    List<String> shown = new ArrayList<>();
    TreeMap<String, List<String>> files = new TreeMap<>();
    for (FileDiff file : older.files()) files.putIfAbsent(file.path(), List.of());
    for (FileDiff file : newer.files()) files.putIfAbsent(file.path(), List.of());
    for (String path : files.keySet()) {
      List<String> before = lines(older, path);
      List<String> after = lines(newer, path);
      List<String> out = new ArrayList<>();
      for (String line : without(before, after)) out.add("-" + line);
      for (String line : without(after, before)) out.add("+" + line);
      if (out.isEmpty()) continue;
      shown.add(path);
      shown.addAll(out);
      if (shown.size() >= MAX_DIFFERENCES) return shown.subList(0, MAX_DIFFERENCES);
    }
    return shown;
  }

  private static List<String> lines(Patch patch, String path) {
    List<String> lines = new ArrayList<>();
    for (FileDiff file : patch.files())
      if (file.path().equals(path)) for (Hunk hunk : file.hunks()) for (HunkLine line : hunk.lines()) if (line.kind() != HunkLine.Kind.CONTEXT) lines.add(line.raw());
    return lines;
  }

  private static List<String> without(List<String> lines, List<String> others) {
    Map<String, Integer> left = new HashMap<>();
    for (String line : others) left.merge(line, 1, Integer::sum);
    List<String> only = new ArrayList<>();
    for (String line : lines) {
      int count = left.getOrDefault(line, 0);
      if (count > 0) left.put(line, count - 1);
      else only.add(line);
    }
    return only;
  }
}
