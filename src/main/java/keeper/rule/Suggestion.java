// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.rule;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The end of an error about a name that is not known. */
final class Suggestion {
  private static final int LONGEST = 64; // of a word that is compared at all

  private Suggestion() {}

  /** {@code (did you mean …?)} for the nearest name when one is near, else all that are known. */
  static String of(String word, List<String> names) {
    String best = "";
    int least = Math.max(2, word.length() / 3) + 1;
    if (word.length() <= LONGEST)
      for (String name : names) {
        int distance = distance(word.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
        if (distance < least) {
          least = distance;
          best = name;
        }
      }
    return best.isEmpty() ? " (known: " + String.join(", ", names) + ")" : " (did you mean " + best + "?)";
  }

  static List<String> withAt(List<String> names) {
    List<String> with = new ArrayList<>();
    for (String name : names) with.add("@" + name);
    return with;
  }

  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) row[j] = j;
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        row[j] = Math.min(Math.min(row[j], row[j - 1]) + 1, diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1));
        diagonal = above;
      }
    }
    return row[b.length()];
  }
}
