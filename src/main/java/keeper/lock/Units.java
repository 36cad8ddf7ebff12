// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lock;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import keeper.c.Function;
import keeper.rule.LockApi;
import keeper.text.SourceText;
import keeper.text.Tree;

/** The files of one tree that were looked at, and the kernel's tables. Belongs to one thread. */
public final class Units {
  private static final int MOST_FILES = 16;

  private final Kernel kernel;
  private final Tree tree;
  private final Map<String, Unit> byPath = new LinkedHashMap<>();
  private final Map<String, Structs> headers = new HashMap<>();
  private final Map<String, List<String>> includes = new HashMap<>();

  private Units(Kernel kernel, Tree tree) {
    this.kernel = kernel;
    this.tree = tree;
  }

  /** The tree answers for headers and other files on demand. */
  public static Units of(Kernel kernel, Tree tree) {
    return new Units(kernel, tree);
  }

  public Unit unit(SourceText text) {
    Unit known = byPath.get(text.path());
    if (known != null && known.text() == text) return known;
    Unit unit = new Unit(this, text, kernel);
    if (byPath.size() >= MOST_FILES) byPath.remove(byPath.keySet().iterator().next());
    byPath.put(text.path(), unit);
    return unit;
  }

  Optional<Summary> summary(String name, Unit from) {
    return Optional.empty();
  }

  Function function(String name, Unit from) {
    return null;
  }

  Optional<LockApi.Entry> guardDefined(String type, Unit from) {
    return Optional.empty();
  }

  Map<String, Structs.Member> structMembers(String struct, Unit from) {
    for (String path : includes(from)) {
      Structs structs = header(path);
      Map<String, Structs.Member> members = structs == null ? null : structs.members(struct);
      if (members != null) return members;
    }
    return null;
  }

  private Structs header(String path) {
    if (headers.containsKey(path)) return headers.get(path);
    Structs structs = tree.file(path).map(Structs::of).orElse(null);
    headers.put(path, structs);
    return structs;
  }

  /** The headers that a file names and the tree has, in order. */
  private List<String> includes(Unit unit) {
    return includes.computeIfAbsent(unit.text().path(), path -> findIncludes(unit.text()));
  }

  private List<String> findIncludes(SourceText text) {
    List<String> found = new ArrayList<>();
    String folder = text.path().contains("/") ? text.path().substring(0, text.path().lastIndexOf('/') + 1) : "";
    for (int line = 1; line <= Math.min(text.lines(), 400); line++) {
      String content = text.lineText(line);
      if (!content.startsWith("#include")) continue;
      int quote = content.indexOf('"');
      int angle = content.indexOf('<');
      if (quote >= 0) {
        int end = content.indexOf('"', quote + 1);
        if (end > 0) found.add(folder + content.substring(quote + 1, end));
      } else if (angle >= 0) {
        int end = content.indexOf('>', angle);
        if (end > 0) found.add("include/" + content.substring(angle + 1, end));
      }
    }
    return found;
  }

  /** The tree that these are files of. */
  public Tree tree() {
    return tree;
  }
}
