// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.mail;

import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import keeper.text.Problem;

/**
 * One mail, as its author meant it: decoded, unfolded, in UTF-16, line ends as {@code \n}.
 *
 * @param id the first Message-ID that does not end in {@code @z}
 * @param aliases every other Message-ID header
 * @param subject taken apart
 * @param from the header's sender
 * @param author the in-body {@code From:} where there is one, else {@code from}
 * @param date as the author's clock had it; empty when unreadable
 * @param to decoded
 * @param cc decoded
 * @param inReplyTo the parent, from In-Reply-To, else the last of References
 * @param references oldest first
 * @param headers every other header that the floors above ask for, by lower-case name, first occurrence
 * @param body the text part, decoded
 * @param problems what could not be read as it stands
 */
public record Mail(
    MessageId id,
    List<MessageId> aliases,
    Subject subject,
    Address from,
    Address author,
    Optional<OffsetDateTime> date,
    List<Address> to,
    List<Address> cc,
    Optional<MessageId> inReplyTo,
    List<MessageId> references,
    Map<String, String> headers,
    String body,
    List<Problem> problems) {
  public Mail {
    aliases = List.copyOf(aliases);
    to = List.copyOf(to);
    cc = List.copyOf(cc);
    references = List.copyOf(references);
    headers = Map.copyOf(headers);
    problems = List.copyOf(problems);
  }

  /**
   * Reads one mail as it lies in an archive: raw bytes, with or without an mbox {@code From } line before it, line ends as they
   * are. Never throws: what cannot be read is in {@link #problems()}. A mail without a Message-ID gets one made of its content.
   */
  public static Mail read(byte[] raw) {
    return MailReader.read(raw);
  }

  /** The first header of this name among those kept, or nothing. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(java.util.Locale.ROOT)));
  }

  /** Whether the id was made by {@link #read}, since the mail had none. */
  public boolean hasGeneratedId() {
    return id.id().endsWith(MailReader.GENERATED);
  }
}
