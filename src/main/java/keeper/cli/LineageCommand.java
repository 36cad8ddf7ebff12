// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import keeper.git.History;
import keeper.git.Lore;
import keeper.git.Manners;
import keeper.lineage.Chain;
import keeper.lineage.ChainData;
import keeper.lineage.ChainText;
import keeper.lineage.FixLink;
import keeper.lineage.Lineage;
import keeper.lineage.Lint;
import keeper.lineage.Member;
import keeper.patch.FixesVerdict;
import keeper.store.HistoryIntake;
import keeper.store.Store;
import keeper.text.Printable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which fix fixes which. */
@Command(name = "lineage", description = "Builds the Fixes: index, and answers from it, over commits and over patches that were only posted.",
    subcommands = {LineageCommand.Index.class, LineageCommand.ShowChain.class, LineageCommand.FixesOf.class, LineageCommand.FixedBy.class,
        LineageCommand.LintTags.class})
final class LineageCommand implements Callable<Integer> {
  private static final int DEEPEST = 16; // bad tags make circles and long tails

  @Mixin private Help help;
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(spec.commandLine(), "lineage index REPO..., chain X, fixes-of X, or fixed-by X?");
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
          long added = index(store, path, name);
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
    try (HistoryIntake intake = store.histories().intake(name, repository.toString())) {
      History.Told told = History.tell(repository, new History.Before(intake.heads(), intake::isComplete, intake.cut(), intake.names()), intake);
      intake.reached(told.refs(), told.head(), told.newest(), told.cut(), told.cutDate(), told.names());
      return intake.added();
    }
  }

  /** The one change that is meant; refuses when there is none, or more than one. */
  private static Member meant(Lineage lineage, String asked) {
    List<Member> found = lineage.find(asked);
    if (found.size() == 1) return found.get(0);
    if (found.isEmpty())
      throw new Refusal(Refusal.INPUT, "nothing is known of " + Printable.line(asked) + "; " + lineage.reach().line());
    StringBuilder names = new StringBuilder();
    for (Member member : found) names.append(names.isEmpty() ? "" : "; ").append(Printable.line(member.name()));
    throw new Refusal(Refusal.USAGE, Printable.line(asked) + " may mean " + names + "; give more digits");
  }

  static String chain(Store store, String asked) {
    Lineage lineage = Lineage.over(store.histories());
    return ChainText.of(lineage.chain(meant(lineage, asked)));
  }

  /** What every query takes. */
  abstract static class Query implements Callable<Integer> {
    @Mixin Help help;
    @Mixin ServiceOptions service;

    @Parameters(paramLabel = "X", arity = "1..*", description = "A commit id (5 or more digits), a title in quotes, a tag, a Message-ID, a lore URL.")
    List<String> asked;

    @Override
    public Integer call() {
      try (Store store = service.store()) {
        System.out.print(answer(store, String.join(" ", asked)));
        return 0;
      }
    }

    abstract String answer(Store store, String named);
  }

  @Command(name = "chain", description = "All that hangs together: what was introduced, its fixes, the fixes of those.")
  static final class ShowChain extends Query {
    /** How a chain is printed. */
    enum Shape {
      text,
      json,
      csv,
      dot
    }

    @Option(names = "--format", paramLabel = "F", description = "text, json, csv or dot (default: ${DEFAULT-VALUE}).", defaultValue = "text")
    private Shape shape;

    @Override
    String answer(Store store, String named) {
      Lineage lineage = Lineage.over(store.histories());
      Chain chain = lineage.chain(meant(lineage, named));
      return switch (shape) {
        case text -> ChainText.of(chain);
        case json -> ChainData.json(chain);
        case csv -> ChainData.csv(chain);
        case dot -> ChainData.dot(chain);
      };
    }
  }

  @Command(name = "lint", description = "Judges the Fixes: tags of patches: what is wrong, why, and what to write instead.")
  static final class LintTags implements Callable<Integer> {
    @Mixin private Help help;
    @Mixin private ServiceOptions service;

    @Parameters(paramLabel = "INPUT", arity = "1..*", description = "Mails, mboxes, folders, - for standard input.")
    private List<String> names;

    @Override
    public Integer call() {
      Inputs.All all = Inputs.read(names, () -> Lore.at(Lore.PUBLIC, Manners.of(Version.text(), "")));
      boolean wrong = false;
      try (Store store = service.store()) {
        Lint lint = Lint.over(store.histories());
        List<String> titles = all.inputs().stream().map(input -> input.patch().message().title()).toList();
        for (int i = 0; i < all.inputs().size(); i++) {
          List<String> others = new ArrayList<>(titles);
          others.remove(i);
          for (Lint.Checked checked : lint.of(all.inputs().get(i).patch().message(), others)) {
            if (checked.level() == FixesVerdict.Level.NONE && help.quiet) continue;
            wrong |= checked.level().compareTo(FixesVerdict.Level.WARN) >= 0;
            System.out.print(line(all.inputs().get(i).name(), checked));
          }
        }
        if (!help.quiet) System.out.println(Lineage.over(store.histories()).reach().line());
      }
      System.out.flush();
      for (String trouble : all.troubles()) System.err.println("lockkeeper: " + trouble);
      return !all.troubles().isEmpty() ? Refusal.INPUT : wrong ? 1 : 0;
    }

    private static String line(String input, Lint.Checked checked) {
      StringBuilder text = new StringBuilder(Printable.line(input)).append(": ");
      text.append(checked.tag().map(tag -> Printable.line(tag.raw())).orElse("(no tag)")).append('\n');
      for (FixesVerdict verdict : checked.verdicts()) text.append("    ").append(verdict).append(": ").append(verdict.meaning()).append('\n');
      if (!checked.remedy().isEmpty()) text.append("    ").append(Printable.line(checked.remedy())).append('\n');
      return text.toString();
    }
  }

  @Command(name = "fixes-of", description = "Who fixes it.")
  static final class FixesOf extends Query {
    @Option(names = "--transitive", description = "And who fixes those, and so on.")
    private boolean transitive;

    @Override
    String answer(Store store, String named) {
      Lineage lineage = Lineage.over(store.histories());
      StringBuilder text = new StringBuilder();
      Set<String> seen = new HashSet<>();
      Deque<Level> queue = new ArrayDeque<>(List.of(new Level(meant(lineage, named), 0)));
      seen.add(queue.peek().member().name());
      while (!queue.isEmpty()) {
        Level level = queue.remove();
        for (FixLink link : lineage.fixesOf(level.member())) {
          if (!link.isFix() || !seen.add(link.fix().name())) continue;
          text.append(transitive ? "  ".repeat(level.depth()) : "").append(Printable.line(link.fix().name())).append("  (").append(how(link)).append(")\n");
          if (transitive && level.depth() + 1 < DEEPEST) queue.add(new Level(link.fix(), level.depth() + 1));
        }
      }
      if (text.isEmpty()) text.append("nobody that is known here fixes it\n");
      return text + lineage.reach().line() + "\n";
    }

    private record Level(Member member, int depth) {}
  }

  @Command(name = "fixed-by", description = "What it says it fixes.")
  static final class FixedBy extends Query {
    @Override
    String answer(Store store, String named) {
      Lineage lineage = Lineage.over(store.histories());
      StringBuilder text = new StringBuilder();
      for (FixLink link : lineage.fixedBy(meant(lineage, named)))
        text.append(Printable.line(link.culprit().name())).append("  (").append(how(link)).append(")\n");
      if (text.isEmpty()) text.append("it names no commit that it fixes\n");
      return text + lineage.reach().line() + "\n";
    }
  }

  /** The evidence in a word, and what is wrong with it. */
  private static String how(FixLink link) {
    return link.evidence().get(0).word() + (link.sureness() == FixLink.Sureness.SURE ? "" : ", " + link.sureness().word())
        + (link.note().isEmpty() ? "" : "; " + Printable.line(link.note()));
  }
}
