// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

/** The database cannot be used: one line that says which, why, and what to do. */
public final class StoreException extends RuntimeException {
  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
