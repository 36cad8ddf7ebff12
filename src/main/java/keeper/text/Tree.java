// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.text;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Files by path, at one moment: a folder, a commit, a patched copy of either, or the little that a diff shows. Paths are
 * relative, with {@code /}. Implementations that touch a disk or a repository live above the double line; they are
 * safe to ask from several threads.
 */
public interface Tree {
  /** The file, or empty when the tree has none there or cannot show it. */
  Optional<SourceText> file(String path);

  /** An id of the file's content, the same for the same bytes (git's blob id where one is known); empty without the file. */
  Optional<String> contentId(String path);

  /** Paths under a folder that end in the given suffix, sorted; the empty folder is the top. May be empty when not known. */
  List<String> paths(String folder, String suffix);

  /** The same of the folder itself only, not of those in it. */
  default List<String> files(String folder, String suffix) {
    int start = folder.isEmpty() ? 0 : folder.length() + 1;
    return paths(folder, suffix).stream().filter(path -> path.indexOf('/', start) < 0).toList();
  }

  /** The tree that this one is but for a few files; empty for a tree of its own. */
  default Optional<Tree> below() {
    return Optional.empty();
  }

  /** The paths at which it differs from the tree {@link #below}, those that are gone included. */
  default Set<String> differing() {
    return Set.of();
  }

  /** Whether its history has a commit, by its id or 8 digits or more of it; empty when that cannot be told. */
  default Optional<Boolean> has(String commit) {
    return Optional.empty();
  }

  /** What was computed from its files before. */
  default Kept kept() {
    return Kept.NONE;
  }

  /** For people: {@code linux-source-6.1}, {@code vfio@b872d0640840}, {@code hunks}. */
  String name();
}
