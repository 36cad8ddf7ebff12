// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.series;

import java.util.ArrayList;
import java.util.List;

/** The difference of two texts, line by line: a longest common subsequence, where that can be afforded. */
final class LineDiff {
  private static final int MOST_CELLS = 2_000_000; // of the table; above that one stretch is replaced by the other

  private LineDiff() {}

  /**
   * Lines that only one has, with {@code -} and {@code +} before them, and common ones beside them with a blank; between two stretches that are shown
   * stands {@code  ...}.
   *
   * @param around so many common lines before and after a difference
   * @return empty when the texts are the same
   */
  static List<String> of(List<String> older, List<String> newer, int around) {
    List<String> all = marked(older, newer);
    boolean[] shown = new boolean[all.size()];
    boolean differ = false;
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).charAt(0) == ' ') continue;
      differ = true;
      for (int j = Math.max(0, i - around); j <= Math.min(all.size() - 1, i + around); j++) shown[j] = true;
    }
    if (!differ) return List.of();
    List<String> out = new ArrayList<>();
    boolean gap = false;
    for (int i = 0; i < all.size(); i++) {
      if (!shown[i]) {
        gap = true;
        continue;
      }
      if (gap && !out.isEmpty()) out.add(" ...");
      gap = false;
      out.add(all.get(i));
    }
    return out;
  }

  private static List<String> marked(List<String> older, List<String> newer) {
    int start = 0;
    while (start < older.size() && start < newer.size() && older.get(start).equals(newer.get(start))) start++;
    int end = 0;
    while (end < older.size() - start && end < newer.size() - start && older.get(older.size() - 1 - end).equals(newer.get(newer.size() - 1 - end))) end++;
    List<String> out = new ArrayList<>();
    for (String line : older.subList(0, start)) out.add(" " + line);
    middle(older.subList(start, older.size() - end), newer.subList(start, newer.size() - end), out);
    for (String line : older.subList(older.size() - end, older.size())) out.add(" " + line);
    return out;
  }

  private static void middle(List<String> older, List<String> newer, List<String> out) {
    int rows = older.size();
    int columns = newer.size();
    int i = 0;
    int j = 0;
    if ((long) (rows + 1) * (columns + 1) <= MOST_CELLS) {
      int[][] common = new int[rows + 1][columns + 1]; // of what stands from here on
      for (int r = rows - 1; r >= 0; r--)
        for (int c = columns - 1; c >= 0; c--)
          common[r][c] = older.get(r).equals(newer.get(c)) ? common[r + 1][c + 1] + 1 : Math.max(common[r + 1][c], common[r][c + 1]);
      while (i < rows && j < columns) {
        if (older.get(i).equals(newer.get(j))) {
          out.add(" " + older.get(i++));
          j++;
        } else if (common[i + 1][j] >= common[i][j + 1]) {
          out.add("-" + older.get(i++));
        } else {
          out.add("+" + newer.get(j++));
        }
      }
    }
    while (i < rows) out.add("-" + older.get(i++));
    while (j < columns) out.add("+" + newer.get(j++));
  }
}
