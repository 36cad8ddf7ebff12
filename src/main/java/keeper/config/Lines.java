// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * On which line each key of a TOML file stands. The library that reads values forgets their places, so this looks for headers
 * and keys at line starts; what is wrong is the library's to say. A key that is not found counts as its table's.
 */
final class Lines {
  private static final String STEP = "\u0000";

  private final Map<String, Integer> lines = new HashMap<>();

  private Lines() {}

  static Lines of(String text) {
    Lines found = new Lines();
    Map<String, Integer> counts = new HashMap<>();
    String table = "";
    int open = 0; // brackets of a list that goes on over lines
    String fence = "";
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      String stripped = line.strip();
      if (!fence.isEmpty()) {
        if (stripped.contains(fence)) fence = "";
        continue;
      }
      if (open > 0) {
        open += brackets(stripped);
        continue;
      }
      if (stripped.isEmpty() || stripped.startsWith("#")) continue;
      if (stripped.startsWith("[[")) {
        String name = path(stripped.substring(2));
        int index = counts.merge(name, 1, Integer::sum) - 1;
        table = name + "[" + index + "]";
        found.lines.putIfAbsent(name, number);
        found.lines.putIfAbsent(table, number);
      } else if (stripped.startsWith("[")) {
        table = path(stripped.substring(1));
        found.lines.putIfAbsent(table, number);
      } else {
        String key = path(stripped);
        found.lines.putIfAbsent(table.isEmpty() ? key : table + STEP + key, number);
        int equals = stripped.indexOf('=');
        String value = equals < 0 ? "" : stripped.substring(equals + 1).strip();
        for (String quotes : List.of("\"\"\"", "'''"))
          if (value.startsWith(quotes) && value.indexOf(quotes, 3) < 0) fence = quotes;
        if (fence.isEmpty()) open = Math.max(0, brackets(value));
      }
    }
    return found;
  }

  int line(String path, int otherwise) {
    return lines.getOrDefault(path, otherwise);
  }

  /** A dotted, possibly quoted name, up to {@code ]} or {@code =}. */
  private static String path(String text) {
    List<String> steps = new ArrayList<>();
    StringBuilder step = new StringBuilder();
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        if (c == quote) quote = 0;
        else step.append(c);
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == ']' || c == '=' || c == '#') {
        break;
      } else if (c == '.') {
        steps.add(step.toString());
        step.setLength(0);
      } else if (c != ' ' && c != '\t') {
        step.append(c);
      }
    }
    steps.add(step.toString());
    return String.join(STEP, steps);
  }

  private static int brackets(String text) {
    int open = 0;
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        if (c == '\\' && quote == '"') i++;
        else if (c == quote) quote = 0;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == '#') {
        break;
      } else if (c == '[') {
        open++;
      } else if (c == ']') {
        open--;
      }
    }
    return open;
  }
}
