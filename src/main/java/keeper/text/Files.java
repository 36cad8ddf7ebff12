// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.text;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A tree that is all in memory: the few files that somebody has in hand.
 *
 * @param name for people
 * @param byPath each file under its own path
 */
public record Files(String name, SortedMap<String, SourceText> byPath) implements Tree {
  /** No file at all. */
  public static final Files NONE = new Files("nothing", Collections.emptySortedMap());

  public Files {
    byPath = Collections.unmodifiableSortedMap(new TreeMap<>(byPath));
  }

  public static Files of(String name, Collection<SourceText> texts) {
    SortedMap<String, SourceText> byPath = new TreeMap<>();
    for (SourceText text : texts) byPath.put(text.path(), text);
    return new Files(name, byPath);
  }

  @Override
  public Optional<SourceText> file(String path) {
    return Optional.ofNullable(byPath.get(path));
  }

  @Override
  public Optional<String> contentId(String path) {
    return file(path).map(text -> ContentId.blob(text.bytes()));
  }

  @Override
  public List<String> paths(String folder, String suffix) {
    String prefix = folder.isEmpty() ? "" : folder + "/";
    return byPath.keySet().stream().filter(path -> path.startsWith(prefix) && path.endsWith(suffix)).toList();
  }
}
