// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.review;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import keeper.check.Checks;
import keeper.check.Confidence;
import keeper.patch.Patch;
import keeper.text.Files;
import keeper.text.SourceText;
import keeper.text.Tree;
import org.junit.jupiter.api.Test;

/** A patch that changes what a function wants of its callers, and leaves the callers as they are: in its own file, and in another one of the folder. */
class AlteredCalleeTest {
  private static final String HEAD = """
      struct pump { struct mutex lock; spinlock_t spin; int rate; int state; };
      int pump_rate(struct pump *pump);
      """;

  private static final String CALLER = """
      int pump_turn(struct pump *pump)
      {
      	int ret;

      	%s(&pump->%s);
      	ret = pump_rate(pump);
      	if (ret)
      		return ret;
      	pump->state = ret;
      	%s(&pump->%s);
      	return 0;
      }
      """;
  private static final String BALANCED = CALLER.replace("return ret;", "goto out;").replace("\tpump->state = ret;\n", "\tpump->state = ret;\nout:\n").replace("return 0", "return ret");

  private static String caller(String text, String take, String release, String lock) {
    return text.formatted(take, lock, release, lock);
  }

  private static String callee(String begin, String end) {
    return "int pump_rate(struct pump *pump)\n{\n" + begin + "\tif (pump->rate < 0) {\n" + end + "\t\treturn -EINVAL;\n\t}\n\tpump->rate++;\n\treturn 0;\n}\n";
  }

  @Test
  void itTakesTheLockItselfNow() throws IOException {
    String caller = caller(BALANCED, "mutex_lock", "mutex_unlock", "lock");
    both(callee("", ""), callee("\tguard(mutex)(&pump->lock);\n", ""), caller, "double-lock pump_turn pump->lock");
  }

  @Test
  void itSleepsNow() throws IOException {
    String caller = caller(BALANCED, "spin_lock", "spin_unlock", "spin");
    both(callee("", ""), callee("\tmsleep(1);\n", ""), caller, "sleep-in-atomic pump_turn pump->spin");
    both(callee("\tusb_submit_urb(pump->urb, GFP_ATOMIC);\n", ""), callee("\tusb_submit_urb(pump->urb, GFP_KERNEL);\n", ""), caller, "sleep-in-atomic pump_turn pump->spin");
  }

  @Test
  void itNoLongerReleasesWhereItFails() throws IOException {
    String caller = caller(CALLER, "mutex_lock", "mutex_unlock", "lock");
    both(callee("", "\t\tmutex_unlock(&pump->lock);\n"), callee("", ""), caller, "missing-unlock pump_turn pump->lock");
  }

  @Test
  void itReleasesNowWhereItFails() throws IOException {
    String caller = caller(BALANCED, "mutex_lock", "mutex_unlock", "lock");
    both(callee("", ""), callee("", "\t\tmutex_unlock(&pump->lock);\n"), caller, "unlock-not-held pump_turn pump->lock");
  }

  @Test
  void itWantsAnotherLockNow() throws IOException {
    String caller = """
        static void pump_work(struct work_struct *work)
        {
        	struct pump *pump = container_of(work, struct pump, work);

        	pump_rate(pump);
        }
        void pump_init(struct pump *pump)
        {
        	INIT_WORK(&pump->work, pump_work);
        }
        """;
    both(callee("", ""), callee("\tlockdep_assert_held(&pump->lock);\n", ""), caller, "callee-requires-lock pump_work pump->lock");
  }

  private static void both(String then, String now, String caller, String expected) throws IOException {
    assertThat(said(then + caller, now + caller, "")).as("in one file").containsExactly("pump.c " + expected);
    assertThat(said(now + caller, then + caller, "")).as("backwards").isEmpty();
    assertThat(said(then, now, caller)).as("in another file").containsExactly("turn.c " + expected);
    assertThat(said(now, then, caller)).as("in another file, backwards").isEmpty();
  }

  private static List<String> said(String then, String now, String other) throws IOException {
    List<SourceText> texts = new ArrayList<>(List.of(SourceText.of("drivers/pump/pump.h", HEAD), SourceText.of("drivers/pump/pump.c", "#include \"pump.h\"\n" + then)));
    if (!other.isEmpty()) texts.add(SourceText.of("drivers/pump/turn.c", "#include \"pump.h\"\n" + other));
    Tree before = Files.of("before", texts);
    Patch patch = Patch.parse(DriftBench.diff("drivers/pump/pump.c", ("#include \"pump.h\"\n" + then).getBytes(java.nio.charset.StandardCharsets.UTF_8), ("#include \"pump.h\"\n" + now).getBytes(java.nio.charset.StandardCharsets.UTF_8)), "", "");
    PatchReview review = new Reviewer(Checks.of(DriftBench.rules(), Set.of()), Confidence.LIKELY).review(patch, new Base.Found(Base.Kind.TREE, before, "", List.of()));
    return review.introduced().stream().map(Raised::finding).map(finding -> finding.at().path().replaceAll(".*/", "") + " " + finding.check() + " " + finding.function() + " " + finding.lock()).toList();
  }
}
