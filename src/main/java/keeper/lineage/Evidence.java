// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lineage;

import keeper.patch.FixesTag;

/** Why we think that one change has to do with another. */
public sealed interface Evidence {
  /** A {@code Fixes:} tag. */
  record Tag(FixesTag tag) implements Evidence {}

  /** {@code This reverts commit …}, or a title that says so. */
  record Revert(String line) implements Evidence {}

  /** {@code Reapply "…"}, {@code Revert "Revert "…""}. */
  record Reapply(String line) implements Evidence {}

  /** {@code commit … upstream}, {@code (cherry picked from commit …)}: the same change, on another branch. */
  record Backport(String line) implements Evidence {}

  /** {@code Stable-dep-of:}: needed by the other on a stable branch. */
  record Dependency(String line) implements Evidence {}

  /** {@code commit 1518ac272e78 ("title")} in the text. */
  record Mention(String line) implements Evidence {}

  /** {@code Cc: stable… # 3.3.x: a1f84a3: title}: needed below it on a stable branch. */
  record Prerequisite(String line) implements Evidence {}

  /** {@code Cc: stable@vger.kernel.org # 5.10+}: which branches it is meant for. */
  record StableRequest(String line) implements Evidence {}

  /** {@code Link:} or {@code Message-ID:}: a mail, mostly the patch as it was posted. */
  record MailLink(String line) implements Evidence {}

  /** {@code Closes:}, or {@code Link:} below {@code Reported-by:}. */
  record Report(String line) implements Evidence {}

  /** It changes lines that the other wrote; never replaces a tag silently. */
  record Overlaps(Overlap overlap) implements Evidence {}

  /** Whether it says something of another change: what that one is to this one. Mails and branches are no changes. */
  default boolean isOfAChange() {
    return !(this instanceof StableRequest || this instanceof MailLink || this instanceof Report);
  }

  /** How the evidence is called in files and by people. */
  default String word() {
    if (this instanceof Tag) return "fixes";
    if (this instanceof Revert) return "reverts";
    if (this instanceof Reapply) return "reapplies";
    if (this instanceof Backport) return "backport";
    if (this instanceof Dependency) return "dep-of";
    if (this instanceof Mention) return "mentions";
    if (this instanceof Prerequisite) return "prereq";
    if (this instanceof StableRequest) return "stable";
    if (this instanceof MailLink) return "mail";
    if (this instanceof Report) return "report";
    if (this instanceof Overlaps) return "hunks";
    throw new IllegalStateException("no case for " + this);
  }

  /** The text it was read from. */
  default String text() {
    if (this instanceof Tag tag) return tag.tag().raw();
    if (this instanceof Revert revert) return revert.line();
    if (this instanceof Reapply reapply) return reapply.line();
    if (this instanceof Backport backport) return backport.line();
    if (this instanceof Dependency dependency) return dependency.line();
    if (this instanceof Mention mention) return mention.line();
    if (this instanceof Prerequisite prerequisite) return prerequisite.line();
    if (this instanceof StableRequest request) return request.line();
    if (this instanceof MailLink link) return link.line();
    if (this instanceof Report report) return report.line();
    if (this instanceof Overlaps overlaps)
      return "of " + overlaps.overlap().lines() + " lines that it touches, " + overlaps.overlap().written() + " were written there";
    throw new IllegalStateException("no case for " + this);
  }
}
