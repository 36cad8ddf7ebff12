// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.patch;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a patch or cover letter says about what it applies to: the lines of {@code git format-patch --base} and of b4.
 *
 * @param commit {@code base-commit:}, the last one that is an id
 * @param prerequisites {@code prerequisite-patch-id:}, in order
 * @param changeId {@code change-id:} of b4, the same for every version of a series
 */
public record StatedBase(Optional<CommitId> commit, List<String> prerequisites, Optional<String> changeId) {
  private static final int MAX_PREREQUISITES = 1_000;

  public StatedBase {
    prerequisites = List.copyOf(prerequisites);
  }

  /** Reads a whole body: the lines stand above or below the diff, at the beginning of a line, never in quotes. */
  public static StatedBase of(String body) {
    Optional<CommitId> commit = Optional.empty();
    Optional<String> changeId = Optional.empty();
    List<String> prerequisites = new ArrayList<>();
    int at = 0;
    while (at < body.length()) {
      int end = body.indexOf('\n', at);
      if (end < 0) end = body.length();
      char c = body.charAt(at);
      if (c == 'b' || c == 'B' || c == 'p' || c == 'c' || c == 'C') {
        String line = body.substring(at, Math.min(end, at + 300));
        String base = value(line, "base-commit:");
        String prerequisite = value(line, "prerequisite-patch-id:");
        String change = value(line, "change-id:");
        if (CommitId.valid(base)) commit = Optional.of(new CommitId(base));
        if (CommitId.valid(prerequisite) && prerequisites.size() < MAX_PREREQUISITES) prerequisites.add(prerequisite);
        // Gerrit's Change-Id: I0123… names a review, not a series.
        if (!change.isEmpty() && line.startsWith("change-id:")) changeId = Optional.of(change);
      }
      at = end + 1;
    }
    return new StatedBase(commit, prerequisites, changeId);
  }

  private static String value(String line, String name) {
    if (!line.regionMatches(true, 0, name, 0, name.length())) return "";
    String value = line.substring(name.length()).strip();
    int blank = value.indexOf(' ');
    String first = blank < 0 ? value : value.substring(0, blank);
    return name.equals("change-id:") ? first : first.toLowerCase(Locale.ROOT);
  }
}
