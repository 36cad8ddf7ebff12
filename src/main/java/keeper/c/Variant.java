// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One reading of a function whose body has {@code #if} groups. Groups that ask the same question (also as {@code #ifndef}
 * or {@code !}) get the same answer; {@code #if 0} is dead; where the braces of a reading do not balance, as few other
 * branches as needed are taken until they do.
 *
 * @param reading which branches are taken
 * @param line of {@link Reading#LIVE}: the line that must be read, from 1; else 0
 */
public record Variant(Reading reading, int line) {
  /** Which branch of each group. */
  public enum Reading {
    /** The first. */
    FIRST,
    /** The last; nothing where there is no {@code #else}. */
    LAST,
    /** Those around a line, else the first. */
    LIVE
  }

  public static final Variant FIRST = new Variant(Reading.FIRST, 0);
  public static final Variant LAST = new Variant(Reading.LAST, 0);

  /** So many ways are tried to balance the braces. */
  private static final int MOST_TRIES = 256;

  /** For people: {@code first}, {@code last}, {@code live 123}. */
  public String name() {
    return reading == Reading.FIRST ? "first" : reading == Reading.LAST ? "last" : "live " + line;
  }

  /** The readings of a function that differ, {@link #FIRST} first; one when nothing in it depends on the configuration. */
  public static List<Variant> of(Function function) {
    Tokens tokens = Lexer.tokens(function.text(), function.body());
    if (!conditional(tokens)) return List.of(FIRST);
    Groups groups = new Groups(tokens);
    boolean same = Arrays.equals(groups.live(FIRST), groups.live(LAST));
    return same ? List.of(FIRST) : List.of(FIRST, LAST);
  }

  /** A reading in which the line is read: {@link #FIRST} or {@link #LAST} where that will do. */
  public static Variant live(Function function, int line) {
    Tokens tokens = Lexer.tokens(function.text(), function.body());
    if (!conditional(tokens)) return FIRST;
    Groups groups = new Groups(tokens);
    if (groups.reads(FIRST, line)) return FIRST;
    if (groups.reads(LAST, line)) return LAST;
    Variant live = new Variant(Reading.LIVE, line);
    return groups.reads(live, line) ? live : FIRST; // what is dead in every reading has no better one
  }

  /** The indices of the tokens this reading keeps, without comments and preprocessor lines. */
  int[] tokens(Tokens tokens) {
    if (conditional(tokens)) return new Groups(tokens).live(this);
    int[] live = new int[tokens.size];
    int count = 0;
    for (int i = 0; i < tokens.size; i++) {
      Kind kind = tokens.kind(i);
      if (kind != Kind.COMMENT && !kind.isDirective()) live[count++] = i;
    }
    return Arrays.copyOf(live, count);
  }

  private static boolean conditional(Tokens tokens) {
    for (int i = 0; i < tokens.size; i++) {
      byte kind = tokens.kinds[i];
      if (kind >= Kind.HASH_IF.ordinal() && kind <= Kind.HASH_ENDIF.ordinal()) return true;
    }
    return false;
  }

  /** The {@code #if} groups of one body, in the order of their {@code #if}. */
  private static final class Groups {
    /** One group: where each branch begins (its directive) and where the group ends. */
    private record Group(int[] branches, int end, boolean otherwise, String question, boolean negated) {}

    private final Tokens tokens;
    private final Group[] opened; // by the token of their #if
    private final List<Integer> order = new ArrayList<>();

    Groups(Tokens tokens) {
      this.tokens = tokens;
      this.opened = new Group[tokens.size];
      List<List<Integer>> stack = new ArrayList<>(); // the branches so far of the groups we are in
      for (int i = 0; i < tokens.size; i++) {
        Kind kind = tokens.kind(i);
        if (kind == Kind.HASH_IF) {
          order.add(i);
          stack.add(new ArrayList<>(List.of(i)));
        } else if ((kind == Kind.HASH_ELSE || kind == Kind.HASH_ELIF) && !stack.isEmpty()) {
          stack.get(stack.size() - 1).add(i);
        } else if (kind == Kind.HASH_ENDIF && !stack.isEmpty()) {
          group(stack.remove(stack.size() - 1), i);
        }
      }
      while (!stack.isEmpty()) group(stack.remove(stack.size() - 1), tokens.size);
    }

    private void group(List<Integer> branches, int end) {
      int[] starts = new int[branches.size()];
      for (int i = 0; i < starts.length; i++) starts[i] = branches.get(i);
      boolean[] negated = {false};
      String question = question(tokens.text(starts[0]), negated);
      boolean otherwise = tokens.kind(starts[starts.length - 1]) == Kind.HASH_ELSE;
      opened[starts[0]] = new Group(starts, end, otherwise, question, negated[0]);
    }

    /** {@code #ifdef X}, {@code #if defined(X)}, {@code #ifndef X}: {@code X}; anything else as written, without blanks. */
    private static String question(String directive, boolean[] negated) {
      StringBuilder plain = new StringBuilder();
      for (int i = 1; i < directive.length(); i++) {
        char c = directive.charAt(i);
        if (c == '/' && i + 1 < directive.length() && (directive.charAt(i + 1) == '*' || directive.charAt(i + 1) == '/')) break;
        if (c > ' ' && c != '\\') plain.append(c);
      }
      String text = plain.toString();
      if (text.startsWith("ifndef")) {
        negated[0] = true;
        return text.substring(6);
      }
      if (text.startsWith("ifdef")) return text.substring(5);
      text = text.substring(2);
      if (text.startsWith("!") && simple(text.substring(1))) {
        negated[0] = true;
        text = text.substring(1);
      }
      if (text.startsWith("defined(") && text.endsWith(")") && simple(text)) return text.substring(8, text.length() - 1);
      if (text.startsWith("defined") && simple(text)) return text.substring(7);
      return text;
    }

    private static boolean simple(String text) {
      return text.indexOf('&') < 0 && text.indexOf('|') < 0 && text.indexOf('=') < 0 && text.indexOf('<') < 0 && text.indexOf('>') < 0;
    }

    /** Whether a token of this line is kept. */
    boolean reads(Variant variant, int line) {
      int from = tokens.source().lineStart(line);
      int to = tokens.source().lineStart(line + 1);
      boolean empty = true;
      for (int i = tokens.at(from); i < tokens.size && tokens.starts[i] < to; i++) empty &= tokens.kind(i) == Kind.COMMENT || tokens.kind(i).isDirective();
      if (empty) return true; // nothing there depends on it
      for (int token : live(variant)) if (tokens.ends[token] > from && tokens.starts[token] < to) return true;
      return false;
    }

    int[] live(Variant variant) {
      int[] wanted = new int[tokens.size]; // branch by the token of the #if
      choose(variant, wanted);
      int[] live = keep(wanted);
      return balanced(live) ? live : balance(wanted, live);
    }

    private void choose(Variant variant, int[] wanted) {
      Map<String, Boolean> answers = new HashMap<>();
      if (variant.reading() == Reading.LIVE) {
        for (int first : order) {
          int branch = around(opened[first], variant.line());
          if (branch >= 0 && opened[first].branches().length <= 2) answers.put(opened[first].question(), (branch == 0) != opened[first].negated());
        }
      }
      for (int first : order) wanted[first] = choose(variant, first, answers);
    }

    private int choose(Variant variant, int first, Map<String, Boolean> answers) {
      Group group = opened[first];
      int branches = group.branches().length;
      int none = group.otherwise() ? branches - 1 : branches;
      if (Directives.isZero(tokens, first)) return 1; // the branch behind it, or nothing
      if (Directives.isOne(tokens, first)) return 0;
      if (variant.reading() == Reading.LIVE) {
        int branch = around(group, variant.line());
        if (branch >= 0) return branch;
      }
      boolean two = branches <= 2 && (branches == 1 || group.otherwise());
      if (!two) return variant.reading() == Reading.LAST ? none : 0;
      Boolean known = answers.get(group.question());
      if (known != null) return known != group.negated() ? 0 : none;
      int branch = variant.reading() == Reading.LAST ? none : 0;
      answers.put(group.question(), (branch == 0) != group.negated());
      return branch;
    }

    /** The branch that holds the line, -1 when none does. */
    private int around(Group group, int line) {
      for (int i = 0; i < group.branches().length; i++) {
        int from = tokens.source().line(tokens.starts[group.branches()[i]]);
        int end = i + 1 < group.branches().length ? group.branches()[i + 1] : group.end();
        int to = end < tokens.size ? tokens.source().line(tokens.starts[end]) : Integer.MAX_VALUE;
        if (from < line && line < to) return i;
      }
      return -1;
    }

    private int[] keep(int[] wanted) {
      int[] live = new int[tokens.size];
      int count = 0;
      int[] until = new int[tokens.size + 1]; // stack of the group ends we are inside
      int depth = 0;
      int i = 0;
      while (i < tokens.size) {
        Kind kind = tokens.kind(i);
        if (kind == Kind.HASH_IF) {
          Group group = opened[i];
          int branch = wanted[i];
          until[depth++] = group.end();
          i = branch < group.branches().length ? group.branches()[branch] + 1 : group.end();
        } else if (kind == Kind.HASH_ELSE || kind == Kind.HASH_ELIF) {
          // The end of a branch that was taken; without an #if before, the other head of the function.
          i = depth > 0 ? until[depth - 1] : Directives.groupEnd(tokens, i);
        } else if (kind == Kind.HASH_ENDIF) {
          if (depth > 0) depth--;
          i++;
        } else {
          if (kind != Kind.COMMENT && !kind.isDirective()) live[count++] = i;
          i++;
        }
      }
      return Arrays.copyOf(live, count);
    }

    private boolean balanced(int[] live) {
      int depth = 0;
      for (int k = 0; k < live.length; k++) {
        Kind kind = tokens.kind(live[k]);
        if (kind == Kind.GAP) return true; // what is not shown has braces too
        if (kind == Kind.BRACE_OPEN) depth++;
        else if (kind == Kind.BRACE_CLOSE && --depth <= 0) return depth == 0 && k == live.length - 1;
      }
      return false;
    }

    /** Changes one group, two groups, … whose branches differ in their braces; the wanted reading when nothing helps. */
    private int[] balance(int[] wanted, int[] asWanted) {
      List<Integer> odd = new ArrayList<>();
      if (order.size() > MOST_TRIES) return asWanted;
      for (int first : order) if (!Directives.isZero(tokens, first) && uneven(opened[first])) odd.add(first);
      int tries = 0;
      for (int changes = 1; changes <= odd.size(); changes++) {
        int[] picked = new int[changes];
        for (int k = 0; k < changes; k++) picked[k] = k;
        while (true) {
          int[] live = attempt(wanted, odd, picked);
          if (live != null) return live;
          if (++tries > MOST_TRIES) return asWanted;
          int k = changes - 1;
          while (k >= 0 && picked[k] == odd.size() - changes + k) k--;
          if (k < 0) break;
          picked[k]++;
          for (int next = k + 1; next < changes; next++) picked[next] = picked[next - 1] + 1;
        }
      }
      return asWanted;
    }

    private int[] attempt(int[] wanted, List<Integer> odd, int[] picked) {
      int[] other = wanted.clone();
      for (int pick : picked) {
        int first = odd.get(pick);
        other[first] = other[first] == 0 ? 1 : 0;
      }
      int[] live = keep(other);
      return balanced(live) ? live : null;
    }

    private boolean uneven(Group group) {
      int sum = 0;
      for (int i = 0; i < group.branches().length; i++) {
        int end = i + 1 < group.branches().length ? group.branches()[i + 1] : group.end();
        int depth = 0;
        for (int k = group.branches()[i] + 1; k < end; k++) {
          if (tokens.kind(k) == Kind.BRACE_OPEN) depth++;
          else if (tokens.kind(k) == Kind.BRACE_CLOSE) depth--;
        }
        if (i > 0 && depth != sum) return true;
        sum = depth;
      }
      return !group.otherwise() && sum != 0;
    }
  }
}
