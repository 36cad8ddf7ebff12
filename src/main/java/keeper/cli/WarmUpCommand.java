// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import keeper.git.CommitWriter;
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
      for (String format : new String[] {"text", "json", "mail"}) Commands.run(new String[] {"review", "--format", format, "--tree", folder.toString(), mail.toString()}, System.out, System.err);
      Commands.run(new String[] {"review", mail.toString()}, System.out, System.err);
      lineage(folder.resolve("git"), folder.resolve("db").toString());
      return 0;
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
      }
    }
  }

  /** A first index, one with nothing new, one with something new, and questions. */
  private static void lineage(Path repository, String database) {
    String[] person = {"Jane Doe", "jane@example.org"};
    String index = "sample=" + repository;
    try (CommitWriter writer = CommitWriter.at(repository)) {
      String bug = commit(writer, person, 1, "a: add");
      String fix = commit(writer, person, 2, "a: fix\n\nFixes: " + bug.substring(0, 12) + " (\"a: add\")\nLink: https://lore.kernel.org/r/1@example.org\n");
      writer.pack();
      for (int run = 0; run < 2; run++) ask(database, "index", index);
      commit(writer, person, 3, "Revert \"a: fix\"\n\nThis reverts commit " + fix + ".\n");
      writer.pack();
      ask(database, "index", index);
      for (String query : new String[] {"fixed-by", "fixes-of", "where", "status", "chain"}) ask(database, query, fix);
      ask(database, "missing", "--branch", "mainline");
    }
  }

  private static String commit(CommitWriter writer, String[] person, int number, String message) {
    return writer.commit(new TreeMap<>(Map.of("a.c", new byte[] {(byte) number})), person, person, Instant.ofEpochSecond(1_589_171_690L + number), message).hex();
  }

  private static void ask(String database, String... query) {
    List<String> all = new ArrayList<>(List.of("lineage"));
    all.addAll(List.of(query));
    all.addAll(List.of("--db", database));
    Commands.run(all.toArray(new String[0]), System.out, System.err);
  }

  private static InputStream resource(String name) throws IOException {
    InputStream in = WarmUpCommand.class.getResourceAsStream("/keeper/cli/demo/" + name);
    if (in == null) throw new IOException("the program's sample is missing: " + name);
    return in;
  }
}
