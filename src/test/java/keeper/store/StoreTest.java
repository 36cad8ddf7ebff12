// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database as a whole: opening it, and what is said when that fails. */
class StoreTest {
  private static final Instant NOW = Instant.parse("2020-06-17T08:00:00Z");

  @TempDir Path folder;

  @Test
  void whatWasKeptIsThereAgain() {
    try (Store store = open()) {
      store.mutes().mute("Somebody@Example.org", "asked by mail", NOW);
      store.mutes().brake("too many letters", NOW);
    }
    try (Store store = open()) {
      assertThat(store.mutes().muted("somebody@example.ORG").orElseThrow().reason()).isEqualTo("asked by mail");
      assertThat(store.mutes().braked()).contains("too many letters");
      store.mutes().release();
      assertThat(store.mutes().unmute("somebody@example.org")).isTrue();
      assertThat(store.mutes().braked()).isEmpty();
      assertThat(store.mutes().muted()).isEmpty();
    }
  }

  @Test
  void versionIsTheNewestMigration() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/main/resources/keeper/store"))) {
      int newest = files.map(file -> file.getFileName().toString()).filter(name -> name.matches("V[0-9]+__.*\\.sql"))
          .mapToInt(name -> Integer.parseInt(name.substring(1, name.indexOf('_')))).max().orElseThrow();
      assertThat(newest).isEqualTo(Schema.VERSION);
    }
  }

  @Test
  void databaseOfANewerProgramIsLeftAlone() throws Exception {
    open().close();
    try (Connection connection = DriverManager.getConnection("jdbc:h2:file:" + folder.resolve("db") + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE");
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE \"flyway_schema_history\" SET \"version\" = '999'");
    }
    assertThatThrownBy(this::open).isInstanceOf(StoreException.class).hasMessageContaining("has schema 999, this program knows");
  }

  @Test
  void brokenDatabaseIsOneClearLine() throws IOException {
    Files.writeString(folder.resolve("db.mv.db"), "this is no database\n".repeat(1000));
    assertThatThrownBy(this::open)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("cannot be read")
        .hasMessageContaining(folder.toString())
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  @Test
  void databaseInUseIsOneClearLine() throws Exception {
    open().close();
    Process other = Jvm.start(Holder.class, folder.resolve("db").toString());
    try {
      assertThat(other.inputReader().readLine()).isEqualTo("open");
      assertThatThrownBy(this::open).isInstanceOf(StoreException.class).hasMessageContaining("in use by another process");
    } finally {
      other.destroyForcibly().waitFor();
    }
    open().close(); // the dead process left nothing that locks us out
  }

  @Test
  void fileNameThatWouldBeAnOptionIsRefused() {
    assertThatThrownBy(() -> Store.open("x;INIT=RUNSCRIPT FROM 'y'")).isInstanceOf(StoreException.class).hasMessageContaining("semicolon");
  }

  private Store open() {
    return Store.open(folder.resolve("db").toString());
  }

  /** A process that has the database open and does nothing. */
  static final class Holder {
    public static void main(String[] args) throws Exception {
      try (Store store = Store.open(args[0])) {
        System.out.println("open");
        Thread.sleep(60_000);
      }
    }
  }
}
