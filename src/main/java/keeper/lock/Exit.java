// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lock;

import java.util.Optional;
import keeper.flow.Value;
import keeper.text.Span;

/**
 * One way out of a function, in one world.
 *
 * @param world how things stand there
 * @param value what is returned, empty when nothing is
 * @param sign bits of the returned value's relation to zero: 1 less, 2 equal, 4 greater
 * @param at the return, or the closing brace
 */
public record Exit(World world, Optional<Value> value, int sign, Span at) {}
