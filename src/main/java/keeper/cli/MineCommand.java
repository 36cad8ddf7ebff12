// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import keeper.bot.Mining;
import keeper.custom.Custom;
import keeper.custom.RuleText;
import keeper.git.FactsFolder;
import keeper.git.FactsWork;
import keeper.git.GitException;
import keeper.rule.Rules;
import keeper.text.Tree;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Finds the rules that a tree keeps by custom. */
@Command(name = "mine", description = "Finds the rules that a tree keeps by custom, and writes them as rule files with their evidence.")
final class MineCommand implements Callable<Integer> {
  @Mixin private Help help;
  @Mixin private RuleOptions options;
  @Mixin private FactsOptions factsOptions;

  @Option(names = "--tree", paramLabel = "T", required = true, description = "An unpacked kernel, or a git repository with optional @REV.")
  private String tree;

  @Option(names = {"-o", "--output"}, paramLabel = "DIR", description = "Write rule files below this folder; without it they are printed.")
  private Path output;

  @Option(names = "--threads", paramLabel = "N", description = "How many at once (default: one a processor, 8 at most).")
  private int threads;

  @Parameters(paramLabel = "PATH", arity = "0..*", description = "Files or folders inside the tree; all of it when there is none.")
  private List<String> names = List.of();

  @Override
  public Integer call() {
    Rules rules = options.rules();
    List<String> troubles = new ArrayList<>();
    SortedMap<String, String> files;
    int customs;
    String done;
    try (FactsWork work = open(factsOptions.folder())) {
      Tree top = work.tree();
      Set<String> paths = paths(top, troubles);
      Mining mining = new Mining(options.checks(rules), top, top.kept(), work::keep, threads > 0 ? threads : Runtime.getRuntime().availableProcessors());
      List<Custom> found;
      try (ProgressBar bar = bar(2 * paths.size())) {
        found = mining.customs(paths, bar == null ? count -> { } : bar::stepTo);
      }
      if (mining.fresh() > 0) {
        if (!names.isEmpty()) work.keepOthers();
        work.tryToWrite();
      }
      customs = found.size();
      files = RuleText.files(found);
      done = paths.size() + " files (" + mining.fresh() + " counted anew), " + customs + " rules in " + files.size() + " rule files";
    }
    if (output == null) files.forEach((path, text) -> System.out.print("// " + path + "\n" + text + "\n"));
    else {
      write(files);
      if (!help.quiet) System.out.println(done + " below " + output);
    }
    System.out.flush();
    for (String trouble : troubles) System.err.println("lockkeeper: " + trouble);
    return troubles.isEmpty() ? 0 : Refusal.INPUT;
  }

  private FactsWork open(FactsFolder folder) {
    try {
      return FactsWork.counts(tree, folder);
    } catch (GitException e) {
      throw new Refusal(Refusal.USAGE, e.getMessage());
    }
  }

  private Set<String> paths(Tree top, List<String> troubles) {
    Set<String> paths = new TreeSet<>();
    for (String name : names.isEmpty() ? List.of(".") : names) {
      String path = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
      if (path.equals(".")) path = "";
      if (!path.isEmpty() && top.file(path).isPresent()) paths.add(path);
      else {
        List<String> below = new ArrayList<>(top.paths(path, ".c"));
        below.addAll(top.paths(path, ".h"));
        if (path.isEmpty()) below.removeIf(file -> file.startsWith("tools/") || file.startsWith("scripts/") || file.startsWith("samples/") || file.startsWith("Documentation/"));
        if (below.isEmpty()) troubles.add(name + ": no such file, and no folder with C files, in " + top.name());
        paths.addAll(below);
      }
    }
    return paths;
  }

  private ProgressBar bar(int files) {
    if (System.console() == null || help.quiet) return null;
    return new ProgressBarBuilder().setTaskName("mining").setInitialMax(files).build();
  }

  private void write(SortedMap<String, String> files) {
    try {
      for (Map.Entry<String, String> file : files.entrySet()) {
        Path path = output.resolve(file.getKey());
        Files.createDirectories(path.getParent());
        Files.write(path, file.getValue().getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new Refusal(Refusal.USAGE, "-o: cannot write below " + output + ": " + e.getMessage());
    }
  }
}
