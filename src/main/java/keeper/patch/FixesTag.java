// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.patch;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One {@code Fixes:} line, read leniently, with what is wrong with it.
 *
 * @param raw the line or the two lines as they stand
 * @param commit the commit named; empty when none is (a URL, a CVE, prose)
 * @param title the commit's title as given, empty when none is
 * @param comment what stands behind the closing parenthesis, without {@code #}
 * @param verdicts what the text alone tells, in the order of {@link FixesVerdict}; only {@code OK} when nothing is wrong
 * @param line of the commit message, from 1 (the title is line 1)
 */
public record FixesTag(String raw, Optional<CommitId> commit, String title, String comment, List<FixesVerdict> verdicts, int line) {
  /** So many tags of one log are read. */
  static final int MAX_TAGS = 1_000;

  public FixesTag {
    verdicts = List.copyOf(verdicts);
  }

  public boolean has(FixesVerdict verdict) {
    return verdicts.contains(verdict);
  }

  /** Whether the line is {@code Fixes: <12 or more digits> ("title")} on one line, which every script of the kernel accepts. */
  public boolean isWellFormed() {
    if (commit.isEmpty() || title.isEmpty()) return false;
    for (FixesVerdict verdict : verdicts) if (verdict.level().compareTo(FixesVerdict.Level.WARN) >= 0 && verdict != FixesVerdict.SEPARATED) return false;
    return true;
  }

  /** The tag as the kernel wants it, once commit and title are known. */
  public static String text(CommitId commit, String title) {
    return "Fixes: " + commit.brief() + " (\"" + title + "\")";
  }

  /** Every tag of a log, in order. */
  public static List<FixesTag> in(CommitMessage message) {
    List<FixesTag> found = new ArrayList<>();
    String[] lines = message.body().split("\n", -1);
    for (int i = 0; i < lines.length && found.size() < MAX_TAGS; i++) {
      FixesTag tag = read(lines, i);
      if (tag == null) continue;
      List<FixesVerdict> verdicts = new ArrayList<>(tag.verdicts);
      if (isSeparated(lines, tag.raw.indexOf('\n') >= 0 ? i + 1 : i)) add(verdicts, FixesVerdict.SEPARATED);
      for (FixesTag earlier : found)
        if (tag.commit.isPresent() && earlier.commit.isPresent() && same(earlier.commit.get(), tag.commit.get())) {
          add(verdicts, FixesVerdict.DUPLICATE_TAG);
          break;
        }
      if (tag.raw.indexOf('\n') >= 0) i++;
      found.add(new FixesTag(tag.raw, tag.commit, tag.title, tag.comment, ordered(verdicts), tag.line));
    }
    return found;
  }

  /** Reads one line that may be a tag; nothing when it is none ({@code fixes a NULL pointer}). */
  public static Optional<FixesTag> parse(String line) {
    return Optional.ofNullable(read(line.split("\n", -1), 0));
  }

  /** Tags below the {@code ---} line: they will not be merged. */
  public static List<FixesTag> belowCut(Patch patch) {
    List<FixesTag> found = new ArrayList<>();
    for (FixesTag tag : in(new CommitMessage("", patch.notes(), List.of()))) {
      if (tag.commit.isEmpty()) continue;
      List<FixesVerdict> verdicts = new ArrayList<>(tag.verdicts);
      verdicts.remove(FixesVerdict.SEPARATED);
      add(verdicts, FixesVerdict.BELOW_CUT);
      found.add(new FixesTag(tag.raw, tag.commit, tag.title, tag.comment, ordered(verdicts), tag.line));
    }
    return found;
  }

  private static boolean same(CommitId one, CommitId other) {
    return one.hex().startsWith(other.hex()) || other.hex().startsWith(one.hex());
  }

  private static List<FixesVerdict> ordered(List<FixesVerdict> verdicts) {
    if (verdicts.size() > 1) verdicts.remove(FixesVerdict.OK);
    verdicts.sort(null);
    return verdicts;
  }

  private static void add(List<FixesVerdict> verdicts, FixesVerdict verdict) {
    if (!verdicts.contains(verdict)) verdicts.add(verdict);
  }

  /** A blank line below, and more tags behind it. */
  private static boolean isSeparated(String[] lines, int last) {
    return last + 2 < lines.length && lines[last + 1].isBlank() && isTag(lines[last + 2]);
  }

  private static boolean isTag(String line) {
    int colon = line.indexOf(':');
    if (colon < 2) return false;
    for (int i = 0; i < colon; i++) {
      char c = line.charAt(i);
      if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-')) return false;
    }
    String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
    return name.endsWith("-by") || name.equals("cc") || name.equals("fixes") || name.equals("link") || name.equals("closes");
  }

  // ---- one line

  private static FixesTag read(String[] lines, int index) {
    String line = lines[index];
    int at = 0;
    // An indented tag stands in a quoted log.
    while (at < line.length() && (line.charAt(at) == ' ' || line.charAt(at) == '\t')) at++;
    if (at >= 4 || line.startsWith("\t") || !line.regionMatches(true, at, "fixes", 0, 5)) return null;
    return new Reader(lines, index, at + 5).tag();
  }

  /** Goes over a line from left to right and notes what it meets. */
  private static final class Reader {
    private final String line;
    private final String next;
    private final int index;
    private final List<FixesVerdict> verdicts = new ArrayList<>();
    private int at;
    private boolean wrapped;

    Reader(String[] lines, int index, int at) {
      this.line = lines[index].stripTrailing();
      this.next = index + 1 < lines.length ? lines[index + 1].strip() : "";
      this.index = index;
      this.at = at;
    }

    FixesTag tag() {
      blanks();
      boolean colon = at < line.length() && line.charAt(at) == ':';
      if (colon) at++;
      boolean gap = blanks();
      if (!line.startsWith("Fixes:")) verdicts.add(FixesVerdict.TAG_CASE);
      if (colon && !gap && at < line.length()) verdicts.add(FixesVerdict.MISSING_SPACE);
      extras();
      int digits = hex();
      if (digits == 0) return colon ? other() : null;
      String given = line.substring(at, at + digits);
      if (!colon && !given.chars().anyMatch(Character::isDigit)) return null; // "fixes facade"
      at += digits;
      if (at < line.length() && line.charAt(at) == '>') at++;
      String hex = given.toLowerCase(Locale.ROOT);
      if (!hex.equals(given)) verdicts.add(FixesVerdict.UPPER_HEX);
      if (digits < 12) verdicts.add(FixesVerdict.SHORT_ID);
      if (digits > 12) verdicts.add(FixesVerdict.LONG_ID);
      String rest = rest();
      return done(Optional.of(new CommitId(hex)), rest);
    }

    private boolean blanks() {
      int from = at;
      while (at < line.length() && (line.charAt(at) == ' ' || line.charAt(at) == '\t')) at++;
      return at > from;
    }

    /** {@code commit}, a second {@code Fixes:}, an angle bracket. */
    private void extras() {
      while (true) {
        int skip = 0;
        if (line.regionMatches(true, at, "commit", 0, 6)) skip = 6;
        else if (line.regionMatches(true, at, "fixes:", 0, 6)) skip = 6;
        else if (line.startsWith("<", at)) skip = 1;
        if (skip == 0) return;
        int from = at;
        at += skip;
        if (skip == 6 && at < line.length() && line.charAt(at) == ':') at++;
        blanks();
        if (hex() == 0 && !line.regionMatches(true, at, "fixes:", 0, 6) && !line.regionMatches(true, at, "commit", 0, 6) && !line.startsWith("<", at)) {
          at = from;
          return;
        }
        if (!verdicts.contains(FixesVerdict.EXTRA_WORD)) verdicts.add(FixesVerdict.EXTRA_WORD);
      }
    }

    /** How many digits of an id stand here; 0 when it is none. */
    private int hex() {
      int end = at;
      while (end < line.length() && end - at <= 64 && Character.digit(line.charAt(end), 16) >= 0 && line.charAt(end) < 128) end++;
      boolean goesOn = end < line.length() && Character.isLetterOrDigit(line.charAt(end));
      return end - at >= 5 && end - at <= 64 && !goesOn ? end - at : 0;
    }

    /** What stands behind the id, joined with the next line where it is not closed. */
    private String rest() {
      if (at < line.length() && line.charAt(at) == '(') verdicts.add(FixesVerdict.MISSING_SPACE);
      String rest = line.substring(at).strip();
      boolean open = rest.startsWith("(") && !closes(rest);
      boolean waits = rest.isEmpty() && next.startsWith("(");
      if ((open || waits) && !next.isEmpty() && !isTag(next) && closes("(" + next) && next.indexOf(')') >= 0) {
        wrapped = true;
        verdicts.add(FixesVerdict.WRAPPED);
        rest = waits ? next : rest + " " + next;
      }
      return rest;
    }

    private static boolean closes(String text) {
      int close = text.lastIndexOf(')');
      if (close < 0) return false;
      // A title may end in "f()": the last parenthesis counts when a quote stands before it, or nothing is open.
      int open = 0;
      for (int i = 0; i < text.length(); i++) {
        if (text.charAt(i) == '(') open++;
        if (text.charAt(i) == ')') open--;
      }
      return open <= 0 || close > 0 && isQuote(text.charAt(close - 1));
    }

    private static boolean isQuote(char c) {
      return c == '"' || c == '\'' || c == '\u201C' || c == '\u201D' || c == '\u2018' || c == '\u2019';
    }

    private FixesTag other() {
      String text = line.substring(at).strip();
      verdicts.clear();
      verdicts.add(FixesVerdict.NOT_A_COMMIT_REF);
      return done(Optional.empty(), text);
    }

    private FixesTag done(Optional<CommitId> commit, String rest) {
      String title = rest;
      String comment = "";
      if (rest.startsWith("(")) {
        int close = closing(rest);
        String inside = close < 0 ? rest.substring(1) : rest.substring(1, close);
        comment = close < 0 ? "" : rest.substring(close + 1).strip();
        if (close < 0) note(commit, FixesVerdict.UNBALANCED);
        title = quoted(inside.strip(), commit);
      } else if (rest.isEmpty()) {
        note(commit, FixesVerdict.NO_TITLE);
      } else if (rest.startsWith("#")) {
        note(commit, FixesVerdict.NO_TITLE);
        comment = rest;
        title = "";
      } else {
        note(commit, FixesVerdict.NO_QUOTES);
        title = rest.length() > 1 && isQuote(rest.charAt(0)) && isQuote(rest.charAt(rest.length() - 1)) ? rest.substring(1, rest.length() - 1) : rest;
      }
      if (comment.startsWith("#")) comment = comment.substring(1).strip();
      if (verdicts.isEmpty()) verdicts.add(FixesVerdict.OK);
      verdicts.sort(null);
      String raw = wrapped ? line + "\n" + next : line;
      return new FixesTag(raw, commit, title, comment, verdicts, index + 3);
    }

    private void note(Optional<CommitId> commit, FixesVerdict verdict) {
      if (commit.isPresent() && !verdicts.contains(verdict)) verdicts.add(verdict);
    }

    /** Where the title's parenthesis closes: behind the quote, else where it is balanced; -1 when it stays open. */
    private static int closing(String rest) {
      if (rest.length() > 1 && isQuote(rest.charAt(1))) {
        for (int i = rest.length() - 1; i > 1; i--) if (rest.charAt(i) == ')' && isQuote(rest.charAt(i - 1)) && i > 2) return i;
      }
      int open = 0;
      for (int i = 0; i < rest.length(); i++) {
        if (rest.charAt(i) == '(') open++;
        if (rest.charAt(i) == ')' && --open == 0) return i;
      }
      return -1;
    }

    private String quoted(String inside, Optional<CommitId> commit) {
      String title = inside;
      boolean opens = !title.isEmpty() && isQuote(title.charAt(0));
      if (opens) {
        int date = date(title);
        if (date > 0) {
          note(commit, FixesVerdict.DATE_IN_TITLE);
          title = title.substring(0, date);
        }
      }
      boolean closes = title.length() > 1 && isQuote(title.charAt(title.length() - 1));
      if (!opens && closes && title.chars().filter(c -> c == '"').count() % 2 == 0) closes = false; // Revert "title", without quotes of its own
      boolean plain = title.startsWith("\"");
      if (!opens && !closes) {
        note(commit, FixesVerdict.NO_QUOTES);
        return title;
      }
      if (opens != closes) note(commit, FixesVerdict.UNBALANCED);
      else if (!plain) note(commit, FixesVerdict.NO_QUOTES);
      return title.substring(opens ? 1 : 0, closes ? title.length() - 1 : title.length()).strip();
    }

    /** {@code "title", 2019-06-18}: where the date's comma stands. */
    private static int date(String title) {
      int comma = title.lastIndexOf(',');
      if (comma < 2 || !isQuote(title.charAt(comma - 1))) return -1;
      String tail = title.substring(comma + 1).strip();
      return tail.length() >= 8 && Character.isDigit(tail.charAt(0)) && tail.indexOf('-') > 0 ? comma : -1;
    }
  }
}
