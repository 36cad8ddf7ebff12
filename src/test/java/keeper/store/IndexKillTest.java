// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import keeper.lineage.Commit;
import keeper.lineage.Lineage;
import keeper.lineage.Ref;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An index run that is killed, wherever it was, loses nothing: the next one goes on, and in the end all is as if nobody had been killed. */
class IndexKillTest {
  private static final int COMMITS = 9_000;

  @TempDir Path folder;

  @Test
  void killedIndexRunsGoOnWhereTheyStopped() throws Exception {
    String place = folder.resolve("db").toString();
    List<Integer> began = new ArrayList<>();
    for (int wanted : new int[] {1, 2, 4, 7, 9}) {
      Process process = Jvm.start(Reader.class, place);
      try (BufferedReader lines = process.inputReader()) {
        for (int i = 0; i < wanted; i++) {
          String line = lines.readLine();
          if (i == 0) began.add(Integer.parseInt(line));
        }
        new ProcessBuilder("kill", "-9", Long.toString(process.pid())).start().waitFor();
        process.waitFor();
      }
    }
    assertThat(began).isSorted();
    try (Store killed = Store.open(place); Store whole = Store.open(folder.resolve("whole").toString())) {
      Reader.read(killed, line -> {});
      Reader.read(whole, line -> {});
      assertThat(killed.histories().reach()).isEqualTo(whole.histories().reach());
      assertThat(killed.histories().links(COMMITS).edges()).isEqualTo(whole.histories().links(COMMITS).edges()).isEqualTo(COMMITS / 10 - 1);
      Lineage lineage = Lineage.over(killed.histories());
      for (int commit = 11; commit < COMMITS; commit += 700) {
        String hex = HexFormat.of().formatHex(Reader.id(commit));
        assertThat(killed.histories().commits(new keeper.patch.CommitId(hex))).as(hex).hasSize(1);
        assertThat(killed.histories().commitsTitled("a: change " + commit)).as(hex).hasSize(1);
        assertThat(lineage.fixesOf(lineage.find(hex).get(0))).as("fixes of %s", hex).hasSize(commit % 10 == 0 ? 1 : 0);
      }
    }
  }

  @Test
  void databaseOfAProcessThatWasKilledWhileMakingItIsMadeAnew() throws Exception {
    java.nio.file.Files.write(folder.resolve("db.new.mv.db"), new byte[4096]);
    try (Store store = Store.open(folder.resolve("db").toString())) {
      assertThat(store.histories().reach().histories()).isEmpty();
    }
    assertThat(folder.resolve("db.new.mv.db")).doesNotExist();
  }

  /** Says how many commits are kept already, then reads the history and says so after every thousand; never ends by itself. */
  static final class Reader {
    public static void main(String[] args) throws InterruptedException {
      try (Store store = Store.open(args[0])) {
        read(store, System.out::println);
        Thread.sleep(Long.MAX_VALUE);
      }
    }

    /** Newest first, as git tells them; every tenth fixes the tenth before it. */
    static void read(Store store, java.util.function.IntConsumer said) {
      try (HistoryIntake intake = store.histories().intake("mainline", "nowhere", 1)) {
        said.accept((int) intake.kept());
        for (int commit = COMMITS; commit > 0; commit--) {
          if (!intake.isComplete(HexFormat.of().formatHex(id(commit)))) intake.accept(commit(commit));
          if (commit % 1000 == 0) said.accept(commit);
        }
        String head = HexFormat.of().formatHex(id(COMMITS));
        intake.reached(List.of(new Ref("HEAD", head, Ref.Kind.HEAD)), head, COMMITS, "", 0, 1);
      }
    }

    static byte[] id(int commit) {
      byte[] id = new byte[20];
      ByteBuffer.wrap(id).putLong(commit * 0x9E3779B97F4A7C15L).putLong(commit);
      return id;
    }

    private static Commit commit(int number) {
      String fixes = number % 10 == 0 && number > 10 ? "\nFixes: " + HexFormat.of().formatHex(id(number - 10), 0, 6) + " (\"a: change " + (number - 10) + "\")\n" : "";
      String person = "Jane <jane@example.org> " + number + " +0000\n";
      String raw = "tree 0\nauthor " + person + "committer " + person + "\na: change " + number + "\n" + fixes;
      return Commit.of(id(number), number == 1 ? new byte[0] : id(number - 1), raw.getBytes(StandardCharsets.UTF_8), number);
    }
  }
}
