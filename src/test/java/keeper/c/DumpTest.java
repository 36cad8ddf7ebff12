// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import keeper.text.SourceText;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Golden pairs: {@code x.c} beside {@code x.tokens}, {@code x.outline} or {@code x.tree}, written by {@code -Dgolden=write}. */
class DumpTest {
  private static final Path FOLDER = Path.of("src/test/resources/keeper/c");

  @TestFactory
  Stream<DynamicTest> tokens() throws IOException {
    return golden(".tokens", Dump::tokens);
  }

  @TestFactory
  Stream<DynamicTest> outline() throws IOException {
    return golden(".outline", Dump::outline);
  }

  @TestFactory
  Stream<DynamicTest> tree() throws IOException {
    return golden(".tree", text -> Dump.tree(text, Optional.empty()));
  }

  private static Stream<DynamicTest> golden(String ending, Function<SourceText, String> dump) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(FOLDER)) {
      files = all.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
    assertThat(files).as("files *%s", ending).isNotEmpty();
    return files.stream().map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(file, ending, dump)));
  }

  private static void check(Path golden, String ending, Function<SourceText, String> dump) {
    String name = golden.getFileName().toString();
    String source = name.substring(0, name.length() - ending.length()) + ".c";
    try {
      String printed = dump.apply(SourceText.of(source, Files.readAllBytes(FOLDER.resolve(source))));
      if ("write".equals(System.getProperty("golden"))) Files.writeString(golden, printed);
      assertThat(printed).as("lockkeeper dump %s %s", ending.substring(1), source).isEqualTo(Files.readString(golden));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
