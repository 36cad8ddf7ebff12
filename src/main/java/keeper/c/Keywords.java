// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

/** The words that shape a declaration or a statement, with the spellings GNU C allows. */
final class Keywords {
  private static final int SLOTS = 256;
  private static final String[] WORDS = new String[SLOTS];
  private static final Kind[] KINDS = new Kind[SLOTS];

  static {
    put(Kind.IF, "if");
    put(Kind.ELSE, "else");
    put(Kind.WHILE, "while");
    put(Kind.DO, "do");
    put(Kind.FOR, "for");
    put(Kind.SWITCH, "switch");
    put(Kind.CASE, "case");
    put(Kind.DEFAULT, "default");
    put(Kind.GOTO, "goto");
    put(Kind.BREAK, "break");
    put(Kind.CONTINUE, "continue");
    put(Kind.RETURN, "return");
    put(Kind.SIZEOF, "sizeof", "_Alignof", "__alignof__", "__alignof", "alignof");
    put(Kind.TYPEOF, "typeof", "__typeof__", "__typeof", "typeof_unqual", "__typeof_unqual__");
    put(Kind.GENERIC, "_Generic");
    put(Kind.ASM, "asm", "__asm__", "__asm");
    put(Kind.EXTENSION, "__extension__");
    put(Kind.ATTRIBUTE, "__attribute__", "__attribute");
    put(Kind.STRUCT, "struct");
    put(Kind.UNION, "union");
    put(Kind.ENUM, "enum");
    put(Kind.STORAGE, "static", "extern", "inline", "__inline", "__inline__", "__always_inline", "noinline", "register", "auto", "typedef",
        "_Noreturn", "__noreturn", "_Thread_local", "__thread", "asmlinkage");
    put(Kind.QUALIFIER, "const", "volatile", "restrict", "__restrict", "__restrict__", "__const", "__volatile__", "__volatile", "_Atomic");
    put(Kind.BASIC_TYPE, "int", "unsigned", "char", "long", "void", "short", "signed", "float", "double", "_Bool", "bool", "__auto_type",
        "__signed__", "__int128", "__int128_t", "__uint128_t", "_Complex", "__builtin_va_list");
  }

  private Keywords() {}

  /** The keyword's kind, {@link Kind#IDENTIFIER} for any other word. */
  static Kind of(byte[] bytes, int start, int end) {
    int length = end - start;
    if (length < 2 || length > 17) return Kind.IDENTIFIER;
    int slot = slot(length, bytes[start], bytes[start + 1], bytes[end - 1]);
    while (WORDS[slot] != null) {
      if (Tokens.is(bytes, start, end, WORDS[slot])) return KINDS[slot];
      slot = (slot + 1) % SLOTS;
    }
    return Kind.IDENTIFIER;
  }

  private static void put(Kind kind, String... words) {
    for (String word : words) {
      int slot = slot(word.length(), word.charAt(0), word.charAt(1), word.charAt(word.length() - 1));
      while (WORDS[slot] != null) slot = (slot + 1) % SLOTS;
      WORDS[slot] = word;
      KINDS[slot] = kind;
    }
  }

  private static int slot(int length, int first, int second, int last) {
    return (length * 7 + first * 31 + second * 113 + last * 59) & (SLOTS - 1);
  }
}
