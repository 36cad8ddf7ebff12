// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.rule;

import java.util.Set;
import java.util.regex.Pattern;

/** What to do about a line that is not Java's syntax, told by what people who write C would put there. */
final class SyntaxHint {
  private static final Set<String> JAVA = Set.of("abstract", "assert", "boolean", "break", "byte", "case", "catch", "char", "class", "const", "continue", "default", "do", "double", "else", "enum", "extends",
      "final", "finally", "float", "for", "goto", "if", "implements", "import", "instanceof", "int", "interface", "long", "native", "new", "package", "private", "protected", "public", "return", "short",
      "static", "strictfp", "super", "switch", "synchronized", "this", "throw", "throws", "transient", "try", "void", "volatile", "while");

  private static final Pattern UNNAMED = Pattern.compile("@\\w+\\s*\\(\\s*(?:[\\w.]+|\"[^\"]*\"|\\{[^}]*\\})\\s*,\\s*\\w+\\s*=");

  private static final Pattern SEVERAL = Pattern.compile("@\\w+\\s*\\(\\s*(?:[\\w.]+|\"[^\"]*\")(?:\\s*,\\s*|\\s+)(?:[\\w.]+|\"[^\"]*\")\\s*[,)]");

  private SyntaxHint() {}

  /** @param line and {@code column} count from 1 and are where the parser gave up */
  static String of(String source, int line, int column) {
    String[] lines = source.split("\n", -1);
    String here = line <= lines.length ? lines[line - 1] : "";
    String before = here.substring(0, Math.min(here.length(), Math.max(0, column - 1)));
    String rest = here.substring(before.length());
    // The parser names the last token that it could read: what it could not read comes behind it.
    String next = rest.isEmpty() ? "" : rest.substring(Math.max(1, word(rest).length())).stripLeading();
    String hint = of(before, rest, source, lines, line);
    if (hint.isEmpty() && !next.isEmpty()) hint = of(rest.substring(0, rest.length() - next.length()), next, source, lines, line);
    if (!hint.isEmpty()) return hint;
    if (next.isEmpty() && !word(rest).isEmpty()) return "this is not a header in Java's syntax: a ; is missing behind " + word(rest);
    if (here.stripTrailing().endsWith(")") && !here.strip().startsWith("@") && here.contains(" ")) return "a function ends with a semicolon: int box_do(box box);";
    int brackets = count(here, '(') - count(here, ')');
    if (brackets > 0) return "a ) is missing in this line";
    if (brackets < 0) return "a ) too many in this line";
    return "this is not a header in Java's syntax (a name, bracket or semicolon is missing or too many here)";
  }

  /** What the text behind a place, and the word before it, say; empty when they say nothing. */
  private static String of(String before, String rest, String source, String[] lines, int line) {
    String word = word(rest);
    String last = last(before);
    if (rest.startsWith("->") || before.endsWith("-") && rest.startsWith(">")) return "C's arrow is written as a dot here: vdev.igate for vdev->igate";
    if (word.equals("struct") || last.equals("struct")) return "C's struct is written class at the top, and left out before a member's type: class vfio_device { … }";
    if (word.equals("unsigned") || last.equals("unsigned") || word.equals("signed") || last.equals("signed")) return "a type is one word here, and never looked at: leave out unsigned";
    if (word.equals("static") || word.equals("inline") || last.equals("inline") || word.equals("extern")) return "leave out " + (JAVA.contains(word) || last.isEmpty() ? word : last.equals("inline") ? last : word) + ": a function is its type, name and parameters";
    if (unnamed(before, rest)) return "where more is said than the lock, it is called value: @GuardedBy(value = igate, access = write)";
    if (SEVERAL.matcher(before + rest).find()) return "several names stand in braces: @Except({box_init, box_exit})";
    if (rest.startsWith("[")) return "arrays have no brackets here: the member's name alone";
    if (rest.startsWith("*") || before.endsWith("*")) return "pointers have no star here: eventfd_ctx err_trigger for struct eventfd_ctx *err_trigger";
    if (rest.startsWith("&")) return "a global lock is written in quotes: \"&vfio_lock\"";
    if (rest.startsWith("#") || rest.startsWith("'")) return "comments are /** why */ or // as in Java";
    if (JAVA.contains(word)) return keyword(word);
    if (JAVA.contains(last) && (rest.startsWith(")") || rest.startsWith(",") || rest.startsWith(";") || rest.startsWith(".") || rest.startsWith("="))) return keyword(last);
    int open = count(source, '{') - count(source, '}');
    if (open > 0 && line >= lines.length - 1) return "a } is missing: the file ends inside a class";
    if (open < 0) return "a } too many, or a { missing before it";
    return "";
  }

  /** {@code @GuardedBy(igate, access = write)}: a bare value in front of named ones. */
  private static boolean unnamed(String before, String rest) {
    return UNNAMED.matcher(before + rest).find();
  }

  private static String keyword(String word) {
    return word + " is a word of Java and no name here: write it in quotes, \"" + word + "\", or for a member @Named(\"" + word + "\") Object " + word + "_;";
  }

  private static String word(String text) {
    int end = 0;
    while (end < text.length() && Character.isJavaIdentifierPart(text.charAt(end))) end++;
    return text.substring(0, end);
  }

  private static String last(String text) {
    String trimmed = text.stripTrailing();
    int start = trimmed.length();
    while (start > 0 && Character.isJavaIdentifierPart(trimmed.charAt(start - 1))) start--;
    return trimmed.substring(start);
  }

  private static int count(String text, char wanted) {
    int count = 0;
    for (int i = 0; i < text.length(); i++) if (text.charAt(i) == wanted) count++;
    return count;
  }
}
