// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import java.nio.file.Path;
import keeper.git.FactsFolder;
import picocli.CommandLine.Option;

/** Where facts of trees are kept. */
final class FactsOptions {
  @Option(names = "--facts", paramLabel = "DIR", description = "Where facts of trees are kept, or none (default: lockkeeper/facts in the user's cache).")
  private String folder;

  FactsFolder folder() {
    if (folder == null) return FactsFolder.usual();
    return folder.equals("none") ? FactsFolder.none() : FactsFolder.at(Path.of(folder));
  }
}
