// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import keeper.c.Function;
import keeper.lock.Unit;
import keeper.rule.Rule;

/**
 * How one file treats the members of structs: the uses that it makes, with the locks held for each. Depends on the file, and on the structs of the headers that it names.
 *
 * @param path the file
 * @param uses those in functions that have to do with locks, alike ones of a function as one, in source order
 * @param exports what functions that other files may call do through their parameters
 * @param statics variables, locks among them, that only this file knows, sorted
 * @param remarks comments of struct definitions that name a lock
 * @param others what its other functions mention, sorted: members, variables, {@code name()} of the other files' functions that are handed an address; counted by {@link #rest}, once it
 *     is known which are of interest
 */
public record Census(String path, List<Counted> uses, List<Export> exports, List<String> statics, List<Remark> remarks, List<String> others) {
  public Census {
    uses = List.copyOf(uses);
    exports = List.copyOf(exports);
    statics = List.copyOf(statics);
    remarks = List.copyOf(remarks);
    others = List.copyOf(others);
  }

  /** A use, and how many more like it the function makes; the line is the first one's. */
  public record Counted(Use use, int count) {}

  /**
   * A use of what a parameter points to.
   *
   * @param function whose parameter
   * @param parameter which, from 0
   * @param kind how; {@link Rule.Access#ADDRESS} when it goes on to a function of another file
   * @param on that function's name, else empty
   * @param onParameter the parameter there
   * @param own for each parameter there the one of this function that it gets, or -1
   * @param kept locks that are held for it
   */
  public record Export(String function, int parameter, Rule.Access kind, String on, int onParameter, List<Integer> own, List<Kept> kept) {
    public Export {
      own = List.copyOf(own);
      kept = List.copyOf(kept);
    }
  }

  /** A lock reached from a parameter ({@code igate} from parameter 0), or a global one when the parameter is -1. */
  public record Kept(int parameter, String lock, Use.State state) {}

  /**
   * A comment at a member's declaration that names a lock.
   *
   * @param struct which
   * @param member its name
   * @param lock as the comment writes it: {@code lock}, {@code foo_mutex}
   * @param line where the comment stands
   * @param text the comment, shortened to one line
   */
  public record Remark(String struct, String member, String lock, int line, String text) {}

  /** Of one file. The units answer for its headers. */
  public static Census of(Unit unit) {
    Uses uses = new Uses(unit);
    Counts counts = new Counts();
    List<Export> exports = new ArrayList<>();
    Set<String> others = new TreeSet<>();
    for (Function function : unit.functions()) {
      exports.addAll(uses.exports(function));
      if (uses.isLocking(function)) for (Uses.Found found : uses.of(function)) counts.add(found.use());
      else others.addAll(uses.mentioned(function));
    }
    return new Census(unit.text().path(), counts.all(), exports, List.copyOf(uses.globals()), Remarks.of(unit.text()), List.copyOf(others));
  }

  /** The uses in the file's other functions, those that have nothing to do with locks, of these members and variables, and by these functions. @param names some of {@link #others} */
  public static Census rest(Unit unit, Set<String> names) {
    Uses uses = new Uses(unit);
    Counts counts = new Counts();
    Set<String> wanted = new HashSet<>(names);
    Set<String> callees = new HashSet<>(names);
    callees.removeIf(name -> !name.endsWith("()"));
    for (Function function : mentioning(unit, uses, callees))
      for (Uses.Found found : uses.of(function)) if (callees.contains(found.use().by() + "()")) for (Use.Name name : found.use().names()) wanted.add(name.last());
    for (Function function : mentioning(unit, uses, wanted)) {
      if (uses.isLocking(function)) continue;
      for (Uses.Found found : uses.of(function)) if (found.use().isOf(wanted)) counts.add(found.use());
    }
    return new Census(unit.text().path(), counts.all(), List.of(), List.copyOf(uses.globals()), List.of(), List.of());
  }

  private static Set<Function> mentioning(Unit unit, Uses uses, Set<String> names) {
    Set<Function> found = new LinkedHashSet<>();
    for (Function function : unit.functions()) {
      if (Collections.disjoint(uses.mentioned(function), names)) continue;
      found.add(function);
      if (uses.isHanded(function)) found.addAll(unit.callers(function.name()));
    }
    return found;
  }

  /** Alike uses of a function as one. */
  private static final class Counts {
    private final Map<Use, int[]> counts = new LinkedHashMap<>(); // by the use without its line: first line and count

    void add(Use use) {
      counts.computeIfAbsent(use.at(0), u -> new int[] {use.line(), 0})[1]++;
    }

    List<Counted> all() {
      List<Counted> counted = new ArrayList<>(counts.size());
      counts.forEach((use, lineAndCount) -> counted.add(new Counted(use.at(lineAndCount[0]), lineAndCount[1])));
      return counted;
    }
  }
}
