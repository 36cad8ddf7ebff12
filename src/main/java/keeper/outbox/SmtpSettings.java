// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.outbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where letters leave.
 *
 * @param server host name; empty: nowhere, which is a dry run
 * @param port of the server
 * @param security how the line is protected
 * @param username empty: without authentication
 * @param password from the environment, never from a file; empty without authentication
 * @param envelopeSender gets the bounces
 * @param hello the name we greet with
 * @param timeoutSeconds for connecting, reading and writing, each
 * @param dryRun nothing leaves, whatever else is set
 * @param dailyBudget letters a day, all lists together
 * @param brakeFile while a file of this name is there, nothing leaves; empty: none is looked for
 */
public record SmtpSettings(
    String server,
    int port,
    Security security,
    String username,
    String password,
    String envelopeSender,
    String hello,
    int timeoutSeconds,
    boolean dryRun,
    int dailyBudget,
    String brakeFile) {
  /** How the line is protected. */
  public enum Security {
    /** In clear: for a server on this machine. */
    NONE,
    /** STARTTLS, and no letter without it. */
    STARTTLS,
    /** TLS from the first byte. */
    TLS
  }

  /** Out of the box: nothing is sent. */
  public static final SmtpSettings NOWHERE = new SmtpSettings("", 587, Security.STARTTLS, "", "", "", "localhost", 30, true, 0, "");

  /** Whether a letter can leave at all. */
  public boolean sends() {
    return !dryRun && !server.isEmpty();
  }

  /** Why nothing leaves, when somebody has put the file there that says so. */
  public Optional<String> braked() {
    if (brakeFile.isEmpty() || !Files.exists(Path.of(brakeFile))) return Optional.empty();
    return Optional.of(brakeFile + " is there");
  }

  /** Without the password. */
  @Override
  public String toString() {
    return server.isEmpty() ? "no server" : server + ":" + port + " " + security.name().toLowerCase(java.util.Locale.ROOT);
  }
}
