// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.web;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import keeper.check.Finding;
import keeper.store.Findings;
import keeper.store.Followed;
import keeper.store.Letters;

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
    Optional<Followed> followed = Followed.of(site.store(), latest.raised().identity());
    followed.ifPresent(one -> page.raw("<p>").word(one.words(), one.fate().isOpen()).raw("</p>"));
    facts(page, latest);
    if (followed.isPresent() && !followed.get().steps().isEmpty()) versions(page, followed.get());
    page.raw("<h2>Raised by</h2><div class=\"wide\"><table><tr><th scope=\"col\">Reviewed</th><th scope=\"col\">Patch</th><th scope=\"col\">Version</th><th scope=\"col\">As</th></tr>");
    for (Findings.Kept kept : history) {
      page.raw("<tr><td class=\"faint\">").text(Html.day(kept.reviewed())).raw("</td><td>");
      page.link("mail", "id", kept.mail().id(), kept.title()).raw("</td><td>v").text(kept.version()).raw("</td><td>");
      page.word(kept.status().word(), kept.status() == Findings.Status.INTRODUCED).raw("</td></tr>");
    }
    return Answer.html(latest.raised().finding().check(), "/findings", page.raw("</table></div>"));
  }

  private static void versions(Html page, Followed followed) {
    page.raw("<h2>Over the versions</h2><ol class=\"time\">");
    for (Followed.Step step : followed.steps()) {
      String word = switch (step.seen()) {
        case THERE -> "there";
        case GONE -> "gone";
        case UNKNOWN -> "not reviewed";
      };
      page.raw("<li class=\"").raw(step.seen() == Followed.Seen.THERE ? "there" : step.seen() == Followed.Seen.GONE ? "gone" : "dark").raw("\"><strong>v").text(step.posting().version());
      page.raw("</strong> <span class=\"faint\">").text(step.posting().date().map(Html::day).orElse("")).raw("</span> ").word(word, step.seen() == Followed.Seen.THERE).raw(" ");
      page.link("mail", "id", step.mail().id(), step.posting().title());
      for (Letters.Outgoing letter : step.letters())
        page.raw("<br>").link("letter", "n", "" + letter.number(), "letter " + letter.number()).raw(" ").word(letter.state().word(), false);
      page.raw("</li>");
    }
    page.raw("</ol>");
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
      page.raw("<dt>Evidence</dt><dd class=\"evidence\">");
      finding.evidence().forEach(witness -> page.raw("<code>").text(witness.at().path() + ":" + witness.at().line()).raw("</code> ").text(witness.text()).raw("<br>"));
      page.raw("</dd>");
    }
    kept.raised().repairedBy().ifPresent(part -> page.raw("<dt>But</dt><dd>it is repaired by patch ").text(part).raw(" of the series</dd>"));
    kept.verdict().ifPresent(verdict -> page.raw("<dt>People say</dt><dd>").word(verdict.word().word(), true).raw(" ")
        .text(verdict.reason() + " (" + verdict.who() + ", " + verdict.given().toString().substring(0, 10) + ")").raw("</dd>"));
    page.raw("<dt>Identity</dt><dd><code>").text(kept.raised().identity()).raw("</code></dd></dl>");
  }
}
