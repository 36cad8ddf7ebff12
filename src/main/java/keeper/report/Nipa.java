// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.report;

import java.util.List;
import keeper.check.Confidence;
import keeper.review.Status;
import keeper.text.Printable;

/**
 * The verdict that a runner of tests for a list wants, as netdev's NIPA does: one line of description, and an exit code of its own.
 *
 * @param code 0 pass, 250 warning, 1 fail
 * @param line the description, without a line break
 */
public record Nipa(int code, String line) {
  public static final int PASS = 0;
  public static final int WARNING = 250;
  public static final int FAIL = 1;

  /** Fails on a finding that is certain; warns of others, and of what could not be reviewed. */
  public static Nipa of(List<Reviewed> all, Selection selection) {
    int findings = 0;
    boolean certain = false;
    String first = "";
    String missed = "";
    for (Reviewed reviewed : all) {
      Status status = reviewed.review().status();
      if (status == Status.DOES_NOT_APPLY || status == Status.UNREADABLE) missed = Printable.line("not reviewed, " + status.word() + ": " + reviewed.review().reason());
      for (Selection.Shown shown : selection.of(reviewed.review())) {
        if (findings++ == 0) first = Printable.line(shown.raised().finding().at().path() + ":" + shown.raised().finding().at().line() + ": " + shown.raised().finding().message());
        certain |= shown.introduced() && shown.raised().finding().confidence() == Confidence.CERTAIN;
      }
    }
    if (findings > 0) return new Nipa(certain ? FAIL : WARNING, findings + (findings == 1 ? " new lock finding; " : " new lock findings; first: ") + first);
    return missed.isEmpty() ? new Nipa(PASS, "no new lock finding") : new Nipa(WARNING, missed);
  }
}
