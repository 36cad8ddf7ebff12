// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lock;

import java.util.List;
import keeper.flow.Step;

/**
 * A step and the worlds in which it is done.
 *
 * @param block the block's index in the graph
 * @param step what is done
 * @param worlds how things stand just before it; never empty
 */
public record Moment(int block, Step step, List<World> worlds) {}
