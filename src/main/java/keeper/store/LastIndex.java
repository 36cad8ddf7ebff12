// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A small file beside the database that tells what the last index run saw, so that a run with nothing new need not open the database.
 * It counts only while the database is the same file, of the same size, last changed at the same time; without it, a run takes longer.
 */
public final class LastIndex {
  private static final String VERSION = "lockkeeper lineage index 1";

  private final Path file; // null: the database is no file
  private final Path database;

  private LastIndex(Path database) {
    this.database = database;
    this.file = database == null ? null : Path.of(database.toString().replaceFirst("\\.mv\\.db$", ".lineage"));
  }

  /** @param place as {@link Store#open} takes it */
  public static LastIndex of(String place) {
    return new LastIndex(Store.file(place).orElse(null));
  }

  /** A repository. @param state see {@link keeper.git.RefFiles#state} */
  public record Seen(String name, String path, String state) {
    private String line() {
      return name + '\t' + path + '\t' + state;
    }
  }

  /** How far the index reaches, when these were seen so by the last run; empty when anything may be new. */
  public Optional<String> reach(List<Seen> repositories) {
    if (file == null || !Files.isRegularFile(file) || repositories.stream().anyMatch(seen -> seen.state.isEmpty())) return Optional.empty();
    try {
      List<String> lines = Files.readAllLines(file);
      boolean same = lines.size() > 3 && lines.get(0).equals(VERSION) && lines.get(1).equals(stamp()) && lines.containsAll(repositories.stream().map(Seen::line).toList());
      return same ? Optional.of(lines.get(2)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // not to be read: as if it were not there
    }
  }

  /** After the database was closed. */
  public void keep(List<Seen> repositories, String reach) {
    if (file == null) return;
    List<String> lines = new ArrayList<>(List.of(VERSION, "", reach));
    for (Seen seen : repositories) if (!seen.state.isEmpty() && seen.line().indexOf('\n') < 0) lines.add(seen.line());
    try {
      lines.set(1, stamp());
      Path fresh = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), String.join("\n", lines) + "\n");
      Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      // The next run looks into the database.
    }
  }

  private String stamp() throws IOException {
    return Files.size(database) + " " + Files.getLastModifiedTime(database).to(java.util.concurrent.TimeUnit.NANOSECONDS);
  }
}
