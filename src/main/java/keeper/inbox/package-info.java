// SPDX-License-Identifier: GPL-2.0-or-later
/**
 * The bot's own mailbox: what people write to it rather than to a list. Read only, nothing is deleted or marked there.
 *
 * <p>Uses: mail.
 */
package keeper.inbox;
