// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lock;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import keeper.c.Function;
import keeper.c.Outline;
import keeper.c.Prototype;
import keeper.c.ScopeClass;
import keeper.rule.LockApi;
import keeper.text.Kept;
import keeper.text.Place;
import keeper.text.SourceText;
import keeper.text.Tree;

/**
 * What the files of a tree define for each other: found by name, read when somebody asks, and kept, so that the next patch pays nothing. A tree
 * that is another one but for a few files shares what is known of the rest. Safe to ask from several threads.
 *
 * <p>A file sees the headers that it includes, those of {@code include/} that these include by name, and the functions that the files in its own folder and
 * in the one above define; where two define a name, it is not known. A file that is asked by another one sees headers only: knowledge travels over one
 * {@code .c} file.
 */
public final class OtherFiles {
  private static final int MOST_HEADERS = 256; // that one file reaches
  private static final int MOST_NEIGHBOURS = 160; // .c files of a folder; more of them have little to do with each other
  private static final int MOST_CALLERS = 20;
  private static final int MOST_TAGS = 6000;
  private static final int MOST_BYTES = 12 << 20; // of the files whose functions are kept
  private static final int LARGEST = 2 << 20; // bytes of a file that is read for others
  private static final int DEEPEST_INCLUDE = 5;

  private final Kernel kernel;
  private final Tree tree;
  private final OtherFiles below; // null for a tree of its own
  private final Set<String> differing;
  private final boolean headersDiffer;
  private final Map<String, Tags> tags = new LinkedHashMap<>(64, 0.75f, true);
  private final Map<String, List<String>> definers = new HashMap<>(); // of names; of all files that were looked at
  private final Set<String> defined = new HashSet<>(); // those files
  private final Set<String> looked = new HashSet<>(); // folders whose .c files were looked at
  private final Map<String, Unit> units = new LinkedHashMap<>(64, 0.75f, true);
  private final Map<String, Structs> structs = new LinkedHashMap<>(64, 0.75f, true);
  private final Map<String, Optional<FileFacts.Summaries>> summaries = new LinkedHashMap<>(64, 0.75f, true);
  private final Map<String, List<String>> folders = new LinkedHashMap<>(64, 0.75f, true);
  private int bytes; // of the units

  private OtherFiles(Kernel kernel, Tree tree, OtherFiles below) {
    this.kernel = kernel;
    this.tree = tree;
    this.below = below;
    this.differing = below == null ? Set.of() : tree.differing();
    boolean headers = false;
    for (String path : differing) if (path.endsWith(".h")) headers = true;
    this.headersDiffer = headers;
  }

  static OtherFiles of(Kernel kernel, Tree tree) {
    return new OtherFiles(kernel.tables(), tree, null); // what rules say of a function is added where it is called
  }

  /** Those of a tree that differs from the one of these in a few files. */
  OtherFiles over(Tree changed) {
    return new OtherFiles(kernel, changed, this);
  }

  /** Whether they are this tree's. */
  public boolean of(Tree other) {
    return tree == other;
  }

  Tree tree() {
    return tree;
  }

  // ---- what a file names ----

  /** What a file defines; null without the file. */
  synchronized Tags tags(String path) {
    if (below != null && !differing.contains(path)) return below.tags(path);
    if (tags.containsKey(path)) return tags.get(path);
    Optional<FileFacts.Names> kept = tree.kept() == Kept.NONE ? Optional.empty() : tree.contentId(path).flatMap(id -> FileFacts.read(tree.kept().find(FileFacts.namesKey(id)), FileFacts::names));
    if (path.endsWith(".h")) kept.ifPresent(names -> keep(path, names.structs())); // nobody looks for a struct in a .c file
    Tags found = kept.map(FileFacts.Names::tags).orElseGet(() -> tree.file(path).filter(OtherFiles::isReadForOthers).map(text -> Tags.of(text.bytes())).orElse(null));
    tags.put(path, found);
    trim(tags, MOST_TAGS);
    if (found != null && defined.add(path))
      for (Map.Entry<String, Integer> name : found.names().entrySet()) if (!isHidden(path, name.getValue())) definers.merge(name.getKey(), List.of(path), OtherFiles::joined);
    return found;
  }

  private static boolean isHidden(String path, int kinds) {
    return path.endsWith(".c") && ((kinds & Tags.FUNCTION) == 0 || (kinds & Tags.STATIC) != 0);
  }

  private static List<String> joined(List<String> a, List<String> b) {
    List<String> all = new ArrayList<>(a);
    all.addAll(b);
    return all;
  }

  /** The files looked at so far that define a name, perhaps in another state of the tree. */
  private synchronized List<String> definers(String name) {
    List<String> here = definers.getOrDefault(name, List.of());
    if (below == null) return here;
    List<String> there = below.definers(name);
    return here.isEmpty() ? there : there.isEmpty() ? here : joined(there, here);
  }

  static boolean isReadForOthers(SourceText text) {
    return text.length() <= LARGEST;
  }

  private static void trim(Map<String, ?> map, int most) {
    while (map.size() > most) map.remove(map.keySet().iterator().next());
  }

  /**
   * The headers that a file reaches, nearest first: those it names, what those outside of {@code include/} name in turn.
   *
   * @param own the text is the tree's
   */
  Set<String> reach(SourceText text, boolean own) {
    Tags known = own ? tags(text.path()) : null;
    return reach(text.path(), known == null ? Tags.of(text.bytes()) : known);
  }

  private Set<String> reach(String start, Tags own) {
    Set<String> found = new LinkedHashSet<>();
    List<String> level = List.of(start);
    for (int depth = 0; depth < DEEPEST_INCLUDE && !level.isEmpty(); depth++) {
      List<String> next = new ArrayList<>();
      for (String path : level) {
        Tags named = depth == 0 ? own : tags(path);
        if (named == null) continue;
        for (String include : named.includes()) {
          String header = resolve(path, include);
          if (header == null || found.size() >= MOST_HEADERS || !found.add(header)) continue;
          if (!header.startsWith("include/")) next.add(header);
        }
      }
      level = next;
    }
    return found;
  }

  private String resolve(String from, String include) {
    String name = include.substring(1);
    if (name.isEmpty() || name.length() > 200) return null;
    String folder = folder(from);
    String[] places;
    if (include.charAt(0) == '"') places = new String[] {folder + name, "include/" + name, folder(folder.isEmpty() ? "" : folder.substring(0, folder.length() - 1)) + name, folder + "include/" + name};
    else if (name.startsWith("asm/") && from.startsWith("arch/") && from.indexOf('/', 5) > 0) places = new String[] {from.substring(0, from.indexOf('/', 5)) + "/include/" + name};
    else places = new String[] {"include/" + name};
    for (String place : places) {
      String path = plain(place);
      if (path != null && tags(path) != null) return path;
    }
    return null;
  }

  private static String folder(String path) {
    return path.substring(0, path.lastIndexOf('/') + 1);
  }

  /** Without {@code ..}; null when it leads out of the tree. */
  private static String plain(String path) {
    if (!path.contains("..") && !path.contains("/./") && !path.startsWith("./")) return path;
    List<String> parts = new ArrayList<>();
    for (String part : path.split("/")) {
      if (part.equals(".") || part.isEmpty()) continue;
      if (!part.equals("..")) parts.add(part);
      else if (parts.isEmpty()) return null;
      else parts.remove(parts.size() - 1);
    }
    return String.join("/", parts);
  }

  /** The .c files of a folder, with its slash; none when there are too many. */
  private synchronized List<String> neighbours(String folder) {
    if (below != null) {
      boolean here = false;
      for (String path : differing) if (folder(path).equals(folder)) here = true;
      if (!here) return below.neighbours(folder);
    }
    List<String> known = folders.get(folder);
    if (known != null) return known;
    List<String> found = folder.isEmpty() ? List.of() : tree.files(folder.substring(0, folder.length() - 1), ".c");
    if (found.size() > MOST_NEIGHBOURS) found = List.of();
    folders.put(folder, found);
    trim(folders, 256);
    return found;
  }

  // ---- where a name is defined ----

  /** The header of those that a file reaches which has a name in one of these ways; null without one, and when several have it. */
  private String header(Set<String> reach, String name, int kinds) {
    String found = null;
    for (String path : definers(name)) {
      if (path.equals(found) || !reach.contains(path)) continue;
      Tags tags = tags(path);
      if (tags == null || (tags.kinds(name) & kinds) == 0) continue;
      if (found != null) return null;
      found = path;
    }
    return found;
  }

  /** The file near this one that defines a function for others; null without one, and when several do. */
  private String neighbour(String from, String name) {
    String folder = folder(from);
    for (int up = 0; up < 2 && folder.length() > 1; up++) {
      lookAt(folder);
      String found = null;
      int count = 0;
      for (String path : definers(name)) {
        if (path.equals(from) || path.equals(found) || !path.endsWith(".c") || !folder(path).equals(folder)) continue;
        Tags tags = tags(path);
        int kinds = tags == null ? 0 : tags.kinds(name);
        if ((kinds & Tags.FUNCTION) == 0 || (kinds & Tags.STATIC) != 0 || !neighbours(folder).contains(path)) continue;
        found = path;
        count++;
      }
      if (count > 0) return count == 1 ? found : null;
      folder = folder(folder.substring(0, folder.length() - 1));
      if (folder.indexOf('/') == folder.length() - 1) break; // drivers/ and the like hold nothing in common
    }
    return null;
  }

  private synchronized void lookAt(String folder) {
    if (looked.add(folder)) for (String path : neighbours(folder)) tags(path);
  }

  // ---- what it does ----

  /** What a call does whose function is not of the calling file; empty where that is not known. */
  Optional<Summary> summary(String name, Unit from) {
    String header = header(from.reach(), name, Tags.FUNCTION | Tags.MACRO);
    if (header != null) return summary(header, name);
    Optional<Summary> found = Optional.empty();
    if (from.isChecked()) {
      String neighbour = neighbour(from.text().path(), name);
      if (neighbour != null) found = summary(neighbour, name);
    }
    if (found.isEmpty()) {
      String declared = header(from.reach(), name, Tags.CONTRACT);
      if (declared != null) found = contract(declared, name);
    }
    return found;
  }

  private synchronized Optional<Summary> summary(String path, String name) {
    if (shared(path)) return below.summary(path, name);
    Optional<FileFacts.Summaries> known = keptSummaries(path);
    if (known.isPresent()) return known.get().of(name);
    Unit unit = unit(path);
    return unit == null || !unit.offers(name) ? Optional.empty() : unit.summary(name);
  }

  /** The summaries of a file as they were kept; empty when they are not. */
  private Optional<FileFacts.Summaries> keptSummaries(String path) {
    if (tree.kept() == Kept.NONE) return Optional.empty();
    Optional<FileFacts.Summaries> known = summaries.get(path);
    if (known != null) return known;
    known = FileFacts.read(summariesKey(path).flatMap(tree.kept()::find), FileFacts::summaries);
    summaries.put(path, known);
    trim(summaries, 1000);
    return known;
  }

  /** Under which key a file's summaries are kept; empty without the file. */
  synchronized Optional<byte[]> summariesKey(String path) {
    Optional<String> id = tree.contentId(path);
    Tags tags = id.isEmpty() ? null : tags(path);
    if (tags == null) return Optional.empty();
    List<String> reached = new ArrayList<>();
    for (String header : reach(path, tags)) {
      reached.add(header);
      reached.add(tree.contentId(header).orElse(""));
    }
    return Optional.of(FileFacts.summariesKey(kernel, path, id.get(), reached));
  }

  private synchronized Optional<Summary> contract(String path, String name) {
    if (shared(path)) return below.contract(path, name);
    Unit unit = unit(path);
    if (unit == null) return Optional.empty();
    for (Prototype prototype : unit.outline().prototypes()) if (prototype.name().equals(name)) return Contracts.summary(prototype, unit);
    return Optional.empty();
  }

  /** The declaration that says of a function which locks it wants; empty without one. */
  synchronized Optional<Prototype> declared(String name, Unit from) {
    String path = header(from.reach(), name, Tags.CONTRACT);
    if (path == null) return Optional.empty();
    return prototype(path, name);
  }

  private synchronized Optional<Prototype> prototype(String path, String name) {
    if (shared(path)) return below.prototype(path, name);
    Unit unit = unit(path);
    if (unit == null) return Optional.empty();
    return unit.outline().prototypes().stream().filter(prototype -> prototype.name().equals(name)).findFirst();
  }

  /** Whether a file and all that it sees are as in the tree below. */
  private boolean shared(String path) {
    return below != null && !headersDiffer && !differing.contains(path);
  }

  private Unit unit(String path) {
    if (units.containsKey(path)) return units.get(path);
    Optional<SourceText> text = tree.file(path).filter(OtherFiles::isReadForOthers);
    Unit unit = text.map(t -> new Unit(this, t, kernel, Unit.Purpose.CALLED)).orElse(null);
    units.put(path, unit);
    if (unit != null) bytes += unit.text().length();
    while (bytes > MOST_BYTES && units.size() > 1) {
      String oldest = units.keySet().iterator().next();
      Unit gone = units.remove(oldest);
      if (gone != null) bytes -= gone.text().length();
    }
    return unit;
  }

  /**
   * A call of a function in another file.
   *
   * @param at where
   * @param function which stands in this one
   * @param holding whether the lock in question is held for it
   */
  public record Caller(Place at, String function, Holding holding) {}

  /** The calls of a file's function in its folder's other files, with what is known there of a lock of this type. */
  List<Caller> callers(String name, String lockType, String from) {
    List<Caller> found = new ArrayList<>();
    for (String path : neighbours(folder(from))) if (!path.equals(from) && found.size() < MOST_CALLERS) found.addAll(callersIn(path, name, lockType));
    return found;
  }

  /** The other files of a file's folder in which a name stands. */
  List<String> mentioning(String name, String from) {
    List<String> found = new ArrayList<>();
    for (String path : neighbours(folder(from))) if (!path.equals(from) && found.size() < MOST_CALLERS && isMentioned(path, name)) found.add(path);
    return found;
  }

  private synchronized boolean isMentioned(String path, String name) {
    return shared(path) ? below.isMentioned(path, name) : mentions(path, name);
  }

  private synchronized List<Caller> callersIn(String path, String name, String lockType) {
    if (shared(path)) return below.callersIn(path, name, lockType);
    if (!mentions(path, name)) return List.of();
    Unit unit = unit(path);
    return unit == null ? List.of() : unit.callersOf(name, lockType);
  }

  private boolean mentions(String path, String name) {
    if (units.get(path) != null) return units.get(path).mentionsWord(name);
    return tree.file(path).filter(OtherFiles::isReadForOthers).map(text -> new String(text.bytes(), java.nio.charset.StandardCharsets.ISO_8859_1).contains(name)).orElse(false);
  }

  /** A guard class that the file or a header it reaches defines; empty when it cannot be told. */
  Optional<LockApi.Entry> guard(String type, Unit from) {
    Optional<LockApi.Entry> own = guard(type, from.outline(), from);
    if (own.isPresent()) return own;
    String header = header(from.reach(), type, Tags.SCOPE);
    return header == null ? Optional.empty() : guardOf(header, type);
  }

  private synchronized Optional<LockApi.Entry> guardOf(String path, String type) {
    if (shared(path)) return below.guardOf(path, type);
    Unit unit = unit(path);
    return unit == null ? Optional.empty() : guard(type, unit.outline(), unit);
  }

  private static Optional<LockApi.Entry> guard(String type, Outline outline, Unit unit) {
    for (ScopeClass scope : outline.scopeClasses()) {
      if (!scope.name().equals(type)) continue;
      ScopeClass base = scope;
      if (!scope.base().isEmpty()) for (ScopeClass other : outline.scopeClasses()) if (other.name().equals(scope.base())) base = other;
      return Guards.entry(scope, base, unit);
    }
    return Optional.empty();
  }

  /** The members of a struct that a header of these defines, or null. */
  Map<String, Structs.Member> structMembers(String struct, Unit from) {
    for (String path : from.reach()) {
      Tags tags = tags(path);
      if (tags == null || (tags.kinds(struct) & Tags.STRUCT) == 0) continue;
      Map<String, Structs.Member> members = structs(path).members(struct);
      if (members != null) return members;
    }
    return null;
  }

  /** The header of those that a file reaches which defines a struct; empty without one. */
  String structHome(String struct, Unit from) {
    for (String path : from.reach()) {
      Tags tags = tags(path);
      if (tags != null && (tags.kinds(struct) & Tags.STRUCT) != 0 && structs(path).members(struct) != null) return path;
    }
    return "";
  }

  synchronized Structs structs(String path) {
    if (below != null && !differing.contains(path)) return below.structs(path);
    Structs known = structs.get(path);
    if (known != null) return known;
    return keep(path, Structs.of(tree.file(path).orElseGet(() -> SourceText.of(path, ""))));
  }

  private Structs keep(String path, Structs read) {
    structs.put(path, read);
    trim(structs, 512);
    return read;
  }

  /** The function of a unit that a call in another file may mean. */
  static boolean visible(Function function, String path) {
    return !function.isStatic() || path.endsWith(".h");
  }
}
