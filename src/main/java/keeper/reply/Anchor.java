// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.reply;

import java.util.List;
import keeper.check.Finding;
import keeper.patch.FileDiff;
import keeper.patch.Hunk;
import keeper.patch.HunkLine;
import keeper.patch.Patch;

/**
 * The line of a diff under which a remark stands.
 *
 * @param file index into the patch's files
 * @param hunk index into the file's hunks
 * @param line index into the hunk's lines
 * @param exact whether it is the finding's own line; else the nearest one that can be seen
 */
record Anchor(int file, int hunk, int line, boolean exact) implements Comparable<Anchor> {
  private static final int AHEAD = 2; // lines below a way out in which its change is looked for

  /** Where to speak of a finding; null when the patch shows no line at all. */
  static Anchor of(Finding finding, Patch patch) {
    Anchor exact = exact(finding, patch);
    if (exact == null) return nearest(finding, patch);
    return finding.check().equals("missing-unlock") ? exact.atChange(patch) : exact;
  }

  /** A way out that loses its unlock is spoken of under the lines that were changed, when they are the next ones. */
  private Anchor atChange(Patch patch) {
    List<HunkLine> lines = hunkIn(patch).lines();
    if (lines.get(line).kind() != HunkLine.Kind.CONTEXT) return this;
    int next = line + 1;
    while (next < lines.size() && next <= line + AHEAD && lines.get(next).kind() == HunkLine.Kind.CONTEXT) next++;
    if (next >= lines.size() || next > line + AHEAD) return this;
    while (next + 1 < lines.size() && lines.get(next + 1).kind() != HunkLine.Kind.CONTEXT) next++;
    return new Anchor(file, hunk, next, true);
  }

  HunkLine in(Patch patch) {
    return hunkIn(patch).lines().get(line);
  }

  Hunk hunkIn(Patch patch) {
    return patch.files().get(file).hunks().get(hunk);
  }

  /** The line's number in the image it is in: the post-image, for a removed line the pre-image. */
  int number(Patch patch) {
    Hunk in = hunkIn(patch);
    boolean removed = !in.lines().get(line).inPostImage();
    int number = removed ? in.preImage().start() : in.postImage().start();
    for (int i = 0; i < line; i++) if (removed ? in.lines().get(i).inPreImage() : in.lines().get(i).inPostImage()) number++;
    return number;
  }

  private static Anchor exact(Finding finding, Patch patch) {
    for (int f = 0; f < patch.files().size(); f++) {
      FileDiff file = patch.files().get(f);
      if (file.postPath().isEmpty() || !file.postPath().get().equals(finding.at().path())) continue;
      for (int h = 0; h < file.hunks().size(); h++) {
        Hunk hunk = file.hunks().get(h);
        if (!hunk.postImage().contains(finding.at().line())) continue;
        int next = hunk.postImage().start();
        for (int i = 0; i < hunk.lines().size(); i++) {
          if (!hunk.lines().get(i).inPostImage()) continue;
          if (next++ == finding.at().line()) return new Anchor(f, h, i, true);
        }
      }
    }
    return null;
  }

  /**
   * The line that a reader would take for the cause: in the finding's function if it can be told, a changed line that names the
   * lock, else a changed line, else any; of these the nearest. Heuristic: the function is told by the hunk's section or by a
   * definition among its lines.
   */
  private static Anchor nearest(Finding finding, Patch patch) {
    Anchor best = null;
    long bestRank = Long.MAX_VALUE;
    String lock = lastMember(finding.lock());
    for (int f = 0; f < patch.files().size(); f++) {
      FileDiff file = patch.files().get(f);
      boolean sameFile = file.path().equals(finding.at().path());
      for (int h = 0; h < file.hunks().size(); h++) {
        Hunk hunk = file.hunks().get(h);
        boolean inFunction = sameFile && names(hunk.section(), finding.function());
        int next = hunk.postImage().start();
        for (int i = 0; i < hunk.lines().size(); i++) {
          HunkLine line = hunk.lines().get(i);
          if (sameFile && definition(line.text())) inFunction = names(line.text(), finding.function());
          boolean changed = line.kind() != HunkLine.Kind.CONTEXT;
          boolean namesLock = changed && !lock.isEmpty() && names(line.text(), lock);
          boolean bare = line.text().isBlank() || line.text().strip().length() == 1;
          int order = (sameFile ? 0 : 32) + (inFunction ? 0 : 16) + (namesLock ? 0 : 8) + (changed ? 0 : 4) + (bare ? 2 : 0);
          long rank = ((long) order << 32) + Math.abs((long) next - finding.at().line());
          if (rank < bestRank) {
            bestRank = rank;
            best = new Anchor(f, h, i, false);
          }
          if (line.inPostImage()) next++;
        }
      }
    }
    return best;
  }

  /** {@code igate} of {@code vdev->igate}; the name of a lock or a member wherever it is spelled. */
  static String lastMember(String expression) {
    int end = expression.length();
    while (end > 0 && !wordChar(expression.charAt(end - 1))) end--;
    int start = end;
    while (start > 0 && wordChar(expression.charAt(start - 1))) start--;
    return expression.substring(start, end);
  }

  /** Whether a text has a name as a whole word. */
  static boolean names(String text, String name) {
    if (name.isEmpty()) return false;
    for (int i = text.indexOf(name); i >= 0; i = text.indexOf(name, i + 1)) {
      boolean starts = i == 0 || !wordChar(text.charAt(i - 1));
      int end = i + name.length();
      if (starts && (end == text.length() || !wordChar(text.charAt(end)))) return true;
    }
    return false;
  }

  /** Kernel style puts a definition at the margin, and nothing else that has a parenthesis but a label or a macro. */
  private static boolean definition(String text) {
    return !text.isEmpty() && (Character.isLetter(text.charAt(0)) || text.charAt(0) == '_') && text.indexOf('(') > 0 && !text.endsWith(";");
  }

  private static boolean wordChar(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_';
  }

  /** By place in the diff. */
  @Override
  public int compareTo(Anchor other) {
    if (file != other.file) return Integer.compare(file, other.file);
    if (hunk != other.hunk) return Integer.compare(hunk, other.hunk);
    return Integer.compare(line, other.line);
  }
}
