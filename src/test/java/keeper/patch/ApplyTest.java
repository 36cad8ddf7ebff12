// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.patch;

import static org.assertj.core.api.Assertions.assertThat;

import keeper.text.SourceText;
import org.junit.jupiter.api.Test;

class ApplyTest {
  private static final String BEFORE = """
      int a;
      int b;
      int c;
      int d;
      int e;
      int f;
      int g;
      int h;
      """;
  private static final String DIFF = """
      --- a/x.c
      +++ b/x.c
      @@ -3,5 +3,6 @@
       int c;
       int d;
      -int e;
      +int ee;
      +int eee;
       int f;
       int g;
      """;

  @Test
  void contextStandsWhereItSays() {
    Placement.Applied applied = applied(DIFF, BEFORE);
    assertThat(applied.isExact()).isTrue();
    assertThat(text(applied)).isEqualTo(BEFORE.replace("int e;", "int ee;\nint eee;"));
  }

  @Test
  void aHunkMayStandElsewhereNearestFirst() {
    Placement.Applied applied = applied(DIFF, "int z;\nint y;\n" + BEFORE + BEFORE);
    assertThat(applied.offsets()).containsExactly(2);
    assertThat(text(applied)).startsWith("int z;\nint y;\nint a;\nint b;\nint c;\nint d;\nint ee;");
  }

  @Test
  void noContextIsLeftOut() {
    Placement result = Apply.to(file(DIFF), SourceText.of("x.c", BEFORE.replace("int g;", "long g;")));
    assertThat(result).isInstanceOfSatisfying(Placement.Refused.class, refused -> {
      assertThat(refused.hunk()).isEqualTo(1);
      assertThat(refused.line()).isEqualTo(7);
      assertThat(refused).hasToString("x.c:7: hunk 1 (@@ -3,5 +3,6 @@) does not fit: \"int g;\" is expected, here is \"long g;\"");
    });
  }

  @Test
  void backwardsGivesThePreImage() {
    SourceText after = applied(DIFF, BEFORE).after();
    Placement back = Apply.to(file(DIFF).reversed(), after);
    assertThat(text((Placement.Applied) back)).isEqualTo(BEFORE);
  }

  @Test
  void aFileWithCarriageReturnsKeepsThem() {
    String crlf = BEFORE.replace("\n", "\r\n");
    assertThat(text(applied(DIFF, crlf))).isEqualTo(crlf.replace("int e;", "int ee;\r\nint eee;"));
  }

  @Test
  void theMissingNewlineAtTheEndCounts() {
    String diff = """
        --- a/x.c
        +++ b/x.c
        @@ -7,2 +7,2 @@
         int g;
        -int h;
        \\ No newline at end of file
        +int i;
        """;
    String before = BEFORE.stripTrailing();
    assertThat(text(applied(diff, before))).isEqualTo(before.replace("int h;", "int i;\n"));
    assertThat(Apply.to(file(diff), SourceText.of("x.c", BEFORE))).isInstanceOf(Placement.Refused.class);
  }

  @Test
  void newAndDeletedFiles() {
    FileDiff created = file("diff --git a/n.c b/n.c\nnew file mode 100644\n--- /dev/null\n+++ b/n.c\n@@ -0,0 +1,2 @@\n+one\n+two\n");
    assertThat(text((Placement.Applied) Apply.created(created))).isEqualTo("one\ntwo\n");
    assertThat(Apply.to(created, SourceText.of("n.c", "there\n"))).isInstanceOf(Placement.Refused.class);
    Placement gone = Apply.to(created.reversed(), SourceText.of("n.c", "one\ntwo\n"));
    assertThat(text((Placement.Applied) gone)).isEmpty();
    assertThat(Apply.to(created.reversed(), SourceText.of("n.c", "one\ntwo\nthree\n"))).isInstanceOf(Placement.Refused.class);
  }

  @Test
  void aLatin1FileIsMatchedByItsBytes() {
    byte[] before = "/* J\u00fcrgen */\nint a;\nint b;\n".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    FileDiff diff = file("--- a/x.c\n+++ b/x.c\n@@ -1,3 +1,3 @@\n /* J\u00fcrgen */\n-int a;\n+int c;\n int b;\n");
    Placement result = Apply.to(diff, SourceText.of("x.c", before));
    assertThat(result).isInstanceOf(Placement.Applied.class);
    assertThat(((Placement.Applied) result).after().bytes())
        .isEqualTo("/* J\u00fcrgen */\nint c;\nint b;\n".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
  }

  private static Placement.Applied applied(String diff, String before) {
    return (Placement.Applied) Apply.to(file(diff), SourceText.of("x.c", before));
  }

  private static String text(Placement.Applied applied) {
    return new String(applied.after().bytes(), java.nio.charset.StandardCharsets.UTF_8);
  }

  private static FileDiff file(String diff) {
    Patch patch = Patch.ofDiff(diff, "test.diff");
    assertThat(patch.problems()).isEmpty();
    return patch.files().get(0);
  }
}
