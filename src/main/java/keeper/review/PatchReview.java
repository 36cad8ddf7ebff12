// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.review;

import java.util.List;
import keeper.patch.Patch;

/**
 * What is to be said of one patch.
 *
 * @param patch the patch
 * @param status what became of it
 * @param reason one line, empty when reviewed without remark
 * @param base what it was judged against
 * @param introduced in the post-image, not in the pre-image; by place
 * @param resolved in the pre-image, not in the post-image
 * @param standing in both
 */
public record PatchReview(
    Patch patch, Status status, String reason, Base base, List<Raised> introduced, List<Raised> resolved, List<Raised> standing) {
  public PatchReview {
    introduced = List.copyOf(introduced);
    resolved = List.copyOf(resolved);
    standing = List.copyOf(standing);
  }
}
