// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import keeper.git.History;
import keeper.git.RefFiles;
import keeper.lineage.Chain;
import keeper.lineage.ChainData;
import keeper.lineage.ChainPicture;
import keeper.lineage.ChainText;
import keeper.lineage.Lineage;
import keeper.store.HistoryIntake;
import keeper.store.LastIndex;
import keeper.store.Store;
import keeper.text.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine;

/** Which fix fixes which. */
@Command(name = "lineage", description = "Builds the Fixes: index, and answers from it, over commits and over patches that were only posted.")
final class LineageCommand implements Callable<Integer> {
  @Mixin private Help help;
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  private static final List<String> NAMES = List.of(
      "index", "chain", "fixes-of", "fixed-by", "where", "status", "missing", "follow-ups", "mail", "pending", "lint", "dup-fixes", "hot", "time-to-fix",
      "unfixed-fixes", "lineage", "cve", "cves-of", "would-catch", "import", "export", "agree");

  /** Adds the one that is asked for, or all: reading the annotations of all would cost every start. */
  static void addTo(CommandLine lineage, String asked) {
    for (String name : NAMES) if (!NAMES.contains(asked) || name.equals(asked)) lineage.addSubcommand(name, command(name));
  }

  private static Callable<Integer> command(String name) {
    return switch (name) {
      case "index" -> new Index();
      case "chain" -> new ShowChain();
      case "fixes-of" -> new LineageQueries.FixesOf();
      case "fixed-by" -> new LineageQueries.FixedBy();
      case "where" -> new LineageQueries.Where();
      case "status" -> new LineageQueries.Status();
      case "missing" -> new LineageSurveys.Missing();
      case "follow-ups" -> new LineageSurveys.FollowUps();
      case "mail" -> new LineageQueries.AboutMail();
      case "pending" -> new LineageQueries.Pending();
      case "lint" -> new LineageLint();
      case "dup-fixes" -> new LineageSurveys.DupFixes();
      case "hot" -> new LineageSurveys.Hot();
      case "time-to-fix" -> new LineageSurveys.TimeToFix();
      case "unfixed-fixes" -> new LineageSurveys.UnfixedFixes();
      case "lineage" -> new LineageQueries.OfFunction();
      case "cve" -> new LineageQueries.Cve();
      case "cves-of" -> new LineageQueries.CvesOf();
      case "would-catch" -> new LineageSurveys.WouldCatch();
      case "import" -> new LineageRecords.Import();
      case "export" -> new LineageRecords.Export();
      case "agree" -> new LineageRecords.Agree();
      default -> throw new IllegalStateException("no case for " + name);
    };
  }

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
      Map<String, Path> paths = new LinkedHashMap<>();
      for (String repository : repositories) {
        int equals = repository.indexOf('=');
        boolean named = equals > 0 && !Files.exists(Path.of(repository));
        Path path = Path.of(named ? repository.substring(equals + 1) : repository).toAbsolutePath().normalize();
        paths.put(named ? repository.substring(0, equals) : name(path), path);
      }
      // As they are before they are read: what comes meanwhile is new the next time.
      List<LastIndex.Seen> seen = paths.entrySet().stream().map(entry -> new LastIndex.Seen(entry.getKey(), entry.getValue().toString(), RefFiles.state(entry.getValue()))).toList();
      LastIndex last = LastIndex.of(service.database());
      Optional<String> unchanged = last.reach(seen);
      if (unchanged.isPresent()) {
        for (String name : paths.keySet()) say(name + ": 0 new commits");
        say(unchanged.get());
        return 0;
      }
      String reach;
      try (Store store = service.store()) {
        paths.forEach((name, path) -> {
          long added = index(store, path, name, note -> say(name + ": " + Printable.line(note)));
          say(name + ": " + added + " new commits");
        });
        reach = Lineage.over(store.histories()).reach().line();
      }
      say(reach);
      last.keep(seen, reach);
      return 0;
    }

    private void say(String line) {
      if (!help.quiet) System.out.println(line);
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
      try (Store store = hunks ? service.store() : service.reading(); LineageQuery.Index index = new LineageQuery.Index(store)) {
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
