// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.report;

import keeper.text.Printable;

/**
 * A JSON document being written, two spaces an indent, keys in the order they come. Small on purpose: a review of one patch
 * should not load a library to print one page.
 */
final class JsonText {
  private static final String HEX = "0123456789abcdef";
  private final StringBuilder text = new StringBuilder();
  private int depth;
  private boolean first = true;
  private boolean afterKey;

  /** Starts at some depth, for a fragment of a larger document. */
  JsonText(int depth) {
    this.depth = depth;
  }

  JsonText open(char bracket) {
    value();
    text.append(bracket);
    depth++;
    first = true;
    return this;
  }

  JsonText close(char bracket) {
    depth--;
    if (!first) line();
    text.append(bracket);
    first = false;
    return this;
  }

  JsonText key(String name) {
    value();
    quoted(name);
    text.append(": ");
    afterKey = true;
    return this;
  }

  JsonText string(String value) {
    value();
    quoted(value);
    return this;
  }

  /** An empty text is null: the reader need not know two ways of saying nothing. */
  JsonText stringOrNull(String value) {
    return value.isEmpty() ? raw("null") : string(value);
  }

  JsonText number(long value) {
    value();
    text.append(value);
    return this;
  }

  JsonText bool(boolean value) {
    return raw(value ? "true" : "false");
  }

  JsonText strings(Iterable<String> values) {
    open('[');
    for (String value : values) string(value);
    return close(']');
  }

  private JsonText raw(String word) {
    value();
    text.append(word);
    return this;
  }

  private void value() {
    if (afterKey) {
      afterKey = false;
      first = false;
      return;
    }
    if (!first) text.append(',');
    if (depth > 0) line();
    first = false;
  }

  private void line() {
    text.append('\n');
    for (int i = 0; i < depth; i++) text.append("  ");
  }

  /** Control characters, bidirectional overrides and halves of surrogate pairs are escaped: the text may meet a terminal. */
  private void quoted(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (Character.isHighSurrogate(c) && i + 1 < value.length() && Character.isLowSurrogate(value.charAt(i + 1))) {
        text.append(c).append(value.charAt(++i));
      } else if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c == '\n') {
        text.append("\\n");
      } else if (c == '\t') {
        text.append("\\t");
      } else if (Printable.hidden(value, i)) {
        text.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) text.append(HEX.charAt(c >> shift & 15));
      } else {
        text.append(c);
      }
    }
    text.append('"');
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
