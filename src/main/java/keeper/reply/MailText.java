// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.reply;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import keeper.mail.Address;

/**
 * A letter as the bytes that travel. Every header is made here: what a stranger wrote becomes ASCII without line breaks, an
 * encoded word where it must, and cannot begin another header.
 */
public final class MailText {
  /** How the body travels. */
  public enum Encoding {
    /** As it is, where the server offers 8BITMIME; a body that is ASCII is called {@code 7bit}. */
    EIGHT_BIT,
    /** For servers without it; also taken when a line has more than 998 bytes. */
    QUOTED_PRINTABLE
  }

  private static final int LINE = 76;
  private static final int LONGEST = 998; // RFC 5322, 2.1.1

  private final StringBuilder text = new StringBuilder();

  private MailText() {}

  /** The mail with {@code \n} for line ends; a sender makes them {@code \r\n}. */
  public static String of(Letter letter, Instant date, Encoding encoding) {
    MailText mail = new MailText();
    mail.addresses("From", List.of(letter.from()));
    mail.addresses("Reply-To", letter.replyTo());
    mail.addresses("To", letter.to());
    mail.addresses("Cc", letter.cc());
    mail.header("Subject", words(letter.subject()));
    mail.header("Date", List.of(Letters.date(date.atOffset(ZoneOffset.UTC))));
    mail.header("Message-ID", List.of(letter.id().bracketed()));
    mail.header("In-Reply-To", List.of(ascii(letter.inReplyTo().bracketed())));
    mail.header("References", letter.references().stream().map(id -> ascii(id.bracketed())).toList());
    for (String header : letter.headers()) {
      int colon = header.indexOf(':');
      mail.header(name(header.substring(0, Math.max(colon, 0))), words(header.substring(colon + 1).strip()));
    }
    mail.body(letter.body(), encoding);
    return mail.text.toString();
  }

  /** An id that is not ASCII cannot be answered, but it can be shown. */
  private static String ascii(String id) {
    StringBuilder ascii = new StringBuilder(id);
    for (int i = 0; i < id.length(); i++) if (id.charAt(i) >= 127) ascii.setCharAt(i, '?');
    return ascii.toString();
  }

  private static String name(String name) {
    for (char c : name.toCharArray())
      if (c <= ' ' || c >= 127 || c == ':') throw new IllegalArgumentException("no header name: " + Words.line(name));
    if (name.isEmpty()) throw new IllegalArgumentException("a header without a name");
    return name;
  }

  private void body(String body, Encoding wanted) {
    boolean ascii = true;
    boolean fits = true;
    for (String line : body.split("\n", -1)) {
      byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
      if (bytes.length != line.length()) ascii = false;
      if (bytes.length > LONGEST) fits = false;
    }
    boolean plain = fits && (ascii || wanted == Encoding.EIGHT_BIT);
    text.append("MIME-Version: 1.0\n");
    text.append("Content-Type: text/plain; charset=utf-8\n");
    text.append("Content-Transfer-Encoding: ").append(!plain ? "quoted-printable" : ascii ? "7bit" : "8bit").append("\n\n");
    text.append(plain ? body : quotedPrintable(body));
  }

  private void addresses(String name, List<String> mailboxes) {
    if (mailboxes.isEmpty()) return;
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < mailboxes.size(); i++) {
      Address address = Mailbox.read(mailboxes.get(i));
      if (!Mailbox.valid(address.mailbox())) throw new IllegalArgumentException("no mail address: " + Words.line(mailboxes.get(i)));
      String end = i + 1 < mailboxes.size() ? "," : "";
      if (address.name().isEmpty()) {
        tokens.add(address.mailbox() + end);
      } else {
        tokens.addAll(phrase(address.name()));
        tokens.add("<" + address.mailbox() + ">" + end);
      }
    }
    header(name, tokens);
  }

  /** A display name: as it is, in quotes, or as encoded words. */
  private static List<String> phrase(String name) {
    String line = Words.brief(name, 200);
    boolean atoms = true;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c >= 127 || line.startsWith("=?", i)) return encoded(line);
      if (!(Character.isLetterOrDigit(c) || " !#$%&'*+-/=?^_`{|}~".indexOf(c) >= 0)) atoms = false;
    }
    return List.of(atoms ? line.split(" ") : new String[] {"\"" + line.replace("\\", "\\\\").replace("\"", "\\\"") + "\""});
  }

  private static List<String> words(String value) {
    String line = Words.line(value).replace('\t', ' ');
    for (int i = 0; i < line.length(); i++) if (line.charAt(i) >= 127 || line.startsWith("=?", i)) return encoded(line);
    // Two blanks in a row must survive the folding.
    List<String> words = new ArrayList<>();
    int start = 0;
    for (int i = 1; i < line.length(); i++) {
      if (line.charAt(i) == ' ' && line.charAt(i - 1) != ' ' && i + 1 < line.length() && line.charAt(i + 1) != ' ') {
        words.add(line.substring(start, i));
        start = i + 1;
      }
    }
    words.add(line.substring(start));
    return words;
  }

  /** RFC 2047, base64 of whole characters, at most 75 columns each. */
  private static List<String> encoded(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder piece = new StringBuilder();
    int bytes = 0;
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      int size = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
      if (bytes + size > 42) {
        words.add(encodedWord(piece.toString()));
        piece.setLength(0);
        bytes = 0;
      }
      piece.appendCodePoint(point);
      bytes += size;
      i += Character.charCount(point);
    }
    words.add(encodedWord(piece.toString()));
    return words;
  }

  private static String encodedWord(String text) {
    return "=?UTF-8?B?" + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)) + "?=";
  }

  /** Folds between tokens, never inside one. The last guard: no token may hold a line break. */
  private void header(String name, List<String> tokens) {
    StringBuilder line = new StringBuilder(name).append(':');
    boolean first = true;
    for (String token : tokens) {
      for (int i = 0; i < token.length(); i++) {
        char c = token.charAt(i);
        if (c < ' ' || c >= 127) throw new IllegalArgumentException("a header cannot hold " + Words.line(token));
      }
      if (!first && line.length() + 1 + token.length() > LINE) {
        text.append(line).append('\n');
        line.setLength(0);
      }
      line.append(' ').append(token);
      first = false;
    }
    text.append(line).append('\n');
  }

  /** RFC 2045: soft breaks, blanks at line ends encoded, and {@code From } too, which mailboxes would change. */
  private static String quotedPrintable(String body) {
    StringBuilder out = new StringBuilder(body.length() + 64);
    String[] lines = body.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      if (i > 0) out.append('\n');
      byte[] bytes = lines[i].getBytes(StandardCharsets.UTF_8);
      int width = 0;
      for (int b = 0; b < bytes.length; b++) {
        int c = bytes[b] & 0xff;
        boolean last = b == bytes.length - 1;
        boolean blank = c == ' ' || c == '\t';
        boolean from = b == 0 && c == 'F' && lines[i].startsWith("From ");
        boolean plain = !from && (c > 32 && c < 127 && c != '=' || blank && !last);
        int size = plain ? 1 : 3;
        if (width + size > LINE - 1) {
          out.append("=\n");
          width = 0;
        }
        if (plain) out.append((char) c);
        else out.append('=').append("0123456789ABCDEF".charAt(c >> 4)).append("0123456789ABCDEF".charAt(c & 15));
        width += size;
      }
    }
    return out.toString();
  }
}
