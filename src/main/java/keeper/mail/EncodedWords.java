// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.mail;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Headers in RFC 2047. Neighbours of one charset are joined as bytes before they are decoded, since some programs cut a character in
 * two; the library decodes word by word. A word that is none stays as it is.
 */
final class EncodedWords {
  /** RFC 2047 allows 75 characters; some programs do not fold at all. */
  private static final int MAX_WORD = 2_000;

  private EncodedWords() {}

  /** The header's text, unfolded already, with every encoded word decoded. */
  static String decode(String text) {
    int next = text.indexOf("=?");
    if (next < 0) return text;
    StringBuilder decoded = new StringBuilder(text.length());
    ByteArrayOutputStream run = new ByteArrayOutputStream();
    String charset = "";
    int copied = 0;
    int at = next;
    while (at >= 0) {
      Word word = Word.at(text, at);
      if (word == null) {
        at = text.indexOf("=?", at + 2);
        continue;
      }
      String between = text.substring(copied, at);
      boolean joins = run.size() > 0 && between.isBlank();
      if (run.size() > 0 && !(joins && word.charset.equalsIgnoreCase(charset))) flush(run, charset, decoded);
      if (!joins) decoded.append(between);
      charset = word.charset;
      run.writeBytes(word.bytes);
      copied = word.end;
      at = text.indexOf("=?", copied);
    }
    if (run.size() > 0) flush(run, charset, decoded);
    return decoded.append(text, copied, text.length()).toString();
  }

  private static void flush(ByteArrayOutputStream run, String charset, StringBuilder decoded) {
    decoded.append(Charsets.decode(run.toByteArray(), charset));
    run.reset();
  }

  /** One {@code =?charset?Q?text?=}. */
  private record Word(String charset, byte[] bytes, int end) {
    static Word at(String text, int start) {
      int second = find(text, '?', start + 2, 60);
      if (second < 0 || second + 2 >= text.length() || text.charAt(second + 2) != '?') return null;
      int end = find(text, '?', second + 3, MAX_WORD);
      while (end >= 0 && !text.startsWith("?=", end)) end = find(text, '?', end + 1, MAX_WORD - (end - second)); // an unencoded "?"
      if (end < 0) return null;
      String charset = text.substring(start + 2, second);
      if (charset.isEmpty() || charset.indexOf(' ') >= 0) return null;
      if (charset.indexOf('*') > 0) charset = charset.substring(0, charset.indexOf('*')); // RFC 2231: a language
      String coded = text.substring(second + 3, end);
      char how = Character.toUpperCase(text.charAt(second + 1));
      byte[] bytes = how == 'Q' ? q(coded) : how == 'B' ? b(coded) : null;
      return bytes == null ? null : new Word(charset, bytes, end + 2);
    }

    private static int find(String text, char c, int from, int within) {
      int limit = Math.min(text.length(), from + within);
      for (int i = from; i < limit; i++) if (text.charAt(i) == c) return i;
      return -1;
    }

    private static byte[] q(String coded) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(coded.length());
      for (int i = 0; i < coded.length(); i++) {
        char c = coded.charAt(i);
        int high = c == '=' && i + 2 < coded.length() ? Character.digit(coded.charAt(i + 1), 16) : -1;
        int low = high >= 0 ? Character.digit(coded.charAt(i + 2), 16) : -1;
        if (low >= 0) {
          bytes.write(high * 16 + low);
          i += 2;
        } else if (c == '_') {
          bytes.write(' ');
        } else {
          bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
        }
      }
      return bytes.toByteArray();
    }

    private static byte[] b(String coded) {
      try {
        return Base64.getMimeDecoder().decode(coded.replace("=", ""));
      } catch (IllegalArgumentException e) {
        return null; // shown as it stands
      }
    }
  }

  /** Bytes to text when the charset's name may be anything. */
  static final class Charsets {
    private Charsets() {}

    /**
     * The declared charset where Java has it, else UTF-8 where the bytes are valid, else windows-1252. Undeclared or US-ASCII text
     * with high bytes is judged the same way; gb2312 is read as its superset gb18030.
     */
    static String decode(byte[] bytes, String declared) {
      if (isAscii(bytes)) return new String(bytes, StandardCharsets.ISO_8859_1);
      Charset charset = named(declared);
      if (charset != null && charset != StandardCharsets.UTF_8) return new String(bytes, charset);
      String utf8 = new String(bytes, StandardCharsets.UTF_8);
      // Declared UTF-8 with one bad byte is still UTF-8; undeclared is not.
      if (charset != null || utf8.indexOf('\uFFFD') < 0) return utf8;
      return new String(bytes, Charset.forName("windows-1252"));
    }

    private static boolean isAscii(byte[] bytes) {
      for (byte b : bytes) if (b < 0 || b == 0x1B) return false; // ESC: iso-2022-jp is seven bits wide
      return true;
    }

    /** Null when the name says nothing: none, US-ASCII, nonsense. */
    private static Charset named(String declared) {
      String name = declared.strip();
      if (name.isEmpty() || name.equalsIgnoreCase("us-ascii") || name.equalsIgnoreCase("ascii")) return null;
      if (name.equalsIgnoreCase("utf-8") || name.equalsIgnoreCase("utf8")) return StandardCharsets.UTF_8;
      if (name.equalsIgnoreCase("gb2312") || name.equalsIgnoreCase("gbk")) name = "gb18030";
      if (name.equalsIgnoreCase("iso-8859-1") || name.equalsIgnoreCase("latin1")) name = "windows-1252"; // as browsers do
      if (name.equalsIgnoreCase("cp-850")) name = "cp850";
      try {
        return Charset.isSupported(name) ? Charset.forName(name) : null;
      } catch (IllegalArgumentException e) {
        return null;
      }
    }
  }
}
