// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import keeper.text.Files;
import keeper.text.SourceText;
import org.junit.jupiter.api.Test;

/** C that nobody would write, except to hurt: it ends, without an exception, and what stands beside it is still read. */
class HostileTest {
  private static final String BESIDE = "void beside(struct lamp *l)\n{\n\tspin_lock(&l->glow);\n\tmsleep(1);\n\tspin_unlock(&l->glow);\n}\n";

  @Test
  void nestedBraces() throws IOException {
    assertThat(asked("void deep(void)\n{\n" + "{".repeat(100_000) + "}".repeat(100_000) + "\n}\n" + BESIDE)).containsExactly("sleep-in-atomic beside");
  }

  @Test
  void oneLongLine() throws IOException {
    assertThat(asked("void wide(void)\n{\n\tx = " + "1 + ".repeat(500_000) + "1;\n}\n" + BESIDE)).containsExactly("sleep-in-atomic beside");
  }

  @Test
  void manyLocksInOneFunction() throws IOException {
    StringBuilder text = new StringBuilder("void many(struct lamp *l)\n{\n");
    for (int i = 0; i < 10_000; i++) text.append("\tspin_lock(&l->lock").append(i).append(");\n");
    assertThat(asked(text.append("}\n").append(BESIDE).toString())).contains("sleep-in-atomic beside");
  }

  @Test
  void aMazeOfGotos() throws IOException {
    StringBuilder text = new StringBuilder("void maze(struct lamp *l, int n)\n{\n");
    for (int i = 0; i < 1000; i++) {
      text.append("l").append(i).append(":\n\tif (n == ").append(i).append(")\n\t\tspin_lock(&l->lock").append(i % 40).append(");\n\telse if (n++ > ").append(i).append(")\n\t\tgoto l").append((i * 7919) % 1000)
          .append(";\n\tspin_unlock(&l->lock").append(i * 31 % 40).append(");\n");
    }
    assertThat(asked(text.append("}\n").append(BESIDE).toString())).contains("sleep-in-atomic beside");
  }

  @Test
  void aLongChainOfCalls() throws IOException {
    StringBuilder text = new StringBuilder();
    int count = 20_000;
    for (int i = 0; i < count; i++)
      text.append("static void f").append(i).append("(struct lamp *l)\n{\n\tf").append(i + 1 == count ? 0 : i + 1).append("(l);\n").append(i == count - 1 ? "\tspin_lock(&l->glow);\n\tspin_unlock(&l->glow);\n" : "").append("}\n");
    assertThat(asked(text + BESIDE)).contains("sleep-in-atomic beside");
  }

  @Test
  void headersThatIncludeEachOther() throws IOException {
    List<SourceText> texts = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      StringBuilder header = new StringBuilder();
      for (int k = 0; k < 500; k++) header.append("#include \"h").append(k).append(".h\"\n");
      texts.add(SourceText.of("drivers/lamp/h" + i + ".h", header + "#define again" + i + "(x) again" + (i + 1) % 500 + "(x)\n"));
    }
    SourceText text = SourceText.of("drivers/lamp/lamp.c", "#include \"h0.h\"\nvoid round(void)\n{\n\tagain0(1);\n}\n" + BESIDE);
    texts.add(text);
    assertThat(words(Checks.of(ExamplesTest.rules(), Set.of()).findings(text, Files.of("lamp", texts)))).containsExactly("sleep-in-atomic beside");
  }

  private static List<String> asked(String text) throws IOException {
    SourceText file = SourceText.of("drivers/lamp/lamp.c", text);
    return words(Checks.of(ExamplesTest.rules(), Set.of()).findings(file, Files.of("lamp", List.of(file))));
  }

  private static List<String> words(List<Finding> findings) {
    return findings.stream().filter(finding -> finding.confidence() != Confidence.POSSIBLE).map(finding -> finding.check() + " " + finding.function()).distinct().toList();
  }
}
