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

  @Override
  public void close() {
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
