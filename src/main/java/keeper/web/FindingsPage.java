// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.web;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import keeper.check.Finding;
import keeper.store.Findings;
import keeper.store.Followed;

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
    String check = query.getOrDefault("check", "");
    List<Findings.Kept> all = site.store().findings().introduced(list, MOST);
    String of = (list.isEmpty() ? "" : " on " + list) + (check.isEmpty() ? "" : ", " + check);
    Html page = new Html().raw("<h1>Findings").text(of).raw("</h1>");
    Set<String> seen = new HashSet<>();
    Html rows = new Html();
    for (Findings.Kept kept : all)
      if ((check.isEmpty() || check.equals(kept.raised().finding().check())) && seen.add(kept.raised().identity())) row(rows, kept, site);
    if (seen.isEmpty()) return Answer.html("Findings", path(), page.raw("<p>None.</p>"));
    page.raw("<div class=\"wide\"><table class=\"stack\"><tr><th scope=\"col\">Reviewed</th><th scope=\"col\">What</th><th scope=\"col\">Patch</th><th scope=\"col\">Now</th></tr>");
    page.raw(rows.toString()).raw("</table></div>");
    if (all.size() == MOST) page.raw("<p class=\"faint\">Only the newest ").text(MOST).raw(".</p>");
    return Answer.html("Findings", path(), page);
  }

  private static void row(Html page, Findings.Kept kept, Site site) {
    Finding finding = kept.raised().finding();
    page.raw("<tr><td class=\"faint day\">").text(Html.day(kept.reviewed())).raw("</td><td>").link("finding", "id", kept.raised().identity(), finding.message());
    page.raw("<br><code>").text(finding.at().path() + ":" + finding.at().line()).raw("</code> ").text(finding.function().isEmpty() ? "" : finding.function() + "()");
    page.raw("<br>").word(finding.check(), false).raw(" ").word(finding.confidence().word(), false);
    page.raw("</td><td>").link("mail", "id", kept.mail().id(), kept.title()).raw("</td><td>");
    if (kept.verdict().isPresent()) page.word(kept.verdict().get().word().word(), false);
    else if (kept.raised().repairedBy().isPresent()) page.word("repaired by part " + kept.raised().repairedBy().get(), false);
    else Followed.of(site.store(), kept.raised().identity()).ifPresent(one -> page.word(one.words(), one.fate().isOpen()));
    page.raw("</td></tr>");
  }
}
