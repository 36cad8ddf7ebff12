// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lock;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import keeper.c.Variant;
import keeper.text.SourceText;
import keeper.text.Tree;

/** The files of one tree that were looked at, and the kernel's tables. Belongs to one thread. */
public final class Units {
  private static final int MOST_FILES = 16;

  private final Kernel kernel;
  private final Tree tree;
  private final Map<String, Unit> byPath = new LinkedHashMap<>();
  private final OtherFiles others;
  private Unit otherwise; // the last one asked for

  private Units(Kernel kernel, Tree tree, OtherFiles others) {
    this.kernel = kernel;
    this.tree = tree;
    this.others = others;
  }

  /** The tree answers for headers and other files on demand. */
  public static Units of(Kernel kernel, Tree tree) {
    return new Units(kernel, tree, others(kernel, tree, null));
  }

  /**
   * The same, with what is known of the tree's files already.
   *
   * @param known of the tree, or of one that it is but for a few files
   */
  public static Units of(Kernel kernel, Tree tree, OtherFiles known) {
    return new Units(kernel, tree, others(kernel, tree, known));
  }

  /** What a tree's files define for each other, as far as it was asked for. */
  public static OtherFiles others(Kernel kernel, Tree tree) {
    return others(kernel, tree, null);
  }

  private static OtherFiles others(Kernel kernel, Tree tree, OtherFiles known) {
    if (known != null && known.tree() == tree) return known;
    return tree.below().map(below -> others(kernel, below, known).over(tree)).orElseGet(() -> OtherFiles.of(kernel, tree));
  }

  public Unit unit(SourceText text) {
    Unit known = byPath.get(text.path());
    if (known != null && known.text() == text) return known;
    Unit unit = new Unit(others, text, kernel, Unit.Purpose.CHECKED);
    if (byPath.size() >= MOST_FILES) byPath.remove(byPath.keySet().iterator().next());
    byPath.put(text.path(), unit);
    return unit;
  }

  /** The file with the last branch of each {@code #if} group taken, or none where there is no {@code #else}. */
  public Unit otherwise(SourceText text) {
    if (otherwise == null || otherwise.text() != text) otherwise = unit(text).otherwise(Variant.LAST);
    return otherwise;
  }

  /** A file whose uses are counted: by itself and by the headers that it reaches, whatever other .c files define, so it says the same as long as these are the same. Not kept. */
  public Unit counted(SourceText text) {
    return new Unit(others, text, kernel, Unit.Purpose.COUNTED);
  }

  /** The headers that a file reaches, nearest first. */
  public List<String> reach(SourceText text) {
    return List.copyOf(others.reach(text, true));
  }

  /** The tree that these are files of. */
  public Tree tree() {
    return tree;
  }
}
