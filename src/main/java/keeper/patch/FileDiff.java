// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.patch;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a patch does to one file. A new file has no pre-image, a deleted one no post-image.
 *
 * @param prePath the path before, without {@code a/}
 * @param postPath the path after, without {@code b/}
 * @param preBlob from the {@code index} line
 * @param postBlob from the {@code index} line
 * @param flags what else the header says: {@code rename}, {@code copy}, {@code mode}, {@code binary}, {@code new}, {@code deleted},
 *     {@code symlink}, {@code submodule}, {@code executable} (the mode after is 100755)
 * @param hunks in order; empty for a pure rename, a mode change, a binary file
 */
public record FileDiff(
    Optional<String> prePath,
    Optional<String> postPath,
    Optional<BlobId> preBlob,
    Optional<BlobId> postBlob,
    List<String> flags,
    List<Hunk> hunks) {
  public FileDiff {
    flags = List.copyOf(flags);
    hunks = List.copyOf(hunks);
  }

  /** The path after, or before when the file goes. */
  public String path() {
    return postPath.isPresent() ? postPath.get() : prePath.orElseThrow();
  }

  public int added() {
    return count(HunkLine.Kind.ADDED);
  }

  public int removed() {
    return count(HunkLine.Kind.REMOVED);
  }

  private int count(HunkLine.Kind kind) {
    int count = 0;
    for (Hunk hunk : hunks) for (HunkLine line : hunk.lines()) if (line.kind() == kind) count++;
    return count;
  }

  /** Whether the header says so: one of {@code flags}. */
  public boolean is(String flag) {
    return flags.contains(flag);
  }

  /** The line of the pre-image that a line of the post-image is; 0 when the patch wrote it. Both count from 1. */
  public int preLine(int postLine) {
    int moved = 0;
    for (Hunk hunk : hunks) {
      boolean above = hunk.postImage().count() == 0 ? hunk.postImage().start() < postLine : hunk.postImage().end() <= postLine;
      if (above) {
        moved += hunk.preImage().count() - hunk.postImage().count();
        continue;
      }
      if (!hunk.postImage().contains(postLine)) break;
      int pre = hunk.preImage().start();
      int post = hunk.postImage().start();
      for (HunkLine line : hunk.lines()) {
        if (line.inPostImage() && post == postLine) return line.inPreImage() ? pre : 0;
        if (line.inPreImage()) pre++;
        if (line.inPostImage()) post++;
      }
    }
    return postLine + moved;
  }

  /** The same change backwards. */
  public FileDiff reversed() {
    List<String> turned = new ArrayList<>();
    for (String flag : flags) turned.add(flag.equals("new") ? "deleted" : flag.equals("deleted") ? "new" : flag);
    List<Hunk> back = new ArrayList<>();
    for (Hunk hunk : hunks) back.add(hunk.reversed());
    return new FileDiff(postPath, prePath, postBlob, preBlob, turned, back);
  }
}
