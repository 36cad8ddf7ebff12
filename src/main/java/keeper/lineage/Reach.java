// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lineage;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import keeper.patch.CommitId;

/**
 * How far an index reaches: no answer is more than what these know.
 *
 * @param histories in the order in which they were indexed
 * @param lists by name
 */
public record Reach(List<History> histories, List<MailingList> lists) {
  public Reach {
    histories = List.copyOf(histories);
    lists = List.copyOf(lists);
  }

  /**
   * An indexed repository.
   *
   * @param head the newest commit
   * @param newest its committer's date
   * @param cut history is cut off: what is older is not known
   */
  public record History(String name, long commits, CommitId head, Instant newest, Optional<Instant> cut) {}

  /** A list's archive. */
  public record MailingList(String name, long patches, Instant newest) {}

  /** One line for people, {@code index: mainline to b872d0640840 (2020-07-17); kvm to 2020-07-20}. */
  public String line() {
    List<String> parts = new ArrayList<>();
    for (History history : histories)
      parts.add(history.name + " to " + history.head.brief() + " (" + day(history.newest) + ", " + counted(history.commits, "commit") + ")"
          + history.cut.map(cut -> ", index incomplete before " + day(cut)).orElse(""));
    for (MailingList list : lists)
      parts.add("list " + list.name + (list.patches == 0 ? ", no patch yet" : " to " + day(list.newest) + " (" + counted(list.patches, "patch mail") + ")"));
    if (histories.isEmpty()) parts.add("no git history yet: lockkeeper lineage index REPO");
    return "index: " + String.join("; ", parts);
  }

  /** {@code 2020-05-11}. */
  public static String day(Instant time) {
    return time.toString().substring(0, 10);
  }

  private static String counted(long count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }
}
