// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.text;

import java.util.Locale;

/**
 * Strangers' text made fit for one line of a mail, a terminal or a page: what a reader cannot see, or what would move a cursor or
 * turn the reading direction, becomes {@code <U+XXXX>}. Tabs stay.
 */
public final class Printable {
  private Printable() {}

  /** One line with every hidden character named; the same text when there is none. */
  public static String line(String text) {
    int i = 0;
    while (i < text.length() && !hidden(text, i)) i++;
    if (i == text.length()) return text;
    StringBuilder line = new StringBuilder(text.length() + 16);
    for (i = 0; i < text.length(); i++) {
      if (hidden(text, i)) line.append("<U+").append(hex(text.charAt(i))).append('>');
      else line.append(text.charAt(i));
    }
    return line.toString();
  }

  /** C0 without the tab, C1, line separators, bidirectional marks and overrides, the byte order mark, halves of surrogate pairs. */
  public static boolean hidden(String text, int index) {
    char c = text.charAt(index);
    if (Character.isHighSurrogate(c)) return index + 1 == text.length() || !Character.isLowSurrogate(text.charAt(index + 1));
    if (Character.isLowSurrogate(c)) return index == 0 || !Character.isHighSurrogate(text.charAt(index - 1));
    return c < ' ' && c != '\t'
        || c >= 0x7f && c <= 0x9f
        || c == 0x061c
        || c >= 0x200e && c <= 0x200f
        || c >= 0x2028 && c <= 0x202e
        || c >= 0x2066 && c <= 0x2069
        || c == 0xfeff;
  }

  /** Four digits. */
  public static String hex(char c) {
    String digits = Integer.toHexString(c).toUpperCase(Locale.ROOT);
    return "0000".substring(digits.length()) + digits;
  }
}
