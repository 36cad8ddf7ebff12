// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.flow;

import java.util.List;
import java.util.Map;
import keeper.c.Function;
import keeper.c.Type;

/**
 * A function's blocks. Block 0 is the entry, the last one the exit, which has no steps.
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
}
