// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import keeper.text.SourceText;
import keeper.text.Span;

/**
 * What a diff shows of one side of a file, as a text that can be read like a file: every shown line stands at its real line
 * number, the others are blank, and a {@link Kind#GAP} byte stands for each stretch that is not shown.
 *
 * <p>Where a run of lines begins inside a function, that function is opened on the line before it, by what the hunk's section
 * says of its head; where it ends inside one, the body is closed on the line behind.
 */
public final class Fragment {
  /** git cuts a section at this many bytes. */
  private static final int SECTION = 80;
  private static final String UNSEEN = "\1";

  /** No file has more lines; a hunk that says so is not believed. */
  private static final int MOST_LINES = 2_000_000;

  private Fragment() {}

  /**
   * Consecutive lines of one side of a hunk.
   *
   * @param startLine the number of the first, from 1
   * @param lines without newlines
   * @param section what stands behind the second {@code @@}: as git has it, the last line before the hunk that looks like a
   *     function's head
   * @param number of the hunk in its file, from 1, for a function that the section does not name; 0 when it is not to be read then
   */
  public record Run(int startLine, List<String> lines, String section, int number) {
    public Run {
      lines = List.copyOf(lines);
    }

    public Run(int startLine, List<String> lines, String section) {
      this(startLine, lines, section, 0);
    }
  }

  /** The name of a function whose own is not shown begins so; the number of its hunk follows. */
  public static final String NAMELESS = "function_of_hunk_";

  /** Runs in the order of the file; one that overlaps an earlier one, or lies beyond all reason, is left out. */
  public static SourceText of(String path, List<Run> runs) {
    StringBuilder text = new StringBuilder();
    int line = 1; // the line that is written next
    Set<String> open = Set.of(); // lines that may be the head of the function we are in; empty between functions
    String pending = ""; // closes a comment that the run before left open
    for (Run run : runs) {
      if (run.startLine() < line || run.startLine() > MOST_LINES || run.lines().isEmpty()) continue;
      Shown shown = Shown.of(run);
      boolean opened = false;
      if (run.startLine() > line) {
        for (; line < run.startLine() - 1; line++) text.append('\n');
        // Everything that is not shown stands on the last line before the run.
        String head = head(shown.begin(), run);
        boolean same = shown.begin() == Begin.BODY && !open.isEmpty() && (open.contains(cut(run.section())) || run.section().isBlank());
        text.append(pending).append(UNSEEN);
        if (!same) {
          if (!open.isEmpty()) text.append('}').append(UNSEEN);
          text.append(head);
          opened = shown.begin() == Begin.BODY && !head.isEmpty();
          if (opened) text.append(UNSEEN).append('{').append(UNSEEN);
          open = Set.of();
        }
        if (shown.insideComment()) text.append("/*");
        text.append('\n');
        line++;
      }
      for (String each : shown.lines()) text.append(each).append('\n');
      line += shown.lines().size();
      if (opened) open = Set.of(cut(run.section()));
      if (shown.braces()) open = shown.endsInside() ? shown.heads(run.section()) : Set.of();
      pending = shown.leavesComment() ? "*/" : "";
    }
    text.append(pending).append(UNSEEN);
    if (!open.isEmpty()) text.append('}');
    return SourceText.of(path, text.append('\n').toString());
  }

  /** A line as git shows it in a section. */
  private static String cut(String line) {
    String plain = line.stripTrailing();
    byte[] bytes = plain.getBytes(StandardCharsets.UTF_8);
    return bytes.length <= SECTION ? plain : new String(bytes, 0, SECTION, StandardCharsets.UTF_8).stripTrailing();
  }

  private static String head(Begin begin, Run run) {
    if (begin == Begin.OUTSIDE) return "";
    String head = head(run.section(), begin == Begin.HEAD);
    if (head == null && begin == Begin.BODY && isNameless(run)) return "void " + NAMELESS + run.number() + "()";
    return head == null ? "" : head;
  }

  /** Code of a function of which nothing is told: the section is empty or a label, and something is called or decided. */
  private static boolean isNameless(Run run) {
    String section = run.section().strip();
    if (run.number() == 0 || !section.isEmpty() && !section.matches("[A-Za-z_]\\w*:")) return false;
    for (String line : run.lines()) if (line.matches("\\s+(if|return|goto|for|while|switch)\\b.*|\\s+(\\w+ = )?\\w+\\(.*\\);")) return true;
    return false;
  }

  /**
   * A head that can be read, from what the section shows of it: a parameter that is cut off is left out, and the list stays open
   * when the run shows its rest. Null when the section is no function's head: a label, a struct, an initialiser.
   */
  private static String head(String section, boolean open) {
    String line = section.strip();
    if (line.isEmpty() || line.startsWith("#") || line.endsWith(";") || line.endsWith("=") || line.indexOf('\1') >= 0) return null;
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    SourceText text = SourceText.of("", bytes);
    Tokens tokens = Lexer.tokens(text);
    int depth = 0;
    int comma = -1;
    int opened = -1;
    int end = bytes.length;
    for (int i = 0; i < tokens.size(); i++) {
      Kind kind = tokens.kind(i);
      if (kind == Kind.PAREN_OPEN && depth++ == 0) opened = i;
      else if (kind == Kind.PAREN_CLOSE) depth--;
      else if (kind == Kind.COMMA && depth == 1) comma = i;
      else if (kind == Kind.ASSIGN && depth == 0 || kind == Kind.STRING && depth == 0) return null;
      else if (kind == Kind.COLON || kind == Kind.SEMICOLON || kind == Kind.BRACE_CLOSE) return null;
      else if (kind == Kind.BRACE_OPEN && depth == 0) {
        end = tokens.start(i);
        break;
      }
      if (depth < 0) return null;
    }
    if (opened < 1 || tokens.kind(opened - 1) != Kind.IDENTIFIER && tokens.kind(opened - 1) != Kind.PAREN_CLOSE) return null;
    if (statement(tokens)) return null;
    if (depth == 0) return text.text(new Span(0, end)).strip();
    boolean cut = bytes.length >= SECTION - 2 && !line.endsWith(",");
    int last = !cut ? bytes.length : comma >= 0 ? tokens.start(comma) : tokens.end(opened);
    StringBuilder shown = new StringBuilder(text.text(new Span(0, last)).strip());
    if (shown.charAt(shown.length() - 1) == ',') shown.setLength(shown.length() - 1);
    if (open) return comma >= 0 || !cut && bytes[bytes.length - 1] != '(' ? shown.append(',').toString() : shown.toString();
    for (int left = cut ? 1 : depth; left > 0; left--) shown.append(')');
    return shown.toString();
  }

  /** A line of code in column 0 that git took for a head: it begins with a word no head begins with. */
  private static boolean statement(Tokens tokens) {
    if (tokens.kind(0) != Kind.IDENTIFIER) return true;
    Kind first = Keywords.of(tokens.source().bytes(), tokens.start(0), tokens.end(0));
    switch (first) {
      case IF:
      case ELSE:
      case WHILE:
      case DO:
      case FOR:
      case SWITCH:
      case CASE:
      case DEFAULT:
      case GOTO:
      case RETURN:
      case SIZEOF:
      case ASM:
        return true;
      default:
        return false;
    }
  }

  /** Where the first line of a run stands. */
  private enum Begin {
    OUTSIDE,
    /** In the parameters, or before the brace, of the section's function. */
    HEAD,
    BODY
  }

  /**
   * A run and what its braces in column 0 say.
   *
   * @param lines nothing in them can be taken for a gap
   * @param begin where its first line stands
   * @param braces whether it has braces in column 0
   * @param endsInside whether the last of them is an opening one
   * @param insideComment whether it begins in a comment
   * @param leavesComment whether it ends in one
   */
  private record Shown(List<String> lines, Begin begin, boolean braces, boolean endsInside, boolean insideComment, boolean leavesComment) {
    static Shown of(Run run) {
      List<String> lines = new ArrayList<>();
      for (String line : run.lines()) lines.add(line.replace('\1', ' ').replace('\n', ' '));
      int last = lines.size() - 1;
      // A line that goes on where we cannot see would take the next shown line into it.
      if (lines.get(last).stripTrailing().endsWith("\\")) lines.set(last, lines.get(last).stripTrailing().substring(0, lines.get(last).stripTrailing().length() - 1));
      String joined = String.join("\n", lines) + "\n";
      boolean inside = insideComment(joined, lines);
      Tokens tokens = Lexer.tokens(SourceText.of("", inside ? "/*\n" + joined : joined));
      String end = tokens.size() == 0 ? "" : tokens.text(tokens.size() - 1);
      boolean leaves = end.startsWith("/*") && (!end.endsWith("*/") || end.length() < 4);
      int first = -1;
      boolean open = false;
      for (int i = 0; i < tokens.size(); i++) {
        Kind kind = tokens.kind(i);
        if (kind != Kind.BRACE_OPEN && kind != Kind.BRACE_CLOSE || !tokens.flushed(i)) continue;
        if (first < 0) first = i;
        open = kind == Kind.BRACE_OPEN;
      }
      Begin begin;
      if (first < 0) begin = indented(tokens, lines) ? Begin.BODY : Begin.OUTSIDE;
      else if (tokens.kind(first) == Kind.BRACE_CLOSE) begin = declares(tokens, first) ? Begin.OUTSIDE : Begin.BODY;
      else begin = startsInColumn0(tokens, first) ? Begin.OUTSIDE : Begin.HEAD;
      return new Shown(lines, begin, first >= 0, open, inside, leaves);
    }

    private static boolean insideComment(String joined, List<String> lines) {
      int close = joined.indexOf("*/");
      int open = joined.indexOf("/*");
      if (close >= 0) return open < 0 || close < open;
      if (open >= 0) return false;
      boolean any = false;
      for (String line : lines) {
        String plain = line.strip();
        if (plain.isEmpty()) continue;
        if (!plain.equals("*") && !plain.startsWith("* ")) return false;
        any = true;
      }
      return any;
    }

    /** Whether the first token before this one stands in column 0: a declaration of its own. */
    private static boolean startsInColumn0(Tokens tokens, int brace) {
      for (int i = 0; i < brace; i++) {
        Kind kind = tokens.kind(i);
        if (kind != Kind.COMMENT && !kind.isDirective()) return tokens.source().column(tokens.start(i)) == 1;
      }
      return false;
    }

    /** Whether the run has a word in column 0 before its first closing brace that opens a block itself: {@code struct x {}. */
    private static boolean declares(Tokens tokens, int close) {
      for (int i = 0; i < close; i++) if (declaration(tokens, i)) return true;
      return false;
    }

    /** Without a brace in column 0: whether its code is indented like a body's, and nothing in it begins a declaration. */
    private static boolean indented(Tokens tokens, List<String> lines) {
      for (String line : lines) if (line.endsWith("\\")) return false; // a macro's body
      boolean any = false;
      for (int i = 0; i < tokens.size(); i++) {
        Kind kind = tokens.kind(i);
        if (kind == Kind.COMMENT || kind.isDirective()) continue;
        any = true;
        if (declaration(tokens, i)) return false;
      }
      return any;
    }

    private static boolean declaration(Tokens tokens, int token) {
      if (tokens.kind(token) != Kind.IDENTIFIER || tokens.source().column(tokens.start(token)) != 1) return false;
      boolean label = token + 1 < tokens.size() && tokens.kind(token + 1) == Kind.COLON;
      return !label;
    }

    /** The lines that git may name as the section while we are in the function that this run left open. */
    Set<String> heads(String section) {
      Set<String> heads = new HashSet<>();
      heads.add(cut(section));
      for (String line : lines) if (!line.isEmpty() && line.charAt(0) > ' ') heads.add(cut(line));
      return heads;
    }
  }
}
