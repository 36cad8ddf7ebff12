// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

import java.util.List;
import java.util.stream.Stream;
import keeper.text.Span;

/** A piece of a function's body with its place. */
public sealed interface Node permits Statement, Expression {
  /** All its bytes, from its first token to its last. */
  Span span();

  /** The pieces directly inside, in source order. */
  List<Node> parts();

  /** This one and all below, in source order, outermost first. */
  default Stream<Node> walk() {
    return Stream.concat(Stream.of(this), parts().stream().flatMap(Node::walk));
  }

  /** All of one kind, this one included. */
  default <T extends Node> Stream<T> all(Class<T> kind) {
    return walk().filter(kind::isInstance).map(kind::cast);
  }
}
