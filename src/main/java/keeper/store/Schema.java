// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Brings a database to the version this program knows. Migrations are beside this class's resources, {@code V1__….sql}. */
final class Schema {
  /** The newest migration; a test holds it against the files. */
  static final int VERSION = 40;

  private Schema() {}

  /** Starts Flyway only when there is something to do: it costs more than most queries. */
  static void bringUp(Database database, String url, String name) {
    int version = database.transaction(Schema::version);
    if (version > VERSION)
      throw new StoreException(
          "database " + name + ": has schema " + version + ", this program knows " + VERSION
              + "; use the newer program, or name another database with --db", null);
    if (version == VERSION) return;
    try {
      Flyway.configure()
          .dataSource(url, null, null)
          .locations("classpath:keeper/store")
          .failOnMissingLocations(true)
          .load()
          .migrate();
    } catch (FlywayException e) {
      throw new StoreException("database " + name + ": cannot be brought to schema " + VERSION + " ("
          + Trouble.oneLine(e.getMessage()) + "); restore it from a copy, or name another with --db", e);
    }
  }

  private static int version(Connection connection) throws SQLException {
    try (PreparedStatement tables = connection.prepareStatement(
            "SELECT 1 FROM information_schema.tables WHERE lower(table_name) = 'flyway_schema_history'");
        ResultSet row = tables.executeQuery()) {
      if (!row.next()) return 0;
    }
    return Database.first(
            connection,
            "SELECT max(CAST(\"version\" AS INTEGER)) AS version FROM \"flyway_schema_history\" WHERE \"success\"",
            found -> found.getInt("version"))
        .orElse(0);
  }
}
