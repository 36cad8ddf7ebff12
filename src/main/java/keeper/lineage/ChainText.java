// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lineage;

import java.util.ArrayList;
import java.util.List;
import keeper.lineage.Source.InHistory;
import keeper.lineage.Source.Posted;
import keeper.text.Printable;

/** A chain as a tree of lines, for a terminal or a mail. */
public final class ChainText {
  private ChainText() {}

  public static String of(Chain chain) {
    StringBuilder text = new StringBuilder();
    for (Chain.Branch root : chain.roots()) branch(text, chain, root, "", "");
    if (!chain.mentioned().isEmpty()) {
      text.append("\nalso spoken of, without a tag, by:\n");
      for (FixLink link : chain.mentioned()) {
        text.append("  ").append(clean(link.fix().name())).append('\n');
        for (String line : facts(link.fix())) text.append("      ").append(clean(line)).append('\n');
      }
    }
    return text.append('\n').append(clean(chain.reach().line())).append('\n').toString();
  }

  /** @param lead of the change's own line @param below of what stands under it */
  private static void branch(StringBuilder text, Chain chain, Chain.Branch branch, String lead, String below) {
    Member member = branch.member();
    String verb = branch.link().map(link -> verb(link) + " ").orElse("");
    String mark = member.key().equals(chain.asked().key()) && chain.size() > 1 ? "   <-- asked" : "";
    text.append(lead).append(verb).append(clean(member.name())).append(mark).append('\n');
    String bar = below + (branch.fixes().isEmpty() ? "    " : "│   ");
    for (String line : facts(member)) text.append(bar).append(clean(line)).append('\n');
    for (String note : branch.notes()) text.append(bar).append(clean(note)).append('\n');
    if (branch.left() > 0) text.append(bar).append("and ").append(branch.left()).append(" more fixes of it, not shown\n");
    for (int i = 0; i < branch.fixes().size(); i++) {
      boolean last = i == branch.fixes().size() - 1;
      branch(text, chain, branch.fixes().get(i), below + (last ? "└── " : "├── "), below + (last ? "    " : "│   "));
    }
  }

  private static String verb(FixLink link) {
    String verb = switch (link.evidence().get(0).word()) {
      case "fixes" -> "fixed by";
      case "reverts" -> "reverted by";
      case "reapplies" -> "reapplied by";
      default -> "named by";
    };
    return link.sureness() == FixLink.Sureness.WEAK ? verb + " (doubtful)" : verb;
  }

  /** Who, when, where. */
  private static List<String> facts(Member member) {
    List<String> facts = new ArrayList<>();
    for (InHistory commit : member.commits()) {
      String id = member.commits().size() > 1 ? commit.id().brief() + " " : "";
      facts.add(id + Reach.day(commit.when()) + " " + commit.author() + ", in " + String.join(", ", commit.repositories()));
    }
    for (Posted posted : member.postings()) {
      String version = posted.version() > 1 ? "v" + posted.version() + " " : "";
      String who = member.commits().isEmpty() ? " by " + posted.author() : "";
      facts.add(version + "posted " + Reach.day(posted.when()) + who + " " + posted.id().bracketed());
    }
    if (member.commits().isEmpty()) {
      if (member.postings().isEmpty()) facts.add("known only as others name it");
      else if (member.id().isEmpty()) facts.add("no commit of it is known");
    }
    return facts;
  }

  /** Mails are strangers' text: what a terminal would obey, and what turns lines round, is shown as its number. */
  static String clean(String text) {
    return Printable.line(text);
  }
}
