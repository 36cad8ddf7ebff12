// SPDX-License-Identifier: GPL-2.0-or-later
/**
 * Which locks are held at every step.
 *
 * <p>Uses: text, c, flow, rule.
 */
package keeper.lock;
