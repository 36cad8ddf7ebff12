// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.series;

import static keeper.series.Mails.DIFF;
import static keeper.series.Mails.mail;
import static keeper.series.Mails.patch;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import keeper.mail.Mail;
import org.junit.jupiter.api.Test;

class RerollTest {
  @Test
  void partsAreFollowedThroughOrderTitleAndContent() {
    List<Mail> mails = new ArrayList<>();
    mails.add(patch("same", "[PATCH 1/4] gate: same").read());
    mails.add(patch("moved", "[PATCH 2/4] gate: moved").to("same").read());
    mails.add(patch("gone", "[PATCH 3/4] gate: gone").to("same").read());
    mails.add(mail("old", "[PATCH 4/4] gate: open late").to("same").body("Log.\n---\n" + two("one", "two", "three")).read());
    mails.add(mail("v2-1", "[PATCH v2 1/4] gate: new title").body(body("moved")).read());
    mails.add(mail("v2-2", "[PATCH v2 2/4] gate: same").to("v2-1").body(body("same")).read());
    mails.add(mail("v2-3", "[PATCH v2 3/4] gate: open early").to("v2-1").body("Log.\n---\n" + two("one", "two", "four")).read());
    mails.add(patch("fresh", "[PATCH v2 4/4] gate: fresh").to("v2-1").read());

    List<Series> series = SeriesBuilder.of(mails);
    Reroll reroll = Reroll.of(series.get(0), series.get(1));
    assertThat(reroll.pairs()).extracting(Reroll.Pair::toString).containsExactly("2 -> 1 reworded", "1 -> 2 same", "4 -> 3 changed", "- -> 4 added", "3 -> - dropped");
    assertThat(reroll.pairs().get(2).differences()).containsExactly(
        "drivers/vfio/gate.c", " +\tone();", " +\ttwo();", "-+\tthree();", "++\tfour();", "  \tgate->open = 0;", "  }");
    assertThat(reroll.pairs().get(2).changedLines()).isEqualTo(2);
    assertThat(reroll.before(3)).contains(4);
    assertThat(reroll.before(4)).isEmpty();
  }

  @Test
  void aPartThatWasPutOnAnotherBaseHasTheSameChanges() {
    Series one = SeriesBuilder.of(List.of(mail("a", "[PATCH] gate").body("Log.\n---\n" + DIFF).read())).get(0);
    Series two = SeriesBuilder.of(List.of(mail("b", "[PATCH v2] gate").body("Log.\n---\n" + DIFF.replace("@@ -1,3 +1,4 @@", "@@ -8,3 +9,4 @@ close()").replace("= 0", "= none")).read())).get(0);
    Reroll.Pair pair = Reroll.of(one, two).pairs().get(0);
    assertThat(pair.toString()).isEqualTo("1 -> 1 rebased");
    assertThat(pair.differences()).containsExactly(
        "drivers/vfio/gate.c", "-@@ ", "+@@ close()", "  {", " +\tmutex_lock(&gate->lock);", "- \tgate->open = 0;", "+ \tgate->open = none;", "  }");
    Series moved = SeriesBuilder.of(List.of(mail("c", "[PATCH v2] gate").body("Another log.\n---\n" + DIFF.replace("@@ -1,3 +1,4 @@", "@@ -8,3 +9,4 @@")).read())).get(0);
    assertThat(Reroll.of(one, moved).pairs()).extracting(Reroll.Pair::toString).as("numbers of lines alone are nothing").containsExactly("1 -> 1 reworded");
  }

  @Test
  void whereOnePartWasReplacedTheOthersStand() {
    List<Mail> mails = new ArrayList<>();
    mails.add(patch("1", "[PATCH 1/3] gate: one").read());
    mails.add(patch("2", "[PATCH 2/3] gate: two").to("1").read());
    mails.add(patch("3", "[PATCH 3/3] gate: three").to("1").read());
    mails.add(patch("4", "[PATCH v2 2/3] gate: two").to("2").read());
    List<Series> series = SeriesBuilder.of(mails);
    assertThat(Reroll.of(series.get(0), series.get(1)).pairs()).extracting(Reroll.Pair::toString)
        .containsExactly("2 -> 2 changed", "1 -> - stands", "3 -> - stands");
  }

  /** Hundreds of parts of thousands of lines come to an end. */
  @Test
  void aHostilePairOfVersionsIsComparedInTime() {
    StringBuilder one = new StringBuilder("Log.\n---\n--- a/x.c\n+++ b/x.c\n@@ -0,0 +1,5000 @@\n");
    StringBuilder two = new StringBuilder("Log.\n---\n--- a/x.c\n+++ b/x.c\n@@ -0,0 +1,5000 @@\n");
    for (int i = 0; i < 5000; i++) {
      one.append("+a").append(i).append('\n');
      two.append("+b").append(i).append('\n');
    }
    Series older = SeriesBuilder.of(List.of(mail("a", "[PATCH] gate").body(one.toString()).read())).get(0);
    Series newer = SeriesBuilder.of(List.of(mail("b", "[PATCH v2] gate").body(two.toString()).read())).get(0);
    assertThat(Reroll.of(older, newer).pairs().get(0).differences()).hasSize(Reroll.MAX_DIFFERENCES);
  }

  @Test
  void aVersionComparedWithItselfIsTheSame() {
    Series series = SeriesBuilder.of(List.of(patch("p", "[PATCH] gate").read())).get(0);
    assertThat(Reroll.of(series, series).pairs()).extracting(Reroll.Pair::fate).containsExactly(Reroll.Fate.SAME);
  }

  private static String body(String id) {
    return patch(id, "").read().body();
  }

  private static String two(String first, String second, String third) {
    return DIFF.replace("@@ -1,3 +1,4 @@", "@@ -1,3 +1,6 @@").replace("+\tmutex_lock(&gate->lock);", "+\t" + first + "();\n+\t" + second + "();\n+\t" + third + "();");
  }
}
