// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

import java.util.List;
import keeper.text.Span;

/**
 * A variable whose initialiser names functions by member: {@code static const struct vfio_device_ops ops = { .open = my_open }}.
 *
 * @param struct the type's tag, or the typedef's name
 * @param variable the variable's name
 * @param slots in order; nested braces are taken in with their designators joined ({@code .ops.open})
 * @param span the variable's
 */
public record OperationsTable(String struct, String variable, List<Slot> slots, Span span) {
  public OperationsTable {
    slots = List.copyOf(slots);
  }

  /**
   * One entry whose value is a plain name, so perhaps a function.
   *
   * @param member the designator without its first dot
   * @param function the name
   * @param span the name's
   */
  public record Slot(String member, String function, Span span) {}
}
