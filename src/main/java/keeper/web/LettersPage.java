// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.web;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import keeper.store.Letters;

/** The outbox, newest first. */
final class LettersPage implements Page {
  private static final int MOST = 300;

  @Override
  public String path() {
    return "/letters";
  }

  @Override
  public Answer answer(Site site, Map<String, String> query) {
    List<Letters.Outgoing> all = new ArrayList<>(site.store().letters().list());
    Collections.reverse(all);
    Html page = new Html().raw("<h1>Outbox</h1>");
    if (all.isEmpty()) return Answer.html("Outbox", path(), page.raw("<p>None yet.</p>"));
    page.raw("<div class=\"wide\"><table class=\"stack\"><tr><th class=\"number\">Number</th><th>Written</th><th>State</th><th>Subject</th><th>Why</th></tr>");
    for (Letters.Outgoing letter : all.subList(0, Math.min(MOST, all.size()))) {
      page.raw("<tr><td class=\"number\">").text(letter.number()).raw("</td><td class=\"faint day\">").text(letter.written().toString().substring(0, 10));
      page.raw("</td><td>").word(letter.state().word(), letter.state() == Letters.State.FAILED || letter.state() == Letters.State.SENDING);
      page.raw("</td><td>").link("letter", "n", "" + letter.number(), letter.letter().subject()).raw("</td><td class=\"faint\">").text(letter.reason()).raw("</td></tr>");
    }
    return Answer.html("Outbox", path(), page.raw("</table></div>"));
  }
}
