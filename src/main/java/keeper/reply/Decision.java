// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.reply;

import java.time.Instant;
import java.util.List;

/** What happens with a review. */
public sealed interface Decision {
  /** Why, for people. */
  String reason();

  /** The letters may leave now. */
  record Answer(List<Letter> letters, String reason) implements Decision {
    public Answer {
      letters = List.copyOf(letters);
    }
  }

  /** The letters are written and wait: for a time, or ({@code Instant.MAX}) for a person or another policy. */
  record Hold(List<Letter> letters, Instant until, String reason) implements Decision {
    public Hold {
      letters = List.copyOf(letters);
    }
  }

  /** Nothing to say, or nothing that may be said. */
  record Silence(String reason) implements Decision {}
}
