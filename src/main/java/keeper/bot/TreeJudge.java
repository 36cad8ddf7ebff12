// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.bot;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import keeper.git.FactsFolder;
import keeper.git.GitException;
import keeper.git.Trees;
import keeper.patch.CommitId;
import keeper.patch.FileDiff;
import keeper.patch.Hunk;
import keeper.patch.HunkLine;
import keeper.patch.Patch;
import keeper.patch.StatedBase;
import keeper.review.Base;
import keeper.review.Maintainers;
import keeper.review.PatchReview;
import keeper.review.Raised;
import keeper.review.Responsible;
import keeper.review.Review;
import keeper.review.Reviewer;
import keeper.series.Series;
import keeper.text.Place;
import keeper.text.SourceText;
import keeper.text.Tree;

/** Reviews each list's series on the trees that its section names. Trees that are not there are left out, and said so once. */
public final class TreeJudge implements Bot.Judge, AutoCloseable {
  private static final int MOST_SINCE = 4; // lines of one patch that are followed back

  private final Reviewer reviewer;
  private final Settings settings;
  private final Trees.Prerequisites prerequisites;
  private final FactsFolder facts;
  private final Map<String, Trees> trees = new HashMap<>();
  private final List<String> lines = new ArrayList<>();

  private TreeJudge(Reviewer reviewer, Settings settings, Trees.Prerequisites prerequisites, FactsFolder facts) {
    this.facts = facts;
    this.reviewer = reviewer;
    this.settings = settings;
    this.prerequisites = prerequisites;
  }

  /**
   * Opens the trees of every list; series may stand on patches that were posted.
   *
   * @param facts where to look for what is kept of the trees
   */
  public static TreeJudge open(Settings settings, Reviewer reviewer, Trees.Prerequisites prerequisites, FactsFolder facts) {
    TreeJudge judge = new TreeJudge(reviewer, settings, prerequisites, facts);
    judge.reopen();
    return judge;
  }

  /** Opens the trees anew: they have been fetched. Not while a round is under way. */
  public void reopen() {
    trees.values().forEach(Trees::close);
    trees.clear();
    lines.clear();
    for (Settings.ListSource list : settings.lists()) {
      Settings.TreeNames names = settings.treesOf(list);
      for (String missing : names.missing()) line(missing);
      trees.put(list.list(), opened(names.there()));
    }
  }

  /** One that cannot be opened does not take the others with it. */
  private Trees opened(List<Trees.Source> sources) {
    try {
      return Trees.ofSources(sources, facts);
    } catch (GitException e) {
      List<Trees.Source> good = new ArrayList<>();
      for (Trees.Source source : sources) {
        try (Trees one = Trees.ofSources(List.of(source), FactsFolder.none())) {
          good.add(source);
        } catch (GitException broken) {
          line("tree " + source.tree() + ": " + broken.getMessage());
        }
      }
      return Trees.ofSources(good, facts);
    }
  }

  private void line(String line) {
    if (!lines.contains(line)) lines.add(line);
  }

  /** Trees that could not be used, one line each. */
  public List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public Review review(Settings.ListSource list, Series series) {
    Trees bases = trees.get(list.list());
    return reviewer.review(series, bases.baseOf(series, prerequisites), patch -> bases.baseOf(List.of(patch), stated(patch)));
  }

  @Override
  public Map<String, String> since(Settings.ListSource list, Review review) {
    Map<String, String> since = new TreeMap<>();
    for (PatchReview part : review.parts().values()) since.putAll(since(trees.get(list.list()), part));
    return since;
  }

  /** By the first of the list's trees that has a MAINTAINERS file. */
  @Override
  public Responsible responsible(String list, Collection<String> paths) {
    Trees bases = trees.get(list);
    if (bases != null)
      for (Tree tree : bases.all()) if (tree.contentId("MAINTAINERS").isPresent()) return Maintainers.of(tree).of(paths);
    return new Responsible(List.of());
  }

  /** What was there before in the functions of what is new, and with the same lock; a letter tells no other. */
  public static Map<String, String> since(Trees bases, PatchReview part) {
    Map<String, String> since = new TreeMap<>();
    if (!(part.base() instanceof Base.Found base) || base.commit().isEmpty()) return since;
    for (Raised standing : part.standing()) {
      boolean told = part.introduced().stream().anyMatch(one -> one.finding().isLike(standing.finding()));
      if (!told || since.size() >= MOST_SINCE) continue;
      Place at = standing.finding().at();
      for (FileDiff file : part.patch().files())
        if (file.prePath().isPresent() && file.postPath().filter(at.path()::equals).isPresent() && stands(file, base))
          bases.brought(base, file.prePath().get(), file.preLine(at.line())).ifPresent(commit -> since.put(standing.identity(), commit.brief()));
    }
    return since;
  }

  /** Whether the lines of the base have the numbers that the hunks say. */
  private static boolean stands(FileDiff file, Base.Found base) {
    Optional<SourceText> text = base.tree().file(file.prePath().orElseThrow());
    if (text.isEmpty()) return false;
    for (Hunk hunk : file.hunks()) {
      if (hunk.preImage().count() == 0) continue;
      String first = hunk.lines().stream().filter(HunkLine::inPreImage).map(HunkLine::text).findFirst().orElse("");
      int line = hunk.preImage().start();
      if (line < 1 || line > text.get().lines() || !text.get().lineText(line).equals(first)) return false;
    }
    return true;
  }

  private static Optional<CommitId> stated(Patch patch) {
    return StatedBase.of(patch.notes() + "\n" + patch.message().body()).commit();
  }

  @Override
  public void close() {
    trees.values().forEach(Trees::close);
  }
}
