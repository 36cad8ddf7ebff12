// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import keeper.text.ContentId;
import keeper.text.Kept;
import keeper.text.SourceText;
import keeper.text.Tree;

/** A plain folder with an unpacked kernel. Nothing outside of it is ever read, wherever a path or a link points. */
final class FolderTree implements Tree {
  private static final int FILE_LIMIT = 32 << 20; // bytes; the kernel's largest header has 23 million
  private static final int PATHS_LIMIT = 200_000; // a kernel has some 90,000 files

  private final Path root; // real
  private final String name;
  private final FactsFile facts;

  private FolderTree(Path root, String name, FactsFile facts) {
    this.root = root;
    this.name = name;
    this.facts = facts;
  }

  static FolderTree at(Path folder) {
    return at(folder, FactsFolder.none());
  }

  /** @param facts where something may be kept of this folder */
  static FolderTree at(Path folder, FactsFolder facts) {
    try {
      Path real = folder.toRealPath();
      return new FolderTree(real, real.getFileName() == null ? real.toString() : real.getFileName().toString(), facts.open(real));
    } catch (IOException e) {
      throw new GitException(folder + ": cannot be read (" + Jgit.reason(e) + "); check the path and its rights", e);
    }
  }

  @Override
  public Optional<SourceText> file(String path) {
    return bytes(path).map(bytes -> SourceText.of(path, bytes));
  }

  @Override
  public Optional<String> contentId(String path) {
    return stamp(path, facts).map(stamp -> HexFormat.of().formatHex(stamp.id()));
  }

  /** A file as it is now; read only when it does not look as it did when its content was last seen. @param facts what was seen */
  Optional<FactsFile.Stamp> stamp(String path, FactsFile facts) {
    Path file = inside(path);
    if (file == null) return Optional.empty();
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      long changed = now.lastModifiedTime().to(TimeUnit.NANOSECONDS);
      Optional<FactsFile.Stamp> seen = facts.stamp(path);
      if (seen.isPresent() && seen.get().size() == now.size() && seen.get().changed() == changed) return seen;
      return bytes(path).map(bytes -> new FactsFile.Stamp(bytes.length, changed, HexFormat.of().parseHex(ContentId.blob(bytes))));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public Kept kept() {
    return facts.isEmpty() ? Kept.NONE : facts;
  }

  private Optional<byte[]> bytes(String path) {
    Path file = inside(path);
    if (file == null) return Optional.empty();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(FILE_LIMIT + 1);
      return bytes.length > FILE_LIMIT ? Optional.empty() : Optional.of(bytes);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The regular file that a relative path names, or null. */
  private Path inside(String path) {
    if (!isRelative(path)) return null;
    try {
      Path real = root.resolve(path).toRealPath();
      return real.startsWith(root) && Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS) ? real : null;
    } catch (IOException | InvalidPathException e) {
      return null;
    }
  }

  /** Names between single slashes, none of them a dot or two. */
  static boolean isRelative(String path) {
    if (path.isEmpty() || path.length() > 4096 || path.indexOf('\0') >= 0) return false;
    int start = 0;
    while (true) {
      int slash = path.indexOf('/', start);
      String part = slash < 0 ? path.substring(start) : path.substring(start, slash);
      if (part.isEmpty() || part.equals(".") || part.equals("..")) return false;
      if (slash < 0) return true;
      start = slash + 1;
    }
  }

  @Override
  public List<String> paths(String folder, String suffix) {
    if (!folder.isEmpty() && !isRelative(folder)) return List.of();
    List<String> found = new ArrayList<>();
    try {
      Path start = folder.isEmpty() ? root : root.resolve(folder).toRealPath();
      if (!start.startsWith(root)) return List.of();
      Files.walkFileTree(start, new SimpleFileVisitor<>() {
        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
          boolean git = directory.endsWith(".git");
          return git ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
          String path = root.relativize(file).toString().replace('\\', '/');
          if (attributes.isRegularFile() && path.endsWith(suffix)) found.add(path);
          return found.size() < PATHS_LIMIT ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
          return FileVisitResult.CONTINUE;
        }
      });
    } catch (IOException | InvalidPathException e) {
      return List.of();
    }
    Collections.sort(found);
    return found;
  }

  @Override
  public List<String> files(String folder, String suffix) {
    if (!folder.isEmpty() && !isRelative(folder)) return List.of();
    List<String> found = new ArrayList<>();
    try {
      Path start = folder.isEmpty() ? root : root.resolve(folder).toRealPath();
      if (!start.startsWith(root)) return List.of();
      String prefix = folder.isEmpty() ? "" : folder + "/";
      try (DirectoryStream<Path> all = Files.newDirectoryStream(start)) {
        for (Path file : all) {
          String path = prefix + file.getFileName();
          if (path.endsWith(suffix) && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) found.add(path);
        }
      }
    } catch (IOException | DirectoryIteratorException | InvalidPathException e) {
      return List.of();
    }
    Collections.sort(found);
    return found;
  }

  @Override
  public String name() {
    return name;
  }
}
