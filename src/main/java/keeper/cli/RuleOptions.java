// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import keeper.check.Checks;
import keeper.rule.Rules;
import keeper.text.Problem;
import keeper.text.SourceText;
import picocli.CommandLine.Option;

/** Which rules and checks a command uses: those that ship with the program, or a folder's. */
final class RuleOptions {
  private static final String SHIPPED = "/keeper/rules/";

  @Option(names = "--rules", paramLabel = "DIR", description = "Rules to use instead of those that ship with the program.")
  private Path folder;

  @Option(names = "--mined", paramLabel = "DIR", description = "Rules that \"rules mine\" found, or none (default: the folder T.mined beside the first tree T, where there is one).")
  private String mined;

  @Option(names = "--check", paramLabel = "ID", split = ",", description = "Only these checks.")
  private List<String> only = List.of();

  /**
   * The rules; a rule file that is wrong refuses the command with its place. The program's own are known to be right, a test reads them all; each is read when a file that it speaks of
   * is looked at.
   */
  Rules rules() {
    Rules rules = Rules.read(files());
    List<Problem> problems = folder == null ? List.of() : rules.problems();
    if (!problems.isEmpty()) {
      StringBuilder all = new StringBuilder();
      for (Problem problem : problems) all.append(all.isEmpty() ? "" : "; ").append(folder == null ? "rules/" : folder + "/").append(problem);
      throw new Refusal(Refusal.USAGE, all.toString());
    }
    return rules;
  }

  Checks checks(Rules rules) {
    return checks(rules, List.of());
  }

  /** @param trees as people name them; mined rules may lie beside the first */
  Checks checks(Rules rules, List<String> trees) {
    List<String> known = Checks.ids();
    for (String id : only)
      if (!known.contains(id)) throw new Refusal(Refusal.USAGE, "--check: there is no check " + id + "; there are " + String.join(", ", known));
    return Checks.of(rules, mined(trees), new LinkedHashSet<>(only));
  }

  private Rules mined(List<String> trees) {
    Path found = null;
    if (mined != null && !mined.equals("none")) found = Path.of(mined);
    else if (mined == null && !trees.isEmpty()) {
      String tree = trees.get(0).endsWith("/") ? trees.get(0).substring(0, trees.get(0).length() - 1) : trees.get(0);
      int at = tree.lastIndexOf('@');
      if (at > 0 && !Files.isDirectory(Path.of(tree))) tree = tree.substring(0, at);
      Path beside = Path.of(tree + ".mined");
      if (Files.isDirectory(beside)) found = beside;
    }
    return Rules.read(found == null ? new TreeMap<>() : of(found, false, "--mined"));
  }

  /** What a review reads, by its path inside the folder of rules. */
  private SortedMap<String, SourceText> files() {
    return folder == null ? shipped(false) : of(folder, false, "--rules");
  }

  /** Pages and examples too. */
  SortedMap<String, SourceText> allFiles() {
    return folder == null ? shipped(true) : of(folder, true, "--rules");
  }

  private static SortedMap<String, SourceText> of(Path folder, boolean all, String option) {
    if (!Files.isDirectory(folder)) throw new Refusal(Refusal.USAGE, option + ": " + folder + " is no folder");
    SortedMap<String, SourceText> files = new TreeMap<>();
    try (Stream<Path> found = Files.walk(folder, 12)) {
      for (Path file : found.filter(Files::isRegularFile).sorted().toList()) {
        String path = folder.relativize(file).toString().replace('\\', '/');
        if (wanted(path, all)) files.put(path, SourceText.of(path, Files.readAllBytes(file)));
      }
    } catch (IOException e) {
      throw new Refusal(Refusal.USAGE, option + ": cannot read " + folder + ": " + e.getMessage());
    }
    // A folder with rules alone goes by the program's own tables.
    for (SourceText table : shipped(false).values()) if (table.path().endsWith(".tsv")) files.putIfAbsent(table.path(), table);
    return files;
  }

  private static SortedMap<String, SourceText> shipped(boolean all) {
    SortedMap<String, SourceText> files = new TreeMap<>();
    try {
      for (String path : new String(resource("INDEX"), StandardCharsets.UTF_8).split("\n")) {
        String name = path.strip();
        if (wanted(name, all)) files.put(name, SourceText.of(name, resource(name)));
      }
    } catch (IOException e) {
      throw new IllegalStateException("the program's own rules cannot be read", e);
    }
    return files;
  }

  private static boolean wanted(String path, boolean all) {
    return path.endsWith(".rule") || path.endsWith(".tsv") || all && (path.endsWith(".c") || path.endsWith(".md"));
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = RuleOptions.class.getResourceAsStream(SHIPPED + name)) {
      if (in == null) throw new IOException("no " + SHIPPED + name);
      return in.readAllBytes();
    }
  }
}
