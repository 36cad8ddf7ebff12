// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.reply;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import keeper.mail.Mail;

/** What a person tells us in an answer: a line of its own, outside of quotes, that begins with our word at the first column. */
public sealed interface Feedback {
  /** Which of several findings is meant, from 1; 0 when it was not said. */
  int number();

  /** As people type it. */
  default String word() {
    return getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  /** The finding is wrong. */
  record Invalid(int number, String why) implements Feedback {}

  /** It is right, and not for now. */
  record Known(int number, String why) implements Feedback {}

  /** It is repaired, as named. */
  record Fixed(int number, String by) implements Feedback {}

  /** It is the same as another report. */
  record Duplicate(int number, String of) implements Feedback {
    @Override
    public String word() {
      return "dup";
    }
  }

  /** No more mail: to the author who says so, or to the list whose maintainer says so. */
  record Mute(int number) implements Feedback {}

  record Unmute(int number) implements Feedback {}

  /** Review anew; the result is shown on the web. */
  record Again(int number) implements Feedback {}

  record Help(int number) implements Feedback {}

  /** Our word, and then none that we know. */
  record Unknown(int number, String word) implements Feedback {}

  /** Commands in one mail; a person writes one or two. */
  int MOST = 10;

  /**
   * The commands of a mail, in order. Quoted ones, indented ones, and those below the signature are none.
   *
   * @param name our word, without {@code #}
   */
  static List<Feedback> read(String name, Mail mail) {
    List<Feedback> all = new ArrayList<>();
    String start = "#" + name;
    for (String line : mail.body().split("\n", -1)) {
      if (line.equals("-- ") || line.equals("--") || all.size() == MOST) break;
      if (!line.startsWith(start) || line.length() == start.length()) continue;
      char next = line.charAt(start.length());
      if (next == ' ' || next == '\t') one(line.substring(start.length()).strip()).ifPresent(all::add);
    }
    return all;
  }

  /** {@code word}, {@code word 2}, {@code word: why}, {@code word 2: why}, {@code word why}. */
  private static java.util.Optional<Feedback> one(String text) {
    int end = 0;
    while (end < text.length() && text.charAt(end) >= 'a' && text.charAt(end) <= 'z') end++;
    if (end == 0 || end < text.length() && " \t:".indexOf(text.charAt(end)) < 0) return java.util.Optional.empty();
    String word = text.substring(0, end);
    String rest = text.substring(end).strip();
    int digits = 0;
    while (digits < rest.length() && digits < 4 && rest.charAt(digits) >= '0' && rest.charAt(digits) <= '9') digits++;
    boolean numbered = digits > 0 && (digits == rest.length() || rest.charAt(digits) == ':');
    int number = numbered ? Integer.parseInt(rest.substring(0, digits)) : 0;
    String after = (numbered ? rest.substring(digits) : rest).strip();
    String why = Words.brief(after.startsWith(":") ? after.substring(1) : after, 300);
    return java.util.Optional.of(switch (word) {
      case "invalid" -> new Invalid(number, why);
      case "known" -> new Known(number, why);
      case "fixed" -> new Fixed(number, why);
      case "dup" -> new Duplicate(number, why);
      case "mute" -> new Mute(number);
      case "unmute" -> new Unmute(number);
      case "again" -> new Again(number);
      case "help" -> new Help(number);
      default -> new Unknown(number, word);
    });
  }

  /**
   * Why a mail must have no effect, whatever it says: it is ours, or made by a program. So two programs never talk to each other.
   *
   * @return empty when a person may have written it
   */
  static java.util.Optional<String> automatic(Mail mail, Signer signer, List<String> bots) {
    String from = Mailbox.withoutPlus(Mailbox.key(mail.from().mailbox()));
    if (from.equals(Mailbox.withoutPlus(Mailbox.key(signer.mailbox()))) || from.equals(Mailbox.withoutPlus(Mailbox.key(signer.feedback()))))
      return java.util.Optional.of("it is ours");
    if (mail.id().id().toLowerCase(Locale.ROOT).endsWith("@" + signer.domain().toLowerCase(Locale.ROOT))) return java.util.Optional.of("it is ours");
    String submitted = mail.header("auto-submitted").orElse("no").strip();
    if (!submitted.equalsIgnoreCase("no")) return java.util.Optional.of("a program wrote it (Auto-Submitted)");
    if (mail.header("return-path").map(path -> path.strip().equals("<>")).orElse(false)) return java.util.Optional.of("it is a bounce");
    if (mail.header("x-review-bot").isPresent()) return java.util.Optional.of("a program wrote it (X-Review-Bot)");
    for (String bot : bots) if (Mailbox.matches(bot, mail.from().mailbox())) return java.util.Optional.of("it comes from a bot");
    return java.util.Optional.empty();
  }

  /**
   * Whether the sender is who he says he is: a receiver that we trust has checked the signature of his domain.
   *
   * @param receivers names that trusted receivers give themselves in Authentication-Results
   */
  static boolean authentic(Mail mail, List<String> receivers) {
    String results = mail.header("authentication-results").orElse("");
    int end = results.indexOf(';');
    if (end < 0) return false;
    String receiver = results.substring(0, end).strip().split("\\s")[0];
    if (receivers.stream().noneMatch(receiver::equalsIgnoreCase)) return false;
    String mailbox = Mailbox.key(mail.from().mailbox());
    String domain = mailbox.substring(mailbox.lastIndexOf('@') + 1);
    for (String result : results.substring(end + 1).toLowerCase(Locale.ROOT).split(";")) {
      if (!result.strip().startsWith("dkim=pass")) continue;
      int at = result.indexOf("header.d=");
      if (at < 0) continue;
      String signed = result.substring(at + "header.d=".length()).split("[\\s;]")[0];
      if (!signed.isEmpty() && signed.indexOf('.') > 0 && (domain.equals(signed) || domain.endsWith("." + signed))) return true;
    }
    return false;
  }

  /** Whether the mail is meant for us: our address among its recipients. */
  static boolean addressed(Mail mail, Signer signer) {
    for (List<keeper.mail.Address> some : List.of(mail.to(), mail.cc()))
      for (keeper.mail.Address address : some) {
        String key = Mailbox.withoutPlus(Mailbox.key(address.mailbox()));
        if (key.equals(Mailbox.key(signer.mailbox())) || key.equals(Mailbox.key(signer.feedback()))) return true;
      }
    return false;
  }
}
