// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import keeper.text.SourceText;
import org.eclipse.jgit.diff.DiffEntry;
import org.eclipse.jgit.diff.Edit;
import org.eclipse.jgit.diff.HistogramDiff;
import org.eclipse.jgit.diff.RawText;
import org.eclipse.jgit.diff.RawTextComparator;
import org.eclipse.jgit.diff.RenameDetector;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.TreeFilter;

/**
 * Who wrote one line, as {@code git blame -w} would say: the line is followed back along the parent that has it, through every change of
 * its file and its renames. One line is a single path through the history, so nothing has to be blamed for the others.
 */
final class LineHistory {
  private static final int MOST_COMMITS = 50_000; // a bound that is the same on every machine
  private static final int MOST_RENAMES = 1_000; // files of a commit among which a rename is looked for
  private static final int LARGEST = 8 << 20; // bytes of a file

  private final Repository repository;
  private final ObjectReader objects;
  private String path;
  private PathInTrees where;
  private RawText text;
  private int line; // from 0

  private LineHistory(Repository repository, ObjectReader objects, SourceText text, int line) {
    this.repository = repository;
    this.objects = objects;
    this.path = text.path();
    this.where = new PathInTrees(objects, path);
    this.text = new RawText(text.bytes());
    this.line = line - 1;
  }

  /**
   * The commit that wrote the line; empty when that is more than {@link #MOST_COMMITS} steps back, or where the history is cut off, or
   * when the line is not that commit's.
   *
   * @param commit full id, from which on it is looked for
   * @param text the file as it stands there, or nearly
   * @param line from 1
   */
  static Optional<ObjectId> origin(Repository repository, String commit, SourceText text, int line) {
    try (ObjectReader objects = repository.newObjectReader(); RevWalk walk = new RevWalk(objects)) {
      walk.setRetainBody(false);
      LineHistory history = new LineHistory(repository, objects, text, line);
      RevCommit start = walk.parseCommit(ObjectId.fromString(commit));
      ObjectId blob = history.where.in(start.getTree());
      return blob == null || !history.step(history.path, blob) ? Optional.empty() : history.back(walk, start);
    } catch (IOException e) {
      return Optional.empty(); // a partial or damaged clone
    }
  }

  private Optional<ObjectId> back(RevWalk walk, RevCommit start) throws IOException {
    RevCommit at = start;
    for (int i = 0; i < MOST_COMMITS; i++) {
      walk.parseHeaders(at);
      if (at.getParentCount() == 0)
        return repository.getObjectDatabase().getShallowCommits().contains(at) ? Optional.empty() : Optional.of(at.copy());
      RevCommit next = parent(walk, at);
      if (next == null) return Optional.of(at.copy());
      at = next;
    }
    return Optional.empty();
  }

  /** The parent that has the file as it is, else the first that has the line; null when the commit wrote it. */
  private RevCommit parent(RevWalk walk, RevCommit at) throws IOException {
    ObjectId mine = where.in(at.getTree());
    ObjectId[] blobs = new ObjectId[at.getParentCount()];
    for (int i = 0; i < blobs.length; i++) {
      RevCommit parent = at.getParent(i);
      walk.parseHeaders(parent);
      blobs[i] = where.in(parent.getTree());
      if (mine != null && mine.equals(blobs[i])) return parent;
    }
    for (int i = 0; i < blobs.length; i++) {
      RevCommit parent = at.getParent(i);
      if (blobs[i] != null ? step(path, blobs[i]) : renamed(parent, at)) return parent;
    }
    return null;
  }

  /** Goes over to an older text, when the line is in it. */
  private boolean step(String older, ObjectId blob) throws IOException {
    var loader = objects.open(blob);
    if (loader.getSize() > LARGEST) return false;
    RawText before = new RawText(loader.getBytes(LARGEST));
    int moved = 0;
    for (Edit edit : new HistogramDiff().diff(RawTextComparator.WS_IGNORE_ALL, before, text)) {
      if (edit.getBeginB() > line) break;
      if (edit.getEndB() > line) return false;
      moved += edit.getLengthA() - edit.getLengthB();
    }
    line += moved;
    text = before;
    if (!older.equals(path)) where = new PathInTrees(objects, older);
    path = older;
    return true;
  }

  /** The file had another name in the parent. */
  private boolean renamed(RevCommit parent, RevCommit at) throws IOException {
    try (TreeWalk tree = new TreeWalk(repository, objects)) {
      tree.setRecursive(true);
      tree.addTree(parent.getTree());
      tree.addTree(at.getTree());
      tree.setFilter(TreeFilter.ANY_DIFF);
      List<DiffEntry> entries = DiffEntry.scan(tree);
      if (entries.size() > MOST_RENAMES) return false;
      RenameDetector detector = new RenameDetector(repository);
      detector.addAll(entries);
      for (DiffEntry entry : detector.compute())
        if (entry.getNewPath().equals(path) && !entry.getOldPath().equals(DiffEntry.DEV_NULL)) return step(entry.getOldPath(), entry.getOldId().toObjectId());
      return false;
    }
  }
}
