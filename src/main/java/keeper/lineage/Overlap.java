// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lineage;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import keeper.patch.FileDiff;
import keeper.patch.Hunk;
import keeper.patch.HunkLine;
import keeper.patch.Patch;

/**
 * How much of what one patch touches another had written: a fix of a fix often names the first culprit in its tag, and only its
 * hunks tell whose lines it mends. Told from the two diffs alone, by the text of their lines.
 *
 * @param lines of the pre-image that the later patch changes or encloses, but for blank ones and braces
 * @param written how many of them the earlier patch added
 */
public record Overlap(int lines, int written) {
  /** From here on an overlap counts as likely. */
  public static final double LIKELY = 0.5;

  /** From 0 to 1. */
  public double weight() {
    return lines == 0 ? 0 : (double) written / lines;
  }

  public boolean isLikely() {
    return weight() >= LIKELY;
  }

  /** Of a later patch with an earlier one. */
  public static Overlap of(Patch later, Patch earlier) {
    Map<String, Set<String>> added = added(earlier);
    int lines = 0;
    int written = 0;
    for (FileDiff file : later.files()) {
      if (file.prePath().isEmpty()) continue;
      Set<String> theirs = added.getOrDefault(file.prePath().get(), Set.of());
      for (Hunk hunk : file.hunks()) {
        for (HunkLine line : touched(hunk)) {
          if (!line.inPreImage() || !says(line.text())) continue;
          lines++;
          if (theirs.contains(line.text().strip())) written++;
        }
      }
    }
    return new Overlap(lines, written);
  }

  /** By path after the patch. */
  private static Map<String, Set<String>> added(Patch patch) {
    Map<String, Set<String>> added = new HashMap<>();
    for (FileDiff file : patch.files()) {
      if (file.postPath().isEmpty()) continue;
      Set<String> lines = added.computeIfAbsent(file.postPath().get(), path -> new HashSet<>());
      for (Hunk hunk : file.hunks()) for (HunkLine line : hunk.lines()) if (line.kind() == HunkLine.Kind.ADDED) lines.add(line.text().strip());
    }
    return added;
  }

  /** From the first changed line to the last, with a line around: what stands between a new lock and its unlock is what it mends. */
  private static List<HunkLine> touched(Hunk hunk) {
    List<HunkLine> lines = hunk.lines();
    int first = -1;
    int last = -1;
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).kind() == HunkLine.Kind.CONTEXT) continue;
      if (first < 0) first = i;
      last = i;
    }
    return first < 0 ? List.of() : lines.subList(Math.max(0, first - 1), Math.min(lines.size(), last + 2));
  }

  /** The numbers of the pre-image's lines that a hunk changes or encloses, but for blank ones and braces. */
  public static List<Integer> preImageLines(Hunk hunk) {
    List<HunkLine> touched = touched(hunk);
    List<Integer> numbers = new ArrayList<>();
    int number = hunk.preImage().start();
    int first = touched.isEmpty() ? -1 : identity(hunk.lines(), touched.get(0));
    for (int i = 0; i < hunk.lines().size(); i++) {
      HunkLine line = hunk.lines().get(i);
      if (first >= 0 && i >= first && i < first + touched.size() && line.inPreImage() && says(line.text())) numbers.add(number);
      if (line.inPreImage()) number++;
    }
    return numbers;
  }

  private static int identity(List<HunkLine> lines, HunkLine wanted) {
    for (int i = 0; i < lines.size(); i++) if (lines.get(i) == wanted) return i;
    return -1;
  }

  /** Braces, {@code else} and blank lines stand everywhere. */
  public static boolean says(String line) {
    int letters = 0;
    for (int i = 0; i < line.length(); i++) if (Character.isLetterOrDigit(line.charAt(i))) letters++;
    return letters >= 5;
  }
}
