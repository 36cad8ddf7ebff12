// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.web;

import java.util.List;
import java.util.Map;
import keeper.check.Finding;
import keeper.store.Findings;

/** One finding over all versions of its patch. */
final class FindingPage implements Page {
  @Override
  public String path() {
    return "/finding";
  }

  @Override
  public Answer answer(Site site, Map<String, String> query) {
    String id = query.getOrDefault("id", "");
    List<Findings.Kept> history = id.isEmpty() ? List.of() : site.store().findings().history(id);
    if (history.isEmpty()) return Answer.missing("No finding " + id + ".");
    Findings.Kept latest = history.get(history.size() - 1);
    Html page = new Html().raw("<h1>").text(latest.raised().finding().message()).raw("</h1>");
    facts(page, latest);
    page.raw("<h2>Over the versions</h2><div class=\"wide\"><table><tr><th>Reviewed</th><th>Patch</th><th>Version</th><th></th></tr>");
    for (Findings.Kept kept : history) {
      page.raw("<tr><td class=\"faint\">").text(kept.reviewed().toString().substring(0, 10)).raw("</td><td>");
      page.link("mail", "id", kept.mail().id(), kept.title()).raw("</td><td>v").text(kept.version()).raw("</td><td>");
      page.word(kept.status().word(), kept.status() == Findings.Status.INTRODUCED).raw("</td></tr>");
    }
    return Answer.html(latest.raised().finding().check(), page.raw("</table></div>"));
  }

  static void facts(Html page, Findings.Kept kept) {
    Finding finding = kept.raised().finding();
    page.raw("<dl><dt>Where</dt><dd><code>").text(finding.at().path() + ":" + finding.at().line()).raw("</code> ");
    page.text(finding.function().isEmpty() ? "" : "in " + finding.function() + "()").raw("</dd>");
    page.raw("<dt>Check</dt><dd>").text(finding.check()).text(finding.rule().isEmpty() ? "" : ", rule " + finding.rule()).raw("</dd>");
    page.raw("<dt>Locks held</dt><dd>").text(finding.held().isEmpty() ? "none" : String.join(", ", finding.held())).raw("</dd>");
    page.raw("<dt>Sure</dt><dd>").text(finding.confidence().word());
    page.text(finding.assumption().isEmpty() ? "" : ", assuming " + finding.assumption()).raw("</dd>");
    if (!finding.evidence().isEmpty()) {
      page.raw("<dt>Evidence</dt><dd>");
      finding.evidence().forEach(witness -> page.raw("<code>").text(witness.at().path() + ":" + witness.at().line()).raw("</code> ").text(witness.text()).raw("<br>"));
      page.raw("</dd>");
    }
    kept.raised().repairedBy().ifPresent(part -> page.raw("<dt>But</dt><dd>it is repaired by patch ").text(part).raw(" of the series</dd>"));
    kept.verdict().ifPresent(verdict -> page.raw("<dt>People say</dt><dd>").word(verdict.word().word(), true).raw(" ")
        .text(verdict.reason() + " (" + verdict.who() + ", " + verdict.given().toString().substring(0, 10) + ")").raw("</dd>"));
    page.raw("<dt>Identity</dt><dd><code>").text(kept.raised().identity()).raw("</code></dd></dl>");
  }
}
