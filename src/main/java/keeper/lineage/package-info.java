// SPDX-License-Identifier: GPL-2.0-or-later
/**
 * Which commit fixes which, and why we think so.
 *
 * <p>Uses: text, patch.
 */
package keeper.lineage;
