// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.reply;

import java.util.List;
import keeper.mail.MessageId;

/**
 * A mail of ours, complete but for its date.
 *
 * @param id ours, computed from what it answers
 * @param inReplyTo the patch mail
 * @param references oldest first, ends with {@code inReplyTo}
 * @param from our address with its display name
 * @param replyTo where answers go
 * @param to mailboxes
 * @param cc mailboxes
 * @param subject decoded
 * @param headers the others ({@code Auto-Submitted}, {@code X-Review-Bot}), in order, {@code Name: value}
 * @param body text with {@code \n}, ends with one
 * @param findings the identities it speaks of, in order
 */
public record Letter(
    MessageId id,
    MessageId inReplyTo,
    List<MessageId> references,
    String from,
    List<String> replyTo,
    List<String> to,
    List<String> cc,
    String subject,
    List<String> headers,
    String body,
    List<String> findings) {
  public Letter {
    references = List.copyOf(references);
    replyTo = List.copyOf(replyTo);
    to = List.copyOf(to);
    cc = List.copyOf(cc);
    headers = List.copyOf(headers);
    findings = List.copyOf(findings);
  }
}
