// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.rule;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import keeper.text.Problem;
import keeper.text.SourceText;

/** One rule file by its path. It is read by {@link RuleReader} when a kernel file under its paths is looked at, or when somebody asks for all. */
final class RuleFile {
  private final SourceText text;
  private final String id;
  private final List<String> paths;
  private RuleReader read; // when first asked for; benign race

  RuleFile(String path, SourceText text) {
    this.text = text;
    this.id = path.endsWith(".rule") ? path.substring(0, path.length() - 5) : path;
    this.paths = scanPaths(text);
  }

  String id() {
    return id;
  }

  List<String> paths() {
    return paths;
  }

  boolean speaksOf(String file) {
    for (String path : paths) if (Rule.Scope.under(file, path)) return true;
    return false;
  }

  List<Rule> rules() {
    return read().rules();
  }

  List<Problem> problems() {
    return read().problems();
  }

  private RuleReader read() {
    if (read == null) read = RuleReader.read(id, text, paths);
    return read;
  }

  /** The strings of every {@code @Paths(…)} outside of comments, found without parsing. */
  private static List<String> scanPaths(SourceText text) {
    String all = withoutComments(new String(text.bytes(), StandardCharsets.UTF_8));
    List<String> paths = new ArrayList<>();
    for (int at = all.indexOf("@Paths("); at >= 0; at = all.indexOf("@Paths(", at + 1)) {
      int end = all.indexOf(')', at);
      if (end < 0) break;
      int open = all.indexOf('"', at);
      while (open >= 0 && open < end) {
        int close = all.indexOf('"', open + 1);
        if (close < 0) break;
        String path = all.substring(open + 1, close);
        if (!paths.contains(path)) paths.add(path);
        open = all.indexOf('"', close + 1);
      }
    }
    return List.copyOf(paths);
  }

  private static String withoutComments(String text) {
    StringBuilder kept = new StringBuilder(text.length());
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') quoted = !quoted;
      if (c == '\n') quoted = false;
      boolean line = !quoted && c == '/' && text.startsWith("//", i);
      boolean block = !quoted && c == '/' && text.startsWith("/*", i);
      if (line || block) {
        int end = line ? text.indexOf('\n', i) : text.indexOf("*/", i + 2);
        if (end < 0) break;
        i = line ? end - 1 : end + 1;
      } else {
        kept.append(c);
      }
    }
    return kept.toString();
  }
}
