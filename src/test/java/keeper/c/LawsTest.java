// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import keeper.text.SourceText;
import keeper.text.Span;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What holds for every input: nothing throws, all ends, tokens and gaps give back the text, spans nest. Seeded, so a failure repeats. */
class LawsTest {
  private static final int ROUNDS = 500;
  private static final String[] WORDS = {
    "if", "else", "while", "do", "for", "switch", "case", "default", "goto", "return", "sizeof", "typeof", "asm", "struct x", "int", "static", "const", "__x",
    "foo", "BAR", "(", ")", "{", "}", "[", "]", ";", ",", ".", "->", "...", ":", "?", "=", "+=", "*", "&", "&&", "++", "<", "1", "'c'", "\"s\"", "\n", "\n{\n",
    "\n}\n", "\n#if X\n", "\n#else\n", "\n#endif\n", "\n#if 0\n", "\n#define A(x) x\n", "/* c */", "/*", "\\\n", "\1", "\0", "scoped_guard(a, b)", "static int f(int a)",
    "__attribute__((x))", "_Generic", "__extension__", "@", "({", "})"
  };

  private static final List<byte[]> SOURCES = new ArrayList<>();

  @BeforeAll
  static void readSources() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/test/resources/keeper/c"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".c")).sorted().toList()) SOURCES.add(Files.readAllBytes(file));
    }
  }

  @Test
  void damagedCodeIsRead() {
    Random random = new Random(20261);
    for (int round = 0; round < ROUNDS; round++) lawsHold(damaged(random), "round " + round);
  }

  @Test
  void randomTokensAreRead() {
    Random random = new Random(20262);
    for (int round = 0; round < ROUNDS; round++) {
      StringBuilder text = new StringBuilder(random.nextInt(3) == 0 ? "" : "int f(void)\n{\n");
      for (int i = random.nextInt(120); i > 0; i--) text.append(WORDS[random.nextInt(WORDS.length)]).append(random.nextInt(4) == 0 ? "" : " ");
      lawsHold(text.toString().getBytes(StandardCharsets.UTF_8), "round " + round);
    }
  }

  @Test
  void randomBytesAreRead() {
    Random random = new Random(20263);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = new byte[random.nextInt(300)];
      random.nextBytes(bytes);
      lawsHold(bytes, "round " + round);
    }
  }

  @Test
  void everyPrefixIsRead() {
    for (byte[] source : SOURCES) for (int end = 0; end < source.length; end += 31) lawsHold(Arrays.copyOf(source, end), "prefix " + end);
  }

  @Test
  void hunksOfDamagedCodeAreRead() {
    Random random = new Random(20264);
    for (int round = 0; round < ROUNDS; round++) {
      List<String> lines = new String(damaged(random), StandardCharsets.ISO_8859_1).lines().toList();
      List<Fragment.Run> runs = new ArrayList<>();
      int at = random.nextInt(5);
      while (at < lines.size()) {
        int end = Math.min(lines.size(), at + 1 + random.nextInt(12));
        runs.add(new Fragment.Run(at + 1, lines.subList(at, end), at > 0 ? lines.get(random.nextInt(at)) : ""));
        at = end + random.nextInt(9);
      }
      SourceText text = Fragment.of("x.c", runs);
      lawsHold(text.bytes(), "round " + round);
      for (Fragment.Run run : runs) {
        if (run.lines().get(0).indexOf(1) < 0 && !run.lines().get(0).endsWith("\\"))
          assertThat(text.lineText(run.startLine())).as("round %d line %d", round, run.startLine()).isEqualTo(run.lines().get(0));
      }
    }
  }

  @Test
  void deepAndLongCodeEnds() {
    for (String unit : List.of("(", "{", "[", "((x)", "!", "if (a) ", "if (a) {", "else if (a) b; ", "a + ", "a, ", "a = ", "a ? b : ", "x->y", "f(", "({", "do ", "{ .a = ",
        "sizeof ", "&&", "struct {", "switch (x) { case 1: ", "for (;;) ", "name(x) ", "\n#if X\n", "(*", "\"a\" B ", "case 1: ", "l: ", "int (*", "{\1", "f(int __a(", "f(x f(", "] (", "/* */ ", "= {")) {
      byte[] bytes = ("int f(void)\n{\n" + unit.repeat(10_000) + "\n}\n").getBytes(StandardCharsets.UTF_8);
      Assertions.assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
        SourceText text = SourceText.of("x.c", bytes);
        for (Function function : Outline.of(text).functions()) for (Variant variant : Variant.of(function)) spansNest(Parser.body(function, variant), function.body());
        Outline.of(text).structs();
      }, "10,000 times " + unit);
    }
  }

  private static byte[] damaged(Random random) {
    byte[] bytes = SOURCES.get(random.nextInt(SOURCES.size())).clone();
    for (int edits = 1 + random.nextInt(6); edits > 0 && bytes.length > 2; edits--) {
      int at = random.nextInt(bytes.length - 1);
      int length = Math.min(bytes.length - at, 1 + (random.nextInt(4) == 0 ? random.nextInt(40) : 0));
      switch (random.nextInt(3)) {
        case 0 -> bytes = join(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, at + length, bytes.length));
        case 1 -> bytes = join(Arrays.copyOf(bytes, at + length), Arrays.copyOfRange(bytes, at, bytes.length));
        default -> {
          byte swapped = bytes[at];
          bytes[at] = bytes[at + 1];
          bytes[at + 1] = swapped;
        }
      }
    }
    return bytes;
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  private static void lawsHold(byte[] bytes, String round) {
    SourceText text = SourceText.of("x.c", bytes);
    try {
      tokensCover(text);
      int last = 0;
      for (Function function : Outline.of(text).functions()) {
        assertThat(function.head().start()).as("functions do not overlap").isGreaterThanOrEqualTo(last);
        assertThat(function.head().end()).isLessThanOrEqualTo(function.body().start());
        last = function.body().end();
        for (Variant variant : Variant.of(function)) spansNest(Parser.body(function, variant), function.body());
        assertThat(Variant.live(function, function.endLine())).isNotNull();
      }
      assertThat(Dump.outline(text)).isEqualTo(Dump.outline(SourceText.of("x.c", bytes.clone())));
      Dump.tree(text, Optional.empty());
    } catch (Throwable e) {
      throw new AssertionError(round + ": " + e + "\n" + new String(bytes, StandardCharsets.UTF_8), e);
    }
  }

  private static void tokensCover(SourceText text) {
    Tokens tokens = Lexer.tokens(text);
    int at = 0;
    for (int i = 0; i < tokens.size(); i++) {
      assertThat(tokens.start(i)).isGreaterThanOrEqualTo(at);
      assertThat(tokens.end(i)).isGreaterThan(tokens.start(i));
      blank(text, at, tokens.start(i));
      at = tokens.end(i);
    }
    assertThat(at).isLessThanOrEqualTo(text.length());
    blank(text, at, text.length());
  }

  /** Between tokens stand blanks and continued line ends only. */
  private static void blank(SourceText text, int from, int to) {
    String gap = text.text(new Span(from, to));
    assertThat(gap.replace("\\\r\n", "").replace("\\\n", "").strip()).isEmpty();
  }

  private static void spansNest(Node top, Span all) {
    if (!all.contains(top.span())) throw new AssertionError(top.span() + " in " + all);
    top.walk().forEach(node -> {
      int last = node.span().start();
      for (Node part : node.parts()) {
        if (!node.span().contains(part.span())) throw new AssertionError(part + " in " + node.span());
        if (!(node instanceof Statement.Compound)) continue;
        if (part.span().start() < last) throw new AssertionError("statements overlap at " + part);
        last = part.span().end();
      }
    });
  }
}
