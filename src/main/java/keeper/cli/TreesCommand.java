// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import keeper.bot.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The kernel trees that patches are tried on. */
@Command(name = "trees", description = "Lists the trees of trees.toml, or fetches those that have an address.",
    subcommands = {TreesCommand.ListTrees.class, TreesCommand.FetchTrees.class})
final class TreesCommand implements Callable<Integer> {
  @Mixin private Help help;

  @Override
  public Integer call() {
    throw new Refusal(Refusal.USAGE, "trees list, or trees fetch [NAME...]");
  }

  /** What there is. */
  @Command(name = "list", description = "Each tree, where it is, and where it comes from.")
  static final class ListTrees implements Callable<Integer> {
    @Mixin private Help help;
    @Mixin private ServiceOptions options;

    @Override
    public Integer call() {
      for (Settings.TreeSource tree : options.settings().trees().values())
        System.out.println(tree.name() + ": " + tree.path() + (Files.exists(tree.path()) ? "" : " (not there)")
            + (tree.revisions().isEmpty() ? "" : " " + String.join(", ", tree.revisions())) + (tree.url().isEmpty() ? "" : " from " + tree.url()));
      return 0;
    }
  }

  /** Brings them up to date. */
  @Command(name = "fetch", description = "Fetches the trees that have a url in trees.toml; only those named, if any are.")
  static final class FetchTrees implements Callable<Integer> {
    @Mixin private Help help;
    @Mixin private ServiceOptions options;

    @Parameters(paramLabel = "NAME", arity = "0..*", description = "As trees.toml calls it.")
    private List<String> names = new ArrayList<>();

    @Override
    public Integer call() {
      Settings settings = options.settings();
      for (String name : names) {
        Settings.TreeSource tree = settings.trees().get(name);
        if (tree == null) throw new Refusal(Refusal.USAGE, name + ": no such tree in trees.toml; there are " + String.join(", ", settings.trees().keySet()));
        if (tree.url().isEmpty()) throw new Refusal(Refusal.USAGE, name + ": has no url in trees.toml, so it is not fetched");
      }
      boolean troubled = false;
      for (Settings.TreeSource tree : settings.trees().values()) {
        if (tree.url().isEmpty() || !names.isEmpty() && !names.contains(tree.name())) continue;
        String line = Service.fetched(settings, tree);
        boolean fine = line.contains("nothing new") || line.contains(" -> ");
        (fine ? System.out : System.err).println(fine ? line : "lockkeeper: " + line);
        troubled |= !fine;
      }
      return troubled ? Refusal.INPUT : 0;
    }
  }
}
