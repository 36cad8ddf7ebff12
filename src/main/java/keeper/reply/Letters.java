// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.reply;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import keeper.check.Finding;
import keeper.mail.Address;
import keeper.mail.Mail;
import keeper.mail.MessageId;
import keeper.patch.Patch;
import keeper.review.Base;
import keeper.review.PatchReview;
import keeper.review.Raised;
import keeper.series.PostedPatch;

/** Writes letters. The same mail, base and rules give the same bytes. */
public final class Letters {
  /** The kind of a letter that speaks of findings. */
  public static final String REVIEW = "review";

  private static final int REFERENCES = 40;
  private static final int SUBJECT = 500;
  private static final int GONE = 4;

  private Letters() {}

  /**
   * A letter, and whether it may go.
   *
   * @param letter as written
   * @param refusal why the gate does not let it pass; empty when it may
   */
  public record Draft(Letter letter, Optional<String> refusal) {}

  /** Who gets a letter: mailboxes with names, as {@link Recipients} chose them. */
  public record Envelope(List<String> to, List<String> cc, List<String> replyTo) {
    public Envelope {
      to = List.copyOf(to);
      cc = List.copyOf(cc);
      replyTo = List.copyOf(replyTo);
    }
  }

  /**
   * The letter about one patch.
   *
   * @param posted the patch mail
   * @param part its number in the series, for the Message-ID
   * @param findings which of the introduced findings it speaks of; not empty
   */
  public static Draft review(
      PostedPatch posted, int part, PatchReview review, List<Raised> findings, Envelope envelope, Signer signer, Background background) {
    List<Raised> fresh = new ArrayList<>();
    List<Raised> again = new ArrayList<>();
    for (Raised raised : findings) (background.said().containsKey(raised.identity()) ? again : fresh).add(raised);
    Remarks.All remarks = Remarks.of(review, fresh, background);
    MessageId id = id(REVIEW, posted.mail().id(), part, signer.domain());
    String tail = stillThere(again, background) + gone(background) + (fresh.isEmpty() ? "" : TagRemark.of(background.tags()) + tags(id, signer)) + signature(review, posted.mail(), signer);
    String head = opening(remarks, again, posted.mail());
    String body = head + Quote.of(posted.mail().body(), review.patch(), remarks.text(), false) + tail;
    Optional<String> refusal = Gate.refusal(body, review.patch(), remarks.text());
    if (refusal.isPresent()) {
      body = head + Quote.of(posted.mail().body(), review.patch(), remarks.text(), true) + tail;
      refusal = Gate.refusal(body, review.patch(), remarks.text());
    }
    if (posted.mail().hasGeneratedId() || !answerable(posted.mail().id())) refusal = Optional.of("the mail has no Message-ID that an answer can name");
    if (remarks.text().isEmpty() && again.isEmpty()) refusal = Optional.of("no line of the patch can carry a remark");
    List<String> identities = new ArrayList<>(remarks.identities());
    for (Raised raised : again) identities.add(raised.identity());
    return new Draft(letter(id, posted.mail(), envelope, signer, review.base(), body, identities), refusal);
  }

  /** The last letter of a series, when more patches have findings than may be mailed: it says where they are shown. */
  static Letter withMore(Letter letter, int patches, Signer signer) {
    int signature = letter.body().lastIndexOf("\n-- \n");
    if (signer.web().isEmpty() || signature < 0) return letter;
    String line = (patches == 1 ? "One more patch of this series has findings:\n" : patches + " more patches of this series have findings:\n")
        + signer.web() + "/series?id=" + url(letter.inReplyTo().id()) + "\n";
    return new Letter(letter.id(), letter.inReplyTo(), letter.references(), letter.from(), letter.replyTo(), letter.to(), letter.cc(), letter.subject(), letter.headers(),
        letter.body().substring(0, signature) + "\n" + line + letter.body().substring(signature), letter.findings());
  }

  /** The letter that says that all is well, for lists that asked for it. */
  public static Letter clean(PostedPatch posted, int part, PatchReview review, Envelope envelope, Signer signer) {
    MessageId id = id(REVIEW, posted.mail().id(), part, signer.domain());
    String body = "Automatic lock review: no new finding.\n\n" + signature(review, posted.mail(), signer);
    return letter(id, posted.mail(), envelope, signer, review.base(), body, List.of());
  }

  /** The private answer to somebody who asked for help. */
  public static Letter help(Mail mail, String mailbox, Signer signer) {
    return toOne("help", "", mail, mailbox, signer);
  }

  /** The private word to somebody whose commands could not be done. @param refused one line each: the command, and why */
  public static Letter refused(Mail mail, String mailbox, List<String> refused, Signer signer) {
    StringBuilder text = new StringBuilder("This could not be done:\n\n");
    for (String one : refused) for (String line : Words.wrap(one, "  ", "    ")) text.append(line).append('\n');
    return toOne("error", text.append("\nNobody else gets this mail, and there is no other one today.\n\n").toString(), mail, mailbox, signer);
  }

  private static Letter toOne(String kind, String first, Mail mail, String mailbox, Signer signer) {
    String word = "#" + signer.name();
    String body = first + """
        These lines, at the left margin of an answer to a letter of mine, do
        something. A number says which finding is meant.

          %1$s invalid: why       the finding is wrong
          %1$s invalid 2: why     the second one is
          %1$s known: why         right, but not now
          %1$s fixed: commit      repaired
          %1$s dup: message-id    the same as another report
          %1$s mute               no more letters to me
          %1$s unmute             letters again
          %1$s again              review the patch again

        --\s
        %2$s %3$s
        """.formatted(word, signer.name(), signer.version());
    return new Letter(id(kind, mail.id(), 1, signer.domain()), mail.id(), references(mail), signer.from(), List.of(), List.of(mailbox), List.of(),
        subject(mail.subject().text()), List.of("Auto-Submitted: auto-replied"), body, List.of());
  }

  /** Our Message-ID: computed from what is answered, so that it is known before anything is sent. */
  public static MessageId id(String kind, MessageId answered, int part, String domain) {
    return new MessageId("r." + digest(kind + "\n" + answered.id()) + ".p" + part + "@" + domain);
  }

  private static Letter letter(
      MessageId id, Mail mail, Envelope envelope, Signer signer, Base base, String body, List<String> identities) {
    List<String> headers = List.of(
        "Auto-Submitted: auto-generated",
        "X-Review-Bot: " + signer.name() + " " + signer.version() + "; rules " + signer.rules() + "; base " + Words.brief(base(base), 80));
    return new Letter(id, mail.id(), references(mail), signer.from(), envelope.replyTo(), envelope.to(), envelope.cc(),
        subject(mail.subject().text()), headers, body, identities);
  }

  /** Decoded, one {@code Re:} in front, nothing else changed but what no header may hold. */
  static String subject(String text) {
    String line = Words.brief(text, SUBJECT);
    return line.regionMatches(true, 0, "Re:", 0, 3) ? line : "Re: " + line;
  }

  /** The parent's References, else its In-Reply-To, then the parent. Of a very long thread the root and the newest stay. */
  private static List<MessageId> references(Mail mail) {
    List<MessageId> all = new ArrayList<>();
    for (MessageId id : mail.references()) if (answerable(id) && !all.contains(id) && !id.equals(mail.id())) all.add(id);
    if (all.isEmpty()) mail.inReplyTo().filter(parent -> answerable(parent) && !parent.equals(mail.id())).ifPresent(all::add);
    while (all.size() >= REFERENCES) all.remove(1);
    all.add(mail.id());
    return all;
  }

  /** ASCII, and short enough for a header line. */
  private static boolean answerable(MessageId id) {
    return id.id().length() <= 900 && id.id().chars().allMatch(c -> c < 127);
  }

  private static String opening(Remarks.All remarks, List<Raised> again, Mail mail) {
    StringBuilder text = new StringBuilder("Automatic lock review: ");
    int places = remarks.identities().size();
    if (places > 0) {
      text.append(remarks.questions()).append(remarks.questions() == 1 ? " new finding" : " new findings");
      if (places > remarks.questions()) text.append(", at ").append(places).append(" places");
    }
    if (!again.isEmpty()) {
      text.append(places > 0 ? "; " : "").append(again.size());
      text.append(again.size() == 1 ? " finding of an earlier version is still there" : " findings of an earlier version are still there");
    }
    String opening = String.join("\n", Words.wrap(text.append('.').toString())) + "\n";
    if (places == 0) return opening;
    text.setLength(0);
    text.append(opening).append('\n');
    mail.date().ifPresent(date -> text.append("On ").append(date(date)).append(", "));
    return text.append(name(mail)).append(" wrote:\n").toString();
  }

  private static String name(Mail mail) {
    Address from = Recipients.sender(mail);
    String name = Words.brief(from.name(), 60);
    if (name.isEmpty()) name = Words.brief(from.mailbox(), 60);
    if (name.isEmpty()) return "the author";
    // A name cannot begin a quote, a tag or a command.
    return Words.misread(name.substring(0, name.indexOf(' ') < 0 ? name.length() : name.indexOf(' '))) ? "\"" + name + "\"" : name;
  }

  /** One line each: the remark was made once, and is not made again. */
  private static String stillThere(List<Raised> again, Background background) {
    if (again.isEmpty()) return "";
    StringBuilder text = new StringBuilder("\n");
    for (Raised raised : again) {
      for (String line : Words.wrap("Still as in the earlier version, " + Words.what(raised.finding()) + " in " + raised.finding().function() + "():"))
        text.append(line).append('\n');
      text.append("https://lore.kernel.org/r/").append(url(background.said().get(raised.identity()).id())).append('\n');
    }
    return text.append('\n').toString();
  }

  /** One line, where there is a letter anyway. */
  private static String gone(Background background) {
    if (background.gone().isEmpty()) return "";
    List<String> what = new ArrayList<>();
    for (Finding finding : background.gone()) what.add(Words.what(finding) + " in " + finding.function() + "()");
    String line = "Gone since the earlier version: " + String.join(", ", what.subList(0, Math.min(GONE, what.size()))) + (what.size() > GONE ? " and " + (what.size() - GONE) + " more." : ".");
    return String.join("\n", Words.wrap(line)) + "\n\n";
  }

  /** Behind a bar, so that no tool puts them on the patch itself. */
  private static String tags(MessageId id, Signer signer) {
    return """
        If a separate commit repairs this (not a new version of this patch),
        these tags would tell where it was reported:
        | Reported-by: %s <%s>
        | Closes: https://lore.kernel.org/r/%s

        """.formatted(signer.name(), signer.mailbox(), id.id());
  }

  private static String signature(PatchReview review, Mail mail, Signer signer) {
    boolean hunks = review.base() instanceof Base.HunksOnly;
    String tree = hunks ? "" : " --tree " + Words.brief(base(review.base()), 80);
    return "-- \n"
        + signer.name() + " " + signer.version() + ", rules " + signer.rules() + "\n"
        + "To reproduce: " + signer.name() + " review" + tree + " " + mail.id().id() + "\n"
        + "To close a finding, answer with a line \"#" + signer.name() + " invalid: why\".\n"
        + (signer.web().isEmpty() ? "" : signer.web() + "/mail?id=" + url(mail.id().id()) + "\n");
  }

  /** The tree by the name that other people can know: a commit where there is one. */
  private static String base(Base base) {
    if (!(base instanceof Base.Found found)) return "none";
    String name = found.tree().name();
    name = name.substring(name.lastIndexOf('/') + 1);
    if (found.commit().isEmpty()) return name;
    int at = name.indexOf('@');
    return (at < 0 ? name : name.substring(0, at)) + "@" + found.commit().substring(0, Math.min(12, found.commit().length()));
  }

  private static final String[] DAYS = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  private static final String[] MONTHS = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

  /** As RFC 5322 writes a date. */
  static String date(OffsetDateTime date) {
    int offset = date.getOffset().getTotalSeconds() / 60;
    return DAYS[date.getDayOfWeek().getValue() - 1] + ", " + date.getDayOfMonth() + " " + MONTHS[date.getMonthValue() - 1] + " "
        + date.getYear() + " " + two(date.getHour()) + ":" + two(date.getMinute()) + ":" + two(date.getSecond()) + " "
        + (offset < 0 ? "-" : "+") + two(Math.abs(offset) / 60) + two(Math.abs(offset) % 60);
  }

  private static String two(int number) {
    return number < 10 ? "0" + number : "" + number;
  }

  /** A Message-ID as part of an archive's URL. */
  static String url(String id) {
    StringBuilder url = new StringBuilder();
    for (byte b : id.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "-._~@+=$!*,".indexOf(c) >= 0;
      if (plain) url.append(c);
      else url.append('%').append("0123456789ABCDEF".charAt(c >> 4)).append("0123456789ABCDEF".charAt(c & 15));
    }
    return url.toString();
  }

  private static String digest(String text) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      StringBuilder hex = new StringBuilder();
      for (int i = 0; i < 6; i++) hex.append(Character.forDigit(hash[i] >> 4 & 15, 16)).append(Character.forDigit(hash[i] & 15, 16));
      return hex.toString();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has SHA-256
    }
  }

  /** The remarks of a letter as its readers' tools will find them. */
  public static List<Gate.Remark> readBack(Letter letter, Patch patch) {
    return Gate.read(letter.body(), patch);
  }

  /** The whole mail as text with {@code \n}, headers included, as {@code --format mail} prints it. */
  public static String mail(Letter letter, java.time.Instant date) {
    return MailText.of(letter, date, MailText.Encoding.EIGHT_BIT);
  }
}
