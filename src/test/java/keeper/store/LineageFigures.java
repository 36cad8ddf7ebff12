// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import keeper.git.Code;
import keeper.git.History;
import keeper.lineage.Lint;
import keeper.patch.CommitId;
import keeper.patch.FixesVerdict;

/** Counts the {@code Fixes:} values of an indexed repository by verdict, and how many unknown ids were found again; lists the others. Run by hand, see src/docs/lineage.md. */
final class LineageFigures {
  private LineageFigures() {}

  /** Arguments: a database, a repository that was indexed into it. */
  public static void main(String[] args) {
    Map<String, Integer> verdicts = new TreeMap<>();
    Set<String> unknown = new HashSet<>();
    Set<String> titled = new HashSet<>();
    Set<String> found = new HashSet<>();
    Map<String, String> left = new TreeMap<>();
    int[] counts = new int[3];
    try (Store store = Store.open(args[0]); Code code = Code.in(List.of(Path.of(args[1])))) {
      Lint lint = Lint.over(store.histories());
      List<keeper.lineage.Commit> commits = new ArrayList<>();
      History.tell(Path.of(args[1]), History.Before.NOTHING, commit -> {
        if (commit.references().stream().anyMatch(reference -> reference.evidence().word().equals("fixes")) || commit.log().body().toLowerCase(java.util.Locale.ROOT).contains("fixes:")) commits.add(commit);
      });
      for (var commit : commits)
        for (Lint.Checked checked : lint.of(commit.log(), List.of())) {
          if (checked.tag().isEmpty()) continue;
          counts[0]++;
          if (checked.tag().get().commit().isEmpty()) counts[1]++;
          if (checked.target().isPresent()) counts[2]++;
          for (FixesVerdict verdict : checked.verdicts()) verdicts.merge(verdict.name(), 1, Integer::sum);
          if (!checked.verdicts().contains(FixesVerdict.UNKNOWN_ID)) continue;
          CommitId id = checked.tag().get().commit().orElseThrow();
          unknown.add(id.hex());
          if (!checked.tag().get().title().isEmpty()) titled.add(id.hex());
          if (checked.target().isPresent()) found.add(id.hex());
          else left.put(id.hex(), commit.commitId().brief() + ": " + checked.tag().get().raw().replace('\n', ' ') + (checked.remedy().isEmpty() ? "" : " -> " + checked.remedy()));
        }
    }
    System.out.println(counts[0] + " values; " + counts[1] + " name no commit, " + counts[2] + " lead to a commit");
    System.out.println(verdicts);
    System.out.println(unknown.size() + " different unknown ids, " + titled.size() + " of them with a title, " + found.size() + " found again");
    left.values().forEach(line -> System.out.println("  " + line));
    System.exit(0);
  }
}
