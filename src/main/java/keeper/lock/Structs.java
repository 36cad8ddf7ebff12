// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lock;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import keeper.text.SourceText;

/** The struct definitions of one file, read roughly: which member has which type. */
final class Structs {
  /**
   * A member.
   *
   * @param type {@code struct foo}, {@code spinlock_t}; a struct without a name is {@code struct outer.member}
   * @param pointer the member points to it
   * @param guardedBy the argument of {@code __guarded_by}, empty without one
   * @param rcu declared {@code __rcu}
   */
  record Member(String type, boolean pointer, String guardedBy, boolean rcu) {
    /** {@code foo} for {@code struct foo}, or null. */
    String struct() {
      return type.startsWith("struct ") ? type.substring(7) : type.startsWith("union ") ? type.substring(6) : null;
    }
  }

  private static final int DEEPEST = 12;

  private final Map<String, Map<String, Member>> structs = new HashMap<>();

  private Structs() {}

  static Structs of(SourceText text) {
    Structs found = new Structs();
    found.scan(clean(text.bytes()));
    return found;
  }

  static Structs of(Map<String, Map<String, Member>> structs) {
    Structs found = new Structs();
    found.structs.putAll(structs);
    return found;
  }

  /** By struct, in the order of their names. */
  java.util.SortedMap<String, Map<String, Member>> all() {
    return new java.util.TreeMap<>(structs);
  }

  /** The members of a struct, or null when it is not defined here. */
  Map<String, Member> members(String struct) {
    return structs.get(struct);
  }

  Iterable<String> names() {
    return new java.util.TreeSet<>(structs.keySet());
  }

  /** Comments, strings and preprocessor lines as blanks. */
  private static String clean(byte[] bytes) {
    char[] text = new String(bytes, StandardCharsets.ISO_8859_1).toCharArray();
    boolean lineStart = true;
    for (int i = 0; i < text.length; i++) {
      char c = text[i];
      if (c == '/' && i + 1 < text.length && text[i + 1] == '*') {
        int end = i + 2;
        while (end + 1 < text.length && !(text[end] == '*' && text[end + 1] == '/')) end++;
        end = Math.min(text.length, end + 2);
        for (; i < end; i++) if (text[i] != '\n') text[i] = ' ';
        i--;
      } else if (c == '/' && i + 1 < text.length && text[i + 1] == '/' || c == '#' && lineStart) {
        while (i < text.length && text[i] != '\n') {
          if (text[i] == '\\' && i + 1 < text.length && text[i + 1] == '\n') text[i + 1] = ' ';
          text[i++] = ' ';
        }
        i--;
      } else if (c == '"') {
        int end = i + 1;
        while (end < text.length && text[end] != '"' && text[end] != '\n') end += text[end] == '\\' ? 2 : 1;
        for (int k = i; k <= end && k < text.length; k++) if (text[k] != '\n') text[k] = ' ';
        i = end;
      }
      if (i < text.length && text[i] == '\n') lineStart = true;
      else if (i < text.length && text[i] > ' ') lineStart = false;
    }
    return new String(text);
  }

  private void scan(String text) {
    for (int at = text.indexOf("struct "); at >= 0; at = text.indexOf("struct ", at + 7)) {
      if (at > 0 && text.charAt(at - 1) != '\n' && !text.startsWith("typedef ", Math.max(0, at - 8))) continue;
      int name = at + 7;
      int end = name;
      while (end < text.length() && word(text.charAt(end))) end++;
      int brace = end;
      while (brace < text.length() && (text.charAt(brace) <= ' ' || word(text.charAt(brace)))) brace++;
      if (brace >= text.length() || text.charAt(brace) != '{' || brace - end > 60) continue;
      Map<String, Member> members = new HashMap<>();
      String struct = text.substring(name, end);
      int close = members(text, brace + 1, struct, members, 0);
      if (struct.isEmpty()) {
        int typedef = close;
        while (typedef < text.length() && !word(text.charAt(typedef)) && text.charAt(typedef) != ';') typedef++;
        int stop = typedef;
        while (stop < text.length() && word(text.charAt(stop))) stop++;
        struct = text.substring(typedef, stop);
      }
      if (!struct.isEmpty()) structs.putIfAbsent(struct, members);
    }
  }

  /** Reads members up to the closing brace; returns what follows it. */
  private int members(String text, int at, String owner, Map<String, Member> members, int depth) {
    int start = at;
    int i = at;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c == '}') return i + 1;
      if (c == ';') {
        declaration(text.substring(start, i), members);
        start = ++i;
      } else if (c == '{') {
        if (depth >= DEEPEST) return skip(text, i);
        String head = text.substring(start, i).trim();
        Map<String, Member> inner = new HashMap<>();
        int close = members(text, i + 1, owner, inner, depth + 1);
        int semicolon = text.indexOf(';', close);
        if (semicolon < 0) return text.length();
        nested(head, text.substring(close, semicolon).trim(), owner, inner, members);
        i = semicolon + 1;
        start = i;
      } else if (c == '(') {
        i = skipParens(text, i);
      } else {
        i++;
      }
    }
    return i;
  }

  private void nested(String head, String tail, String owner, Map<String, Member> inner, Map<String, Member> members) {
    int end = 0;
    while (end < tail.length() && (word(tail.charAt(end)) || tail.charAt(end) == '*' || tail.charAt(end) == ' ')) end++;
    String name = tail.substring(0, end).trim();
    boolean pointer = name.startsWith("*");
    while (name.startsWith("*") || name.startsWith(" ")) name = name.substring(1);
    int blank = name.indexOf(' ');
    if (blank > 0) name = name.substring(0, blank);
    String tag = "";
    int space = head.indexOf(' ');
    if (space > 0 && (head.startsWith("struct ") || head.startsWith("union "))) tag = head.substring(space + 1).trim();
    boolean attribute = name.startsWith("__");
    if (name.isEmpty() || attribute) {
      for (Map.Entry<String, Member> member : inner.entrySet()) members.putIfAbsent(member.getKey(), member.getValue());
      if (!tag.isEmpty()) structs.putIfAbsent(tag, inner);
      return;
    }
    if (head.startsWith("enum")) {
      members.putIfAbsent(name, new Member("enum", pointer, "", false));
      return;
    }
    String struct = tag.isEmpty() || tag.indexOf(' ') >= 0 ? owner + "." + name : tag;
    structs.putIfAbsent(struct, inner);
    members.putIfAbsent(name, new Member("struct " + struct, pointer, "", false));
  }

  /** {@code struct foo *a, b[3] __guarded_by(&lock)}. */
  private static void declaration(String text, Map<String, Member> members) {
    List<String> words = new ArrayList<>();
    String guardedBy = "";
    boolean rcu = false;
    boolean pointer = false;
    boolean function = false;
    String type = "";
    String name = "";
    int i = 0;
    while (i <= text.length()) {
      char c = i < text.length() ? text.charAt(i) : ',';
      if (word(c)) {
        int end = i;
        while (end < text.length() && word(text.charAt(end))) end++;
        String word = text.substring(i, end);
        i = end;
        if (word.equals("__rcu")) rcu = true;
        else if (word.equals("__guarded_by") || word.equals("__pt_guarded_by")) {
          int open = text.indexOf('(', i);
          int close = open < 0 ? -1 : skipParens(text, open);
          if (open >= 0) guardedBy = text.substring(open + 1, Math.max(open + 1, close - 1)).replace("&", "").trim();
        } else if (word.equals("DECLARE_BITMAP") || word.equals("DECLARE_HASHTABLE") || word.equals("DECLARE_KFIFO_PTR") || word.equals("DECLARE_KFIFO")) {
          int open = text.indexOf('(', i);
          int end2 = open + 1;
          while (end2 < text.length() && (word(text.charAt(end2)) || text.charAt(end2) == ' ')) end2++;
          if (open >= 0) members.putIfAbsent(text.substring(open + 1, end2).trim(), new Member("unsigned long", false, "", false));
          return;
        } else if (!qualifier(word)) {
          words.add(word);
        }
      } else if (c == '*') {
        pointer = true;
        i++;
      } else if (c == '(') {
        if (i + 1 < text.length() && text.charAt(i + 1) == '*') {
          int end = i + 2;
          while (end < text.length() && (word(text.charAt(end)) || text.charAt(end) == ' ')) end++;
          name = text.substring(i + 2, end).trim();
          function = true;
        }
        i = skipParens(text, i);
      } else if (c == '[') {
        int close = text.indexOf(']', i);
        i = close < 0 ? text.length() : close + 1;
      } else if (c == ',') {
        if (function) {
          if (!name.isEmpty()) members.putIfAbsent(name, new Member("function", true, "", rcu));
        } else if (!words.isEmpty()) {
          name = words.remove(words.size() - 1);
          if (type.isEmpty()) type = String.join(" ", words);
          if (!type.isEmpty()) members.putIfAbsent(name, new Member(type, pointer, guardedBy, rcu));
        }
        words.clear();
        pointer = false;
        guardedBy = "";
        if (i >= text.length()) break;
        i++;
      } else if (c == ':') {
        while (i < text.length() && text.charAt(i) != ',') i++;
      } else {
        i++;
      }
    }
  }

  private static boolean qualifier(String word) {
    return switch (word) {
      case "const", "volatile", "static", "__iomem", "__user", "__percpu", "____cacheline_aligned", "____cacheline_aligned_in_smp", "__packed",
          "__aligned", "__private", "__randomize_layout", "__kernel", "__bitwise", "__force", "__counted_by", "__attribute__", "extern",
          "__cacheline_aligned_in_smp", "__nonstring" -> true;
      default -> false;
    };
  }

  private static int skip(String text, int brace) {
    int depth = 0;
    for (int i = brace; i < text.length(); i++) {
      if (text.charAt(i) == '{') depth++;
      else if (text.charAt(i) == '}' && --depth == 0) return i + 1;
    }
    return text.length();
  }

  private static int skipParens(String text, int open) {
    int depth = 0;
    for (int i = open; i < text.length(); i++) {
      if (text.charAt(i) == '(') depth++;
      else if (text.charAt(i) == ')' && --depth == 0) return i + 1;
    }
    return text.length();
  }

  private static boolean word(char c) {
    return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
  }
}
