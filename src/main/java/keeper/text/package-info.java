// SPDX-License-Identifier: GPL-2.0-or-later
/**
 * The text of a file, and places in it.
 *
 * <p>Uses: nothing.
 */
package keeper.text;
