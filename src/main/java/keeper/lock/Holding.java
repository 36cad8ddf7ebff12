// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lock;

/** Whether a lock is held at a point. */
public enum Holding {
  HELD,
  NOT_HELD,
  /** Not known, or different from path to path. */
  UNKNOWN
}
