// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.patch;

import java.util.List;
import keeper.text.Problem;

/**
 * What a patch says, whoever carried it.
 *
 * @param message the log
 * @param notes what stands between {@code ---} and the diff, and after it
 * @param files in the order of the diff
 * @param problems what could not be read; a damaged hunk is here and not in {@code files}
 */
public record Patch(CommitMessage message, String notes, List<FileDiff> files, List<Problem> problems) {
  public Patch {
    files = List.copyOf(files);
    problems = List.copyOf(problems);
  }

  public boolean isEmpty() {
    return files.isEmpty();
  }

  /** Files as they are called after the patch, those that it deletes left out; in order, without repeats. */
  public List<String> paths() {
    return files.stream().flatMap(file -> file.postPath().stream()).distinct().toList();
  }
}
