// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.mail;

import java.util.ArrayList;
import java.util.List;

/**
 * A subject line, taken apart.
 *
 * @param reply it begins with {@code Re:} or one of its sisters
 * @param prefixes what stands in brackets, in order, without version and part: {@code PATCH}, {@code RFC}, {@code net-next}
 * @param version from 1; 1 when none is said
 * @param minor the {@code .1} of {@code v5.1}, else 0
 * @param part 1/1 when none is said
 * @param title what remains, white space collapsed
 * @param text the whole, decoded, unfolded
 */
public record Subject(boolean reply, List<String> prefixes, int version, int minor, Part part, String title, String text) {
  private static final List<String> REPLY_MARKS =
      List.of("re", "aw", "antw", "fwd", "fw", "wg", "sv", "vs", "回复", "答复", "回覆", "转发");

  public Subject {
    prefixes = List.copyOf(prefixes);
  }

  /** Takes a decoded header apart; reads any text. */
  public static Subject parse(String header) {
    return new Parser(collapsed(header)).subject();
  }

  /** Whether a bracket says so: {@code PATCH}, {@code Patch}, {@code RFC} …, in any case. */
  public boolean has(String prefix) {
    for (String own : prefixes) if (own.equalsIgnoreCase(prefix)) return true;
    return false;
  }

  /** Whether the brackets announce a patch: one of them holds {@code PATCH} or {@code RFC}. */
  public boolean announcesPatch() {
    return announces(prefixes);
  }

  private static boolean announces(List<String> prefixes) {
    for (String own : prefixes) {
      String upper = own.toUpperCase(java.util.Locale.ROOT);
      if (upper.contains("PATCH") || upper.equals("RFC") || upper.startsWith("RFC-") || upper.startsWith("RFC/")) return true;
    }
    return false;
  }

  /** The same brackets with another title: for a {@code Subject:} line in the body. */
  Subject withTitle(String other) {
    return new Subject(reply, prefixes, version, minor, part, Subject.parse(other).title, text);
  }

  static String collapsed(String text) {
    StringBuilder kept = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean blank = c <= ' ' || c == 127 || c == '\u00A0';
      if (!blank) kept.append(c);
      else if (kept.length() > 0 && kept.charAt(kept.length() - 1) != ' ') kept.append(' ');
    }
    int end = kept.length();
    if (end > 0 && kept.charAt(end - 1) == ' ') kept.setLength(end - 1);
    return kept.toString();
  }

  /** One pass from the left: reply marks and brackets, in any mixture, then the title. */
  private static final class Parser {
    private final String text;
    private final List<String> prefixes = new ArrayList<>();
    private boolean reply;
    private int version = 1;
    private int minor;
    private int index = -1;
    private int total;

    Parser(String text) {
      this.text = text;
    }

    Subject subject() {
      int at = 0;
      while (true) {
        while (at < text.length() && text.charAt(at) == ' ') at++;
        int next = replyMark(at);
        // "[kbuild] Re: [PATCH]" is an answer, "[PATCH] re: vfio" a patch: behind its tag the mark is a word of the title.
        if (next > at && (reply || !announces(prefixes))) {
          reply = true;
          at = next;
          continue;
        }
        if (prefixes.isEmpty() && text.regionMatches(true, at, "Subject:", 0, 8)) { // pasted with its name
          at += 8;
          continue;
        }
        next = bracket(at);
        if (next == at) break;
        at = next;
      }
      Part part = index < 0 ? new Part(1, 1) : new Part(index, total);
      return new Subject(reply, prefixes, version, minor, part, text.substring(at).strip(), text);
    }

    /** Behind {@code Re:}, {@code RE[2]:}, {@code Re：}; where it was when there is none. */
    private int replyMark(int at) {
      for (String mark : REPLY_MARKS) {
        if (!text.regionMatches(true, at, mark, 0, mark.length())) continue;
        int end = at + mark.length();
        if (end < text.length() && (text.charAt(end) == '[' || text.charAt(end) == '^')) {
          int close = end + 1;
          while (close < text.length() && Character.isDigit(text.charAt(close))) close++;
          if (close < text.length() && text.charAt(close) == ']') close++;
          end = close;
        }
        while (end < text.length() && text.charAt(end) == ' ') end++;
        if (end < text.length() && (text.charAt(end) == ':' || text.charAt(end) == '：')) return end + 1;
      }
      return at;
    }

    /** Behind a bracket, nested ones included; where it was when there is none or it is never closed. */
    private int bracket(int at) {
      if (at >= text.length() || text.charAt(at) != '[') return at;
      int depth = 0;
      for (int i = at; i < text.length(); i++) {
        if (text.charAt(i) == '[') depth++;
        if (text.charAt(i) == ']' && --depth == 0) {
          chunks(text.substring(at + 1, i));
          return i + 1;
        }
      }
      return at;
    }

    private void chunks(String inside) {
      // "3/ 9" and "3 /9" are one chunk; Mercurial writes "3 of 9".
      String joined = inside.replace("/ ", "/").replace(" /", "/").replace(" of ", "/");
      int start = -1;
      for (int i = 0; i <= joined.length(); i++) {
        char c = i == joined.length() ? ' ' : joined.charAt(i);
        boolean gap = c == ' ' || c == ',' || c == ';' || c == '[' || c == ']';
        if (!gap && start < 0) start = i;
        if (gap && start >= 0) {
          chunk(joined.substring(start, i));
          start = -1;
        }
      }
    }

    private void chunk(String chunk) {
      int slash = chunk.indexOf('/');
      if (slash > 0 && isNumber(chunk, 0, slash) && isNumber(chunk, slash + 1, chunk.length())) {
        index = Integer.parseInt(chunk.substring(0, slash));
        total = Integer.parseInt(chunk.substring(slash + 1));
        return;
      }
      if (version(chunk)) return;
      int patch = chunk.regionMatches(true, 0, "patch", 0, 5) ? 5 : chunk.regionMatches(true, 0, "rfc", 0, 3) ? 3 : 0;
      if (patch > 0 && chunk.length() > patch) {
        String rest = chunk.substring(patch);
        if (version(rest.startsWith("-") || rest.startsWith("_") || rest.startsWith(".") ? rest.substring(1) : rest)) {
          prefixes.add(chunk.substring(0, patch));
          return;
        }
      }
      prefixes.add(chunk);
    }

    /** {@code v3}, {@code V3}, {@code v5.1}. */
    private boolean version(String chunk) {
      if (chunk.length() < 2 || chunk.charAt(0) != 'v' && chunk.charAt(0) != 'V') return false;
      int dot = chunk.indexOf('.');
      int end = dot < 0 ? chunk.length() : dot;
      if (!isNumber(chunk, 1, end) || dot >= 0 && !isNumber(chunk, dot + 1, chunk.length())) return false;
      version = Math.max(1, Integer.parseInt(chunk.substring(1, end)));
      minor = dot < 0 ? 0 : Integer.parseInt(chunk.substring(dot + 1));
      return true;
    }

    /** One to four ASCII digits. */
    private static boolean isNumber(String chunk, int start, int end) {
      if (end <= start || end - start > 4) return false;
      for (int i = start; i < end; i++) if (chunk.charAt(i) < '0' || chunk.charAt(i) > '9') return false;
      return true;
    }
  }
}
