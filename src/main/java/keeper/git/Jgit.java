// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jgit.errors.RepositoryNotFoundException;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.RepositoryCache.FileKey;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.storage.file.WindowCacheConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;

/** The way to JGit: calmed before its first use. */
final class Jgit {
  static {
    SystemReader.setInstance(new Hermetic(SystemReader.getInstance()));
    FS.FileStoreAttributes.setBackground(true); // else it measures the disk's clock for two seconds
    // The defaults (8 KiB, 10 MiB) read a pack's commits piece by piece, and more than once.
    WindowCacheConfig windows = new WindowCacheConfig();
    windows.setPackedGitWindowSize(64 << 10);
    windows.setPackedGitLimit(128 << 20);
    windows.setDeltaBaseCacheLimit(32 << 20);
    windows.install();
  }

  private Jgit() {}

  /** Does nothing but be called before anything of JGit's. */
  static void calm() {}

  /** Whether a folder is a work tree's top, or a bare repository. */
  static boolean isRepository(Path folder) {
    if (Files.exists(folder.resolve(".git"))) return true;
    return Files.isDirectory(folder.resolve("objects"))
        && Files.isRegularFile(folder.resolve("HEAD"))
        && FileKey.isGitRepository(folder.toFile(), FS.DETECTED);
  }

  /** Opens a work tree's repository, or a bare one, for reading. */
  static Repository open(Path folder) {
    try {
      FileRepositoryBuilder builder = new FileRepositoryBuilder().setMustExist(true);
      if (Files.exists(folder.resolve(".git"))) builder.setWorkTree(folder.toFile());
      else builder.setGitDir(folder.toFile());
      Repository repository = builder.build();
      refuseSha256(repository, folder);
      return repository;
    } catch (RepositoryNotFoundException e) {
      throw new GitException(folder + ": no git repository; name a work tree, a bare repository or a plain folder", e);
    } catch (IOException | IllegalArgumentException e) {
      throw new GitException(folder + ": cannot be opened (" + reason(e) + "); try git fsck there", e);
    }
  }

  private static void refuseSha256(Repository repository, Path folder) {
    String format = repository.getConfig().getString("extensions", null, "objectFormat");
    if (format == null || format.equalsIgnoreCase("sha1")) return;
    repository.close();
    throw new GitException(folder + ": object format " + format + " cannot be read yet, only sha1");
  }

  /** Makes a bare repository, or opens the one that is there. */
  static Repository bare(Path folder) {
    try {
      File directory = folder.toFile();
      Repository repository = new FileRepositoryBuilder().setGitDir(directory).setBare().build();
      if (!repository.getObjectDatabase().exists()) repository.create(true);
      return repository;
    } catch (IOException e) {
      throw new GitException(folder + ": cannot be made or opened (" + reason(e) + "); check the disk and its rights", e);
    }
  }

  /** The innermost words of an exception, on one line. */
  static String reason(Throwable e) {
    Throwable cause = e;
    for (int i = 0; i < 10 && cause.getCause() != null && cause.getCause() != cause; i++) cause = cause.getCause();
    String text = cause.getMessage() == null || cause.getMessage().isBlank() ? cause.getClass().getSimpleName() : cause.getMessage();
    if (cause instanceof java.net.UnknownHostException) text = "unknown host " + text;
    if (cause instanceof java.nio.file.AccessDeniedException) text = "access denied: " + text;
    if (cause instanceof java.nio.file.NoSuchFileException) text = "no such file: " + text;
    String line = text.replace('\r', ' ').replace('\n', ' ').strip();
    return line.length() > 200 ? line.substring(0, 200) + "…" : line;
  }
}
