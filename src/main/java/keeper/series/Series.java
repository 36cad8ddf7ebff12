// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.series;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import keeper.mail.Mail;

/**
 * The mails of one posting of a series; a lone patch is a series of one.
 *
 * @param key the Message-ID of the cover letter, else of the first part known: the series' name
 * @param version from 1
 * @param total how many parts it says it has
 * @param cover the cover letter, where one came
 * @param parts by number, from 1
 */
public record Series(String key, int version, int total, Optional<Mail> cover, SortedMap<Integer, PostedPatch> parts) {
  public Series {
    parts = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(parts));
  }

  /** Whether every part has come. */
  public boolean isComplete() {
    return parts.size() == total;
  }
}
