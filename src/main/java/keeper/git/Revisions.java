// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import java.io.IOException;
import org.eclipse.jgit.errors.AmbiguousObjectException;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.errors.RevisionSyntaxException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/** Revisions as people type them. */
final class Revisions {
  private Revisions() {}

  /**
   * The commit that a revision means ({@code HEAD}, {@code v6.1}, {@code master~3}, an id or its beginning).
   *
   * @param where the repository, for people
   */
  static RevCommit commit(Repository repository, String revision, String where) {
    try (RevWalk walk = new RevWalk(repository)) {
      ObjectId id = repository.resolve(revision + "^{commit}");
      if (id == null) throw new GitException(where + ": has no revision " + revision + (revision.equals("HEAD") ? " (it is empty)" : "; try git log there"));
      return walk.parseCommit(id);
    } catch (AmbiguousObjectException e) {
      throw new GitException(where + ": several objects begin with " + revision + "; write more digits", e);
    } catch (MissingObjectException | IncorrectObjectTypeException | RevisionSyntaxException e) {
      throw new GitException(where + ": " + revision + " is no commit there; try git log there", e);
    } catch (IOException e) {
      throw new GitException(where + ": cannot be read (" + Jgit.reason(e) + "); try git fsck there", e);
    }
  }
}
