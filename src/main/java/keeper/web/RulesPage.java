// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.web;

import java.util.List;
import java.util.Map;
import keeper.store.Findings;

/** How every check and rule has done: a rule earns its voice here. */
final class RulesPage implements Page {
  @Override
  public String path() {
    return "/rules";
  }

  @Override
  public Answer answer(Site site, Map<String, String> query) {
    List<Findings.Record> ledger = site.store().findings().ledger();
    Html page = new Html().raw("<h1>Rules</h1>");
    page.raw("<p>What each check and rule has found so far, and what came of it. <em>Fixed</em>: the next version had it no more, or a person said so.</p>");
    if (ledger.isEmpty()) return Answer.html("Rules", path(), page.raw("<p>Nothing has been found yet.</p>"));
    page.raw("<div class=\"wide\"><table><tr><th scope=\"col\">Check</th><th scope=\"col\">Rule</th><th scope=\"col\" class=\"number\">Fired</th>"
        + "<th scope=\"col\" class=\"number\">Fixed</th><th scope=\"col\" class=\"number\">Known</th><th scope=\"col\" class=\"number\">Invalid</th></tr>");
    for (Findings.Record one : ledger) {
      page.raw("<tr><td>").link("findings", "check", one.check(), one.check()).raw("</td><td>").text(one.rule()).raw("</td><td class=\"number\">").text(one.fired());
      page.raw("</td><td class=\"number\">").text(one.fixed()).raw("</td><td class=\"number\">").text(one.known()).raw("</td><td class=\"number\">");
      if (one.invalid() > 0) page.word("" + one.invalid(), true);
      else page.text(0);
      page.raw("</td></tr>");
    }
    page.raw("</table></div><p class=\"faint\"><code>lockkeeper rules explain NAME</code> prints the page of a check or rule with its example.</p>");
    return Answer.html("Rules", path(), page);
  }
}
