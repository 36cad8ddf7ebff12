// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lock;

import java.util.Arrays;

/** A small sorted map from names that never changes; changers return another one. */
final class Small<V> {
  private static final Small<Object> EMPTY = new Small<>(new String[0], new Object[0]);

  private final String[] names;
  private final Object[] values;

  private Small(String[] names, Object[] values) {
    this.names = names;
    this.values = values;
  }

  @SuppressWarnings("unchecked")
  static <V> Small<V> empty() {
    return (Small<V>) EMPTY;
  }

  int size() {
    return names.length;
  }

  String name(int index) {
    return names[index];
  }

  @SuppressWarnings("unchecked")
  V value(int index) {
    return (V) values[index];
  }

  /** The value, or null. */
  @SuppressWarnings("unchecked")
  V get(String name) {
    int at = find(name);
    return at < 0 ? null : (V) values[at];
  }

  /** The same, quicker when the name stands at this index, as it mostly does in a map that comes from the same one. */
  @SuppressWarnings("unchecked")
  V get(String name, int guess) {
    return guess < names.length && names[guess] == name ? (V) values[guess] : get(name);
  }

  private int find(String name) {
    int low = 0;
    int high = names.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      String there = names[middle];
      if (there == name) return middle;
      int order = there.compareTo(name);
      if (order < 0) low = middle + 1;
      else if (order > 0) high = middle - 1;
      else return middle;
    }
    return -low - 1;
  }

  Small<V> with(String name, V value) {
    int at = find(name);
    if (at >= 0) {
      if (values[at].equals(value)) return this;
      Object[] changed = values.clone();
      changed[at] = value;
      return new Small<>(names, changed);
    }
    int place = -at - 1;
    String[] longer = new String[names.length + 1];
    Object[] more = new Object[names.length + 1];
    System.arraycopy(names, 0, longer, 0, place);
    System.arraycopy(values, 0, more, 0, place);
    longer[place] = name;
    more[place] = value;
    System.arraycopy(names, place, longer, place + 1, names.length - place);
    System.arraycopy(values, place, more, place + 1, names.length - place);
    return new Small<>(longer, more);
  }

  Small<V> without(String name) {
    int at = find(name);
    if (at < 0) return this;
    if (names.length == 1) return empty();
    String[] shorter = new String[names.length - 1];
    Object[] less = new Object[names.length - 1];
    System.arraycopy(names, 0, shorter, 0, at);
    System.arraycopy(values, 0, less, 0, at);
    System.arraycopy(names, at + 1, shorter, at, names.length - at - 1);
    System.arraycopy(values, at + 1, less, at, names.length - at - 1);
    return new Small<>(shorter, less);
  }

  @Override
  public boolean equals(Object other) {
    return this == other || other instanceof Small<?> small && (names == small.names || Arrays.equals(names, small.names)) && Arrays.equals(values, small.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(names) * 31 + Arrays.hashCode(values);
  }
}
