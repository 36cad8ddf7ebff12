// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lineage;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import keeper.mail.MessageId;
import keeper.patch.CommitId;
import keeper.patch.CommitMessage;
import keeper.patch.FixesTag;

/**
 * One place of a log that names another change, by id, by title, or both; or a mail, or a stable branch.
 *
 * @param evidence what stands there
 * @param id as written, mostly abbreviated
 * @param title as written, white space collapsed; empty when only the id is given. Of a mail its Message-ID or URL, of a stable
 *     branch what is said of it
 */
public record Reference(Evidence evidence, Optional<CommitId> id, String title) {
  private static final int LIMIT = 200; // of one log; a merge may list hundreds of titles
  private static final int TITLE_LIMIT = 1000;

  /** Everything that a log names, tags first, each change once for each kind of evidence. */
  public static List<Reference> in(CommitMessage message) {
    List<Reference> found = new ArrayList<>();
    for (FixesTag tag : message.fixes()) {
      if (tag.commit().isPresent()) found.add(new Reference(new Evidence.Tag(tag), tag.commit(), title(tag.title())));
    }
    reverts(message, found);
    new Lines(message.body(), found).read();
    return once(found);
  }

  /** Of several with the same evidence and id the first; a mention of what a tag names as well is no news. */
  private static List<Reference> once(List<Reference> found) {
    List<Reference> kept = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Reference reference : found) {
      if (kept.size() == LIMIT) break;
      boolean known = false;
      if (reference.evidence instanceof Evidence.Mention) {
        for (Reference other : kept) known |= other.names(reference);
      }
      String key = reference.evidence.word() + " " + reference.id.map(CommitId::hex).orElse("") + " " + (reference.id.isPresent() ? "" : reference.title);
      if (!known && seen.add(key)) kept.add(reference);
    }
    return kept;
  }

  private boolean names(Reference other) {
    return id.isPresent() && other.id.isPresent()
        && (id.get().hex().startsWith(other.id.get().hex()) || other.id.get().hex().startsWith(id.get().hex()));
  }

  /** Titles compare after white space is collapsed; case matters. */
  public static String title(String text) {
    StringBuilder title = new StringBuilder(Math.min(text.length(), TITLE_LIMIT));
    for (int i = 0; i < text.length() && title.length() < TITLE_LIMIT; i++) {
      char c = text.charAt(i);
      if (!isBlank(c)) title.append(c);
      else if (title.length() > 0 && title.charAt(title.length() - 1) != ' ') title.append(' ');
    }
    int end = title.length();
    if (end > 0 && title.charAt(end - 1) == ' ') title.setLength(end - 1);
    return title.toString();
  }

  /** {@code Revert "title"}; an odd number of them takes away, an even number brings back. */
  private static void reverts(CommitMessage message, List<Reference> found) {
    String title = title(message.title());
    int reverts = 0;
    String rest = title;
    while (rest.startsWith("Revert \"") && rest.endsWith("\"") && reverts < 20) {
      rest = rest.substring("Revert \"".length(), rest.length() - 1);
      reverts++;
    }
    if (reverts == 0 && title.startsWith("Reapply \"") && title.endsWith("\"")) {
      found.add(new Reference(new Evidence.Reapply(title), Optional.empty(), title.substring("Reapply \"".length(), title.length() - 1)));
    } else if (reverts > 0 && reverts % 2 == 0) {
      found.add(new Reference(new Evidence.Reapply(title), Optional.empty(), rest));
    } else if (reverts > 0 && revertedIds(message.body()).isEmpty()) {
      found.add(new Reference(new Evidence.Revert(title), Optional.empty(), rest));
    }
    String how = message.body().toLowerCase(java.util.Locale.ROOT).contains("partially reverts commit") ? "This partially reverts commit " : "This reverts commit ";
    for (CommitId id : revertedIds(message.body())) found.add(new Reference(new Evidence.Revert(how + id), Optional.of(id), reverts == 1 ? rest : ""));
  }

  /** {@code This reverts commit <id>}, {@code reverts commits <id> and <id>}, {@code This partially reverts commit <id>}. */
  private static List<CommitId> revertedIds(String body) {
    List<CommitId> ids = new ArrayList<>();
    String lower = body.toLowerCase(java.util.Locale.ROOT);
    for (int at = lower.indexOf("reverts commit"); at >= 0 && ids.size() < 50; at = lower.indexOf("reverts commit", at + 1)) {
      int lineStart = lower.lastIndexOf('\n', at) + 1;
      String before = lower.substring(lineStart, at).strip();
      if (!before.startsWith("this") && !before.startsWith("it") && !before.isEmpty()) continue;
      int next = at + "reverts commit".length();
      if (next < lower.length() && lower.charAt(next) == 's') next++;
      for (; ids.size() < 50; next++) {
        while (next < lower.length() && (isBlank(lower.charAt(next)) || lower.charAt(next) == ',' || lower.charAt(next) == ':')) next++;
        boolean word = true;
        while (word) {
          word = false;
          for (String between : List.of("and", "commits", "commit")) {
            int end = next + between.length();
            if (!lower.startsWith(between, next) || end >= lower.length() || !isBlank(lower.charAt(end))) continue;
            next = end;
            while (next < lower.length() && isBlank(lower.charAt(next))) next++;
            word = true;
          }
        }
        String hex = hexAt(lower, next);
        if (hex.isEmpty()) break;
        ids.add(new CommitId(hex));
        next += hex.length() - 1;
      }
    }
    return ids;
  }

  /** The hexadecimal digits that begin here, when they can be an id: 5 to 64 of them, and no other word. */
  private static String hexAt(String text, int at) {
    int end = at;
    while (end < text.length() && end - at <= 64 && isHex(text.charAt(end))) end++;
    boolean word = end < text.length() && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '_');
    return end - at >= 5 && end - at <= 64 && !word ? text.substring(at, end) : "";
  }

  /** Mails that went through a web page have no-break spaces. */
  private static boolean isBlank(char c) {
    return c <= ' ' || c == '\u00a0';
  }

  private static boolean isHex(char c) {
    return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
  }

  /** The body: backports, dependencies, and mentions, which may be broken over lines anywhere. */
  private static final class Lines {
    private final String body;
    private final List<Reference> found;
    private boolean belowReporter;

    Lines(String body, List<Reference> found) {
      this.body = body;
      this.found = found;
    }

    void read() {
      int start = 0;
      int number = 0;
      boolean quoted = false;
      while (start < body.length() && found.size() < 10 * LIMIT) {
        int end = body.indexOf('\n', start);
        if (end < 0) end = body.length();
        quoted = start < end && body.charAt(start) == '>';
        if (!quoted && end - start < 1000) line(start, end, number++);
        start = end + 1;
      }
    }

    private void line(int start, int end, int number) {
      if (special(body.substring(start, end).strip(), number)) return;
      for (int at = start; at + 5 <= end; at++) {
        if (!isHex(body.charAt(at))) continue;
        boolean wordStart = at == 0 || !(Character.isLetterOrDigit(body.charAt(at - 1)) || body.charAt(at - 1) == '_' || body.charAt(at - 1) == '-');
        if (!wordStart) {
          while (at < end && isHex(body.charAt(at))) at++;
          continue;
        }
        String hex = hexAt(body, at);
        int from = at;
        while (at < end && isHex(body.charAt(at))) at++;
        if (!hex.isEmpty()) mention(hex.toLowerCase(java.util.Locale.ROOT), from, from + hex.length());
      }
    }

    /** An id counts when its title follows, or when the word "commit" stands before it and it has at least seven digits. */
    private void mention(String hex, int from, int to) {
      boolean digits = false;
      for (int i = 0; i < hex.length(); i++) digits |= hex.charAt(i) <= '9';
      String title = titleAfter(to);
      boolean commit = hex.length() >= 7 && digits && wordBefore(from);
      if (title.isEmpty() && !commit) return;
      found.add(new Reference(new Evidence.Mention(Reference.title(excerpt(from, to, title))), Optional.of(new CommitId(hex)), title));
    }

    private String excerpt(int from, int to, String title) {
      String id = body.substring(from, to);
      return (wordBefore(from) ? "commit " : "") + id + (title.isEmpty() ? "" : " (\"" + title + "\")");
    }

    private boolean wordBefore(int from) {
      int end = from;
      while (end > 0 && (isBlank(body.charAt(end - 1)) || body.charAt(end - 1) == '<' || body.charAt(end - 1) == '(')) end--;
      return end >= 6 && body.regionMatches(true, end - 6, "commit", 0, 6) || end >= 7 && body.regionMatches(true, end - 7, "commits", 0, 7);
    }

    /** {@code ("title")}, with white space and line breaks wherever the mailer put them; at most four lines. */
    private String titleAfter(int to) {
      int at = to;
      while (at < body.length() && isBlank(body.charAt(at))) at++;
      if (at >= body.length() || body.charAt(at) != '(') return "";
      at++;
      while (at < body.length() && isBlank(body.charAt(at))) at++;
      if (at >= body.length() || !isQuote(body.charAt(at))) return "";
      int lines = 0;
      for (int end = at + 1; end < body.length() && lines < 4 && end - at < TITLE_LIMIT; end++) {
        char c = body.charAt(end);
        if (c == '\n') lines++;
        if (!isQuote(c)) continue;
        int close = end + 1;
        while (close < body.length() && isBlank(body.charAt(close))) close++;
        if (close < body.length() && body.charAt(close) == ')') return Reference.title(body.substring(at + 1, end));
      }
      return "";
    }

    private static boolean isQuote(char c) {
      return c == '"' || c == '\u201c' || c == '\u201d';
    }

    /** Lines that say more than a mention. */
    private boolean special(String line, int number) {
      String lower = line.toLowerCase(java.util.Locale.ROOT);
      if (lower.startsWith("fixes:") || lower.startsWith("fixes ") && !hexAt(lower, 6).isEmpty()) return true; // read as a tag already
      if (mail(line, lower)) return true;
      if (lower.startsWith("cc:") && lower.contains("stable")) return stable(line, lower);
      if (lower.contains("reverts commit")) return true;
      Optional<Reference> dependency = dependency(line, lower);
      if (dependency.isPresent()) return found.add(dependency.get());
      String upstream = upstream(lower, number);
      if (upstream.isEmpty()) return false;
      found.add(new Reference(new Evidence.Backport(line), Optional.of(new CommitId(upstream)), ""));
      return true;
    }

    /** {@code Link:}, {@code Closes:}, {@code Message-ID:} and what they lead to. */
    private boolean mail(String line, String lower) {
      boolean reporter = belowReporter;
      belowReporter = lower.startsWith("reported-by:") || lower.startsWith("reported-and-tested-by:") || reporter && lower.startsWith("link:");
      boolean link = lower.startsWith("link:") || lower.startsWith("message-id:");
      if (!link && !lower.startsWith("closes:")) return false;
      String value = line.substring(line.indexOf(':') + 1).strip();
      int end = 0;
      while (end < value.length() && !isBlank(value.charAt(end))) end++;
      String target = value.substring(0, end);
      if (target.isEmpty() || target.length() > TITLE_LIMIT) return true;
      Optional<MessageId> id = target.indexOf('@') < 0 && target.indexOf("%40") < 0 ? Optional.empty() : MessageId.pasted(target);
      boolean report = !link || reporter && lower.startsWith("link:");
      if (id.isEmpty() && !report) return true;
      found.add(new Reference(report ? new Evidence.Report(line) : new Evidence.MailLink(line), Optional.empty(), id.map(MessageId::id).orElse(target)));
      return true;
    }

    /** {@code Cc: stable@… # 3.3.x: a1f84a3: title} needs another; {@code # 5.10+} names branches; {@code +noautosel} forbids. */
    private boolean stable(String line, String lower) {
      int hash = line.indexOf('#');
      String comment = hash < 0 ? "" : line.substring(hash + 1).strip();
      for (int colon = comment.indexOf(':'); colon > 0; colon = comment.indexOf(':', colon + 1)) {
        int at = colon + 1;
        while (at < comment.length() && isBlank(comment.charAt(at))) at++;
        String hex = hexAt(comment.toLowerCase(java.util.Locale.ROOT), at);
        if (hex.length() < 7) continue;
        String rest = comment.substring(at + hex.length()).strip();
        String title = rest.startsWith(":") ? Reference.title(rest.substring(1)) : "";
        found.add(new Reference(new Evidence.Prerequisite(line), Optional.of(new CommitId(hex)), title));
        return true;
      }
      String said = lower.contains("noautosel") ? "noautosel " + comment : comment;
      found.add(new Reference(new Evidence.StableRequest(line), Optional.empty(), Reference.title(said)));
      return true;
    }

    private static Optional<Reference> dependency(String line, String lower) {
      if (!lower.startsWith("stable-dep-of:")) return Optional.empty();
      int at = "stable-dep-of:".length();
      while (at < lower.length() && lower.charAt(at) == ' ') at++;
      String hex = hexAt(lower, at);
      if (hex.isEmpty()) return Optional.empty();
      int open = line.indexOf("(\"", at);
      int close = line.lastIndexOf("\")");
      String title = open >= 0 && close > open ? Reference.title(line.substring(open + 2, close)) : "";
      return Optional.of(new Reference(new Evidence.Dependency(line), Optional.of(new CommitId(hex)), title));
    }

    /** The id in {@code commit … upstream.} and {@code [ Upstream commit … ]} among the first lines, and in a cherry-pick's line. */
    private static String upstream(String lower, int number) {
      if (lower.startsWith("(cherry picked from commit ")) return hexAt(lower, 27);
      if (lower.startsWith("git-commit: ")) return hexAt(lower, 12); // SUSE
      if (lower.startsWith("(backported from commit ")) return hexAt(lower, 24);
      if (number > 6) return "";
      String inner = lower.startsWith("[") ? lower.substring(1).strip() : lower;
      if (inner.startsWith("upstream commit ")) return hexAt(inner, 16);
      if (inner.startsWith("commit ") && inner.contains(" upstream")) return hexAt(inner, 7);
      return "";
    }
  }
}
