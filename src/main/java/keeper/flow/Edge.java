// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.flow;

/**
 * Where control may go next.
 *
 * @param target index of the block
 * @param assumption what is then known
 */
public record Edge(int target, Assumption assumption) {}
