// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.flow;

import java.util.List;
import java.util.Map;
import keeper.c.Function;
import keeper.c.Type;

/**
 * A function's blocks. Block 0 is the entry, the last one the exit, which has no steps. Every block but perhaps the exit is reached from
 * the entry.
 *
 * @param function whose
 * @param blocks by index, in source order as far as there is one
 * @param variables parameters and locals with their types; a name declared twice keeps its first type
 * @param locals the names that are not parameters
 */
public record ControlFlowGraph(Function function, List<Block> blocks, Map<String, Type> variables, java.util.Set<String> locals) {
  public ControlFlowGraph {
    blocks = List.copyOf(blocks);
  }

  public Block entry() {
    return blocks.get(0);
  }

  public Block exit() {
    return blocks.get(blocks.size() - 1);
  }

  /**
   * Indexes of the blocks in reverse postorder: each one after all that lead to it, but for the backward edges of loops. Blocks that nothing
   * reaches are left out. Computed at each call.
   */
  public int[] order() {
    int count = blocks.size();
    int[] order = new int[count];
    int[] nextEdge = new int[count];
    boolean[] seen = new boolean[count];
    int[] stack = new int[count];
    int depth = 0;
    int free = count;
    stack[depth++] = 0;
    seen[0] = true;
    while (depth > 0) {
      int top = stack[depth - 1];
      List<Edge> edges = blocks.get(top).edges();
      // The last edge first, so that the order keeps to the source.
      int edge = edges.size() - 1 - nextEdge[top]++;
      if (edge < 0) {
        order[--free] = top;
        depth--;
      } else if (!seen[edges.get(edge).target()]) {
        seen[edges.get(edge).target()] = true;
        stack[depth++] = edges.get(edge).target();
      }
    }
    return java.util.Arrays.copyOfRange(order, free, count);
  }
}
