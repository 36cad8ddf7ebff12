// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.report;

import java.util.ArrayList;
import java.util.List;
import keeper.check.Confidence;
import keeper.check.Finding;
import keeper.check.Witness;
import keeper.patch.FileDiff;
import keeper.patch.Hunk;
import keeper.patch.HunkLine;
import keeper.patch.Patch;
import keeper.review.Attempt;
import keeper.review.Base;
import keeper.review.PatchReview;
import keeper.review.Status;
import keeper.text.Printable;
import keeper.text.SourceText;

/**
 * {@code --format text}: findings as a good compiler shows them. The place, the sentence, the lines around with a mark under what
 * is meant, the locks held, the witnesses, how sure and on which assumption.
 */
public final class Text {
  private static final int AROUND = 2; // lines shown before and after

  private final boolean colour;
  private final StringBuilder text = new StringBuilder();

  private Text(boolean colour) {
    this.colour = colour;
  }

  /** One patch: a headline, then its findings. Lines end with a newline. */
  public static String patch(Reviewed reviewed, Selection selection, boolean colour) {
    Text out = new Text(colour);
    List<Selection.Shown> shown = selection.of(reviewed.review());
    out.headline(reviewed, shown);
    for (Selection.Shown one : shown) out.finding(one, reviewed);
    return out.text.toString();
  }

  /** The last line of a run over more than one patch. */
  public static String total(int patches, int findings, int unread) {
    return patches + (patches == 1 ? " patch, " : " patches, ")
        + findings + (findings == 1 ? " finding" : " findings")
        + (unread == 0 ? "" : ", " + unread + " not reviewed") + "\n";
  }

  private void headline(Reviewed reviewed, List<Selection.Shown> shown) {
    String name = reviewed.subject().isEmpty() ? reviewed.input() : reviewed.subject();
    text.append(paint(BOLD, Printable.line(name))).append('\n');
    PatchReview review = reviewed.review();
    text.append("  ");
    if (review.status() != Status.REVIEWED) {
      text.append(review.status().word());
      if (!review.reason().isEmpty()) text.append(": ").append(Printable.line(review.reason()));
    } else {
      text.append(shown.isEmpty() ? "nothing to say" : count(shown)).append("; judged against ").append(base(review.base()));
      if (!review.reason().isEmpty()) text.append("; ").append(Printable.line(review.reason()));
    }
    text.append('\n');
    for (Reviewed.FixesLine line : reviewed.fixes()) {
      if (line.verdict().equals("OK")) continue;
      text.append("  Fixes: ").append(Printable.line(line.id())).append(" (\"").append(Printable.line(line.title()));
      text.append("\"): ").append(Printable.line(line.verdict())).append('\n');
    }
  }

  private static String count(List<Selection.Shown> shown) {
    int introduced = 0;
    for (Selection.Shown one : shown) if (one.introduced()) introduced++;
    int standing = shown.size() - introduced;
    if (standing == 0) return introduced + (introduced == 1 ? " new finding" : " new findings");
    if (introduced == 0) return standing + (standing == 1 ? " finding" : " findings");
    return introduced + " new, " + standing + " standing";
  }

  private static String base(Base base) {
    if (base instanceof Base.Found found) {
      String commit = found.commit().isEmpty() ? "" : "@" + found.commit().substring(0, Math.min(12, found.commit().length()));
      String name = found.tree().name();
      return Printable.line(name.contains("@") ? name : name + commit) + " (" + found.kind().word() + ")";
    }
    List<Attempt> attempts = base.attempts();
    return "the hunks alone" + (attempts.isEmpty() ? "" : " (" + Printable.line(attempts.get(attempts.size() - 1).toString()) + ")");
  }

  private void finding(Selection.Shown shown, Reviewed reviewed) {
    PatchReview review = reviewed.review();
    Finding finding = shown.raised().finding();
    boolean certain = finding.confidence() == Confidence.CERTAIN;
    text.append('\n').append(paint(BOLD, Printable.line(finding.at().toString()) + ":")).append(' ');
    text.append(certain ? paint(RED, "error:") : paint(MAGENTA, "warning:")).append(' ');
    text.append(paint(BOLD, Printable.line(finding.message()))).append(" [").append(finding.check()).append("]\n");
    excerpt(finding, review);
    if (!finding.function().isEmpty()) fact("in", Printable.line(finding.function()) + "()");
    fact("held", finding.held().isEmpty() ? "no lock" : Printable.line(String.join(", ", finding.held())));
    for (Witness witness : finding.evidence()) fact("see", Printable.line(witness.at() + ": " + witness.text()));
    fact("sure", finding.confidence().word()
        + (finding.assumption().isEmpty() ? "" : ", assuming that " + Printable.line(finding.assumption())));
    shown.raised().repairedBy().ifPresent(part -> fact("but", "it is repaired by patch " + part + (part <= reviewed.total() ? "/" + reviewed.total() : " of the range")));
    if (!shown.introduced() && !review.patch().isEmpty()) fact("note", "it was there before the patch");
    fact("rule", finding.rule().isEmpty() ? finding.check() : Printable.line(finding.rule()));
    fact("id", shown.raised().identity());
  }

  private void fact(String word, String what) {
    text.append("  ").append(paint(CYAN, word)).append(" ".repeat(Math.max(1, 6 - word.length()))).append(what).append('\n');
  }

  /** A line as it is shown: its number in the post-image (0 for a removed one), its mark, its text. */
  private record Shown(int number, char mark, String text) {}

  private void excerpt(Finding finding, PatchReview review) {
    List<Shown> lines = fromHunks(finding, review.patch());
    if (lines.isEmpty()) lines = fromTree(finding, review);
    for (Shown line : lines) {
      String number = line.number() == 0 ? "" : "" + line.number();
      text.append(" ".repeat(Math.max(0, 7 - number.length()))).append(number).append(" | ");
      String source = line.mark() + Printable.line(line.text());
      text.append(line.mark() == '+' ? paint(GREEN, source) : line.mark() == '-' ? paint(RED, source) : source).append('\n');
      if (line.number() == finding.at().line()) underline(finding, line.text());
    }
  }

  private static List<Shown> fromHunks(Finding finding, Patch patch) {
    for (FileDiff file : patch.files()) {
      if (file.postPath().isEmpty() || !file.postPath().get().equals(finding.at().path())) continue;
      for (Hunk hunk : file.hunks()) {
        if (!hunk.postImage().contains(finding.at().line())) continue;
        List<Shown> all = new ArrayList<>();
        int next = hunk.postImage().start();
        int meant = 0;
        for (HunkLine line : hunk.lines()) {
          int number = line.inPostImage() ? next++ : 0;
          if (number == finding.at().line()) meant = all.size();
          all.add(new Shown(number, line.kind().mark(), line.text()));
        }
        return all.subList(Math.max(0, meant - AROUND), Math.min(all.size(), meant + AROUND + 1));
      }
    }
    return List.of();
  }

  /** The tree is the pre-image, so it shows only files that the patch leaves alone. */
  private static List<Shown> fromTree(Finding finding, PatchReview review) {
    if (!(review.base() instanceof Base.Found found) || review.patch().paths().contains(finding.at().path())) return List.of();
    List<Shown> lines = new ArrayList<>();
    found.tree().file(finding.at().path()).ifPresent(source -> shown(finding, source, lines));
    return lines;
  }

  private static void shown(Finding finding, SourceText source, List<Shown> lines) {
    int line = finding.at().line();
    for (int i = Math.max(1, line - AROUND); i <= Math.min(source.lines(), line + AROUND); i++)
      lines.add(new Shown(i, ' ', source.lineText(i)));
  }

  private void underline(Finding finding, String line) {
    int start = start(finding, line);
    int end = end(finding, line, start);
    StringBuilder mark = new StringBuilder("        |  ");
    for (int i = 0; i < start; i++) mark.append(line.charAt(i) == '\t' ? '\t' : ' ');
    text.append(mark).append(paint(GREEN, "^" + "~".repeat(Math.max(0, end - start - 1)))).append('\n');
  }

  private static int start(Finding finding, String line) {
    if (finding.at().column() > 0) {
      int bytes = 1;
      for (int i = 0; i < line.length(); i++) {
        if (bytes >= finding.at().column()) return i;
        char c = line.charAt(i);
        bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
      }
    }
    int subject = finding.subject().isEmpty() ? -1 : line.indexOf(finding.subject());
    if (subject >= 0) return subject;
    int i = 0;
    while (i < line.length() && Character.isWhitespace(line.charAt(i))) i++;
    return i;
  }

  private static int end(Finding finding, String line, int start) {
    if (!finding.subject().isEmpty() && line.startsWith(finding.subject(), start)) return start + finding.subject().length();
    int i = start;
    while (i < line.length() && (Character.isLetterOrDigit(line.charAt(i)) || line.charAt(i) == '_')) i++;
    return Math.max(i, Math.min(start + 1, line.length()));
  }

  private static final String BOLD = "1";
  private static final String RED = "1;31";
  private static final String GREEN = "32";
  private static final String MAGENTA = "1;35";
  private static final String CYAN = "36";

  private String paint(String style, String what) {
    return colour ? "\u001b[" + style + "m" + what + "\u001b[0m" : what;
  }
}
