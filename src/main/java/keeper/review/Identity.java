// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.review;

import keeper.check.Finding;
import keeper.text.ContentId;

/**
 * The name under which a finding is known over versions of a patch: check, function, lock, subject and kind of event. Lines, indentation,
 * the names of local variables and the file's path are not in it, so that moved and renamed code keeps its findings.
 */
final class Identity {
  private Identity() {}

  /**
   * What has to agree for two findings to be the same.
   *
   * @param function the name to use for the finding's function: that of the pre-image where the patch renames it
   */
  static String key(Finding finding, String function) {
    return finding.check() + '\n' + function + '\n' + member(finding.lock()) + '\n' + member(finding.subject()) + '\n' + finding.kind();
  }

  /** Twelve hex digits of the key; {@code nth}, from 1, tells apart what is said twice. */
  static String id(String key, int nth) {
    return ContentId.sha256(nth == 1 ? key : key + '\n' + nth).substring(0, 12);
  }

  /** {@code igate} of {@code vdev->igate}: the instance's name may change from version to version. */
  private static String member(String path) {
    int arrow = path.lastIndexOf("->");
    int dot = path.lastIndexOf('.');
    int cut = Math.max(arrow < 0 ? -1 : arrow + 2, dot < 0 ? -1 : dot + 1);
    return cut < 0 ? path : path.substring(cut);
  }
}
