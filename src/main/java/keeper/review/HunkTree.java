// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.review;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import keeper.c.Fragment;
import keeper.patch.FileDiff;
import keeper.patch.Hunk;
import keeper.patch.HunkLine;
import keeper.patch.Patch;
import keeper.text.ContentId;
import keeper.text.SourceText;
import keeper.text.Tree;

/** One side of a patch as its hunks show it: files with gaps, lines where they stand in the real file. */
final class HunkTree implements Tree {
  private final Map<String, SourceText> files = new TreeMap<>();

  private HunkTree() {}

  static HunkTree before(Patch patch) {
    HunkTree tree = new HunkTree();
    for (FileDiff file : patch.files()) file.prePath().ifPresent(path -> tree.put(path, file, true));
    return tree;
  }

  static HunkTree after(Patch patch) {
    HunkTree tree = new HunkTree();
    for (FileDiff file : patch.files()) file.postPath().ifPresent(path -> tree.put(path, file, false));
    return tree;
  }

  private void put(String path, FileDiff file, boolean before) {
    List<Fragment.Run> runs = new ArrayList<>();
    for (Hunk hunk : file.hunks()) {
      List<String> lines = new ArrayList<>();
      for (HunkLine line : hunk.lines()) if (before ? line.inPreImage() : line.inPostImage()) lines.add(line.text());
      if (!lines.isEmpty()) runs.add(new Fragment.Run(before ? hunk.preImage().start() : hunk.postImage().start(), lines, hunk.section()));
    }
    if (!runs.isEmpty()) files.put(path, Fragment.of(path, runs));
  }

  @Override
  public Optional<SourceText> file(String path) {
    return Optional.ofNullable(files.get(path));
  }

  @Override
  public Optional<String> contentId(String path) {
    return file(path).map(text -> ContentId.blob(text.bytes()));
  }

  @Override
  public List<String> paths(String folder, String suffix) {
    String prefix = folder.isEmpty() ? "" : folder + "/";
    return files.keySet().stream().filter(path -> path.startsWith(prefix) && path.endsWith(suffix)).toList();
  }

  @Override
  public String name() {
    return "hunks";
  }
}
