// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.mail;

/** The words of an HTML mail, for people who ask what was in it; nothing here is read as a patch. */
final class Html {
  private static final String[][] NAMED = {{"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"}, {"nbsp", " "}};

  private Html() {}

  /** Tags out, line-breaking tags as line ends, entities decoded. */
  static String text(String html) {
    StringBuilder text = new StringBuilder(html.length());
    int at = 0;
    while (at < html.length()) {
      char c = html.charAt(at);
      if (c == '<') {
        int close = html.indexOf('>', at);
        if (close < 0) break;
        String tag = html.substring(at + 1, Math.min(close, at + 12)).toLowerCase(java.util.Locale.ROOT);
        at = close + 1;
        if (tag.startsWith("style") || tag.startsWith("script")) {
          int over = html.indexOf(tag.startsWith("style") ? "</style" : "</script", at);
          at = over < 0 ? html.length() : over;
        } else if (tag.startsWith("br") || tag.startsWith("/p") || tag.startsWith("/div") || tag.startsWith("/tr") || tag.startsWith("/li")) {
          text.append('\n');
        }
      } else if (c == '&') {
        at = entity(html, at, text);
      } else {
        text.append(c);
        at++;
      }
    }
    return text.toString();
  }

  private static int entity(String html, int at, StringBuilder text) {
    int end = html.indexOf(';', at);
    if (end > at && end - at < 10) {
      String name = html.substring(at + 1, end);
      for (String[] pair : NAMED) {
        if (!pair[0].equals(name)) continue;
        text.append(pair[1]);
        return end + 1;
      }
      if (name.startsWith("#")) {
        try {
          int code = name.startsWith("#x") ? Integer.parseInt(name.substring(2), 16) : Integer.parseInt(name.substring(1));
          if (Character.isValidCodePoint(code) && code >= ' ') {
            text.appendCodePoint(code);
            return end + 1;
          }
        } catch (NumberFormatException e) {
          // as it stands
        }
      }
    }
    text.append('&');
    return at + 1;
  }
}
