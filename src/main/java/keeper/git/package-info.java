// SPDX-License-Identifier: GPL-2.0-or-later
/**
 * public-inbox epochs and kernel trees; the one room of JGit.
 *
 * <p>Uses: text, mail, patch, series, lineage, review.
 */
package keeper.git;
