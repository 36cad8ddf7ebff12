// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.mail;

import java.util.List;

/**
 * A subject line, taken apart.
 *
 * @param reply it begins with {@code Re:} or one of its sisters
 * @param prefixes what stands in brackets, in order, without version and part: {@code PATCH}, {@code RFC}, {@code net-next}
 * @param version from 1; 1 when none is said
 * @param minor the {@code .1} of {@code v5.1}, else 0
 * @param part 1/1 when none is said
 * @param title what remains, white space collapsed
 * @param text the whole, decoded, unfolded
 */
public record Subject(boolean reply, List<String> prefixes, int version, int minor, Part part, String title, String text) {
  public Subject {
    prefixes = List.copyOf(prefixes);
  }
}
