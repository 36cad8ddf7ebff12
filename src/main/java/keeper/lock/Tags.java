// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lock;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a file defines, by name, seen at a glance: only lines that begin in column 0 are looked at, once. A name may stand here that a closer
 * look at the file does not confirm; one that the kernel's style puts in column 0 is never left out.
 */
final class Tags {
  static final int FUNCTION = 1;
  /** With {@link #FUNCTION}: {@code static} stands on the same line. */
  static final int STATIC = 2;
  /** A macro with arguments. */
  static final int MACRO = 4;
  static final int STRUCT = 8;
  /** A class of scope objects, as {@code guard()} names it. */
  static final int SCOPE = 16;
  /** A function that is declared here and says something of locks: {@code __must_hold()}. */
  static final int CONTRACT = 32;

  private static final int LONGEST_HEAD = 2000; // bytes from a function's name to its brace
  private static final int MOST_NAMES = 50_000;

  private final Map<String, Integer> names;
  private final List<String> includes;

  private Tags(Map<String, Integer> names, List<String> includes) {
    this.names = names;
    this.includes = List.copyOf(includes);
  }

  static Tags of(byte[] bytes) {
    Glance glance = new Glance(bytes);
    glance.lines();
    return new Tags(glance.names, glance.includes);
  }

  static Tags of(Map<String, Integer> names, List<String> includes) {
    return new Tags(names, includes);
  }

  /** The bits above that hold of a name; 0 for a name that is not here. */
  int kinds(String name) {
    Integer found = names.get(name);
    return found == null ? 0 : found;
  }

  Map<String, Integer> names() {
    return names;
  }

  /** As written, the first character included: {@code "x.h} or {@code <linux/x.h}. */
  List<String> includes() {
    return includes;
  }

  /** One pass over the bytes. */
  private static final class Glance {
    private final byte[] bytes;
    private final Map<String, Integer> names = new HashMap<>();
    private final List<String> includes = new ArrayList<>();

    Glance(byte[] bytes) {
      this.bytes = bytes;
    }

    void lines() {
      int at = 0;
      while (at < bytes.length && names.size() < MOST_NAMES) {
        byte first = bytes[at];
        int end = lineEnd(at);
        if (first == '#') directive(at + 1, end);
        else if (letter(first)) line(at, end);
        at = end + 1;
      }
    }

    private int lineEnd(int at) {
      int i = at;
      while (i < bytes.length && bytes[i] != '\n') i++;
      return i;
    }

    private void directive(int from, int end) {
      int at = blanks(from, end);
      if (starts(at, end, "define")) {
        int name = blanks(at + 6, end);
        int behind = word(name, end);
        if (behind > name && behind < end && bytes[behind] == '(') add(text(name, behind), MACRO);
      } else if (starts(at, end, "include")) {
        int open = blanks(at + 7, end);
        if (open >= end || bytes[open] != '"' && bytes[open] != '<') return;
        byte closing = (byte) (bytes[open] == '"' ? '"' : '>');
        int close = open + 1;
        while (close < end && bytes[close] != closing) close++;
        if (close < end && includes.size() < 2000) includes.add(text(open, close));
      }
    }

    private void line(int at, int end) {
      if (bytes[at] == 'D' || bytes[at] == 'E') {
        if (scope(at, end)) return;
      }
      boolean isStatic = starts(at, end, "static ");
      int struct = starts(at, end, "struct ") ? at + 7 : starts(at, end, "union ") ? at + 6 : -1;
      int depth = 0;
      boolean any = false;
      for (int i = at; i < end; i++) {
        byte b = bytes[i];
        if (b == '(') {
          if (depth++ == 0 && i > at) any |= named(at, i, isStatic);
        } else if (b == ')') {
          depth--;
        } else if (b == '=' || b == '{' || b == '"') {
          break;
        }
      }
      if (struct >= 0 && !any) structure(struct);
    }

    /** The word before a bracket, when a brace or a telling semicolon comes behind it. */
    private boolean named(int from, int bracket, boolean isStatic) {
      int behind = bracket;
      while (behind > from && bytes[behind - 1] == ' ') behind--;
      int name = behind;
      while (name > from && part(bytes[name - 1])) name--;
      if (name == behind || !letter(bytes[name])) return false;
      int limit = Math.min(bytes.length, bracket + LONGEST_HEAD);
      int depth = 0;
      boolean contract = false;
      for (int i = bracket; i < limit; i++) {
        byte b = bytes[i];
        if (b == '(') depth++;
        else if (b == ')') depth--;
        else if (b == '{') {
          add(text(name, behind), FUNCTION | (isStatic ? STATIC : 0));
          return true;
        } else if (b == ';' || b == '=' && depth == 0) {
          if (contract) add(text(name, behind), CONTRACT);
          return true;
        } else if (b == '_' && depth == 0 && (starts(i, limit, "__must_hold") || starts(i, limit, "__acquires") || starts(i, limit, "__releases") || starts(i, limit, "__cond_acquires"))) {
          contract = true;
        }
      }
      return false;
    }

    private boolean scope(int at, int end) {
      int behind = word(at, end);
      if (behind >= bytes.length || behind == at || bytes[behind] != '(') return false;
      switch (text(at, behind)) {
        case "DEFINE_GUARD", "DEFINE_LOCK_GUARD_0", "DEFINE_LOCK_GUARD_1", "DEFINE_CLASS":
          int name = blanks(behind + 1, end);
          add(text(name, word(name, end)), SCOPE);
          return true;
        case "DEFINE_GUARD_COND", "DEFINE_LOCK_GUARD_1_COND", "EXTEND_CLASS":
          int base = blanks(behind + 1, end);
          int comma = word(base, end);
          int extension = comma < end && bytes[comma] == ',' ? blanks(comma + 1, end) : comma;
          add(text(base, comma) + text(extension, word(extension, end)), SCOPE);
          return true;
        default:
          return false;
      }
    }

    private void structure(int at) {
      int behind = word(at, bytes.length);
      if (behind == at) return;
      for (int i = behind; i < Math.min(bytes.length, behind + 100); i++) {
        byte b = bytes[i];
        if (b == '{') {
          add(text(at, behind), STRUCT);
          return;
        }
        if (b > ' ' && !part(b)) return;
      }
    }

    private void add(String name, int kind) {
      if (!name.isEmpty()) names.merge(name, kind, (a, b) -> a | b);
    }

    private int blanks(int at, int end) {
      int i = at;
      while (i < end && (bytes[i] == ' ' || bytes[i] == '\t')) i++;
      return i;
    }

    private int word(int at, int end) {
      int i = at;
      while (i < end && part(bytes[i])) i++;
      return i;
    }

    private boolean starts(int at, int end, String word) {
      if (at + word.length() > end) return false;
      for (int i = 0; i < word.length(); i++) if (bytes[at + i] != word.charAt(i)) return false;
      return true;
    }

    private String text(int from, int to) {
      return new String(bytes, from, Math.max(0, to - from), StandardCharsets.ISO_8859_1);
    }

    private static boolean letter(byte b) {
      return b == '_' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z';
    }

    private static boolean part(byte b) {
      return letter(b) || b >= '0' && b <= '9';
    }
  }
}
