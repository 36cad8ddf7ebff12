// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

import keeper.text.Span;

/**
 * A {@code typedef}.
 *
 * @param name the new name
 * @param type what it stands for; {@code struct} alone when that has no tag, see {@link Struct#typedef()}
 * @param span the declaration
 */
public record Typedef(String name, Type type, Span span) {}
