// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import keeper.lineage.Branches.Branch;
import keeper.lineage.Origin;
import keeper.lineage.Overlap;
import keeper.lineage.Source.InHistory;
import keeper.lineage.Survey;
import keeper.patch.CommitId;
import keeper.patch.FileDiff;
import keeper.patch.Hunk;
import keeper.patch.HunkLine;
import keeper.patch.Patch;
import org.eclipse.jgit.blame.BlameResult;
import org.eclipse.jgit.api.BlameCommand;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.AndTreeFilter;
import org.eclipse.jgit.treewalk.filter.PathFilter;
import org.eclipse.jgit.treewalk.filter.TreeFilter;

/**
 * What commits do to the code, from the repositories that have them: paths, diffs, who wrote the lines before. For the lineage,
 * which asks for few commits and only when it must. What no repository has any more is unknown, and no error.
 */
public final class Code implements AutoCloseable, Survey.Applicability {
  private static final int FILES = 40; // of one commit that are blamed
  private static final int LARGEST = 8 << 20; // bytes of a file that is looked into

  private final List<Path> paths;
  private final List<Repository> open = new ArrayList<>();
  private final Map<String, Optional<Patch>> patches = new HashMap<>();

  private Code(List<Path> paths) {
    this.paths = paths;
  }

  /** @param repositories tried in order; one that is not there any more is passed over */
  public static Code in(Collection<Path> repositories) {
    return new Code(List.copyOf(repositories));
  }

  private List<Repository> repositories() {
    if (open.isEmpty()) for (Path path : paths) {
      try {
        open.add(Jgit.open(path));
      } catch (GitException e) {
        continue; // moved away: another one may have the commit
      }
    }
    return open;
  }

  /** Reads one commit, where it can be had. */
  private interface Reading<T> {
    T of(Repository repository, RevWalk walk, RevCommit commit) throws IOException;
  }

  private <T> Optional<T> with(CommitId id, Reading<T> reading) {
    if (!id.isFull()) return Optional.empty();
    for (Repository repository : repositories()) {
      try (RevWalk walk = new RevWalk(repository)) {
        return Optional.ofNullable(reading.of(repository, walk, walk.parseCommit(ObjectId.fromString(id.hex()))));
      } catch (MissingObjectException | IncorrectObjectTypeException e) {
        continue;
      } catch (IOException e) {
        continue; // damaged here; another one may have it
      }
    }
    return Optional.empty();
  }

  /** Paths that a commit changes against its first parent; of a merge none. */
  public List<String> paths(InHistory commit) {
    return with(commit.id(), (repository, walk, found) -> {
      List<String> changed = new ArrayList<>();
      if (found.getParentCount() > 1) return changed;
      try (TreeWalk tree = new TreeWalk(repository)) {
        tree.setRecursive(true);
        if (found.getParentCount() == 0) tree.addTree(new org.eclipse.jgit.treewalk.EmptyTreeIterator());
        else tree.addTree(walk.parseCommit(found.getParent(0)).getTree());
        tree.addTree(found.getTree());
        tree.setFilter(TreeFilter.ANY_DIFF);
        while (tree.next()) changed.add(tree.getPathString());
      }
      return changed;
    }).orElse(List.of());
  }

  /** What a commit changes. */
  public Optional<Patch> patch(InHistory commit) {
    return patches.computeIfAbsent(commit.id().hex(), id -> {
      for (Path path : paths) {
        try (Range range = Range.open(path, id)) {
          return Optional.of(range.patch(0).change().patch());
        } catch (GitException e) {
          continue;
        }
      }
      return Optional.empty();
    });
  }

  /** A commit to be mailed. */
  public Optional<Formatted> formatted(InHistory commit) {
    for (Path path : paths) {
      try (Range range = Range.open(path, commit.id().hex())) {
        return Optional.of(range.formatted(0));
      } catch (GitException e) {
        continue;
      }
    }
    return Optional.empty();
  }

  /** Who wrote the lines that a commit changes or encloses, the most first. Nothing when that cannot be told. */
  public List<Origin> origins(InHistory commit) {
    Optional<Patch> patch = patch(commit);
    if (patch.isEmpty()) return List.of();
    return with(commit.id(), (repository, walk, found) -> found.getParentCount() != 1 ? List.<Origin>of() : origins(repository, found.getParent(0), patch.get()))
        .orElse(List.of());
  }

  private static List<Origin> origins(Repository repository, RevCommit parent, Patch patch) throws IOException {
    Map<String, Integer> written = new LinkedHashMap<>();
    int lines = 0;
    int files = 0;
    for (FileDiff file : patch.files()) {
      Set<Integer> touched = new HashSet<>();
      for (Hunk hunk : file.hunks()) touched.addAll(Overlap.preImageLines(hunk));
      if (file.prePath().isEmpty() || touched.isEmpty() || ++files > FILES) continue;
      BlameResult blame;
      try {
        blame = new BlameCommand(repository).setStartCommit(parent).setFilePath(file.prePath().get()).setFollowFileRenames(true).call();
      } catch (GitAPIException e) {
        throw new IOException(e);
      }
      if (blame == null) continue;
      for (int line : touched) {
        if (line > blame.getResultContents().size()) continue;
        RevCommit source = blame.getSourceCommit(line - 1);
        if (source == null) continue;
        lines++;
        written.merge(source.name(), 1, Integer::sum);
      }
    }
    int all = lines;
    return written.entrySet().stream()
        .map(entry -> new Origin(new CommitId(entry.getKey()), all, entry.getValue()))
        .sorted(Comparator.comparing((Origin origin) -> -origin.written()).thenComparing(Origin::commit))
        .toList();
  }

  /** A file that the branch lacks, or none of the lines that the commit takes out or stands between. */
  @Override
  public Optional<String> hindrance(InHistory commit, Branch branch) {
    Optional<Patch> patch = patch(commit);
    if (patch.isEmpty() || heads.get(branch.name()) == null) return Optional.empty();
    for (FileDiff file : patch.get().files()) {
      if (file.prePath().isEmpty() || file.hunks().isEmpty()) continue;
      Optional<String> text = text(heads.get(branch.name()), file.prePath().get());
      if (text.isEmpty()) return Optional.of(file.prePath().get() + " is not there");
      Set<String> there = new HashSet<>();
      for (String line : text.get().split("\n", -1)) there.add(line.strip());
      for (Hunk hunk : file.hunks()) {
        int lacking = 0;
        int all = 0;
        String first = "";
        for (HunkLine line : hunk.lines()) {
          if (!line.inPreImage() || !Overlap.says(line.text())) continue;
          all++;
          if (there.contains(line.text().strip())) continue;
          lacking++;
          if (first.isEmpty()) first = line.text().strip();
        }
        if (all > 0 && lacking * 2 > all) {
          String function = symbol(hunk.section());
          boolean known = function.isEmpty() || text.get().contains(function + "(");
          return Optional.of(known ? file.prePath().get() + " has no such code: " + first : function + "() is not in " + file.prePath().get());
        }
      }
    }
    return Optional.empty();
  }

  private final Map<String, CommitId> heads = new HashMap<>(); // by branch

  /** Says where a branch ends, so that its code can be looked at. */
  public Code head(Branch branch, CommitId head) {
    heads.put(branch.name(), head);
    return this;
  }

  /** The word before the parenthesis of a function's first line. */
  private static String symbol(String section) {
    int open = section.indexOf('(');
    int end = open;
    while (end > 0 && section.charAt(end - 1) == ' ') end--;
    int from = end;
    while (from > 0 && (Character.isLetterOrDigit(section.charAt(from - 1)) || section.charAt(from - 1) == '_')) from--;
    return open < 0 ? "" : section.substring(from, end);
  }

  /** A file as a commit has it; nothing when it has none, or a huge one. */
  public Optional<String> text(CommitId commit, String path) {
    return with(commit, (repository, walk, found) -> text(repository, found, path));
  }

  private static String text(Repository repository, RevCommit commit, String path) throws IOException {
    try (TreeWalk tree = TreeWalk.forPath(repository, path, commit.getTree())) {
      if (tree == null) return null;
      ObjectLoader loader = repository.open(tree.getObjectId(0));
      return loader.getSize() > LARGEST ? null : new String(loader.getBytes(), StandardCharsets.UTF_8);
    }
  }

  /** A file after a commit that changed it. */
  public record Version(CommitId commit, String title, String author, Instant committed, String text) {}

  /** Every version of a file, oldest first, in the first repository that has it; along all parents. */
  public List<Version> versions(String path) {
    for (Repository repository : repositories()) {
      try (RevWalk walk = new RevWalk(repository)) {
        ObjectId head = repository.resolve("HEAD");
        if (head == null) continue;
        walk.markStart(walk.parseCommit(head));
        walk.setTreeFilter(AndTreeFilter.create(PathFilter.create(path), TreeFilter.ANY_DIFF));
        List<Version> versions = new ArrayList<>();
        for (RevCommit commit; (commit = walk.next()) != null; ) {
          String text = text(repository, commit, path);
          versions.add(0, new Version(
              new CommitId(commit.name()), commit.getShortMessage(), commit.getAuthorIdent().getName() + " <" + commit.getAuthorIdent().getEmailAddress() + ">",
              Instant.ofEpochSecond(Integer.toUnsignedLong(commit.getCommitTime())), text == null ? "" : text));
        }
        if (!versions.isEmpty()) return versions;
      } catch (IOException e) {
        continue;
      }
    }
    return List.of();
  }

  /** Full ids of a range {@code A..B} of the first repository that knows both ends, oldest first. */
  public List<CommitId> range(String range) {
    GitException last = null;
    for (Path path : paths) {
      try (Range found = Range.open(path, range)) {
        return found.ids();
      } catch (GitException e) {
        last = e;
      }
    }
    if (last != null) throw last;
    throw new GitException(range + ": no repository is indexed; lockkeeper lineage index REPO");
  }

  /** Whether a commit can be reached from another; nothing when no repository has both. */
  public Optional<Boolean> isBelow(CommitId ancestor, CommitId base) {
    return with(base, (repository, walk, found) -> {
      RevCommit other = walk.parseCommit(ObjectId.fromString(ancestor.hex()));
      return walk.isMergedInto(other, walk.parseCommit(found));
    });
  }

  /** {@code commit}, {@code tree}, {@code blob} or {@code tag}: what an id, full or abbreviated, names; nothing when nobody has it. */
  public Optional<String> type(CommitId id) {
    for (Repository repository : repositories()) {
      try (var reader = repository.newObjectReader()) {
        for (ObjectId found : reader.resolve(org.eclipse.jgit.lib.AbbreviatedObjectId.fromString(id.hex())))
          return Optional.of(org.eclipse.jgit.lib.Constants.typeString(reader.open(found).getType()));
      } catch (IOException | IllegalArgumentException e) {
        continue;
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    for (Repository repository : open) repository.close();
    open.clear();
  }
}
