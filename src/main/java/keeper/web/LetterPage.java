// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.web;

import java.util.Map;
import java.util.Optional;
import keeper.mail.MessageId;
import keeper.store.Letters;

/** One letter as it would be read. */
final class LetterPage implements Page {
  @Override
  public String path() {
    return "/letter";
  }

  @Override
  public Answer answer(Site site, Map<String, String> query) {
    String number = query.getOrDefault("n", "");
    boolean digits = !number.isEmpty() && number.length() < 10 && number.chars().allMatch(c -> c >= '0' && c <= '9');
    Optional<Letters.Outgoing> found = digits ? site.store().letters().letter(Long.parseLong(number)) : Optional.empty();
    if (found.isEmpty()) return Answer.missing("No letter " + number + ".");
    Letters.Outgoing letter = found.get();
    Html page = new Html().raw("<h1>").text(letter.letter().subject()).raw("</h1><dl>");
    page.raw("<dt>State</dt><dd>").word(letter.state().word(), false).raw(" ").text(letter.reason()).raw("</dd>");
    letter.until().ifPresent(until -> page.raw("<dt>Until</dt><dd>").text(until.toString()).raw("</dd>"));
    page.raw("<dt>To</dt><dd>").text(String.join(", ", letter.letter().to())).raw("</dd>");
    if (!letter.letter().cc().isEmpty()) page.raw("<dt>Cc</dt><dd>").text(String.join(", ", letter.letter().cc())).raw("</dd>");
    MessageId answered = letter.letter().inReplyTo();
    page.raw("<dt>Answers</dt><dd>").link("mail", "id", answered.id(), answered.id()).raw("</dd>");
    page.raw("<dt>Message-ID</dt><dd><code>").text(letter.letter().id().id()).raw("</code></dd></dl>");
    page.raw("<pre>").text(letter.letter().body()).raw("</pre>");
    return Answer.html(letter.letter().subject(), "/letters", page);
  }
}
