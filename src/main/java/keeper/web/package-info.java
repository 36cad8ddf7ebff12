// SPDX-License-Identifier: GPL-2.0-or-later
/**
 * Read-only pages and the API; the one room of the HTTP server.
 *
 * <p>Uses: text, mail, patch, series, lineage, check, review, report, reply, store.
 */
package keeper.web;
