// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.outbox;

import java.time.Instant;
import keeper.reply.Letter;

/** Carries one letter. */
@FunctionalInterface
interface Post {
  /** Does not throw for what servers and networks do. */
  Delivery carry(Letter letter, Instant date);
}
