// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lineage;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import keeper.mail.MessageId;
import keeper.patch.CommitId;

/** Something with a log of its own: a commit, or a patch that was posted. */
public sealed interface Source {
  /** White space collapsed. */
  String title();

  /** Name and mailbox; may be empty. */
  String author();

  /** When it was written: the author's date of a commit, the arrival of a mail. */
  Instant when();

  /**
   * A commit of an indexed repository.
   *
   * @param id full
   * @param repositories names of those that have it, in the order in which they were indexed
   * @param number in the index's arrays, see {@link Graph}; 0 when it has none
   */
  record InHistory(CommitId id, String title, String author, Instant when, Instant committed, List<String> repositories, int number)
      implements Source {
    public InHistory {
      repositories = List.copyOf(repositories);
    }
  }

  /**
   * A patch mail.
   *
   * @param version from 1
   * @param patchId of its diff; empty when it has none that counts
   * @param commit the id in its {@code From } line, where a file of format-patch was read
   */
  record Posted(MessageId id, String title, String author, Instant when, int version, String patchId, Optional<CommitId> commit)
      implements Source {}
}
