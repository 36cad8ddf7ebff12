// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import keeper.c.Function;
import keeper.c.Kind;
import keeper.c.Lexer;
import keeper.c.Macro;
import keeper.c.Tokens;
import keeper.lock.Unit;
import keeper.text.SourceText;

/**
 * What a change did outside of functions: to types, tables, variables, macros. Only functions in which one of the words that it touched stands can tell the difference. Comments and blanks
 * are no change.
 */
final class Outside {
  private static final Set<String> COMMON = Set.of("struct", "union", "enum", "static", "const", "int", "unsigned", "long", "char", "void", "bool", "extern", "inline", "volatile", "short", "signed", "size_t",
      "u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64", "define", "NULL", "typedef", "__init", "__exit", "__initdata", "__read_mostly", "__iomem", "__user", "__rcu", "__percpu");

  /** A declaration or preprocessor line. */
  private record Piece(Kind first, List<String> tokens) {}

  private final Unit unit;
  private final List<Piece> pieces = new ArrayList<>();

  private Outside(Unit unit) {
    this.unit = unit;
    Tokens tokens = unit.outline().tokens();
    int from = 0;
    for (Function function : unit.functions()) {
      int to = tokens.at(function.head().start());
      cut(tokens, from, to);
      from = Math.max(to, tokens.at(function.body().end()));
    }
    cut(tokens, from, tokens.size());
  }

  /** The words that are not the same on both sides; empty when anything may have changed. */
  static Optional<Set<String>> words(Unit before, Unit after) {
    Outside old = new Outside(before);
    Outside now = new Outside(after);
    List<Piece> gone = without(old.pieces, now.pieces);
    List<Piece> come = without(now.pieces, old.pieces);
    Set<String> words = new HashSet<>();
    for (Piece piece : gone) if (!read(piece, partner(piece, come), words)) return Optional.empty();
    for (Piece piece : come) if (!read(piece, partner(piece, gone), words)) return Optional.empty();
    if (any(gone, Kind.HASH_INCLUDE) || any(come, Kind.HASH_INCLUDE)) if (!before.reaches(after)) return Optional.empty();
    old.macros(words);
    now.macros(words);
    return Optional.of(words);
  }

  private void cut(Tokens tokens, int from, int to) {
    List<String> piece = new ArrayList<>();
    Kind first = null;
    int depth = 0;
    for (int i = from; i < to; i++) {
      Kind kind = tokens.kind(i);
      if (kind == Kind.COMMENT) continue;
      if (first == null) first = kind;
      piece.add(tokens.text(i));
      if (kind == Kind.BRACE_OPEN) depth++;
      else if (kind == Kind.BRACE_CLOSE) depth--;
      if (!(piece.size() == 1 && kind.isDirective()) && !(kind == Kind.SEMICOLON && depth <= 0)) continue;
      pieces.add(new Piece(first, piece));
      piece = new ArrayList<>();
      first = null;
      depth = 0;
    }
    if (!piece.isEmpty()) pieces.add(new Piece(first, piece));
  }

  private static List<Piece> without(List<Piece> pieces, List<Piece> others) {
    Map<Piece, Integer> counts = new HashMap<>();
    for (Piece other : others) counts.merge(other, 1, Integer::sum);
    List<Piece> left = new ArrayList<>();
    for (Piece piece : pieces) if (counts.merge(piece, -1, Integer::sum) < 0) left.add(piece);
    return left;
  }

  /** The other side's version of a piece: it begins with the same words; null without one. */
  private static Piece partner(Piece piece, List<Piece> others) {
    Piece best = null;
    int most = 1;
    for (Piece other : others) {
      int same = 0;
      while (same < Math.min(piece.tokens().size(), other.tokens().size()) && piece.tokens().get(same).equals(other.tokens().get(same))) same++;
      if (same > most) {
        best = other;
        most = same;
      }
    }
    return best;
  }

  private static boolean any(List<Piece> pieces, Kind first) {
    for (Piece piece : pieces) if (piece.first() == first) return true;
    return false;
  }

  /** Adds the words by which functions can see a piece; {@code false} when there is no telling. */
  private static boolean read(Piece piece, Piece partner, Set<String> words) {
    if (piece.first() == Kind.HASH_INCLUDE) return true;
    if (piece.first() == Kind.HASH_DEFINE) {
      String[] parts = piece.tokens().get(0).split("[^A-Za-z0-9_]+");
      if (parts.length > 2) words.add(parts[2]); // "", define, its name
      return parts.length > 2;
    }
    List<String> tokens = piece.tokens();
    for (String token : tokens) if (token.isEmpty() || token.charAt(0) == '#' || token.charAt(0) == 1) return false;
    int from = 0;
    int to = tokens.size();
    if (partner != null) {
      List<String> other = partner.tokens();
      while (from < Math.min(to, other.size()) && tokens.get(from).equals(other.get(from))) from++;
      int end = other.size();
      while (to > from && end > from && tokens.get(to - 1).equals(other.get(end - 1))) {
        to--;
        end--;
      }
      while (from > 0 && !ends(tokens.get(from - 1))) from--; // the whole line of a member or an entry
      while (to < tokens.size() && !ends(tokens.get(to))) to++;
    }
    for (int i = from; i < to; i++) if (isWord(tokens.get(i)) && !COMMON.contains(tokens.get(i))) words.add(tokens.get(i));
    return true;
  }

  private static boolean ends(String token) {
    return token.equals(";") || token.equals(",") || token.equals("{") || token.equals("}");
  }

  private static boolean isWord(String token) {
    char c = token.charAt(0);
    return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }

  /** Adds the macros that one of the words stands in. */
  private void macros(Set<String> words) {
    if (words.isEmpty()) return;
    List<Macro> left = new ArrayList<>(unit.outline().macros());
    for (boolean more = true; more; ) more = left.removeIf(macro -> words.contains(macro.name()) || mentions(macro, words) && words.add(macro.name()));
  }

  private boolean mentions(Macro macro, Set<String> words) {
    SourceText text = unit.text();
    Tokens body = Lexer.tokens(text, macro.body());
    for (int i = 0; i < body.size(); i++) if (body.kind(i) == Kind.IDENTIFIER && words.contains(body.text(i))) return true;
    return false;
  }
}
