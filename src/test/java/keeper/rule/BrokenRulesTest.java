// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import keeper.text.Problem;
import keeper.text.SourceText;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each broken rule file gives one line that leads to the mend: the pairs are in {@code broken-rules.txt}, a file and below it, behind {@code =>}, the line. */
class BrokenRulesTest {
  private static final Path PAIRS = Path.of("src/test/resources/keeper/rule/broken-rules.txt");
  private static final String SOUND = """
      /** Why. */
      @Paths("drivers/box/") @DeclaredIn("include/linux/box.h") @Origin("b872d0640840")
      class box {
        @GuardedBy(value = lock, access = {write, free}, readers = rcu, elements = item.link) @Except(value = {box_init}, phase = before_publication)
        list_head items, others;
        @Before({sem, "&box_lock"}) @Until(rcu(box.items))
        mutex lock;
      }
      interface functions {
        @Requires(value = box.lock, mode = write) @Sleeps @Frees(box)
        int box_do(box box, int gfp);
        void rule(box box) {
          if (calls(box_do, box, any) && !fresh(box)) assert held(box.lock) || in(box_init) : "why";
        }
      }
      """;

  @TestFactory
  Stream<DynamicTest> everyBrokenFileGivesOneLineThatLeadsToTheMend() throws Exception {
    List<DynamicTest> tests = new ArrayList<>();
    for (String pair : Files.readString(PAIRS).split("(?m)^----\n")) {
      if (pair.startsWith("#")) continue;
      int arrow = pair.indexOf("\n=> ");
      String rule = pair.substring(0, arrow + 1);
      String expected = pair.substring(arrow + 4).strip();
      tests.add(DynamicTest.dynamicTest(expected, () -> assertThat(problems(rule)).as(rule).extracting(Problem::toString).containsExactly(expected)));
    }
    assertThat(tests).hasSizeGreaterThan(30);
    return tests.stream();
  }

  @Test
  void theSoundFileHasNoProblem() {
    assertThat(problems(SOUND)).isEmpty();
  }

  /** Whatever one character becomes, the reader ends with rules or with a problem that has a place in the file. */
  @Property(tries = 400)
  void anyChangedCharacterGivesRulesOrAPlace(@ForAll @IntRange(min = 0, max = 5000) int at, @ForAll char other) {
    StringBuilder text = new StringBuilder(SOUND);
    text.setCharAt(at % text.length(), other);
    sane(text.toString());
  }

  @Property(tries = 200)
  void anyPrefixGivesRulesOrAPlace(@ForAll @IntRange(min = 0, max = 5000) int length) {
    sane(SOUND.substring(0, length % SOUND.length()));
  }

  @Property(tries = 200)
  void anyTextGivesRulesOrAPlace(@ForAll @StringLength(max = 300) String text) {
    sane(text);
  }

  @Test
  void whatIsTooDeepOrTooLongIsRefusedWithItsPlace() {
    for (String hostile : List.of("(".repeat(100_000), "class a { int b = " + "-".repeat(200_000) + "1; }", "class a { @GuardedBy(" + "a.".repeat(100_000) + "b) int c; }", "x".repeat(300_000),
        "@Paths(\"x/\") interface i { void f(a a) { if (" + "!".repeat(100_000) + "atomic()) assert atomic(); } }", "class a<".repeat(50_000)))
      assertThat(problems(hostile)).hasSize(1).allSatisfy(problem -> assertThat(problem.place().line()).isPositive());
  }

  private static void sane(String text) {
    int lines = text.split("\n", -1).length;
    for (Problem problem : problems(text)) {
      assertThat(problem.place().line()).isBetween(1, lines + 1);
      assertThat(problem.message()).isNotBlank().doesNotContain("\n").doesNotContain("Exception");
    }
  }

  private static List<Problem> problems(String text) {
    return Rules.read(new TreeMap<>(Map.of("a.rule", SourceText.of("a.rule", text.getBytes(StandardCharsets.UTF_8))))).problems();
  }
}
