// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import keeper.c.Function;
import keeper.lock.Unit;
import keeper.lock.Units;
import keeper.rule.Rule;

/**
 * How one file treats the members of structs: every use, with the locks held for it. Depends on the file, and on the structs of the headers that it names.
 *
 * @param path the file
 * @param uses alike ones of a function as one, in source order
 * @param exports what functions that other files may call do through their parameters
 * @param statics variables, locks among them, that only this file knows, sorted
 * @param remarks comments of struct definitions that name a lock
 */
public record Census(String path, List<Counted> uses, List<Export> exports, List<String> statics, List<Remark> remarks) {
  public Census {
    uses = List.copyOf(uses);
    exports = List.copyOf(exports);
    statics = List.copyOf(statics);
    remarks = List.copyOf(remarks);
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
    Map<Use, int[]> counts = new LinkedHashMap<>(); // by the use without its line: first line and count
    List<Export> exports = new ArrayList<>();
    for (Function function : unit.functions()) {
      for (Uses.Found found : uses.of(function)) {
        Use use = found.use();
        int[] known = counts.computeIfAbsent(use.at(0), u -> new int[] {use.line(), 0});
        known[1]++;
      }
      exports.addAll(uses.exports(function));
    }
    List<Counted> counted = new ArrayList<>(counts.size());
    counts.forEach((use, lineAndCount) -> counted.add(new Counted(use.at(lineAndCount[0]), lineAndCount[1])));
    return new Census(unit.text().path(), counted, exports, List.copyOf(uses.globals()), Remarks.of(unit.text()));
  }

  /** The same, for who has a file and its tree. */
  public static Census of(keeper.text.SourceText text, Units units) {
    return of(units.alone(text));
  }
}
