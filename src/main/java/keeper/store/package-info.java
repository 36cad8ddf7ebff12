// SPDX-License-Identifier: GPL-2.0-or-later
/**
 * What we remember between rounds; the one room of JDBC and H2.
 *
 * <p>Uses: text, mail, patch, series, lineage, check, review, reply.
 */
package keeper.store;
