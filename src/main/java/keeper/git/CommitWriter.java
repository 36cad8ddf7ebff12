// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.SortedMap;
import keeper.patch.CommitId;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;

/**
 * Writes commits into a bare repository of our own, without a work tree: samples, and archives in the form of public-inbox. The same calls give the
 * same ids.
 */
public final class CommitWriter implements AutoCloseable {
  private final Repository repository;
  private final Path folder;

  private CommitWriter(Path folder) {
    this.folder = folder;
    this.repository = Jgit.bare(folder);
  }

  /** Makes the repository, or opens the one that is there. Its branch is {@code master}. */
  public static CommitWriter at(Path folder) {
    Jgit.calm();
    return new CommitWriter(folder);
  }

  /**
   * Adds one commit on top of the branch.
   *
   * @param files the whole tree: path to bytes
   * @param author {@code name} and {@code mailbox}
   * @param committer likewise
   * @param date for both, in UTC, to the second
   * @param message as it stands
   * @throws GitException when the disk does not take it
   */
  public CommitId commit(SortedMap<String, byte[]> files, String[] author, String[] committer, Instant date, String message) {
    try (ObjectInserter inserter = repository.newObjectInserter()) {
      DirCache index = DirCache.newInCore();
      DirCacheBuilder builder = index.builder();
      for (var file : files.entrySet()) {
        DirCacheEntry entry = new DirCacheEntry(file.getKey());
        entry.setFileMode(FileMode.REGULAR_FILE);
        entry.setObjectId(inserter.insert(Constants.OBJ_BLOB, file.getValue()));
        builder.add(entry);
      }
      builder.finish();
      CommitBuilder commit = new CommitBuilder();
      commit.setTreeId(index.writeTree(inserter));
      ObjectId parent = repository.resolve("refs/heads/master");
      if (parent != null) commit.setParentId(parent);
      commit.setAuthor(new PersonIdent(author[0], author[1], date, ZoneOffset.UTC));
      commit.setCommitter(new PersonIdent(committer[0], committer[1], date, ZoneOffset.UTC));
      commit.setMessage(message);
      ObjectId id = inserter.insert(commit);
      inserter.flush();
      RefUpdate update = repository.updateRef("refs/heads/master");
      update.setNewObjectId(id);
      RefUpdate.Result result = update.update();
      if (result != RefUpdate.Result.NEW && result != RefUpdate.Result.FAST_FORWARD)
        throw new GitException(folder + ": the branch could not be moved (" + result + ")");
      return new CommitId(id.name());
    } catch (IOException e) {
      throw new GitException(folder + ": cannot be written (" + Jgit.reason(e) + "); check the disk and its rights", e);
    }
  }

  /** Puts all objects into one pack, and all names into one file, as a clone has them. */
  public void pack() {
    try {
      Git.wrap(repository).gc().call();
    } catch (GitAPIException e) {
      throw new GitException(folder + ": cannot be packed (" + Jgit.reason(e) + "); check the disk and its rights", e);
    }
  }

  @Override
  public void close() {
    repository.close();
  }
}
