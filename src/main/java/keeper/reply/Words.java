// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.reply;

import java.util.ArrayList;
import java.util.List;
import keeper.check.Finding;
import keeper.text.Printable;

/** Text made fit for a mail: strangers' characters tamed, our own words wrapped. */
final class Words {
  static final int WIDTH = 72;

  private Words() {}

  /** One line as it is, with tabs, but control characters and bidirectional overrides as {@code <U+XXXX>}. */
  static String line(String text) {
    return Printable.line(text);
  }

  /** One line at most, white space collapsed, tamed, cut at a length. */
  static String brief(String text, int most) {
    StringBuilder words = new StringBuilder();
    boolean space = false;
    for (int i = 0; i < text.length() && words.length() <= most; i++) {
      char c = text.charAt(i);
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        space = words.length() > 0;
        continue;
      }
      if (space) words.append(' ');
      space = false;
      words.append(c);
    }
    if (words.length() <= most) return line(words.toString());
    int cut = Character.isHighSurrogate(words.charAt(most - 1)) ? most - 1 : most;
    return line(words.substring(0, cut)) + "...";
  }

  /** What a finding is about, in a word or two: the lock of a way out that keeps it, else what is accessed or called. */
  static String what(Finding finding) {
    boolean lock = finding.subject().isEmpty() || finding.check().equals("missing-unlock");
    String what = lock && !finding.lock().isEmpty() ? finding.lock() : finding.subject();
    return what.isEmpty() ? finding.check() : what;
  }

  static List<String> wrap(String text) {
    return wrap(text, "", "");
  }

  /**
   * Words in lines of at most 72 columns; a longer word has its own line. No line begins with something that a reader's
   * tool would take for a quote, a tag, a delimiter or a new mail.
   */
  static List<String> wrap(String text, String first, String rest) {
    List<String> words = words(text);
    List<String> lines = new ArrayList<>();
    int from = 0;
    while (from < words.size()) {
      String indent = lines.isEmpty() ? first : rest;
      int to = from + 1;
      int width = indent.length() + words.get(from).length();
      while (to < words.size() && width + 1 + words.get(to).length() <= WIDTH) width += 1 + words.get(to++).length();
      while (to < words.size() && to > from + 1 && misread(words.get(to))) to--;
      String line = String.join(" ", words.subList(from, to));
      lines.add(indent + (misread(words.get(from)) ? "- " : "") + line);
      from = to;
    }
    return lines;
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    int start = -1;
    for (int i = 0; i <= text.length(); i++) {
      boolean space = i == text.length() || text.charAt(i) == ' ' || text.charAt(i) == '\t' || text.charAt(i) == '\n';
      if (space && start >= 0) {
        words.add(line(text.substring(start, i)));
        start = -1;
      } else if (!space && start < 0) {
        start = i;
      }
    }
    return words;
  }

  /** Whether a tool might misread a line that begins with this word. */
  static boolean misread(String word) {
    if (word.isEmpty()) return false;
    char c = word.charAt(0);
    if (c == '>' || c == '|' || c == '#' || c == '@') return true;
    if (word.equals("From") || word.equals("--") || word.equals("---") || word.equals("+++")
        || word.equals("diff") || word.startsWith("[")) return true;
    int colon = word.indexOf(':');
    if (colon <= 0 || word.startsWith("://", colon)) return false;
    for (int i = 0; i < colon; i++) if (!Character.isLetterOrDigit(word.charAt(i)) && word.charAt(i) != '-' && word.charAt(i) != '_') return false;
    return true;
  }
}
