// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import keeper.text.Kept;
import keeper.text.SourceText;
import keeper.text.Tree;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.PathFilter;

/** The files of one commit. Links and submodules are not files. */
final class GitTree implements Tree {
  private static final int FILE_LIMIT = 32 << 20;

  private final Repository repository;
  private final ObjectId tree;
  private final String commit;
  private final String name;
  private final Map<String, ObjectId> instead; // files that are taken from other blobs than the commit's
  private final FactsFile facts;

  private GitTree(Repository repository, ObjectId tree, String commit, String name, Map<String, ObjectId> instead, FactsFile facts) {
    this.repository = repository;
    this.tree = tree;
    this.commit = commit;
    this.name = name;
    this.instead = Map.copyOf(instead);
    this.facts = facts;
  }

  /** @param repositoryName for people */
  static GitTree of(Repository repository, RevCommit commit, String repositoryName) {
    return of(repository, commit, repositoryName, FactsFile.none());
  }

  /** @param facts what is kept of this repository's files */
  static GitTree of(Repository repository, RevCommit commit, String repositoryName, FactsFile facts) {
    return new GitTree(repository, commit.getTree(), commit.name(), repositoryName + "@" + commit.name().substring(0, 12), Map.of(), facts);
  }

  /** The same commit with some files as other blobs of the repository have them, by path. */
  GitTree with(Map<String, ObjectId> blobs) {
    return new GitTree(repository, tree, commit, name, blobs, facts);
  }

  @Override
  public Kept kept() {
    return facts.isEmpty() ? Kept.NONE : facts;
  }

  /** The full id. */
  String commit() {
    return commit;
  }

  @Override
  public Optional<SourceText> file(String path) {
    try (ObjectReader objects = repository.newObjectReader()) {
      ObjectId blob = blob(objects, path);
      if (blob == null) return Optional.empty();
      ObjectLoader loader = objects.open(blob, Constants.OBJ_BLOB);
      if (loader.getSize() > FILE_LIMIT) return Optional.empty();
      return Optional.of(SourceText.of(path, loader.getCachedBytes(FILE_LIMIT)));
    } catch (IOException e) {
      return Optional.empty(); // a partial or damaged clone lacks this file, and has others
    }
  }

  @Override
  public Optional<String> contentId(String path) {
    try (ObjectReader objects = repository.newObjectReader()) {
      return Optional.ofNullable(blob(objects, path)).map(ObjectId::name);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private ObjectId blob(ObjectReader objects, String path) throws IOException {
    if (!FolderTree.isRelative(path)) return null;
    if (instead.containsKey(path)) return instead.get(path);
    try (TreeWalk walk = TreeWalk.forPath(objects, path, tree)) {
      return walk != null && isFile(walk) ? walk.getObjectId(0) : null;
    }
  }

  private static boolean isFile(TreeWalk walk) {
    FileMode mode = walk.getFileMode(0);
    return mode.equals(FileMode.REGULAR_FILE) || mode.equals(FileMode.EXECUTABLE_FILE);
  }

  @Override
  public List<String> paths(String folder, String suffix) {
    if (!folder.isEmpty() && !FolderTree.isRelative(folder)) return List.of();
    List<String> found = new ArrayList<>();
    try (TreeWalk walk = new TreeWalk(repository)) {
      walk.addTree(tree);
      walk.setRecursive(true);
      if (!folder.isEmpty()) walk.setFilter(PathFilter.create(folder));
      while (walk.next()) {
        if (isFile(walk) && walk.getPathString().endsWith(suffix)) found.add(walk.getPathString());
      }
    } catch (IOException e) {
      return List.of();
    }
    Collections.sort(found);
    return found;
  }

  @Override
  public List<String> files(String folder, String suffix) {
    if (!folder.isEmpty() && !FolderTree.isRelative(folder)) return List.of();
    List<String> found = new ArrayList<>();
    try (ObjectReader objects = repository.newObjectReader()) {
      ObjectId start = tree;
      if (!folder.isEmpty()) {
        try (TreeWalk walk = TreeWalk.forPath(objects, folder, tree)) {
          if (walk == null || !walk.getFileMode(0).equals(FileMode.TREE)) return List.of();
          start = walk.getObjectId(0);
        }
      }
      String prefix = folder.isEmpty() ? "" : folder + "/";
      try (TreeWalk walk = new TreeWalk(objects)) {
        walk.addTree(start);
        while (walk.next()) if (isFile(walk) && walk.getPathString().endsWith(suffix)) found.add(prefix + walk.getPathString());
      }
    } catch (IOException e) {
      return List.of();
    }
    Collections.sort(found);
    return found;
  }

  @Override
  public Optional<Boolean> has(String other) {
    try (org.eclipse.jgit.revwalk.RevWalk walk = new org.eclipse.jgit.revwalk.RevWalk(repository)) {
      ObjectId id = repository.resolve(other + "^{commit}");
      boolean whole = repository.getObjectDatabase().getShallowCommits().isEmpty();
      if (id == null) return whole ? Optional.of(false) : Optional.empty();
      return walk.isMergedInto(walk.parseCommit(id), walk.parseCommit(ObjectId.fromString(commit))) ? Optional.of(true) : whole ? Optional.of(false) : Optional.empty();
    } catch (IOException | RuntimeException e) {
      return Optional.empty(); // an abbreviation of several, a damaged clone
    }
  }

  @Override
  public String name() {
    return name;
  }
}
