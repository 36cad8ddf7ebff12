// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import keeper.flow.AccessPath;
import keeper.lock.Moment;
import keeper.rule.Rule;
import keeper.text.Span;

/**
 * A member or global that a function touches.
 *
 * @param path what, as written
 * @param type struct and member: {@code vfio_pci_core_device.err_trigger}; {@code ?.err_trigger} when the struct cannot be told
 * @param kind how; a list's head or element handed to {@code list_add()} and the like is written
 * @param by the function or macro that does it, empty for a plain read or store
 * @param moment when
 * @param at where
 */
record Access(AccessPath path, String type, Rule.Access kind, String by, Moment moment, Span at) {
  /** The member's name. */
  String member() {
    return type.substring(type.lastIndexOf('.') + 1);
  }

  /** {@code *p} of a parameter. */
  static boolean throughParameter(AccessPath path, Facts facts) {
    if (path.steps().size() != 1 || !path.steps().get(0).equals("*")) return false;
    return facts.held().graph().variables().containsKey(path.root()) && !facts.held().graph().locals().contains(path.root());
  }

  /** The path of the object that has the member: {@code vdev} of {@code vdev->err_trigger}. */
  AccessPath object() {
    int last = -1;
    for (int i = 0; i < path.steps().size(); i++) if (path.steps().get(i).startsWith("->") || path.steps().get(i).startsWith(".")) last = i;
    return last < 0 ? path : new AccessPath(path.root(), path.steps().subList(0, last));
  }
}
