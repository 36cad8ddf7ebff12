// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import keeper.text.ContentId;

/**
 * Where facts of trees are kept, one file a tree; never inside a tree unless somebody says so. Facts can be thrown away at any time: they only make
 * the next answer faster.
 */
public final class FactsFolder {
  /** Of which classes the facts depend: their bytes are part of the program's name. */
  private static final List<String> ANALYSIS = List.of("keeper/c/", "keeper/flow/", "keeper/lock/", "keeper/rule/", "keeper/text/");

  /** On these depends what is counted as well. */
  private static final List<String> COUNTING = List.of("keeper/check/", "keeper/custom/");

  private static byte[] program; // computed when first asked for; benign race

  private final Optional<Path> folder;

  private FactsFolder(Optional<Path> folder) {
    this.folder = folder;
  }

  /** Keeps nothing and knows nothing. */
  public static FactsFolder none() {
    return new FactsFolder(Optional.empty());
  }

  public static FactsFolder at(Path folder) {
    return new FactsFolder(Optional.of(folder));
  }

  /** {@code lockkeeper/facts} in the user's cache: {@code $XDG_CACHE_HOME}, else {@code ~/.cache}. */
  public static FactsFolder usual() {
    String cache = System.getenv("XDG_CACHE_HOME");
    String home = System.getProperty("user.home", "");
    if (cache != null && cache.startsWith("/")) return at(Path.of(cache, "lockkeeper", "facts"));
    return home.isEmpty() || home.equals("?") ? none() : at(Path.of(home, ".cache", "lockkeeper", "facts"));
  }

  /** The file for a tree: its folder's name, and a few digits that tell two of a name apart; empty when nothing is kept. */
  Optional<Path> file(Path tree) {
    return file(tree, ".facts");
  }

  /** The file for the counted uses of a tree. */
  Optional<Path> counts(Path tree) {
    return file(tree, ".census");
  }

  private Optional<Path> file(Path tree, String ending) {
    String name = tree.getFileName() == null ? "tree" : tree.getFileName().toString().replaceAll("[^A-Za-z0-9._-]", "_");
    return folder.map(f -> f.resolve(name + "-" + ContentId.sha256(tree.toString()).substring(0, 12) + ending));
  }

  /** What is kept of a tree; none when nothing is, or another program kept it. */
  FactsFile open(Path tree) {
    Optional<Path> file = file(tree).filter(Files::isRegularFile);
    return file.isPresent() ? FactsFile.open(file.get(), program()) : FactsFile.none();
  }

  /** Names the program by the classes that decide what facts are. */
  static byte[] program() {
    byte[] known = program;
    if (known == null) program = known = ContentId.key(classes(ANALYSIS));
    return known;
  }

  /** The same for what is counted. */
  static byte[] counting() {
    List<String> rooms = new ArrayList<>(ANALYSIS);
    rooms.addAll(COUNTING);
    return ContentId.key(classes(rooms));
  }

  private static List<String> classes(List<String> rooms) {
    List<String> words = new ArrayList<>();
    try {
      Path source = Path.of(FactsFolder.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (Files.isDirectory(source)) {
        for (String room : rooms) {
          try (Stream<Path> all = Files.walk(source.resolve(room))) {
            for (Path file : all.filter(f -> f.toString().endsWith(".class")).sorted().toList()) words.add(source.relativize(file) + " " + ContentId.blob(Files.readAllBytes(file)));
          }
        }
      } else {
        try (ZipFile jar = new ZipFile(source.toFile())) {
          for (Enumeration<? extends ZipEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
            ZipEntry entry = entries.nextElement();
            if (entry.getName().endsWith(".class") && rooms.stream().anyMatch(entry.getName()::startsWith)) words.add(entry.getName() + " " + entry.getSize() + " " + entry.getCrc());
          }
        }
      }
    } catch (IOException | URISyntaxException | RuntimeException e) {
      words.add("unknown " + System.nanoTime()); // a program that cannot name itself shares facts with nobody
    }
    Collections.sort(words);
    return words;
  }
}
