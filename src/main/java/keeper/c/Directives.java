// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

/** The shape of {@code #if} groups. */
final class Directives {
  private static final byte HASH_IF = (byte) Kind.HASH_IF.ordinal();
  private static final byte HASH_ELIF = (byte) Kind.HASH_ELIF.ordinal();
  private static final byte HASH_ELSE = (byte) Kind.HASH_ELSE.ordinal();
  private static final byte HASH_ENDIF = (byte) Kind.HASH_ENDIF.ordinal();

  private Directives() {}

  /** Whether the line is {@code #if 0}. */
  static boolean isZero(Tokens tokens, int token) {
    return condition(tokens, token).equals("0");
  }

  /** Whether the line is {@code #if 1}. */
  static boolean isOne(Tokens tokens, int token) {
    return condition(tokens, token).equals("1");
  }

  /** What stands behind {@code #if}, without blanks at its ends and without a comment; empty for {@code #ifdef}. */
  private static String condition(Tokens tokens, int token) {
    byte[] bytes = tokens.source().bytes();
    int i = tokens.starts[token] + 1;
    int end = tokens.ends[token];
    while (i < end && (bytes[i] == ' ' || bytes[i] == '\t')) i++;
    if (i + 2 >= end || bytes[i] != 'i' || bytes[i + 1] != 'f') return "";
    i += 2;
    if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '(') return "";
    while (i < end && (bytes[i] == ' ' || bytes[i] == '\t')) i++;
    if (i >= end || bytes[i] != '0' && bytes[i] != '1') return "";
    int digit = i++;
    while (i < end && (bytes[i] == ' ' || bytes[i] == '\t')) i++;
    boolean alone = i >= end || bytes[i] == '/' && i + 1 < end && (bytes[i + 1] == '*' || bytes[i + 1] == '/');
    return alone ? bytes[digit] == '0' ? "0" : "1" : "";
  }

  /** From {@code #if}, {@code #elif} or {@code #else}: behind the directive that ends its branch; the size when nothing does. */
  static int branchEnd(Tokens tokens, int token) {
    return end(tokens, token, true) + 1;
  }

  /** From {@code #if}, {@code #elif} or {@code #else}: behind the {@code #endif} of its group. */
  static int groupEnd(Tokens tokens, int token) {
    return end(tokens, token, false) + 1;
  }

  private static int end(Tokens tokens, int token, boolean branch) {
    int depth = 0;
    int size = tokens.size;
    for (int i = token + 1; i < size; i++) {
      byte kind = tokens.kinds[i];
      if (kind == HASH_IF) depth++;
      else if (kind == HASH_ENDIF && depth-- == 0) return i;
      else if (branch && depth == 0 && (kind == HASH_ELSE || kind == HASH_ELIF)) return i;
    }
    return size - 1;
  }
}
