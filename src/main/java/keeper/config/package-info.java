// SPDX-License-Identifier: GPL-2.0-or-later
/**
 * Our TOML files, read strictly: an unknown key is a problem with file and line.
 *
 * <p>Uses: text.
 */
package keeper.config;
