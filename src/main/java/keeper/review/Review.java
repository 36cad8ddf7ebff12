// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.review;

import java.util.SortedMap;
import java.util.TreeMap;
import keeper.series.Series;

/**
 * What is to be said of a series, part by part.
 *
 * @param series the series
 * @param parts by number, from 1
 */
public record Review(Series series, SortedMap<Integer, PatchReview> parts) {
  public Review {
    parts = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(parts));
  }
}
