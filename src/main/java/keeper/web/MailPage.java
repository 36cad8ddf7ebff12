// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import keeper.check.Finding;
import keeper.mail.Mail;
import keeper.mail.MessageId;
import keeper.patch.FileDiff;
import keeper.patch.Hunk;
import keeper.patch.HunkLine;
import keeper.series.PostedPatch;
import keeper.store.Findings;
import keeper.store.Letters;
import keeper.store.Reviews;

/** One patch mail: what became of it, and its diff with the findings under their lines. */
final class MailPage implements Page {
  private static final int MOST_LINES = 20_000;

  @Override
  public String path() {
    return "/mail";
  }

  @Override
  public Answer answer(Site site, Map<String, String> query) {
    String name = query.getOrDefault("id", "").strip();
    Optional<MessageId> id = MessageId.pasted(name).or(() -> MessageId.valid(name) ? Optional.of(new MessageId(name)) : Optional.empty());
    Optional<Reviews.Why> why = id.flatMap(one -> site.store().reviews().why(one));
    if (why.isEmpty()) return Answer.missing("No mail " + name + " is known here.");
    Optional<Mail> mail = site.store().mails().mail(id.get());
    Html page = new Html().raw("<h1>").text(why.get().subject()).raw("</h1>");
    head(page, why.get(), mail, site);
    mail.ifPresent(one -> diff(page, PostedPatch.of(one), why.get().findings()));
    return Answer.html(why.get().subject(), "", page);
  }

  private static void head(Html page, Reviews.Why why, Optional<Mail> mail, Site site) {
    page.raw("<dl>");
    mail.ifPresent(one -> {
      page.raw("<dt>From</dt><dd>").text(one.author().toString()).raw("</dd>");
      one.date().ifPresent(date -> page.raw("<dt>Date</dt><dd>").text(date.toString()).raw("</dd>"));
    });
    page.raw("<dt>Message-ID</dt><dd><code>").text(why.id().id()).raw("</code></dd>");
    page.raw("<dt>Lists</dt><dd>").text(String.join(", ", site.store().mails().lists(why.id()))).raw("</dd>");
    site.store().versions().of(why.id()).ifPresent(posting -> page.raw("<dt>Series</dt><dd>").link("series", "id", posting.key(), "v" + posting.version() + ", " + posting.title()).raw("</dd>"));
    page.raw("<dt>Decision</dt><dd>").word(why.word(), why.word().equals("failed")).raw(" ").text(why.reason()).raw("</dd>");
    why.review().ifPresent(review -> {
      page.raw("<dt>Review</dt><dd>").text(review.status() + (review.reason().isEmpty() ? "" : ": " + review.reason())).raw("</dd>");
      page.raw("<dt>Judged against</dt><dd>").text(review.baseKind().equals("hunks") ? "the hunks alone" : review.baseTree() + " (" + review.baseKind() + ")");
      if (!review.baseCommit().isEmpty()) page.raw(" <code>").text(review.baseCommit()).raw("</code>");
      page.raw("</dd>");
      if (!review.attempts().isEmpty()) {
        page.raw("<dt>Tried</dt><dd>");
        for (String attempt : review.attempts()) page.text(attempt).raw("<br>");
        page.raw("</dd>");
      }
    });
    for (Letters.Outgoing letter : why.letters()) {
      page.raw("<dt>Letter</dt><dd>").link("letter", "n", "" + letter.number(), "letter " + letter.number()).raw(" ").word(letter.state().word(), false);
      page.raw(" ").text(letter.reason()).raw("</dd>");
    }
    page.raw("</dl>");
    others(page, why, site);
  }

  /** The other patches of the thread. */
  private static void others(Html page, Reviews.Why why, Site site) {
    List<Mail> others = new ArrayList<>();
    for (Mail mail : site.store().mails().thread(why.id())) if (!mail.subject().reply() && !mail.id().equals(why.id())) others.add(mail);
    if (others.isEmpty()) return;
    page.raw("<h2>In the same thread</h2><ul>");
    for (Mail mail : others) page.raw("<li>").link("mail", "id", mail.id().id(), mail.subject().text()).raw("</li>");
    page.raw("</ul>");
  }

  private static void diff(Html page, PostedPatch posted, List<Findings.Kept> findings) {
    List<Findings.Kept> left = new ArrayList<>();
    for (Findings.Kept kept : findings) if (kept.status() != Findings.Status.RESOLVED) left.add(kept);
    Html diff = new Html();
    int lines = 0;
    for (FileDiff file : posted.patch().files()) {
      diff.raw("<section class=\"diff\"><h3>").text(file.path()).raw("</h3><div class=\"scroll\"><ol>");
      for (Hunk hunk : file.hunks()) {
        diff.raw("<li class=\"hunk\"><b></b>").text(hunk.header()).raw("</li>");
        int next = hunk.postImage().start();
        for (HunkLine line : hunk.lines()) {
          if (lines++ > MOST_LINES) break;
          line(diff, line, next);
          if (line.inPostImage()) notes(diff, left, file.path(), next++);
        }
      }
      diff.raw("</ol></div></section>");
    }
    if (!left.isEmpty()) {
      page.raw("<h2>Outside of the lines shown</h2>");
      for (Findings.Kept kept : left) note(page.raw("<div class=\"note\">"), kept).raw("</div>");
    }
    page.raw("<h2>Patch</h2>").raw(diff.toString());
  }

  private static void line(Html diff, HunkLine line, int number) {
    String style = switch (line.kind()) {
      case ADDED -> "<li class=\"add\">";
      case REMOVED -> "<li class=\"del\">";
      case CONTEXT -> "<li>";
    };
    diff.raw(style).raw("<b>").text(line.inPostImage() ? "" + number : "").raw("</b><span>").text(line.raw()).raw("</span></li>\n");
  }

  /** Those of this line; they leave the list. */
  private static void notes(Html diff, List<Findings.Kept> left, String path, int number) {
    for (int i = 0; i < left.size(); ) {
      Finding finding = left.get(i).raised().finding();
      if (!finding.at().path().equals(path) || finding.at().line() != number) {
        i++;
        continue;
      }
      boolean old = left.get(i).status() == Findings.Status.STANDING;
      diff.raw(old ? "<li class=\"note old\">" : "<li class=\"note\">");
      note(diff, left.remove(i)).raw("</li>\n");
    }
  }

  private static Html note(Html page, Findings.Kept kept) {
    Finding finding = kept.raised().finding();
    page.raw("<p>").link("finding", "id", kept.raised().identity(), finding.message()).raw(" ");
    page.word(finding.check(), kept.status() != Findings.Status.STANDING).raw(" ").word(kept.status() == Findings.Status.STANDING ? "was there before" : finding.confidence().word(), false).raw("</p>");
    page.raw("<p class=\"faint\">").text(finding.held().isEmpty() ? "No lock is held here." : "Held here: " + String.join(", ", finding.held()) + ".");
    if (!finding.assumption().isEmpty()) page.text(" Assuming " + finding.assumption() + ".");
    page.raw("</p>");
    if (finding.evidence().isEmpty() || kept.status() == Findings.Status.STANDING) return page; // the finding's own page has it
    page.raw("<ul>");
    finding.evidence().forEach(witness -> page.raw("<li>").text(witness.text() + " (" + witness.at().path() + ":" + witness.at().line() + ")").raw("</li>"));
    return page.raw("</ul>");
  }
}
