// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** A review of the sample's patch in every format and a question to the lineage, for the class data that the build keeps beside the program. */
@Command(name = "warm-up", hidden = true, description = "Loads what a review and a question need; the build runs it once.")
final class WarmUpCommand implements Callable<Integer> {
  @Override
  public Integer call() throws IOException {
    Path folder = Files.createTempDirectory("lockkeeper-warm-up");
    Path mail = folder.resolve("mail");
    Path source = folder.resolve("drivers/vfio/pci/vfio_pci_sample.c");
    try {
      Files.createDirectories(source.getParent());
      try (InputStream in = resource("mails/1-put-on-the-last-close.eml")) {
        Files.copy(in, mail);
      }
      try (InputStream in = resource("tree/drivers/vfio/pci/vfio_pci_sample.c")) {
        Files.copy(in, source);
      }
      for (String format : new String[] {"text", "json", "mail"})
        new CommandLine(new ReviewCommand()).execute("--format", format, "--tree", folder.toString(), mail.toString());
      // Made in one run, opened again in the next, as questions do: that needs other classes.
      String database = folder.resolve("db").toString();
      keeper.store.Store.open(database).close();
      for (int run = 0; run < 2; run++) Commands.run(new String[] {"lineage", "fixed-by", "1da177e4c3f4", "--db", database}, System.out, System.err);
      return 0;
    } finally {
      for (Path path = source; !path.equals(folder); path = path.getParent()) Files.deleteIfExists(path);
      Files.deleteIfExists(mail);
      Files.deleteIfExists(folder.resolve("db.mv.db"));
      Files.deleteIfExists(folder.resolve("db.trace.db"));
      Files.deleteIfExists(folder);
    }
  }

  private static InputStream resource(String name) throws IOException {
    InputStream in = WarmUpCommand.class.getResourceAsStream("/keeper/cli/demo/" + name);
    if (in == null) throw new IOException("the program's sample is missing: " + name);
    return in;
  }
}
