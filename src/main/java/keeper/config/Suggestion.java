// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.config;

import java.util.Collection;
import java.util.Locale;

/** What somebody may have meant. */
final class Suggestion {
  private Suggestion() {}

  /** {@code (did you mean x?)}; when nothing is near, the words there are. */
  static String among(Collection<String> words, String typed) {
    String best = null;
    int least = Math.max(2, typed.length() / 3) + 1;
    for (String word : words) {
      int distance = distance(word.toLowerCase(Locale.ROOT), typed.toLowerCase(Locale.ROOT));
      if (distance < least) {
        least = distance;
        best = word;
      }
    }
    if (best != null) return " (did you mean " + best + "?)";
    return words.isEmpty() ? "" : " (known here: " + String.join(", ", new java.util.TreeSet<>(words)) + ")";
  }

  /** Letters to insert, leave out or exchange. */
  private static int distance(String one, String other) {
    if (Math.abs(one.length() - other.length()) > 40) return 100;
    int[] row = new int[other.length() + 1];
    for (int j = 0; j < row.length; j++) row[j] = j;
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int exchange = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(exchange, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[other.length()];
  }
}
