// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.series;

import java.util.Locale;
import keeper.mail.Mail;
import keeper.mail.Subject;
import keeper.patch.Patch;

/** What a mail is on a patch list. */
public enum Kind {
  /** It carries a diff and is no answer. */
  PATCH,
  /** Part 0 of a series. */
  COVER,
  /** An answer, also one that quotes a patch or suggests one. */
  REPLY,
  /** Anything else: pull requests, reports, notices, bounces. */
  OTHER;

  /**
   * A kind and why.
   *
   * @param kind the kind
   * @param reason one clause for people: "an answer: Re:"
   */
  public record Told(Kind kind, String reason) {}

  /** Judges a mail whose patch has been read. */
  public static Told of(PostedPatch posted) {
    Mail mail = posted.mail();
    Subject subject = mail.subject();
    Patch patch = posted.patch();
    String automatic = automatic(mail);
    if (!automatic.isEmpty()) return new Told(OTHER, automatic);
    if (subject.reply()) return new Told(REPLY, "an answer: the subject begins with a reply mark");
    boolean announced = subject.announcesPatch();
    boolean pull = isPull(subject);
    boolean diff = hasDiff(patch);
    if (subject.part().isCover() && (announced || pull)) return new Told(COVER, "part " + subject.part() + " of a series");
    if (pull && !diff) return new Told(OTHER, "a pull request");
    if (diff && (announced || pull)) return new Told(PATCH, "a diff, and the subject says patch");
    boolean answers = mail.inReplyTo().isPresent() && quotes(mail.body());
    if (answers && !announced) return new Told(REPLY, "an answer: it quotes the mail that it names as its parent");
    if (diff) return new Told(PATCH, "a diff, though the subject has no [PATCH]");
    if (!patch.problems().isEmpty() && !announced) return new Told(OTHER, "a merge's or an unreadable diff: " + patch.problems().get(0).message());
    if (answers) return new Told(REPLY, "an answer: it quotes the mail that it names as its parent");
    return announced ? new Told(OTHER, "the subject says patch, and there is no diff") : new Told(OTHER, "no diff");
  }

  /** A file read, or a damaged one recognised; a merge's combined diff alone is none. */
  private static boolean hasDiff(Patch patch) {
    if (!patch.files().isEmpty()) return true;
    for (var problem : patch.problems()) if (!problem.message().startsWith("a combined diff")) return true;
    return false;
  }

  /** A series posted as patches stays one, whatever else its brackets ask for. */
  static boolean isPull(Subject subject) {
    if (subject.announcesPatch()) return false;
    for (String prefix : subject.prefixes()) if (prefix.equalsIgnoreCase("PULL") || prefix.equalsIgnoreCase("GIT")) return true;
    return subject.title().regionMatches(true, 0, "git pull", 0, 8);
  }

  private static String automatic(Mail mail) {
    String submitted = mail.header("auto-submitted").orElse("").toLowerCase(Locale.ROOT);
    if (submitted.startsWith("auto-replied")) return "an automatic answer (Auto-Submitted)";
    if (mail.header("x-autoreply").isPresent() || mail.header("x-autorespond").isPresent()) return "an automatic answer (X-Autoreply)";
    if (mail.header("content-type").orElse("").toLowerCase(Locale.ROOT).startsWith("multipart/report")) return "a delivery report";
    if (mail.header("x-failed-recipients").isPresent()) return "a delivery report";
    String title = mail.subject().text().toLowerCase(Locale.ROOT);
    if (title.startsWith("automatic reply:") || title.startsWith("auto reply") || title.startsWith("out of office") || title.startsWith("undeliverable:"))
      return "an automatic answer";
    return "";
  }

  /** Some line is quoted. */
  private static boolean quotes(String body) {
    return body.startsWith("> ") || body.contains("\n> ") || body.contains("\n>\n");
  }
}
