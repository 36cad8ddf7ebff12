// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.web;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import keeper.text.Printable;

/** A page being written. What a mail contains gets in through {@link #text} alone, and is never markup. */
final class Html {
  private final StringBuilder out = new StringBuilder();

  /** Markup of our own: a literal, never put together from what somebody else wrote. */
  Html raw(String markup) {
    out.append(markup);
    return this;
  }

  /** Text of anybody. */
  Html text(String text) {
    out.append(escape(text));
    return this;
  }

  Html text(long number) {
    out.append(number);
    return this;
  }

  /** A link to a page of ours. */
  Html link(String page, String key, String value, String text) {
    raw("<a href=\"").text("/" + page + "?" + key + "=" + encode(value)).raw("\">").text(text.isBlank() ? "(no subject)" : text);
    return raw("</a>");
  }

  /** A short word in a frame. */
  Html word(String word, boolean loud) {
    return raw(loud ? "<span class=\"word loud\">" : "<span class=\"word\">").text(word).raw("</span>");
  }

  /** Characters with a meaning in HTML, and those that a browser must not see: control characters and bidirectional overrides. */
  static String escape(String text) {
    StringBuilder safe = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if      (c == '&')  safe.append("&amp;");
      else if (c == '<')  safe.append("&lt;");
      else if (c == '>')  safe.append("&gt;");
      else if (c == '"')  safe.append("&quot;");
      else if (c == '\'') safe.append("&#39;");
      else if (c != '\n' && Printable.hidden(text, i)) safe.append("&lt;U+").append(Printable.hex(c)).append("&gt;");
      else safe.append(c);
    }
    return safe.toString();
  }

  /** {@code 2026-03-04} of a moment, UTC. */
  static String day(java.time.Instant moment) {
    return moment.toString().substring(0, 10);
  }

  static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
