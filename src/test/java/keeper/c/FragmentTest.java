// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import keeper.text.SourceText;
import org.junit.jupiter.api.Test;

class FragmentTest {
  private static Fragment.Run run(int start, String section, String text) {
    return new Fragment.Run(start, text.lines().toList(), section);
  }

  private static SourceText fragment(Fragment.Run... runs) {
    return Fragment.of("drivers/box.c", List.of(runs));
  }

  private static String tree(SourceText text) {
    return Dump.tree(text, Optional.empty());
  }

  @Test
  void linesKeepTheirNumbers() {
    SourceText text = fragment(run(40, "static int box_open(struct box *box)", "\tmutex_lock(&box->lock);\n\tbox->n++;\n"));
    assertThat(text.lineText(41)).isEqualTo("\tbox->n++;");
    assertThat(tree(text)).isEqualTo("""
        39-42 function box_open(box: struct box *) int<static>
          39 unread \\1
          40 evaluate (call mutex_lock (& (-> box lock)))
          41 evaluate (post++ (-> box n))
          42 unread \\1
        """);
  }

  @Test
  void twoRunsOfOneFunctionAreOneFunctionWithAGap() {
    String section = "int box_open(struct box *box)";
    SourceText text = fragment(run(10, section, "\tlock(box);\n"), run(20, section, "\tunlock(box);\n\treturn 0;\n}\n\nint next;\n"));
    assertThat(tree(text)).isEqualTo("""
        9-22 function box_open(box: struct box *) int
          9 unread \\1
          10 evaluate (call lock box)
          19 unread \\1
          20 evaluate (call unlock box)
          21 return 0
        """);
    assertThat(Outline.of(text).globals()).extracting(Global::name).containsExactly("next");
  }

  @Test
  void theFunctionThatARunOpensGoesOnInTheNext() {
    SourceText text = fragment(
        run(10, "int before(void)", "\treturn 1;\n}\n\nstatic int box_open(struct box *box,\n\t\t    int n)\n{\n\tlock(box);\n"),
        run(30, "static int box_open(struct box *box,", "\tunlock(box);\n}\n"));
    assertThat(Parser.functions(text)).extracting(Function::name).containsExactly("before", "box_open");
    Function open = Parser.functions(text).get(1);
    assertThat(open.parameters()).extracting(Parameter::name).containsExactly("box", "n");
    assertThat(open.line()).isEqualTo(13);
    assertThat(open.endLine()).isEqualTo(31);
  }

  @Test
  void anotherSectionIsAnotherFunction() {
    SourceText text = fragment(run(10, "int one(void)", "\ta();\n"), run(12, "int two(struct box *box, int", "\tb();\n"));
    assertThat(tree(text)).isEqualTo("""
        9-11 function one() int
          9 unread \\1
          10 evaluate (call a)
          11 unread \\1
        11-13 function two(box: struct box *, : int) int
          11 unread \\1
          12 evaluate (call b)
          13 unread \\1
        """);
  }

  @Test
  void aParameterThatGitCutOffIsLeftOut() {
    String section = "static int box_open_with_a_long_name(struct box *box, unsigned long flags, struct lon";
    Function function = Parser.functions(fragment(run(5, section.substring(0, 80), "\tfoo(box);\n"))).get(0);
    assertThat(function.parameters()).extracting(Parameter::name).containsExactly("box", "flags");
  }

  @Test
  void aRunMayBeginInTheParameters() {
    SourceText text = fragment(run(5, "static int box_open(struct box *box,", "\t\t    int n)\n{\n\tfoo(n);\n}\n"));
    Function function = Parser.functions(text).get(0);
    assertThat(function.parameters()).extracting(Parameter::name).containsExactly("box", "n");
    assertThat(function.name()).isEqualTo("box_open");
    assertThat(tree(text)).doesNotContain("unread");
  }

  @Test
  void oddSectionsMakeNoFunctions() {
    for (String section : List.of("", "out:", "struct box {", "static const struct box_ops ops = {", "#define BOX(x) \\", "enum what {", "else if (x)",
        "MODULE_LICENSE(\"GPL\");", "EXPORT_SYMBOL_GPL(box_open);")) {
      SourceText text = fragment(run(50, section, "\tif (x) {\n\t\tfoo(1);\n\t}\n\tlist_for_each(a, b) {\n\t\tc(a);\n\t}\n"));
      assertThat(Parser.functions(text)).as(section).isEmpty();
    }
  }

  @Test
  void aMacroBehindAFunctionIsNotItsBody() {
    SourceText text = fragment(run(50, "int box_open(void)", "\tdo { \\\n\t\tfoo(1); \\\n\t} while (0)\n"));
    assertThat(Parser.functions(text)).isEmpty();
  }

  @Test
  void aRunMayBeginAndEndInAComment() {
    SourceText text = fragment(
        run(9, "int one(void)", " * words { here\n */\nint two(int a)\n{\n\treturn a; /* and\n"), run(20, "int three(void)", "\treturn 3;\n}\n"));
    assertThat(Parser.functions(text)).extracting(Function::name).containsExactly("two", "three");
  }

  @Test
  void aBlockWhoseBeginningIsNotShownRunsOnAnUnknownCondition() {
    SourceText text = fragment(run(10, "int one(struct box *box)", "\t\tunlock(box);\n\t\treturn -1;\n\t} else {\n\t\tb();\n\t}\n\tc();\n"));
    assertThat(tree(text)).isEqualTo("""
        9-16 function one(box: struct box *) int
          9 unread \\1
          10 if unread
            10 unread\s
            10 evaluate (call unlock box)
            11 return (- 1)
          else
            13 evaluate (call b)
          15 evaluate (call c)
          16 unread \\1
        """);
  }

  @Test
  void aBlockWhoseEndIsNotShownEndsInTheGap() {
    String section = "int one(struct box *box)";
    SourceText text = fragment(run(10, section, "\tif (box) {\n\t\ta(box,\n"), run(20, section, "\tlock(box);\nout:\n\treturn 0;\n}\n"));
    assertThat(tree(text)).isEqualTo("""
        9-23 function one(box: struct box *) int
          9 unread \\1
          10 if box
            11 unread a(box,
          19 unread \\1
          20 evaluate (call lock box)
          21 label out
          22 return 0
        """);
  }

  @Test
  void runsThatOverlapAreLeftOut() {
    SourceText text = fragment(run(10, "int a(void)", "\tb();\n\tc();\n"), run(11, "int a(void)", "\td();\n"), run(Integer.MAX_VALUE, "int z(void)", "\te();\n"));
    assertThat(text.lines()).isEqualTo(12);
  }
}
