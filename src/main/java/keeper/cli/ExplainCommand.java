// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import keeper.check.Checks;
import keeper.check.Confidence;
import keeper.check.Finding;
import keeper.check.Witness;
import keeper.git.Lore;
import keeper.git.Manners;
import keeper.git.Trees;
import keeper.patch.Patch;
import keeper.review.Base;
import keeper.review.PatchReview;
import keeper.review.Raised;
import keeper.review.Reviewer;
import keeper.store.Store;
import keeper.text.Printable;
import keeper.text.SourceText;
import keeper.text.Tree;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Why a finding was raised: from what is remembered, or worked out again from the same inputs. */
@Command(name = "explain", description = "A finding's witnesses and the locks of its function, line by line; of one that is remembered, or of what review and check print for the same inputs.")
final class ExplainCommand implements Callable<Integer> {
  private static final Pattern PLACE = Pattern.compile("(.+?):(\\d{1,7})(?::\\d+)?");

  @Mixin private Help help;
  @Mixin private ServiceOptions service;
  @Mixin private RuleOptions ruleOptions;

  @Option(names = "--tree", paramLabel = "T", description = "An unpacked kernel, or a git repository with optional @REV.")
  private List<String> trees = new ArrayList<>();

  @Parameters(index = "0", paramLabel = "FINDING", description = "A finding's id, or FILE:LINE.")
  private String wanted;

  @Parameters(index = "1..*", arity = "0..*", paramLabel = "INPUT", description = "Patches, as for review, or paths inside the tree, as for check; without one, what is remembered.")
  private List<String> inputs = new ArrayList<>();

  private final StringBuilder out = new StringBuilder();

  @Override
  public Integer call() {
    Matcher place = PLACE.matcher(wanted);
    if (trees.isEmpty() && inputs.isEmpty()) {
      if (place.matches()) throw new Refusal(Refusal.USAGE, wanted + ": which tree is that in? (--tree T)");
      try (Store store = service.reading()) {
        System.out.print(FindingsCommand.page(store, wanted));
        return 0;
      }
    }
    Checks checks = ruleOptions.checks(ruleOptions.rules());
    try (Trees bases = trees.isEmpty() ? Trees.none() : Trees.open(trees)) {
      if (inputs.isEmpty()) {
        if (!place.matches()) throw new Refusal(Refusal.USAGE, wanted + ": name the inputs that it was found in, or FILE:LINE");
        standing(checks, bases.all().get(0), place.group(1));
      }
      for (String input : inputs) {
        if (!bases.all().isEmpty() && !below(bases.all().get(0), input).isEmpty()) for (String path : below(bases.all().get(0), input)) standing(checks, bases.all().get(0), path);
        else patches(checks, bases, input);
      }
      if (out.length() == 0 && place.matches() && inputs.isEmpty()) plain(checks, bases.all().get(0), place.group(1), Integer.parseInt(place.group(2)));
    }
    if (out.length() == 0) throw new Refusal(Refusal.USAGE, wanted + ": no such finding in these inputs");
    System.out.print(out);
    return 0;
  }

  private static List<String> below(Tree tree, String name) {
    String path = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    return tree.file(path).isPresent() ? List.of(path) : tree.paths(path, ".c");
  }

  private void standing(Checks checks, Tree tree, String path) {
    SourceText text = tree.file(path).orElseThrow(() -> new Refusal(Refusal.INPUT, path + ": no such file in " + tree.name()));
    for (Raised raised : Reviewer.standing(checks.findings(text, tree))) if (isWanted(raised)) show(checks, raised, tree);
  }

  private void patches(Checks checks, Trees bases, String input) {
    Inputs.All all = Inputs.read(List.of(input), () -> Lore.at(Lore.PUBLIC, Manners.of(Version.text(), "")));
    for (String trouble : all.troubles()) throw new Refusal(Refusal.INPUT, trouble);
    Reviewer reviewer = new Reviewer(checks, Confidence.POSSIBLE);
    for (Inputs.Input one : all.inputs()) {
      Patch patch = one.patch();
      Base base = bases.baseOf(List.of(patch), Optional.empty());
      PatchReview review = reviewer.review(patch, base);
      Tree after = base instanceof Base.Found found ? Reviewer.after(patch, found.tree()).orElse(found.tree()) : Reviewer.shown(patch);
      List<Raised> raised = new ArrayList<>(review.introduced());
      raised.addAll(review.standing());
      for (Raised each : raised) if (isWanted(each)) show(checks, each, after);
    }
  }

  private boolean isWanted(Raised raised) {
    Finding finding = raised.finding();
    return raised.identity().equals(wanted) || (finding.at().path() + ":" + finding.at().line()).equals(wanted) || (finding.at().path() + ":" + finding.at().line() + ":" + finding.at().column()).equals(wanted);
  }

  private void show(Checks checks, Raised raised, Tree tree) {
    Finding finding = raised.finding();
    if (out.length() > 0) out.append('\n');
    out.append(finding.at()).append(" in ").append(finding.function()).append("() [").append(finding.check()).append("] id ").append(raised.identity()).append('\n');
    out.append("  ").append(Printable.line(finding.message())).append('\n');
    out.append("  sure: ").append(finding.confidence().word()).append(finding.assumption().isEmpty() ? "" : ", assuming that " + finding.assumption()).append('\n');
    if (!finding.rule().isEmpty()) out.append("  rule: ").append(finding.rule()).append('\n');
    for (Witness witness : finding.evidence()) out.append("  see ").append(witness.at()).append(": ").append(Printable.line(witness.text())).append('\n');
    tree.file(finding.at().path()).flatMap(text -> checks.timeline(text, tree, finding.at().line())).ifPresent(timeline -> out.append('\n').append(timeline));
  }

  /** No finding stands there: the locks alone. */
  private void plain(Checks checks, Tree tree, String path, int line) {
    SourceText text = tree.file(path).orElseThrow(() -> new Refusal(Refusal.INPUT, path + ": no such file in " + tree.name()));
    out.append("no finding at ").append(wanted).append('\n');
    out.append(checks.timeline(text, tree, line).orElseThrow(() -> new Refusal(Refusal.USAGE, wanted + ": not in a function")));
  }
}
