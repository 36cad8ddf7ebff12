// SPDX-License-Identifier: GPL-2.0-or-later
/**
 * The C of the kernel: tokens, functions, statements, expressions. It knows shapes, not kernel names.
 *
 * <p>Uses: text.
 */
package keeper.c;
