// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.patch;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import keeper.text.SourceText;

/**
 * A file's diff put onto its pre-image, in memory. Every context and removed line must be there, byte for byte; a hunk may stand so
 * many lines off (nearest place first, as git's apply does), but never is context left out.
 */
public final class Apply {
  private Apply() {}

  /**
   * Puts the diff onto a text. For a new file the text before is empty.
   *
   * @param file the diff; its {@link FileDiff#reversed()} takes it back
   * @param before the pre-image
   */
  public static Placement to(FileDiff file, SourceText before) {
    String path = file.path();
    if (file.is("binary")) return new Placement.Refused(path, 0, 0, "a binary file");
    if (file.prePath().isEmpty() && before.length() > 0) return new Placement.Refused(path, 0, 0, "the file is there already");
    return new Placing(file, before).placement();
  }

  /** The file that a diff creates. */
  public static Placement created(FileDiff file) {
    return to(file, SourceText.of(file.path(), new byte[0]));
  }

  /** One file on its way from pre-image to post-image. */
  private static final class Placing {
    private final FileDiff file;
    private final byte[] bytes;
    private final int[] starts; // of each line, and the length at the end
    private final int lines;
    private final Charset charset;
    private final boolean crlf;
    private final ByteArrayOutputStream after;
    private final List<Integer> offsets = new ArrayList<>();

    Placing(FileDiff file, SourceText before) {
      this.file = file;
      this.bytes = before.bytes();
      this.lines = before.lines();
      this.starts = new int[lines + 1];
      for (int i = 0; i < lines; i++) starts[i] = before.lineStart(i + 1);
      starts[lines] = bytes.length;
      this.charset = charset(bytes);
      this.crlf = isCrlf() && !hunksHaveCarriageReturns();
      this.after = new ByteArrayOutputStream(bytes.length + 256);
    }

    Placement placement() {
      int copied = 0; // lines of the pre-image that are in the post-image already
      int drift = 0; // how far the hunk before was off
      for (int i = 0; i < file.hunks().size(); i++) {
        Hunk hunk = file.hunks().get(i);
        List<byte[]> pre = side(hunk, true);
        int own = Math.max(0, hunk.preImage().count() == 0 ? hunk.preImage().start() : hunk.preImage().start() - 1);
        int place = place(hunk, pre, own + drift, copied);
        if (place < 0) return refused(hunk, i + 1, pre, own + drift, copied);
        offsets.add(place - own);
        drift = place - own;
        after.write(bytes, starts[copied], starts[place] - starts[copied]);
        for (byte[] line : side(hunk, false)) after.writeBytes(line);
        copied = place + pre.size();
      }
      after.write(bytes, starts[copied], bytes.length - starts[copied]);
      if (file.postPath().isEmpty() && after.size() > 0) return new Placement.Refused(file.path(), 0, 0, "the patch deletes the file and leaves lines of it");
      return new Placement.Applied(SourceText.of(file.postPath().orElse(file.path()), after.toByteArray()), offsets);
    }

    /** The first line where the hunk stands, from 0, nearest to where it is expected; -1 when nowhere. */
    private int place(Hunk hunk, List<byte[]> pre, int expected, int least) {
      int most = lines - pre.size();
      if (most < least) return -1;
      // As git: a hunk that begins at line 1 stands at the top, one without trailing context at the bottom.
      boolean top = hunk.preImage().start() <= 1;
      boolean bottom = !pre.isEmpty() && hunk.lines().get(hunk.lines().size() - 1).kind() != HunkLine.Kind.CONTEXT;
      if (pre.isEmpty()) return lines == 0 ? 0 : hunk.preImage().count() == 0 && expected >= least && expected <= lines ? expected : -1;
      if (top) return least == 0 && fits(pre, 0) && (!bottom || most == 0) ? 0 : -1;
      if (bottom) return fits(pre, most) ? most : -1;
      int from = Math.max(least, Math.min(expected, most));
      for (int distance = 0; distance <= lines; distance++) {
        if (from + distance <= most && fits(pre, from + distance)) return from + distance;
        if (distance > 0 && from - distance >= least && fits(pre, from - distance)) return from - distance;
      }
      return -1;
    }

    private boolean fits(List<byte[]> pre, int at) {
      for (int i = 0; i < pre.size(); i++) if (!same(pre.get(i), at + i)) return false;
      return true;
    }

    private boolean same(byte[] line, int index) {
      return Arrays.equals(bytes, starts[index], starts[index + 1], line, 0, line.length);
    }

    /** The file is no UTF-8: some old files of the kernel are in Latin-1, and a mail's charset has become UTF-16 on its way here. */
    private static Charset charset(byte[] bytes) {
      for (byte b : bytes) {
        if (b >= 0) continue;
        boolean utf8 = new String(bytes, StandardCharsets.UTF_8).indexOf('\uFFFD') < 0;
        return utf8 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
      }
      return StandardCharsets.UTF_8;
    }

    private Placement refused(Hunk hunk, int number, List<byte[]> pre, int expected, int least) {
      int at = Math.max(least, Math.min(expected, Math.max(least, lines - 1)));
      for (int i = 0; i < pre.size(); i++) {
        int line = at + i;
        if (line < lines && same(pre.get(i), line)) continue;
        String wanted = shown(pre.get(i));
        String found = line < lines ? "\"" + shown(Arrays.copyOfRange(bytes, starts[line], starts[line + 1])) + "\"" : "the end of the file";
        return new Placement.Refused(file.path(), number, line + 1,
            "hunk " + number + " (" + hunk.header() + ") does not fit: \"" + wanted + "\" is expected, here is " + found);
      }
      return new Placement.Refused(file.path(), number, 0, "hunk " + number + " (" + hunk.header() + ") does not fit at the "
          + (hunk.preImage().start() <= 1 ? "top" : "end") + " of the file, where it belongs");
    }

    private static String shown(byte[] line) {
      String text = new String(line, StandardCharsets.UTF_8).stripTrailing();
      StringBuilder shown = new StringBuilder();
      for (int i = 0; i < Math.min(100, text.length()); i++) shown.append(text.charAt(i) < ' ' && text.charAt(i) != '\t' ? '?' : text.charAt(i));
      return text.length() > 100 ? shown + " …" : shown.toString();
    }

    /** A hunk's lines of one image, as bytes with their line ends. */
    private List<byte[]> side(Hunk hunk, boolean pre) {
      List<byte[]> side = new ArrayList<>(hunk.lines().size());
      for (HunkLine line : hunk.lines()) {
        if (!(pre ? line.inPreImage() : line.inPostImage())) continue;
        String end = !line.newline() ? "" : crlf ? "\r\n" : "\n";
        side.add((line.text() + end).getBytes(charset));
      }
      return side;
    }

    /** Every line of the file ends so (a last one without end aside): then the mail's LF stands for it. */
    private boolean isCrlf() {
      int ends = 0;
      for (int i = 1; i <= lines; i++) {
        int end = starts[i];
        if (bytes[end - 1] != '\n') continue;
        if (end < 2 || bytes[end - 2] != '\r') return false;
        ends++;
      }
      return ends > 0;
    }

    private boolean hunksHaveCarriageReturns() {
      for (Hunk hunk : file.hunks()) for (HunkLine line : hunk.lines()) if (line.text().endsWith("\r")) return true;
      return false;
    }
  }
}
