// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import java.nio.file.Path;
import keeper.bot.Settings;
import keeper.store.Store;
import picocli.CommandLine.Option;

/** Where the settings are, and what is remembered. */
final class ServiceOptions {
  @Option(names = "--config", paramLabel = "DIR", description = "The folder with lockkeeper.toml, lists.toml and trees.toml (default: ${DEFAULT-VALUE}).", defaultValue = "config")
  private Path config;

  @Option(names = "--db", paramLabel = "URL", description = "The database: a file or a JDBC URL (default: what the settings say).")
  private String database;

  /** As if a person had named the folder. */
  static ServiceOptions of(Path config) {
    ServiceOptions options = new ServiceOptions();
    options.config = config;
    return options;
  }

  /** The settings; anything wrong in them refuses the command, each mistake with its place. */
  Settings settings() {
    Settings.Loaded loaded = load();
    if (loaded.problems().isEmpty()) return loaded.settings();
    StringBuilder all = new StringBuilder();
    for (var problem : loaded.problems()) all.append(all.isEmpty() ? "" : "; ").append(problem);
    throw new Refusal(Refusal.USAGE, all.toString());
  }

  /** The settings, or what is wrong with them. */
  Settings.Loaded load() {
    return Settings.load(config, System::getenv);
  }

  /** What is remembered; without {@code --db} the settings say where. */
  Store store() {
    return Store.open(database());
  }

  /** A file, or a JDBC URL. */
  String database() {
    return database != null ? database : settings().database();
  }

  /** The same, for questions that change nothing. */
  Store reading() {
    return Store.reading(database());
  }

  /** Whether a person has named a database. */
  boolean named() {
    return database != null;
  }

  Store store(Settings settings) {
    return Store.open(database != null ? database : settings.database());
  }
}
