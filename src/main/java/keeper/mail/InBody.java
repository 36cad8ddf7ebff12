// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.mail;

import java.util.Optional;

/**
 * What the head of a body says about the patch in it, as git's mailinfo reads it: a scissors line above which all is talk, and
 * {@code From:}, {@code Subject:} and {@code Date:} lines that override the mail's own.
 *
 * @param author from {@code From:}
 * @param title from {@code Subject:}, brackets included
 * @param start offset of the log's first character
 */
public record InBody(Optional<Address> author, Optional<String> title, int start) {
  /**
   * Reads a body, decoded.
   *
   * @param announced whether the mail's subject announces a patch: only then a {@code From <id>} line of format-patch below other
   *     text begins the patch (an attachment); else it is a patch that the mail talks about
   */
  public static InBody of(String body, boolean announced) {
    int top = Math.max(afterScissors(body), afterFormatPatchLine(body, announced));
    Optional<Address> author = Optional.empty();
    Optional<String> title = Optional.empty();
    int at = top;
    boolean any = false;
    while (at < body.length()) {
      int end = lineEnd(body, at);
      if (isBlank(body, at, end)) {
        at = Math.min(body.length(), end + 1);
        if (any) break;
        continue;
      }
      String field = field(body, at, end);
      if (field.isEmpty()) break;
      int valueEnd = end;
      // Folded lines belong to the value.
      while (valueEnd + 1 < body.length() && (body.charAt(valueEnd + 1) == ' ' || body.charAt(valueEnd + 1) == '\t')
          && !isBlank(body, valueEnd + 1, lineEnd(body, valueEnd + 1))) valueEnd = lineEnd(body, valueEnd + 1);
      String value = Subject.collapsed(body.substring(at + field.length() + 1, valueEnd));
      if (field.equals("From")) {
        Address address = Address.parse(value);
        if (address.mailbox().indexOf('@') < 0) break; // "From: the top of the file" is a sentence
        author = Optional.of(address);
      } else if (field.equals("Subject")) {
        title = Optional.of(EncodedWords.decode(value));
      }
      any = true;
      at = Math.min(body.length(), valueEnd + 1);
    }
    return new InBody(author, title, any ? at : top);
  }

  private static final String[] FIELDS = {"From", "Subject", "Date", "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Message-ID", "Message-Id", "To", "Cc"};

  /** Which field the line is, or nothing. To, Cc and the like stand under format-patch's line only and are skipped. */
  private static String field(String body, int at, int end) {
    for (String field : FIELDS) {
      int colon = at + field.length();
      if (colon < end && body.charAt(colon) == ':' && body.startsWith(field, at)) return field;
    }
    return "";
  }

  /** Behind the last scissors line above the diff; 0 without one. */
  private static int afterScissors(String body) {
    if (!body.contains("8<") && !body.contains(">8") && !body.contains("%<") && !body.contains(">%")) return 0;
    int found = 0;
    int at = 0;
    while (at < body.length()) {
      int end = lineEnd(body, at);
      if (body.startsWith("diff --git ", at) || body.startsWith("---", at) && end == at + 3) break;
      if (isScissors(body, at, end)) found = Math.min(body.length(), end + 1);
      at = end + 1;
    }
    return found;
  }

  private static boolean isScissors(char c, char next) {
    return c == '>' && (next == '8' || next == '%') || next == '<' && (c == '8' || c == '%');
  }

  /** As git: only {@code -}, blanks and scissors, or words between them that are no more than the perforation. */
  private static boolean isScissors(String body, int start, int end) {
    int perforation = 0;
    int visible = 0;
    int gap = 0;
    int scissors = 0;
    boolean in = false;
    int first = -1;
    int last = -1;
    for (int i = start; i < end; i++) {
      char c = body.charAt(i);
      if (c <= ' ') {
        if (in) {
          perforation++;
          gap++;
        }
        continue;
      }
      last = i;
      if (first < 0) first = i;
      if (c == '-') {
        in = true;
        perforation++;
        continue;
      }
      if (i + 1 < end && isScissors(c, body.charAt(i + 1))) {
        in = true;
        perforation += 2;
        scissors += 2;
        i++;
        last = i;
        continue;
      }
      in = false;
    }
    if (first >= 0) visible = last - first + 1;
    return scissors > 0 && visible >= 8 && visible < perforation * 3 && gap * 2 < perforation;
  }

  /** Behind {@code From <40 hex> Mon Sep 17 00:00:00 2001}, where somebody attached or pasted what format-patch wrote. */
  private static int afterFormatPatchLine(String body, boolean announced) {
    int at = 0;
    while (at < body.length()) {
      int end = lineEnd(body, at);
      if (body.startsWith("diff --git ", at) || body.startsWith("---", at) && end == at + 3) return 0;
      if (isFormatPatchLine(body, at, end)) return Math.min(body.length(), end + 1);
      if (!announced && !isBlank(body, at, end)) return 0;
      at = end + 1;
    }
    return 0;
  }

  static boolean isFormatPatchLine(String text, int at, int end) {
    if (end - at < 5 + 40 + 1 || !text.startsWith("From ", at)) return false;
    for (int i = at + 5; i < at + 45; i++) if (Character.digit(text.charAt(i), 16) < 0) return false;
    return text.charAt(at + 45) == ' ' && text.startsWith("Mon Sep 17 00:00:00 2001", at + 46);
  }

  private static int lineEnd(String body, int at) {
    int end = body.indexOf('\n', at);
    return end < 0 ? body.length() : end;
  }

  private static boolean isBlank(String body, int start, int end) {
    for (int i = start; i < end; i++) if (body.charAt(i) > ' ') return false;
    return true;
  }
}
