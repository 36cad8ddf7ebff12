// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Connections, transactions, and the few lines between SQL and values. */
final class Database implements AutoCloseable {
  /** What H2's URL has for an end without tidying. */
  static final String UNTIDIED = ";MAX_COMPACT_TIME=0";

  private static final String TIDIED = ";MAX_COMPACT_TIME=20";
  private static final long SMALL = 64 << 20; // bytes of a file that may stay as it is
  private static final int SPARSE = 50; // percent in use

  private final String url;
  private final String name; // for people
  private final Deque<Connection> idle = new ArrayDeque<>();
  private boolean closed;

  Database(String url, String name) {
    this.url = url;
    this.name = name;
  }

  String url() {
    return url;
  }

  /** Work in one transaction: all of it, or nothing. */
  interface Work<T> {
    T with(Connection connection) throws SQLException;
  }

  /** One row to one value. */
  interface Row<T> {
    T of(ResultSet row) throws SQLException;
  }

  <T> T transaction(Work<T> work) {
    Connection connection = borrow();
    boolean fine = false;
    try {
      T done = work.with(connection);
      connection.commit();
      fine = true;
      return done;
    } catch (SQLException e) {
      throw Trouble.with(name, e);
    } finally {
      giveBack(connection, fine);
    }
  }

  private Connection borrow() {
    synchronized (idle) {
      if (closed) throw new IllegalStateException("the store is closed");
      Connection connection = idle.poll();
      if (connection != null) return connection;
    }
    try {
      Connection connection = DriverManager.getConnection(url);
      connection.setAutoCommit(false);
      return connection;
    } catch (SQLException e) {
      throw Trouble.with(name, e);
    }
  }

  private void giveBack(Connection connection, boolean fine) {
    try {
      if (!fine) connection.rollback();
      synchronized (idle) {
        if (!closed) {
          idle.push(connection);
          return;
        }
      }
      connection.close();
    } catch (SQLException e) {
      // The connection is broken, and with it the transaction: the next one says so.
    }
  }

  /** Half of what a file of H2 holds may be old; then one step of tidying follows. At every end it would cost a third of a second. */
  @Override
  public void close() {
    boolean sparse = !closed && url.contains(UNTIDIED) && isSparse();
    closeAll();
    if (!sparse) return;
    try {
      DriverManager.getConnection(url.replace(UNTIDIED, TIDIED)).close();
    } catch (SQLException e) {
      // Somebody has it open already: another time.
    }
  }

  private boolean isSparse() {
    try {
      return transaction(c -> first(c, "SELECT setting_value FROM information_schema.settings WHERE setting_name = 'info.FILE_SIZE' AND CAST(setting_value AS BIGINT) > ?",
              row -> row.getString(1), SMALL).isPresent()
          && first(c, "SELECT setting_value FROM information_schema.settings WHERE setting_name = 'info.CHUNKS_FILL_RATE' AND CAST(setting_value AS INTEGER) < ?",
              row -> row.getString(1), SPARSE).isPresent());
    } catch (StoreException e) {
      return false;
    }
  }

  private void closeAll() {
    synchronized (idle) {
      closed = true;
      for (Connection connection : idle) {
        try {
          connection.close();
        } catch (SQLException e) {
          // What was committed is on disk already.
        }
      }
      idle.clear();
    }
  }

  static <T> List<T> query(Connection connection, String sql, Row<T> row, Object... arguments) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, arguments);
      List<T> found = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) found.add(row.of(rows));
      }
      return found;
    }
  }

  static <T> Optional<T> first(Connection connection, String sql, Row<T> row, Object... arguments) throws SQLException {
    List<T> found = query(connection, sql, row, arguments);
    return found.isEmpty() ? Optional.empty() : Optional.of(found.get(0));
  }

  /** How many rows changed. */
  static int update(Connection connection, String sql, Object... arguments) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, arguments);
      return statement.executeUpdate();
    }
  }

  /** Inserts a row and gives its number. */
  static long insert(Connection connection, String sql, Object... arguments) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql, new String[] {"id"})) {
      bind(statement, arguments);
      statement.executeUpdate();
      try (ResultSet keys = statement.getGeneratedKeys()) {
        keys.next();
        return keys.getLong(1);
      }
    }
  }

  static void bind(PreparedStatement statement, Object... arguments) throws SQLException {
    for (int i = 0; i < arguments.length; i++) {
      Object argument = arguments[i];
      if (argument instanceof Instant instant) statement.setObject(i + 1, instant.atOffset(ZoneOffset.UTC));
      else if (argument instanceof byte[] bytes) statement.setBytes(i + 1, bytes);
      else statement.setObject(i + 1, argument);
    }
  }

  static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  static Optional<Instant> maybeInstant(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? Optional.empty() : Optional.of(time.toInstant());
  }
}
