// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.web;

import java.util.List;
import java.util.Map;
import keeper.check.Finding;
import keeper.store.Findings;

/** What patches brought in, newest first. */
final class FindingsPage implements Page {
  private static final int MOST = 300;

  @Override
  public String path() {
    return "/findings";
  }

  @Override
  public Answer answer(Site site, Map<String, String> query) {
    String list = query.getOrDefault("list", "");
    List<Findings.Kept> all = site.store().findings().introduced(list, MOST);
    Html page = new Html().raw("<h1>Findings").text(list.isEmpty() ? "" : " on " + list).raw("</h1>");
    if (all.isEmpty()) return Answer.html("Findings", page.raw("<p>None.</p>"));
    page.raw("<div class=\"wide\"><table><tr><th>Reviewed</th><th>Check</th><th>What</th><th>Patch</th></tr>");
    for (Findings.Kept kept : all) {
      Finding finding = kept.raised().finding();
      page.raw("<tr><td class=\"faint\">").text(kept.reviewed().toString().substring(0, 10)).raw("</td><td>").text(finding.check());
      page.raw("<br>").word(finding.confidence().word(), false);
      kept.verdict().ifPresent(verdict -> page.raw(" ").word(verdict.word().word(), true));
      page.raw("</td><td>").link("finding", "id", kept.raised().identity(), finding.message());
      page.raw("<br><code>").text(finding.at().path() + ":" + finding.at().line()).raw("</code> ").text(finding.function().isEmpty() ? "" : finding.function() + "()");
      page.raw("</td><td>").link("mail", "id", kept.mail().id(), kept.title()).raw("</td></tr>");
    }
    page.raw("</table></div>");
    if (all.size() == MOST) page.raw("<p class=\"faint\">Only the newest ").text(MOST).raw(".</p>");
    return Answer.html("Findings", page);
  }
}
