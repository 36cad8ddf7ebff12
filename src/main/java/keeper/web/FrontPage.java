// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.web;

import java.util.Map;
import keeper.store.Letters;
import keeper.store.Mails;

/** The lists, the letters that wait, and what the last rounds did. */
final class FrontPage implements Page {
  @Override
  public String path() {
    return "/";
  }

  @Override
  public Answer answer(Site site, Map<String, String> query) {
    Html page = new Html().raw("<h1>Lists</h1>");
    site.store().mutes().braked().ifPresent(reason ->
        page.raw("<p class=\"brake\">The brake is on, nothing is sent: ").text(reason).raw("</p>"));
    page.raw("<div class=\"wide\"><table><tr><th>List</th><th class=\"number\">Mails</th><th class=\"number\">Open findings</th><th class=\"number\">Unreadable</th></tr>");
    for (String list : site.lists()) {
      Mails.Counts counts = site.store().mails().counts(list);
      page.raw("<tr><td>").link("findings", "list", list, list).raw("</td><td class=\"number\">").text(counts.kept());
      page.raw("</td><td class=\"number\">").text(site.store().findings().open(list, 1000).size());
      page.raw("</td><td class=\"number\">").text(counts.unreadable()).raw("</td></tr>");
    }
    page.raw("</table></div><h2>Outbox</h2><p>");
    boolean any = false;
    for (Letters.State state : Letters.State.values()) {
      int number = site.store().letters().list(state).size();
      if (number == 0) continue;
      page.word(number + " " + state.word(), state == Letters.State.FAILED || state == Letters.State.SENDING).raw(" ");
      any = true;
    }
    page.raw(any ? "<a href=\"/letters\">all letters</a></p>" : "none yet</p>");
    if (!site.rounds().get().isEmpty()) {
      page.raw("<h2>Last rounds</h2>");
      for (String round : site.rounds().get()) page.raw("<pre>").text(round).raw("</pre>");
    }
    return Answer.html("Lists", path(), page);
  }
}
