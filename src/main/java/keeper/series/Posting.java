// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.series;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import keeper.mail.MessageId;

/**
 * One sending of a series, by the names of its mails.
 *
 * @param key the series' name: see {@link Series}
 * @param version from 1
 * @param total how many parts it says it has
 * @param resend whether its brackets say RESEND
 * @param sender who sent it, lower case
 * @param title of the cover letter, else of the lowest part known
 * @param changeId b4's, where stated
 * @param date of the first mail known
 * @param cover the cover letter, where it has come
 * @param parts by number, from 1
 */
public record Posting(String key, int version, int total, boolean resend, String sender, String title, Optional<String> changeId,
    Optional<Instant> date, Optional<MessageId> cover, SortedMap<Integer, MessageId> parts) {
  public Posting {
    parts = Collections.unmodifiableSortedMap(new TreeMap<>(parts));
  }

  /** Whether every part has come; the cover letter is not waited for. */
  public boolean isComplete() {
    return parts.size() == total;
  }

  /** The numbers that have not come, ascending. */
  public List<Integer> missing() {
    List<Integer> missing = new java.util.ArrayList<>();
    for (int number = 1; number <= total && missing.size() < 1_000; number++) if (!parts.containsKey(number)) missing.add(number);
    return missing;
  }
}
