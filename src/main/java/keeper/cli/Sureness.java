// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import keeper.check.Confidence;

/** What people type after {@code --confidence}. */
enum Sureness {
  certain(Confidence.CERTAIN),
  likely(Confidence.LIKELY),
  possible(Confidence.POSSIBLE);

  private final Confidence least;

  Sureness(Confidence least) {
    this.least = least;
  }

  Confidence least() {
    return least;
  }
}
