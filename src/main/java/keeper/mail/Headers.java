// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.mail;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A header block: where its fields are. Values are unfolded when asked for, and not decoded. Ours and not the library's, since a block
 * of a million lines must cost no more than the limits below before somebody has counted it.
 */
final class Headers {
  /** More fields than any real header block; the longest seen on kernel lists has some 400. */
  static final int MAX_FIELDS = 2_000;

  /** Longer than the longest real field, a Cc of 700 addresses. */
  static final int MAX_VALUE = 64 * 1024;

  private final byte[] bytes;
  private int[] starts = new int[64]; // of each field's name
  private int[] colons = new int[64];
  private int[] ends = new int[64]; // one past the last line end
  private int fields;
  private int end; // where the body begins
  private boolean cut;

  private Headers(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Reads the block that begins at an offset; everything up to the first blank line, or to the limit. */
  static Headers read(byte[] bytes, int from, int limit) {
    Headers headers = new Headers(bytes);
    int at = from;
    boolean open = false; // a folded line may follow
    while (at < limit) {
      int lineEnd = at;
      while (lineEnd < limit && bytes[lineEnd] != '\n') lineEnd++;
      int next = Math.min(limit, lineEnd + 1);
      int textEnd = lineEnd > at && bytes[lineEnd - 1] == '\r' ? lineEnd - 1 : lineEnd;
      if (textEnd == at) { // the blank line
        at = next;
        break;
      }
      if (bytes[at] == ' ' || bytes[at] == '\t') {
        if (open) headers.ends[headers.fields - 1] = next;
      } else {
        int colon = colon(bytes, at, textEnd);
        open = colon > 0 && headers.add(at, colon, next);
        // ">From " is the From line of an older box.
        if (colon < 0 && bytes[at] != '>') headers.cut = true;
      }
      at = next;
    }
    headers.end = headers.fields == 0 && from < limit && headers.cut ? from : at; // no header: all of it is text
    return headers;
  }

  /** The colon behind a field's name; -1 when the line is no field. */
  private static int colon(byte[] bytes, int from, int end) {
    for (int i = from; i < end && i - from < 200; i++) {
      byte b = bytes[i];
      if (b == ':') return i == from ? -1 : i;
      if (b <= ' ' && !(b == ' ' && i + 1 < end && bytes[i + 1] == ':')) return -1;
    }
    return -1;
  }

  private boolean add(int start, int colon, int next) {
    if (fields == MAX_FIELDS) {
      cut = true;
      return false;
    }
    if (fields == starts.length) {
      starts = Arrays.copyOf(starts, fields * 2);
      colons = Arrays.copyOf(colons, fields * 2);
      ends = Arrays.copyOf(ends, fields * 2);
    }
    starts[fields] = start;
    colons[fields] = colon;
    ends[fields] = next;
    fields++;
    return true;
  }

  /** The first field of this name, not decoded; empty when there is none. */
  String first(String name) {
    for (int i = 0; i < fields; i++) if (isNamed(i, name)) return value(i);
    return "";
  }

  /** Every field of this name, in order. */
  List<String> all(String name) {
    List<String> found = new ArrayList<>(1);
    for (int i = 0; i < fields; i++) if (isNamed(i, name)) found.add(value(i));
    return found;
  }

  private boolean isNamed(int index, String name) {
    int start = starts[index];
    int stop = colons[index];
    while (bytes[stop - 1] == ' ') stop--;
    if (stop - start != name.length()) return false;
    for (int i = 0; i < name.length(); i++) if ((bytes[start + i] | 0x20) != (name.charAt(i) | 0x20)) return false;
    return true;
  }

  int size() {
    return fields;
  }

  /** Lower case. */
  String name(int index) {
    return new String(bytes, starts[index], colons[index] - starts[index], StandardCharsets.ISO_8859_1).stripTrailing().toLowerCase(java.util.Locale.ROOT);
  }

  /** Unfolded, at most so long as the limit. Eight-bit text without RFC 2047 is judged like an undeclared body. */
  String value(int index) {
    int from = colons[index] + 1;
    int to = Math.min(ends[index], from + MAX_VALUE);
    if (to < ends[index]) cut = true;
    boolean plain = true;
    for (int i = from; i < to && plain; i++) plain = bytes[i] >= 0 && bytes[i] != '\r' && (bytes[i] != '\n' || i + 1 == to);
    if (plain) return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1).strip();
    String folded = EncodedWords.Charsets.decode(Arrays.copyOfRange(bytes, from, to), "");
    StringBuilder value = new StringBuilder(folded.length());
    for (int i = 0; i < folded.length(); i++) {
      char c = folded.charAt(i);
      if (c != '\n' && c != '\r') value.append(c);
    }
    return value.toString().strip();
  }

  int end() {
    return end;
  }

  /** Whether something was left out: a line that is no field, or what goes beyond the limits. */
  boolean cut() {
    return cut;
  }
}
