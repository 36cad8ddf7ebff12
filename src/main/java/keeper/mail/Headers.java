// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.mail;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A header block, unfolded, not decoded. Ours and not the library's, since a block of a million lines must cost no more than the
 * limits below before somebody has counted it.
 */
final class Headers {
  /** More lines than any real header block; the longest seen on kernel lists has some 400. */
  static final int MAX_FIELDS = 2_000;

  /** More than the longest real field, a Cc of 700 addresses. */
  static final int MAX_VALUE = 64 * 1024;

  private final List<String> names = new ArrayList<>();
  private final List<String> values = new ArrayList<>();
  private int end; // where the body begins
  private boolean crlf;
  private boolean cut;

  private Headers() {}

  /** Reads the block that begins at an offset; everything up to the first blank line, or to the limit. */
  static Headers read(byte[] bytes, int from, int limit) {
    Headers headers = new Headers();
    int at = from;
    StringBuilder value = new StringBuilder();
    String name = null;
    while (at < limit) {
      int lineEnd = at;
      while (lineEnd < limit && bytes[lineEnd] != '\n') lineEnd++;
      int next = Math.min(limit, lineEnd + 1);
      int textEnd = lineEnd;
      if (textEnd > at && bytes[textEnd - 1] == '\r') {
        textEnd--;
        headers.crlf = true;
      }
      if (textEnd == at) {
        at = next;
        break; // the blank line
      }
      boolean folded = bytes[at] == ' ' || bytes[at] == '\t';
      if (!folded) {
        headers.add(name, value);
        name = null;
        value.setLength(0);
        int colon = colon(bytes, at, textEnd);
        if (colon < 0) {
          // ">From " of an old mbox, or a line that some relay broke: it is skipped, unless the header is over without a blank line.
          if (headers.names.isEmpty() || isEscapedFrom(bytes, at, textEnd)) {
            at = next;
            continue;
          }
          headers.cut = true;
          at = next;
          continue;
        }
        name = new String(bytes, at, colon - at, StandardCharsets.ISO_8859_1).stripTrailing();
        headers.text(bytes, colon + 1, textEnd, value);
      } else if (name != null) {
        headers.text(bytes, at, textEnd, value);
      }
      at = next;
    }
    headers.add(name, value);
    headers.end = at;
    return headers;
  }

  private static boolean isEscapedFrom(byte[] bytes, int at, int end) {
    return end - at > 6 && new String(bytes, at, 6, StandardCharsets.ISO_8859_1).equals(">From ");
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

  private void text(byte[] bytes, int from, int end, StringBuilder value) {
    if (value.length() >= MAX_VALUE) {
      cut = true;
      return;
    }
    int stop = end;
    if (stop - from > MAX_VALUE - value.length()) {
      stop = from + MAX_VALUE - value.length();
      cut = true;
    }
    // Eight-bit text without RFC 2047 is judged like an undeclared body.
    value.append(EncodedWords.Charsets.decode(java.util.Arrays.copyOfRange(bytes, from, stop), ""));
  }

  private void add(String name, StringBuilder value) {
    if (name == null) return;
    if (names.size() >= MAX_FIELDS) {
      cut = true;
      return;
    }
    names.add(name);
    values.add(value.toString().strip());
  }

  /** The first field of this name, not decoded; empty when there is none. */
  String first(String name) {
    for (int i = 0; i < names.size(); i++) if (names.get(i).equalsIgnoreCase(name)) return values.get(i);
    return "";
  }

  /** Every field of this name, in order. */
  List<String> all(String name) {
    List<String> found = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) if (names.get(i).equalsIgnoreCase(name)) found.add(values.get(i));
    return found;
  }

  int size() {
    return names.size();
  }

  String name(int index) {
    return names.get(index);
  }

  String value(int index) {
    return values.get(index);
  }

  int end() {
    return end;
  }

  boolean crlf() {
    return crlf;
  }

  /** Whether something was left out: a line that is no field, or what goes beyond the limits. */
  boolean cut() {
    return cut;
  }
}
