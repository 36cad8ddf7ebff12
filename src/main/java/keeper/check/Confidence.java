// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

/** How sure a finding is. */
public enum Confidence {
  /** Every fact it needs is visible. */
  CERTAIN,
  /** It needs one assumption, which the finding states. */
  LIKELY,
  /** It needs more than one; never printed by default, never mailed. */
  POSSIBLE;

  /** As people type it. */
  public String word() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
