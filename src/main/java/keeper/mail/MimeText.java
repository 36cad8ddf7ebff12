// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.mail;

import jakarta.mail.util.StreamProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The text of a mail's parts, in order: inline text, and attachments that are patches. The library decodes; the cutting into parts
 * is ours, since the library makes objects of every part and header line before one can count them.
 */
final class MimeText {
  static final int MAX_DEPTH = 8;
  static final int MAX_PARTS = 100;
  static final int MAX_TEXT = 16 * 1024 * 1024;

  static {
    // Read once, when the library's classes come.
    System.setProperty("mail.mime.base64.ignoreerrors", "true");
    System.setProperty("mail.mime.ignoreunknownencoding", "true");
    System.setProperty("mail.mime.parameters.strict", "false");
  }

  private static final StreamProvider DECODERS = StreamProvider.provider(); // looked for once: the library looks for it with every part

  private final byte[] bytes;
  private final List<String> problems;
  private final StringBuilder text = new StringBuilder();
  private int parts;
  private boolean html;

  private MimeText(byte[] bytes, List<String> problems) {
    this.bytes = bytes;
    this.problems = problems;
  }

  /** The text below these headers; line ends are {@code \n}. */
  static String of(byte[] bytes, Headers headers, int end, List<String> problems) {
    MimeText mime = new MimeText(bytes, problems);
    mime.part(headers, headers.end(), end, 0, "text/plain");
    if (mime.html && mime.text.length() > 0) problems.add("the text exists as HTML only: blanks and line ends are not the author's");
    return mime.text.toString();
  }

  private void part(Headers headers, int start, int end, int depth, String assumed) {
    if (++parts > MAX_PARTS) {
      if (parts == MAX_PARTS + 1) problem("more than " + MAX_PARTS + " parts: the rest is not read");
      return;
    }
    MediaType type = MediaType.parse(headers.first("Content-Type"), assumed);
    String primary = type.primary();
    if (primary.equals("multipart")) {
      if (depth >= MAX_DEPTH) problem("parts in parts more than " + MAX_DEPTH + " deep are not read");
      else multipart(type, start, end, depth);
      return;
    }
    boolean isText = primary.equals("text");
    if (!isText && !isPatch(type, headers) || isAttachedOther(type, headers)) return;
    String subtype = type.sub();
    if (isText && (subtype.equals("html") || subtype.equals("calendar") || subtype.equals("enriched") || subtype.equals("x-amp-html"))) {
      if (!subtype.equals("html") || text.length() > 0) return; // beside a text it is a copy
      String source = decoded(headers, type, start, end);
      append(Html.text(source));
      html = true;
      return;
    }
    if (html) { // a text after the HTML wins
      text.setLength(0);
      html = false;
    }
    String content = decoded(headers, type, start, end);
    if ("flowed".equalsIgnoreCase(type.parameter("format"))) content = Flowed.unstuffed(content);
    append(content);
  }

  /** Cuts at the boundary; a missing last boundary (a mail that was cut off) ends with the text. */
  private void multipart(MediaType type, int start, int end, int depth) {
    String name = type.parameter("boundary");
    byte[] boundary = name.isEmpty() ? firstBoundary(start, end) : ("--" + name.stripTrailing()).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    if (boundary.length <= 2) {
      problem("a multipart without boundary: read as text");
      append(EncodedWords.Charsets.decode(Arrays.copyOfRange(bytes, start, end), "").replace("\r\n", "\n"));
      return;
    }
    boolean digest = type.sub().equals("digest");
    int open = -1; // where the part that is being read begins
    int at = start;
    while (at < end && parts <= MAX_PARTS) {
      int lineEnd = at;
      while (lineEnd < end && bytes[lineEnd] != '\n') lineEnd++;
      int kind = boundaryAt(boundary, at, lineEnd);
      if (kind > 0) {
        if (open >= 0) piece(open, at, depth, digest);
        open = kind == 1 ? Math.min(end, lineEnd + 1) : -1;
        if (kind == 2) return;
      }
      at = lineEnd + 1;
    }
    if (open >= 0 && parts <= MAX_PARTS) {
      problem("the last part has no end: the mail was cut off");
      piece(open, end, depth, digest);
    }
  }

  private void piece(int start, int boundary, int depth, boolean digest) {
    // The line end before the boundary is the boundary's (RFC 2046 5.1.1). It stays: it may be the last, empty, line of a diff.
    int end = boundary;
    Headers headers = Headers.read(bytes, start, end);
    part(headers, Math.min(end, headers.end()), end, depth + 1, digest ? "message/rfc822" : "text/plain");
  }

  /** 1 for an opening boundary, 2 for the closing one, 0 for anything else. */
  private int boundaryAt(byte[] boundary, int at, int lineEnd) {
    int length = boundary.length;
    if (lineEnd - at < length || !Arrays.equals(bytes, at, at + length, boundary, 0, length)) return 0;
    int rest = at + length;
    boolean closing = lineEnd - rest >= 2 && bytes[rest] == '-' && bytes[rest + 1] == '-';
    for (int i = closing ? rest + 2 : rest; i < lineEnd; i++) if (bytes[i] > ' ' || bytes[i] < 0) return 0;
    return closing ? 2 : 1;
  }

  private byte[] firstBoundary(int start, int end) {
    int at = start;
    while (at < end) {
      int lineEnd = at;
      while (lineEnd < end && bytes[lineEnd] != '\n') lineEnd++;
      int textEnd = lineEnd > at && bytes[lineEnd - 1] == '\r' ? lineEnd - 1 : lineEnd;
      if (textEnd - at > 2 && textEnd - at < 80 && bytes[at] == '-' && bytes[at + 1] == '-') return Arrays.copyOfRange(bytes, at, textEnd);
      at = lineEnd + 1;
    }
    return new byte[0];
  }

  private static boolean isPatch(MediaType type, Headers headers) {
    String subtype = type.sub();
    if (subtype.equals("x-patch") || subtype.equals("x-diff") || subtype.equals("mbox")) return true;
    String name = name(type, headers);
    return name.endsWith(".patch") || name.endsWith(".diff") || name.endsWith(".patch.txt");
  }

  /** An attached text that is no patch: a log, a configuration, a reproducer. */
  private static boolean isAttachedOther(MediaType type, Headers headers) {
    boolean attached = headers.first("Content-Disposition").toLowerCase(Locale.ROOT).startsWith("attachment");
    if (!attached || isPatch(type, headers)) return false;
    String name = name(type, headers);
    return !name.isEmpty() && !name.endsWith(".txt");
  }

  private static String name(MediaType type, Headers headers) {
    String disposition = headers.first("Content-Disposition");
    String name = disposition.isEmpty() ? "" : MediaType.parse(disposition, "inline").parameter("filename");
    return EncodedWords.decode(name.isEmpty() ? type.parameter("name") : name).strip().toLowerCase(Locale.ROOT);
  }

  private String decoded(Headers headers, MediaType type, int start, int end) {
    String encoding = headers.first("Content-Transfer-Encoding").strip().toLowerCase(Locale.ROOT);
    byte[] content;
    if (encoding.startsWith("base64") || encoding.startsWith("quoted-printable") || encoding.startsWith("x-uuencode")) {
      content = undone(encoding.startsWith("b") ? "base64" : encoding.startsWith("q") ? "quoted-printable" : "x-uuencode", start, end);
    } else {
      content = Arrays.copyOfRange(bytes, start, end);
    }
    return lineEnds(EncodedWords.Charsets.decode(content, type.parameter("charset")));
  }

  private byte[] undone(String encoding, int start, int end) {
    int stop = encoding.equals("base64") ? endOfBase64(start, end) : end;
    try (InputStream in = decoder(encoding, new ByteArrayInputStream(bytes, start, stop - start))) {
      return in.readNBytes(MAX_TEXT);
    } catch (IOException e) {
      problem("the " + encoding + " text is damaged: " + encoding + " could not be undone");
      return Arrays.copyOfRange(bytes, start, end);
    }
  }

  private static InputStream decoder(String encoding, InputStream in) {
    return switch (encoding) {
      case "base64" -> DECODERS.inputBase64(in);
      case "quoted-printable" -> DECODERS.inputQP(in);
      default -> DECODERS.inputUU(in);
    };
  }

  /** Where the first line begins that is no base64, a footer that a list put there as it was. */
  private int endOfBase64(int start, int end) {
    int at = start;
    while (at < end) {
      int i = at;
      while (i < end && bytes[i] != '\n') {
        byte b = bytes[i];
        boolean coded = b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z' || b == '+' || b == '/' || b == '=';
        if (!coded && b != '\r' && b != ' ' && b != '\t') {
          problem("lines behind the base64 text that are none of it are left out");
          return at;
        }
        i++;
      }
      at = i + 1;
    }
    return end;
  }

  private void problem(String message) {
    if (!problems.contains(message)) problems.add(message);
  }

  /** CRLF becomes LF where all lines have it: then it is the mail's. A mixture is the patch's own (a file with CRLF). */
  private static String lineEnds(String text) {
    if (text.indexOf('\r') < 0) return text;
    for (int at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1))
      if (at == 0 || text.charAt(at - 1) != '\r') return text;
    return text.replace("\r\n", "\n");
  }

  private void append(String part) {
    if (text.length() > 0 && text.charAt(text.length() - 1) != '\n') text.append('\n');
    int room = MAX_TEXT - text.length();
    if (part.length() > room) problem("more than " + MAX_TEXT + " characters of text: the rest is not read");
    text.append(part, 0, Math.min(part.length(), room));
  }
}
