// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

import java.util.List;
import java.util.Optional;
import keeper.text.Span;

/**
 * A variable at the top level of a file.
 *
 * @param name the variable's
 * @param type as written; without a base when a macro defines it
 * @param macro the macro that defines it ({@code DEFINE_MUTEX}), else empty
 * @param arguments of that macro, the name included
 * @param attributes {@code __read_mostly}, {@code __guarded_by(&lock)}
 * @param value the initialiser
 * @param isStatic whether {@code static} stands before it
 * @param isExtern whether it is only declared
 * @param span from its first token to its last, without the semicolon
 */
public record Global(
    String name,
    Type type,
    String macro,
    List<Expression> arguments,
    List<Attribute> attributes,
    Optional<Expression> value,
    boolean isStatic,
    boolean isExtern,
    Span span) {
  public Global {
    arguments = List.copyOf(arguments);
    attributes = List.copyOf(attributes);
  }
}
