// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Numbers as bytes: seven bits a byte, the last has the top bit clear. Deflated behind their length when they go into a column. */
final class Varints {
  private byte[] bytes;
  private int at;

  Varints() {
    this(new byte[1 << 14]);
  }

  private Varints(byte[] bytes) {
    this.bytes = bytes;
  }

  /** To be read from the start. */
  static Varints inflated(byte[] packed) {
    return new Varints(inflate(packed));
  }

  boolean more() {
    return at < bytes.length;
  }

  void put(long value) {
    room(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[at++] = (byte) rest;
  }

  void signed(long value) {
    put(value << 1 ^ value >> 63);
  }

  /** Bytes behind their length. */
  void put(byte[] some) {
    put(some.length);
    append(some, some.length);
  }

  /** Bytes as they are. */
  void append(byte[] some, int length) {
    room(length);
    System.arraycopy(some, 0, bytes, at, length);
    at += length;
  }

  void append(Varints others) {
    append(others.bytes, others.at);
  }

  private void room(int length) {
    if (at + length > bytes.length) bytes = Arrays.copyOf(bytes, bytes.length * 2 + length);
  }

  long next() {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = bytes[at++];
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) return value;
    }
  }

  long signed() {
    long value = next();
    return value >>> 1 ^ -(value & 1);
  }

  /** Where bytes behind their length begin; what comes after them is next, at {@link #place}. */
  int skip() {
    int length = (int) next();
    int from = at;
    at += length;
    return from;
  }

  int place() {
    return at;
  }

  byte[] bytes() {
    return bytes;
  }

  byte[] deflated() {
    return deflate(bytes, at);
  }

  static byte[] deflate(byte[] bytes, int size) {
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    try {
      deflater.setInput(bytes, 0, size);
      deflater.finish();
      byte[] packed = new byte[size / 2 + 64];
      packed[0] = (byte) (size >> 24);
      packed[1] = (byte) (size >> 16);
      packed[2] = (byte) (size >> 8);
      packed[3] = (byte) size;
      int length = 4;
      while (!deflater.finished()) {
        if (length == packed.length) packed = Arrays.copyOf(packed, 2 * length);
        length += deflater.deflate(packed, length, packed.length - length);
      }
      return Arrays.copyOf(packed, length);
    } finally {
      deflater.end();
    }
  }

  static byte[] inflate(byte[] packed) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(packed, 4, packed.length - 4);
      byte[] bytes = new byte[(packed[0] & 0xff) << 24 | (packed[1] & 0xff) << 16 | (packed[2] & 0xff) << 8 | packed[3] & 0xff];
      int at = 0;
      while (at < bytes.length) {
        int read = inflater.inflate(bytes, at, bytes.length - at);
        if (read == 0) break;
        at += read;
      }
      return bytes;
    } catch (DataFormatException e) {
      throw new StoreException("database: the index of the histories is damaged; index the repositories again, into another database", e);
    } finally {
      inflater.end();
    }
  }
}
