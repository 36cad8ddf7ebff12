// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.review;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import keeper.check.Checks;
import keeper.check.Confidence;
import keeper.check.Finding;
import keeper.patch.Patch;
import keeper.text.Files;
import keeper.text.SourceText;
import org.junit.jupiter.api.Test;

/** What a patch makes of the findings: an old mistake stays old however the code is moved about, and a new one is new though its line was not touched. */
class DifferentialTest {
  private static final String HEAD = """
      struct pump {
        struct mutex lock;
        spinlock_t spin;
        int rate;
        int state;
        bool on;
      };
      """;

  /** Returns with the lock held when the pump is off: an old mistake. */
  private static final String OLD_MISTAKE = """
      int pump_set(struct pump *pump, int rate)
      {
        mutex_lock(&pump->lock);
        if (!pump->on)
          return -ENODEV;
        pump->rate = rate;
        pump->state = 2;
        mutex_unlock(&pump->lock);
        return 0;
      }
      """;

  private static final String RIGHT = OLD_MISTAKE.replace("if (!pump->on)\n    return -ENODEV;", "if (!pump->on) {\n    mutex_unlock(&pump->lock);\n    return -ENODEV;\n  }");

  @Test
  void anOldMistakeIsNotSaidAgain() throws IOException {
    assertThat(found(HEAD + OLD_MISTAKE, HEAD + OLD_MISTAKE.replace("= 2", "= 3"))).isEmpty();
  }

  @Test
  void aNewMistakeIsSaid() throws IOException {
    assertThat(found(HEAD + RIGHT, HEAD + OLD_MISTAKE)).containsExactly("new missing-unlock pump_set");
  }

  @Test
  void aMendedMistakeIsResolved() throws IOException {
    assertThat(all(Map.of("pump.c", HEAD + OLD_MISTAKE), Map.of("pump.c", HEAD + RIGHT)).resolved()).hasSize(1);
  }

  @Test
  void movedLinesKeepTheirFindings() throws IOException {
    String above = "static int pump_count;\n\nstatic int pump_more(void)\n{\n  return pump_count++;\n}\n\n";
    assertThat(found(HEAD + OLD_MISTAKE, HEAD + above + OLD_MISTAKE)).isEmpty();
  }

  @Test
  void reindentedCodeKeepsItsFindings() throws IOException {
    assertThat(found(HEAD + OLD_MISTAKE, HEAD + OLD_MISTAKE.replace("  ", "\t"))).isEmpty();
  }

  @Test
  void aRenamedFunctionKeepsItsFindings() throws IOException {
    assertThat(found(HEAD + OLD_MISTAKE, HEAD + OLD_MISTAKE.replace("pump_set", "pump_rate_store"))).isEmpty();
  }

  @Test
  void aRenamedVariableKeepsItsFindings() throws IOException {
    assertThat(found(HEAD + OLD_MISTAKE, HEAD + OLD_MISTAKE.replace("struct pump *pump", "struct pump *p").replace("pump->", "p->"))).isEmpty();
  }

  @Test
  void aRenamedFileKeepsItsFindings() throws IOException {
    assertThat(found(Map.of("pump.c", HEAD + OLD_MISTAKE), Map.of("pumps/core.c", HEAD + OLD_MISTAKE))).isEmpty();
  }

  @Test
  void aFunctionThatWentToAnotherFileKeepsItsFindings() throws IOException {
    String user = "int pump_use(struct pump *pump)\n{\n  return pump->rate;\n}\n";
    assertThat(found(Map.of("pump.c", HEAD + OLD_MISTAKE + user, "rate.c", HEAD), Map.of("pump.c", HEAD + user, "rate.c", HEAD + OLD_MISTAKE))).isEmpty();
  }

  @Test
  void codeThatWentIntoAFunctionOfItsOwnKeepsItsFindings() throws IOException {
    String long1 = """
        int pump_run(struct pump *pump, int rate)
        {
          int i;

          for (i = 0; i < rate; i++)
            pump->state += i;
          mutex_lock(&pump->lock);
          if (!pump->on)
            return -ENODEV;
          pump->rate = rate;
          pump->state = 2;
          mutex_unlock(&pump->lock);
          return 0;
        }
        """;
    String parts = """
        static int pump_apply(struct pump *pump, int rate)
        {
          mutex_lock(&pump->lock);
          if (!pump->on)
            return -ENODEV;
          pump->rate = rate;
          pump->state = 2;
          mutex_unlock(&pump->lock);
          return 0;
        }

        int pump_run(struct pump *pump, int rate)
        {
          int i;

          for (i = 0; i < rate; i++)
            pump->state += i;
          return pump_apply(pump, rate);
        }
        """;
    assertThat(found(HEAD + long1, HEAD + parts)).isEmpty();
  }

  @Test
  void aLockThatBecameAGuardIsStillHeld() throws IOException {
    String guard = """
        int pump_set(struct pump *pump, int rate)
        {
          guard(mutex)(&pump->lock);
          if (!pump->on)
            return -ENODEV;
          pump->rate = rate;
          pump->state = 2;
          return 0;
        }
        """;
    String others = users();
    assertThat(found(HEAD + RIGHT + others, HEAD + guard + others)).isEmpty();
    assertThat(found(HEAD + guard + others, HEAD + RIGHT + others)).isEmpty();
    assertThat(all(Map.of("pump.c", HEAD + OLD_MISTAKE + others), Map.of("pump.c", HEAD + guard + others)).resolved()).hasSize(1);
  }

  @Test
  void aLockThatIsTakenByAWrapperNowIsStillHeld() throws IOException {
    String wrappers = """
        static void pump_lock(struct pump *pump)
        {
          mutex_lock(&pump->lock);
        }

        static void pump_unlock(struct pump *pump)
        {
          mutex_unlock(&pump->lock);
        }

        """;
    String others = users();
    String wrapped = (RIGHT + others).replace("mutex_lock(&pump->lock)", "pump_lock(pump)").replace("mutex_unlock(&pump->lock)", "pump_unlock(pump)");
    assertThat(found(HEAD + RIGHT + others, HEAD + wrappers + wrapped)).isEmpty();
    assertThat(found(HEAD + wrappers + wrapped, HEAD + RIGHT + others)).isEmpty();
  }

  @Test
  void theBodyThatWentIntoALockedHelperIsStillUnderTheLock() throws IOException {
    String split = """
        static void __pump_set(struct pump *pump, int rate)
        {
          pump->rate = rate;
          pump->state = 2;
        }

        int pump_set(struct pump *pump, int rate)
        {
          mutex_lock(&pump->lock);
          if (!pump->on) {
            mutex_unlock(&pump->lock);
            return -ENODEV;
          }
          __pump_set(pump, rate);
          mutex_unlock(&pump->lock);
          return 0;
        }
        """;
    String others = users();
    assertThat(found(HEAD + RIGHT + others, HEAD + split + others)).isEmpty();
  }

  @Test
  void anUntouchedSleepUnderWhatIsASpinlockNowIsNew() throws IOException {
    String mutex = """
        void pump_wait(struct pump *pump)
        {
          mutex_lock(&pump->lock);
          pump->rate = 0;
          pump->state = 0;
          pump->on = false;
          pump->rate++;
          msleep(10);
          pump->state++;
          pump->on = true;
          pump->rate = 1;
          pump->state = 1;
          mutex_unlock(&pump->lock);
        }
        """;
    String spin = mutex.replace("mutex_lock(&pump->lock)", "spin_lock(&pump->spin)").replace("mutex_unlock(&pump->lock)", "spin_unlock(&pump->spin)");
    assertThat(found(HEAD + mutex, HEAD + spin)).containsExactly("new sleep-in-atomic pump_wait");
  }

  @Test
  void anUntouchedCallerOfAChangedCalleeIsNew() throws IOException {
    String callee = """
        static void pump_reset(struct pump *pump)
        {
          pump->rate = 0;
        }

        """;
    String caller = """
        static void pump_work(struct work_struct *work)
        {
          struct pump *pump = container_of(work, struct pump, work);

          pump->state = 1;
          pump_reset(pump);
        }

        void pump_init(struct pump *pump)
        {
          INIT_WORK(&pump->work, pump_work);
        }
        """;
    String asserting = callee.replace("  pump->rate = 0;", "  lockdep_assert_held(&pump->lock);\n  pump->rate = 0;");
    String head = HEAD.replace("bool on;", "bool on;\n  struct work_struct work;");
    assertThat(found(head + callee + caller, head + asserting + caller)).containsExactly("new callee-requires-lock pump_work");
  }

  @Test
  void anUntouchedStoreWhoseLockWentAwayIsNew() throws IOException {
    String others = users();
    String bare = """
        int pump_set(struct pump *pump, int rate)
        {
          if (!pump->on)
            return -ENODEV;
          pump->rate = rate;
          pump->state = 2;
          return 0;
        }
        """;
    assertThat(found(HEAD + RIGHT + others, HEAD + bare + others)).contains("new unguarded-access pump_set");
  }

  @Test
  void aLookBeforeTheLockIsNoLockLost() throws IOException {
    String others = users();
    String peek = RIGHT.replace("  mutex_lock(&pump->lock);\n  if", "  if (!pump->on)\n    return -ENODEV;\n  mutex_lock(&pump->lock);\n  if");
    assertThat(found(HEAD + RIGHT + others, HEAD + peek + others)).isEmpty();
  }

  /** Functions that touch the same members under the lock. */
  private static String users() {
    StringBuilder users = new StringBuilder();
    for (String name : List.of("start", "stop", "poke"))
      users.append("\nvoid pump_").append(name).append("(struct pump *pump)\n{\n  mutex_lock(&pump->lock);\n  if (pump->on)\n    pump->rate++;\n  pump->state = 1;\n  mutex_unlock(&pump->lock);\n}\n");
    return users.toString();
  }

  private static List<String> found(String before, String after) throws IOException {
    return found(Map.of("pump.c", before), Map.of("pump.c", after));
  }

  private static List<String> found(Map<String, String> before, Map<String, String> after) throws IOException {
    List<String> found = new ArrayList<>();
    for (Raised raised : all(before, after).introduced()) {
      String line = "new " + raised.finding().check() + " " + raised.finding().function();
      if (!found.contains(line)) found.add(line);
    }
    return found;
  }

  private static PatchReview all(Map<String, String> before, Map<String, String> after) throws IOException {
    Set<String> paths = new TreeSet<>(before.keySet());
    paths.addAll(after.keySet());
    StringBuilder diff = new StringBuilder();
    Map<String, SourceText> tree = new TreeMap<>();
    for (String path : paths) {
      byte[] old = bytes(before.get(path));
      byte[] now = bytes(after.get(path));
      if (old != null) tree.put(path, SourceText.of(path, old));
      if (!java.util.Arrays.equals(old, now)) diff.append(DriftBench.diff(path, old, now));
    }
    PatchReview review = review(diff, tree, Confidence.LIKELY);
    assertThat(review.status()).isEqualTo(Status.REVIEWED);
    assertThat(sure(review)).as("what is guessed for nobody changes nothing").isEqualTo(sure(review(diff, tree, Confidence.POSSIBLE)));
    return review;
  }

  private static PatchReview review(CharSequence diff, Map<String, SourceText> tree, Confidence least) throws IOException {
    return new Reviewer(Checks.of(DriftBench.rules(), Set.of()), least)
        .review(Patch.ofDiff(diff, "patch"), new Base.Found(Base.Kind.TREE, Files.of("before", List.copyOf(tree.values())), "", List.of()));
  }

  private static List<Finding> sure(PatchReview review) {
    return review.introduced().stream().map(Raised::finding).filter(finding -> finding.confidence() != Confidence.POSSIBLE).toList();
  }

  private static byte[] bytes(String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }
}
