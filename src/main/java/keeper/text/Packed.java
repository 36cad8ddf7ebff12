// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/** Values as few bytes: numbers of seven bits a byte, each string once and then by its number. What reads is the mirror of what wrote. */
public final class Packed {
  private Packed() {}

  /** The bytes are not what a {@link Writer} wrote. */
  public static final class Damaged extends RuntimeException {
    private static final long serialVersionUID = 1;

    public Damaged() {
      super("not what was written", null, false, false);
    }
  }

  public static final class Writer {
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final Map<String, Integer> strings = new LinkedHashMap<>();

    public void number(int value) {
      int rest = value;
      while ((rest & ~0x7f) != 0) {
        body.write(rest & 0x7f | 0x80);
        rest >>>= 7;
      }
      body.write(rest);
    }

    public void flag(boolean value) {
      body.write(value ? 1 : 0);
    }

    public void text(String value) {
      Integer known = strings.get(value);
      if (known == null) strings.put(value, known = strings.size());
      number(known);
    }

    public <T> void all(java.util.Collection<T> values, Consumer<T> each) {
      number(values.size());
      for (T value : values) each.accept(value);
    }

    /** Bytes that go by themselves. */
    public void piece(byte[] piece) {
      number(piece.length);
      body.write(piece, 0, piece.length);
    }

    public byte[] bytes() {
      byte[] rest = body.toByteArray();
      body.reset();
      number(strings.size());
      for (String string : strings.keySet()) {
        byte[] utf8 = string.getBytes(StandardCharsets.UTF_8);
        number(utf8.length);
        body.write(utf8, 0, utf8.length);
      }
      body.write(rest, 0, rest.length);
      return body.toByteArray();
    }
  }

  public static final class Reader {
    private final byte[] bytes;
    private final String[] strings;
    private int at;

    public Reader(byte[] bytes) {
      this.bytes = bytes;
      int count = number();
      if (count < 0 || count > bytes.length) throw new Damaged();
      strings = new String[count];
      for (int i = 0; i < count; i++) {
        int length = number();
        if (length < 0 || length > bytes.length - at) throw new Damaged();
        strings[i] = new String(bytes, at, length, StandardCharsets.UTF_8);
        at += length;
      }
    }

    public int number() {
      int value = 0;
      for (int shift = 0; shift < 35; shift += 7) {
        if (at >= bytes.length) throw new Damaged();
        byte b = bytes[at++];
        value |= (b & 0x7f) << shift;
        if (b >= 0) return value;
      }
      throw new Damaged();
    }

    public boolean flag() {
      return number() != 0;
    }

    public String text() {
      int index = number();
      if (index < 0 || index >= strings.length) throw new Damaged();
      return strings[index];
    }

    public byte[] piece() {
      int length = number();
      if (length < 0 || length > bytes.length - at) throw new Damaged();
      byte[] piece = java.util.Arrays.copyOfRange(bytes, at, at + length);
      at += length;
      return piece;
    }

    public <T> List<T> all(Function<Reader, T> each) {
      int count = number();
      if (count < 0 || count > bytes.length) throw new Damaged();
      List<T> found = new ArrayList<>(count);
      for (int i = 0; i < count; i++) found.add(each.apply(this));
      return found;
    }
  }
}
