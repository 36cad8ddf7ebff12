// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.mail;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/**
 * Mails in one stream: mboxo, mboxrd, one mail alone, each plain or gzip. A stream that does not begin with a {@code From } line is
 * one mail, whatever stands in it.
 */
public final class Mbox {
  private Mbox() {}

  /** What {@link #split} hands over at most; a box of more is read by {@link #read}. */
  static final long MAX_SPLIT = 512L * 1024 * 1024;

  /** The mails of a file that fits into memory, in order. Damaged gzip gives what came out of it. */
  public static List<byte[]> split(byte[] bytes) {
    List<byte[]> mails = new ArrayList<>();
    long[] room = {MAX_SPLIT};
    try {
      read(new ByteArrayInputStream(bytes), mail -> {
        room[0] -= mail.length;
        if (room[0] > 0) mails.add(mail);
      });
    } catch (IOException e) {
      // A gzip stream that ends early or lies about its checksum: what was whole has been handed over.
      if (!isGzip(bytes)) throw new UncheckedIOException(e);
    }
    return mails;
  }

  /**
   * Hands over mail by mail; holds one in memory. A mail longer than the reader's limit is cut there.
   *
   * @throws IOException from the stream; the mails before have been handed over
   */
  public static void read(InputStream in, Consumer<byte[]> mails) throws IOException {
    PushbackInputStream source = new PushbackInputStream(in, 2);
    byte[] magic = source.readNBytes(2);
    source.unread(magic);
    if (isGzip(magic)) new Reader(new GZIPInputStream(source, 64 * 1024), mails).read();
    else new Reader(source, mails).read();
  }

  private static boolean isGzip(byte[] bytes) {
    return bytes.length >= 2 && bytes[0] == 0x1F && bytes[1] == (byte) 0x8B;
  }

  /**
   * A mail as it stands in a box: mboxrd, in which every line that would be taken for the next mail's first one gets a {@code >} more,
   * so that a reader gets back what was written.
   *
   * @param mail the whole mail with {@code \n}
   * @param sender the envelope's, one word
   * @param date of the delivery
   */
  public static String entry(String mail, String sender, Instant date) {
    StringBuilder entry = new StringBuilder(mail.length() + 80);
    String from = sender.isEmpty() || sender.chars().anyMatch(c -> c <= ' ') ? "MAILER-DAEMON" : sender;
    entry.append("From ").append(from).append(' ').append(STAMP.format(date.atOffset(ZoneOffset.UTC))).append('\n');
    for (String line : (mail.endsWith("\n") ? mail.substring(0, mail.length() - 1) : mail).split("\n", -1)) {
      int quotes = 0;
      while (quotes < line.length() && line.charAt(quotes) == '>') quotes++;
      if (line.startsWith("From ", quotes)) entry.append('>');
      entry.append(line).append('\n');
    }
    return entry.append('\n').toString();
  }

  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ROOT);

  /** Whether bytes look like a mail or a box of them, and not like a bare diff: they begin with a header or a {@code From } line. */
  public static boolean isMail(byte[] bytes) {
    if (isGzip(bytes)) return true;
    int start = 0;
    while (start < bytes.length && (bytes[start] == '\n' || bytes[start] == '\r')) start++;
    if (isFromLine(bytes, start, lineEnd(bytes, start, bytes.length))) return true;
    return isField(bytes, start, lineEnd(bytes, start, bytes.length)) && Headers.read(bytes, start, Math.min(bytes.length, start + 65_536)).size() > 1;
  }

  private static boolean isField(byte[] bytes, int start, int end) {
    for (int i = start; i < end; i++) {
      byte b = bytes[i];
      if (b == ':') return i > start;
      boolean letter = b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '-' || b == '_';
      if (!letter) return false;
    }
    return false;
  }

  /** Behind blank lines and a {@code From } line, where there is one: where the header begins. */
  static int afterFromLine(byte[] bytes, int from, int limit) {
    int at = from;
    if (limit - at >= 3 && bytes[at] == (byte) 0xEF && bytes[at + 1] == (byte) 0xBB && bytes[at + 2] == (byte) 0xBF) at += 3;
    while (at < limit && (bytes[at] == '\n' || bytes[at] == '\r')) at++;
    int end = lineEnd(bytes, at, limit);
    return isFromLine(bytes, at, end) ? Math.min(limit, end + 1) : at;
  }

  private static int lineEnd(byte[] bytes, int at, int limit) {
    int end = at;
    while (end < limit && bytes[end] != '\n') end++;
    return end;
  }

  /** {@code From } with a clock time and a year behind it, as git's mailsplit asks; a sentence that begins so is none. */
  static boolean isFromLine(byte[] line, int start, int end) {
    if (end - start < 20 || end - start > 1_000 || line[start] != 'F' || line[start + 1] != 'r' || line[start + 2] != 'o' || line[start + 3] != 'm' || line[start + 4] != ' ')
      return false;
    for (int i = end - 1; i > start + 10; i--) {
      if (line[i] != ':' || i + 2 >= end || !digit(line[i - 1]) || !digit(line[i - 2]) || !digit(line[i + 1]) || !digit(line[i + 2])) continue;
      for (int y = i + 3; y + 4 <= end; y++)
        if ((line[y] == '1' && line[y + 1] == '9' || line[y] == '2' && line[y + 1] == '0') && digit(line[y + 2]) && digit(line[y + 3])) return true;
    }
    return false;
  }

  private static boolean digit(byte b) {
    return b >= '0' && b <= '9';
  }

  /** One pass over a stream. */
  private static final class Reader {
    private final InputStream in;
    private final Consumer<byte[]> mails;
    private final byte[] buffer = new byte[64 * 1024];
    private int at;
    private int filled;
    private final ByteArrayOutputStream mail = new ByteArrayOutputStream(32 * 1024);
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(1024);
    private boolean box;
    private boolean escaped;

    Reader(InputStream in, Consumer<byte[]> mails) {
      this.in = in;
      this.mails = mails;
    }

    void read() throws IOException {
      try {
        lines();
      } finally {
        end();
      }
    }

    private void lines() throws IOException {
      boolean first = true;
      boolean afterBlank = true;
      while (line()) {
        byte[] text = line.toByteArray();
        boolean blank = text.length == 1 || text.length == 2 && text[0] == '\r';
        if (first && blank) continue;
        if ((first || box && afterBlank) && isFromLine(text, 0, text.length)) {
          end();
          box = true;
          // What format-patch writes carries a commit's id here, and is not escaped.
          escaped = !InBody.isFormatPatchLine(new String(text, StandardCharsets.ISO_8859_1), 0, text.length);
          first = false;
          afterBlank = false;
          continue;
        }
        first = false;
        afterBlank = blank;
        int start = box && escaped && isEscaped(text) ? 1 : 0;
        if (mail.size() <= MailReader.MAX_MAIL) mail.write(text, start, text.length - start);
      }
    }

    /** {@code ^>+From }. */
    private static boolean isEscaped(byte[] text) {
      int i = 0;
      while (i < text.length && text[i] == '>') i++;
      return i > 0 && text.length - i >= 5 && text[i] == 'F' && text[i + 1] == 'r' && text[i + 2] == 'o' && text[i + 3] == 'm' && text[i + 4] == ' ';
    }

    private void end() {
      if (mail.size() == 0) return;
      byte[] bytes = mail.toByteArray();
      mail.reset();
      // The blank line before the next From line is the box's.
      int length = bytes.length;
      if (box && length > 1 && bytes[length - 1] == '\n' && (bytes[length - 2] == '\n' || length > 3 && bytes[length - 2] == '\r' && bytes[length - 3] == '\n'))
        length -= bytes[length - 2] == '\n' ? 1 : 2;
      mails.accept(length == bytes.length ? bytes : java.util.Arrays.copyOf(bytes, length));
    }

    /** The next line with its end, at most the limit long (the rest of it is dropped); false at the end. */
    private boolean line() throws IOException {
      line.reset();
      while (true) {
        if (at == filled) {
          filled = in.read(buffer);
          at = 0;
          if (filled <= 0) {
            filled = 0;
            return line.size() > 0;
          }
        }
        int start = at;
        while (at < filled && buffer[at] != '\n') at++;
        boolean ends = at < filled;
        if (ends) at++;
        if (line.size() <= MailReader.MAX_MAIL) line.write(buffer, start, at - start);
        if (ends) return true;
      }
    }
  }
}
