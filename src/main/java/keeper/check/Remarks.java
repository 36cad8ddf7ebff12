// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import keeper.text.SourceText;

/** Comments of struct definitions that say which lock guards a member. Heuristic: by their words, and only where the lock is a member of the same struct. */
final class Remarks {
  private static final Pattern BY = Pattern.compile("(?i)\\b(?:protected|guarded|serialized|serialised)\\s+(?:by|with|under)\\s+(?:the\\s+|this\\s+)?[@&%`'\"]?(?:\\w+(?:->|\\.))?([A-Za-z_]\\w*)");
  private static final Pattern PROTECTS = Pattern.compile("(?i)\\b(?:protects|guards|serializes|serialises)\\s+(?:access(?:es)?\\s+to\\s+)?(?:the\\s+)?(.{1,200})");
  private static final Pattern WORD = Pattern.compile("[A-Za-z_]\\w*");
  private static final Pattern MEMBER = Pattern.compile("([A-Za-z_]\\w*)\\s*(?:\\[[^\\]]*\\]\\s*)*(?::\\s*\\w+\\s*)?(?:[,;]|__\\w+)");
  private static final int LONGEST = 60_000; // of a struct's text

  private final SourceText file;
  private final List<Census.Remark> found = new ArrayList<>();

  private Remarks(SourceText file) {
    this.file = file;
  }

  static List<Census.Remark> of(SourceText file) {
    Remarks remarks = new Remarks(file);
    remarks.scan(new String(file.bytes(), StandardCharsets.ISO_8859_1));
    return remarks.found;
  }

  private void scan(String text) {
    for (int at = text.startsWith("struct ") ? 0 : text.indexOf("\nstruct "); at >= 0; at = text.indexOf("\nstruct ", at + 1)) {
      int name = at + (at == 0 && text.startsWith("struct ") ? 7 : 8);
      int end = name;
      while (end < text.length() && Character.isJavaIdentifierPart(text.charAt(end))) end++;
      int brace = end;
      while (brace < text.length() && text.charAt(brace) <= ' ') brace++;
      if (end == name || brace >= text.length() || text.charAt(brace) != '{') continue;
      int close = text.indexOf("\n}", brace);
      if (close < 0 || close - brace > LONGEST) continue;
      struct(text, text.substring(name, end), brace + 1, close, at);
    }
  }

  private void struct(String text, String struct, int from, int to, int head) {
    String body = text.substring(from, to);
    String doc = docAbove(text, head);
    if (!mentions(body) && !mentions(doc)) return;
    Map<String, String> members = new LinkedHashMap<>(); // name to the text of its declaration
    List<String[]> said = new ArrayList<>(); // member, comment, offset
    String before = ""; // a comment that stands above
    int beforeAt = 0;
    int i = 0;
    int lineStart = 0;
    while (lineStart < body.length()) {
      int lineEnd = body.indexOf('\n', lineStart);
      if (lineEnd < 0) lineEnd = body.length();
      String line = body.substring(lineStart, lineEnd);
      int open = line.indexOf("/*");
      String code = open < 0 ? line : line.substring(0, open);
      String comment = "";
      int commentAt = lineStart;
      if (open >= 0) {
        int close = body.indexOf("*/", lineStart + open);
        if (close < 0) close = body.length();
        comment = plain(body.substring(lineStart + open, close));
        commentAt = lineStart + open;
        if (close > lineEnd) {
          lineEnd = body.indexOf('\n', close);
          if (lineEnd < 0) lineEnd = body.length();
        }
      }
      String name = code.indexOf('(') >= 0 ? "" : member(code);
      if (!name.isEmpty()) {
        members.put(name, code);
        if (!comment.isEmpty()) said.add(new String[] {name, comment, String.valueOf(from + commentAt)});
        if (!before.isEmpty()) said.add(new String[] {name, before, String.valueOf(from + beforeAt)});
        before = "";
      } else if (code.isBlank() && !comment.isEmpty()) {
        before = comment;
        beforeAt = commentAt;
      } else if (!code.isBlank()) {
        before = "";
      }
      lineStart = lineEnd + 1;
    }
    for (String[] one : documented(doc)) if (members.containsKey(one[0])) said.add(new String[] {one[0], one[1], String.valueOf(Math.max(0, head - 1))});
    Map<String, Boolean> once = new HashMap<>();
    for (String[] one : said) say(struct, one[0], one[1], Integer.parseInt(one[2]), members, once);
  }

  private void say(String struct, String member, String comment, int at, Map<String, String> members, Map<String, Boolean> once) {
    Matcher by = BY.matcher(comment);
    while (by.find()) {
      String lock = by.group(1);
      if (members.containsKey(lock) && isLock(members.get(lock)) && !lock.equals(member)) keep(struct, member, lock, at, comment, once);
    }
    if (!isLock(members.getOrDefault(member, ""))) return;
    Matcher protects = PROTECTS.matcher(comment);
    if (!protects.find()) return;
    Matcher word = WORD.matcher(protects.group(1));
    while (word.find()) if (members.containsKey(word.group()) && !isLock(members.get(word.group()))) keep(struct, word.group(), member, at, comment, once);
  }

  private void keep(String struct, String member, String lock, int at, String comment, Map<String, Boolean> once) {
    if (once.put(member + " " + lock, true) != null) return;
    found.add(new Census.Remark(struct, member, lock, file.line(Math.min(at, file.length())), comment.length() > 160 ? comment.substring(0, 157) + "..." : comment));
  }

  private static boolean mentions(String text) {
    String lower = text.toLowerCase(java.util.Locale.ROOT);
    return lower.contains("protect") || lower.contains("guard") || lower.contains("serial");
  }

  private static boolean isLock(String declaration) {
    return declaration.contains("spinlock_t") || declaration.contains("struct mutex") || declaration.contains("rwlock_t") || declaration.contains("struct rw_semaphore");
  }

  private static String member(String code) {
    Matcher matcher = MEMBER.matcher(code);
    return code.indexOf(';') >= 0 && matcher.find() ? matcher.group(1) : "";
  }

  /** The kernel-doc comment that ends right above. */
  private static String docAbove(String text, int head) {
    int end = head;
    while (end > 0 && text.charAt(end - 1) <= ' ') end--;
    if (end < 2 || text.charAt(end - 1) != '/' || text.charAt(end - 2) != '*') return "";
    int start = text.lastIndexOf("/**", end);
    return start < 0 || end - start > LONGEST || text.indexOf("*/", start) != end - 2 ? "" : text.substring(start, end);
  }

  /** Name and words of every {@code @name: words}. */
  private static List<String[]> documented(String doc) {
    List<String[]> said = new ArrayList<>();
    String name = "";
    StringBuilder words = new StringBuilder();
    for (String line : doc.split("\n")) {
      String text = line.strip();
      if (text.startsWith("*")) text = text.substring(1).strip();
      int colon = text.indexOf(':');
      if (text.startsWith("@") && colon > 1) {
        if (!name.isEmpty()) said.add(new String[] {name, plain(words.toString())});
        name = text.substring(1, colon);
        words.setLength(0);
        text = text.substring(colon + 1);
      }
      words.append(' ').append(text);
    }
    if (!name.isEmpty()) said.add(new String[] {name, plain(words.toString())});
    return said;
  }

  private static String plain(String comment) {
    return comment.replace("/*", " ").replace("*/", " ").replaceAll("\\s*\\n\\s*\\*?", " ").replaceAll("\\s+", " ").replaceFirst("^[*\\s]+", "").strip();
  }
}
