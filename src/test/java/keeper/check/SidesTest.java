// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import keeper.text.Files;
import keeper.text.SourceText;
import org.junit.jupiter.api.Test;

/** Which functions a change can have to do with. */
class SidesTest {
  private static final String LAMP = """
      #include <linux/mutex.h>

      struct lamp {
      	struct mutex lock;
      	int lit;
      	int watts;
      };

      static void blink(struct lamp *lamp)
      {
      	lamp->lit = !lamp->lit;
      }

      static void lamp_on(struct lamp *lamp)
      {
      	mutex_lock(&lamp->lock);
      	blink(lamp);
      	mutex_unlock(&lamp->lock);
      }

      static int lamp_watts(struct lamp *lamp)
      {
      	return lamp->watts;
      }

      static void lamp_test(struct lamp *lamp)
      {
      	lamp_on(lamp);
      }
      """;

  @Test
  void whatDoesNothingElseToLocksConcernsItselfOnly() throws IOException {
    assertThat(asked("lamp->lit = !lamp->lit;", "lamp->lit = 1;")).contains(Set.of("blink"));
  }

  @Test
  void aCalleeIsAskedWhenItIsCalledWithOtherLocks() throws IOException {
    assertThat(asked("\tblink(lamp);\n\tmutex_unlock(&lamp->lock);", "\tmutex_unlock(&lamp->lock);\n\tblink(lamp);")).contains(Set.of("blink", "lamp_on"));
  }

  @Test
  void aCallerIsAskedWhenItGetsOtherLocksBack() throws IOException {
    assertThat(asked("\tmutex_unlock(&lamp->lock);\n", "")).contains(Set.of("lamp_on", "lamp_test"));
  }

  @Test
  void ofAMemberThatBecomesAnotherOnlyItsUsersAreAsked() throws IOException {
    assertThat(asked("\tint watts;", "\tu16 watts;")).contains(Set.of("lamp_watts"));
  }

  @Test
  void aMacroIsSeenThroughOtherMacros() throws IOException {
    String macros = "\n#define WATTS(l) (l)->watts\n#define LOAD(l) WATTS(l)\n\nstatic int lamp_load(struct lamp *lamp)\n{\n\treturn LOAD(lamp);\n}\n";
    assertThat(between(LAMP + macros, LAMP + macros.replace("(l)->watts", "READ_ONCE((l)->watts)"))).contains(Set.of("lamp_load"));
  }

  @Test
  void commentsAndBlanksConcernNobody() throws IOException {
    assertThat(asked("struct lamp {", "/* One lamp. */\n\nstruct  lamp {")).contains(Set.of());
  }

  @Test
  void aConditionOutsideOfFunctionsMayConcernAll() throws IOException {
    assertThat(asked("struct lamp {", "#ifdef CONFIG_LAMP\n#endif\nstruct lamp {")).isEmpty();
  }

  @Test
  void anIncludeOfAHeaderThatIsNotThereConcernsNobody() throws IOException {
    assertThat(asked("#include <linux/mutex.h>", "#include <linux/mutex.h>\n#include <linux/slab.h>")).contains(Set.of());
  }

  private static Optional<Set<String>> asked(String old, String now) throws IOException {
    assertThat(LAMP).contains(old);
    return between(LAMP, LAMP.replace(old, now));
  }

  private static Optional<Set<String>> between(String before, String after) throws IOException {
    SourceText then = SourceText.of("lamp.c", before);
    SourceText now = SourceText.of("lamp.c", after);
    return Checks.of(ExamplesTest.rules(), Set.of()).asked(then, Files.of("before", java.util.List.of(then)), now, Files.of("after", java.util.List.of(now)));
  }
}
