// SPDX-License-Identifier: GPL-2.0-or-later
/**
 * Whether we answer, and the letter.
 *
 * <p>Uses: text, mail, patch, series, lineage, check, review.
 */
package keeper.reply;
