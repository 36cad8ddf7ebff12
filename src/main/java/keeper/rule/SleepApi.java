// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.rule;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import keeper.text.Problem;
import keeper.text.SourceText;

/** Which of the kernel's functions sleep, and when; the table is {@code rules/kernel/sleeping-api.tsv}. */
public final class SleepApi {
  private final Table table;
  private final ConcurrentHashMap<String, Optional<Entry>> known = new ConcurrentHashMap<>();

  private SleepApi(Table table) {
    this.table = table;
  }

  public static SleepApi of(SourceText table) {
    return new SleepApi(new Table(table));
  }

  /** The same for the same table. */
  public String revision() {
    return table.revision();
  }

  /** What is known of this function; empty for a name that the table does not have. */
  public Optional<Entry> function(String name) {
    return known.computeIfAbsent(name, this::find);
  }

  List<Problem> problems() {
    return table.problems();
  }

  private Optional<Entry> find(String name) {
    List<String[]> rows = table.rows(name);
    if (rows.isEmpty()) return Optional.empty();
    String[] row = rows.get(0);
    int gfp = -1;
    String when = row[2];
    if (when.startsWith("gfp-arg ")) gfp = Integer.parseInt(when.substring(8).trim());
    return Optional.of(new Entry(name, sleeps(row[1], when), gfp, row[3], row[4]));
  }

  private static Sleeps sleeps(String word, String when) {
    if (word.equals("yes") || word.equals("yes, drops the lock"))
      return when.equals("always") || when.equals("user access") || when.startsWith("process context") ? (word.equals("yes") ? Sleeps.ALWAYS : Sleeps.DROPS)
          : Sleeps.PERHAPS;
    if (word.equals("yes (derived)")) return Sleeps.DERIVED;
    if (word.equals("conditional")) return when.startsWith("gfp-arg ") ? Sleeps.BY_GFP : Sleeps.PERHAPS;
    if (word.startsWith("no")) return Sleeps.NO;
    return Sleeps.PERHAPS;
  }

  /** How sure it is that a call sleeps. */
  public enum Sleeps {
    /** Every call may sleep. */
    ALWAYS,
    /** It follows from the calls that its body makes unconditionally; less sure. */
    DERIVED,
    /** When a gfp argument allows it. */
    BY_GFP,
    /** It sleeps with its lock dropped: legal under that lock. */
    DROPS,
    /** Under a condition that is not followed, such as the last reference. */
    PERHAPS,
    NO
  }

  /**
   * One row.
   *
   * @param name the function
   * @param sleeps whether
   * @param gfp the gfp argument, from 0, or -1
   * @param reason why, in the table's words
   * @param evidence file and line in the kernel that show it
   */
  public record Entry(String name, Sleeps sleeps, int gfp, String reason, String evidence) {}
}
