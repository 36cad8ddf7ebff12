// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import keeper.mail.Arrival;
import keeper.mail.Mail;
import keeper.mail.Mbox;
import keeper.text.ContentId;

/**
 * What a search on a public-inbox server finds, as an archive of one epoch: so {@code dfn:drivers/vfio/*} of all lists is followed
 * without cloning one. The place to go on from is the day on which the server was asked last, by its own clock, with two days of
 * overlap, since indexing lags behind.
 */
final class Search {
  private static final int PACKED_LIMIT = 256 << 20;
  private static final long UNPACKED_LIMIT = 2L << 30;
  private static final int EPOCH = 0;
  private static final int OVERLAP_DAYS = 2;
  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyyMMdd");

  private final Lore lore;
  private final String query;

  private Search(Lore lore, String query) {
    this.lore = lore;
    this.query = query;
  }

  /** {@code https://host/list/?q=QUERY}, as a browser shows it. */
  static boolean isMeant(String location) {
    return (location.startsWith("http://") || location.startsWith("https://")) && query(location) != null;
  }

  static Search at(String location, Manners manners) {
    return new Search(Lore.at(location.substring(0, location.indexOf('?')), manners), query(location));
  }

  /** Null without one. */
  static String query(String location) {
    int mark = location.indexOf('?');
    if (mark < 0) return null;
    for (String parameter : location.substring(mark + 1).split("[&;]")) {
      if (!parameter.startsWith("q=") || parameter.length() == 2) continue;
      try {
        return URLDecoder.decode(parameter.substring(2), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        return parameter.substring(2); // a lone percent sign
      }
    }
    return null;
  }

  Epochs.Told tell(Map<Integer, String> heads, Consumer<Arrival> reader) {
    String since = heads.get(EPOCH);
    String asked = since == null ? query : "(" + query + ") AND rt:" + since + "..";
    Web.Answer answer = lore.found(asked, false, PACKED_LIMIT);
    long[] counts = new long[2];
    if (answer.status() == 200) {
      try {
        Mbox.read(new ByteArrayInputStream(answer.body()), bytes -> {
          counts[1] += bytes.length;
          if (counts[1] > UNPACKED_LIMIT) throw new GitException(query + ": finds more than " + (UNPACKED_LIMIT >> 30) + " GiB; ask for less");
          counts[0]++;
          reader.accept(new Arrival.Posted(EPOCH, ContentId.blob(bytes), received(bytes), bytes));
        });
      } catch (IOException e) {
        throw new GitException(query + ": the answer broke off (" + Jgit.reason(e) + "); the next round asks again", e);
      }
    }
    if (answer.date() > 0)
      reader.accept(new Arrival.Reached(EPOCH, Instant.ofEpochMilli(answer.date()).atOffset(ZoneOffset.UTC).minusDays(OVERLAP_DAYS).format(DAY)));
    return new Epochs.Told(1, counts[0], 0, List.of());
  }

  /** The mbox does not say when the archive got a mail: the author's clock, then. */
  private static Instant received(byte[] bytes) {
    try {
      return Mail.read(bytes).date().map(date -> date.getYear() > 1970 && date.getYear() < 9000 ? date.toInstant() : Instant.EPOCH).orElse(Instant.EPOCH);
    } catch (RuntimeException | StackOverflowError e) {
      return Instant.EPOCH;
    }
  }
}
