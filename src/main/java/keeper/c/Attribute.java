// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

import java.util.List;
import keeper.text.Span;

/**
 * An annotation on a function, a variable or a member: {@code __must_hold(&x->lock)}, {@code __free(kfree)}, {@code __rcu}.
 *
 * @param name as written
 * @param arguments parsed as expressions, empty without brackets
 * @param span all its bytes
 */
public record Attribute(String name, List<Expression> arguments, Span span) {
  public Attribute {
    arguments = List.copyOf(arguments);
  }
}
