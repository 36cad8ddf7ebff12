// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

/** Strangers' text on one line of a terminal. */
final class Words {
  private Words() {}

  /** Without control characters. */
  static String plain(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) plain.append(Character.isISOControl(text.charAt(i)) ? ' ' : text.charAt(i));
    return plain.toString();
  }
}
