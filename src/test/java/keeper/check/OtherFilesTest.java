// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import keeper.text.Files;
import keeper.text.SourceText;
import keeper.text.Tree;
import org.junit.jupiter.api.Test;

/** What headers and the files beside say of the functions, macros and guards that a file uses. */
class OtherFilesTest {
  private static final String HEADER = """
      struct kiln { struct mutex gate; spinlock_t heat_lock; int heat; };
      #define kiln_enter(k) mutex_lock(&(k)->gate)
      #define kiln_exit(k) mutex_unlock(&(k)->gate)
      static inline void kiln_hot(struct kiln *k)
      {
      	spin_lock(&k->heat_lock);
      }
      static inline void kiln_cold(struct kiln *k)
      {
      	spin_unlock(&k->heat_lock);
      }
      DEFINE_GUARD(kiln, struct kiln *, mutex_lock(&_T->gate), mutex_unlock(&_T->gate))
      DEFINE_LOCK_GUARD_1(kiln_heat, struct kiln, kiln_hot(_T->lock), kiln_cold(_T->lock))
      void kiln_fire(struct kiln *k) __must_hold(&k->gate);
      void kiln_open(struct kiln *k);
      void kiln_close(struct kiln *k);
      int kiln_wait(struct kiln *k);
      """;

  private static final String BESIDE = """
      #include "kiln.h"
      void kiln_open(struct kiln *k)
      {
      	mutex_lock(&k->gate);
      }
      void kiln_close(struct kiln *k)
      {
      	mutex_unlock(&k->gate);
      }
      int kiln_wait(struct kiln *k)
      {
      	msleep(10);
      	return 0;
      }
      void kiln_fire(struct kiln *k)
      {
      	lockdep_assert_held(&k->gate);
      	k->heat++;
      }
      """;

  @Test
  void aMacroOfAHeaderTakesTheLock() throws IOException {
    assertThat(asked("""
        void kiln_turn(struct kiln *k)
        {
        	kiln_enter(k);
        	if (!k->heat)
        		return;
        	kiln_exit(k);
        }
        """)).containsExactly("missing-unlock kiln_turn k->gate");
  }

  @Test
  void aFunctionBesideTakesTheLock() throws IOException {
    assertThat(asked("""
        void kiln_turn(struct kiln *k)
        {
        	kiln_open(k);
        	mutex_lock(&k->gate);
        	mutex_unlock(&k->gate);
        	kiln_close(k);
        }
        """)).contains("double-lock kiln_turn k->gate");
    assertThat(asked("""
        void kiln_turn(struct kiln *k)
        {
        	kiln_open(k);
        	kiln_fire(k);
        	kiln_close(k);
        }
        """)).isEmpty();
  }

  @Test
  void aFunctionBesideSleeps() throws IOException {
    assertThat(asked("""
        void kiln_turn(struct kiln *k)
        {
        	kiln_hot(k);
        	kiln_wait(k);
        	kiln_cold(k);
        }
        """)).containsExactly("sleep-in-atomic kiln_turn k->heat_lock");
  }

  @Test
  void guardsThatAHeaderDefines() throws IOException {
    assertThat(asked("""
        void kiln_turn(struct kiln *k)
        {
        	guard(kiln)(k);
        	kiln_open(k);
        }
        """)).contains("double-lock kiln_turn k->gate");
    assertThat(asked("""
        void kiln_turn(struct kiln *k)
        {
        	scoped_guard(kiln_heat, k)
        		msleep(1);
        }
        """)).containsExactly("sleep-in-atomic kiln_turn k->heat_lock");
  }

  /** Two files define it: which one is meant, only the linker knows. */
  @Test
  void aNameThatTwoFilesDefineIsUnknown() throws IOException {
    Tree tree = tree("drivers/kiln/turn.c", turning(), "drivers/kiln/kiln.h", HEADER, "drivers/kiln/a.c", BESIDE, "drivers/kiln/b.c", BESIDE);
    assertThat(asked(tree)).isEmpty();
    Tree hidden = tree("drivers/kiln/turn.c", turning(), "drivers/kiln/kiln.h", HEADER, "drivers/kiln/a.c", BESIDE, "drivers/kiln/b.c", BESIDE.replace("\nvoid", "\nstatic void").replace("\nint", "\nstatic int"));
    assertThat(asked(hidden)).containsExactly("sleep-in-atomic kiln_turn k->heat_lock");
  }

  /** A header that includes itself, or that is not there, is no trouble. */
  @Test
  void includesInACircle() throws IOException {
    Tree tree = tree("drivers/kiln/turn.c", turning(), "drivers/kiln/kiln.h", "#include \"kiln.h\"\n#include \"more.h\"\n#include <linux/gone.h>\n#include \"../../../../etc/passwd\"\n", "drivers/kiln/more.h",
        "#include \"kiln.h\"\n" + HEADER, "drivers/kiln/a.c", BESIDE);
    assertThat(asked(tree)).containsExactly("sleep-in-atomic kiln_turn k->heat_lock");
  }

  /** Functions that call each other in a circle are the same whoever asks first. */
  @Test
  void aCircleOfCallsIsCutInOnePlace() throws IOException {
    String circle = """
        static void a(struct kiln *k, int n)
        {
        	if (n)
        		b(k, n - 1);
        }
        static void b(struct kiln *k, int n)
        {
        	mutex_lock(&k->gate);
        	mutex_unlock(&k->gate);
        	a(k, n);
        }
        void first(struct kiln *k)
        {
        	mutex_lock(&k->gate);
        	b(k, 1);
        	mutex_unlock(&k->gate);
        }
        """;
    Tree tree = tree("drivers/kiln/turn.c", "#include \"kiln.h\"\n" + circle, "drivers/kiln/kiln.h", HEADER);
    SourceText text = tree.file("drivers/kiln/turn.c").orElseThrow();
    for (Set<String> some : List.of(Set.of("b", "first"), Set.of("first"))) assertThat(words(checks().findings(text, tree, some))).as(some.toString()).contains("double-lock first k->gate");
  }

  private static String turning() {
    return "#include \"kiln.h\"\nvoid kiln_turn(struct kiln *k)\n{\n\tkiln_hot(k);\n\tkiln_wait(k);\n\tkiln_cold(k);\n}\n";
  }

  private static List<String> asked(String functions) throws IOException {
    return asked(tree("drivers/kiln/turn.c", "#include \"kiln.h\"\n" + functions, "drivers/kiln/kiln.h", HEADER, "drivers/kiln/beside.c", BESIDE));
  }

  private static List<String> asked(Tree tree) throws IOException {
    return words(checks().findings(tree.file("drivers/kiln/turn.c").orElseThrow(), tree));
  }

  private static List<String> words(List<Finding> findings) {
    return findings.stream().filter(finding -> finding.confidence() != Confidence.POSSIBLE).map(finding -> finding.check() + " " + finding.function() + " " + finding.lock()).distinct().toList();
  }

  private static Checks checks() throws IOException {
    return Checks.of(ExamplesTest.rules(), Set.of());
  }

  private static Tree tree(String... pathsAndTexts) {
    List<SourceText> texts = new ArrayList<>();
    for (int i = 0; i < pathsAndTexts.length; i += 2) texts.add(SourceText.of(pathsAndTexts[i], pathsAndTexts[i + 1]));
    return Files.of("kiln", texts);
  }
}
