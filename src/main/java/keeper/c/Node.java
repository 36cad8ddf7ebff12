// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import keeper.text.Span;

/** A piece of a function's body with its place. */
public sealed interface Node permits Statement, Expression {
  /** All its bytes, from its first token to its last. */
  Span span();

  /** The pieces directly inside, in source order. */
  List<Node> parts();

  /** This one and all below, in source order, outermost first. Without recursion: else-if chains may be thousands deep. */
  default Stream<Node> walk() {
    List<Node> found = new ArrayList<>();
    ArrayDeque<Node> left = new ArrayDeque<>();
    left.push(this);
    while (!left.isEmpty()) {
      Node node = left.pop();
      found.add(node);
      List<Node> parts = node.parts();
      for (int i = parts.size() - 1; i >= 0; i--) left.push(parts.get(i));
    }
    return found.stream();
  }

  /** All of one kind, this one included. */
  default <T extends Node> Stream<T> all(Class<T> kind) {
    return walk().filter(kind::isInstance).map(kind::cast);
  }
}
