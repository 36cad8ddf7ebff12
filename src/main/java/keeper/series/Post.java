// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.series;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import keeper.mail.Mail;
import keeper.mail.MessageId;
import keeper.mail.Part;
import keeper.mail.Subject;
import keeper.patch.StatedBase;

/**
 * What of a mail decides which series it belongs to: small, so that months of them can be held.
 *
 * @param id its Message-ID
 * @param kind what it is
 * @param version from 1
 * @param minor the {@code .1} of {@code v5.1}, else 0
 * @param part which part it says it is; 1/1 when it says nothing
 * @param numbered whether it says so: {@code [PATCH 1/1]} has a cover letter, {@code [PATCH]} has none
 * @param resend a bracket says RESEND or REPOST
 * @param sender the mailbox of the header's From, lower case
 * @param prefixes the other brackets
 * @param title of the subject
 * @param changeId b4's, where stated
 * @param date as its author's clock had it
 * @param parents In-Reply-To first, then References from the last to the first, without repeats
 */
public record Post(MessageId id, Kind kind, int version, int minor, Part part, boolean numbered, boolean resend, String sender, List<String> prefixes,
    String title, Optional<String> changeId, Optional<Instant> date, List<MessageId> parents) {
  private static final int MAX_PARENTS = 50;

  public Post {
    prefixes = List.copyOf(prefixes);
    parents = List.copyOf(parents);
  }

  /** Takes it from a mail that has been read and judged. */
  public static Post of(PostedPatch posted, Kind kind) {
    Mail mail = posted.mail();
    Subject subject = mail.subject();
    boolean resend = false;
    for (String prefix : subject.prefixes()) resend |= isResend(prefix);
    Optional<String> changeId = kind == Kind.COVER || kind == Kind.PATCH ? StatedBase.of(mail.body()).changeId() : Optional.empty();
    return new Post(mail.id(), kind, subject.version(), subject.minor(), subject.part(), numbered(subject), resend, sender(mail), subject.prefixes(), subject.title(),
        changeId, mail.date().map(java.time.OffsetDateTime::toInstant), parents(mail));
  }

  private static boolean isResend(String prefix) {
    String upper = prefix.toUpperCase(Locale.ROOT);
    return upper.startsWith("RESEND") || upper.startsWith("REPOST") || upper.startsWith("RERESEND") || upper.endsWith("-RESEND");
  }

  /** Behind a list that writes its own address into From ({@code Ann via LIST}), the one it keeps in Reply-To: else all who write there were one. */
  private static String sender(Mail mail) {
    String mailbox = mail.from().mailbox();
    if (mail.from().name().contains(" via ") && !mail.from().name().contains(" via B4 Relay")) {
      String other = mail.header("x-original-from").or(() -> mail.header("reply-to")).map(text -> keeper.mail.Address.parse(text).mailbox()).orElse("");
      if (other.indexOf('@') > 0) mailbox = other;
    }
    return mailbox.toLowerCase(Locale.ROOT);
  }

  private static List<MessageId> parents(Mail mail) {
    List<MessageId> parents = new ArrayList<>();
    mail.inReplyTo().ifPresent(parents::add);
    List<MessageId> references = mail.references();
    for (int i = references.size() - 1; i >= 0 && parents.size() < MAX_PARENTS; i--)
      if (!parents.contains(references.get(i)) && !references.get(i).equals(mail.id())) parents.add(references.get(i));
    parents.remove(mail.id());
    return parents;
  }

  private static boolean numbered(Subject subject) {
    if (subject.part().isCover() || subject.part().total() > 1) return true;
    int end = subject.text().lastIndexOf(subject.title());
    return subject.text().substring(0, Math.max(0, end)).contains("1/1");
  }
}
