// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.reply;

import java.util.List;
import java.util.Map;
import keeper.check.Finding;
import keeper.lineage.Lint;
import keeper.mail.MessageId;

/**
 * What a letter may tell beyond its patch.
 *
 * @param since by identity of a finding that was there before: the commit that brought it, twelve digits
 * @param said by identity of a new finding: the letter in which an earlier version of the patch was told of it
 * @param tags the patch's {@code Fixes:} tags, judged; never a reason for a letter
 * @param gone what the version before was told of, and this one has no more
 */
public record Background(Map<String, String> since, Map<String, MessageId> said, List<Lint.Checked> tags, List<Finding> gone) {
  public static final Background NONE = new Background(Map.of(), Map.of(), List.of());

  /** Of a first version. */
  public Background(Map<String, String> since, Map<String, MessageId> said, List<Lint.Checked> tags) {
    this(since, said, tags, List.of());
  }

  public Background {
    since = Map.copyOf(since);
    said = Map.copyOf(said);
    tags = List.copyOf(tags);
    gone = List.copyOf(gone);
  }
}
