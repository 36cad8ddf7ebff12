// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.reply;

import java.util.Optional;
import keeper.patch.FileDiff;
import keeper.patch.Hunk;
import keeper.patch.HunkLine;
import keeper.review.Base;
import keeper.review.PatchReview;
import keeper.text.SourceText;

/** Lines of the files as the patch leaves them, from its hunks and the tree below. */
final class PostImage {
  private PostImage() {}

  /** The line's text; empty when neither the hunks nor a tree show it. */
  static String line(PatchReview review, String path, int number) {
    int line = number;
    String below = path;
    for (FileDiff file : review.patch().files()) {
      if (file.postPath().isEmpty() || !file.postPath().get().equals(path)) continue;
      below = file.prePath().orElse(path);
      for (Hunk hunk : file.hunks()) {
        if (hunk.postImage().contains(number)) return inHunk(hunk, number);
        if (hunk.postImage().start() < number) line -= hunk.postImage().count() - hunk.preImage().count();
      }
    }
    if (!(review.base() instanceof Base.Found found)) return "";
    Optional<SourceText> source = found.tree().file(below);
    return source.isEmpty() || line < 1 || line > source.get().lines() ? "" : source.get().lineText(line);
  }

  private static String inHunk(Hunk hunk, int number) {
    int next = hunk.postImage().start();
    for (HunkLine line : hunk.lines()) if (line.inPostImage() && next++ == number) return line.text();
    return "";
  }
}
