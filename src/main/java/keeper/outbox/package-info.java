// SPDX-License-Identifier: GPL-2.0-or-later
/**
 * Sends each letter once, or not at all.
 *
 * <p>Uses: text, mail, check, review, reply, report, store.
 */
package keeper.outbox;
