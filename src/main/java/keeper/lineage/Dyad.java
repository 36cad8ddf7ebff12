// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lineage;

import java.util.ArrayList;
import java.util.List;

/**
 * A published record of a fault: where it came in, where it was fixed, one pair for each branch. {@code 0} and {@code 0} stand for
 * "not fixed there", or for "there since the first commit".
 *
 * @param name mostly a CVE's
 * @param tool who made it; may be empty
 */
public record Dyad(String name, String tool, List<Pair> pairs) {
  public Dyad {
    pairs = List.copyOf(pairs);
  }

  /**
   * One branch.
   *
   * @param vulnerableVersion the first release with the fault, without {@code v}; {@code 0} when no commit is known
   * @param fixedVersion {@code 0} when it is not fixed there
   */
  public record Pair(String vulnerableVersion, String vulnerable, String fixedVersion, String fixed) {
    public boolean isFixed() {
      return !fixed.equals("0");
    }

    /** {@code 5.1:51ef3a…:5.10.237:da426a…}. */
    public String line() {
      return vulnerableVersion + ":" + vulnerable + ":" + fixedVersion + ":" + fixed;
    }
  }

  /** A record, and what could not be read of it. */
  public record Read(Dyad record, List<String> problems) {}

  /** Comments after {@code #}; lines {@code version:id:version:id}. */
  public static Read parse(String name, String text) {
    List<Pair> pairs = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    String tool = "";
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      String bare = line.strip();
      if (bare.startsWith("#")) {
        if (bare.contains("version")) tool = bare.substring(1).strip();
        continue;
      }
      if (bare.isEmpty()) continue;
      String[] fields = bare.split(":", -1);
      boolean fine = fields.length == 4 && isId(fields[1]) && isId(fields[3]) && !fields[0].isEmpty() && !fields[2].isEmpty();
      if (fine) pairs.add(new Pair(fields[0], fields[1], fields[2], fields[3]));
      else problems.add(name + ":" + number + ": not version:id:version:id");
    }
    return new Read(new Dyad(name, tool, pairs), problems);
  }

  private static boolean isId(String text) {
    return text.equals("0") || keeper.patch.CommitId.valid(text);
  }

  /** As {@link #parse} reads it. */
  public String text() {
    StringBuilder text = new StringBuilder();
    if (!tool.isEmpty()) text.append("# ").append(tool).append('\n');
    for (Pair pair : pairs) text.append(pair.line()).append('\n');
    return text.toString();
  }
}
