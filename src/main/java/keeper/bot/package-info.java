// SPDX-License-Identifier: GPL-2.0-or-later
/**
 * The path of a patch, and when it is walked; the one room of Quartz.
 *
 * <p>Uses: text, config, mail, patch, series, lineage, rule, check, custom, review, reply, git, store, outbox, inbox.
 */
package keeper.bot;
