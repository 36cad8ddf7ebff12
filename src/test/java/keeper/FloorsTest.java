// SPDX-License-Identifier: GPL-2.0-or-later
package keeper;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The walls of the house: who may use whom, and which library lives in which room. */
class FloorsTest {
  private static final Path SOURCES = Path.of("src/main/java/keeper");
  private static final JavaClasses CLASSES =
      new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("keeper");

  /** A library's packages, and the packages of ours that may use them. */
  private static final Map<String, Set<String>> ROOMS = Map.ofEntries(
      Map.entry("org.eclipse.jgit", Set.of("git")),
      Map.entry("jakarta.mail", Set.of("mail", "outbox", "inbox")),
      Map.entry("com.github.javaparser", Set.of("rule")),
      Map.entry("java.sql", Set.of("store")),
      Map.entry("javax.sql", Set.of("store")),
      Map.entry("org.h2", Set.of("store")),
      Map.entry("org.flywaydb", Set.of("store")),
      Map.entry("org.quartz", Set.of("bot")),
      Map.entry("com.sun.net.httpserver", Set.of("web")),
      Map.entry("picocli", Set.of("cli")),
      Map.entry("me.tongfei", Set.of("cli")),
      Map.entry("com.fasterxml.jackson.dataformat.toml", Set.of("config")));

  private static final Set<String> BELOW_THE_DOORS = Set.of(
      "text", "config", "mail", "patch", "c", "rule", "series", "lineage", "flow", "lock", "check", "custom", "review", "report", "reply");

  @Test
  void everyArrowIsDeclaredAndEveryDeclaredArrowPointsDown() throws IOException {
    Map<String, Set<String>> declared = declaredUses();
    List<String> wrong = new ArrayList<>();
    for (JavaClass type : CLASSES) {
      String from = room(type.getPackageName());
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        String to = room(dependency.getTargetClass().getPackageName());
        if (to.isEmpty() || to.equals(from)) continue;
        if (!declared.getOrDefault(from, Set.of()).contains(to)) wrong.add(from + " uses " + to + ": " + dependency.getDescription());
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void noCircles() throws IOException {
    Map<String, Set<String>> uses = declaredUses();
    Set<String> left = new TreeSet<>(uses.keySet());
    boolean shrank = true;
    while (shrank) {
      shrank = left.removeIf(room -> uses.get(room).stream().noneMatch(left::contains));
    }
    assertThat(left).as("packages that use each other in a circle").isEmpty();
  }

  @Test
  void eachLibraryHasOneRoom() {
    List<String> wrong = new ArrayList<>();
    for (JavaClass type : CLASSES) {
      String from = room(type.getPackageName());
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        String target = dependency.getTargetClass().getName();
        ROOMS.forEach((library, rooms) -> {
          if (target.startsWith(library + ".") && !rooms.contains(from)) wrong.add(from + " uses " + target);
        });
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void nothingBelowTheDoorsTouchesFilesOrTheNetwork() {
    List<String> wrong = new ArrayList<>();
    for (JavaClass type : CLASSES) {
      String from = room(type.getPackageName());
      if (!BELOW_THE_DOORS.contains(from)) continue;
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        String target = dependency.getTargetClass().getName();
        if (target.startsWith("java.nio.file.") || target.startsWith("java.net.") || target.startsWith("java.io.File"))
          wrong.add(type.getName() + " uses " + target);
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void everySourceSaysItsLicence() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      List<Path> without = files.filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !firstLine(file).equals("// SPDX-License-Identifier: GPL-2.0-or-later"))
          .toList();
      assertThat(without).isEmpty();
    }
  }

  private static String firstLine(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.findFirst().orElse("");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** The {@code Uses:} lines of every package-info.java. */
  private static Map<String, Set<String>> declaredUses() throws IOException {
    Pattern line = Pattern.compile("<p>Uses: ([^.]*)\\.");
    Map<String, Set<String>> uses = new TreeMap<>();
    try (Stream<Path> folders = Files.list(SOURCES)) {
      for (Path folder : folders.filter(Files::isDirectory).sorted().toList()) {
        String text = Files.readString(folder.resolve("package-info.java")).replaceAll("\\R\\s*\\*\\s*", " ");
        Matcher found = line.matcher(text);
        assertThat(found.find()).as("a Uses: line in " + folder).isTrue();
        Set<String> names = new TreeSet<>(List.of(found.group(1).split(",\\s*")));
        names.remove("nothing");
        uses.put(folder.getFileName().toString(), names);
      }
    }
    return uses;
  }

  private static String room(String packageName) {
    if (!packageName.startsWith("keeper.")) return "";
    String rest = packageName.substring("keeper.".length());
    int dot = rest.indexOf('.');
    return dot < 0 ? rest : rest.substring(0, dot);
  }
}
