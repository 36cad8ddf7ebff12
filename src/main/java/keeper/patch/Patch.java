// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.patch;

import java.util.ArrayList;
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

  /**
   * Reads a patch: log, {@code ---}, notes, diff. Never throws.
   *
   * @param text a mail's body, a file of format-patch without its header, a log with its diff; lines end with {@code \n}
   * @param title the log's first line: a mail's subject without brackets
   * @param path what to call the text in problems: a file's name, a Message-ID
   */
  public static Patch parse(CharSequence text, String title, String path) {
    return parse(text, title, path, 0);
  }

  /** As above, with the log beginning at an offset: what stands before it is talk, and counts for line numbers alone. */
  public static Patch parse(CharSequence text, String title, String path, int logStart) {
    return PatchParser.parse(text.toString(), title, path, logStart);
  }

  /** Reads a bare diff ({@code git diff}, {@code diff -u}); a log before it is kept, its first line the title. */
  public static Patch ofDiff(CharSequence text, String path) {
    return PatchParser.diff(text.toString(), path);
  }

  /** Whether everything in it could be read and can be used: no problem at all. */
  public boolean isWhole() {
    return problems.isEmpty();
  }

  public int added() {
    int added = 0;
    for (FileDiff file : files) added += file.added();
    return added;
  }

  public int removed() {
    int removed = 0;
    for (FileDiff file : files) removed += file.removed();
    return removed;
  }

  public boolean isEmpty() {
    return files.isEmpty();
  }

  /** Files as they are called after the patch, those that it deletes left out; in order, without repeats. */
  public List<String> paths() {
    List<String> paths = new ArrayList<>();
    for (FileDiff file : files)
      if (file.postPath().isPresent() && !paths.contains(file.postPath().get())) paths.add(file.postPath().get());
    return paths;
  }
}
