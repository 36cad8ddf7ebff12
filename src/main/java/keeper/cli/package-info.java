// SPDX-License-Identifier: GPL-2.0-or-later
/**
 * Commands, their help, their exit codes.
 *
 * <p>Uses: text, config, mail, patch, c, rule, series, lineage, flow, lock, check, custom, review, report, reply, git, store, outbox, inbox, bot, web.
 */
package keeper.cli;
