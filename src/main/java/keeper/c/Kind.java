// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

/** What a token is. The lexer leaves keywords as identifiers; {@link Keywords} tells them apart where somebody cares. */
public enum Kind {
  IDENTIFIER,
  NUMBER,
  CHARACTER,
  STRING,
  /** A comment of either form, without the newline that ends a {@code //} one. */
  COMMENT,
  /** {@code #if}, {@code #ifdef}, {@code #ifndef}: the whole line, its continuations included. */
  HASH_IF,
  /** {@code #elif} and its relatives. */
  HASH_ELIF,
  HASH_ELSE,
  HASH_ENDIF,
  HASH_DEFINE,
  HASH_INCLUDE,
  /** Any other preprocessor line. */
  HASH_OTHER,
  /** The byte 0x01: lines that nobody has shown us, see {@link Fragment}. */
  GAP,
  /** A byte that starts no token. */
  STRAY,

  BRACE_OPEN("{"),
  BRACE_CLOSE("}"),
  PAREN_OPEN("("),
  PAREN_CLOSE(")"),
  BRACKET_OPEN("["),
  BRACKET_CLOSE("]"),
  SEMICOLON(";"),
  COMMA(","),
  DOT("."),
  ARROW("->"),
  ELLIPSIS("..."),
  COLON(":"),
  QUESTION("?"),
  ASSIGN("="),
  PLUS_ASSIGN("+="),
  MINUS_ASSIGN("-="),
  TIMES_ASSIGN("*="),
  DIVIDE_ASSIGN("/="),
  MODULO_ASSIGN("%="),
  LEFT_ASSIGN("<<="),
  RIGHT_ASSIGN(">>="),
  AND_ASSIGN("&="),
  XOR_ASSIGN("^="),
  OR_ASSIGN("|="),
  PLUS("+"),
  MINUS("-"),
  STAR("*"),
  DIVIDE("/"),
  MODULO("%"),
  LEFT("<<"),
  RIGHT(">>"),
  LESS("<"),
  GREATER(">"),
  LESS_EQUAL("<="),
  GREATER_EQUAL(">="),
  EQUAL("=="),
  NOT_EQUAL("!="),
  AMPERSAND("&"),
  CARET("^"),
  BAR("|"),
  AND_AND("&&"),
  OR_OR("||"),
  NOT("!"),
  TILDE("~"),
  INCREMENT("++"),
  DECREMENT("--"),
  /** {@code #} inside a macro's body. */
  HASH("#"),
  HASH_HASH("##"),

  IF("if"),
  ELSE("else"),
  WHILE("while"),
  DO("do"),
  FOR("for"),
  SWITCH("switch"),
  CASE("case"),
  DEFAULT("default"),
  GOTO("goto"),
  BREAK("break"),
  CONTINUE("continue"),
  RETURN("return"),
  SIZEOF("sizeof"),
  TYPEOF("typeof"),
  GENERIC("_Generic"),
  ASM("asm"),
  EXTENSION("__extension__"),
  ATTRIBUTE("__attribute__"),
  STRUCT("struct"),
  UNION("union"),
  ENUM("enum"),
  /** {@code static}, {@code extern}, {@code inline} and the like: never part of a type's name. */
  STORAGE("static"),
  /** {@code const}, {@code volatile}, {@code restrict}. */
  QUALIFIER("const"),
  /** {@code int}, {@code unsigned}, {@code __auto_type}: words that are a type by themselves. */
  BASIC_TYPE("int");

  private final String text;

  Kind() {
    this("");
  }

  Kind(String text) {
    this.text = text;
  }

  /** As written where all tokens of this kind are written alike; of keywords one spelling; empty for the rest. */
  public String text() {
    return text;
  }

  /** Whether the token is a preprocessor line. */
  public boolean isDirective() {
    return ordinal() >= HASH_IF.ordinal() && ordinal() <= HASH_OTHER.ordinal();
  }

  public boolean isPunctuator() {
    return ordinal() >= BRACE_OPEN.ordinal() && ordinal() <= HASH_HASH.ordinal();
  }

  public boolean isKeyword() {
    return ordinal() >= IF.ordinal();
  }

  boolean isAssignment() {
    return ordinal() >= ASSIGN.ordinal() && ordinal() <= OR_ASSIGN.ordinal();
  }

  static final Kind[] ALL = values();
}
