// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import keeper.patch.Apply;
import keeper.patch.BlobId;
import keeper.patch.CommitId;
import keeper.patch.FileDiff;
import keeper.patch.Patch;
import keeper.patch.Placement;
import keeper.patch.StatedBase;
import keeper.review.Attempt;
import keeper.review.Base;
import keeper.review.Maintainers;
import keeper.review.Patched;
import keeper.review.Responsible;
import keeper.series.PostedPatch;
import keeper.series.Series;
import keeper.text.SourceText;
import keeper.text.Tree;
import org.eclipse.jgit.errors.AmbiguousObjectException;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.AbbreviatedObjectId;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/**
 * The trees that a patch may be based on, in order: plain folders, and git repositories with a revision. Finding a base says
 * of every tree why it was taken or not.
 */
public final class Trees implements AutoCloseable {
  /** One place to look in: a folder has no repository. */
  private record Place(Tree tree, Optional<Repository> repository, String name, Path folder, FactsFile facts, TreeOrder.Called called) {}

  /**
   * A tree as a person has set it up.
   *
   * @param tree {@code PATH} or {@code PATH@REV}
   * @param name what people call it; may be empty
   * @param url where it comes from; may be empty
   * @param listed whether a patch is tried on it though nothing names it
   */
  public record Source(String tree, String name, String url, boolean listed) {}

  private static final int MOST_COMMITS = 20_000; // of history that are looked through for a blob
  private static final int MOST_CANDIDATES = 500; // of those, with the first file as wanted

  private final List<Place> places;

  private Trees(List<Place> places) {
    this.places = places;
  }

  /**
   * Opens trees as people name them: {@code PATH} of a folder or of a git repository (work tree or bare; its HEAD is meant), or
   * {@code PATH@REV}.
   *
   * @throws GitException when one is not there, or has no such revision
   */
  public static Trees open(List<String> names) {
    return open(names, FactsFolder.none());
  }

  /**
   * The same, with what is kept of them.
   *
   * @param facts where to look for it
   */
  public static Trees open(List<String> names, FactsFolder facts) {
    return ofSources(names.stream().map(name -> new Source(name, "", "", true)).toList(), facts);
  }

  /** The same, of trees that have names of their own. */
  public static Trees ofSources(List<Source> sources, FactsFolder facts) {
    List<Place> places = new ArrayList<>();
    Trees trees = new Trees(places);
    try {
      for (Source source : sources) places.add(place(source, facts));
      return trees;
    } catch (RuntimeException e) {
      trees.close();
      throw e;
    }
  }

  /** No trees at all: hunks are all there is. */
  public static Trees none() {
    return new Trees(List.of());
  }

  /** The trees, in order. */
  public List<Tree> all() {
    return places.stream().map(Place::tree).toList();
  }

  /** A tree's own folder. */
  Path folder(int index) {
    return places.get(index).folder();
  }

  private static Place place(Source source, FactsFolder facts) {
    String name = source.tree();
    Path whole = Path.of(name);
    if (Files.isDirectory(whole)) {
      if (!Jgit.isRepository(whole)) {
        Tree tree = FolderTree.at(whole, facts);
        return new Place(tree, Optional.empty(), tree.name(), real(whole), FactsFile.none(), called(source, tree.name(), "", List.of()));
      }
      return repository(source, whole, "HEAD", facts);
    }
    int at = name.lastIndexOf('@');
    Path folder = at > 0 ? Path.of(name.substring(0, at)) : null;
    if (folder == null || !Files.isDirectory(folder))
      throw new GitException(name + ": no such folder; name a kernel tree, or a git repository with @REV");
    if (!Jgit.isRepository(folder))
      throw new GitException(folder + ": no git repository, so it has no revision " + name.substring(at + 1) + "; leave @… out");
    return repository(source, folder, name.substring(at + 1), facts);
  }

  private static TreeOrder.Called called(Source source, String folder, String revision, List<String> remotes) {
    List<String> names = new ArrayList<>(List.of(folder.toLowerCase(Locale.ROOT)));
    if (!source.name().isEmpty()) names.add(source.name().toLowerCase(Locale.ROOT));
    List<String> urls = new ArrayList<>(remotes);
    if (!source.url().isEmpty()) urls.add(source.url());
    return new TreeOrder.Called(names, revision.toLowerCase(Locale.ROOT), urls, source.listed());
  }

  private static Path real(Path folder) {
    try {
      return folder.toRealPath();
    } catch (IOException e) {
      throw new GitException(folder + ": cannot be read (" + Jgit.reason(e) + "); check the path and its rights", e);
    }
  }

  private static Place repository(Source source, Path folder, String revision, FactsFolder facts) {
    Repository repository = Jgit.open(folder);
    boolean fine = false;
    try {
      RevCommit commit = Revisions.commit(repository, revision, folder.toString());
      Path real = folder.toRealPath();
      String name = real.getFileName() == null ? real.toString() : real.getFileName().toString();
      if (name.endsWith(".git") && name.length() > 4) name = name.substring(0, name.length() - 4);
      FactsFile kept = facts.open(real);
      fine = true;
      List<String> urls = new ArrayList<>();
      for (String remote : repository.getRemoteNames()) {
        String url = repository.getConfig().getString("remote", remote, "url");
        if (url != null) urls.add(url);
      }
      String branch = revision.equals("HEAD") ? String.valueOf(repository.getBranch()) : revision;
      return new Place(GitTree.of(repository, commit, name, kept), Optional.of(repository), name, real, kept, called(source, name, branch, urls));
    } catch (IOException e) {
      throw new GitException(folder + ": cannot be read (" + Jgit.reason(e) + "); try git fsck there", e);
    } finally {
      if (!fine) repository.close();
    }
  }

  /**
   * Finds patches that a series says it stands on.
   *
   * @see keeper.patch.PatchId
   */
  @FunctionalInterface
  public interface Prerequisites {
    /** The patch with this id, where somebody has posted it. */
    Optional<Patch> patch(String patchId);

    /** Nobody knows any. */
    Prerequisites NONE = id -> Optional.empty();
  }

  /** The base of a lone patch. @param text where a {@code base-commit:} line may stand */
  public Base baseOf(Patch patch, String text) {
    return baseOf(List.of(patch), StatedBase.of(text).commit());
  }

  /** The base of a series: of its first part, with what later parts touch first looked at too. */
  public Base baseOf(Series series) {
    return baseOf(series, Prerequisites.NONE);
  }

  /** The base of a series that may stand on patches which are not applied yet. */
  public Base baseOf(Series series, Prerequisites prerequisites) {
    List<Patch> patches = series.parts().values().stream().map(PostedPatch::patch).toList();
    StatedBase stated = series.cover().map(cover -> StatedBase.of(cover.body())).orElse(NOTHING_STATED);
    for (PostedPatch part : series.parts().values()) {
      if (stated.commit().isEmpty()) stated = StatedBase.of(part.mail().body());
    }
    return baseOf(patches, series.parts().values().stream().flatMap(part -> part.mail().subject().prefixes().stream()).distinct().toList(), stated, prerequisites);
  }

  private static final StatedBase NOTHING_STATED = new StatedBase(Optional.empty(), List.of(), Optional.empty());

  /**
   * The base of patches that follow one another: (1) the commit they name, (2) a tree where the blobs of their index lines stand,
   * (3) a commit of a tree's history where they stood, (4) a repository that has these blobs among its objects, as the one in which the
   * patch was made does, (5) a tree to which they apply: one that the subject names, one that MAINTAINERS names, then the others in their
   * order; else the hunks alone.
   */
  public Base baseOf(List<Patch> patches, Optional<CommitId> stated) {
    return baseOf(patches, List.of(), new StatedBase(stated, List.of(), Optional.empty()), Prerequisites.NONE);
  }

  private Base baseOf(List<Patch> patches, List<String> prefixes, StatedBase stated, Prerequisites prerequisites) {
    List<Attempt> attempts = new ArrayList<>();
    List<FileDiff> firsts = firsts(patches);
    if (firsts.isEmpty()) return new Base.HunksOnly(List.of(new Attempt("patch", "touches no text file")));
    if (stated.commit().isPresent()) {
      for (Place place : places) {
        if (place.repository().isEmpty()) continue;
        Optional<GitTree> tree = commit(place, stated.commit().get(), attempts);
        if (tree.isEmpty()) continue;
        Tree prepared = stated.prerequisites().isEmpty() ? tree.get() : prepared(tree.get(), stated.prerequisites(), prerequisites, attempts);
        if (fits(prepared, patches, attempts, "the commit that base-commit names"))
          return new Base.Found(Base.Kind.BASE_COMMIT, prepared, tree.get().commit(), attempts);
      }
    }
    for (Place place : places) {
      if (blobsStand(place.tree(), firsts, attempts))
        return new Base.Found(Base.Kind.BLOB, place.tree(), commitOf(place.tree()), attempts);
    }
    for (Place place : places) {
      if (place.repository().isEmpty()) continue;
      Optional<GitTree> tree = inHistory(place, firsts, attempts);
      if (tree.isPresent()) return new Base.Found(Base.Kind.BLOB, tree.get(), tree.get().commit(), attempts);
    }
    for (Place place : places) {
      Optional<GitTree> tree = objects(place, firsts);
      if (tree.isPresent() && fits(tree.get(), patches, attempts, "has the blobs that the patch was made on among its objects"))
        return new Base.Found(Base.Kind.BLOB, tree.get(), commitOf(tree.get()), attempts);
    }
    for (Map.Entry<Integer, String> turn : TreeOrder.of(places.stream().map(Place::called).toList(), prefixes, responsible(patches), attempts).entrySet()) {
      Tree tree = places.get(turn.getKey()).tree();
      if (fits(tree, patches, attempts, turn.getValue().isEmpty() ? "it applies" : "it applies; " + turn.getValue()))
        return new Base.Found(Base.Kind.TREE, tree, commitOf(tree), attempts);
    }
    return new Base.HunksOnly(attempts);
  }

  /** As the first tree says that has a MAINTAINERS file. */
  private Responsible responsible(List<Patch> patches) {
    Set<String> paths = new LinkedHashSet<>();
    for (Patch patch : patches)
      for (FileDiff file : patch.files()) {
        file.prePath().ifPresent(paths::add);
        file.postPath().ifPresent(paths::add);
      }
    for (Place place : places) {
      Responsible found = Maintainers.of(place.tree()).of(paths);
      if (!found.sections().isEmpty()) return found;
    }
    return new Responsible(List.of());
  }

  /** The tree with the patches applied that the series stands on; those that nobody knows, or that do not apply, are left out. */
  private static Tree prepared(GitTree tree, List<String> ids, Prerequisites prerequisites, List<Attempt> attempts) {
    Map<String, Optional<SourceText>> files = new HashMap<>();
    int known = 0;
    for (String id : ids) {
      Optional<Patch> patch = prerequisites.patch(id);
      if (patch.isEmpty()) {
        attempts.add(new Attempt(tree.name(), "prerequisite-patch-id " + brief(id) + " is not known here"));
        continue;
      }
      Map<String, Optional<SourceText>> with = new HashMap<>(files);
      Optional<String> refused = applied(tree, patch.get(), with);
      if (refused.isPresent()) {
        attempts.add(new Attempt(tree.name(), "prerequisite-patch-id " + brief(id) + ": " + refused.get()));
        continue;
      }
      files = with;
      known++;
    }
    if (known == 0) return tree;
    attempts.add(new Attempt(tree.name(), known + " of " + ids.size() + " prerequisite patches applied"));
    List<SourceText> changed = new ArrayList<>();
    Set<String> gone = new HashSet<>();
    files.forEach((path, text) -> {
      if (text.isPresent()) changed.add(SourceText.of(path, text.get().bytes()));
      else gone.add(path);
    });
    return new Patched(tree, changed, gone);
  }

  private static String brief(String id) {
    return id.length() > 12 ? id.substring(0, 12) : id;
  }

  /** The first diff of each file: its pre-image is the base's. What an earlier part made or renamed is not in the base. */
  private static List<FileDiff> firsts(List<Patch> patches) {
    Map<String, FileDiff> firsts = new LinkedHashMap<>();
    Set<String> made = new HashSet<>();
    for (Patch patch : patches) {
      for (FileDiff file : patch.files()) {
        if (isNoText(file)) continue;
        String path = file.prePath().orElseGet(file::path);
        if (!made.contains(path)) firsts.putIfAbsent(path, file);
        made.add(path);
        made.add(file.path());
      }
    }
    return List.copyOf(firsts.values());
  }

  /** Links, submodules and pictures are no ground to refuse a tree on. */
  private static boolean isNoText(FileDiff file) {
    return file.is("binary") || file.is("symlink") || file.is("submodule");
  }

  private static Optional<GitTree> commit(Place place, CommitId id, List<Attempt> attempts) {
    Repository repository = place.repository().orElseThrow();
    try (ObjectReader objects = repository.newObjectReader(); RevWalk walk = new RevWalk(objects)) {
      for (ObjectId candidate : candidates(objects, id.hex())) {
        try {
          return Optional.of(GitTree.of(repository, walk.parseCommit(candidate), place.name(), place.facts()));
        } catch (IncorrectObjectTypeException | MissingObjectException e) {
          continue; // a blob or a tree may begin with the same digits
        }
      }
      attempts.add(new Attempt(place.name(), "has no commit " + id.brief() + ", which base-commit names"));
    } catch (IOException e) {
      attempts.add(new Attempt(place.name(), "cannot be read: " + Jgit.reason(e)));
    }
    return Optional.empty();
  }

  private static Iterable<ObjectId> candidates(ObjectReader objects, String hex) throws IOException {
    if (hex.length() > 40) return List.of();
    try {
      return objects.resolve(AbbreviatedObjectId.fromString(hex));
    } catch (AmbiguousObjectException e) {
      return e.getCandidates();
    }
  }

  /** Every file that the patches change has the id that its index line says. */
  private static boolean blobsStand(Tree tree, List<FileDiff> firsts, List<Attempt> attempts) {
    int compared = 0;
    for (FileDiff file : firsts) {
      Optional<BlobId> blob = file.preBlob().filter(id -> !id.isNone());
      if (file.prePath().isEmpty() || blob.isEmpty()) continue; // a new file, or a diff without index lines
      String path = file.prePath().get();
      Optional<String> id = tree.contentId(path);
      if (id.isPresent() && blob.get().matches(id.get())) {
        compared++;
        continue;
      }
      attempts.add(new Attempt(tree.name(), id.isEmpty()
          ? path + " is not there, or larger than 32 MB"
          : path + " is blob " + id.get().substring(0, 12) + ", the patch was made on " + blob.get()));
      return false;
    }
    if (compared == 0) {
      attempts.add(new Attempt(tree.name(), "the patch has no blob ids to compare"));
      return false;
    }
    attempts.add(new Attempt(tree.name(), "has the blobs that the patch was made on"));
    return true;
  }

  /** The tree with the files as the index lines name them, wherever in the repository they are; empty when one is missing. */
  private static Optional<GitTree> objects(Place place, List<FileDiff> firsts) {
    if (place.repository().isEmpty() || !(place.tree() instanceof GitTree tree)) return Optional.empty();
    Map<String, ObjectId> blobs = new HashMap<>();
    try (ObjectReader objects = place.repository().get().newObjectReader()) {
      for (FileDiff file : firsts) {
        Optional<BlobId> blob = file.preBlob().filter(id -> !id.isNone());
        if (file.prePath().isEmpty()) continue;
        if (blob.isEmpty()) return Optional.empty();
        for (ObjectId candidate : candidates(objects, blob.get().hex()))
          if (isBlob(objects, candidate)) blobs.putIfAbsent(file.prePath().get(), candidate);
        if (!blobs.containsKey(file.prePath().get())) return Optional.empty();
      }
    } catch (IOException e) {
      return Optional.empty(); // what cannot be read is no base
    }
    return blobs.isEmpty() ? Optional.empty() : Optional.of(tree.with(blobs));
  }

  private static boolean isBlob(ObjectReader objects, ObjectId id) throws IOException {
    try {
      return objects.open(id).getType() == org.eclipse.jgit.lib.Constants.OBJ_BLOB;
    } catch (MissingObjectException e) {
      return false;
    }
  }

  /**
   * The newest commit before a tree's tip in which every file of the patches stands as their index lines say. It is looked for by the
   * first such file; how far, {@link #MOST_COMMITS} says: authors sit on something recent.
   */
  private static Optional<GitTree> inHistory(Place place, List<FileDiff> firsts, List<Attempt> attempts) {
    Repository repository = place.repository().orElseThrow();
    Optional<FileDiff> first = firsts.stream().filter(file -> file.prePath().isPresent() && file.preBlob().filter(id -> !id.isNone()).isPresent()).findFirst();
    if (first.isEmpty() || !(place.tree() instanceof GitTree tip)) return Optional.empty();
    String path = first.get().prePath().get();
    BlobId wanted = first.get().preBlob().get();
    try (ObjectReader objects = repository.newObjectReader(); RevWalk walk = new RevWalk(objects)) {
      if (!has(objects, wanted)) {
        attempts.add(new Attempt(place.name(), "its history has no blob " + wanted + " of " + path));
        return Optional.empty();
      }
      walk.setRetainBody(false);
      walk.markStart(walk.parseCommit(ObjectId.fromString(tip.commit())));
      int walked = 0;
      int candidates = 0;
      String last = "";
      List<Attempt> unused = new ArrayList<>();
      PathInTrees where = new PathInTrees(objects, path);
      for (RevCommit commit; walked < MOST_COMMITS && candidates < MOST_CANDIDATES && (commit = walk.next()) != null; walked++) {
        ObjectId blob = where.in(commit.getTree());
        if (blob == null || !wanted.matches(blob.name())) continue;
        GitTree tree = GitTree.of(repository, commit, place.name());
        candidates++;
        if (!blobsStand(tree, firsts, unused)) {
          last = unused.get(unused.size() - 1).toString();
          continue;
        }
        attempts.add(new Attempt(tree.name(), "has the blobs that the patch was made on, " + walked + (walked == 1 ? " commit" : " commits") + " behind " + tip.name()));
        return Optional.of(tree);
      }
      attempts.add(new Attempt(place.name(), candidates == 0
          ? path + " was not blob " + wanted + " in the last " + walked + " commits"
          : "no commit of the last " + walked + " has all the blobs; the nearest: " + last));
    } catch (IOException e) {
      attempts.add(new Attempt(place.name(), "its history cannot be read: " + Jgit.reason(e)));
    }
    return Optional.empty();
  }

  private static boolean has(ObjectReader objects, BlobId blob) throws IOException {
    return candidates(objects, blob.toString()).iterator().hasNext();
  }

  /** Every part applies, one upon the other. */
  private static boolean fits(Tree tree, List<Patch> patches, List<Attempt> attempts, String words) {
    Map<String, Optional<SourceText>> files = new HashMap<>(); // as the parts so far left them
    for (Patch patch : patches) {
      Optional<String> refused = applied(tree, patch, files);
      if (refused.isEmpty()) continue;
      attempts.add(new Attempt(tree.name(), refused.get()));
      return false;
    }
    attempts.add(new Attempt(tree.name(), words));
    return true;
  }

  /** Applies one patch to the files as the patches before left them; says why not. */
  private static Optional<String> applied(Tree tree, Patch patch, Map<String, Optional<SourceText>> files) {
    for (FileDiff file : patch.files()) {
      if (isNoText(file)) continue;
      String path = file.prePath().orElseGet(file::path);
      Optional<SourceText> before = files.computeIfAbsent(path, tree::file);
      if (file.prePath().isPresent() && before.isEmpty()) return Optional.of(path + " is not there, or larger than 32 MB");
      Placement result = Apply.to(file, before.orElseGet(() -> SourceText.of(path, new byte[0])));
      if (result instanceof Placement.Refused refused) return Optional.of("does not apply: " + refused);
      files.put(path, Optional.empty());
      SourceText after = ((Placement.Applied) result).after();
      file.postPath().ifPresent(post -> files.put(post, Optional.of(after)));
      if (file.is("copy")) files.put(path, before);
    }
    return Optional.empty();
  }

  /**
   * The commit that brought a line of a base's file.
   *
   * @param line from 1
   * @return empty when its history is not at hand, or is cut off before
   */
  public Optional<CommitId> brought(Base.Found base, String path, int line) {
    Optional<SourceText> text = base.commit().isEmpty() ? Optional.empty() : base.tree().file(path);
    if (text.isEmpty() || line < 1 || line > text.get().lines()) return Optional.empty();
    for (Place place : places) {
      if (place.repository().isEmpty() || !has(place.repository().get(), base.commit())) continue;
      return LineHistory.origin(place.repository().get(), base.commit(), text.get(), line).map(id -> new CommitId(id.name()));
    }
    return Optional.empty();
  }

  private static boolean has(Repository repository, String commit) {
    try {
      return repository.getObjectDatabase().has(ObjectId.fromString(commit));
    } catch (IOException e) {
      return false;
    }
  }

  private static String commitOf(Tree tree) {
    return tree instanceof GitTree git ? git.commit() : "";
  }

  @Override
  public void close() {
    for (Place place : places) place.repository().ifPresent(Repository::close);
  }
}
