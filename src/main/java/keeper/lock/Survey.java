// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lock;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import keeper.text.SourceText;
import keeper.text.Tree;

/**
 * Goes through the files of a tree and says what is to be kept of each. Headers first, then the rest: a file asks for the headers that it reaches. Belongs
 * to one thread; several may share the work.
 */
public final class Survey {
  /**
   * What is kept, by its key.
   *
   * @param known it was kept before
   */
  public record Entry(byte[] key, byte[] bytes, boolean known) {}

  private final Kernel kernel;
  private final Tree tree;
  private final OtherFiles others;

  private Survey(Kernel kernel, Tree tree) {
    this.kernel = kernel;
    this.tree = tree;
    this.others = OtherFiles.of(kernel, tree);
  }

  /** @param tree whose {@link Tree#kept} answers for what was kept before, and for what this survey found so far */
  public static Survey of(Kernel kernel, Tree tree) {
    return new Survey(kernel, tree);
  }

  /** The names that a file defines; empty for one that is not looked at for others: too large, or not there. */
  public Optional<Entry> names(String path) {
    Optional<String> id = tree.contentId(path);
    if (id.isEmpty()) return Optional.empty();
    byte[] key = FileFacts.namesKey(id.get());
    Optional<byte[]> known = tree.kept().find(key);
    if (known.isPresent()) return Optional.of(new Entry(key, known.get(), true));
    return tree.file(path).filter(OtherFiles::isReadForOthers)
        .map(text -> new Entry(key, FileFacts.names(new FileFacts.Names(Tags.of(text.bytes()), path.endsWith(".h") ? Structs.of(text) : Structs.of(Map.of()))), false));
  }

  /** What the functions of a file do to locks. */
  public Optional<Entry> summaries(String path) {
    Optional<byte[]> key = others.summariesKey(path);
    if (key.isEmpty()) return Optional.empty();
    Optional<byte[]> known = tree.kept().find(key.get());
    if (known.isPresent()) return Optional.of(new Entry(key.get(), known.get(), true));
    return tree.file(path).filter(OtherFiles::isReadForOthers).map(text -> new Entry(key.get(), summaries(text), false));
  }

  private byte[] summaries(SourceText text) {
    Unit unit = new Unit(others, text, kernel, Unit.Purpose.CALLED);
    TreeMap<String, Summary> found = new TreeMap<>();
    for (String name : unit.callable()) {
      Optional<Summary> summary = unit.summary(name);
      if (summary.isPresent() && !summary.get().isQuiet()) found.put(name, summary.get());
    }
    Set<String> missing = new HashSet<>();
    others.tags(text.path()).names().forEach((name, kinds) -> {
      if ((kinds & (Tags.FUNCTION | Tags.MACRO)) != 0 && !unit.offers(name)) missing.add(name);
    });
    return FileFacts.summaries(new FileFacts.Summaries(found, missing));
  }

  /** The summaries in some kept bytes, for people. */
  public static List<Summary> read(byte[] bytes) {
    return FileFacts.read(Optional.of(bytes), FileFacts::summaries).map(all -> List.copyOf(all.loud().values())).orElse(List.of());
  }
}
