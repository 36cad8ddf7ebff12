// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The bytes of one file and where its lines begin. Offsets are in bytes; columns count bytes from 1. Text is decoded as
 * UTF-8 where it is shown, never to compute a place.
 */
public final class SourceText {
  private final String path;
  private final byte[] bytes;
  private int[] lineStarts; // computed when first asked for; benign race

  private SourceText(String path, byte[] bytes) {
    this.path = path;
    this.bytes = bytes;
  }

  /** Takes the array as it is: the caller does not change it afterwards. */
  public static SourceText of(String path, byte[] bytes) {
    return new SourceText(path, bytes);
  }

  public static SourceText of(String path, String text) {
    return new SourceText(path, text.getBytes(StandardCharsets.UTF_8));
  }

  public String path() {
    return path;
  }

  /** The bytes themselves, not a copy: read only. */
  public byte[] bytes() {
    return bytes;
  }

  public int length() {
    return bytes.length;
  }

  public String text(Span span) {
    return new String(bytes, span.start(), span.length(), StandardCharsets.UTF_8);
  }

  /** How many lines, counting a last one without newline; 0 for an empty file. */
  public int lines() {
    int[] starts = starts();
    return starts[starts.length - 1] == bytes.length ? starts.length - 1 : starts.length;
  }

  /** The line, from 1, that holds this offset; an offset at the very end belongs to the last line begun. */
  public int line(int offset) {
    int found = Arrays.binarySearch(starts(), offset);
    return found >= 0 ? found + 1 : -found - 1;
  }

  /** The column, from 1, in bytes. */
  public int column(int offset) {
    return offset - starts()[line(offset) - 1] + 1;
  }

  public Place place(int offset) {
    return new Place(path, line(offset), column(offset));
  }

  /** The offset of a line's first byte. Lines count from 1; one past the last gives the length. */
  public int lineStart(int line) {
    int[] starts = starts();
    return line > starts.length ? bytes.length : starts[line - 1];
  }

  /** A line without its newline; empty beyond the end. */
  public String lineText(int line) {
    int start = lineStart(line);
    int end = lineStart(line + 1);
    if (end > start && bytes[end - 1] == '\n') end--;
    return new String(bytes, start, Math.max(0, end - start), StandardCharsets.UTF_8);
  }

  private int[] starts() {
    int[] known = lineStarts;
    if (known != null) return known;
    int count = 1;
    for (byte b : bytes) if (b == '\n') count++;
    int[] starts = new int[count];
    int next = 1;
    for (int i = 0; i < bytes.length; i++) if (bytes[i] == '\n') starts[next++] = i + 1;
    lineStarts = starts;
    return starts;
  }

  @Override
  public String toString() {
    return path + " (" + bytes.length + " bytes)";
  }
}
