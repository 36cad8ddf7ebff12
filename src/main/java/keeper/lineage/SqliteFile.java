// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lineage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The rows of a table of an SQLite database, read from its bytes as https://www.sqlite.org/fileformat2.html has them. Reads whole tables and
 * nothing else: no indexes, no tables WITHOUT ROWID, no write-ahead log beside the file.
 */
public final class SqliteFile {
  private static final int DEEPEST = 20; // levels of a tree
  private static final int LONGEST = 1 << 24; // bytes of a row

  private final ByteBuffer file; // big-endian
  private final int pageSize;
  private final int usable;
  private int left; // pages that may still be read

  private SqliteFile(ByteBuffer file) {
    this.file = file;
    int size = file.getShort(16) & 0xffff;
    this.pageSize = size == 1 ? 65536 : size;
    this.usable = pageSize - (file.get(20) & 0xff);
  }

  /** @throws IllegalArgumentException when it is none, with the reason */
  public static SqliteFile of(ByteBuffer bytes) {
    byte[] magic = new byte[16];
    if (bytes.limit() < 100) throw new IllegalArgumentException("no SQLite database");
    bytes.get(0, magic);
    if (!new String(magic, StandardCharsets.ISO_8859_1).equals("SQLite format 3\0")) throw new IllegalArgumentException("no SQLite database");
    SqliteFile file = new SqliteFile(bytes.duplicate());
    if (file.usable < 480 || file.file.getInt(56) != 1) throw new IllegalArgumentException("an SQLite database that is not in UTF-8, or of odd pages");
    return file;
  }

  /**
   * Every row, column by column as the table declares them: texts, {@code Long}s, or null for anything else.
   *
   * @throws IllegalArgumentException when there is no such table, or the file is damaged; rows told until then were right
   */
  public void rows(String table, Consumer<Map<String, Object>> each) {
    List<Object[]> found = new ArrayList<>();
    left = 2 * (file.limit() / pageSize); // a damaged tree may lead to the same page again and again
    try {
      // type, name, tbl_name, rootpage, sql
      tree(1, 0, row -> {
        if (row.length >= 5 && "table".equals(row[0]) && table.equalsIgnoreCase(String.valueOf(row[1]))) found.add(row);
      });
      if (found.isEmpty()) throw new IllegalArgumentException("it has no table " + table);
      List<String> columns = columns(String.valueOf(found.get(0)[4]));
      tree((int) (long) (Long) found.get(0)[3], 0, row -> {
        Map<String, Object> named = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) named.put(columns.get(i), i < row.length ? row[i] : null);
        each.accept(named);
      });
    } catch (IndexOutOfBoundsException | ClassCastException e) {
      throw new IllegalArgumentException("table " + table + " is damaged or cut short", e);
    }
  }

  /** The names that stand first between the commas of the declaration. */
  private static List<String> columns(String sql) {
    List<String> columns = new ArrayList<>();
    int depth = 0;
    StringBuilder part = new StringBuilder();
    for (int i = sql.indexOf('('); i >= 0 && i < sql.length(); i++) {
      char c = sql.charAt(i);
      if (c == '(' && depth++ == 0) continue;
      if (c == ')') depth--;
      if (depth == 0 || depth == 1 && c == ',') {
        String name = part.toString().strip().split("\\s+", 2)[0].replaceAll("[\"`\\[\\]']", "").toLowerCase(Locale.ROOT);
        if (!name.isEmpty() && !List.of("primary", "unique", "foreign", "check", "constraint").contains(name)) columns.add(name);
        part.setLength(0);
        if (depth == 0) break;
        continue;
      }
      part.append(c);
    }
    return columns;
  }

  private void tree(int page, int depth, Consumer<Object[]> each) {
    if (depth > DEEPEST || page < 1 || --left < 0) throw new IndexOutOfBoundsException();
    long start = (long) (page - 1) * pageSize;
    if (start + pageSize > file.limit()) throw new IndexOutOfBoundsException();
    int base = (int) start;
    int header = page == 1 ? base + 100 : base;
    int type = file.get(header);
    if (type != 5 && type != 13) throw new IndexOutOfBoundsException();
    int cells = file.getShort(header + 3) & 0xffff;
    int pointers = header + (type == 5 ? 12 : 8);
    for (int i = 0; i < cells; i++) {
      int cell = base + (file.getShort(pointers + 2 * i) & 0xffff);
      if (type == 5) tree(file.getInt(cell), depth + 1, each);
      else each.accept(row(cell));
    }
    if (type == 5) tree(file.getInt(header + 8), depth + 1, each);
  }

  private Object[] row(int cell) {
    Bytes at = new Bytes(file, cell);
    long length = at.varint();
    long rowid = at.varint();
    if (length < 0 || length > LONGEST) throw new IndexOutOfBoundsException();
    int most = usable - 35;
    int least = (usable - 12) * 32 / 255 - 23;
    int part = least + (int) ((length - least) % (usable - 4));
    int here = length <= most ? (int) length : part <= most ? part : least;
    byte[] payload = new byte[(int) length];
    file.get(at.at, payload, 0, here);
    int next = here < length ? file.getInt(at.at + here) : 0;
    for (int filled = here; filled < length; ) {
      int base = (int) Math.min(Integer.MAX_VALUE, (long) (next - 1) * pageSize);
      int size = Math.min(usable - 4, (int) length - filled);
      next = file.getInt(base);
      file.get(base + 4, payload, filled, size);
      filled += size;
    }
    return values(ByteBuffer.wrap(payload), rowid);
  }

  private static Object[] values(ByteBuffer payload, long rowid) {
    Bytes types = new Bytes(payload, 0);
    int end = (int) types.varint();
    int at = end;
    List<Object> values = new ArrayList<>();
    while (types.at < end) {
      long type = types.varint();
      int size = type >= 12 ? (int) ((type - 12) / 2) : type == 5 ? 6 : type == 6 || type == 7 ? 8 : type <= 4 ? (int) type : 0;
      if (type >= 13 && type % 2 == 1) {
        byte[] text = new byte[size];
        payload.get(at, text);
        values.add(new String(text, StandardCharsets.UTF_8));
      } else if (type >= 1 && type <= 6) {
        long number = payload.get(at);
        for (int i = 1; i < size; i++) number = number << 8 | payload.get(at + i) & 0xff;
        values.add(number);
      } else {
        values.add(type == 8 ? Long.valueOf(0) : type == 9 ? Long.valueOf(1) : null);
      }
      at += size;
    }
    if (!values.isEmpty() && values.get(0) == null) values.set(0, rowid); // an INTEGER PRIMARY KEY is not written again
    return values.toArray();
  }

  /** Numbers of one to nine bytes, the high bits first. */
  private static final class Bytes {
    private final ByteBuffer bytes;
    private int at;

    Bytes(ByteBuffer bytes, int at) {
      this.bytes = bytes;
      this.at = at;
    }

    long varint() {
      long value = 0;
      for (int i = 0; i < 8; i++) {
        byte b = bytes.get(at++);
        value = value << 7 | b & 0x7f;
        if (b >= 0) return value;
      }
      return value << 8 | bytes.get(at++) & 0xff;
    }
  }
}
