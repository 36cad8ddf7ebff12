// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.review;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import keeper.text.ContentId;
import keeper.text.Kept;
import keeper.text.SourceText;
import keeper.text.Tree;

/** A tree with some of its files replaced, added or taken away; the rest is asked of the tree below. */
public final class Patched implements Tree {
  private final Tree below;
  private final Map<String, SourceText> changed;
  private final Set<String> gone;

  public Patched(Tree below, Collection<SourceText> changed, Set<String> gone) {
    this.below = below;
    this.changed = new TreeMap<>();
    for (SourceText text : changed) this.changed.put(text.path(), text);
    this.gone = Set.copyOf(gone);
  }

  @Override
  public Optional<SourceText> file(String path) {
    SourceText text = changed.get(path);
    if (text != null) return Optional.of(text);
    return gone.contains(path) ? Optional.empty() : below.file(path);
  }

  @Override
  public Optional<String> contentId(String path) {
    SourceText text = changed.get(path);
    if (text != null) return Optional.of(ContentId.blob(text.bytes()));
    return gone.contains(path) ? Optional.empty() : below.contentId(path);
  }

  @Override
  public List<String> paths(String folder, String suffix) {
    Set<String> paths = new TreeSet<>(below.paths(folder, suffix));
    paths.removeAll(gone);
    String prefix = folder.isEmpty() ? "" : folder + "/";
    for (String path : changed.keySet()) if (path.startsWith(prefix) && path.endsWith(suffix)) paths.add(path);
    return List.copyOf(paths);
  }

  @Override
  public List<String> files(String folder, String suffix) {
    Set<String> files = new TreeSet<>(below.files(folder, suffix));
    files.removeAll(gone);
    String prefix = folder.isEmpty() ? "" : folder + "/";
    for (String path : changed.keySet()) if (path.startsWith(prefix) && path.indexOf('/', prefix.length()) < 0 && path.endsWith(suffix)) files.add(path);
    return List.copyOf(files);
  }

  @Override
  public Optional<Tree> below() {
    return Optional.of(below);
  }

  @Override
  public Set<String> differing() {
    Set<String> paths = new TreeSet<>(changed.keySet());
    paths.addAll(gone);
    return paths;
  }

  @Override
  public Optional<Boolean> has(String commit) {
    return below.has(commit);
  }

  @Override
  public Kept kept() {
    return below.kept();
  }

  @Override
  public String name() {
    return below.name();
  }
}
