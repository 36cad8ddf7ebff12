// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.List;

/** One question about a function. */
interface Check {
  /** The defect's name, as people type it: {@code missing-unlock}. */
  String id();

  /** Adds what there is to say about one function. */
  void findings(Facts facts, List<Finding> findings);
}
