// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.mail;

/** Takes the clear-signature off a text (RFC 4880 7): lines that began with a dash carry {@code "- "} in front. */
final class Pgp {
  private static final String HEAD = "-----BEGIN PGP SIGNED MESSAGE-----\n";
  private static final String TAIL = "\n-----BEGIN PGP SIGNATURE-----";

  private Pgp() {}

  /** The signed text alone; the text as it is when it is not signed so. Nobody checks the signature. */
  static String unwrapped(String text) {
    int head = text.startsWith(HEAD) ? 0 : text.indexOf("\n" + HEAD) + 1;
    if (head == 0 && !text.startsWith(HEAD)) return text;
    int start = text.indexOf("\n\n", head); // the Hash: lines end with a blank one
    int end = text.indexOf(TAIL, head);
    if (start < 0 || end < start) return text;
    StringBuilder plain = new StringBuilder(text.length());
    plain.append(text, 0, head);
    int at = start + 2;
    while (at <= end) {
      int lineEnd = text.indexOf('\n', at);
      if (lineEnd < 0 || lineEnd > end) lineEnd = end;
      plain.append(text, text.startsWith("- ", at) ? at + 2 : at, lineEnd).append('\n');
      at = lineEnd + 1;
    }
    return plain.toString();
  }
}
