// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.web;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import keeper.mail.MessageId;
import keeper.series.Posting;
import keeper.series.Reroll;
import keeper.series.Series;
import keeper.store.Findings;
import keeper.store.Letters;
import keeper.store.Reviews;
import keeper.store.Versions;

/** A series: its parts, and its versions. */
final class SeriesPage implements Page {
  private static final int MOST_VERSIONS = 100;

  @Override
  public String path() {
    return "/series";
  }

  @Override
  public Answer answer(Site site, Map<String, String> query) {
    String name = query.getOrDefault("id", "").strip();
    Optional<MessageId> id = MessageId.pasted(name);
    Optional<Posting> found = id.flatMap(site.store().versions()::of).or(() -> site.store().versions().posting(name));
    if (found.isEmpty()) return Answer.missing("No series " + name + ".");
    Posting posting = found.get();
    Html page = new Html().raw("<h1>").text(posting.title()).raw("</h1><dl><dt>From</dt><dd>").text(posting.sender()).raw("</dd>");
    page.raw("<dt>Version</dt><dd>v").text(posting.version()).text(posting.resend() ? ", sent again" : "").raw("</dd><dt>Parts</dt><dd>");
    page.text(posting.parts().size() + " of " + posting.total());
    if (!posting.isComplete()) page.text("; not here: " + posting.missing().stream().limit(30).map(String::valueOf).collect(java.util.stream.Collectors.joining(", ")));
    page.raw("</dd>");
    posting.changeId().ifPresent(change -> page.raw("<dt>Change-Id</dt><dd><code>").text(change).raw("</code></dd>"));
    page.raw("</dl>");
    versions(page, posting, site);
    parts(page, posting, site);
    since(page, posting, site);
    return Answer.html(posting.title(), page);
  }

  private static void versions(Html page, Posting posting, Site site) {
    List<Posting> line = line(posting, site);
    if (line.size() < 2) return;
    page.raw("<h2>Versions</h2><div class=\"wide\"><table class=\"stack\"><tr><th scope=\"col\">Version</th><th scope=\"col\">Posted</th><th scope=\"col\">Title</th>"
        + "<th scope=\"col\" class=\"number\">New findings</th></tr>");
    for (Posting one : line) {
      int findings = 0;
      for (MessageId part : one.parts().values()) findings += introduced(site, part).size();
      page.raw(one.key().equals(posting.key()) ? "<tr class=\"here\"><td>v" : "<tr><td>v").text(one.version()).raw("</td><td class=\"faint day\">");
      page.text(one.date().map(Html::day).orElse("")).raw("</td><td>").link("series", "id", one.key(), one.title());
      page.raw("</td><td class=\"number\">").text(findings).raw("</td></tr>");
    }
    page.raw("</table></div>");
  }

  /** What became of each part since the version before, with the difference of the two diffs. */
  private static void since(Html page, Posting posting, Site site) {
    Optional<Versions.Link> before = site.store().versions().previous(posting.key());
    if (before.isEmpty()) return;
    Optional<Series> older = site.store().versions().series(before.get().posting());
    Optional<Series> newer = site.store().versions().series(posting);
    if (older.isEmpty() || newer.isEmpty()) return;
    page.raw("<h2>Since v").text(older.get().version()).raw("</h2><p class=\"faint\">Known by: ").text(before.get().reason()).raw(".</p>");
    page.raw("<div class=\"wide\"><table class=\"stack\"><tr><th scope=\"col\">Part</th><th scope=\"col\">Then</th><th scope=\"col\">What became of it</th></tr>");
    for (Reroll.Pair pair : Reroll.of(older.get(), newer.get()).pairs()) {
      page.raw("<tr><td>").text(pair.to().map(String::valueOf).orElse("–")).raw("</td><td>").text(pair.from().map(String::valueOf).orElse("–")).raw("</td><td>");
      page.text(pair.fate().name().toLowerCase(java.util.Locale.ROOT));
      if (!pair.differences().isEmpty())
        page.raw(" <details><summary>").text(pair.changedLines() + " lines of its diff").raw("</summary><pre>").text(String.join("\n", pair.differences())).raw("</pre></details>");
      page.raw("</td></tr>");
    }
    page.raw("</table></div>");
  }

  private static List<Posting> line(Posting posting, Site site) {
    Versions versions = site.store().versions();
    Set<String> seen = new HashSet<>(Set.of(posting.key()));
    List<Posting> line = new ArrayList<>(List.of(posting));
    Optional<Versions.Link> before = versions.previous(posting.key());
    while (before.isPresent() && seen.add(before.get().posting().key()) && line.size() < MOST_VERSIONS) {
      line.add(before.get().posting());
      before = versions.previous(before.get().posting().key());
    }
    Collections.reverse(line);
    List<Versions.Link> next = versions.next(posting.key());
    while (!next.isEmpty() && seen.add(next.get(next.size() - 1).posting().key()) && line.size() < MOST_VERSIONS) {
      line.add(next.get(next.size() - 1).posting());
      next = versions.next(line.get(line.size() - 1).key());
    }
    return line;
  }

  private static void parts(Html page, Posting posting, Site site) {
    page.raw("<h2>Parts</h2><div class=\"wide\"><table class=\"stack\"><tr><th scope=\"col\" class=\"number\">Part</th><th scope=\"col\">Patch</th><th scope=\"col\">Decision</th>"
        + "<th scope=\"col\">Findings</th></tr>");
    posting.cover().ifPresent(cover -> page.raw("<tr><td class=\"number\">0</td><td>").link("mail", "id", cover.id(), "cover letter").raw("</td><td></td><td></td></tr>"));
    posting.parts().forEach((number, part) -> {
      Optional<Reviews.Why> why = site.store().reviews().why(part);
      page.raw("<tr><td class=\"number\">").text(number).raw("</td><td>").link("mail", "id", part.id(), why.map(Reviews.Why::subject).orElse(part.id())).raw("</td><td>");
      why.ifPresent(one -> page.word(one.word(), one.word().equals("failed")).raw(" <span class=\"faint\">").text(one.reason()).raw("</span>"));
      for (Letters.Outgoing letter : why.map(Reviews.Why::letters).orElse(List.of()))
        page.raw("<br>").link("letter", "n", "" + letter.number(), "letter " + letter.number()).raw(" ").word(letter.state().word(), false);
      page.raw("</td><td>");
      for (Findings.Kept kept : introduced(site, part)) page.link("finding", "id", kept.raised().identity(), kept.raised().finding().message()).raw("<br>");
      page.raw("</td></tr>");
    });
    page.raw("</table></div>");
  }

  private static List<Findings.Kept> introduced(Site site, MessageId part) {
    return site.store().findings().of(part).stream().filter(kept -> kept.status() == Findings.Status.INTRODUCED).toList();
  }
}
