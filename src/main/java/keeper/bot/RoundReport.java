// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.bot;

import java.util.List;
import keeper.outbox.Outbox;

/**
 * What one round did.
 *
 * @param lists in the order in which they were read
 * @param sent what left
 */
public record RoundReport(List<ListReport> lists, Outbox.Sent sent) {
  /**
   * One list's share.
   *
   * @param list its address
   * @param mails new ones
   * @param series looked at
   * @param waiting series whose parts have not all come
   * @param reviewed patches
   * @param findings introduced by them
   * @param letters written
   * @param silent series that get no letter
   * @param failed series that could not be judged
   * @param heard one line for each command by mail
   * @param lines one for everything that a person should know
   */
  public record ListReport(
      String list, long mails, int series, int waiting, int reviewed, int findings, int letters, int silent, int failed, List<String> heard,
      List<String> lines) {
    public ListReport {
      heard = List.copyOf(heard);
      lines = List.copyOf(lines);
    }

    static ListReport unreached(String list, String line) {
      return new ListReport(list, 0, 0, 0, 0, 0, 0, 0, 0, List.of(), List.of(line));
    }
  }

  public RoundReport {
    lists = List.copyOf(lists);
  }

  /** Whether a person should look. */
  public boolean troubled() {
    return !sent.lines().isEmpty() || lists.stream().anyMatch(list -> !list.lines().isEmpty());
  }

  /** A line for each list, one for the outbox, and the troubles below. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (ListReport list : lists) {
      text.append(list.list()).append(": ").append(count(list.mails(), "new mail")).append(", ").append(count(list.series(), "series", "series"));
      text.append(", ").append(count(list.reviewed(), "patch reviewed", "patches reviewed"));
      text.append(", ").append(count(list.findings(), "new finding")).append(", ").append(count(list.letters(), "letter"));
      if (list.waiting() > 0) text.append(", ").append(list.waiting()).append(" waiting for parts");
      if (list.failed() > 0) text.append(", ").append(list.failed()).append(" failed");
      text.append('\n');
      for (String line : list.heard()) text.append("  ").append(line).append('\n');
      for (String line : list.lines()) text.append("  ").append(line).append('\n');
    }
    text.append("outbox: ").append(sent.sent()).append(" sent, ").append(sent.dryRun()).append(" dry run, ");
    text.append(sent.held()).append(" held, ").append(sent.failed()).append(" failed\n");
    for (String line : sent.lines()) text.append("  ").append(line).append('\n');
    return text.toString();
  }

  private static String count(long number, String one) {
    return count(number, one, one + "s");
  }

  private static String count(long number, String one, String more) {
    return number + " " + (number == 1 ? one : more);
  }
}
