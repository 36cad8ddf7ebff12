// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

import java.util.List;
import keeper.text.Span;

/**
 * A function that is declared, not defined.
 *
 * @param name the function's
 * @param returns what it returns
 * @param parameters in order
 * @param attributes {@code __must_hold(&x->lock)} and the like, before and after the parameter list
 * @param span the declaration
 */
public record Prototype(String name, Type returns, List<Parameter> parameters, List<Attribute> attributes, Span span) {
  public Prototype {
    parameters = List.copyOf(parameters);
    attributes = List.copyOf(attributes);
  }
}
