// SPDX-License-Identifier: GPL-2.0-or-later
/**
 * The questions we ask of a function. It knows no patches.
 *
 * <p>Uses: text, c, flow, lock, rule.
 */
package keeper.check;
