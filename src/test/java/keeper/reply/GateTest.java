// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.reply;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import keeper.patch.Patch;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GateTest {
  private static final String DIFF = """
      diff --git a/a.c b/a.c
      --- a/a.c
      +++ b/a.c
      @@ -1,4 +1,5 @@ int f(void)
       {
      -	old();
      +	new();
      +	newer();
       	return 0;
       }
      """;

  private static Patch patch(String diff) {
    return Patch.ofDiff(diff, "test");
  }

  private static SortedMap<Anchor, String> at(int line, String text) {
    return new TreeMap<>(java.util.Map.of(new Anchor(0, 0, line, true), text));
  }

  @Test
  void aRemarkUnderItsLinePasses() {
    Patch patch = patch(DIFF);
    for (int line = 0; line < 6; line++) {
      String body = Quote.of(DIFF, patch, at(line, "Why?"), false);
      assertThat(Gate.refusal(body, patch, at(line, "Why?"))).as(body).isEmpty();
    }
  }

  @Test
  void aRemovedLineCountsInThePreImage() {
    Patch patch = patch(DIFF);
    List<Gate.Remark> read = Gate.read(Quote.of(DIFF, patch, at(1, "Why?"), false), patch);
    assertThat(read).singleElement().isEqualTo(new Gate.Remark("a.c", true, 2, "-\told();", "Why?"));
  }

  @Test
  void aRemarkUnderAnotherLineIsRefused() {
    Patch patch = patch(DIFF);
    String body = Quote.of(DIFF, patch, at(2, "Why?"), false);
    assertThat(Gate.refusal(body, patch, at(3, "Why?"))).hasValueSatisfying(why -> assertThat(why).contains("a.c:3", "a.c:2"));
    assertThat(Gate.refusal(body, patch, at(2, "Where?"))).isPresent();
    assertThat(Gate.refusal(body.replace("+\tnew();", "+\tnewer();"), patch, at(2, "Why?"))).isPresent();
    assertThat(Gate.refusal(body.replace("> @@ -1,4 +1,5", "> @@ -1,4 +7,5").replace("new();", "n3w();"), patch, at(2, "Why?"))).isPresent();
  }

  static Stream<String> misread() {
    return Stream.of("Reviewed-by: x <x@example.org>", "  Acked-by: x <x@example.org>", "Fixes: 123456789abc", "From me", "---", "#syz fix",
        "diff --git a/x b/x", "[snip]", "@@ -1 +1 @@");
  }

  @ParameterizedTest
  @MethodSource("misread")
  void textThatAToolWouldMisreadIsRefused(String line) {
    Patch patch = patch(DIFF);
    String text = "Why?\n" + line;
    assertThat(Gate.refusal(Quote.of(DIFF, patch, at(2, text), false), patch, at(2, text))).as(line).isPresent();
  }

  @Test
  void aQuoteInARemarkIsRefused() {
    Patch patch = patch(DIFF);
    String text = "Why?\n> quoted\nso?";
    assertThat(Gate.refusal(Quote.of(DIFF, patch, at(2, text), false), patch, at(2, text))).isPresent();
  }

  @Test
  void longHunksGetAGapThatToolsKnow() {
    StringBuilder diff = new StringBuilder("diff --git a/a.c b/a.c\n--- a/a.c\n+++ b/a.c\n@@ -0,0 +1,40 @@\n");
    for (int i = 1; i <= 40; i++) diff.append("+line ").append(i).append('\n');
    Patch patch = patch(diff.toString());
    String body = Quote.of(diff.toString(), patch, at(35, "Why?"), false);
    assertThat(body).contains("> @@ -0,0 +1,40 @@\n> [ ... skip 26 lines ... ]\n> +line 27\n").endsWith("> +line 36\n\nWhy?\n\n");
    assertThat(Gate.refusal(body, patch, at(35, "Why?"))).isEmpty();
  }

  /** Whatever the lines are, and however often they repeat: quoted whole, each remark is read back at its place. */
  @Property(tries = 300)
  void wholeQuotesAreAlwaysReadBack(
      @ForAll @Size(min = 1, max = 40) List<@IntRange(max = 11) Integer> shapes, @ForAll @Size(min = 1, max = 4) List<@IntRange(max = 39) Integer> places) {
    String diff = diff(shapes);
    Patch patch = patch(diff);
    assertThat(patch.files()).hasSize(1);
    int lines = patch.files().get(0).hunks().get(0).lines().size();
    SortedMap<Anchor, String> remarks = new TreeMap<>();
    for (int place : places) remarks.put(new Anchor(0, 0, place % lines, true), "Remark " + place % lines + "?");
    assertThat(Gate.refusal(Quote.of(diff, patch, remarks, true), patch, remarks)).isEmpty();
  }

  /** Every quoted line is a line of the mail, byte for byte and in order. */
  @Property(tries = 300)
  void quotedLinesAreTheMailsOwn(@ForAll @Size(min = 1, max = 40) List<@IntRange(max = 11) Integer> shapes, @ForAll @IntRange(max = 39) int place) {
    String diff = diff(shapes);
    Patch patch = patch(diff);
    int line = place % patch.files().get(0).hunks().get(0).lines().size();
    List<String> mail = new ArrayList<>(List.of(diff.split("\n")));
    for (String quoted : Quote.of(diff, patch, at(line, "Why?"), false).split("\n")) {
      if (!quoted.startsWith(">") || quoted.startsWith("> [ ... skip ")) continue;
      String raw = quoted.equals(">") ? "" : quoted.substring(2);
      assertThat(mail).contains(raw);
      mail = mail.subList(mail.indexOf(raw) + 1, mail.size());
    }
  }

  private static String diff(List<Integer> shapes) {
    StringBuilder lines = new StringBuilder();
    int pre = 0;
    int post = 0;
    for (int shape : shapes) {
      char mark = " +-".charAt(shape % 3);
      lines.append(mark).append(List.of("\treturn ret;", "", "\tx = 1;", "> quoted").get(shape / 3)).append('\n');
      if (mark != '+') pre++;
      if (mark != '-') post++;
    }
    lines.append("+\tend();\n");
    return "diff --git a/a.c b/a.c\n--- a/a.c\n+++ b/a.c\n@@ -" + (pre == 0 ? 0 : 10) + "," + pre + " +10," + (post + 1) + " @@ f\n" + lines;
  }
}
