// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.mail;

import java.time.Instant;

/** One step of reading an archive, in the archive's order. */
public sealed interface Arrival {
  /** Epochs count from 0; each is a history of its own. */
  int epoch();

  /**
   * A mail.
   *
   * @param blob the full id of its bytes: its identity within the archive
   * @param received when the archive took it in, whatever its {@code Date:} says
   * @param bytes as stored: not escaped, line ends as they came; not to be changed
   */
  record Posted(int epoch, String blob, Instant received, byte[] bytes) implements Arrival {}

  /** A mail that cannot be read as it stands in the archive: too large, a broken object. */
  record Unreadable(int epoch, String blob, Instant received, String reason) implements Arrival {}

  /** The archive took this mail out; it may come back. */
  record Removed(int epoch, String blob) implements Arrival {}

  /** The epoch's history was rewritten: all of it follows again, and what does not come again is gone. */
  record Restarted(int epoch) implements Arrival {}

  /** All up to this commit has been told: the place to go on from. */
  record Reached(int epoch, String commit) implements Arrival {}
}
