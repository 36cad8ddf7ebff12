// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.reply;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import keeper.check.Finding;
import keeper.lineage.Lint;
import keeper.mail.Mail;
import keeper.mail.MessageId;

/**
 * What has happened around a series, as far as it bears on an answer.
 *
 * @param list the list in whose archive it was seen
 * @param received when its first part reached us or the archive
 * @param thread answers to its mails, by whomever
 * @param closed identities of findings of which a person said that they are invalid, known or fixed
 * @param said what earlier versions were told, by the finding's identity
 * @param answered patch mails that have a letter of ours
 * @param superseded what replaced the series, when something did
 * @param muted mailboxes of people and lists that asked for silence, in lower case
 * @param since the commits that brought findings which were there before, by identity
 * @param maintainers mailboxes of the maintainers of the touched files, in lower case
 * @param tags the {@code Fixes:} tags of the patch mails, judged
 * @param gone what a letter said of the version before, and this one has no more
 */
public record Circumstances(
    String list,
    Instant received,
    List<Mail> thread,
    Set<String> closed,
    Map<String, Said> said,
    Set<MessageId> answered,
    Optional<String> superseded,
    Set<String> muted,
    Map<String, String> since,
    Set<String> maintainers,
    Map<MessageId, List<Lint.Checked>> tags,
    List<Finding> gone) {
  /**
   * An earlier version was told.
   *
   * @param letter ours, the first one
   * @param times how many letters spoke of it
   * @param answered whether a person answered
   */
  public record Said(MessageId letter, int times, boolean answered) {}

  public Circumstances {
    thread = List.copyOf(thread);
    closed = Set.copyOf(closed);
    said = Map.copyOf(said);
    answered = Set.copyOf(answered);
    muted = Set.copyOf(muted);
    since = Map.copyOf(since);
    maintainers = Set.copyOf(maintainers);
    tags = Map.copyOf(tags);
    gone = List.copyOf(gone);
  }

  /** Whose tags nobody judged. */
  public Circumstances(
      String list, Instant received, List<Mail> thread, Set<String> closed, Map<String, Said> said, Set<MessageId> answered, Optional<String> superseded,
      Set<String> muted, Map<String, String> since, Set<String> maintainers) {
    this(list, received, thread, closed, said, answered, superseded, muted, since, maintainers, Map.of(), List.of());
  }

  /** A series that nobody has answered yet. */
  public static Circumstances quiet(String list, Instant received) {
    return new Circumstances(list, received, List.of(), Set.of(), Map.of(), Set.of(), Optional.empty(), Set.of(), Map.of(), Set.of());
  }
}
