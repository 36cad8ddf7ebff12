// SPDX-License-Identifier: GPL-2.0-or-later
/**
 * A review in other tools' words.
 *
 * <p>Uses: text, mail, patch, series, check, review.
 */
package keeper.report;
