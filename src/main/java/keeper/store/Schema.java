// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Brings a database to the version this program knows. Migrations are beside this class's resources, {@code V1__….sql}. */
final class Schema {
  /** Every migration, in order; a test holds the list against the files. */
  static final List<String> SCRIPTS = List.of(
      "V1__lists_mails_reviews_letters", "V2__lineage", "V20__series_and_their_versions", "V30__patchwork_checks", "V40__lineage_graph", "V50__commits_packed",
      "V60__copies_without_references", "V70__commands_heard");

  /** The newest migration. */
  static final int VERSION = version(SCRIPTS.get(SCRIPTS.size() - 1));

  private Schema() {}

  /**
   * Starts Flyway only for a database that lacks something, or is no H2: it costs more than most queries. A new one is made without it, and
   * looks as if Flyway had made it. What a database lacks is brought in also where it has a later one already: migrations are written side by side.
   */
  static void bringUp(Database database, String url, String name) {
    Set<Integer> applied = database.transaction(Schema::applied);
    Set<Integer> known = new TreeSet<>();
    for (String script : SCRIPTS) known.add(version(script));
    for (int version : applied)
      if (!known.contains(version))
        throw new StoreException(
            "database " + name + ": has schema " + version + ", this program knows " + VERSION
                + "; use the newer program, or name another database with --db", null);
    if (applied.containsAll(known)) return;
    if (applied.isEmpty() && url.startsWith("jdbc:h2:") && database.transaction(Schema::isEmpty)) {
      create(database);
      return;
    }
    try {
      Flyway.configure()
          .dataSource(url, null, null)
          .locations("classpath:keeper/store")
          .failOnMissingLocations(true)
          .outOfOrder(true)
          .load()
          .migrate();
    } catch (FlywayException e) {
      throw new StoreException("database " + name + ": cannot be brought to schema " + VERSION + " ("
          + Trouble.oneLine(e.getMessage()) + "); restore it from a copy, or name another with --db", e);
    }
  }

  private static int version(String script) {
    return Integer.parseInt(script.substring(1, script.indexOf("__")));
  }

  private static boolean isEmpty(Connection connection) throws SQLException {
    return Database.first(connection, "SELECT 1 FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND lower(table_schema) = 'public'", row -> true).isEmpty();
  }

  private static void create(Database database) {
    database.transaction(connection -> {
      Database.update(connection, """
          CREATE TABLE "flyway_schema_history" (
            "installed_rank" INTEGER NOT NULL, "version" VARCHAR(50), "description" VARCHAR(200) NOT NULL, "type" VARCHAR(20) NOT NULL, "script" VARCHAR(1000) NOT NULL,
            "checksum" INTEGER, "installed_by" VARCHAR(100) NOT NULL, "installed_on" TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL, "execution_time" INTEGER NOT NULL,
            "success" BOOLEAN NOT NULL,
            CONSTRAINT "flyway_schema_history_pk" PRIMARY KEY ("installed_rank"))""");
      Database.update(connection, "CREATE INDEX \"flyway_schema_history_s_idx\" ON \"flyway_schema_history\" (\"success\")");
      keep(connection, -1, null, "<< Flyway Schema History table created >>", "TABLE", "", null);
      return null;
    });
    for (String script : SCRIPTS) database.transaction(connection -> {
      String text = text(script);
      try (Statement statement = connection.createStatement()) {
        statement.execute(text);
      }
      keep(connection, SCRIPTS.indexOf(script) + 1, Integer.toString(version(script)), script.substring(script.indexOf("__") + 2).replace('_', ' '), "SQL", script + ".sql", checksum(text));
      return null;
    });
  }

  private static void keep(Connection connection, int rank, String version, String description, String type, String script, Integer checksum) throws SQLException {
    Database.update(
        connection,
        "INSERT INTO \"flyway_schema_history\" (\"installed_rank\", \"version\", \"description\", \"type\", \"script\", \"checksum\", \"installed_by\", \"execution_time\", \"success\")"
            + " VALUES (?, ?, ?, ?, ?, ?, '', 0, TRUE)",
        rank, version, description, type, script, checksum);
  }

  private static String text(String script) {
    try (InputStream in = Schema.class.getResourceAsStream("/keeper/store/" + script + ".sql")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Flyway's: CRC-32 of the lines without what ends them. */
  private static int checksum(String text) {
    CRC32 crc = new CRC32();
    text.lines().forEach(line -> crc.update(line.getBytes(StandardCharsets.UTF_8)));
    return (int) crc.getValue();
  }

  static boolean isCurrent(Database database) {
    Set<Integer> applied = database.transaction(Schema::applied);
    return applied.size() == SCRIPTS.size() && applied.contains(VERSION);
  }

  /** The migrations that a database has seen. */
  private static Set<Integer> applied(Connection connection) throws SQLException {
    try (PreparedStatement tables = connection.prepareStatement(
            "SELECT 1 FROM information_schema.tables WHERE lower(table_name) = 'flyway_schema_history'");
        ResultSet row = tables.executeQuery()) {
      if (!row.next()) return Set.of();
    }
    return new TreeSet<>(Database.query(
        connection, "SELECT CAST(\"version\" AS INTEGER) AS version FROM \"flyway_schema_history\" WHERE \"success\" AND \"version\" IS NOT NULL",
        found -> found.getInt("version")));
  }
}
