// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Up to 1,024 commits as they lie in a row: ids as they are, the rest deflated. Places count from 0; a commit's number is
 * {@link #first} of the row and its place.
 */
final class CommitBlock {
  static final int SIZE = 1024;

  private final byte[] ids;
  private final byte[] texts;
  private final int[] titles; // where they begin; the last is where they end
  private final int[] authors; // places in the list of names
  private final long[] committed;
  private final long[] authored;
  private final String[] names;

  /** As {@link Builder} wrote them. */
  CommitBlock(byte[] ids, byte[] packed) {
    this.ids = ids;
    Varints bytes = Varints.inflated(packed);
    this.texts = bytes.bytes();
    int count = (int) bytes.next();
    names = new String[(int) bytes.next()];
    for (int i = 0; i < names.length; i++) {
      int from = bytes.skip();
      names[i] = new String(texts, from, bytes.place() - from, StandardCharsets.UTF_8);
    }
    titles = new int[count + 1];
    authors = new int[count];
    committed = new long[count];
    authored = new long[count];
    long date = 0;
    for (int i = 0; i < count; i++) {
      committed[i] = date += bytes.signed();
      authored[i] = date - bytes.signed();
      authors[i] = (int) bytes.next();
      titles[i + 1] = (int) bytes.next();
    }
    titles[0] = bytes.place();
    for (int i = 0; i < count; i++) titles[i + 1] += titles[i];
  }

  /** The row of a commit. */
  static int of(int commit) {
    return (commit - 1) / SIZE;
  }

  /** The number of a row's first commit. */
  static int first(int number) {
    return number * SIZE + 1;
  }

  int size() {
    return authors.length;
  }

  byte[] id(int place) {
    int width = ids[0];
    return Arrays.copyOfRange(ids, 1 + place * width, 1 + (place + 1) * width);
  }

  String title(int place) {
    return new String(texts, titles[place], titles[place + 1] - titles[place], StandardCharsets.UTF_8);
  }

  String author(int place) {
    return names[authors[place]];
  }

  /** Seconds since 1970, as the following. */
  long committed(int place) {
    return committed[place];
  }

  long authored(int place) {
    return authored[place];
  }

  /** A row as it fills. */
  static final class Builder {
    private final ByteArrayOutputStream ids = new ByteArrayOutputStream(SIZE * 20 + 1);
    private final Varints dates = new Varints();
    private final ByteArrayOutputStream titles = new ByteArrayOutputStream(SIZE * 60);
    private final Map<String, Integer> authors = new LinkedHashMap<>();
    private long date;
    private int count;

    int size() {
      return count;
    }

    void add(byte[] id, String title, String author, long authored, long committed) {
      if (count == 0) ids.write(id.length);
      ids.writeBytes(id);
      byte[] text = title.getBytes(StandardCharsets.UTF_8);
      dates.signed(committed - date);
      date = committed;
      dates.signed(committed - authored);
      Integer known = authors.putIfAbsent(author, authors.size());
      dates.put(known == null ? authors.size() - 1 : known);
      dates.put(text.length);
      titles.writeBytes(text);
      count++;
    }

    /** Begins with what a row has. */
    void add(CommitBlock block) {
      for (int i = 0; i < block.size(); i++) add(block.id(i), block.title(i), block.author(i), block.authored(i), block.committed(i));
    }

    byte[] ids() {
      return ids.toByteArray();
    }

    byte[] texts() {
      Varints all = new Varints();
      all.put(count);
      all.put(authors.size());
      for (String author : authors.keySet()) all.put(author.getBytes(StandardCharsets.UTF_8));
      all.append(dates);
      all.append(titles.toByteArray(), titles.size());
      return all.deflated();
    }
  }
}
