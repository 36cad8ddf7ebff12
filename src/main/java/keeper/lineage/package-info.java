// SPDX-License-Identifier: GPL-2.0-or-later
/**
 * Which commit fixes which, and why we think so; over commits and over patches that were only posted.
 *
 * <p>{@link keeper.lineage.Evidence} is what a log says. {@link keeper.lineage.Change} is one change under all its names: commits,
 * postings, ids that others named it by. {@link keeper.lineage.Lineage} answers questions, over whatever {@link keeper.lineage.Known}
 * knows. Ids are resolved when somebody asks, never when they are written down: an abbreviation may become ambiguous, and a commit
 * may be indexed after the fix that names it.
 *
 * <p>Uses: text, mail, patch.
 */
package keeper.lineage;
