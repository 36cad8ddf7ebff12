// SPDX-License-Identifier: GPL-2.0-or-later
/**
 * Mails that belong together, and their rerolls.
 *
 * <p>Uses: text, mail, patch.
 */
package keeper.series;
