// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.web;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import keeper.lineage.Chain;
import keeper.lineage.FixLink;
import keeper.patch.CommitId;

/** Which commit fixed which: the tree around one of them. */
final class ChainPage implements Page {
  @Override
  public String path() {
    return "/chain";
  }

  @Override
  public Answer answer(Site site, Map<String, String> query) {
    String asked = query.getOrDefault("q", "").strip();
    Html page = new Html().raw("<h1>Fixes</h1><form action=\"/chain\"><input name=\"q\" value=\"").text(asked);
    page.raw("\" placeholder=\"commit, title or Message-ID\" aria-label=\"commit, title or Message-ID\"><button>Show</button></form>");
    if (asked.isEmpty()) return Answer.html("Fixes", path(), page.raw("<p>A fix of a fix of a fix: type a commit to see its chain.</p>"));
    Optional<Chain> chain = site.chain().apply(asked);
    if (chain.isEmpty()) return Answer.html("Fixes", path(), page.raw("<p>Nothing is known of ").text(asked).raw(".</p>"));
    String drawing = "/chain.svg?q=" + Html.encode(asked);
    page.raw("<div class=\"wide\"><a href=\"").text(drawing).raw("\"><img src=\"").text(drawing).raw("\" alt=\"The chain below, drawn over time\"></a></div>");
    branches(page, chain.get().roots(), chain.get());
    if (!chain.get().mentioned().isEmpty()) {
      page.raw("<h2>Also spoken of by</h2><ul>");
      for (FixLink link : chain.get().mentioned()) page.raw("<li>").text(link.fix().name()).raw("</li>");
      page.raw("</ul>");
    }
    page.raw("<p class=\"faint\">").text(chain.get().reach().line()).raw("</p>");
    return Answer.html("Fixes", path(), page);
  }

  private static void branches(Html page, List<Chain.Branch> branches, Chain chain) {
    if (branches.isEmpty()) return;
    page.raw("<ul class=\"chain\">");
    for (Chain.Branch branch : branches) {
      boolean asked = branch.member().equals(chain.asked());
      page.raw(asked ? "<li><span class=\"asked\">" : "<li><span>");
      Optional<CommitId> id = branch.member().id();
      if (id.isPresent()) page.link("chain", "q", id.get().hex(), branch.member().name());
      else page.text(branch.member().name());
      page.raw("</span>");
      branch.member().when().ifPresent(when -> page.raw(" <span class=\"faint\">").text(when.toString().substring(0, 10)).raw("</span>"));
      for (String note : branch.notes()) page.raw("<br><span class=\"faint\">").text(note).raw("</span>");
      branches(page, branch.fixes(), chain);
      if (branch.left() > 0) page.raw("<span class=\"faint\">and ").text(branch.left()).raw(" more</span>");
      page.raw("</li>");
    }
    page.raw("</ul>");
  }
}
