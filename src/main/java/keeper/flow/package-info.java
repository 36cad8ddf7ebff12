// SPDX-License-Identifier: GPL-2.0-or-later
/**
 * What a function does, step by step, on every path. It knows no locks.
 *
 * <p>Uses: text, c.
 */
package keeper.flow;
