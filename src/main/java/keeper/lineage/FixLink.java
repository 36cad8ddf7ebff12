// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lineage;

import java.util.List;

/**
 * One change has to do with another.
 *
 * @param fix the later one
 * @param culprit the one that it names
 * @param evidence why we think so, the strongest first; never empty
 * @param sureness how sure
 * @param note what is wrong with the evidence, for people; mostly empty
 */
public record FixLink(Member fix, Member culprit, List<Evidence> evidence, Sureness sureness, String note) {
  /** How sure a link is; queries take a least one. */
  public enum Sureness {
    WEAK,
    LIKELY,
    SURE;

    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  public FixLink {
    evidence = List.copyOf(evidence);
  }

  /** A tag, a revert or a reapply: more than a mention. */
  public boolean isFix() {
    return evidence.stream().anyMatch(FixLink::isFix);
  }

  static boolean isFix(Evidence evidence) {
    return evidence instanceof Evidence.Tag || evidence instanceof Evidence.Revert || evidence instanceof Evidence.Reapply;
  }
}
