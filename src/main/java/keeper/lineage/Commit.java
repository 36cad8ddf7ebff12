// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lineage;

import java.time.Instant;
import java.util.List;
import keeper.patch.CommitId;
import keeper.patch.CommitMessage;

/**
 * A commit as the lineage needs it: no tree, no diff.
 *
 * @param id full
 * @param parents full, in order
 * @param author name and mailbox
 * @param authored the author's date
 * @param committed the committer's date
 * @param message its log
 */
public record Commit(
    CommitId id, List<CommitId> parents, String author, Instant authored, Instant committed, CommitMessage message) {
  public Commit {
    parents = List.copyOf(parents);
  }
}
