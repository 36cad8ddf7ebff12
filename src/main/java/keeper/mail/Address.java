// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.mail;

import java.util.ArrayList;
import java.util.List;

/**
 * One mailbox.
 *
 * @param name the display name, decoded; may be empty
 * @param mailbox {@code local@domain} as written; may be empty when the header was broken
 */
public record Address(String name, String mailbox) {
  /** So many of a header's addresses are read; the longest Cc of a kernel patch has some hundreds. */
  static final int LIMIT = 2_000;

  @Override
  public String toString() {
    return name.isEmpty() ? mailbox : name + " <" + mailbox + ">";
  }

  /** The first address of a header's text, empty strings when there is none. */
  public static Address parse(String header) {
    List<Address> all = list(header);
    return all.isEmpty() ? new Address("", "") : all.get(0);
  }

  /**
   * The addresses of a header's text (RFC 5322 3.4, and what is sent instead of it): names in quotes, comments, groups, commas and
   * {@code @} in names. Encoded words are decoded after the cutting, so they cannot add an address.
   */
  public static List<Address> list(String header) {
    List<Address> found = new ArrayList<>();
    StringBuilder words = new StringBuilder();
    StringBuilder comment = new StringBuilder();
    String angle = null;
    int at = 0;
    int length = header.length();
    int lastClose = header.lastIndexOf('>');
    int lastSemicolon = header.lastIndexOf(';');
    while (at <= length && found.size() < LIMIT) {
      char c = at == length ? ',' : header.charAt(at);
      if (c == '"') {
        at = quoted(header, at, words);
      } else if (c == '(') {
        at = comment(header, at, comment);
      } else if (c == '<' && angle == null && at < lastClose) {
        int close = header.indexOf('>', at);
        angle = header.substring(at + 1, close);
        at = close + 1;
      } else if (c == ':' && angle == null && (at < lastSemicolon || words.length() < 60 && words.indexOf("ndisclosed") >= 0)) {
        words.setLength(0); // the group's name
        at++;
      } else if ((c == ',' || c == ';') && (at == length || !isInsideName(header, at, words, angle))) {
        add(found, words, comment, angle);
        words.setLength(0);
        comment.setLength(0);
        angle = null;
        at++;
      } else {
        words.append(c);
        at++;
      }
    }
    return found;
  }

  /** Some programs forget the quotes around {@code Last, First <a@b>}: no {@code @} before the comma, an angle after it. */
  private static boolean isInsideName(String header, int comma, StringBuilder words, String angle) {
    if (angle != null || header.charAt(comma) != ',' || words.indexOf("@") >= 0 || words.toString().isBlank()) return false;
    for (int i = comma + 1; i < header.length(); i++) {
      char c = header.charAt(i);
      if (c == '<') return true;
      if (c == ',' || c == '@' || c == ';' || c == '"') return false;
    }
    return false;
  }

  private static int quoted(String header, int at, StringBuilder words) {
    int i = at + 1;
    while (i < header.length() && header.charAt(i) != '"') {
      if (header.charAt(i) == '\\' && i + 1 < header.length()) i++;
      words.append(header.charAt(i++));
    }
    return i + 1;
  }

  private static int comment(String header, int at, StringBuilder comment) {
    int depth = 0;
    int i = at;
    for (; i < header.length(); i++) {
      char c = header.charAt(i);
      if (c == '(') depth++;
      if (c == ')') depth--;
      if (c == '\\') i++;
      if (depth == 0) break;
    }
    int end = Math.min(i, header.length());
    if (comment.length() > 0) comment.append(' ');
    comment.append(header, Math.min(at + 1, end), end);
    return i + 1;
  }

  private static void add(List<Address> found, StringBuilder words, StringBuilder comment, String angle) {
    String text = words.toString().strip();
    if (angle != null) {
      // "Name (TI) <a@b>": the comment belongs to the name. A comment alone is the name.
      String name = comment.length() == 0 ? text : text.isEmpty() ? comment.toString() : text + " (" + comment + ")";
      found.add(new Address(clean(name), bare(angle)));
    } else if (text.indexOf('@') >= 0 || !text.isEmpty() && text.indexOf(' ') < 0) {
      found.add(new Address(clean(comment.toString()), bare(text)));
    } else if (!text.isEmpty()) {
      found.add(new Address(clean(text), ""));
    }
  }

  private static String clean(String name) {
    String decoded = EncodedWords.decode(name);
    StringBuilder kept = new StringBuilder(decoded.length());
    for (int i = 0; i < decoded.length(); i++) {
      char c = decoded.charAt(i) < ' ' || decoded.charAt(i) == 127 ? ' ' : decoded.charAt(i);
      if (c == ' ' && (kept.length() == 0 || kept.charAt(kept.length() - 1) == ' ')) continue;
      kept.append(c);
    }
    String bare = kept.toString().strip();
    boolean quotes = bare.length() > 1 && (bare.startsWith("\"") && bare.endsWith("\"") || bare.startsWith("'") && bare.endsWith("'"));
    return quotes ? bare.substring(1, bare.length() - 1).strip() : bare;
  }

  private static String bare(String mailbox) {
    StringBuilder kept = new StringBuilder(mailbox.length());
    for (int i = 0; i < mailbox.length(); i++) {
      char c = mailbox.charAt(i);
      if (c > ' ' && c != 127 && c != '<' && c != '>') kept.append(c);
    }
    String text = kept.toString();
    return text.regionMatches(true, 0, "mailto:", 0, 7) ? text.substring(7) : text;
  }
}
