// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.patch;

import java.util.List;
import keeper.text.SourceText;

/** What came of putting a file's diff onto a text: see {@link Apply}. */
public sealed interface Placement {
  /**
   * It fits.
   *
   * @param after the post-image; empty text when the patch deletes the file
   * @param offsets for each hunk how many lines below its place it was found, negative above
   */
  record Applied(SourceText after, List<Integer> offsets) implements Placement {
    public Applied {
      offsets = List.copyOf(offsets);
    }

    /** Whether every hunk stood where it said. */
    public boolean isExact() {
      for (int offset : offsets) if (offset != 0) return false;
      return true;
    }
  }

  /**
   * It does not.
   *
   * @param path the file
   * @param hunk which, from 1; 0 when it is not about a hunk
   * @param line the pre-image's line that differs first at the hunk's own place, from 1; 0 when it is not about a line
   * @param reason one sentence for people
   */
  record Refused(String path, int hunk, int line, String reason) implements Placement {
    @Override
    public String toString() {
      return path + (line > 0 ? ":" + line : "") + ": " + reason;
    }
  }
}
