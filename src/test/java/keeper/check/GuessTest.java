// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import keeper.text.Files;
import keeper.text.SourceText;
import org.junit.jupiter.api.Test;

/** What an audit concludes from how a file itself uses a lock. */
class GuessTest {
  /** Five uses in three functions under a lock, and a store without. */
  private static String file(String take, String release, String store) {
    StringBuilder text = new StringBuilder("struct tub { struct rw_semaphore gate; struct kfifo taps; int level; };\n");
    for (String name : List.of("tub_fill", "tub_drain", "tub_mix"))
      text.append("void " + name + "(struct tub *tub)\n{\n\t" + take + "(&tub->gate);\n\ttub->level++;\n\ttub->level += 2;\n\tkfifo_reset(&tub->taps);\n\tkfifo_in(&tub->taps, b, 1);\n\tkfifo_in(&tub->taps, b, 2);\n\t" + release + "(&tub->gate);\n}\n");
    return text + "static void tub_work(struct work_struct *work)\n{\n\tstruct tub *tub = container_of(work, struct tub, work);\n\n\t" + store + "\n}\nvoid tub_start(struct tub *tub)\n{\n\tINIT_WORK(&tub->work, tub_work);\n}\n";
  }

  @Test
  void aStoreWhereAllOthersHoldTheLock() throws IOException {
    assertThat(likely(file("down_write", "up_write", "tub->level = 0;"))).containsExactly("tub_work tub->level");
  }

  @Test
  void aLockThatAllHoldForReadingKeepsNoStoresApart() throws IOException {
    assertThat(likely(file("down_read", "up_read", "tub->level = 0;"))).isEmpty();
  }

  @Test
  void settingUpAFifoIsNoUse() throws IOException {
    assertThat(likely(file("down_write", "up_write", "kfifo_in(&tub->taps, b, 3);"))).containsExactly("tub_work tub->taps");
    assertThat(likely(file("down_write", "up_write", "kfifo_alloc(&tub->taps, 64, GFP_KERNEL);"))).isEmpty();
  }

  private static List<String> likely(String text) throws IOException {
    SourceText file = SourceText.of("drivers/tub.c", text);
    return Checks.of(ExamplesTest.rules(), Set.of("unguarded-access")).findings(file, Files.of("tree", List.of(file))).stream().filter(finding -> finding.confidence() != Confidence.POSSIBLE)
        .map(finding -> finding.function() + " " + finding.subject()).toList();
  }
}
