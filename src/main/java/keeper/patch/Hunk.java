// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.patch;

import java.util.ArrayList;
import java.util.List;

/**
 * One hunk of a unified diff.
 *
 * @param preImage the lines of the file before, as the header says (corrected to the lines that are there)
 * @param postImage the lines of the file after
 * @param section the text after the second {@code @@}: usually the enclosing function's first line
 * @param lines in order
 * @param mailLine the line of the {@code @@} line in the text the patch was parsed from, from 1
 */
public record Hunk(LineRange preImage, LineRange postImage, String section, List<HunkLine> lines, int mailLine) {
  public Hunk {
    lines = List.copyOf(lines);
  }

  /** The header line as git writes it. */
  public String header() {
    String ranges = "@@ -" + range(preImage) + " +" + range(postImage) + " @@";
    return section.isEmpty() ? ranges : ranges + " " + section;
  }

  /** The same change backwards: a removed line is added, and of neighbours the removed come first, as git writes them. */
  public Hunk reversed() {
    List<HunkLine> back = new ArrayList<>(lines.size());
    int at = 0;
    while (at < lines.size()) {
      if (lines.get(at).kind() == HunkLine.Kind.CONTEXT) {
        back.add(lines.get(at++));
        continue;
      }
      int end = at;
      while (end < lines.size() && lines.get(end).kind() != HunkLine.Kind.CONTEXT) end++;
      for (HunkLine line : lines.subList(at, end)) if (line.kind() == HunkLine.Kind.ADDED) back.add(line.as(HunkLine.Kind.REMOVED));
      for (HunkLine line : lines.subList(at, end)) if (line.kind() == HunkLine.Kind.REMOVED) back.add(line.as(HunkLine.Kind.ADDED));
      at = end;
    }
    return new Hunk(postImage, preImage, section, back, mailLine);
  }

  private static String range(LineRange range) {
    return range.count() == 1 ? "" + range.start() : range.start() + "," + range.count();
  }
}
