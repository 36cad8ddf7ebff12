// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.review;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import keeper.check.Checks;
import keeper.check.Confidence;
import keeper.patch.Patch;
import keeper.text.Files;
import keeper.text.SourceText;
import org.junit.jupiter.api.Test;

/** What a series as a whole leaves behind: each patch on the tree that those before it made. */
class WholeSeriesTest {
  private static final String KETTLE = """
      struct kettle { struct mutex lock; struct list_head cups; int heat; };
      void kettle_pour(struct kettle *kettle)
      {
      	mutex_lock(&kettle->lock);
      	kettle->heat--;
      	mutex_unlock(&kettle->lock);
      }
      int kettle_warm(struct kettle *kettle, int heat)
      {
      	mutex_lock(&kettle->lock);
      	if (heat > 100) {
      		mutex_unlock(&kettle->lock);
      		return -EINVAL;
      	}
      	kettle->heat = heat;
      	mutex_unlock(&kettle->lock);
      	return 0;
      }
      """;

  private static final String BARE = """
       {
      -	mutex_lock(&kettle->lock);
       	kettle->heat--;
      -	mutex_unlock(&kettle->lock);
       }
      """;

  @Test
  void aLockThatComesBackLaterIsRepaired() throws IOException {
    Patch taken = patch("@@ -3,5 +3,3 @@ void kettle_pour(struct kettle *kettle)\n" + BARE);
    Patch back = patch("@@ -3,3 +3,5 @@ void kettle_pour(struct kettle *kettle)\n" + BARE.replace("\n-", "\n+"));
    List<Raised> raised = review(taken, back).get(1).introduced();
    assertThat(raised).hasSize(1);
    assertThat(raised.get(0).repairedBy()).isEqualTo(Optional.of(2));
  }

  @Test
  void commitsThatFollowEachOtherAreASeriesToo() throws IOException {
    Patch taken = patch("@@ -3,5 +3,3 @@ void kettle_pour(struct kettle *kettle)\n" + BARE);
    Patch back = patch("@@ -3,3 +3,5 @@ void kettle_pour(struct kettle *kettle)\n" + BARE.replace("\n-", "\n+"));
    keeper.text.Tree first = Files.of("base", List.of(SourceText.of("drivers/kettle.c", KETTLE)));
    keeper.text.Tree second = Reviewer.after(taken, first).orElseThrow();
    SortedMap<Integer, Change> commits = new TreeMap<>();
    commits.put(1, new Change(taken, first, second));
    commits.put(2, new Change(back, second, Reviewer.after(back, second).orElseThrow()));
    Reviewer reviewer = new Reviewer(Checks.of(DriftBench.rules(), Set.of()), Confidence.LIKELY);
    List<Raised> raised = reviewer.commits(commits, change -> new Base.Found(Base.Kind.BASE_COMMIT, change.before(), "", List.of())).get(1).introduced();
    assertThat(raised).hasSize(1);
    assertThat(raised.get(0).repairedBy()).isEqualTo(Optional.of(2));
  }

  @Test
  void whatNobodyRepairsStaysOpen() throws IOException {
    Patch taken = patch("@@ -3,5 +3,3 @@ void kettle_pour(struct kettle *kettle)\n" + BARE);
    Patch other = patch("@@ -12,3 +12,3 @@ int kettle_warm(struct kettle *kettle, int heat)\n \t}\n-\tkettle->heat = heat;\n+\tkettle->heat = heat + 1;\n \tmutex_unlock(&kettle->lock);\n");
    List<Raised> raised = review(taken, other).get(1).introduced();
    assertThat(raised).hasSize(1);
    assertThat(raised.get(0).repairedBy()).isEmpty();
  }

  @Test
  void anUnlockThatIsForgottenAndPutBack() throws IOException {
    String hunk = "@@ -10,6 +10,5 @@ int kettle_warm(struct kettle *kettle, int heat)\n \tmutex_lock(&kettle->lock);\n \tif (heat > 100) {\n-\t\tmutex_unlock(&kettle->lock);\n \t\treturn -EINVAL;\n \t}\n \tkettle->heat = heat;\n";
    SortedMap<Integer, PatchReview> reviews = review(patch(hunk), patch(hunk.replace("-10,6 +10,5", "-10,5 +10,6").replace("\n-", "\n+")));
    assertThat(reviews.get(1).introduced()).hasSize(1);
    assertThat(reviews.get(1).introduced().get(0).repairedBy()).isEqualTo(Optional.of(2));
    assertThat(reviews.get(2).introduced()).isEmpty();
  }

  private static SortedMap<Integer, PatchReview> review(Patch... patches) throws IOException {
    SortedMap<Integer, Patch> series = new TreeMap<>();
    for (Patch patch : patches) series.put(series.size() + 1, patch);
    Base base = new Base.Found(Base.Kind.TREE, Files.of("kettle", List.of(SourceText.of("drivers/kettle.c", KETTLE))), "", List.of());
    return new Reviewer(Checks.of(MutationBench.rules(), Set.of()), Confidence.LIKELY).series(series, base, patch -> new Base.HunksOnly(List.of()));
  }

  private static Patch patch(String hunk) {
    return Patch.parse("diff --git a/drivers/kettle.c b/drivers/kettle.c\n--- a/drivers/kettle.c\n+++ b/drivers/kettle.c\n" + hunk, "", "kettle");
  }
}
