// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
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
  void scriptsAreAllMigrationsInOrder() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/main/resources/keeper/store"))) {
      assertThat(files.map(file -> file.getFileName().toString().replace(".sql", "")))
          .containsExactlyInAnyOrderElementsOf(Schema.SCRIPTS);
    }
    assertThat(Schema.SCRIPTS.stream().map(name -> Integer.parseInt(name.substring(1, name.indexOf('_'))))).isSorted().endsWith(Schema.VERSION);
  }

  @Test
  void newDatabaseIsAsFlywayWouldMakeIt() throws Exception {
    open().close();
    String flyways = "jdbc:h2:file:" + folder.resolve("flyways") + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE";
    org.flywaydb.core.Flyway.configure().dataSource(flyways, null, null).locations("classpath:keeper/store").load().migrate();
    assertThat(shape("jdbc:h2:file:" + folder.resolve("db") + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE")).isEqualTo(shape(flyways)).contains("mail.message_id");
  }

  /** Columns, indexes, keys, and what was run. */
  private static String shape(String url) throws Exception {
    StringBuilder shape = new StringBuilder();
    try (Connection connection = DriverManager.getConnection(url); Statement statement = connection.createStatement()) {
      for (String sql : List.of(
          "SELECT table_name || '.' || column_name, data_type, character_maximum_length, is_nullable, column_default FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position",
          "SELECT i.table_name, i.index_type_name, listagg(c.column_name, ' ') WITHIN GROUP (ORDER BY c.ordinal_position) FROM information_schema.indexes i"
              + " JOIN information_schema.index_columns c ON c.index_name = i.index_name WHERE i.table_schema = 'public' GROUP BY i.table_name, i.index_name, i.index_type_name ORDER BY 1, 2, 3",
          "SELECT table_name, constraint_type, count(*) FROM information_schema.table_constraints WHERE table_schema = 'public' GROUP BY table_name, constraint_type ORDER BY 1, 2",
          "SELECT \"installed_rank\", \"version\", \"description\", \"type\", \"script\", \"checksum\", \"success\" FROM \"flyway_schema_history\" ORDER BY 1"))
        try (ResultSet rows = statement.executeQuery(sql)) {
          while (rows.next()) {
            for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) shape.append(rows.getString(i)).append(' ');
            shape.append('\n');
          }
        }
    }
    return shape.toString();
  }

  /** Migrations are written side by side: a database may have a late number and lack an early one. */
  @Test
  void databaseThatLacksAnEarlierMigrationGetsIt() throws Exception {
    String url = "jdbc:h2:file:" + folder.resolve("db") + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH";
    Path early = Files.createDirectory(folder.resolve("early"));
    for (String script : Schema.SCRIPTS)
      if (!script.startsWith("V20_") && !script.startsWith("V50_") && !script.startsWith("V60_"))
        Files.copy(Path.of("src/main/resources/keeper/store", script + ".sql"), early.resolve(script + ".sql"));
    org.flywaydb.core.Flyway.configure().dataSource(url, null, null).locations("filesystem:" + early).load().migrate();
    try (Connection connection = DriverManager.getConnection(url); Statement statement = connection.createStatement()) {
      statement.execute("INSERT INTO mailing_list (id, name) VALUES (7, 'kvm')");
      statement.execute("INSERT INTO mail (id, message_id, thread, subject, title, author, mailbox, received, patch, version, part, total)"
          + " VALUES (5, 'old@x', 'old@x', 'Old', 'Old', 'Ann', 'ann@x', now(), FALSE, 1, 1, 1)");
      byte[] bytes = Deflated.of("Message-ID: <old@x>\nSubject: Old\nFrom: ann@x\n\nText.\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
      statement.execute("INSERT INTO copy (id, mail_id, list_id, epoch, blob_id, received, state, reason, via, bytes)"
          + " VALUES (9, 5, 7, 0, '" + "ab".repeat(20) + "', now(), 'kept', '', FALSE, X'" + java.util.HexFormat.of().formatHex(bytes) + "')");
    }
    try (Store store = open()) {
      keeper.mail.MessageId id = new keeper.mail.MessageId("old@x");
      assertThat(store.mails().mail(id).orElseThrow().body()).isEqualTo("Text.\n");
      assertThat(store.mails().lists(id)).containsExactly("kvm");
      assertThat(store.mails().heads("kvm")).isEmpty();
    }
    open().close();
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
