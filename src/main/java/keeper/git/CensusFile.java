// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The counted uses of a tree's files, kept between runs: for each file the content it was counted from, the headers it reaches and what those were. One file a
 * tree, outside of it; written beside its place and moved there whole. What is cut off, damaged or of another program is counted again.
 */
public final class CensusFile {
  private static final long MAGIC = 0x4c4b43454e535531L; // "LKCENSU1"
  private static final int LONGEST = 64 << 20; // bytes of one record
  private static final int MOST = 1_000_000;

  private CensusFile() {}

  /**
   * What is kept of one file.
   *
   * @param content id of its content
   * @param headers those it reaches, nearest first
   * @param reached an id of the content of all these
   * @param census the bytes of its census
   */
  public record Kept(String content, List<String> headers, String reached, byte[] census) {
    public Kept {
      headers = List.copyOf(headers);
    }
  }

  /** Under {@code lockkeeper/census} in the user's cache ({@code $XDG_CACHE_HOME}, else {@code ~/.cache}): the file for a tree of this name. */
  public static Path usual(String tree) {
    String cache = System.getenv("XDG_CACHE_HOME");
    Path folder = cache != null && cache.startsWith("/") ? Path.of(cache) : Path.of(System.getProperty("user.home", "."), ".cache");
    return folder.resolve("lockkeeper").resolve("census").resolve(tree.replaceAll("[^A-Za-z0-9._-]", "_") + ".census");
  }

  /** By path; nothing when it cannot be read or another program wrote it. @param program names the program and its tables */
  public static Map<String, Kept> read(Path file, String program) {
    Map<String, Kept> all = new HashMap<>();
    if (!Files.isRegularFile(file)) return all;
    try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
      if (in.readLong() != MAGIC || !in.readUTF().equals(program)) return all;
      int names = in.readInt();
      if (names < 0 || names > MOST) return all;
      List<String> headers = new ArrayList<>();
      for (int i = 0; i < names; i++) headers.add(in.readUTF());
      int count = in.readInt();
      if (count < 0 || count > MOST) return all;
      for (int i = 0; i < count; i++) {
        String path = in.readUTF();
        String content = in.readUTF();
        String reached = in.readUTF();
        int reach = in.readInt();
        if (reach < 0 || reach > 100_000) return all;
        List<String> mine = new ArrayList<>(reach);
        for (int k = 0; k < reach; k++) {
          int name = in.readInt();
          if (name < 0 || name >= headers.size()) return all;
          mine.add(headers.get(name));
        }
        int length = in.readInt();
        if (length < 0 || length > LONGEST) return all;
        byte[] census = in.readNBytes(length);
        if (census.length != length) return all;
        all.put(path, new Kept(content, mine, reached, census));
      }
    } catch (IOException e) {
      return all; // cut off: what was whole before is good
    }
    return all;
  }

  /** @throws IOException when it cannot be written; the old one is then as it was */
  public static void write(Path file, String program, SortedMap<String, Kept> all) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Path fresh = Files.createTempFile(file.toAbsolutePath().getParent(), file.getFileName().toString(), ".new");
    try {
      try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(fresh), 1 << 16))) {
        Map<String, Integer> headers = new TreeMap<>();
        for (Kept kept : all.values()) for (String header : kept.headers()) headers.putIfAbsent(header, 0);
        out.writeLong(MAGIC);
        out.writeUTF(program);
        out.writeInt(headers.size());
        int next = 0;
        for (Map.Entry<String, Integer> header : headers.entrySet()) {
          header.setValue(next++);
          out.writeUTF(header.getKey());
        }
        out.writeInt(all.size());
        for (Map.Entry<String, Kept> one : all.entrySet()) {
          out.writeUTF(one.getKey());
          out.writeUTF(one.getValue().content());
          out.writeUTF(one.getValue().reached());
          out.writeInt(one.getValue().headers().size());
          for (String header : one.getValue().headers()) out.writeInt(headers.get(header));
          out.writeInt(one.getValue().census().length);
          out.write(one.getValue().census());
        }
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }
}
