// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.reply;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import keeper.patch.FileDiff;
import keeper.patch.Hunk;
import keeper.patch.HunkLine;
import keeper.patch.Patch;

/**
 * The diff of a mail as a reviewer quotes it: byte for byte, only the files and hunks with remarks, each up to its last remark.
 * Where many lines stand between two things of interest, the one form of elision that readers' tools know.
 */
final class Quote {
  private static final int ABOVE = 9; // lines kept above a remark
  private static final int WORTH = 10; // fewer lines than this are not worth a gap

  private final List<String> body;
  private final Patch patch;
  private final boolean whole;
  private final StringBuilder text = new StringBuilder();

  private Quote(String body, Patch patch, boolean whole) {
    this.body = List.of(body.split("\n", -1));
    this.patch = patch;
    this.whole = whole;
  }

  /**
   * The quoted diff with remarks between its lines.
   *
   * @param body the mail's, from which lines are taken as they are; where it does not agree with the patch, the patch counts
   * @param remarks own text under each line, lines joined with newlines
   * @param whole hunks without gaps
   */
  static String of(String body, Patch patch, SortedMap<Anchor, String> remarks, boolean whole) {
    Quote quote = new Quote(body, patch, whole);
    for (int f = 0; f < patch.files().size(); f++) {
      boolean named = false;
      for (int h = 0; h < patch.files().get(f).hunks().size(); h++) {
        SortedMap<Integer, String> here = quote.here(remarks, f, h);
        if (here.isEmpty()) continue;
        if (!named) quote.header(patch.files().get(f));
        named = true;
        quote.hunk(patch.files().get(f).hunks().get(h), here);
      }
    }
    return quote.text.toString();
  }

  private SortedMap<Integer, String> here(SortedMap<Anchor, String> remarks, int file, int hunk) {
    SortedMap<Integer, String> here = new TreeMap<>();
    for (Map.Entry<Anchor, String> remark : remarks.entrySet()) {
      Anchor anchor = remark.getKey();
      if (anchor.file() == file && anchor.hunk() == hunk) here.put(anchor.line(), remark.getValue());
    }
    return here;
  }

  /** The three lines that name a file. A diff that was not made by git gets a first line, or tools would not know the file. */
  private void header(FileDiff file) {
    int at = file.hunks().get(0).mailLine() - 1;
    String post = line(at - 1, "+++ ");
    String pre = line(at - 2, "--- ");
    if (pre == null || post == null || !plain(pre, "a/") || !plain(post, "b/")) {
      pre = "--- " + file.prePath().map(path -> "a/" + path).orElse("/dev/null");
      post = "+++ " + file.postPath().map(path -> "b/" + path).orElse("/dev/null");
    }
    String git = null;
    for (int i = at - 3; i >= Math.max(0, at - 14) && git == null; i--) {
      if (i < body.size() && body.get(i).startsWith("@@ ")) break;
      git = line(i, "diff --git ");
    }
    if (git == null) git = "diff --git a/" + file.prePath().orElse(file.path()) + " b/" + file.path();
    quoted(git);
    quoted(pre);
    quoted(post);
  }

  /** Other prefixes than git's and quoted names are not understood by all tools. */
  private static boolean plain(String line, String prefix) {
    return line.startsWith(prefix, 4) || line.startsWith("/dev/null", 4);
  }

  private String line(int index, String start) {
    return index >= 0 && index < body.size() && body.get(index).startsWith(start) ? body.get(index) : null;
  }

  private void hunk(Hunk hunk, SortedMap<Integer, String> remarks) {
    String head = line(hunk.mailLine() - 1, "@@ -");
    quoted(head == null ? hunk.header() : head);
    int next = 0;
    for (Map.Entry<Integer, String> remark : remarks.entrySet()) {
      int from = Math.max(next, remark.getKey() - ABOVE);
      if (whole || from - next < WORTH) from = next;
      if (from > next) quoted("[ ... skip " + (from - next) + " lines ... ]");
      for (int i = from; i <= remark.getKey(); i++) line(hunk.lines().get(i), i < remark.getKey());
      text.append('\n').append(remark.getValue()).append("\n\n");
      next = remark.getKey() + 1;
    }
  }

  private void line(HunkLine line, boolean more) {
    String raw = line.raw();
    int at = line.mailLine() - 1;
    // Some mailers strip a context line of its only blank.
    boolean stripped = raw.equals(" ") && at >= 0 && at < body.size() && body.get(at).isEmpty();
    quoted(stripped ? "" : raw);
    if (!line.newline() && more) quoted("\\ No newline at end of file");
  }

  private void quoted(String line) {
    text.append(line.isEmpty() ? ">" : "> ").append(Words.line(line)).append('\n');
  }
}
