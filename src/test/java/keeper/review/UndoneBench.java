// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.review;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import keeper.check.Checks;
import keeper.check.Confidence;
import keeper.git.Trees;
import keeper.patch.FileDiff;
import keeper.patch.Hunk;
import keeper.patch.Patch;
import keeper.text.SourceText;
import keeper.text.Tree;

/**
 * Reviews real fixes turned round, each on a tree that has the fix, and the fixes themselves on what that makes: {@code UndoneBench LIST [HALF]}. LIST has one line a fix, with tabs: the half
 * it belongs to (any word), the tree's folder, an id, the file with the reversed diff, the class of mistake, the context needed, and the function, or {@code *} for any that the diff
 * touches, or {@code -} for a fix that is only asked to be silent. Caught means a finding in such a function, or one that speaks of it where it is called. Not part of the build.
 */
public final class UndoneBench {
  private final Map<String, Reviewer> reviewers = new HashMap<>();
  private final Map<String, Tree> trees = new HashMap<>();
  private final Map<String, int[]> counts = new TreeMap<>();
  private int forward;
  private int alarms;

  /** One line of the list. */
  private record Fix(String half, String tree, String id, Path diff, String defect, String context, String function) {
    static Fix of(String line) {
      String[] part = line.split("\t");
      return new Fix(part[0], part[1], part[2], Path.of(part[3]), part[4], part[5], part[6]);
    }
  }

  public static void main(String[] args) throws IOException {
    UndoneBench bench = new UndoneBench();
    for (String line : Files.readAllLines(Path.of(args[0]))) {
      Fix fix = Fix.of(line);
      if (args.length > 1 && !fix.half().equals(args[1])) continue;
      bench.review(fix);
    }
    bench.counts.forEach((what, count) -> System.out.printf("%-40s %d of %d%n", what, count[0], count[1]));
    System.out.println("fixes: " + bench.forward + ", with a finding: " + bench.alarms);
  }

  private void review(Fix fix) throws IOException {
    Tree tree = tree(fix.tree());
    Patch undo = Patch.ofDiff(Files.readString(fix.diff(), java.nio.charset.StandardCharsets.ISO_8859_1), fix.id());
    Optional<Tree> broken = Reviewer.after(undo, tree);
    if (broken.isEmpty()) {
      System.out.println("DOES NOT APPLY " + fix.id());
      return;
    }
    if (!fix.function().equals("-")) {
      List<String> lines = new ArrayList<>();
      boolean caught = false;
      for (Raised raised : reviewer(fix.tree()).review(undo, found(tree)).introduced()) {
        boolean here = !java.util.Collections.disjoint(names(raised), fix.function().equals("*") ? touched(undo, broken.get()) : Set.of(fix.function()));
        caught |= here;
        lines.add((here ? "  " : "  elsewhere ") + line(raised));
      }
      System.out.println((caught ? "CAUGHT " : "MISSED ") + fix.half() + " " + fix.id() + " [" + fix.defect() + ", " + fix.context() + "]");
      lines.forEach(System.out::println);
      for (String what : List.of(fix.half(), fix.half() + " " + fix.defect(), fix.half() + " in " + fix.context())) {
        int[] count = counts.computeIfAbsent(what, w -> new int[2]);
        count[1]++;
        if (caught) count[0]++;
      }
    }
    forward++;
    StringBuilder diff = new StringBuilder();
    for (FileDiff file : undo.files())
      diff.append(DriftBench.diff(file.path(), broken.get().file(file.path()).orElseThrow().bytes(), tree.file(file.path()).orElseThrow().bytes()));
    List<Raised> said = reviewer(fix.tree()).review(Patch.ofDiff(diff.toString(), fix.id()), found(broken.get())).introduced();
    if (!said.isEmpty()) {
      alarms++;
      System.out.println("ALARM " + fix.id());
      for (Raised raised : said) System.out.println("  " + line(raised));
    }
    System.out.flush();
  }

  private static Base found(Tree tree) {
    return new Base.Found(Base.Kind.TREE, tree, "", List.of());
  }

  /** The function that a finding is in, and the one that it speaks of: a caller or a callee may be the right place. */
  private static Set<String> names(Raised raised) {
    Set<String> names = new TreeSet<>(Set.of(raised.finding().function()));
    names.add(raised.finding().subject());
    return names;
  }

  private static Set<String> touched(Patch patch, Tree after) {
    Set<String> names = new TreeSet<>();
    for (FileDiff file : patch.files()) {
      SourceText text = after.file(file.path()).orElseThrow();
      for (keeper.c.Function function : keeper.c.Outline.of(text).functions())
        for (Hunk hunk : file.hunks())
          if (hunk.postImage().start() <= function.endLine() && function.line() < hunk.postImage().start() + hunk.postImage().count()) names.add(function.name());
    }
    return names;
  }

  private static String line(Raised raised) {
    return raised.finding().at().path() + ":" + raised.finding().at().line() + ": " + raised.finding().function() + "(): " + raised.finding().confidence().word() + ": "
        + raised.finding().check() + ": " + raised.finding().message();
  }

  private Tree tree(String folder) {
    return trees.computeIfAbsent(folder, f -> Trees.open(List.of(f)).all().get(0));
  }

  private Reviewer reviewer(String folder) {
    return reviewers.computeIfAbsent(folder, f -> {
      try {
        return new Reviewer(Checks.of(DriftBench.rules(), Set.of()), Boolean.getBoolean("possible") ? Confidence.POSSIBLE : Confidence.LIKELY);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    });
  }
}
