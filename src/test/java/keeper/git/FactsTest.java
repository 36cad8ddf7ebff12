// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import keeper.check.Checks;
import keeper.check.Finding;
import keeper.lock.Kernel;
import keeper.lock.Survey;
import keeper.rule.Rules;
import keeper.text.SourceText;
import keeper.text.Tree;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Facts on disk make the same answer faster; whatever happens to them, the answer stays. */
class FactsTest {
  private static final String SOURCE = "drivers/lamp/lamp.c";

  @TempDir private Path folder;
  private Path tree;
  private Path facts;
  private Rules rules;

  @BeforeEach
  void aTree() throws IOException {
    tree = folder.resolve("linux");
    facts = folder.resolve("facts");
    write("include/linux/lamp.h", """
        struct lamp { struct mutex gate; spinlock_t glow; int lit; };
        static inline void lamp_hot(struct lamp *l)
        {
        	spin_lock(&l->glow);
        }
        static inline void lamp_cold(struct lamp *l)
        {
        	spin_unlock(&l->glow);
        }
        """);
    write("drivers/lamp/wait.c", """
        #include <linux/lamp.h>
        int lamp_wait(struct lamp *l)
        {
        	mutex_lock(&l->gate);
        	msleep(10);
        	mutex_unlock(&l->gate);
        	return 0;
        }
        """);
    write("drivers/lamp/plain.c", """
        int lamp_color(struct lamp *l)
        {
        	return l->lit;
        }
        static int lamp_hidden(struct lamp *l)
        {
        	mutex_lock(&l->gate);
        	return 0;
        }
        """);
    write(SOURCE, """
        #include <linux/lamp.h>
        void lamp_on(struct lamp *l)
        {
        	lamp_hot(l);
        	lamp_wait(l);
        	lamp_color(l);
        	lamp_cold(l);
        }
        void lamp_off(struct lamp *l)
        {
        	mutex_lock(&l->gate);
        	lamp_wait(l);
        	mutex_unlock(&l->gate);
        }
        """);
    TreeMap<String, SourceText> files = new TreeMap<>();
    for (String name : new String[] {"kernel/lock-api.tsv", "kernel/sleeping-api.tsv"}) files.put(name, SourceText.of(name, Files.readAllBytes(Path.of("rules", name))));
    rules = Rules.read(files);
  }

  @Test
  void theSameFindingsWithFactsAndWithout() throws IOException {
    List<Finding> without = findings(FactsFolder.none());
    assertThat(without).extracting(Finding::check).contains("sleep-in-atomic", "double-lock");
    assertThat(gather()).isEqualTo(8);
    assertThat(findings(FactsFolder.at(facts))).isEqualTo(without);
    assertThat(gather()).as("nothing changed").isZero();
  }

  @Test
  void onlyWhatChangedIsComputedAgain() throws IOException {
    gather();
    write("drivers/lamp/plain.c", "int lamp_color(struct lamp *l)\n{\n\treturn 7;\n}\n");
    assertThat(gather()).as("names and summaries of one file").isEqualTo(2);
    write("include/linux/lamp.h", Files.readString(tree.resolve("include/linux/lamp.h")).replace("spin_lock(", "spin_lock_irq(").replace("spin_unlock(", "spin_unlock_irq("));
    assertThat(gather()).as("names of the header, summaries of the header and of the two files that reach it").isEqualTo(4);
  }

  @Test
  void factsThatAreOldAreNotBelieved() throws IOException {
    gather();
    write("drivers/lamp/wait.c", "#include <linux/lamp.h>\nint lamp_wait(struct lamp *l)\n{\n\treturn l->lit;\n}\n");
    assertThat(findings(FactsFolder.at(facts))).isEmpty();
  }

  @Test
  void aFileCutOffOrDamagedAnywhereChangesNoAnswer() throws IOException {
    List<Finding> right = findings(FactsFolder.none());
    gather();
    Path file = file();
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length += 37) {
      Files.write(file, java.util.Arrays.copyOf(whole, length));
      assertThat(findings(FactsFolder.at(facts))).as("cut off behind %d bytes", length).isEqualTo(right);
    }
    for (int at = 0; at < whole.length; at += 11) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x55;
      Files.write(file, damaged);
      assertThat(findings(FactsFolder.at(facts))).as("damaged at %d", at).isEqualTo(right);
    }
    gather();
    assertThat(findings(FactsFolder.at(facts))).isEqualTo(right);
  }

  @Test
  void factsOfAnotherProgramAreNone() throws IOException {
    gather();
    assertThat(FactsFile.open(file(), FactsFolder.program()).isEmpty()).isFalse();
    assertThat(FactsFile.open(file(), new byte[16]).isEmpty()).isTrue();
  }

  @Test
  void twoAtOnceLeaveOneWholeFile() throws Exception {
    List<Thread> threads = new ArrayList<>();
    List<Throwable> troubles = java.util.Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 4; i++) threads.add(new Thread(() -> gather()));
    for (Thread thread : threads) {
      thread.setUncaughtExceptionHandler((t, e) -> troubles.add(e));
      thread.start();
    }
    for (Thread thread : threads) thread.join();
    assertThat(troubles).isEmpty();
    assertThat(FactsFile.open(file(), FactsFolder.program()).records()).isEqualTo(8);
    try (Stream<Path> all = Files.list(facts)) {
      assertThat(all).as("nothing half written is left").containsExactly(file());
    }
  }

  @Test
  void nothingIsWrittenIntoTheTree() throws IOException {
    gather();
    try (Stream<Path> all = Files.walk(tree)) {
      assertThat(all.filter(Files::isRegularFile)).hasSize(4);
    }
  }

  /** What a file looked like when its content was seen is only believed when it cannot have changed since. */
  @Test
  void aFileThatChangedJustNowIsReadAgain() throws IOException {
    Files.setLastModifiedTime(tree.resolve(SOURCE), FileTime.fromMillis(System.currentTimeMillis() + 100_000));
    gather();
    FactsFile file = FactsFile.open(file(), FactsFolder.program());
    assertThat(file.stamp(SOURCE)).isEmpty();
    assertThat(file.stamp("drivers/lamp/wait.c")).isPresent();
  }

  private Path file() throws IOException {
    return FactsFolder.at(facts).file(tree.toRealPath()).orElseThrow();
  }

  /** Makes the facts and says how many records were computed for it. */
  private int gather() {
    int computed = 0;
    try (FactsWork work = FactsWork.of(tree.toString(), FactsFolder.at(facts))) {
      Survey survey = Survey.of(new Kernel(rules.locks(), rules.sleepers()), work.tree());
      for (String path : work.paths())
        for (Optional<Survey.Entry> entry : List.of(survey.names(path), survey.summaries(path))) {
          work.keep(entry.orElseThrow().key(), entry.orElseThrow().bytes());
          if (!entry.get().known()) computed++;
        }
      work.write();
    }
    return computed;
  }

  private List<Finding> findings(FactsFolder kept) {
    try (Trees trees = Trees.open(List.of(tree.toString()), kept)) {
      Tree top = trees.all().get(0);
      return Checks.of(rules, Set.of()).findings(top.file(SOURCE).orElseThrow(), top);
    }
  }

  private void write(String path, String text) throws IOException {
    Files.createDirectories(tree.resolve(path).getParent());
    Files.writeString(tree.resolve(path), text);
    Files.setLastModifiedTime(tree.resolve(path), FileTime.fromMillis(1_700_000_000_000L + text.length()));
  }
}
