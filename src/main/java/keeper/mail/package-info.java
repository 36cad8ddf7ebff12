// SPDX-License-Identifier: GPL-2.0-or-later
/**
 * One mail, as its author meant it.
 *
 * <p>Uses: text.
 */
package keeper.mail;
