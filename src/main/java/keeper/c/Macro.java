// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

import java.util.List;
import keeper.text.Span;

/**
 * A {@code #define}.
 *
 * @param name what is defined
 * @param function whether it takes arguments
 * @param parameters their names; {@code ...} or {@code args...} for the rest
 * @param body what stands behind, continuations and comments included; may be empty
 * @param span the whole line
 */
public record Macro(String name, boolean function, List<String> parameters, Span body, Span span) {
  public Macro {
    parameters = List.copyOf(parameters);
  }
}
