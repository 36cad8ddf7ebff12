// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import keeper.git.GitException;
import keeper.store.StoreException;

/** What the floors below throw when the world fails, as a refusal with its exit code. */
final class Failures {
  private Failures() {}

  /** Null for what nobody expected. */
  static Refusal refusal(Exception e) {
    if (e instanceof GitException || e instanceof StoreException) return new Refusal(Refusal.INPUT, e.getMessage());
    return null;
  }
}
