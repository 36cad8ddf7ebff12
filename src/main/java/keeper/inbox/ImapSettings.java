// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.inbox;

import java.util.Locale;

/**
 * Where the bot's own mailbox is.
 *
 * @param server host name; empty: there is none
 * @param port of the server
 * @param security how the line is protected
 * @param username of the mailbox
 * @param password from the environment, never from a file
 * @param folder {@code INBOX}, mostly
 * @param timeoutSeconds for connecting, reading and writing, each
 */
public record ImapSettings(String server, int port, Security security, String username, String password, String folder, int timeoutSeconds) {
  /** How the line is protected. */
  public enum Security {
    /** In clear: for a server on this machine. */
    NONE,
    /** STARTTLS, and no password without it. */
    STARTTLS,
    /** TLS from the first byte. */
    TLS
  }

  /** Out of the box: no mailbox is read. */
  public static final ImapSettings NOWHERE = new ImapSettings("", 993, Security.TLS, "", "", "INBOX", 60);

  /** Whether there is a mailbox to read. */
  public boolean reads() {
    return !server.isEmpty();
  }

  /** Without the password. */
  @Override
  public String toString() {
    return server.isEmpty() ? "no mailbox" : username + " at " + server + ":" + port + " " + folder + " " + security.name().toLowerCase(Locale.ROOT);
  }
}
