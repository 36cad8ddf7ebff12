// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.reply;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import keeper.lineage.Lint;
import keeper.patch.FixesVerdict;

/** What a letter says beside its findings of a broken {@code Fixes:} tag: what is wrong and what to write instead. */
final class TagRemark {
  /** No mistake of the tag that stands there: guessed from the log, or usual before a merge window. */
  private static final Set<FixesVerdict> UNSAID = EnumSet.of(FixesVerdict.MISSING_TAG, FixesVerdict.NEXT_ONLY);

  private static final int MOST = 2;
  private static final int WIDEST = 300;

  private TagRemark() {}

  /** The remarks, with the blank line behind them that the next paragraph needs; empty when no tag is broken beyond doubt. */
  static String of(List<Lint.Checked> tags) {
    StringBuilder text = new StringBuilder();
    int said = 0;
    for (Lint.Checked checked : tags) {
      Optional<FixesVerdict> worst = worst(checked);
      if (worst.isEmpty() || said++ == MOST) continue;
      text.append(said > MOST ? "" : remark(checked, worst.get()));
    }
    return text.toString();
  }

  /** The mistake to name. An id that nobody knows may be a commit newer than the index: only a target that is known refutes it. */
  private static Optional<FixesVerdict> worst(Lint.Checked checked) {
    boolean doubt = checked.verdicts().contains(FixesVerdict.UNKNOWN_ID) && checked.target().isEmpty();
    if (checked.tag().isEmpty() || checked.remedy().isEmpty() || doubt) return Optional.empty();
    return checked.verdicts().stream().filter(verdict -> verdict.level().compareTo(FixesVerdict.Level.WARN) >= 0 && !UNSAID.contains(verdict)).findFirst();
  }

  private static String remark(Lint.Checked checked, FixesVerdict worst) {
    String id = checked.tag().get().commit().map(Object::toString).orElse("nothing");
    String remedy = checked.remedy();
    int at = remedy.indexOf("Fixes: ");
    String why = at < 0 ? remedy : remedy.substring(0, at).strip();
    if (why.endsWith(":")) why = why.substring(0, why.length() - 1);
    String tag = at < 0 ? "" : Words.brief(remedy.substring(at), WIDEST);
    if (tag.equals(checked.tag().get().raw().strip())) tag = ""; // its shape is right
    StringBuilder text = new StringBuilder();
    String sentence = "Not about locks, the Fixes: tag that names " + id + ": " + worst.meaning() + (why.isEmpty() ? "" : "; " + Words.brief(why, WIDEST))
        + (tag.isEmpty() ? "." : ". Instead:");
    for (String line : Words.wrap(sentence)) text.append(line).append('\n');
    // Behind a bar, so that no tool puts it on the patch itself.
    if (!tag.isEmpty()) text.append("| ").append(tag).append('\n');
    return text.append('\n').toString();
  }
}
