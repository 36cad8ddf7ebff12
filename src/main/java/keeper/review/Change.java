// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.review;

import keeper.patch.Patch;
import keeper.text.Tree;

/**
 * A patch and the files on both sides of it.
 *
 * @param patch the patch
 * @param before the tree it applies to
 * @param after the tree it makes
 */
public record Change(Patch patch, Tree before, Tree after) {}
