// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import keeper.check.Confidence;
import keeper.review.PatchReview;
import keeper.review.Raised;

/**
 * Which findings are printed.
 *
 * @param least the least confidence
 * @param checks ids of the checks to print; empty means all
 * @param standing also what was wrong before the patch
 */
public record Selection(Confidence least, Set<String> checks, boolean standing) {
  /** What is printed when nobody asked for anything else. */
  public static final Selection USUAL = new Selection(Confidence.LIKELY, Set.of(), false);

  /** A finding and whether the patch brought it. */
  public record Shown(Raised raised, boolean introduced) {}

  public Selection {
    checks = Set.copyOf(checks);
  }

  /** By place, then check, then subject; what is new before what stands at the same place. */
  public List<Shown> of(PatchReview review) {
    List<Shown> shown = new ArrayList<>();
    for (Raised raised : review.introduced()) if (takes(raised)) shown.add(new Shown(raised, true));
    if (standing) for (Raised raised : review.standing()) if (takes(raised)) shown.add(new Shown(raised, false));
    shown.sort(Comparator.comparing(one -> one.raised().finding()));
    return shown;
  }

  /** Whether a finding is sure enough and of a check that was asked for. */
  public boolean takes(Raised raised) {
    return raised.finding().confidence().compareTo(least) <= 0
        && (checks.isEmpty() || checks.contains(raised.finding().check()));
  }
}
