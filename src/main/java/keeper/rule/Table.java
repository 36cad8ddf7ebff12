// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.rule;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import keeper.text.Place;
import keeper.text.Problem;
import keeper.text.SourceText;

/** Tab-separated rows, sorted by their first column, searched in halves in the bytes as they are; nothing is read ahead. */
final class Table {
  private final SourceText text;
  private final byte[] bytes;
  private static final int FILTER = 1 << 17;

  private long[] filter; // made when first asked for; benign race
  private final int first; // where the rows begin, behind the lines with '#'

  Table(SourceText text) {
    this.text = text;
    this.bytes = text.bytes();
    int at = 0;
    while (at < bytes.length && (bytes[at] == '#' || bytes[at] == '\n')) at = next(at);
    this.first = at;
  }

  /** One bit for each name's hash: most names that are asked for are not in the table. */
  private long[] filter() {
    long[] known = filter;
    if (known != null) return known;
    long[] bits = new long[FILTER >> 6];
    for (int at = first; at < bytes.length; at = next(at)) {
      int hash = 0;
      for (int i = at; i < bytes.length && bytes[i] != '\t' && bytes[i] != '\n'; i++) hash = hash * 31 + (bytes[i] & 0xff); // as String.hashCode() of ASCII
      bits[(hash & FILTER - 1) >> 6] |= 1L << (hash & FILTER - 1);
    }
    return filter = bits;
  }

  String revision() {
    return keeper.text.ContentId.blob(bytes);
  }

  /** The rows of this name, in the table's order; most often none or one. */
  List<String[]> rows(String name) {
    long[] filter = filter();
    int hash = name.hashCode() & FILTER - 1;
    if ((filter[hash >> 6] & 1L << hash) == 0) return List.of();
    byte[] key = name.getBytes(StandardCharsets.UTF_8);
    int low = first;
    int high = bytes.length;
    while (low < high) {
      int middle = begin((low + high) >>> 1);
      if (compare(middle, key) < 0) low = next(middle);
      else high = middle;
    }
    List<String[]> rows = new ArrayList<>(1);
    for (int at = low; at < bytes.length && compare(at, key) == 0; at = next(at)) rows.add(row(at));
    return rows;
  }

  /** A problem for each row that stands out of order: the search would not find it. */
  List<Problem> problems() {
    List<Problem> problems = new ArrayList<>();
    byte[] before = new byte[0];
    for (int at = first; at < bytes.length; at = next(at)) {
      byte[] name = name(at);
      if (java.util.Arrays.compareUnsigned(before, name) > 0)
        problems.add(new Problem(new Place(text.path(), text.line(at), 1),
            "row " + new String(name, StandardCharsets.UTF_8) + " is out of order (sort the rows by name, LC_ALL=C)"));
      before = name;
    }
    return problems;
  }

  /** The start of the line that holds this byte. */
  private int begin(int at) {
    while (at > first && bytes[at - 1] != '\n') at--;
    return at;
  }

  private int next(int at) {
    while (at < bytes.length && bytes[at] != '\n') at++;
    return Math.min(at + 1, bytes.length);
  }

  private byte[] name(int at) {
    int end = at;
    while (end < bytes.length && bytes[end] != '\t' && bytes[end] != '\n') end++;
    return java.util.Arrays.copyOfRange(bytes, at, end);
  }

  private int compare(int at, byte[] key) {
    int i = 0;
    while (true) {
      boolean ended = at + i >= bytes.length || bytes[at + i] == '\t' || bytes[at + i] == '\n';
      if (ended || i == key.length) return ended ? (i == key.length ? 0 : -1) : 1;
      int difference = (bytes[at + i] & 0xff) - (key[i] & 0xff);
      if (difference != 0) return difference;
      i++;
    }
  }

  private String[] row(int at) {
    List<String> columns = new ArrayList<>(12);
    int start = at;
    for (int i = at; i <= bytes.length; i++) {
      boolean end = i == bytes.length || bytes[i] == '\n';
      if (end || bytes[i] == '\t') {
        String column = new String(bytes, start, i - start, StandardCharsets.UTF_8);
        columns.add(column.equals("-") ? "" : column);
        start = i + 1;
      }
      if (end) break;
    }
    while (columns.size() < 12) columns.add("");
    return columns.toArray(new String[0]);
  }
}
