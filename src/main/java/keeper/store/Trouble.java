// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.sql.SQLException;

/** What the database's errors mean for the person at the keyboard. */
final class Trouble {
  private Trouble() {}

  static StoreException with(String name, SQLException e) {
    return new StoreException("database " + name + ": " + meaning(e), e);
  }

  /** H2's codes are listed in its ErrorCode class. */
  private static String meaning(SQLException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (!(cause instanceof SQLException sql)) continue;
      switch (sql.getErrorCode()) {
        case 90020: // DATABASE_ALREADY_OPEN_1
          return "in use by another process; stop that one (lockkeeper serve?) or name another database with --db";
        case 90048: // FILE_VERSION_ERROR_1
          return "written by another version of H2 than this program has; use the program that wrote it, or name another with --db";
        case 90030: // FILE_CORRUPTED_1
        case 90031: // IO_EXCEPTION_2
        case 90028: // IO_EXCEPTION_1
          return unreadable(sql);
        case 90121: // DATABASE_IS_CLOSED
        case 90098: // DATABASE_IS_CLOSED
          return "was closed while in use; start the command again";
        case 50200: // LOCK_TIMEOUT_1
          return "busy for too long; try again";
        default:
      }
    }
    if (String.valueOf(e.getMessage()).contains("MVStoreException") || e.getErrorCode() == 50000) return unreadable(e);
    return oneLine(e.getMessage());
  }

  private static String unreadable(SQLException e) {
    return "cannot be read (" + oneLine(e.getMessage())
        + "); check the disk and its rights, or move the file away and fetch the archives again";
  }

  static String oneLine(String text) {
    if (text == null) return "unknown error";
    int end = text.indexOf('\n');
    String line = end < 0 ? text : text.substring(0, end);
    int statement = line.indexOf("; SQL statement:");
    if (statement >= 0) line = line.substring(0, statement);
    return line.length() > 200 ? line.substring(0, 200) + "…" : line;
  }
}
