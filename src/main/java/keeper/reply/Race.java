// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.reply;

import java.util.Optional;
import keeper.check.Finding;
import keeper.check.Witness;
import keeper.patch.HunkLine;
import keeper.review.PatchReview;

/**
 * Two processors in columns: a guarded member changes on one while the other, which holds the lock, uses it. Drawn only when
 * both statements can be shown as they are in the code.
 */
final class Race {
  private static final int COLUMN = 36;

  private Race() {}

  static Optional<String> columns(Finding finding, PatchReview review) {
    if (!finding.check().equals("unguarded-access") || !finding.kind().equals("write") && !finding.kind().equals("free"))
      return Optional.empty();
    Anchor anchor = Anchor.of(finding, review.patch());
    if (anchor == null || !anchor.exact()) return Optional.empty();
    HunkLine line = anchor.in(review.patch());
    for (Witness witness : finding.evidence()) {
      String other = function(witness.text());
      String there = code(PostImage.line(review, witness.at().path(), witness.at().line()));
      if (other.isEmpty() || other.equals(finding.function()) || !Anchor.names(there, Anchor.lastMember(finding.subject()))) continue;
      return drawn(finding, code(line.text()), other, there);
    }
    return Optional.empty();
  }

  private static Optional<String> drawn(Finding finding, String here, String other, String there) {
    String text = row("  CPU0 " + finding.function() + "()", "CPU1 " + other + "()")
        + row("", "  holds " + Anchor.lastMember(finding.lock()))
        + row("    " + here, "")
        + row("", "  " + there);
    for (String drawn : text.split("\n")) if (drawn.length() > Words.WIDTH) return Optional.empty();
    if (here.length() + 4 >= COLUMN || finding.function().length() + 9 >= COLUMN) return Optional.empty();
    return Optional.of(text.substring(0, text.length() - 1));
  }

  private static String row(String left, String right) {
    if (right.isEmpty()) return left + "\n";
    return left + " ".repeat(Math.max(1, COLUMN - left.length())) + right + "\n";
  }

  private static String code(String line) {
    String text = Words.brief(line, 60);
    return text.endsWith(";") ? text.substring(0, text.length() - 1) : text;
  }

  /** {@code vfio_pci_request} of {@code vfio_pci_request() holds igate here}. */
  private static String function(String text) {
    int call = text.indexOf("()");
    return call < 0 ? "" : Anchor.lastMember(text.substring(0, call));
  }
}
