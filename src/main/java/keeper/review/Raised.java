// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.review;

import java.util.Optional;
import keeper.check.Finding;

/**
 * A finding with the name under which it is remembered.
 *
 * @param identity stable over versions of a patch: moved lines, renames and reindentation do not change it
 * @param finding what is said
 * @param repairedBy the part of the same series that takes it away again, where one does
 */
public record Raised(String identity, Finding finding, Optional<Integer> repairedBy) {}
