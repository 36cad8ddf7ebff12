// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import keeper.text.Files;
import keeper.text.SourceText;
import org.junit.jupiter.api.Test;

/** A change takes a lock away that others still hold for the same: other functions of the file, or other files. */
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

  private static final String OVEN = """
      #include "tray.h"
      struct oven_ops { void (*turn)(struct oven *oven, int to); };
      struct oven { struct mutex door; struct list_head trays; int heat; int baked; const struct oven_ops *ops; };
      static LIST_HEAD(ovens);
      static DEFINE_MUTEX(ovens_lock);
      void oven_warm(struct oven *oven)
      {
      	mutex_lock(&oven->door);
      	oven->heat = 200;
      	oven->ops->turn(oven, 200);
      	mutex_unlock(&oven->door);
      }
      bool oven_hot(struct oven *oven)
      {
      	bool hot;

      	mutex_lock(&oven->door);
      	hot = oven->heat > 100;
      	mutex_unlock(&oven->door);
      	return hot;
      }
      void oven_cool(struct oven *oven)
      {
      	mutex_lock(&oven->door);
      	oven->ops->turn(oven, 20);
      	mutex_unlock(&oven->door);
      }
      static int oven_peek(struct oven *oven)
      {
      	return oven->heat;
      }
      void oven_report(struct oven *oven)
      {
      	mutex_lock(&oven->door);
      	oven_show(oven_peek(oven));
      	mutex_unlock(&oven->door);
      }
      void oven_add(struct oven *oven)
      {
      	mutex_lock(&ovens_lock);
      	list_add(&oven->trays, &ovens);
      	mutex_unlock(&ovens_lock);
      }
      void oven_del(struct oven *oven)
      {
      	mutex_lock(&ovens_lock);
      	list_del(&oven->trays);
      	mutex_unlock(&ovens_lock);
      }
      void oven_start_all(void)
      {
      	struct oven *oven;

      	mutex_lock(&ovens_lock);
      	list_for_each_entry(oven, &ovens, trays)
      		oven_warm(oven);
      	mutex_unlock(&ovens_lock);
      }
      void oven_stop_all(void)
      {
      	struct oven *oven;

      	mutex_lock(&ovens_lock);
      	list_for_each_entry(oven, &ovens, trays)
      		oven_cool(oven);
      	mutex_unlock(&ovens_lock);
      }
      """;

  @Test
  void aLookAtWhatOthersStoreUnderTheLock() throws IOException {
    assertThat(asked(OVEN, bare("oven_hot"), "")).containsExactly("unguarded-access oven_hot oven->door this look at oven->heat");
    assertThat(asked(bare("oven_hot"), OVEN, "")).as("the fix").isEmpty();
    String marked = bare("oven_hot").replace("hot = oven->heat >", "hot = READ_ONCE(oven->heat) >");
    assertThat(asked(OVEN, marked, "")).as("meant so").isEmpty();
    String again = OVEN.replace("\tbool hot;\n", "\tbool hot;\n\n\tif (oven->heat > 100)\n\t\treturn true;\n");
    assertThat(asked(OVEN, again, "")).as("looked at again under the lock").isEmpty();
    String writer = "void oven_reset(struct oven *oven)\n{\n\toven->heat = 0;\n}\n";
    assertThat(asked(OVEN + writer, bare("oven_hot") + writer, "")).as("a writer does without").isEmpty();
  }

  @Test
  void aCallThroughAPointerThatOthersMakeUnderTheLock() throws IOException {
    assertThat(asked(OVEN, bare("oven_cool"), "")).containsExactly("unguarded-access oven_cool oven->door turn()");
  }

  @Test
  void aHelperThatLooksAtWhatOthersStoreUnderTheLock() throws IOException {
    assertThat(asked(OVEN, bare("oven_report"), "")).containsExactly("unguarded-access oven_report oven->door oven_peek()");
    String other = "void oven_glance(struct oven *oven)\n{\n\toven_show(oven_peek(oven));\n}\n";
    assertThat(asked(OVEN + other, bare("oven_report") + other, "")).as("another caller does without").isEmpty();
  }

  @Test
  void severalFunctionsThatLoseItAtOnce() throws IOException {
    assertThat(asked(OVEN, bare("oven_start_all", "oven_stop_all"), "")).containsExactly("unguarded-access oven_start_all ovens_lock list_for_each_entry() on ovens",
        "unguarded-access oven_stop_all ovens_lock list_for_each_entry() on ovens");
  }

  @Test
  void aSectionThatIsShorterNow() throws IOException {
    String early = OVEN.replace("\toven->heat = 200;\n\toven->ops->turn(oven, 200);\n\tmutex_unlock(&oven->door);\n", "\toven->ops->turn(oven, 200);\n\tmutex_unlock(&oven->door);\n\toven->heat = 200;\n");
    assertThat(asked(early, OVEN, "")).as("the fix").isEmpty();
    String other = "void oven_clean(struct oven *oven)\n{\n\tmutex_lock(&oven->door);\n\toven->heat = 500;\n\tmutex_unlock(&oven->door);\n}\n";
    assertThat(asked(OVEN + other, early + other, "")).containsExactly("unguarded-access oven_warm oven->door this store to oven->heat");
  }

  @Test
  void aCalleeThatCannotBeSeenMayTakeItNow() throws IOException {
    String moved = bare("oven_hot").replace("\thot = oven->heat", "\toven_wait_and_lock(oven);\n\thot = oven->heat");
    assertThat(asked(OVEN, moved, "")).isEmpty();
  }

  @Test
  void aLockThatCameInAnUnrelatedFunctionIsNotTheOneThatWent() throws IOException {
    String busy = bare("oven_hot").replace("\tlist_del(&oven->trays);\n", "\tmutex_lock(&oven->door);\n\toven->baked = 0;\n\tmutex_unlock(&oven->door);\n\tlist_del(&oven->trays);\n");
    assertThat(asked(OVEN, busy, "")).containsExactly("unguarded-access oven_hot oven->door this look at oven->heat");
  }

  /** The ovens without the locks of some functions. */
  private static String bare(String... functions) {
    String text = OVEN;
    for (String function : functions) {
      int at = text.indexOf(function + "(");
      int end = text.indexOf("\n}", at);
      text = text.substring(0, at) + text.substring(at, end).replaceAll("\tmutex_(un)?lock\\([^)]*\\);\n", "") + text.substring(end);
    }
    return text;
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
