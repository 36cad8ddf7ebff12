// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

import java.util.Arrays;
import keeper.text.SourceText;
import keeper.text.Span;

/**
 * Cuts bytes into tokens, whatever the bytes are. A string or character that is not closed ends with its line, a comment
 * that is not closed ends with the text; every other byte that starts no token is a {@link Kind#STRAY} of its own.
 *
 * <p>It does not join identifiers across line continuations and knows no trigraphs: the kernel has neither.
 */
public final class Lexer {
  private static final byte UNKNOWN = 0;
  private static final byte SPACE = 1;
  private static final byte WORD = 2;
  private static final byte SINGLE = 3; // a punctuator that is never the start of a longer one
  private static final byte OPERATOR = 4; // one that may be
  private static final byte DIGIT = 5;
  private static final byte QUOTE = 7;
  private static final byte SLASH = 8;
  private static final byte SHARP = 9;
  private static final byte BACKSLASH = 10;
  private static final byte UNSEEN = 11;
  private static final byte NUL = 12;

  private static final byte[] CLASS = new byte[256];
  private static final boolean[] WORDLY = new boolean[256]; // letters, digits, _ $ and everything beyond ASCII
  private static final byte[] PUNCTUATOR = new byte[128];

  private static final byte IDENTIFIER = code(Kind.IDENTIFIER);
  private static final byte NUMBER = code(Kind.NUMBER);
  private static final byte CHARACTER = code(Kind.CHARACTER);
  private static final byte STRING = code(Kind.STRING);
  private static final byte COMMENT = code(Kind.COMMENT);
  private static final byte GAP = code(Kind.GAP);
  private static final byte STRAY = code(Kind.STRAY);

  static {
    for (int b = 'a'; b <= 'z'; b++) CLASS[b] = CLASS[b - 32] = WORD;
    CLASS['_'] = CLASS['$'] = WORD;
    for (int b = 128; b < 256; b++) CLASS[b] = WORD;
    for (int b = '0'; b <= '9'; b++) CLASS[b] = DIGIT;
    for (int b = 0; b < 256; b++) WORDLY[b] = CLASS[b] == WORD || CLASS[b] == DIGIT;
    CLASS[' '] = CLASS['\t'] = CLASS['\n'] = CLASS['\r'] = CLASS['\f'] = CLASS[0x0b] = SPACE;
    for (Kind kind : Kind.ALL) {
      if (kind.isPunctuator() && kind.text().length() == 1) {
        CLASS[kind.text().charAt(0)] = OPERATOR;
        PUNCTUATOR[kind.text().charAt(0)] = code(kind);
      }
    }
    for (char c : new char[] {'{', '}', '(', ')', '[', ']', ';', ',', ':', '?', '~'}) CLASS[c] = SINGLE;
    CLASS['"'] = CLASS['\''] = QUOTE;
    CLASS['/'] = SLASH;
    CLASS['#'] = SHARP;
    CLASS['\\'] = BACKSLASH;
    CLASS[1] = UNSEEN;
    CLASS[0] = NUL;
  }

  private final byte[] bytes; // a zero byte stands behind the end
  private final int end;
  private byte[] kinds;
  private int[] starts;
  private int[] ends;
  private int size;

  private Lexer(byte[] bytes, int end) {
    this.bytes = bytes;
    this.end = end;
    int room = end / 4 + 16;
    kinds = new byte[room];
    starts = new int[room];
    ends = new int[room];
  }

  /** All tokens of a file. Never throws. */
  public static Tokens tokens(SourceText text) {
    return tokens(text, new Span(0, text.length()));
  }

  /** The tokens of a part, as if the text ended with it. A part should begin and end between tokens. */
  public static Tokens tokens(SourceText text, Span part) {
    int end = Math.min(part.end(), text.length());
    int begin = Math.min(part.start(), end);
    byte[] bytes = text.bytes();
    // Behind the part there must be a zero byte, so that no loop has to ask for the end.
    byte[] copy = new byte[end - begin + 4];
    System.arraycopy(bytes, begin, copy, 0, end - begin);
    Lexer lexer = new Lexer(copy, end - begin);
    lexer.run();
    if (begin != 0) lexer.shift(begin);
    return new Tokens(text, lexer.kinds, lexer.starts, lexer.ends, lexer.size);
  }

  private void shift(int by) {
    for (int i = 0; i < size; i++) {
      starts[i] += by;
      ends[i] += by;
    }
  }

  /** Words, blanks and punctuators are done here, with everything in local variables; the rest is rare. */
  private void run() {
    byte[] bytes = this.bytes;
    byte[] kinds = this.kinds;
    int[] starts = this.starts;
    int[] ends = this.ends;
    int room = kinds.length;
    int size = 0;
    int i = 0;
    while (true) {
      int b = bytes[i] & 0xff;
      byte type = CLASS[b];
      if (type == SPACE) {
        i++;
        continue;
      }
      if (type <= OPERATOR && type != UNKNOWN) {
        if (size == room) {
          this.size = size;
          grow();
          kinds = this.kinds;
          starts = this.starts;
          ends = this.ends;
          room = kinds.length;
        }
        starts[size] = i;
        if (type == WORD) {
          do i++; while (WORDLY[bytes[i] & 0xff]);
          kinds[size] = IDENTIFIER;
          ends[size++] = i;
          continue;
        }
        if (type == SINGLE) {
          kinds[size] = PUNCTUATOR[b];
          ends[size++] = ++i;
          continue;
        }
        byte second = bytes[i + 1];
        if (type == OPERATOR && CLASS[second & 0xff] != OPERATOR && (b != '.' || CLASS[second & 0xff] != DIGIT)) {
          kinds[size] = PUNCTUATOR[b];
          ends[size++] = ++i;
          continue;
        }
      }
      if (type == NUL && i >= end) break;
      this.size = size;
      i = rare(i, type);
      size = this.size;
      kinds = this.kinds;
      starts = this.starts;
      ends = this.ends;
      room = kinds.length;
    }
    this.size = size;
  }

  /** Reads the token that starts here; says where to go on. */
  private int rare(int i, byte type) {
    switch (type) {
      case OPERATOR:
        return bytes[i] == '.' && CLASS[bytes[i + 1] & 0xff] == DIGIT ? number(i) : operator(i);
      case DIGIT:
        return number(i);
      case SLASH:
        return slash(i);
      case QUOTE:
        return quoted(i);
      case SHARP:
        return sharp(i);
      case BACKSLASH: {
        int next = continued(i);
        if (next != i) return next;
        break;
      }
      default:
    }
    add(type == UNSEEN ? GAP : STRAY, i, i + 1);
    return i + 1;
  }

  private int operator(int i) {
    Kind longer = longer(i);
    int next = longer == null ? i + 1 : i + longer.text().length();
    add(longer == null ? PUNCTUATOR[bytes[i]] : code(longer), i, next);
    return next;
  }

  /** The punctuator of two or three bytes that starts here, null when it is one of one byte. */
  private Kind longer(int i) {
    byte second = bytes[i + 1];
    byte third;
    switch (bytes[i]) {
      case '-':
        if (second == '>') return Kind.ARROW;
        return second == '-' ? Kind.DECREMENT : second == '=' ? Kind.MINUS_ASSIGN : null;
      case '=':
        return second == '=' ? Kind.EQUAL : null;
      case '&':
        return second == '&' ? Kind.AND_AND : second == '=' ? Kind.AND_ASSIGN : null;
      case '+':
        return second == '+' ? Kind.INCREMENT : second == '=' ? Kind.PLUS_ASSIGN : null;
      case '!':
        return second == '=' ? Kind.NOT_EQUAL : null;
      case '|':
        return second == '|' ? Kind.OR_OR : second == '=' ? Kind.OR_ASSIGN : null;
      case '<':
        if (second == '=') return Kind.LESS_EQUAL;
        if (second != '<') return null;
        third = bytes[i + 2];
        return third == '=' ? Kind.LEFT_ASSIGN : Kind.LEFT;
      case '>':
        if (second == '=') return Kind.GREATER_EQUAL;
        if (second != '>') return null;
        third = bytes[i + 2];
        return third == '=' ? Kind.RIGHT_ASSIGN : Kind.RIGHT;
      case '*':
        return second == '=' ? Kind.TIMES_ASSIGN : null;
      case '%':
        return second == '=' ? Kind.MODULO_ASSIGN : null;
      case '^':
        return second == '=' ? Kind.XOR_ASSIGN : null;
      case '.':
        return second == '.' && bytes[i + 2] == '.' ? Kind.ELLIPSIS : null;
      default:
        return null;
    }
  }

  /** A preprocessing number: it may be nonsense ({@code 1x.e+}), but it is one token to every C compiler. */
  private int number(int start) {
    int i = start + 1;
    while (true) {
      byte b = bytes[i];
      if ((b == '+' || b == '-') && exponent(start, i)) i++;
      else if (WORDLY[b & 0xff] || b == '.') i++;
      else break;
      if (b == '.' && bytes[i] == '.') { // case 1 ... 9, written without blanks
        i--;
        break;
      }
    }
    add(NUMBER, start, i);
    return i;
  }

  private boolean exponent(int start, int i) {
    byte before = bytes[i - 1];
    boolean hexadecimal = bytes[start] == '0' && (bytes[start + 1] | 32) == 'x';
    return hexadecimal ? (before | 32) == 'p' : (before | 32) == 'e';
  }

  private int slash(int start) {
    byte second = bytes[start + 1];
    if (second == '*') {
      int i = blockComment(start);
      add(COMMENT, start, i);
      return i;
    }
    if (second == '/') {
      int i = restOfLine(start + 2);
      add(COMMENT, start, i);
      return i;
    }
    int i = start + (second == '=' ? 2 : 1);
    add(code(second == '=' ? Kind.DIVIDE_ASSIGN : Kind.DIVIDE), start, i);
    return i;
  }

  /** The end of the comment that opens here. */
  private int blockComment(int start) {
    byte[] bytes = this.bytes;
    int last = end - 1;
    for (int i = start + 2; i < last; i++) if (bytes[i] == '*' && bytes[i + 1] == '/') return i + 2;
    return end;
  }

  /** The newline, or the end of the text; a continued line goes on. */
  private int restOfLine(int i) {
    while (i < end && bytes[i] != '\n') {
      int next = bytes[i] == '\\' ? continued(i) : i;
      i = next == i ? i + 1 : next;
    }
    return i;
  }

  /** Behind the backslash and the newline that stand here; the same offset when they do not. */
  private int continued(int i) {
    int next = i + 1;
    if (next < end && bytes[next] == '\r') next++;
    return next < end && bytes[next] == '\n' ? next + 1 : i;
  }

  private int quoted(int start) {
    int i = closing(start);
    int from = start;
    boolean string = bytes[start] == '"';
    // L"…", u8"…": the prefix was just added as a word of its own.
    if (size > 0 && ends[size - 1] == start && kinds[size - 1] == IDENTIFIER && prefix(starts[size - 1], start)) from = starts[--size];
    add(string ? STRING : CHARACTER, from, i);
    return i;
  }

  private boolean prefix(int from, int to) {
    byte first = bytes[from];
    if (to - from == 1) return first == 'L' || first == 'u' || first == 'U';
    return to - from == 2 && first == 'u' && bytes[from + 1] == '8';
  }

  /** Behind the quote that closes the one that stands here, or the end of the line. */
  private int closing(int start) {
    byte quote = bytes[start];
    int i = start + 1;
    while (i < end) {
      byte b = bytes[i];
      if (b == quote) return i + 1;
      if (b == '\n') return i;
      if (b == '\\') {
        int next = continued(i);
        i = next != i ? next : bytes[i + 1] == '\n' ? i + 1 : i + 2;
      } else {
        i++;
      }
    }
    return end;
  }

  private int sharp(int start) {
    if (startsLine(start)) {
      int i = directiveEnd(start + 1);
      add(directive(start + 1), start, i);
      return i;
    }
    boolean twice = bytes[start + 1] == '#';
    int i = start + (twice ? 2 : 1);
    add(code(twice ? Kind.HASH_HASH : Kind.HASH), start, i);
    return i;
  }

  /** Whether only blanks and a comment stand before it, on a line that continues no other. */
  private boolean startsLine(int start) {
    int i = blanksBefore(start);
    if (size > 0 && kinds[size - 1] == COMMENT && ends[size - 1] == i && bytes[i - 1] == '/') i = blanksBefore(starts[size - 1]);
    if (i == 0 || bytes[i - 1] == 1) return true;
    if (bytes[i - 1] != '\n') return false;
    int before = i - 2;
    if (before >= 0 && bytes[before] == '\r') before--;
    return before < 0 || bytes[before] != '\\';
  }

  /** Where the blanks before this offset begin, on its line. */
  private int blanksBefore(int offset) {
    int i = offset;
    while (i > 0 && bytes[i - 1] != '\n' && CLASS[bytes[i - 1] & 0xff] == SPACE) i--;
    return i;
  }

  private int directiveEnd(int i) {
    while (i < end && bytes[i] != '\n') {
      byte b = bytes[i];
      if (b == '\\') {
        int next = continued(i);
        i = next == i ? i + 1 : next;
      } else if (b == '/' && bytes[i + 1] == '*') {
        i = blockComment(i);
      } else if (b == '/' && bytes[i + 1] == '/') {
        i = restOfLine(i + 2);
      } else if (b == '"') {
        i = closing(i);
      } else if (b == '\'') {
        i = closing(i);
      } else {
        i++;
      }
    }
    int last = Math.min(i, end);
    while (last > 0 && bytes[last - 1] == '\r') last--;
    return last;
  }

  private byte directive(int i) {
    while (bytes[i] == ' ' || bytes[i] == '\t') i++;
    int from = i;
    while (WORDLY[bytes[i] & 0xff]) i++;
    return code(named(from, i));
  }

  private Kind named(int from, int to) {
    if (Tokens.is(bytes, from, to, "define")) return Kind.HASH_DEFINE;
    if (Tokens.is(bytes, from, to, "include")) return Kind.HASH_INCLUDE;
    if (Tokens.is(bytes, from, to, "endif")) return Kind.HASH_ENDIF;
    if (Tokens.is(bytes, from, to, "else")) return Kind.HASH_ELSE;
    if (Tokens.is(bytes, from, to, "if") || Tokens.is(bytes, from, to, "ifdef") || Tokens.is(bytes, from, to, "ifndef")) return Kind.HASH_IF;
    if (to - from >= 4 && Tokens.is(bytes, from, from + 4, "elif")) return Kind.HASH_ELIF;
    return Kind.HASH_OTHER;
  }

  private void add(byte kind, int start, int end) {
    int size = this.size;
    if (size == kinds.length) grow();
    kinds[size] = kind;
    starts[size] = start;
    ends[size] = end;
    this.size = size + 1;
  }

  private void grow() {
    int room = size + (size >> 1) + 16;
    kinds = Arrays.copyOf(kinds, room);
    starts = Arrays.copyOf(starts, room);
    ends = Arrays.copyOf(ends, room);
  }

  private static byte code(Kind kind) {
    return (byte) kind.ordinal();
  }
}
