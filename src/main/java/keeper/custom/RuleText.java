// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.custom;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Customs as rule files: one for each file that defines structs, with the evidence in the comments. */
public final class RuleText {
  private static final int MOST_FOLDERS = 12;
  private static final Set<String> JAVA = Set.of("abstract", "assert", "boolean", "break", "byte", "case", "catch", "char", "class", "const", "continue", "default", "do", "double", "else", "enum",
      "extends", "final", "finally", "float", "for", "goto", "if", "implements", "import", "instanceof", "int", "interface", "long", "native", "new", "package", "private", "protected", "public",
      "return", "short", "static", "strictfp", "super", "switch", "synchronized", "this", "throw", "throws", "transient", "try", "void", "volatile", "while", "true", "false", "null", "_");

  private RuleText() {}

  /** The files by their path below the folder of rules: {@code include/linux/vfio_pci_core.rule}. @param customs sorted */
  public static SortedMap<String, String> files(List<Custom> customs) {
    SortedMap<String, List<Custom>> byHome = new TreeMap<>();
    for (Custom custom : customs) byHome.computeIfAbsent(custom.home(), home -> new ArrayList<>()).add(custom);
    SortedMap<String, String> files = new TreeMap<>();
    byHome.forEach((home, here) -> files.put(path(home, byHome), file(home, here)));
    return files;
  }

  /** {@code foo.rule}; beside a {@code foo.c} that has rules too, {@code foo.h.rule}. */
  private static String path(String home, SortedMap<String, List<Custom>> all) {
    int dot = home.lastIndexOf('.');
    String plain = dot > home.lastIndexOf('/') ? home.substring(0, dot) : home;
    boolean twins = home.endsWith(".h") && all.containsKey(plain + ".c");
    return (twins ? home : plain) + ".rule";
  }

  private static String file(String home, List<Custom> customs) {
    StringBuilder text = new StringBuilder();
    String struct = null;
    for (Custom custom : customs) {
      String top = top(custom.struct());
      if (!top.equals(struct)) {
        if (struct != null) text.append("}\n\n");
        struct = top;
        List<Custom> mine = new ArrayList<>();
        for (Custom other : customs) if (top(other.struct()).equals(top)) mine.add(other);
        text.append(top.isEmpty() ? "/** Variables of " : "/** struct " + top + ", ").append(home).append(". Found by how the code itself behaves; not written by anybody. */\n");
        text.append("@Paths({").append(paths(home, mine)).append("})\n");
        text.append(top.isEmpty() ? "interface variables {\n" : "class " + top + " {\n");
      } else {
        text.append('\n');
      }
      member(custom, text);
    }
    return text.append("}\n").toString();
  }

  /** A struct without a name inside another is called {@code outer.member}. */
  private static String top(String struct) {
    int dot = struct.indexOf('.');
    return dot < 0 ? struct : struct.substring(0, dot);
  }

  private static String paths(String home, List<Custom> customs) {
    Set<String> folders = new TreeSet<>();
    if (home.endsWith(".c")) folders.add(home);
    else {
      for (Custom custom : customs) folders.addAll(custom.folders());
      if (folders.size() > MOST_FOLDERS) {
        Set<String> tops = new TreeSet<>();
        for (String folder : folders) tops.add(folder.substring(0, folder.indexOf('/') + 1));
        folders = tops;
      }
      folders.remove("");
    }
    StringBuilder text = new StringBuilder();
    for (String folder : folders) text.append(text.length() > 0 ? ", " : "").append('"').append(folder).append('"');
    return text.toString();
  }

  private static void member(Custom custom, StringBuilder text) {
    String member = custom.struct().substring(top(custom.struct()).length()) + "." + custom.member();
    member = member.substring(1); // of a variable too
    text.append("  /**\n");
    for (String line : evidence(custom)) text.append("   * ").append(line).append('\n');
    text.append("   */\n");
    text.append("  @GuardedBy(");
    boolean plain = custom.reads() && !custom.rcuReaders();
    if (!plain) text.append("value = ");
    text.append(lock(custom.lock()));
    if (!custom.reads()) text.append(", access = {write, free}");
    else if (custom.rcuReaders()) text.append(", readers = rcu");
    text.append(")\n");
    boolean named = member.indexOf('.') >= 0 || JAVA.contains(member);
    if (named) text.append("  @Named(\"").append(member).append("\")\n");
    text.append("  any ").append(named ? member.replace('.', '_') + "_" : member).append(";\n");
  }

  private static String lock(String lock) {
    if (lock.startsWith("&")) return '"' + lock + '"';
    for (String part : lock.split("\\.")) if (JAVA.contains(part)) return '"' + lock + '"';
    return lock;
  }

  /** The counts of a lock that a written rule names, a line each: {@code writes: 2 of 2 hold it (1 more cannot be told): f() a.c:3; without it: g() a.c:7}. */
  public static List<String> told(Custom custom) {
    List<String> lines = new ArrayList<>();
    told("writes", custom.writes(), lines);
    told("reads", custom.read(), lines);
    if (custom.rcuReaders()) lines.add("more readers are in an RCU read-side section");
    if (custom.teardown() > 0) lines.add("behind the last reference " + custom.teardown() + " of " + custom.teardown() + " hold it");
    return lines;
  }

  private static void told(String kind, Custom.Count count, List<String> lines) {
    if (count.total() + count.unknown() == 0) return;
    lines.add(kind + ": " + (count.total() == 0 ? "none that can be told" : count.held() + " of " + count.total() + (count.total() == 1 ? " holds it" : " hold it")) + (count.unknown() > 0 ? " (" + count.unknown() + " more cannot be told)" : "")
        + (count.witnesses().isEmpty() ? "" : ": " + join(count.witnesses())) + (count.odd().isEmpty() ? "" : "; without it: " + join(count.odd())));
  }

  /** Sentences, strongest evidence first. */
  static List<String> evidence(Custom custom) {
    List<String> lines = new ArrayList<>();
    String lock = custom.lock().startsWith("&") ? custom.lock().substring(1) : custom.lock();
    count(custom.writes(), "writes", lock, true, lines);
    count(custom.read(), "reads", lock, custom.reads(), lines);
    if (custom.teardown() > 0) lines.add(custom.teardown() + " of " + custom.teardown() + " uses in teardown hold it too.");
    if (custom.rcuReaders()) lines.add("Readers without it are in an RCU read-side section.");
    if (!custom.remark().isEmpty()) lines.add("A comment says so: " + clean(custom.remark()));
    return lines;
  }

  private static void count(Custom.Count count, String kind, String lock, boolean all, List<String> lines) {
    if (count.held() == 0) return;
    StringBuilder line = new StringBuilder();
    line.append(count.held()).append(" of ").append(count.total()).append(' ').append(kind).append(" hold ").append(lock);
    if (count.asserted() > 0) line.append(", ").append(count.asserted()).append(" of them say so by an assertion");
    if (count.unknown() > 0) line.append(" (").append(count.unknown()).append(" more cannot be told)");
    line.append(": ").append(join(count.witnesses()));
    if (all && !count.odd().isEmpty()) line.append("; the odd ").append(count.odd().size() == 1 ? "one: " : "ones: ").append(join(count.odd()));
    lines.add(line.append('.').toString());
  }

  private static String join(List<Custom.Seen> seen) {
    List<String> words = new ArrayList<>();
    for (Custom.Seen one : seen) words.add(one.toString());
    return String.join(", ", words);
  }

  /** Words of a comment inside of a comment. */
  private static String clean(String words) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words.length(); i++) {
      char c = words.charAt(i);
      if (c < ' ' || c > '~' || c == '{' || c == '}' || c == '@' || c == '\\') continue;
      if (c == '*' && i + 1 < words.length() && words.charAt(i + 1) == '/') continue;
      text.append(c);
    }
    return text.toString();
  }
}
