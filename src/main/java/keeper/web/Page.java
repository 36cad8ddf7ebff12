// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.web;

import java.util.Map;

/** One page: where it is, and what it says. Reads only. */
interface Page {
  /** Its path, {@code /finding}. */
  String path();

  /**
   * What it says.
   *
   * @param query decoded, first value of each key
   */
  Answer answer(Site site, Map<String, String> query);

  /**
   * An answer.
   *
   * @param status HTTP's
   * @param type of the content
   * @param content the whole
   */
  record Answer(int status, String type, String content) {
    static Answer html(String title, Html body) {
      return html(title, "", body);
    }

    /** @param place the path of the menu's entry that this page belongs to */
    static Answer html(String title, String place, Html body) {
      return new Answer(200, "text/html; charset=utf-8", Frame.around(title, place, body));
    }

    static Answer missing(String what) {
      return wrong(404, "Not here", what);
    }

    static Answer wrong(int status, String title, String what) {
      Html body = new Html().raw("<h1>").text(title).raw("</h1><p>").text(what).raw("</p>");
      return new Answer(status, "text/html; charset=utf-8", Frame.around(title, "", body));
    }
  }
}
