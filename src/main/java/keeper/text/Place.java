// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.text;

/**
 * Where something stands, as people name it.
 *
 * @param path the file, relative to the top of its tree, with {@code /}
 * @param line from 1
 * @param column from 1, in bytes; 0 when the whole line is meant
 */
public record Place(String path, int line, int column) implements Comparable<Place> {
  @Override
  public int compareTo(Place other) {
    int byPath = path.compareTo(other.path);
    if (byPath != 0) return byPath;
    return line != other.line ? Integer.compare(line, other.line) : Integer.compare(column, other.column);
  }

  @Override
  public String toString() {
    return column == 0 ? path + ":" + line : path + ":" + line + ":" + column;
  }
}
