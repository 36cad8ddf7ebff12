// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import keeper.rule.Rules;
import keeper.text.Problem;
import keeper.text.SourceText;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Everything under rules/ that is annotated C agrees with its comments, and disagreement is noticed. */
class RuleExamplesTest {
  @TestFactory
  Stream<DynamicTest> everyExampleAgreesWithItsComments() throws IOException {
    Rules rules = Rules.read(files());
    return Examples.paths(rules).stream().map(path -> DynamicTest.dynamicTest(path, () -> assertThat(Examples.disagreements(rules, path)).isEmpty()));
  }

  @Test
  void theRulesThemselvesHaveNoProblems() throws IOException {
    assertThat(Rules.read(files()).problems()).isEmpty();
  }

  @Test
  void aCommentWithoutItsFindingAndAFindingWithoutItsCommentAreProblems() throws IOException {
    List<Problem> problems = disagreements("""
        static int f(struct box *p)
        {
        	mutex_lock(&p->lock);
        	if (p->a)
        		return -EBUSY;
        	mutex_unlock(&p->lock);	/* expect: missing-unlock lock */
        	return 0;
        }
        """);
    assertThat(problems).extracting(Problem::toString).satisfiesExactly(
        first -> assertThat(first).startsWith("checks/missing-unlock.c:5:").contains("which no comment expects"),
        second -> assertThat(second).startsWith("checks/missing-unlock.c:6:").contains("which is not found"));
  }

  @Test
  void knownMistakesThatAreGoneAreGoodNews() throws IOException {
    List<Problem> problems = disagreements("""
        static int f(struct box *p)
        {
        	mutex_lock(&p->lock);
        	if (p->a)
        		return -EBUSY;	/* missed: missing-unlock lock */
        	mutex_unlock(&p->lock);	/* wrong: missing-unlock lock */
        	return 0;
        }
        """);
    assertThat(problems).hasSize(2).allSatisfy(problem -> assertThat(problem.message()).startsWith("good news: "));
  }

  @Test
  void whatIsHeldIsComparedWhereTheLineStarts() throws IOException {
    assertThat(disagreements("""
        static void f(struct box *p, bool c)
        {
        	use(p);	/* held: none */
        	if (c)
        		mutex_lock(&p->lock);
        	use(p);	/* held: lock? */
        	if (c)
        		mutex_unlock(&p->lock);	/* held: lock */
        	use(p);	/* held: none */
        }
        """)).isEmpty();
    assertThat(disagreements("""
        static void f(struct box *p)
        {
        	use(p);	/* held: lock */
        }
        """)).singleElement().satisfies(problem -> assertThat(problem.message()).isEqualTo("held: none, expected lock"));
  }

  @Test
  void theSameTextTwiceGivesTheSameFindings() throws IOException {
    Rules rules = Rules.read(files());
    for (String path : Examples.paths(rules)) {
      SourceText text = rules.files().get(path);
      NoTree tree = new NoTree();
      List<Finding> first = Checks.of(rules, Set.of()).findings(text, tree);
      assertThat(Checks.of(Rules.read(files()), Set.of()).findings(SourceText.of(text.path(), text.bytes().clone()), tree)).isEqualTo(first);
    }
  }

  @Test
  void hostileTextEndsWithinTheLimits() throws IOException {
    StringBuilder maze = new StringBuilder("int f(struct box *p, int n)\n{\n");
    for (int i = 0; i < 400; i++) maze.append("l").append(i).append(":\n\tif (n == ").append(i).append(") spin_lock(&p->a").append(i).append(");\n\tif (p->x").append(i).append(") goto l").append((i * 7) % 400).append(";\n");
    maze.append("\treturn 0;\n}\n");
    StringBuilder many = new StringBuilder("void g(struct box *p)\n{\n");
    for (int i = 0; i < 10_000; i++) many.append("\tmutex_lock(&p->l").append(i).append(");\n");
    many.append("}\n");
    String deep = "void h(struct box *p)\n{\n" + "{".repeat(100_000) + "}".repeat(100_000) + "\n}\n";
    for (String hostile : List.of(maze.toString(), many.toString(), deep)) {
      SourceText text = SourceText.of("drivers/x.c", hostile);
      org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(java.time.Duration.ofSeconds(60), () -> Checks.of(Rules.read(files()), Set.of()).findings(text, new NoTree()));
    }
  }

  private static List<Problem> disagreements(String c) throws IOException {
    SortedMap<String, SourceText> files = files();
    files.put("checks/missing-unlock.c", SourceText.of("checks/missing-unlock.c", c));
    return Examples.disagreements(Rules.read(files), "checks/missing-unlock.c");
  }

  private static SortedMap<String, SourceText> files() throws IOException {
    SortedMap<String, SourceText> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(Path.of("rules"))) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String path = Path.of("rules").relativize(file).toString();
        files.put(path, SourceText.of(path, Files.readAllBytes(file)));
      }
    }
    return files;
  }

  /** Knows no other file. */
  private static final class NoTree implements keeper.text.Tree {
    @Override
    public java.util.Optional<SourceText> file(String path) {
      return java.util.Optional.empty();
    }

    @Override
    public java.util.Optional<String> contentId(String path) {
      return java.util.Optional.empty();
    }

    @Override
    public List<String> paths(String folder, String suffix) {
      return List.of();
    }

    @Override
    public String name() {
      return "nothing";
    }
  }
}
