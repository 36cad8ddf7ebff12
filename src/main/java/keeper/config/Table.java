// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import keeper.text.Place;
import keeper.text.Problem;

/**
 * One table of a TOML file, read strictly. Whoever reads it asks for each key it knows; {@link #finish} then finds the keys that
 * nobody asked for. A wrong value is a problem and reads as the default, so that one reading finds all mistakes.
 *
 * <p>Asking is not safe from several threads. What was read is put into a record of the package that needs it.
 */
public final class Table {
  private static final int LONGEST = 1 << 20; // characters; a settings file is a page or two

  private final String file;
  private final String path;
  private final JsonNode node;
  private final Lines lines;
  private final List<Problem> problems;
  private final Set<String> asked = new LinkedHashSet<>();
  private final List<Table> children = new ArrayList<>();
  private final Map<String, Table> named = new LinkedHashMap<>();

  private Table(String file, String path, JsonNode node, Lines lines, List<Problem> problems) {
    this.file = file;
    this.path = path;
    this.node = node;
    this.lines = lines;
    this.problems = problems;
  }

  /** Reads a file's text. A syntax error is a problem, and the table is then empty. */
  public static Table parse(String file, String text) {
    List<Problem> problems = new ArrayList<>();
    JsonNode root = JsonNodeFactory.instance.objectNode();
    Lines lines = Lines.of(text);
    try {
      if (text.length() > LONGEST) problems.add(new Problem(new Place(file, 1, 0), "longer than a settings file can be"));
      else root = new TomlMapper().readTree(text);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      Place place = at == null ? new Place(file, 1, 0) : new Place(file, Math.max(1, at.getLineNr()), Math.max(0, at.getColumnNr()));
      problems.add(new Problem(place, "not TOML: " + firstLine(e.getOriginalMessage())));
    }
    return new Table(file, "", root == null ? JsonNodeFactory.instance.objectNode() : root, lines, problems);
  }

  private static String firstLine(String text) {
    String line = text == null ? "cannot be read" : text.lines().findFirst().orElse("cannot be read");
    return line.length() > 200 ? line.substring(0, 200) : line;
  }

  /** Everything wrong so far, by line. Complete after {@link #finish} of the top table. */
  public List<Problem> problems() {
    List<Problem> sorted = new ArrayList<>(problems);
    sorted.sort((one, other) -> one.place().compareTo(other.place()));
    return sorted;
  }

  /** Finds the keys that nobody asked for, in this table and those that were taken from it. */
  public void finish() {
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!asked.contains(name)) problem(name, "unknown key " + name + Suggestion.among(asked, name));
    }
    for (Table child : children) child.finish();
  }

  /** Notes that a key's value will not do; {@code what} says why and what to do. */
  public void problem(String key, String what) {
    problems.add(new Problem(new Place(file, lines.line(path(key), lines.line(path, 1)), 0), what));
  }

  /** The line a key stands on, for problems that concern several. */
  public int line(String key) {
    return lines.line(path(key), lines.line(path, 1));
  }

  public boolean has(String key) {
    asked.add(key);
    return node.has(key);
  }

  public String text(String key, String usual) {
    JsonNode value = value(key);
    if (value == null) return usual;
    if (value.isTextual()) return value.asText();
    return wrong(key, "a text in quotes", usual);
  }

  /** A text that must pass a test; {@code what} names what it must be. */
  public String text(String key, String usual, Predicate<String> valid, String what) {
    String text = text(key, usual);
    if (text.equals(usual) || valid.test(text)) return text;
    problem(key, key + " = \"" + shown(text) + "\" is not " + what);
    return usual;
  }

  /** A whole number within bounds, both included. */
  public int number(String key, int usual, int least, int most) {
    JsonNode value = value(key);
    if (value == null) return usual;
    if (!value.isIntegralNumber()) return wrong(key, "a whole number", usual);
    if (value.canConvertToInt() && value.asInt() >= least && value.asInt() <= most) return value.asInt();
    problem(key, key + " = " + shown(value.asText()) + " is not between " + least + " and " + most);
    return usual;
  }

  public boolean flag(String key, boolean usual) {
    JsonNode value = value(key);
    if (value == null) return usual;
    return value.isBoolean() ? value.asBoolean() : wrong(key, "true or false", usual);
  }

  /** One of the constants of an enum, in lower case as people type it. */
  public <E extends Enum<E>> E choice(String key, E usual, Class<E> type) {
    JsonNode value = value(key);
    if (value == null) return usual;
    List<String> words = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      String word = constant.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
      if (value.isTextual() && value.asText().equals(word)) return constant;
      words.add(word);
    }
    problem(key, key + " = \"" + shown(value.asText()) + "\" is none of " + String.join(", ", words)
        + Suggestion.among(words, value.asText()));
    return usual;
  }

  /** A list of texts. */
  public List<String> texts(String key, List<String> usual) {
    return texts(key, usual, text -> true, "");
  }

  /** A list of texts that must pass a test each; one that does not is a problem, and left out. */
  public List<String> texts(String key, List<String> usual, Predicate<String> valid, String what) {
    JsonNode value = value(key);
    if (value == null) return usual;
    if (!value.isArray()) return wrong(key, "a list of texts, [\"...\"]", usual);
    List<String> texts = new ArrayList<>();
    for (JsonNode one : value) {
      if (!one.isTextual()) problem(key, key + " has " + shown(one.toString()) + ", which is no text in quotes");
      else if (!valid.test(one.asText())) problem(key, key + " has \"" + shown(one.asText()) + "\", which is not " + what);
      else if (texts.contains(one.asText())) problem(key, key + " has \"" + shown(one.asText()) + "\" twice");
      else texts.add(one.asText());
    }
    return texts;
  }

  /** A table within this one, the same one each time; an empty one when there is none. */
  public Table table(String key) {
    return named.computeIfAbsent(key, this::opened);
  }

  private Table opened(String key) {
    JsonNode value = value(key);
    if (value == null || !value.isObject()) {
      if (value != null) wrong(key, "a table, [" + path(key) + "]", null);
      return child(path(key), JsonNodeFactory.instance.objectNode());
    }
    return child(path(key), value);
  }

  /** The tables whose names are chosen freely, in the order of the file: every key that was not asked for by name before. */
  public Map<String, Table> others() {
    Map<String, Table> tables = new LinkedHashMap<>();
    for (Iterator<Map.Entry<String, JsonNode>> fields = node.fields(); fields.hasNext(); ) {
      Map.Entry<String, JsonNode> field = fields.next();
      if (asked.contains(field.getKey()) || !field.getValue().isObject()) continue;
      tables.put(field.getKey(), child(path(field.getKey()), field.getValue()));
    }
    asked.addAll(tables.keySet());
    return tables;
  }

  /** A list of tables, {@code [[key]]} or {@code key = [{...}]}. */
  public List<Table> tables(String key) {
    JsonNode value = value(key);
    List<Table> tables = new ArrayList<>();
    if (value == null) return tables;
    if (!value.isArray()) return wrong(key, "a list of tables, [[" + path(key) + "]]", tables);
    int index = 0;
    for (JsonNode one : value) {
      if (one instanceof ObjectNode) tables.add(child(path(key) + "[" + index + "]", one));
      else problem(key, key + " has " + shown(one.toString()) + ", which is no table");
      index++;
    }
    return tables;
  }

  private Table child(String path, JsonNode node) {
    Table child = new Table(file, path, node, lines, problems);
    children.add(child);
    return child;
  }

  private JsonNode value(String key) {
    asked.add(key);
    JsonNode value = node.get(key);
    return value == null || value.isNull() ? null : value;
  }

  private <T> T wrong(String key, String what, T usual) {
    problem(key, key + " must be " + what);
    return usual;
  }

  private String path(String key) {
    return path.isEmpty() ? key : path + "\u0000" + key;
  }

  private static String shown(String text) {
    String one = text.replaceAll("\\p{Cntrl}", "?");
    return one.length() > 60 ? one.substring(0, 60) + "..." : one;
  }
}
