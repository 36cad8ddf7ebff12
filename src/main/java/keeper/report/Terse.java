// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.report;

import keeper.check.Confidence;
import keeper.check.Finding;
import keeper.text.Printable;

/** {@code --format terse}: checkpatch's shape, one line a finding, nothing when clean. */
public final class Terse {
  private Terse() {}

  /** Zero or more lines, each with its newline. */
  public static String lines(Reviewed reviewed, Selection selection) {
    StringBuilder text = new StringBuilder();
    for (Selection.Shown shown : selection.of(reviewed.review())) {
      Finding finding = shown.raised().finding();
      text.append(Printable.line(finding.at().path())).append(':').append(finding.at().line()).append(": ");
      text.append(finding.confidence() == Confidence.CERTAIN ? "ERROR" : "WARNING");
      text.append(": [").append(finding.check()).append("] ").append(Printable.line(finding.message()));
      text.append(finding.held().isEmpty() ? " (no lock held)" : " (held: " + Printable.line(String.join(", ", finding.held())) + ")").append('\n');
    }
    return text.toString();
  }
}
