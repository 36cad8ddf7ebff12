// SPDX-License-Identifier: GPL-2.0-or-later
/**
 * What a patch changed about the findings. It knows no mail transport.
 *
 * <p>Uses: text, mail, patch, series, c, check.
 */
package keeper.review;
