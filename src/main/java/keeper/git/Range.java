// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import keeper.patch.CommitId;
import keeper.patch.CommitMessage;
import keeper.patch.Patch;
import keeper.review.Change;
import keeper.text.Files;
import keeper.text.Tree;
import org.eclipse.jgit.diff.DiffFormatter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevSort;
import org.eclipse.jgit.revwalk.RevWalk;

/**
 * Commits of a repository, read as patches: {@code A..B} is what B has and A has not, oldest first, without merges; anything else
 * is one commit. Close it when the trees of its patches are not needed any more.
 */
public final class Range implements AutoCloseable {
  private static final int DIFF_LIMIT = 64 << 20; // bytes of one commit's diff

  private final Repository repository;
  private final Path folder;
  private final List<RevCommit> commits;

  private Range(Repository repository, Path folder, List<RevCommit> commits) {
    this.repository = repository;
    this.folder = folder;
    this.commits = commits;
  }

  /** @throws GitException when there is no such repository or revision */
  public static Range open(Path folder, String range) {
    Repository repository = Jgit.open(folder);
    boolean fine = false;
    try {
      List<RevCommit> commits = commits(repository, folder.toString(), range);
      fine = true;
      return new Range(repository, folder, commits);
    } catch (IOException e) {
      throw new GitException(folder + ": cannot be read (" + Jgit.reason(e) + "); try git fsck there", e);
    } finally {
      if (!fine) repository.close();
    }
  }

  private static List<RevCommit> commits(Repository repository, String where, String range) throws IOException {
    if (range.contains("...")) throw new GitException(where + ": " + range + ": only A..B, or one revision, can be reviewed");
    int dots = range.indexOf("..");
    if (dots < 0) return List.of(Revisions.commit(repository, range, where));
    String from = dots == 0 ? "HEAD" : range.substring(0, dots);
    String to = dots + 2 == range.length() ? "HEAD" : range.substring(dots + 2);
    List<RevCommit> found = new ArrayList<>();
    try (RevWalk walk = new RevWalk(repository)) {
      walk.setRetainBody(false);
      walk.sort(RevSort.TOPO);
      walk.sort(RevSort.REVERSE, true);
      walk.markUninteresting(walk.parseCommit(Revisions.commit(repository, from, where)));
      walk.markStart(walk.parseCommit(Revisions.commit(repository, to, where)));
      for (RevCommit commit; (commit = walk.next()) != null; ) if (commit.getParentCount() < 2) found.add(commit);
    }
    return found;
  }

  /**
   * A commit as a patch.
   *
   * @param author name and mailbox
   * @param change the patch, and the trees before and after it
   */
  public record Committed(CommitId id, String author, Instant authored, Change change) {}

  /** Of the commits, in order. */
  public List<CommitId> ids() {
    return commits.stream().map(commit -> new CommitId(commit.name())).toList();
  }

  public int size() {
    return commits.size();
  }

  /** The commit at this place, from 0. */
  public Committed patch(int index) {
    try (RevWalk walk = new RevWalk(repository)) {
      RevCommit commit = walk.parseCommit(commits.get(index));
      Tree before = commit.getParentCount() == 0 ? Files.NONE : tree(walk.parseCommit(commit.getParent(0)));
      PersonIdent author = commit.getAuthorIdent();
      Patch patch = patch(commit);
      return new Committed(
          new CommitId(commit.name()), author.getName() + " <" + author.getEmailAddress() + ">", author.getWhenAsInstant(),
          new Change(patch, before, tree(commit)));
    } catch (IOException e) {
      throw new GitException(folder + ": commit " + commits.get(index).name() + " cannot be read (" + Jgit.reason(e) + "); try git fsck there", e);
    }
  }

  private Tree tree(RevCommit commit) {
    Path name = folder.toAbsolutePath().normalize().getFileName();
    return GitTree.of(repository, commit, name == null ? "git" : name.toString());
  }

  private Patch patch(RevCommit commit) throws IOException {
    Patch diff = Patch.ofDiff(diff(commit), commit.name());
    return new Patch(CommitMessage.of(commit.getFullMessage()), "", diff.files(), diff.problems());
  }

  /** To be mailed. */
  Formatted formatted(int index) {
    try (RevWalk walk = new RevWalk(repository)) {
      RevCommit commit = walk.parseCommit(commits.get(index));
      return new Formatted(CommitMessage.of(commit.getFullMessage()), diff(commit));
    } catch (IOException e) {
      throw new GitException(folder + ": commit " + commits.get(index).name() + " cannot be read (" + Jgit.reason(e) + "); try git fsck there", e);
    }
  }

  private String diff(RevCommit commit) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (DiffFormatter diff = new DiffFormatter(text)) {
      diff.setRepository(repository);
      diff.setDetectRenames(true);
      diff.setAbbreviationLength(40);
      var entries = diff.scan(commit.getParentCount() == 0 ? null : commit.getParent(0), commit);
      for (var entry : entries) {
        diff.format(entry);
        diff.flush();
        if (text.size() > DIFF_LIMIT)
          throw new GitException(folder + ": commit " + commit.name() + " changes too much (more than " + (DIFF_LIMIT >> 20) + " MiB of diff)");
      }
    }
    return text.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    repository.close();
  }
}
