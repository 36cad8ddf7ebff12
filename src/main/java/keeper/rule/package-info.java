// SPDX-License-Identifier: GPL-2.0-or-later
/**
 * What people wrote down about locking.
 *
 * <p>Uses: text.
 */
package keeper.rule;
