// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.mail;

import jakarta.mail.internet.ParameterList;
import jakarta.mail.internet.ParseException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A Content-Type or Content-Disposition, read so that nothing in it can fail: {@code text}, {@code text/plain charset=y} and worse
 * are sent.
 *
 * @param primary {@code text}, lower case; of a disposition the whole word
 * @param sub {@code plain}, lower case; may be empty
 * @param parameters by lower-case name
 */
record MediaType(String primary, String sub, Map<String, String> parameters) {
  static MediaType parse(String header, String assumed) {
    String value = header.isBlank() ? assumed : header;
    int semicolon = value.indexOf(';');
    String type = (semicolon < 0 ? value : value.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
    int blank = type.indexOf(' ');
    if (blank > 0) type = type.substring(0, blank);
    int slash = type.indexOf('/');
    String primary = slash < 0 ? type : type.substring(0, slash);
    String sub = slash < 0 ? primary.equals("text") ? "plain" : "" : type.substring(slash + 1);
    return new MediaType(primary, sub, semicolon < 0 ? Map.of() : parameters(value.substring(semicolon)));
  }

  /** Empty when there is none of this name. */
  String parameter(String name) {
    return parameters.getOrDefault(name, "");
  }

  private static Map<String, String> parameters(String list) {
    if (list.indexOf('*') >= 0) { // RFC 2231: charsets and continuations are the library's
      try {
        Map<String, String> found = new HashMap<>();
        ParameterList parsed = new ParameterList(list);
        java.util.Enumeration<String> names = parsed.getNames();
        while (names.hasMoreElements()) {
          String name = names.nextElement();
          found.put(name.toLowerCase(Locale.ROOT), parsed.get(name));
        }
        return found;
      } catch (ParseException e) {
        // read below as it stands
      }
    }
    Map<String, String> found = new HashMap<>();
    int at = 0;
    while (at < list.length()) {
      int equals = list.indexOf('=', at);
      if (equals < 0) break;
      int start = equals;
      while (start > at && list.charAt(start - 1) != ';' && list.charAt(start - 1) > ' ') start--;
      String name = list.substring(start, equals).strip().toLowerCase(Locale.ROOT);
      int from = equals + 1;
      while (from < list.length() && list.charAt(from) <= ' ') from++;
      StringBuilder value = new StringBuilder();
      at = from < list.length() && list.charAt(from) == '"' ? quoted(list, from, value) : bare(list, from, value);
      found.putIfAbsent(name, value.toString());
    }
    return found;
  }

  private static int quoted(String list, int from, StringBuilder value) {
    int i = from + 1;
    while (i < list.length() && list.charAt(i) != '"') {
      if (list.charAt(i) == '\\' && i + 1 < list.length()) i++;
      value.append(list.charAt(i++));
    }
    return i + 1;
  }

  private static int bare(String list, int from, StringBuilder value) {
    int i = from;
    while (i < list.length() && list.charAt(i) != ';' && list.charAt(i) > ' ') value.append(list.charAt(i++));
    return i;
  }
}
