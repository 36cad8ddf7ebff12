// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lineage;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * What a query gives, as a table: for people, for programs, for spreadsheets. Says how far the index reaches in each form.
 *
 * @param columns their names; {@code title} and {@code reason} are the long ones
 * @param rows strings, whole numbers, or lists of strings; as many as columns
 * @param notes for people: what is not shown, what to do
 * @param reach see {@link Reach#line()}
 */
public record Answer(List<String> columns, List<List<Object>> rows, List<String> notes, String reach) {
  private static final int WIDEST = 60; // characters to which a column is padded

  public Answer {
    columns = List.copyOf(columns);
    rows = rows.stream().map(row -> List.copyOf(row)).toList();
    notes = List.copyOf(notes);
  }

  /** Rows as they come. */
  public static final class Builder {
    private final List<String> columns;
    private final List<List<Object>> rows = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    Builder(List<String> columns) {
      this.columns = columns;
    }

    public Builder row(Object... values) {
      if (values.length != columns.size()) throw new IllegalArgumentException(values.length + " values for " + columns);
      rows.add(List.of(values));
      return this;
    }

    public Builder note(String note) {
      notes.add(note);
      return this;
    }

    public int size() {
      return rows.size();
    }

    public Answer reaching(Reach reach) {
      return new Answer(columns, rows, notes, reach.line());
    }
  }

  public static Builder of(String... columns) {
    return new Builder(List.of(columns));
  }

  /** Columns under their names, the notes, the reach. */
  public String text() {
    StringBuilder text = new StringBuilder();
    if (!rows.isEmpty()) {
      int[] widths = new int[columns.size()];
      for (int i = 0; i < widths.length; i++) {
        widths[i] = columns.get(i).length();
        for (List<Object> row : rows) widths[i] = Math.max(widths[i], Math.min(WIDEST, cell(row.get(i)).length()));
      }
      line(text, List.copyOf(columns), widths);
      for (List<Object> row : rows) line(text, row, widths);
    }
    for (String note : notes) text.append(ChainText.clean(note)).append('\n');
    return text.append(ChainText.clean(reach)).append('\n').toString();
  }

  private static void line(StringBuilder text, List<Object> row, int[] widths) {
    int start = text.length();
    for (int i = 0; i < row.size(); i++) {
      String cell = ChainText.clean(cell(row.get(i)));
      text.append(cell);
      if (i < row.size() - 1) text.append(" ".repeat(Math.max(0, widths[i] - cell.length()) + 2));
    }
    while (text.length() > start && text.charAt(text.length() - 1) == ' ') text.setLength(text.length() - 1);
    text.append('\n');
  }

  private static String cell(Object value) {
    return value instanceof List<?> list ? String.join(" ", list.stream().map(Object::toString).toList()) : value.toString();
  }

  /** {@code {"rows": [{…}], "notes": […], "index": "…"}}; the same bytes for the same answer. */
  public String json() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.setPrettyPrinter(new DefaultPrettyPrinter());
      json.writeStartObject();
      json.writeArrayFieldStart("rows");
      for (List<Object> row : rows) {
        json.writeStartObject();
        for (int i = 0; i < row.size(); i++) {
          json.writeFieldName(columns.get(i));
          Object value = row.get(i);
          if (value instanceof Number number) json.writeNumber(number.longValue());
          else if (value instanceof List<?> list) {
            json.writeStartArray();
            for (Object one : list) json.writeString(one.toString());
            json.writeEndArray();
          } else json.writeString(value.toString());
        }
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeArrayFieldStart("notes");
      for (String note : notes) json.writeString(note);
      json.writeEndArray();
      json.writeStringField("index", reach);
      json.writeEndObject();
    } catch (IOException e) {
      throw new IllegalStateException("a string does not fail", e);
    }
    return text.append('\n').toString();
  }

  /** RFC 4180 with LF; notes and reach are comments at the end. */
  public String csv() {
    StringBuilder text = new StringBuilder(String.join(",", columns)).append('\n');
    for (List<Object> row : rows) {
      for (int i = 0; i < row.size(); i++) text.append(i == 0 ? "" : ",").append(quoted(cell(row.get(i))));
      text.append('\n');
    }
    for (String note : notes) text.append("# ").append(note.replace('\n', ' ')).append('\n');
    return text.append("# ").append(reach).append('\n').toString();
  }

  static String quoted(String value) {
    boolean plain = value.indexOf('"') < 0 && value.indexOf(',') < 0 && value.indexOf('\n') < 0 && value.indexOf('\r') < 0 && !value.startsWith("#");
    return plain ? value : '"' + value.replace("\"", "\"\"") + '"';
  }
}
