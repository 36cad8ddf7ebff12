// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.review;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import keeper.c.Fragment;
import keeper.patch.FileDiff;
import keeper.patch.Hunk;
import keeper.patch.HunkLine;
import keeper.patch.Patch;
import keeper.text.Files;
import keeper.text.SourceText;
import keeper.text.Tree;

/** One side of a patch as its hunks show it: files with gaps, lines where they stand in the real file. */
final class HunkTree {
  private HunkTree() {}

  static Tree before(Patch patch) {
    return side(patch, true);
  }

  static Tree after(Patch patch) {
    return side(patch, false);
  }

  private static Tree side(Patch patch, boolean before) {
    List<SourceText> texts = new ArrayList<>();
    for (FileDiff file : patch.files()) {
      Optional<String> path = before ? file.prePath() : file.postPath();
      List<Fragment.Run> runs = runs(file, before);
      if (path.isPresent() && !runs.isEmpty()) texts.add(Fragment.of(path.get(), runs));
    }
    return Files.of("hunks", texts);
  }

  private static List<Fragment.Run> runs(FileDiff file, boolean before) {
    List<Fragment.Run> runs = new ArrayList<>();
    int number = 0;
    for (Hunk hunk : file.hunks()) {
      number++;
      List<String> lines = new ArrayList<>();
      for (HunkLine line : hunk.lines()) if (before ? line.inPreImage() : line.inPostImage()) lines.add(line.text());
      if (!lines.isEmpty()) runs.add(new Fragment.Run(before ? hunk.preImage().start() : hunk.postImage().start(), lines, hunk.section(), number));
    }
    return runs;
  }
}
