// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import keeper.check.Checks;
import keeper.check.Confidence;
import keeper.check.Finding;
import keeper.git.Trees;
import keeper.patch.CommitMessage;
import keeper.patch.Patch;
import keeper.report.Json;
import keeper.report.Reviewed;
import keeper.report.Sarif;
import keeper.report.Selection;
import keeper.report.Terse;
import keeper.report.Text;
import keeper.report.Tool;
import keeper.review.Base;
import keeper.review.PatchReview;
import keeper.review.Raised;
import keeper.review.Reviewer;
import keeper.review.Status;
import keeper.rule.Rules;
import keeper.text.Printable;
import keeper.text.SourceText;
import keeper.text.Tree;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs the checks on files as they stand. */
@Command(name = "check", description = "Runs the same checks on whole files or folders as they stand (an audit).")
final class CheckCommand implements Callable<Integer> {
  @Mixin private Help help;
  @Mixin private RuleOptions ruleOptions;
  @Mixin private FactsOptions factsOptions;

  @Option(names = "--tree", paramLabel = "T", required = true, description = "An unpacked kernel, or a git repository with optional @REV.")
  private String tree;

  @Option(names = "--format", paramLabel = "F", description = "text, terse, json or sarif (default: ${DEFAULT-VALUE}).", defaultValue = "text")
  private Format format;

  @Option(names = "--confidence", paramLabel = "C", description = "The least to print: certain, likely or possible (default: ${DEFAULT-VALUE}).", defaultValue = "likely")
  private Sureness confidence;

  @Option(names = "--color", paramLabel = "WHEN", description = "auto, always or never (default: ${DEFAULT-VALUE}).", defaultValue = "auto")
  private Colour colour;

  @Parameters(paramLabel = "PATH", arity = "1..*", description = "Files or folders inside the tree.")
  private List<String> names;

  @Override
  public Integer call() {
    Rules rules = ruleOptions.rules();
    Checks checks = ruleOptions.checks(rules, List.of(tree));
    Tool tool = new Tool("lockkeeper", Version.text(), rules.revision());
    List<String> troubles = new ArrayList<>();
    List<Reviewed> all = new ArrayList<>();
    try (Trees trees = Trees.open(List.of(tree), factsOptions.folder())) {
      Tree top = trees.all().get(0);
      Set<String> paths = paths(top, troubles);
      try (ProgressBar bar = bar(paths.size())) {
        for (String path : paths) {
          Optional<SourceText> text = top.file(path);
          if (text.isPresent()) all.add(standing(checks, text.get(), top));
          else troubles.add(path + ": cannot be read");
          if (bar != null) bar.step();
        }
      }
    }
    int findings = print(all, tool);
    System.out.flush();
    for (String trouble : troubles) System.err.println("lockkeeper: " + trouble);
    return !troubles.isEmpty() ? Refusal.INPUT : findings > 0 ? 1 : 0;
  }

  private Set<String> paths(Tree top, List<String> troubles) {
    Set<String> paths = new LinkedHashSet<>();
    for (String name : names) {
      String path = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
      if (path.equals(".")) path = "";
      if (!path.isEmpty() && top.file(path).isPresent()) paths.add(path);
      else {
        List<String> below = top.paths(path, ".c");
        if (below.isEmpty()) troubles.add(name + ": no such file, and no folder with C files, in " + top.name());
        paths.addAll(below);
      }
    }
    return paths;
  }

  private ProgressBar bar(int files) {
    if (System.console() == null || help.quiet) return null;
    return new ProgressBarBuilder().setTaskName("checking").setInitialMax(files).build();
  }

  private Reviewed standing(Checks checks, SourceText text, Tree top) {
    List<Finding> findings = confidence.least() == Confidence.POSSIBLE ? checks.findings(text, top) : checks.sure(text, top, Set.of());
    String gaps = Reviewer.notJudged(checks.gaps(text, top, name -> true));
    Patch nothing = new Patch(new CommitMessage(text.path(), "", List.of()), "", List.of(), List.of());
    PatchReview review = new PatchReview(nothing, Status.REVIEWED, gaps, new Base.Found(Base.Kind.TREE, top, "", List.of()), List.of(), List.of(), Reviewer.standing(findings));
    return Reviewed.of(text.path(), "", "", review, List.of());
  }

  private int print(List<Reviewed> all, Tool tool) {
    Selection selection = new Selection(confidence.least(), Set.of(), true);
    List<Reviewed> speaking = all.stream().filter(one -> !selection.of(one.review()).isEmpty()).toList();
    int findings = speaking.stream().mapToInt(one -> selection.of(one.review()).size()).sum();
    switch (format) {
      case json -> System.out.print(Json.document(tool, speaking, selection));
      case sarif -> System.out.print(Sarif.document(tool, speaking, selection));
      case terse -> speaking.forEach(one -> System.out.print(Terse.lines(one, selection)));
      case mail -> throw new Refusal(Refusal.USAGE, "--format mail: an audit answers no mail; use text, terse, json or sarif");
      case text -> {
        speaking.forEach(one -> System.out.print(Text.patch(one, selection, colour.on())));
        if (help.quiet) break;
        for (Reviewed one : all) if (!one.review().reason().isEmpty()) System.out.print(Printable.line(one.review().reason()) + "\n");
        System.out.print(all.size() + (all.size() == 1 ? " file, " : " files, ") + findings + (findings == 1 ? " finding\n" : " findings\n"));
      }
    }
    return findings;
  }
}
