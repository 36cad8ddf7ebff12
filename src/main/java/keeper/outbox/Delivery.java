// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.outbox;

/** How one attempt to send ended. */
sealed interface Delivery {
  /** For people: the server's answer, or what broke. */
  String reason();

  /** The server has taken it, for some mailboxes at least. */
  record Taken(String reason) implements Delivery {}

  /** The server did not take it, and said "later" or could not be reached: trying again is safe. */
  record Later(String reason) implements Delivery {}

  /** The server will not take it. */
  record Refused(String reason) implements Delivery {}

  /** The line broke when the server may have had it. */
  record Unknown(String reason) implements Delivery {}
}
