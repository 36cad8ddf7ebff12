// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import keeper.lock.Dump;
import keeper.lock.Kernel;
import keeper.lock.Unit;
import keeper.lock.Units;
import keeper.rule.Rules;
import keeper.text.Place;
import keeper.text.Files;
import keeper.text.Problem;
import keeper.text.SourceText;
import keeper.text.Tree;

/**
 * Annotated C: what is expected of the checks stands in comments beside the code.
 *
 * <p>{@code expect: check subject} needs its finding on that line, and every finding needs its comment. {@code held: a, b?} or {@code held: none} is what is held where the line starts.
 * {@code in: path} in the first lines says where in a kernel the file stands. {@code wrong: check subject} is a known false alarm, {@code missed: check subject} a known gap; when one of these no longer holds that is reported too, as good news. The
 * subject is the finding's lock or what it is about; the last member will do.
 */
public final class Examples {
  private Examples() {}

  /**
   * What does not agree with the comments of one example; empty when all does.
   *
   * @param rules by which it is judged, the file among them
   * @param path of the example inside {@code rules/}: {@code vfio/eventfd-under-igate.c}, {@code checks/missing-unlock.c}
   */
  public static List<Problem> disagreements(Rules rules, String path) {
    SourceText written = rules.files().get(path);
    if (written == null) return List.of(new Problem(new Place(path, 1, 0), "no such example"));
    List<String> paths = rules.paths(rule(path));
    String name = path.substring(path.lastIndexOf('/') + 1);
    // A rule's example stands where the rule speaks, or where it says itself.
    String stands = place(written);
    if (stands.isEmpty()) stands = paths.isEmpty() ? path : paths.get(0).endsWith(".c") ? paths.get(0) : paths.get(0) + (paths.get(0).endsWith("/") ? "" : "/") + name;
    SourceText text = SourceText.of(stands, written.bytes());
    Set<String> only = path.startsWith("checks/") ? Set.of(name.substring(0, name.length() - 2)) : Set.of();
    List<Finding> findings = new ArrayList<>();
    for (Finding finding : Checks.of(rules, only).findings(text, Files.of("example", List.of(text)))) if (finding.confidence() != Confidence.POSSIBLE) findings.add(finding);
    List<Problem> problems = new ArrayList<>();
    Map<Integer, String> held = held(rules, text);
    for (int line = 1; line <= text.lines(); line++) {
      for (String comment : comments(text.lineText(line))) {
        int colon = comment.indexOf(':');
        String word = colon < 0 ? "" : comment.substring(0, colon).strip();
        String rest = comment.substring(colon + 1).strip();
        Place place = new Place(path, line, 0);
        switch (word) {
          case "expect" -> {
            if (!take(findings, line, rest)) problems.add(new Problem(place, "expected " + rest + ", which is not found"));
          }
          case "wrong" -> {
            if (!take(findings, line, rest)) problems.add(new Problem(place, "good news: " + rest + " is no longer said (remove the comment)"));
          }
          case "missed" -> {
            if (take(findings, line, rest)) problems.add(new Problem(place, "good news: " + rest + " is found now (make it an expect)"));
          }
          case "held" -> {
            String there = held.getOrDefault(line, "nothing is done on this line");
            if (!agree(there, rest)) problems.add(new Problem(place, "held: " + there + ", expected " + rest));
          }
          default -> { } // an ordinary comment
        }
      }
    }
    for (Finding finding : findings)
      problems.add(new Problem(new Place(path, finding.at().line(), finding.at().column()), "found " + finding.check() + " " + finding.lock() + ", which no comment expects: " + finding.message()));
    problems.sort((a, b) -> a.place().compareTo(b.place()));
    return problems;
  }

  /** The path in {@code in: drivers/vfio/group.c}, a comment in the first lines; empty without one. */
  private static String place(SourceText text) {
    for (int line = 1; line <= Math.min(3, text.lines()); line++)
      for (String comment : comments(text.lineText(line))) if (comment.startsWith("in: ")) return comment.substring(4).strip();
    return "";
  }

  /** The id of the rule that an example is of: {@code language/since} of {@code language/since.c} and {@code language/since.older.c}. */
  public static String rule(String path) {
    int dot = path.indexOf('.', path.lastIndexOf('/') + 1);
    return dot < 0 ? path : path.substring(0, dot);
  }

  /** The examples among the rules' files, by path. */
  public static List<String> paths(Rules rules) {
    List<String> paths = new ArrayList<>();
    for (String path : rules.files().keySet()) if (path.endsWith(".c")) paths.add(path);
    return paths;
  }

  private static Map<Integer, String> held(Rules rules, SourceText text) {
    Map<Integer, String> lines = new TreeMap<>();
    Unit unit = Units.of(new Kernel(rules), Files.of("example", List.of(text))).unit(text);
    for (keeper.c.Function function : unit.functions()) lines.putAll(Dump.lines(unit.held(function)));
    return lines;
  }

  private static boolean take(List<Finding> findings, int line, String expected) {
    String[] words = expected.split("\\s+");
    if (words.length < 2) return false;
    for (int i = 0; i < findings.size(); i++) {
      Finding finding = findings.get(i);
      if (finding.at().line() != line || !finding.check().equals(words[0]) || !(means(finding.lock(), words[1]) || means(finding.subject(), words[1]))) continue;
      // A store that also reads is one thing to say.
      findings.removeIf(other -> other.at().line() == line && other.check().equals(finding.check()) && other.lock().equals(finding.lock()) && other.subject().equals(finding.subject()));
      return true;
    }
    return false;
  }

  private static boolean agree(String there, String expected) {
    String[] found = there.split(",\\s*");
    String[] wanted = expected.split(",\\s*");
    if (found.length != wanted.length) return false;
    for (int i = 0; i < found.length; i++) if (!means(found[i], wanted[i])) return false;
    return true;
  }

  private static boolean means(String path, String subject) {
    return path.equals(subject) || path.endsWith("->" + subject) || path.endsWith("." + subject);
  }

  private static List<String> comments(String line) {
    List<String> found = new ArrayList<>();
    for (int at = line.indexOf("/*"); at >= 0; at = line.indexOf("/*", at + 2)) {
      int end = line.indexOf("*/", at + 2);
      if (end < 0) break;
      found.add(line.substring(at + 2, end).strip());
    }
    return found;
  }
}
