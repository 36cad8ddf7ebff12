// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.report;

/** Strangers' text made fit for one line of a terminal. */
final class Clean {
  private Clean() {}

  /** One line without anything that moves a cursor or turns the reading direction: such characters become {@code <U+XXXX>}. */
  static String line(String text) {
    int i = 0;
    while (i < text.length() && !hidden(text.charAt(i)) && !Character.isSurrogate(text.charAt(i))) i++;
    if (i == text.length()) return text;
    StringBuilder clean = new StringBuilder(text.length() + 16);
    for (i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
        clean.append(c).append(text.charAt(++i));
      } else if (c == '\t') {
        clean.append(c);
      } else if (c == '\r' && i + 1 == text.length()) {
        clean.append("<CR>");
      } else if (hidden(c) || Character.isSurrogate(c)) {
        clean.append("<U+").append(hex(c)).append('>');
      } else {
        clean.append(c);
      }
    }
    return clean.toString();
  }

  /** Control characters (tab too), line separators, and what Unicode calls bidirectional embeddings, overrides, isolates. */
  static boolean hidden(char c) {
    return c < ' '
        || c >= 0x7f && c <= 0x9f
        || c == 0x061c
        || c >= 0x200e && c <= 0x200f
        || c >= 0x2028 && c <= 0x202e
        || c >= 0x2066 && c <= 0x2069
        || c == 0xfeff;
  }

  private static String hex(char c) {
    String digits = Integer.toHexString(c).toUpperCase(java.util.Locale.ROOT);
    return "0000".substring(digits.length()) + digits;
  }
}
