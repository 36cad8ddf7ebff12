// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.series;

import keeper.mail.Mail;
import keeper.patch.Patch;

/**
 * A mail that carries a patch.
 *
 * @param mail the mail
 * @param patch what it says
 */
public record PostedPatch(Mail mail, Patch patch) {}
