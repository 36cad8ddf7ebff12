// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.mail;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import keeper.text.Place;
import keeper.text.Problem;

/** From an archive's bytes to a {@link Mail}. */
final class MailReader {
  /** The largest mail in 337,000 of seven kernel lists has 3.3 MB. */
  static final int MAX_MAIL = 32 * 1024 * 1024;

  /** Ends the id of a mail that had none; RFC 2606 keeps the domain free. */
  static final String GENERATED = "@no-message-id.invalid";

  private static final int MAX_REFERENCES = 500;
  private static final int MAX_SUBJECT = 4_000;
  private static final int MAX_KEPT_HEADER = 4_000;

  /** What the floors above ask for; the first of each is kept. */
  private static final Set<String> KEPT = Set.of(
      "archived-at", "authentication-results", "auto-submitted", "content-type", "delivered-to", "list-id", "list-post", "mail-followup-to",
      "precedence", "received", "reply-to", "return-path", "sender", "x-mailer", "user-agent", "x-mailing-list", "x-original-from",
      "x-original-to", "x-patchwork-hint", "x-patchwork-action-required", "x-patchwork-id", "x-review-bot", "x-stable", "x-stable-base",
      "x-autoreply", "x-autorespond", "x-failed-recipients", "x-spam-flag", "x-kernel-test-branch", "x-kernel-test-version",
      "x-kernelci-lab", "x-b4-relay", "x-endpoint-received", "x-github-sender");

  private final byte[] raw;
  private final int limit;
  private final List<String> problems = new ArrayList<>();

  private MailReader(byte[] raw) {
    this.raw = raw;
    this.limit = Math.min(raw.length, MAX_MAIL);
  }

  static Mail read(byte[] raw) {
    return new MailReader(raw).mail();
  }

  private Mail mail() {
    if (raw.length > MAX_MAIL) problems.add("larger than " + MAX_MAIL + " bytes: the rest is not read");
    Headers headers = Headers.read(raw, Mbox.afterFromLine(raw, 0, limit), limit);
    if (headers.size() == 0) problems.add("no header: not a mail");

    List<MessageId> ids = ids(headers);
    String body = MimeText.of(raw, headers, limit, problems);
    body = Pgp.unwrapped(body);

    Subject own = subject(headers);
    InBody inBody = InBody.of(body, own.announcesPatch());
    Subject subject = inBody.title().isEmpty() ? own : own.withTitle(shortened(inBody.title().get()));
    Address from = from(headers);
    // A reply that begins with a pasted From: is not somebody else's mail.
    Address author = subject.reply() ? from : inBody.author().orElse(from);
    Optional<OffsetDateTime> date = MailDate.parse(headers.first("Date"));
    if (date.isEmpty()) problems.add("Date: is missing or none");

    List<MessageId> references = references(headers);
    Optional<MessageId> parent = MessageId.parse(headers.first("In-Reply-To"));
    if (parent.isEmpty() && !references.isEmpty()) parent = Optional.of(references.get(references.size() - 1));

    MessageId id = ids.get(0);
    List<Address> to = addresses(headers, "To");
    List<Address> cc = addresses(headers, "Cc");
    if (headers.cut()) problems.add("header lines that are none, or too many or too long, were left out");
    List<Problem> found = new ArrayList<>();
    for (String problem : problems) found.add(new Problem(new Place(id.id(), 1, 0), problem));
    return new Mail(id, ids.subList(1, ids.size()), subject, from, author, date, to, cc, parent, references, kept(headers), body, found);
  }

  /** The first that no archive made, then the others; never empty. */
  private List<MessageId> ids(Headers headers) {
    List<MessageId> ids = new ArrayList<>();
    for (String value : headers.all("Message-ID"))
      for (MessageId id : MessageId.all(value, 5)) if (!ids.contains(id)) ids.add(id);
    for (int i = 0; i < ids.size(); i++) {
      if (ids.get(i).id().endsWith("@z")) continue;
      ids.add(0, ids.remove(i));
      break;
    }
    if (!ids.isEmpty()) return ids;
    problems.add("no Message-ID: named by its content");
    return List.of(new MessageId(digest() + GENERATED));
  }

  private String digest() {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(raw, 0, limit);
      StringBuilder hex = new StringBuilder(24);
      byte[] sum = sha.digest();
      for (int i = 0; i < 12; i++) {
        hex.append(Character.forDigit(sum[i] >> 4 & 15, 16)).append(Character.forDigit(sum[i] & 15, 16));
      }
      return hex.toString();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private Subject subject(Headers headers) {
    String text = headers.first("Subject");
    if (text.length() > MAX_SUBJECT) problems.add("the subject has more than " + MAX_SUBJECT + " characters: cut");
    return Subject.parse(EncodedWords.decode(shortened(text)));
  }

  private static String shortened(String title) {
    return title.length() > MAX_SUBJECT ? title.substring(0, MAX_SUBJECT) : title;
  }

  private Address from(Headers headers) {
    Address from = Address.parse(headers.first("From"));
    if (from.mailbox().indexOf('@') < 0) problems.add("From: has no address");
    return from;
  }

  private static List<Address> addresses(Headers headers, String name) {
    List<Address> found = new ArrayList<>();
    for (String value : headers.all(name)) {
      for (Address address : Address.list(value)) if (found.size() < Address.LIMIT && !address.mailbox().isEmpty()) found.add(address);
    }
    return found;
  }

  private static List<MessageId> references(Headers headers) {
    String value = headers.first("References");
    return value.isEmpty() ? List.of() : MessageId.all(value, MAX_REFERENCES);
  }

  private static Map<String, String> kept(Headers headers) {
    Map<String, String> kept = new HashMap<>();
    for (int i = 0; i < headers.size(); i++) {
      String name = headers.name(i);
      if (!KEPT.contains(name) || kept.containsKey(name)) continue;
      String value = headers.value(i);
      String shown = EncodedWords.decode(value.length() > MAX_KEPT_HEADER ? value.substring(0, MAX_KEPT_HEADER) : value);
      kept.putIfAbsent(name, Subject.collapsed(shown)); // an encoded word may hold a line break
    }
    return kept;
  }

  /** UTF-8, for tests and tools that hold a mail as text. */
  static Mail read(String text) {
    return read(text.getBytes(StandardCharsets.UTF_8));
  }
}
