// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import keeper.git.History;
import keeper.git.TestRepository;
import keeper.lineage.Lineage;
import keeper.lineage.States;
import keeper.lineage.Survey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same migrations and the same questions on PostgreSQL. */
class PostgresTest {
  @TempDir Path folder;

  @Test
  void lineageIsTheSameOnPostgres() throws IOException {
    try (EmbeddedPostgres server = server(); TestRepository linux = new TestRepository(folder.resolve("linux"));
        Store postgres = Store.open(server.getJdbcUrl("postgres", "postgres")); Store h2 = Store.open(folder.resolve("db").toString())) {
      String bug = linux.commit("a: add\n", Map.of("a", "1")).id();
      linux.set("refs/tags/v6.6", bug);
      linux.set("refs/heads/linux-6.6.y", bug);
      String fix = linux.commit("a: fix\n\nFixes: " + bug.substring(0, 12) + " (\"a: add\")\nLink: https://lore.kernel.org/r/fix@x\n", Map.of("a", "2")).id();
      assertThat(answers(postgres, linux, bug)).isEqualTo(answers(h2, linux, bug));
      linux.commit("a: fix the fix\n\nFixes: " + fix.substring(0, 12) + " (\"a: fix\")\n", Map.of("a", "3"));
      linux.commit("Revert \"a: fix\"\n\nThis reverts commit " + fix + ".\n", Map.of("a", "4"));
      String later = answers(postgres, linux, bug);
      assertThat(later).isEqualTo(answers(h2, linux, bug)).contains("REVERTS");
    }
  }

  private static EmbeddedPostgres server() {
    try {
      return EmbeddedPostgres.builder().start();
    } catch (IOException | RuntimeException e) {
      return abort("no PostgreSQL server can be started here: " + e.getMessage());
    }
  }

  /** Indexes what is new, and asks: states, chains, what a branch lacks. */
  private static String answers(Store store, TestRepository repository, String bug) {
    try (HistoryIntake intake = store.histories().intake("mainline", repository.folder().toString())) {
      History.Told told = History.tell(repository.folder(), new History.Before(intake.heads(), intake::isComplete, intake.cut(), intake.names()), intake);
      intake.reached(told.refs(), told.head(), told.newest(), told.cut(), told.cutDate(), told.names());
    }
    Lineage lineage = Lineage.over(store.histories());
    StringBuilder text = new StringBuilder();
    States.over(lineage).of(lineage.find(bug.substring(0, 9)).get(0)).forEach(state -> text.append(state).append('\n'));
    text.append(keeper.lineage.ChainText.of(lineage.chain(lineage.find("\"a: fix\"").get(0))));
    Survey.Whole whole = store.histories().whole();
    Survey.of(whole).missing(whole.branches().named("6.6.y").orElseThrow(), java.time.Instant.EPOCH, commit -> true, (commit, branch) -> java.util.Optional.empty())
        .forEach(candidate -> text.append(candidate).append('\n'));
    return text.toString();
  }
}
