// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The whole job on a small sample. */
@Command(name = "demo", description = "The whole job, offline, on a small sample archive and driver: fetch, review, letter, findings, Fixes: chain.")
final class DemoCommand implements Callable<Integer> {
  @Mixin private Help help;

  @Option(names = "--dir", paramLabel = "DIR", description = "Where to put the sample; it must not exist (default: a new temporary folder).")
  private Path folder;

  @Override
  public Integer call() throws IOException {
    if (folder != null && Files.exists(folder)) throw new Refusal(Refusal.USAGE, "--dir: " + folder + " exists already; name a new folder");
    Path place = folder == null ? Files.createTempDirectory("lockkeeper-demo-") : Files.createDirectories(folder).toAbsolutePath();
    Story.at(place).tell(System.out);
    return 0;
  }
}
