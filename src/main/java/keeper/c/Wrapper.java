// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

import java.util.List;
import keeper.text.Span;

/**
 * A macro or a static function that does nothing but one call: {@code #define foo_lock(f) mutex_lock(&(f)->lock)}.
 *
 * @param name the wrapper's
 * @param parameters their names, in order
 * @param call what it calls, written with its parameters
 * @param returned whether the call's value is the wrapper's
 * @param macro whether it is a macro
 * @param span the definition
 */
public record Wrapper(String name, List<String> parameters, Expression.Call call, boolean returned, boolean macro, Span span) {
  public Wrapper {
    parameters = List.copyOf(parameters);
  }
}
