// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import keeper.text.Files;
import keeper.text.SourceText;
import org.junit.jupiter.api.Test;

/** A change takes a lock away that other files still hold. */
class LostLockTest {
  private static final String HEADER = """
      struct tray { struct mutex gate; struct list_head cups; int count; };
      """;

  private static final String TRAY = """
      #include "tray.h"
      void tray_drop(struct tray *t, struct cup *c)
      {
      	list_del(&c->node);
      	t->count--;
      }
      void tray_fill(struct tray *t, struct cup *c)
      {
      	list_add(&c->node, &t->cups);
      }
      int tray_sum(struct tray *t)
      {
      	return list_empty(&t->cups);
      }
      int tray_undo(struct tray *t, struct cup *c)
      {
      	mutex_lock(&t->gate);
      	tray_drop(t, c);
      	mutex_unlock(&t->gate);
      	return 0;
      }
      int tray_look(struct tray *t)
      {
      	int none;

      	mutex_lock(&t->gate);
      	none = list_empty(&t->cups);
      	mutex_unlock(&t->gate);
      	return none;
      }
      """;

  private static final String OTHER = """
      #include "tray.h"
      void waiter(struct tray *t, struct cup *c)
      {
      	mutex_lock(&t->gate);
      	tray_drop(t, c);
      	tray_fill(t, c);
      	tray_sum(t);
      	mutex_unlock(&t->gate);
      }
      """;

  @Test
  void aCallThatAnotherFileMakesUnderTheLock() throws IOException {
    assertThat(asked(TRAY, without("tray_undo"), OTHER)).containsExactly("callee-requires-lock tray_undo t->gate tray_drop");
    assertThat(asked(without("tray_undo"), TRAY, OTHER)).as("the fix").isEmpty();
    assertThat(asked(TRAY, TRAY, OTHER)).isEmpty();
  }

  @Test
  void anotherFileThatDoesWithoutItSaysThatItIsNotNeeded() throws IOException {
    String careless = OTHER + "void helper(struct work_struct *w)\n{\n\ttray_drop(tray, cup);\n}\nvoid start(void)\n{\n\tINIT_WORK(&work, helper);\n}\n";
    assertThat(asked(TRAY, without("tray_undo"), careless)).isEmpty();
    assertThat(asked(TRAY, without("tray_undo"), "")).as("nobody else calls it").isEmpty();
  }

  @Test
  void aMemberThatAnotherFileTouchesUnderTheLock() throws IOException {
    assertThat(asked(TRAY, without("tray_look"), OTHER)).containsExactly("unguarded-access tray_look t->gate t->cups");
    assertThat(asked(TRAY, without("tray_look"), "")).isEmpty();
  }

  /** The text without the lock of one function. */
  private static String without(String function) {
    int at = TRAY.indexOf("int " + function + "(");
    int end = TRAY.indexOf("\n}", at);
    return TRAY.substring(0, at) + TRAY.substring(at, end).replaceAll("\tmutex_(un)?lock\\(&t->gate\\);\n", "") + TRAY.substring(end);
  }

  private static List<String> asked(String before, String after, String other) throws IOException {
    Checks checks = Checks.of(ExamplesTest.rules(), Set.of());
    SourceText then = SourceText.of("drivers/tray/tray.c", before);
    SourceText now = SourceText.of("drivers/tray/tray.c", after);
    Files treeBefore = Files.of("before", List.of(then, SourceText.of("drivers/tray/tray.h", HEADER), SourceText.of("drivers/tray/other.c", other)));
    Files treeAfter = Files.of("after", List.of(now, SourceText.of("drivers/tray/tray.h", HEADER), SourceText.of("drivers/tray/other.c", other)));
    return checks.weigh(List.of(), then, treeBefore, now, treeAfter).stream().filter(finding -> finding.confidence() != Confidence.POSSIBLE)
        .map(finding -> finding.check() + " " + finding.function() + " " + finding.lock() + " " + finding.subject()).toList();
  }
}
