// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lock;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import keeper.c.Function;
import keeper.c.Kind;
import keeper.c.Lexer;
import keeper.c.Tokens;
import keeper.text.SourceText;

/**
 * Which functions of a file call which, told by the names that stand before a bracket in their bodies. Its order does not depend on who asks
 * first, so that circles of calls are always cut at the same place.
 */
final class CallGraph {
  private final List<Function> functions;
  private final Map<Function, Integer> places = new IdentityHashMap<>();
  private final String[][] names; // what stands before a bracket, each once
  private final int[][] callees; // of these, the file's own functions
  private int[] rank; // callees first; in a circle, where the walk from the top of the file leaves it
  private boolean[] circular;

  private CallGraph(List<Function> functions) {
    this.functions = functions;
    this.names = new String[functions.size()][];
    this.callees = new int[functions.size()][];
  }

  /** @param functions all that a call in this file may mean, in source order of their bodies */
  static CallGraph of(SourceText text, Tokens tokens, List<Function> functions, Map<String, Function> byName) {
    CallGraph graph = new CallGraph(functions);
    for (int i = 0; i < functions.size(); i++) graph.places.put(functions.get(i), i);
    for (int i = 0; i < functions.size(); i++) graph.read(i, text, tokens, byName);
    graph.sort();
    return graph;
  }

  private void read(int place, SourceText text, Tokens tokens, Map<String, Function> byName) {
    Function function = functions.get(place);
    int first = tokens.at(function.body().start());
    Tokens read = tokens;
    if (first < tokens.size() && tokens.kind(first).isDirective()) { // a macro's body is one token of the file
      read = Lexer.tokens(text, function.body());
      first = 0;
    }
    Set<String> found = new LinkedHashSet<>();
    int end = function.body().end();
    byte[] bytes = text.bytes();
    for (int i = first; i + 1 < read.size() && read.start(i) < end; i++) {
      if (read.kind(i) != Kind.IDENTIFIER) continue;
      if (read.kind(i + 1) == Kind.PAREN_OPEN) {
        found.add(read.text(i));
      } else if (read.end(i) - read.start(i) == 6 && bytes[read.start(i)] == '_' && read.is(i, "__free")) {
        found.add("__free");
      }
    }
    names[place] = found.toArray(new String[0]);
    int[] own = new int[found.size()];
    int count = 0;
    for (String name : names[place]) {
      Function callee = byName.get(name);
      if (callee != null && places.containsKey(callee)) own[count++] = places.get(callee);
    }
    callees[place] = Arrays.copyOf(own, count);
  }

  /** Tarjan's algorithm, without recursion. */
  private void sort() {
    int size = functions.size();
    rank = new int[size];
    circular = new boolean[size];
    int[] index = new int[size];
    int[] low = new int[size];
    boolean[] onStack = new boolean[size];
    int[] next = new int[size];
    int[] stack = new int[size];
    int[] path = new int[size];
    int stacked = 0;
    int counter = 0;
    int left = 0;
    for (int root = 0; root < size; root++) {
      if (index[root] != 0) continue;
      int depth = 0;
      path[depth++] = root;
      index[root] = low[root] = ++counter;
      stack[stacked++] = root;
      onStack[root] = true;
      while (depth > 0) {
        int at = path[depth - 1];
        if (next[at] < callees[at].length) {
          int callee = callees[at][next[at]++];
          if (index[callee] == 0) {
            path[depth++] = callee;
            index[callee] = low[callee] = ++counter;
            stack[stacked++] = callee;
            onStack[callee] = true;
          } else if (onStack[callee]) {
            low[at] = Math.min(low[at], index[callee]);
          }
          continue;
        }
        depth--;
        rank[at] = left++;
        if (depth > 0) low[path[depth - 1]] = Math.min(low[path[depth - 1]], low[at]);
        if (low[at] != index[at]) continue;
        boolean several = stack[stacked - 1] != at;
        int member;
        do {
          member = stack[--stacked];
          onStack[member] = false;
          circular[member] = several;
        } while (member != at);
      }
    }
  }

  /** The names before brackets in a function's body, each once, in order. */
  String[] names(Function function) {
    Integer place = places.get(function);
    return place == null ? new String[0] : names[place];
  }

  /** The function is part of a circle of several. */
  boolean isCircular(Function function) {
    Integer place = places.get(function);
    return place != null && circular[place];
  }

  /** The function and all of the file that it calls, callees first; those that are known already are left out, and what they call. */
  List<Function> below(Function function, java.util.function.Predicate<Function> known) {
    Integer start = places.get(function);
    if (start == null) return List.of();
    boolean[] seen = new boolean[functions.size()];
    int[] open = new int[functions.size()];
    int depth = 0;
    List<Integer> found = new ArrayList<>();
    open[depth++] = start;
    seen[start] = true;
    while (depth > 0) {
      int at = open[--depth];
      found.add(at);
      for (int callee : callees[at]) {
        if (seen[callee]) continue;
        seen[callee] = true;
        if (!known.test(functions.get(callee))) open[depth++] = callee;
      }
    }
    found.sort((a, b) -> Integer.compare(rank[a], rank[b]));
    List<Function> below = new ArrayList<>(found.size());
    for (int at : found) below.add(functions.get(at));
    return below;
  }
}
