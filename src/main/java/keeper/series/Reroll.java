// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.series;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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
    /** The same lines added and removed, with others around them: it was put on another base. */
    REBASED,
    /** Other lines added or removed. */
    CHANGED,
    /** Not in the older version. */
    ADDED,
    /** Not in the newer version. */
    DROPPED,
    /** Not in the newer version, which has only some of its parts: one part was replaced and the others stand, or they have not come. */
    STANDS
  }

  /**
   * One part's way.
   *
   * @param from number in the older version; empty when added
   * @param to number in the newer version; empty when dropped
   * @param fate what happened
   * @param differences the diff of the two diffs, under lines that name the file: {@code -} only older, {@code +} only newer, a blank in both,
   *     each with the diff's own mark behind it; numbers of lines do not count; at most {@link #MAX_DIFFERENCES}
   */
  public record Pair(Optional<Integer> from, Optional<Integer> to, Fate fate, List<String> differences) {
    public Pair {
      differences = List.copyOf(differences);
    }

    /** How many lines only one of the two diffs has. */
    public long changedLines() {
      return differences.stream().filter(line -> line.startsWith("-") || line.startsWith("+")).count();
    }

    /** {@code 2 -> 1 changed}. */
    @Override
    public String toString() {
      return from.map(String::valueOf).orElse("-") + " -> " + to.map(String::valueOf).orElse("-") + " " + fate.name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** So many lines of difference are shown for a part. */
  public static final int MAX_DIFFERENCES = 200;

  private static final int AROUND = 2; // lines of both beside a difference
  private static final int MOST_COMPARED = 150; // parts of each version that are compared by content

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
    boolean partial = newer.parts().size() < newer.total() || newer.total() == 1 && older.total() > 1;
    older.parts().keySet().forEach(number -> {
      if (!taken.containsKey(number)) found.add(new Pair(Optional.of(number), Optional.empty(), partial ? Fate.STANDS : Fate.DROPPED, List.of()));
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

  private record Likeness(int from, int to, double share) {}

  /** The most alike first, so that a part that was split goes to its larger half. */
  private static void byLikeness(Series older, Series newer, Map<Integer, Integer> pairs, Map<Integer, Integer> taken) {
    Map<Integer, Map<String, Integer>> oldLines = new TreeMap<>();
    older.parts().forEach((number, posted) -> {
      if (!taken.containsKey(number) && oldLines.size() < MOST_COMPARED) oldLines.put(number, changed(posted.patch()));
    });
    List<Likeness> all = new ArrayList<>();
    int compared = 0;
    for (Map.Entry<Integer, PostedPatch> part : newer.parts().entrySet()) {
      if (pairs.containsKey(part.getKey()) || ++compared > MOST_COMPARED) continue;
      Map<String, Integer> lines = changed(part.getValue().patch());
      oldLines.forEach((number, old) -> {
        double share = alike(old, lines);
        if (share > ALIKE) all.add(new Likeness(number, part.getKey(), share));
      });
    }
    all.sort(Comparator.comparingDouble(Likeness::share).reversed().thenComparing(Likeness::to).thenComparing(Likeness::from));
    for (Likeness one : all) {
      if (pairs.containsKey(one.to()) || taken.containsKey(one.from())) continue;
      pairs.put(one.to(), one.from());
      taken.put(one.from(), one.to());
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
    List<String> differences = differences(older, newer);
    Fate fate;
    if (differences.isEmpty()) {
      boolean sameLog = older.message().title().equals(newer.message().title()) && older.message().body().equals(newer.message().body());
      fate = sameLog ? Fate.SAME : Fate.REWORDED;
    } else {
      fate = deeds(older).equals(deeds(newer)) ? Fate.REBASED : Fate.CHANGED;
    }
    return new Pair(Optional.of(from), Optional.of(to), fate, differences);
  }

  /** What is added and removed, file by file. */
  private static Map<String, List<String>> deeds(Patch patch) {
    Map<String, List<String>> deeds = new TreeMap<>();
    for (FileDiff file : patch.files()) {
      List<String> lines = deeds.computeIfAbsent(file.path(), path -> new ArrayList<>());
      lines.addAll(file.flags());
      for (Hunk hunk : file.hunks()) for (HunkLine line : hunk.lines()) if (line.kind() != HunkLine.Kind.CONTEXT) lines.add(line.raw());
    }
    return deeds;
  }

  /** File by file, in order of their names; what both have is shown as far as it stands beside a difference. */
  private static List<String> differences(Patch older, Patch newer) {
    List<String> shown = new ArrayList<>();
    Set<String> files = new TreeSet<>();
    for (FileDiff file : older.files()) files.add(file.path());
    for (FileDiff file : newer.files()) files.add(file.path());
    for (String path : files) {
      List<String> out = LineDiff.of(lines(older, path), lines(newer, path), AROUND);
      if (out.isEmpty()) continue;
      shown.add(path);
      shown.addAll(out);
      if (shown.size() >= MAX_DIFFERENCES) return shown.subList(0, MAX_DIFFERENCES);
    }
    return shown;
  }

  /** A file's diff without what moves by itself: numbers of lines. */
  private static List<String> lines(Patch patch, String path) {
    List<String> lines = new ArrayList<>();
    for (FileDiff file : patch.files()) {
      if (!file.path().equals(path)) continue;
      for (String flag : file.flags()) lines.add(flag);
      for (Hunk hunk : file.hunks()) {
        lines.add("@@ " + hunk.section());
        for (HunkLine line : hunk.lines()) lines.add(line.raw());
      }
    }
    return lines;
  }
}
