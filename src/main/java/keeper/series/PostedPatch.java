// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.series;

import keeper.mail.InBody;
import keeper.mail.Mail;
import keeper.patch.Patch;

/**
 * A mail that carries a patch.
 *
 * @param mail the mail
 * @param patch what it says
 */
public record PostedPatch(Mail mail, Patch patch) {
  /**
   * Reads the patch in a mail's body: in-body headers and what stands above scissors are no part of its log. Never throws; a mail
   * without a diff gives an empty patch whose log is the text.
   */
  public static PostedPatch of(Mail mail) {
    InBody head = InBody.of(mail.body(), mail.subject().announcesPatch());
    return new PostedPatch(mail, Patch.parse(mail.body(), mail.subject().title(), mail.id().id(), head.start()));
  }
}
