// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import keeper.check.Checks;
import keeper.check.Examples;
import keeper.rule.Rule;
import keeper.rule.Rules;
import keeper.text.Printable;
import keeper.text.Problem;
import keeper.text.SourceText;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What maintainers wrote down, and the pages of the checks. */
@Command(name = "rules", description = "Lists rules and checks, shows their pages, runs their examples, finds rules in a tree.",
    subcommands = {RulesCommand.ListRules.class, RulesCommand.Show.class, RulesCommand.Explain.class, RulesCommand.Try.class, MineCommand.class})
final class RulesCommand implements Callable<Integer> {
  @Mixin private Help help;
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(spec.commandLine(), "rules list, show ID, explain ID, try [ID]..., or mine --tree T [PATH]...?");
  }

  @Command(name = "list", description = "Every rule with its scope, and every check.")
  static final class ListRules implements Callable<Integer> {
    @Mixin private Help help;
    @Mixin private RuleOptions options;

    @Override
    public Integer call() {
      Rules rules = options.rules();
      for (Rule rule : rules.all())
        System.out.println(rule.id() + "  " + rule.says() + "  in " + String.join(", ", rules.paths(rule.id()))
            + (rule.origin().isEmpty() ? "" : "  from " + String.join(", ", rule.origin())));
      for (String check : Checks.ids()) System.out.println(check);
      return 0;
    }
  }

  /** A rule's file or a check's page, and the example beside it. */
  private static int page(RuleOptions options, String id) {
    SortedMap<String, SourceText> files = options.allFiles();
    List<String> found = new ArrayList<>();
    for (String ending : List.of(".rule", ".md", ".c")) {
      if (files.containsKey(id + ending)) found.add(id + ending);
      if (files.containsKey("checks/" + id + ending)) found.add("checks/" + id + ending);
    }
    if (found.isEmpty()) throw new Refusal(Refusal.USAGE, "no rule and no check " + Printable.line(id) + " (try: lockkeeper rules list)");
    for (String name : found) {
      System.out.println("== " + name);
      System.out.println(new String(files.get(name).bytes(), StandardCharsets.UTF_8).strip());
    }
    return 0;
  }

  @Command(name = "show", description = "A rule's file or a check's page, with its example.")
  static final class Show implements Callable<Integer> {
    @Mixin private Help help;
    @Mixin private RuleOptions options;

    @Parameters(paramLabel = "ID", description = "vfio/eventfd-under-igate, or a check's id.")
    private String id;

    @Override
    public Integer call() {
      return page(options, id);
    }
  }

  @Command(name = "explain", description = "What a rule or check says and why, for the person it bothers.")
  static final class Explain implements Callable<Integer> {
    @Mixin private Help help;
    @Mixin private RuleOptions options;

    @Parameters(paramLabel = "ID", description = "vfio/eventfd-under-igate, or a check's id.")
    private String id;

    @Override
    public Integer call() {
      Rules rules = options.rules();
      boolean rule = false;
      for (Rule one : rules.all()) {
        if (!one.id().equals(id)) continue;
        rule = true;
        System.out.println(one.says() + (one.why().isEmpty() ? "" : ": " + one.why()) + (one.origin().isEmpty() ? "" : " (" + String.join(", ", one.origin()) + ")"));
      }
      return rule ? 0 : page(options, id);
    }
  }

  @Command(name = "try", description = "Runs the annotated C beside rules and checks; without an id, all of it.")
  static final class Try implements Callable<Integer> {
    @Mixin private Help help;
    @Mixin private RuleOptions options;

    @Parameters(paramLabel = "ID", arity = "0..*", description = "Ids, or folders such as vfio.")
    private List<String> ids = List.of();

    @Override
    public Integer call() {
      Rules rules = Rules.read(new TreeMap<>(options.allFiles()));
      List<String> examples = new ArrayList<>();
      for (String path : Examples.paths(rules)) if (ids.isEmpty() || ids.stream().anyMatch(id -> named(path, id))) examples.add(path);
      if (examples.isEmpty()) throw new Refusal(Refusal.USAGE, "no example of that name (try: lockkeeper rules list)");
      int wrong = 0;
      for (String path : examples) {
        List<Problem> problems = Examples.disagreements(rules, path);
        for (Problem problem : problems) System.out.println(problem);
        wrong += problems.size();
      }
      System.out.println(examples.size() + " examples, " + wrong + " disagreements");
      return wrong == 0 ? 0 : 1;
    }

    private static boolean named(String path, String id) {
      String plain = id.startsWith("rules/") ? id.substring("rules/".length()) : id;
      return path.equals(plain + ".c") || path.equals("checks/" + plain + ".c") || path.startsWith(plain.endsWith("/") ? plain : plain + "/");
    }
  }
}
