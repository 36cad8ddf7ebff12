// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import keeper.git.CommitWriter;
import keeper.mail.Mail;
import keeper.patch.Apply;
import keeper.patch.CommitId;
import keeper.patch.FileDiff;
import keeper.patch.Patch;
import keeper.patch.Placement;
import keeper.series.PostedPatch;
import keeper.store.Letters;
import keeper.text.SourceText;

/**
 * The sample that ships with the program, played in the order in which it happened: a leak fix, a fix of that fix which forgets the lock, the fix that
 * takes it. Each mail comes to the list, is reviewed in a round, and is then applied by the sample's maintainer.
 */
final class Story {
  private static final String SAMPLE = "/keeper/cli/demo/";
  private static final List<String> MAILS = List.of("1-put-on-the-last-close.eml", "2-forget-after-the-put.eml", "3-take-igate.eml");
  private static final List<String> FILES = List.of("drivers/vfio/pci/vfio_pci_sample.c", "include/linux/vfio_pci_core.h");
  private static final String[] MAINTAINER = {"Sample Maintainer", "maintainer@sample.example"};
  private static final String LIST = "kvm@vger.kernel.org";

  private final Path folder;
  private final SortedMap<String, byte[]> tree = new TreeMap<>();

  private Story(Path folder) {
    this.folder = folder;
  }

  static Story at(Path folder) {
    return new Story(folder);
  }

  void tell(PrintStream out) throws IOException {
    for (String file : FILES) tree.put(file, resource("tree/" + file));
    configure();
    try (CommitWriter archive = CommitWriter.at(folder.resolve("archive/git/0.git"));
        CommitWriter linux = CommitWriter.at(folder.resolve("linux.git"))) {
      commit(linux, new String[] {"Ada Sample", "ada@sample.example"}, Instant.parse("2026-03-02T09:00:00Z"), """
          vfio/pci: add the sample driver

          Two eventfds tell the user of errors and of the host's wish to have the
          device back.

          Signed-off-by: Ada Sample <ada@sample.example>
          """);
      out.println("A sample archive, driver and database are in " + folder + "; nothing leaves this machine.");
      for (String name : MAILS) {
        byte[] bytes = resource("mails/" + name);
        PostedPatch posted = PostedPatch.of(Mail.read(bytes));
        Instant date = posted.mail().date().orElseThrow().toInstant();
        archive.commit(new TreeMap<>(java.util.Map.of("m", bytes)), author(posted.mail()), new String[] {"kvm", LIST}, date, posted.mail().subject().text() + "\n");
        out.println();
        out.println("== " + posted.mail().date().orElseThrow().toLocalDate() + "  " + posted.mail().subject().text());
        round(out, posted, date.plus(Duration.ofHours(1)));
        merge(posted.patch());
        CommitId id = commit(linux, author(posted.mail()), date, message(posted.patch()));
        out.println("The sample's maintainer applies it all the same: commit " + id.brief() + ".");
      }
    }
    chain(out);
    next(out);
  }

  private void round(PrintStream out, PostedPatch posted, Instant now) {
    try (Service service = Service.open(options(), new RuleOptions())) {
      out.print(service.bot().round(now).text());
      List<Letters.Outgoing> letters = service.store().letters().letters(posted.mail().id());
      for (Letters.Outgoing letter : letters) {
        out.println();
        out.println("The letter that would be sent (" + letter.state().word() + ": " + letter.reason() + "):");
        out.println();
        keeper.reply.Letters.mail(letter.letter(), now).lines().forEach(line -> out.println(line.isEmpty() ? "" : "    " + line));
        out.println();
      }
      if (letters.isEmpty()) out.println("No letter: " + service.store().reviews().why(posted.mail().id()).map(why -> why.reason()).orElse("nothing to say"));
    }
  }

  private void merge(Patch patch) {
    for (FileDiff file : patch.files()) {
      SourceText before = SourceText.of(file.path(), tree.get(file.path()));
      if (!(Apply.to(file, before) instanceof Placement.Applied applied)) throw new IllegalStateException("the sample's patch does not fit: " + file.path());
      tree.put(file.path(), applied.after().bytes());
    }
  }

  private CommitId commit(CommitWriter linux, String[] author, Instant date, String message) {
    return linux.commit(tree, author, MAINTAINER, date, message);
  }

  private static String message(Patch patch) {
    return patch.message().title() + "\n\n" + patch.message().body().strip() + "\n";
  }

  private static String[] author(Mail mail) {
    return new String[] {mail.author().name(), mail.author().mailbox()};
  }

  private void chain(PrintStream out) {
    out.println();
    out.println("== Which fix fixes what");
    try (Service service = Service.open(options(), new RuleOptions())) {
      LineageCommand.index(service.store(), folder.resolve("linux.git"), "sample");
      out.print(LineageCommand.chain(service.store(), "581a4fee06a4"));
    }
  }

  private void next(PrintStream out) {
    String config = " --config " + folder.resolve("config");
    out.println();
    out.println("== Try next");
    out.println("  lockkeeper findings list" + config);
    out.println("  lockkeeper outbox show" + config);
    out.println("  lockkeeper why 20260316110000.9-1-cleo@sample.example" + config);
    out.println("  lockkeeper serve" + config + "        # the same as pages, on http://127.0.0.1:8713/");
    out.println("  lockkeeper review --tree /path/to/linux 0001-my.patch        # a patch of one's own, before it is sent");
    out.println("  lockkeeper review --git /path/to/linux origin/master..HEAD");
  }

  private ServiceOptions options() {
    return ServiceOptions.of(folder.resolve("config"));
  }

  private void configure() throws IOException {
    Path config = Files.createDirectories(folder.resolve("config"));
    Files.writeString(config.resolve("lockkeeper.toml"), """
        # The demonstration's settings; those of a real service are in config/ of the sources, each key explained.
        database = "var/lockkeeper"
        """);
    Files.writeString(config.resolve("lists.toml"), """
        ["%s"]
        epoch_url = '%s'
        paths = ["drivers/vfio/"]
        trees = ["sample"]
        """.formatted(LIST, folder.resolve("archive")));
    Files.writeString(config.resolve("trees.toml"), """
        [[tree]]
        name = "sample"
        path = "linux.git"
        revisions = ["master"]
        """);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = Story.class.getResourceAsStream(SAMPLE + name)) {
      if (in == null) throw new IOException("the program's sample is missing: " + name);
      return in.readAllBytes();
    }
  }
}
