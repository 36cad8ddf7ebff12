// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import java.time.Duration;

/**
 * How we behave towards other people's servers.
 *
 * @param agent {@code lockkeeper/0.1.0 (+https://example.org/bot)}: program, version, and a contact
 * @param timeout for a connection and for each read
 * @param attempts how often one request is tried when the server says "later" (429, 503); at least 1
 * @param patience the longest wait between two attempts, whatever the server asks for
 */
public record Manners(String agent, Duration timeout, int attempts, Duration patience) {
  /**
   * What is polite without settings.
   *
   * @param contact where the people behind this bot can be reached; may be empty
   */
  public static Manners of(String version, String contact) {
    StringBuilder agent = new StringBuilder("lockkeeper/").append(version.isEmpty() ? "0" : version);
    if (!contact.isEmpty()) agent.append(" (+").append(contact).append(')');
    return new Manners(printable(agent), Duration.ofSeconds(60), 3, Duration.ofMinutes(2));
  }

  /** A header's value: what could end it goes. */
  private static String printable(CharSequence text) {
    StringBuilder clean = new StringBuilder();
    text.chars().filter(c -> c >= ' ' && c < 127).forEach(c -> clean.append((char) c));
    return clean.toString();
  }
}
