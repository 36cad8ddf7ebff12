// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.patch;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The log that a patch would leave in history.
 *
 * @param title the first line, without the brackets of a mail's subject
 * @param body all that follows, up to the {@code ---} line, without the title
 * @param trailers the tag lines of the body, in order
 */
public record CommitMessage(String title, String body, List<Trailer> trailers) {
  /** Names that are tags wherever they begin a line; others are in the last paragraph only. */
  private static final List<String> KNOWN = List.of(
      "fixes", "cc", "link", "closes", "buglink", "bugzilla", "message-id", "change-id", "depends-on", "stable-dep-of", "stable-prereq-of",
      "references", "upstream-status", "patchwork-id", "svn-id", "cve-id", "cve", "debian-bug");

  public CommitMessage {
    trailers = List.copyOf(trailers);
  }

  /** A log from its title and the text below it, blank lines around which are cut off; finds the trailers. */
  public static CommitMessage of(String title, String text) {
    int from = 0;
    int to = text.length();
    for (int i = 0; i < to && text.charAt(i) <= ' '; i++) if (text.charAt(i) == '\n') from = i + 1;
    while (to > from && text.charAt(to - 1) <= ' ') to--;
    String body = text.substring(Math.min(from, to), to);
    if (body.indexOf('\r') >= 0) body = body.replace("\r\n", "\n");
    return new CommitMessage(title, body, trailers(body));
  }

  /** The whole text of a commit, title first, as git keeps it. */
  public static CommitMessage of(String whole) {
    int end = whole.indexOf('\n');
    return end < 0 ? of(whole.strip(), "") : of(whole.substring(0, end).strip(), whole.substring(end + 1));
  }

  /** The values of every trailer of this name, in any case. */
  public List<String> values(String name) {
    List<String> values = new ArrayList<>();
    for (Trailer trailer : trailers) if (trailer.is(name)) values.add(trailer.value());
    return values;
  }

  /** The {@code Fixes:} tags of the log. */
  public List<FixesTag> fixes() {
    return FixesTag.in(this);
  }

  /**
   * The mainline commit that a backport names: {@code [ Upstream commit … ]}, {@code commit … upstream.}, {@code (cherry picked from
   * commit …)}.
   */
  public Optional<CommitId> upstream() {
    int at = 0;
    while (at < body.length()) {
      int end = body.indexOf('\n', at);
      if (end < 0) end = body.length();
      Optional<CommitId> found = upstream(body.substring(at, end).strip());
      if (found.isPresent()) return found;
      at = end + 1;
    }
    return Optional.empty();
  }

  private static Optional<CommitId> upstream(String line) {
    String lower = line.toLowerCase(Locale.ROOT);
    if (lower.startsWith("[") && lower.contains("upstream commit ")) return idAt(lower, lower.indexOf("upstream commit ") + 16);
    if (lower.startsWith("upstream commit ")) return idAt(lower, 16);
    if (lower.startsWith("commit ") && lower.contains(" upstream")) return idAt(lower, 7);
    if (lower.startsWith("[") && lower.startsWith("commit ", 2) && lower.contains(" upstream")) return idAt(lower, 9);
    if (lower.startsWith("(cherry picked from commit ")) return idAt(lower, 27);
    return Optional.empty();
  }

  private static Optional<CommitId> idAt(String line, int at) {
    int from = at;
    while (from < line.length() && line.charAt(from) == ' ') from++;
    int to = from;
    while (to < line.length() && Character.digit(line.charAt(to), 16) >= 0) to++;
    String hex = line.substring(from, to);
    return hex.length() >= 7 && CommitId.valid(hex) ? Optional.of(new CommitId(hex)) : Optional.empty();
  }

  // ---- trailers

  private static List<Trailer> trailers(String body) {
    List<Trailer> found = new ArrayList<>();
    String[] lines = lines(body);
    int lastParagraph = lastParagraph(lines);
    for (int i = 0; i < lines.length; i++) {
      String name = name(lines[i]);
      if (name.isEmpty() || name.equalsIgnoreCase("base-commit") || name.equalsIgnoreCase("prerequisite-patch-id")) continue;
      if (!isKnown(name) && (i < lastParagraph || !amongTrailers(lines, i))) continue;
      StringBuilder value = new StringBuilder(lines[i].substring(lines[i].indexOf(':') + 1).strip());
      // A value goes on in lines that are indented.
      int last = i;
      while (last + 1 < lines.length && !lines[last + 1].isBlank() && (lines[last + 1].charAt(0) == ' ' || lines[last + 1].charAt(0) == '\t'))
        value.append(' ').append(lines[++last].strip());
      found.add(new Trailer(name, value.toString(), i + 3)); // the title and a blank line stand above
      i = last;
    }
    return found;
  }

  private static String[] lines(String body) {
    return body.isEmpty() ? new String[0] : body.split("\n", -1);
  }

  private static int lastParagraph(String[] lines) {
    int first = lines.length;
    while (first > 0 && !lines[first - 1].isBlank()) first--;
    return first;
  }

  /** A name nobody knows counts beside a known one: "Note: this is text" alone does not. */
  private static boolean amongTrailers(String[] lines, int at) {
    boolean above = at > 0 && !name(lines[at - 1]).isEmpty();
    boolean below = at + 1 < lines.length && !name(lines[at + 1]).isEmpty();
    return (above || below) && name(lines[at]).indexOf('-') > 0;
  }

  private static boolean isKnown(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith("-by") || KNOWN.contains(lower);
  }

  /** The word before a colon at the line's start, letters and dashes; empty when there is none. */
  private static String name(String line) {
    int i = 0;
    while (i < line.length() && i < 60) {
      char c = line.charAt(i);
      boolean word = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || i > 0 && c >= '0' && c <= '9';
      if (!word) break;
      i++;
    }
    if (i < 2 || i >= line.length() || line.charAt(i) != ':' || line.charAt(0) == '-') return "";
    // "https://…", "git://…", "a::b"
    return line.startsWith("//", i + 1) || line.startsWith(":", i + 1) ? "" : line.substring(0, i);
  }
}
