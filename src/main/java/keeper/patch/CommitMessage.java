// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.patch;

import java.util.List;

/**
 * The log that a patch would leave in history.
 *
 * @param title the first line, without the brackets of a mail's subject
 * @param body all that follows, up to the {@code ---} line, without the title
 * @param trailers from the last paragraphs of the body, in order
 */
public record CommitMessage(String title, String body, List<Trailer> trailers) {
  public CommitMessage {
    trailers = List.copyOf(trailers);
  }
}
