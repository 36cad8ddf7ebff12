// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.reply;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import keeper.mail.Address;

/** What may stand between {@code <} and {@code >}: ASCII only, no quoted local part, no comment, no route. */
final class Mailbox {
  private Mailbox() {}

  /** RFC 5321's dot-string, which is what kernel lists carry. */
  static boolean valid(String mailbox) {
    int at = mailbox.lastIndexOf('@');
    if (at <= 0 || at > 64 || mailbox.length() > 254 || !validDomain(mailbox.substring(at + 1))) return false;
    for (int i = 0; i < at; i++) {
      char c = mailbox.charAt(i);
      if (!letterOrDigit(c) && ".!#$%&'*+/=?^_`{|}~-".indexOf(c) < 0) return false;
    }
    return mailbox.charAt(0) != '-';
  }

  static boolean validDomain(String domain) {
    if (domain.isEmpty() || domain.length() > 253 || domain.contains("..")) return false;
    for (int i = 0; i < domain.length(); i++) {
      char c = domain.charAt(i);
      if (!letterOrDigit(c) && c != '-' && c != '.') return false;
    }
    char first = domain.charAt(0);
    char last = domain.charAt(domain.length() - 1);
    return letterOrDigit(first) && letterOrDigit(last);
  }

  private static boolean letterOrDigit(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
  }

  /** For comparisons. */
  static String key(String mailbox) {
    return mailbox.toLowerCase(Locale.ROOT);
  }

  /** Without what follows a plus in the local part. */
  static String withoutPlus(String mailbox) {
    int at = mailbox.lastIndexOf('@');
    int plus = mailbox.indexOf('+');
    return plus > 0 && plus < at ? mailbox.substring(0, plus) + mailbox.substring(at) : mailbox;
  }

  /** Whether a mailbox is meant by a pattern, in which {@code *} stands for any characters. */
  static boolean matches(String pattern, String mailbox) {
    return glob(key(pattern), 0, key(mailbox), 0);
  }

  private static boolean glob(String pattern, int p, String text, int t) {
    while (p < pattern.length() && pattern.charAt(p) != '*') {
      if (t >= text.length() || text.charAt(t) != pattern.charAt(p)) return false;
      p++;
      t++;
    }
    if (p == pattern.length()) return t == text.length();
    String rest = pattern.substring(p + 1);
    int star = rest.indexOf('*');
    String piece = star < 0 ? rest : rest.substring(0, star);
    if (star < 0) return text.length() - t >= piece.length() && text.endsWith(piece);
    int found = text.indexOf(piece, t);
    return found >= 0 && glob(rest, star, text, found + piece.length());
  }

  /** The address of a text of ours, {@code Name <mailbox>} or a mailbox alone. */
  static Address read(String text) {
    int open = text.lastIndexOf('<');
    if (open < 0 || !text.endsWith(">")) return new Address("", text.strip());
    return new Address(text.substring(0, open).strip(), text.substring(open + 1, text.length() - 1).strip());
  }

  /** Addresses of a header, decoded: quoted names, comments and commas in either survive; groups and rubbish are left out. */
  static List<Address> list(String header) {
    List<Address> all = new ArrayList<>();
    int start = 0;
    boolean quoted = false;
    int comment = 0;
    int angle = 0;
    String text = header.length() > 20_000 ? header.substring(0, 20_000) : header;
    for (int i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : ',';
      boolean end = i == text.length();
      if (c == '\\' && (quoted || comment > 0)) i++;
      else if (c == '"' && comment == 0) quoted = !quoted;
      else if (!quoted && c == '(') comment++;
      else if (!quoted && c == ')' && comment > 0) comment--;
      else if (!quoted && comment == 0 && c == '<') angle++;
      else if (!quoted && comment == 0 && c == '>' && angle > 0) angle--;
      if (end || c == ',' && !quoted && comment == 0 && angle == 0) {
        one(text.substring(start, Math.min(i, text.length())), all);
        start = i + 1;
      }
    }
    return all;
  }

  private static void one(String text, List<Address> all) {
    Address address = read(text.strip());
    String name = address.name();
    if (name.length() >= 2 && name.startsWith("\"") && name.endsWith("\""))
      name = name.substring(1, name.length() - 1).replace("\\\"", "\"").replace("\\\\", "\\");
    if (valid(address.mailbox())) all.add(new Address(name, address.mailbox()));
  }
}
