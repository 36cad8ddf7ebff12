// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.reply;

/** Which addresses we would write to: for those who read settings. */
public final class Mailboxes {
  private Mailboxes() {}

  /** {@code local@domain} in ASCII, without quotes or comments. */
  public static boolean isMailbox(String text) {
    return Mailbox.valid(text);
  }

  public static boolean isDomain(String text) {
    return Mailbox.validDomain(text);
  }

  /** For comparisons. */
  public static String key(String mailbox) {
    return Mailbox.key(mailbox);
  }

  /** {@code mailbox} of a text of ours, {@code Name <mailbox>} or a mailbox alone. */
  public static String mailbox(String text) {
    return Mailbox.read(text).mailbox();
  }
}
