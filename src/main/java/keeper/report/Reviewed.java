// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.report;

import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import keeper.mail.Mail;
import keeper.patch.CommitMessage;
import keeper.patch.Patch;
import keeper.review.Base;
import keeper.review.PatchReview;
import keeper.review.Status;

/**
 * One input and what became of it: what every reporter prints. It names the mail, it does not hold it.
 *
 * @param input the file, folder entry, id or revision as it was given
 * @param messageId without brackets; empty when the input is no mail
 * @param subject decoded, with its tags; for a commit its title; may be empty
 * @param author {@code Name <mailbox>}; may be empty
 * @param date ISO 8601 with the author's offset; empty when unknown
 * @param version of the series, from 1
 * @param part of the series, from 1
 * @param total parts of the series, from 1
 * @param review what is to be said
 * @param fixes the patch's {@code Fixes:} lines with a verdict each, in order
 */
public record Reviewed(
    String input,
    String messageId,
    String subject,
    String author,
    String date,
    int version,
    int part,
    int total,
    PatchReview review,
    List<FixesLine> fixes) {
  /**
   * A {@code Fixes:} line and what we think of it.
   *
   * @param id the commit as written
   * @param title the quoted title
   * @param verdict {@code OK}, or the name of what is wrong
   */
  public record FixesLine(String id, String title, String verdict) {}

  public Reviewed {
    fixes = List.copyOf(fixes);
  }

  /** A mail that was read. */
  public static Reviewed of(String input, Mail mail, PatchReview review, List<FixesLine> fixes) {
    return new Reviewed(
        input,
        mail.id().id(),
        mail.subject().text(),
        mail.author().toString(),
        mail.date().map(Reviewed::iso).orElse(""),
        Math.max(1, mail.subject().version()),
        mail.subject().part().index(),
        mail.subject().part().total(),
        review,
        fixes);
  }

  /** A diff without a mail around it: a bare {@code git diff}, a commit. */
  public static Reviewed of(String input, String author, String date, PatchReview review, List<FixesLine> fixes) {
    return new Reviewed(input, "", review.patch().message().title(), author, date, 1, 1, 1, review, fixes);
  }

  /** An input that could not be judged. */
  public static Reviewed not(String input, Status status, String reason) {
    Patch nothing = new Patch(new CommitMessage("", "", List.of()), "", List.of(), List.of());
    PatchReview review =
        new PatchReview(nothing, status, reason, new Base.HunksOnly(List.of()), List.of(), List.of(), List.of());
    return new Reviewed(input, "", "", "", "", 1, 1, 1, review, List.of());
  }

  private static String iso(OffsetDateTime date) {
    return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(date);
  }
}
