// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lineage;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import keeper.patch.CommitId;
import keeper.patch.CommitMessage;

/**
 * A commit as its repository tells it: no tree, no diff. Keeps the bytes, since histories have a million commits and most of their
 * logs name nothing: text is made of what somebody asks for.
 */
public final class Commit {
  private static final int WORD = 1;
  private static final int HEX = 2;
  private static final int DASH = 3; // joins what comes behind it to the word before
  private static final byte[] KINDS = kinds();

  private final byte[] id;
  private final byte[] parents; // one after another
  private final byte[] raw;
  private final long committed;
  private final int author; // where its line begins behind the word; -1 when there is none
  private final int message;
  private Charset charset;

  private Commit(byte[] id, byte[] parents, byte[] raw, long committed) {
    this.id = id;
    this.parents = parents;
    this.raw = raw;
    this.committed = committed;
    int at = 0;
    int who = -1;
    while (at < raw.length && raw[at] != '\n') {
      if (who < 0 && starts(raw, at, "author ")) who = at + 7;
      if (charset == null && starts(raw, at, "encoding ")) charset = named(raw, at + 9);
      while (at < raw.length && raw[at] != '\n') at++;
      at++;
    }
    this.author = who;
    this.message = Math.min(raw.length, at + 1);
    if (charset == null) charset = StandardCharsets.UTF_8;
  }

  /**
   * @param id 20 or 32 bytes
   * @param parents their ids, one after another
   * @param raw the object as git keeps it: headers, an empty line, the log
   * @param committed seconds since 1970
   */
  public static Commit of(byte[] id, byte[] parents, byte[] raw, long committed) {
    return new Commit(id, parents, raw, committed);
  }

  /** 20 or 32 bytes; not to be changed. */
  public byte[] id() {
    return id;
  }

  public int parents() {
    return id.length == 0 ? 0 : parents.length / id.length;
  }

  /** All of them, one after another, each as long as {@link #id}; not to be changed. */
  public byte[] parentIds() {
    return parents;
  }

  public CommitId commitId() {
    return new CommitId(HexFormat.of().formatHex(id));
  }

  /** The committer's date, seconds since 1970. */
  public long committed() {
    return committed;
  }

  /** The author's date, seconds since 1970; the committer's where it is none that a calendar knows. */
  public long authored() {
    if (author < 0) return committed;
    int end = lineEnd(author);
    int close = close(end);
    int at = close + 1;
    while (at < end && raw[at] == ' ') at++;
    long seconds = 0;
    int digits = 0;
    for (; at < end && raw[at] >= '0' && raw[at] <= '9' && digits < 12; at++, digits++) seconds = seconds * 10 + raw[at] - '0';
    return digits == 0 || seconds > 253_000_000_000L ? committed : seconds;
  }

  /** Name and mailbox. */
  public String author() {
    if (author < 0) return "";
    int close = close(lineEnd(author));
    return close <= author ? "" : new String(raw, author, close + 1 - author, charset);
  }

  private int close(int end) {
    int close = end - 1;
    while (close > author && raw[close] != '>') close--;
    return close;
  }

  private int lineEnd(int at) {
    int end = at;
    while (end < raw.length && raw[end] != '\n') end++;
    return end;
  }

  /** The first paragraph of the log, white space collapsed: what git shows as the subject. */
  public String title() {
    int from = message;
    while (from < raw.length && raw[from] <= ' ' && raw[from] >= 0) from++;
    int end = lineEnd(from);
    while (end + 1 < raw.length && !blank(end + 1)) end = lineEnd(end + 1);
    return Reference.title(new String(raw, from, end - from, charset));
  }

  private boolean blank(int from) {
    int end = lineEnd(from);
    for (int i = from; i < end; i++) if (raw[i] > ' ' || raw[i] < 0) return false;
    return true;
  }

  /** The whole log. */
  public CommitMessage log() {
    return CommitMessage.of(text());
  }

  private String text() {
    return new String(raw, message, raw.length - message, charset);
  }

  /** Everything that the log names; see {@link Reference#in}. */
  public List<Reference> references() {
    if (!mayName()) return List.of();
    String text = text();
    int end = text.indexOf('\n');
    // Without looking for trailers: nothing here needs them.
    return Reference.in(new CommitMessage(end < 0 ? text.strip() : text.substring(0, end).strip(), end < 0 ? "" : body(text, end + 1), List.of()));
  }

  private static String body(String text, int from) {
    int start = from;
    int to = text.length();
    for (int i = from; i < to && text.charAt(i) <= ' '; i++) if (text.charAt(i) == '\n') start = i + 1;
    while (to > start && text.charAt(to - 1) <= ' ') to--;
    String body = text.substring(Math.min(start, to), to);
    return body.indexOf('\r') < 0 ? body : body.replace("\r\n", "\n");
  }

  /** A quick look at the bytes that errs on the side of yes. */
  boolean mayName() {
    if (starts(raw, message, "Re")) return true;
    int before = 0;
    for (int at = message; at < raw.length; at++) {
      byte b = raw[at];
      int kind = KINDS[b & 0xff];
      if (kind == HEX && before == 0) {
        int end = at;
        boolean letter = false;
        boolean digit = false;
        while (end < raw.length && KINDS[raw[end] & 0xff] == HEX) {
          if (raw[end] <= '9') digit = true;
          else letter = true;
          end++;
        }
        boolean word = end < raw.length && KINDS[raw[end] & 0xff] == WORD;
        if (end - at >= 5 && !word && (digit && (letter || end - at >= 7) || named(at) || called(end))) return true;
        at = end - 1;
        before = HEX;
        continue;
      }
      if (b == '\n' && tag(at + 1)) return true;
      before = kind;
    }
    return false;
  }

  /** {@code commit 12345}, {@code Fixes: 12345}, {@code … and 12345}. */
  private boolean named(int at) {
    int end = at - 1;
    while (end > message && (raw[end] <= ' ' && raw[end] >= 0 || raw[end] == '<' || raw[end] == '(')) end--;
    byte b = raw[end];
    return end > message && (b == ':' || b == 't' || b == 'T' || b == 's' || b == 'S' || b == 'd' || b == ',');
  }

  private boolean called(int end) {
    int at = end;
    while (at < raw.length && raw[at] <= ' ' && raw[at] >= 0) at++;
    return at < raw.length && raw[at] == '(';
  }

  /** Lines that name mails or branches. */
  private boolean tag(int at) {
    if (at + 6 > raw.length) return false;
    return switch (raw[at] | 0x20) {
      case 'l' -> same(at, "link:");
      case 'c' -> same(at, "closes:") || same(at, "cc:") && holds(at, "stable");
      case 'm' -> same(at, "message-id:");
      default -> false;
    };
  }

  private boolean holds(int at, String word) {
    int end = lineEnd(at);
    for (int i = at; i + word.length() <= end; i++) if (same(i, word)) return true;
    return false;
  }

  private boolean same(int at, String lower) {
    if (at + lower.length() > raw.length) return false;
    for (int i = 0; i < lower.length(); i++) {
      int c = raw[at + i];
      if (c >= 'A' && c <= 'Z') c |= 0x20;
      if (c != lower.charAt(i)) return false;
    }
    return true;
  }

  private static boolean starts(byte[] raw, int at, String text) {
    if (at + text.length() > raw.length) return false;
    for (int i = 0; i < text.length(); i++) if (raw[at + i] != text.charAt(i)) return false;
    return true;
  }

  private static Charset named(byte[] raw, int at) {
    int end = at;
    while (end < raw.length && raw[end] != '\n') end++;
    try {
      return Charset.forName(new String(raw, at, end - at, StandardCharsets.ISO_8859_1).strip());
    } catch (IllegalArgumentException e) {
      return StandardCharsets.UTF_8; // an encoding that Java does not know
    }
  }

  private static byte[] kinds() {
    byte[] kinds = new byte[256];
    for (int c = 'a'; c <= 'z'; c++) kinds[c] = kinds[c - 32] = (byte) (c <= 'f' ? HEX : WORD);
    for (int c = '0'; c <= '9'; c++) kinds[c] = HEX;
    kinds['_'] = WORD;
    kinds['-'] = DASH;
    return kinds;
  }
}
