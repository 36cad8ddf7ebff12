// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.report;

/**
 * Who speaks.
 *
 * @param name {@code lockkeeper}
 * @param version of the program
 * @param rules twelve hex digits of the rules' content
 */
public record Tool(String name, String version, String rules) {}
