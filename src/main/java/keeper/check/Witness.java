// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import keeper.text.Place;

/**
 * One piece of evidence: a place and what is to be seen there.
 *
 * @param at where
 * @param text a short statement: {@code reflck->lock is taken here}, {@code vfio_pci_request() holds igate here}
 */
public record Witness(Place at, String text) {}
