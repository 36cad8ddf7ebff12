// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

/**
 * A function's parameter.
 *
 * @param name empty when it has none
 * @param type as written
 */
public record Parameter(String name, Type type) {}
