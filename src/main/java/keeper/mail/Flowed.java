// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.mail;

/**
 * Undoes the space-stuffing of {@code format=flowed} (RFC 3676 4.4). Soft line breaks stay: who sends a patch so has switched the
 * wrapping off, or the patch is damaged beyond this.
 */
final class Flowed {
  private Flowed() {}

  /**
   * The text without stuffing. Programs that say flowed and do not stuff are common; there some context line of a diff
   * begins with just one blank, which stuffing never leaves, and the text stays as it is.
   */
  static String unstuffed(String text) {
    if (!isStuffed(text)) return text;
    StringBuilder plain = new StringBuilder(text.length());
    int at = 0;
    while (at < text.length()) {
      int end = text.indexOf('\n', at);
      int next = end < 0 ? text.length() : end + 1;
      plain.append(text, text.charAt(at) == ' ' ? at + 1 : at, next);
      at = next;
    }
    return plain.toString();
  }

  private static boolean isStuffed(String text) {
    boolean any = false;
    int at = 0;
    while (at < text.length()) {
      int end = text.indexOf('\n', at);
      if (end < 0) end = text.length();
      if (text.charAt(at) == ' ') {
        boolean twice = end > at + 1 && text.charAt(at + 1) == ' ';
        boolean needed = text.startsWith("From ", at + 1) || end > at + 1 && text.charAt(at + 1) == '>';
        // A context line that was empty is one blank, stuffed two; some programs cut blanks off the end.
        boolean cut = end == at + 1;
        if (!twice && !needed && !cut) return false;
        any = true;
      }
      at = end + 1;
    }
    return any;
  }
}
