// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.mail;

/**
 * One mailbox.
 *
 * @param name the display name, decoded; may be empty
 * @param mailbox {@code local@domain} as written; may be empty when the header was broken
 */
public record Address(String name, String mailbox) {
  @Override
  public String toString() {
    return name.isEmpty() ? mailbox : name + " <" + mailbox + ">";
  }
}
