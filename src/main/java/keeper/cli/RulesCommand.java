// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import keeper.bot.Mining;
import keeper.check.Checks;
import keeper.check.Examples;
import keeper.custom.Custom;
import keeper.custom.RuleText;
import keeper.git.GitException;
import keeper.git.Trees;
import keeper.rule.Property;
import keeper.rule.Rule;
import keeper.rule.Rules;
import keeper.text.Printable;
import keeper.store.Findings;
import keeper.store.Store;
import keeper.text.Problem;
import keeper.text.SourceText;
import keeper.text.Tree;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
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

    @Option(names = "--db", paramLabel = "URL", description = "The database, for how often each was raised, found invalid, and repaired.")
    private String database = "";

    @Option(names = "--all", description = "The examples of the language and of checks too.")
    private boolean all;

    private List<Findings.Record> ledger() {
      if (database.isEmpty()) return List.of();
      try (Store store = Store.open(database)) {
        return store.findings().ledger();
      }
    }

    /** How the rule or check has done; empty without a database. All sentences of a file share their ledger. */
    private String told(List<Findings.Record> ledger, Predicate<Findings.Record> wanted) {
      if (database.isEmpty()) return "";
      int fired = 0;
      int invalid = 0;
      int fixed = 0;
      for (Findings.Record record : ledger) {
        if (!wanted.test(record)) continue;
        fired += record.fired();
        invalid += record.invalid();
        fixed += record.fixed();
      }
      return "  fired " + fired + ", invalid " + invalid + ", fixed " + fixed;
    }

    @Override
    public Integer call() {
      Rules rules = options.rules();
      List<Findings.Record> ledger = ledger();
      for (Rule rule : rules.all()) {
        if (!all && (rule.id().startsWith("language/") || rule.id().startsWith("checks/"))) continue; // examples, of no kernel
        System.out.println(rule.id() + "  " + rule.says() + "  in " + String.join(", ", rule.about().scope().paths())
            + (rule.origin().isEmpty() ? "" : "  from " + String.join(", ", rule.origin())) + told(ledger, record -> record.rule().equals(rule.id())));
      }
      for (String check : Checks.ids()) System.out.println(check + told(ledger, record -> record.rule().isEmpty() && record.check().equals(check)));
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

    @Option(names = "--tree", paramLabel = "T", description = "A kernel: says for each rule about a member how its uses there hold the lock.")
    private String tree;

    @Parameters(paramLabel = "ID", description = "vfio/eventfd-under-igate, or a check's id.")
    private String id;

    /** The rules of this file about members, each with what the tree's code does. */
    private Map<Rule.Guarded, List<Custom>> counts(Rules rules) {
      List<Rule.Guarded> guarded = new ArrayList<>();
      for (Rule rule : rules.all()) if (rule.id().equals(id) && rule instanceof Rule.Guarded one && !one.member().equals("*")) guarded.add(one);
      try (Trees trees = Trees.open(List.of(tree))) {
        Tree top = trees.all().get(0);
        Set<String> paths = new TreeSet<>();
        for (String path : rules.paths(id))
          if (top.file(path).isPresent()) paths.add(path);
          else for (String ending : List.of(".c", ".h")) paths.addAll(top.paths(path.endsWith("/") ? path.substring(0, path.length() - 1) : path, ending));
        Map<Rule.Guarded, List<Custom>> told = new Mining(Checks.of(tables(rules), Set.of()), top, top.kept(), (key, bytes) -> { }, Runtime.getRuntime().availableProcessors()).told(guarded, paths);
        where = top.name();
        return told;
      } catch (GitException e) {
        throw new Refusal(Refusal.USAGE, e.getMessage());
      }
    }

    private String where;

    /** Without what rules say of functions: the code is to speak for itself. */
    private static Rules tables(Rules rules) {
      SortedMap<String, SourceText> tables = new TreeMap<>(rules.files());
      tables.keySet().removeIf(path -> path.endsWith(".rule"));
      return Rules.read(tables);
    }

    private void say(Rule rule, Map<Rule.Guarded, List<Custom>> counts) {
      if (!(rule instanceof Rule.Guarded guarded) || !counts.containsKey(guarded)) {
        System.out.println("  in " + where + ": not counted, only members are");
        return;
      }
      if (counts.get(guarded).isEmpty()) System.out.println("  in " + where + ": no use that counts");
      for (Custom custom : counts.get(guarded)) for (String line : RuleText.told(custom)) System.out.println("  in " + where + ": " + line);
    }

    @Override
    public Integer call() {
      Rules rules = options.rules();
      Map<Rule.Guarded, List<Custom>> counts = tree == null ? Map.of() : counts(rules);
      boolean rule = false;
      Set<String> told = new HashSet<>(Set.of("")); // a reason that several sentences share is told with the first
      for (Rule one : rules.all()) {
        if (!one.id().equals(id)) continue;
        if (!rule) System.out.println("The rule " + id + ", for " + String.join(", ", rules.paths(id)));
        rule = true;
        System.out.println();
        System.out.println(one.says() + (told.add(one.why()) ? ": " + one.why() : ""));
        Rule.About about = one.about();
        if (!one.origin().isEmpty()) System.out.println("  taught by " + String.join(", ", one.origin()));
        if (!about.except().functions().isEmpty()) System.out.println("  not in " + String.join("(), ", about.except().functions()) + "(), nor in helpers of these alone");
        for (Rule.Phase phase : about.except().phases()) System.out.println("  not " + phase.word().replace('_', ' '));
        if (!about.except().paths().isEmpty()) System.out.println("  not in " + String.join(", ", about.except().paths()));
        if (!about.scope().since().isEmpty()) System.out.println("  only where the tree has " + join(about.scope().since()));
        if (!about.scope().until().isEmpty()) System.out.println("  only where the tree has not " + join(about.scope().until()));
        if (about.severity() != Rule.Severity.ERROR) System.out.println("  said as a " + about.severity().name().toLowerCase(Locale.ROOT) + " at most");
        if (tree != null) say(one, counts);
        System.out.println("  written at " + one.at());
      }
      if (rule) System.out.println("\nIts example, which is tested: lockkeeper rules show " + id);
      return rule ? 0 : page(options, id);
    }
  }

  private static String join(List<Property> properties) {
    return String.join(", ", properties.stream().map(Property::toString).toList());
  }

  @Command(name = "try", description = "Runs the annotated C beside rules and checks; without an id, all of it.")
  static final class Try implements Callable<Integer> {
    @Mixin private Help help;
    @Mixin private RuleOptions options;

    @Parameters(paramLabel = "ID", arity = "0..*", description = "Ids, or folders such as vfio.")
    private List<String> ids = List.of();

    @Override
    public Integer call() {
      options.rules(); // a rule file that is wrong refuses the command with its place
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
      return path.endsWith(".c") && path.startsWith(plain + ".") || path.equals("checks/" + plain + ".c") || path.startsWith(plain.endsWith("/") ? plain : plain + "/");
    }
  }
}
