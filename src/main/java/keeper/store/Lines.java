// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.util.ArrayList;
import java.util.List;
import keeper.check.Witness;
import keeper.text.Place;

/** Short lists in one column: a line each, with {@code \n}, {@code \t} and {@code \\} escaped. */
final class Lines {
  private Lines() {}

  static String of(List<String> lines) {
    StringBuilder text = new StringBuilder();
    for (String line : lines) text.append(escaped(line)).append('\n');
    return text.toString();
  }

  static List<String> read(String text) {
    List<String> lines = new ArrayList<>();
    for (String line : rows(text)) lines.add(plain(line));
    return lines;
  }

  static String ofWitnesses(List<Witness> witnesses) {
    StringBuilder text = new StringBuilder();
    for (Witness witness : witnesses) {
      Place at = witness.at();
      text.append(escaped(at.path())).append('\t').append(at.line()).append('\t').append(at.column())
          .append('\t').append(escaped(witness.text())).append('\n');
    }
    return text.toString();
  }

  static List<Witness> readWitnesses(String text) {
    List<Witness> witnesses = new ArrayList<>();
    for (String line : rows(text)) {
      String[] parts = line.split("\t", 4);
      Place at = new Place(plain(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
      witnesses.add(new Witness(at, plain(parts[3])));
    }
    return witnesses;
  }

  private static List<String> rows(String text) {
    List<String> rows = new ArrayList<>();
    for (int start = 0; start < text.length(); ) {
      int end = text.indexOf('\n', start);
      rows.add(text.substring(start, end));
      start = end + 1;
    }
    return rows;
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t");
  }

  private static String plain(String text) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\') {
        plain.append(c);
        continue;
      }
      char escape = text.charAt(++i);
      plain.append(escape == 'n' ? '\n' : escape == 't' ? '\t' : escape);
    }
    return plain.toString();
  }
}
