// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.inbox;

/** The mailbox cannot be read now; one line says why and what to do. */
public final class InboxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InboxException(String message, Throwable cause) {
    super(message, cause);
  }
}
