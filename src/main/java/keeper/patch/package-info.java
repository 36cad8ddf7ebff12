// SPDX-License-Identifier: GPL-2.0-or-later
/**
 * What a patch says, whoever carried it.
 *
 * <p>Uses: text.
 */
package keeper.patch;
