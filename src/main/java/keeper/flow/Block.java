// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.flow;

import java.util.List;

/**
 * Steps that always run together.
 *
 * @param index its place in the graph
 * @param steps in order
 * @param edges where control goes then; none at the exit and behind a call that never returns
 */
public record Block(int index, List<Step> steps, List<Edge> edges) {
  public Block {
    steps = List.copyOf(steps);
    edges = List.copyOf(edges);
  }
}
