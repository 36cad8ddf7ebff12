// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import keeper.git.History;
import keeper.lineage.Chain;
import keeper.lineage.ChainData;
import keeper.lineage.ChainPicture;
import keeper.lineage.ChainText;
import keeper.lineage.Lineage;
import keeper.store.HistoryIntake;
import keeper.store.Store;
import keeper.text.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine;

/** Which fix fixes which. */
@Command(name = "lineage", description = "Builds the Fixes: index, and answers from it, over commits and over patches that were only posted.",
    subcommands = {LineageCommand.Index.class, LineageCommand.ShowChain.class, LineageQueries.FixesOf.class, LineageQueries.FixedBy.class,
        LineageQueries.Where.class, LineageQueries.Status.class, LineageSurveys.Missing.class, LineageSurveys.FollowUps.class, LineageQueries.AboutMail.class,
        LineageQueries.Pending.class, LineageLint.class, LineageSurveys.DupFixes.class, LineageSurveys.Hot.class, LineageSurveys.TimeToFix.class,
        LineageSurveys.UnfixedFixes.class, LineageQueries.OfFunction.class, LineageQueries.Cve.class, LineageQueries.CvesOf.class, LineageSurveys.WouldCatch.class,
        LineageRecords.Import.class, LineageRecords.Export.class, LineageRecords.Agree.class})
final class LineageCommand implements Callable<Integer> {
  @Mixin private Help help;
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(spec.commandLine(), "lineage index REPO..., chain X, fixes-of X, status X, missing --branch B, …? lockkeeper lineage --help lists them");
  }

  @Command(name = "index", description = "Reads the Fixes: trailers of git histories; only what is new when done before.")
  static final class Index implements Callable<Integer> {
    @Mixin private Help help;
    @Mixin private ServiceOptions service;

    @Parameters(paramLabel = "REPO", arity = "1..*", description = "Repositories; NAME=PATH gives one a name, else its folder's name is taken.")
    private List<String> repositories;

    @Override
    public Integer call() {
      try (Store store = service.store()) {
        for (String repository : repositories) {
          int equals = repository.indexOf('=');
          boolean named = equals > 0 && !Files.exists(Path.of(repository));
          Path path = Path.of(named ? repository.substring(equals + 1) : repository).toAbsolutePath().normalize();
          String name = named ? repository.substring(0, equals) : name(path);
          long added = index(store, path, name, note -> {
            if (!help.quiet) System.out.println(name + ": " + Printable.line(note));
          });
          if (!help.quiet) System.out.println(name + ": " + added + " new commits");
        }
        if (!help.quiet) System.out.println(Lineage.over(store.histories()).reach().line());
        return 0;
      }
    }

    private static String name(Path path) {
      String name = path.getFileName() == null ? "git" : path.getFileName().toString();
      if (name.equals(".git") && path.getParent() != null && path.getParent().getFileName() != null) name = path.getParent().getFileName().toString();
      return name.endsWith(".git") && name.length() > 4 ? name.substring(0, name.length() - 4) : name;
    }
  }

  /** Reads what is new of a repository. @return how many commits it did not have before */
  static long index(Store store, Path repository, String name) {
    return index(store, repository, name, note -> {});
  }

  private static long index(Store store, Path repository, String name, java.util.function.Consumer<String> notes) {
    try (HistoryIntake intake = store.histories().intake(name, repository.toString())) {
      History.Told told = History.tell(repository, new History.Before(intake.heads(), intake::isComplete, intake.cut(), intake.names()), intake);
      intake.reached(told.refs(), told.head(), told.newest(), told.cut(), told.cutDate(), told.names());
      told.notes().forEach(notes);
      return intake.added();
    }
  }

  static String chain(Store store, String asked) {
    Lineage lineage = Lineage.over(store.histories());
    return ChainText.of(lineage.chain(LineageQuery.meant(lineage, asked)));
  }

  @Command(name = "chain", description = "All that hangs together: what was introduced, its fixes, the fixes of those.")
  static final class ShowChain implements Callable<Integer> {
    /** How a chain is printed. */
    enum Shape {
      text,
      json,
      csv,
      dot,
      svg
    }

    @Mixin private Help help;
    @Mixin private ServiceOptions service;

    @Parameters(paramLabel = "X", arity = "1..*", description = "A commit id (5 or more digits), a title in quotes, a tag, a Message-ID, a lore URL.")
    private List<String> asked;

    @Option(names = "--format", paramLabel = "F", description = "text, json, csv, dot or svg (default: ${DEFAULT-VALUE}).", defaultValue = "text")
    private Shape shape;

    @Option(names = "--hunk", description = "Ask the code too: whose lines a fix changes.")
    private boolean hunks;

    @Override
    public Integer call() {
      try (Store store = service.store(); LineageQuery.Index index = new LineageQuery.Index(store)) {
        Lineage lineage = hunks ? index.withHunks() : index.lineage();
        Chain chain = lineage.chain(LineageQuery.meant(lineage, String.join(" ", asked)));
        System.out.print(switch (shape) {
          case text -> ChainText.of(chain);
          case json -> ChainData.json(chain);
          case csv -> ChainData.csv(chain);
          case dot -> ChainData.dot(chain);
          case svg -> ChainPicture.of(chain, lineage);
        });
        return 0;
      }
    }
  }
}
