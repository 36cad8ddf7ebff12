// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.reply;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import keeper.patch.FileDiff;
import keeper.patch.Hunk;
import keeper.patch.HunkLine;
import keeper.patch.Patch;

/**
 * Reads a finished letter as readers' tools do, and refuses it when a remark would land elsewhere than under its line.
 *
 * <p>The rules: a line that begins with {@code >} is diff, any other is a remark on the diff line before it; the file is that of
 * {@code +++} ({@code ---} for a removed line), the number is counted from {@code @@}; then the diff itself repairs the number: of
 * all its lines with the same text the nearest one counts.
 */
public final class Gate {
  /**
   * A remark as a tool finds it.
   *
   * @param path the file, without {@code a/} or {@code b/}
   * @param removed whether it stands under a removed line, whose number counts in the pre-image
   * @param line the number, from 1
   * @param quoted the diff line above it, with its mark
   * @param text the remark, stripped
   */
  public record Remark(String path, boolean removed, int line, String quoted, String text) {}

  private record Position(String path, boolean removed, int line) {}

  private Gate() {}

  /** The remarks of a letter's body, by counting alone; what stands before the first quoted hunk is none. */
  public static List<Remark> read(String body) {
    List<Remark> remarks = new ArrayList<>();
    StringBuilder own = new StringBuilder();
    String prePath = "";
    String postPath = "";
    int pre = 0;
    int post = 0;
    boolean inHunk = false;
    Position last = null;
    String quoted = "";
    for (String line : body.split("\n", -1)) {
      if (!line.startsWith(">")) {
        if (!line.strip().equals("[ ... ]") && last != null) own.append(line).append('\n');
        continue;
      }
      flush(remarks, last, quoted, own);
      String raw = line.startsWith("> ") ? line.substring(2) : line.substring(1);
      if (raw.startsWith("diff --git ")) {
        inHunk = false;
      } else if (!inHunk && raw.startsWith("--- ")) {
        prePath = path(raw, "a/");
      } else if (!inHunk && raw.startsWith("+++ ")) {
        postPath = path(raw, "b/");
      } else if (raw.startsWith("@@ -")) {
        int[] starts = starts(raw);
        inHunk = starts != null;
        if (starts == null) continue;
        pre = starts[0];
        post = starts[1];
        last = new Position(postPath, false, post);
        quoted = "";
      } else if (inHunk && raw.startsWith("-")) {
        last = new Position(prePath, true, pre++);
        quoted = raw;
      } else if (inHunk && (raw.isEmpty() || raw.startsWith("+") || raw.startsWith(" "))) {
        last = new Position(postPath, false, post++);
        if (!raw.startsWith("+")) pre++;
        quoted = raw;
      }
    }
    flush(remarks, last, quoted, own);
    return remarks;
  }

  /** The same remarks, their numbers repaired by what the patch says. */
  public static List<Remark> read(String body, Patch patch) {
    Map<String, List<Position>> places = places(patch);
    List<Remark> repaired = new ArrayList<>();
    for (Remark remark : read(body)) repaired.add(repaired(remark, places));
    return repaired;
  }

  /**
   * Why a body must not go out; empty when each remark is read back under its own line and nothing of ours is misread.
   *
   * @param remarks what was to be said, by place in the diff
   */
  static Optional<String> refusal(String body, Patch patch, SortedMap<Anchor, String> remarks) {
    List<Remark> read = read(body, patch);
    if (read.size() != remarks.size())
      return Optional.of("read back, the letter has " + read.size() + " remarks and not " + remarks.size());
    int next = 0;
    for (Map.Entry<Anchor, String> meant : remarks.entrySet()) {
      Remark found = read.get(next++);
      Anchor anchor = meant.getKey();
      FileDiff file = patch.files().get(anchor.file());
      boolean removed = anchor.in(patch).kind() == HunkLine.Kind.REMOVED;
      String path = removed ? file.prePath().orElse("") : file.postPath().orElse("");
      Remark wanted = new Remark(Words.line(path), removed, anchor.number(patch), found.quoted(), meant.getValue().strip());
      // All that follows the last remark is attached to it by tools.
      boolean text = next == read.size() ? found.text().startsWith(wanted.text()) : found.text().equals(wanted.text());
      if (!found.path().equals(wanted.path()) || found.removed() != removed || found.line() != wanted.line() || !text)
        return Optional.of("a remark for " + wanted.path() + ":" + wanted.line() + " would be read at " + found.path() + ":" + found.line());
    }
    return misread(body);
  }

  /** Tags at the start of a line are collected by tools and would be put on the patch. */
  private static Optional<String> misread(String body) {
    for (String line : body.split("\n", -1)) {
      if (line.equals("-- ")) break;
      if (line.startsWith(">") || line.startsWith("| ")) continue;
      String own = line.strip();
      int space = own.indexOf(' ');
      String word = space < 0 ? own : own.substring(0, space);
      if (Words.misread(word) && !own.startsWith("- ")) return Optional.of("a line of the letter could be misread: " + own);
      if (line.length() > Words.WIDTH && own.indexOf(' ') > 0 && !own.contains("://") && !own.endsWith(" wrote:"))
        return Optional.of("a line of the letter is too long: " + own);
    }
    return Optional.empty();
  }

  private static void flush(List<Remark> remarks, Position at, String quoted, StringBuilder own) {
    String text = own.toString().strip();
    own.setLength(0);
    if (at != null && !text.isEmpty()) remarks.add(new Remark(at.path(), at.removed(), at.line(), quoted, text));
  }

  private static Remark repaired(Remark remark, Map<String, List<Position>> places) {
    if (remark.quoted().isEmpty()) return remark;
    List<Position> same = places.get(remark.quoted().substring(1));
    if (same == null) return remark;
    Position best = null;
    for (Position place : same) if (best == null || nearer(place, best, remark)) best = place;
    return new Remark(best.path(), best.removed(), best.line(), remark.quoted(), remark.text());
  }

  private static boolean nearer(Position place, Position best, Remark remark) {
    boolean thisSide = place.path().equals(remark.path()) && place.removed() == remark.removed();
    boolean bestSide = best.path().equals(remark.path()) && best.removed() == remark.removed();
    if (thisSide != bestSide) return thisSide;
    return Math.abs(place.line() - remark.line()) < Math.abs(best.line() - remark.line());
  }

  /** Where each text of the diff stands. A line is known by its text without the mark. */
  private static Map<String, List<Position>> places(Patch patch) {
    Map<String, List<Position>> places = new HashMap<>();
    for (FileDiff file : patch.files()) {
      String prePath = Words.line(file.prePath().orElse("/dev/null"));
      String postPath = Words.line(file.postPath().orElse("/dev/null"));
      for (Hunk hunk : file.hunks()) {
        int pre = hunk.preImage().start();
        int post = hunk.postImage().start();
        for (HunkLine line : hunk.lines()) {
          boolean removed = line.kind() == HunkLine.Kind.REMOVED;
          Position place = removed ? new Position(prePath, true, pre) : new Position(postPath, false, post);
          places.computeIfAbsent(Words.line(line.text()), text -> new ArrayList<>()).add(place);
          if (line.inPreImage()) pre++;
          if (line.inPostImage()) post++;
        }
      }
    }
    return places;
  }

  private static String path(String raw, String prefix) {
    String path = raw.substring(4);
    int tab = path.indexOf('\t');
    if (tab >= 0) path = path.substring(0, tab);
    if (path.length() > 1 && path.startsWith("\"") && path.endsWith("\"")) path = path.substring(1, path.length() - 1);
    return path.startsWith(prefix) ? path.substring(prefix.length()) : path;
  }

  /** The two first numbers of {@code @@ -a,b +c,d @@}; null when it is none. */
  private static int[] starts(String raw) {
    int plus = raw.indexOf(" +");
    if (plus < 0 || raw.indexOf(" @@", plus) < 0) return null;
    int pre = number(raw, 4);
    int post = number(raw, plus + 2);
    return pre < 0 || post < 0 ? null : new int[] {pre, post};
  }

  private static int number(String text, int from) {
    int value = -1;
    for (int i = from; i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9' && i < from + 9; i++)
      value = Math.max(value, 0) * 10 + text.charAt(i) - '0';
    return value;
  }
}
