// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import keeper.text.ContentId;
import keeper.text.Kept;

/**
 * Facts of one tree on disk: records by their keys, and which content its files had when they were last looked at. The file is written whole under another
 * name and then renamed, so that whoever reads sees the old one or the new one; it is mapped, and only what is asked for is read. What is cut off,
 * damaged or of another program is not there, and is computed again.
 *
 * <pre>
 *   "LKFACTS1", program 16, index at 8, keys 4, stamps 4, checksum of these 4
 *   records: key 16, length 4, checksum of key and bytes 4, bytes
 *   index:   key 16, record at 8; sorted by key
 *   stamps:  hash of path 8, size 8, changed at 8, content id 20; sorted by hash
 * </pre>
 */
final class FactsFile implements Kept {
  private static final byte[] MAGIC = "LKFACTS1".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  private static final int HEADER = 8 + 16 + 8 + 4 + 4 + 4;
  private static final int FRAME = ContentId.KEY + 8;
  private static final int INDEX_ROW = ContentId.KEY + 8;
  private static final int STAMP_ROW = 8 + 8 + 8 + 20;
  private static final int LONGEST = 64 << 20; // bytes of a record

  /** A file as it was found: size in bytes, time of its last change in nanoseconds, and the id of its content, 20 bytes. */
  record Stamp(long size, long changed, byte[] id) {}

  private final ByteBuffer bytes; // null when there is none
  private final long index;
  private final int keys;
  private final int stamps;

  private FactsFile(ByteBuffer bytes, long index, int keys, int stamps) {
    this.bytes = bytes;
    this.index = index;
    this.keys = keys;
    this.stamps = stamps;
  }

  static FactsFile none() {
    return new FactsFile(null, 0, 0, 0);
  }

  /**
   * Opens a file for reading; one that is not there, or of another program, has no records.
   *
   * @param program {@link ContentId#KEY} bytes that name the program and its analysis
   */
  static FactsFile open(Path path, byte[] program) {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size < HEADER || size > Integer.MAX_VALUE) return none();
      MappedByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, size);
      byte[] header = new byte[HEADER - 4];
      bytes.get(0, header);
      CRC32C sum = new CRC32C();
      sum.update(header);
      if (bytes.getInt(HEADER - 4) != (int) sum.getValue() || !Arrays.equals(MAGIC, Arrays.copyOf(header, 8)) || !Arrays.equals(program, Arrays.copyOfRange(header, 8, 24))) return none();
      long index = bytes.getLong(24);
      int keys = bytes.getInt(32);
      int stamps = bytes.getInt(36);
      if (keys < 0 || stamps < 0 || index < HEADER || index + (long) keys * INDEX_ROW + (long) stamps * STAMP_ROW > size) return none();
      return new FactsFile(bytes, index, keys, stamps);
    } catch (IOException | InternalError e) { // a mapped file may be cut off under our hands
      return none();
    }
  }

  boolean isEmpty() {
    return keys == 0;
  }

  int records() {
    return keys;
  }

  @Override
  public Optional<byte[]> find(byte[] key) {
    if (bytes == null) return Optional.empty();
    try {
      int row = row(key, (int) index, keys, INDEX_ROW);
      if (row < 0) return Optional.empty();
      long at = bytes.getLong(row + ContentId.KEY);
      if (at < HEADER || at + FRAME > bytes.limit()) return Optional.empty();
      byte[] frame = new byte[ContentId.KEY];
      bytes.get((int) at, frame);
      int length = bytes.getInt((int) at + ContentId.KEY);
      if (!Arrays.equals(frame, key) || length < 0 || length > LONGEST || at + FRAME + length > bytes.limit()) return Optional.empty();
      byte[] found = new byte[length];
      bytes.get((int) at + FRAME, found);
      return bytes.getInt((int) at + ContentId.KEY + 4) == sum(key, found) ? Optional.of(found) : Optional.empty();
    } catch (InternalError e) {
      return Optional.empty();
    }
  }

  /** Hands all records and stamps to a writer that does not have them yet. */
  void into(Writer writer) {
    try {
      for (int i = 0; i < keys; i++) {
        byte[] key = new byte[ContentId.KEY];
        bytes.get((int) index + i * INDEX_ROW, key);
        if (writer.find(key).isEmpty()) find(key).ifPresent(found -> writer.put(key, found));
      }
      for (int i = 0; i < stamps; i++) {
        int row = (int) (index + (long) keys * INDEX_ROW) + i * STAMP_ROW;
        byte[] path = new byte[8];
        bytes.get(row, path);
        writer.stamps.putIfAbsent(ByteBuffer.wrap(path), stamp(row));
      }
    } catch (InternalError e) {
      return; // cut off under our hands: it is computed again
    }
  }

  private Stamp stamp(int row) {
    byte[] id = new byte[20];
    bytes.get(row + 24, id);
    return new Stamp(bytes.getLong(row + 8), bytes.getLong(row + 16), id);
  }

  /** What was last seen of a file; empty when it was not looked at. */
  Optional<Stamp> stamp(String path) {
    if (bytes == null) return Optional.empty();
    try {
      int row = row(named(path), (int) (index + (long) keys * INDEX_ROW), stamps, STAMP_ROW);
      return row < 0 ? Optional.empty() : Optional.of(stamp(row));
    } catch (InternalError e) {
      return Optional.empty();
    }
  }

  private static byte[] named(String path) {
    return Arrays.copyOf(ContentId.key(List.of(path)), 8);
  }

  private int row(byte[] key, int start, int count, int width) {
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int at = start + middle * width;
      int order = compare(at, key);
      if (order == 0) return at;
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  private int compare(int at, byte[] key) {
    for (int i = 0; i < key.length; i++) {
      int difference = (bytes.get(at + i) & 0xff) - (key[i] & 0xff);
      if (difference != 0) return difference;
    }
    return 0;
  }

  private static int sum(byte[] key, byte[] found) {
    CRC32C sum = new CRC32C();
    sum.update(key);
    sum.update(found);
    return (int) sum.getValue();
  }

  /** Collects what a new file is to hold. Safe to use from several threads; answers for what was put in. */
  static final class Writer implements Kept {
    private final Map<java.nio.ByteBuffer, byte[]> records = new java.util.concurrent.ConcurrentHashMap<>();
    private final Map<ByteBuffer, Stamp> stamps = new java.util.concurrent.ConcurrentHashMap<>();

    void put(byte[] key, byte[] bytes) {
      records.put(ByteBuffer.wrap(key), bytes);
    }

    void stamp(String path, Stamp stamp) {
      stamps.put(ByteBuffer.wrap(named(path)), stamp);
    }

    @Override
    public Optional<byte[]> find(byte[] key) {
      return Optional.ofNullable(records.get(ByteBuffer.wrap(key)));
    }

    int records() {
      return records.size();
    }

    /** Writes the file beside its place and puts it there at once; the last of two who do so wins. */
    void write(Path path, byte[] program) throws IOException {
      Files.createDirectories(path.toAbsolutePath().getParent());
      Path fresh = Files.createTempFile(path.toAbsolutePath().getParent(), path.getFileName().toString(), ".new");
      try {
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
          write(channel, program);
          channel.force(true);
        }
        Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(fresh);
      }
    }

    private void write(FileChannel channel, byte[] program) throws IOException {
      List<byte[]> keys = new ArrayList<>();
      for (ByteBuffer key : records.keySet()) keys.add(key.array());
      keys.sort(Arrays::compareUnsigned);
      ByteBuffer out = ByteBuffer.allocate(1 << 20);
      out.put(new byte[HEADER]);
      long at = HEADER;
      long[] places = new long[keys.size()];
      for (int i = 0; i < places.length; i++) {
        byte[] bytes = records.get(ByteBuffer.wrap(keys.get(i)));
        places[i] = at;
        at += FRAME + bytes.length;
        out = room(out, channel, FRAME + bytes.length);
        out.put(keys.get(i)).putInt(bytes.length).putInt(sum(keys.get(i), bytes)).put(bytes);
      }
      for (int i = 0; i < places.length; i++) {
        out = room(out, channel, INDEX_ROW);
        out.put(keys.get(i)).putLong(places[i]);
      }
      Map<ByteBuffer, Stamp> rows = new TreeMap<>((a, b) -> Arrays.compareUnsigned(a.array(), b.array()));
      rows.putAll(stamps);
      for (Map.Entry<ByteBuffer, Stamp> row : rows.entrySet()) {
        out = room(out, channel, STAMP_ROW);
        out.put(row.getKey().array()).putLong(row.getValue().size()).putLong(row.getValue().changed()).put(row.getValue().id());
      }
      room(out, channel, out.capacity());
      ByteBuffer header = ByteBuffer.allocate(HEADER);
      header.put(MAGIC).put(program).putLong(at).putInt(places.length).putInt(rows.size());
      CRC32C sum = new CRC32C();
      sum.update(header.array(), 0, HEADER - 4);
      header.putInt((int) sum.getValue()).flip();
      channel.write(header, 0);
    }

    private static ByteBuffer room(ByteBuffer out, FileChannel channel, int wanted) throws IOException {
      if (out.remaining() >= wanted) return out;
      out.flip();
      while (out.hasRemaining()) channel.write(out);
      return wanted > out.capacity() ? ByteBuffer.allocate(wanted) : out.clear();
    }
  }
}
