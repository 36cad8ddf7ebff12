// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.mail;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/** The date of RFC 5322 3.3 with the author's own offset, which the library's parser drops. */
final class MailDate {
  private static final String MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";

  private MailDate() {}

  /** Empty when it is no date, or one that cannot be (31 Nov, hour 25). */
  static Optional<OffsetDateTime> parse(String header) {
    String text = header.length() > 200 ? header.substring(0, 200) : header;
    int comment = text.indexOf('(');
    if (comment >= 0) text = text.substring(0, comment);
    String[] words = words(text);
    int at = 0;
    if (at < words.length && month(words[at]) < 0 && !startsWithDigit(words[at])) at++; // the day's name
    try {
      if (words.length - at < 4) return Optional.empty();
      int day;
      int month;
      int year;
      String time;
      if (month(words[at]) >= 0) { // asctime: Nov 16 10:30:00 2023
        month = month(words[at]);
        day = Integer.parseInt(words[at + 1]);
        time = words[at + 2];
        year = Integer.parseInt(words[at + 3]);
      } else {
        day = Integer.parseInt(words[at]);
        month = month(words[at + 1]);
        year = Integer.parseInt(words[at + 2]);
        time = words[at + 3];
      }
      if (month < 0) return Optional.empty();
      if (year < 50) year += 2000;
      else if (year < 1000) year += 1900;
      int[] clock = clock(time);
      int offset = at + 4 < words.length ? offset(words[at + 4]) : 0;
      OffsetDateTime utc = OffsetDateTime.of(year, month, day, clock[0], clock[1], clock[2], 0, ZoneOffset.UTC).minusSeconds(offset);
      // Offsets such as +2000 occur; Java knows none beyond 18 hours.
      boolean possible = Math.abs(offset) <= 18 * 3600;
      return Optional.of(possible ? utc.withOffsetSameInstant(ZoneOffset.ofTotalSeconds(offset)) : utc);
    } catch (NumberFormatException | DateTimeException e) {
      return Optional.empty();
    }
  }

  private static String[] words(String text) {
    java.util.List<String> words = new java.util.ArrayList<>();
    int start = -1;
    for (int i = 0; i <= text.length(); i++) {
      char c = i == text.length() ? ' ' : text.charAt(i);
      boolean gap = c <= ' ' || c == ',';
      if (!gap && start < 0) start = i;
      if (gap && start >= 0) {
        words.add(text.substring(start, i));
        start = -1;
      }
    }
    return words.toArray(new String[0]);
  }

  private static boolean startsWithDigit(String word) {
    return word.charAt(0) >= '0' && word.charAt(0) <= '9';
  }

  /** 1 to 12, or -1. */
  private static int month(String word) {
    if (word.length() < 3) return -1;
    int at = MONTHS.indexOf(word.substring(0, 3).toLowerCase(java.util.Locale.ROOT));
    return at >= 0 && at % 3 == 0 ? at / 3 + 1 : -1;
  }

  private static int[] clock(String time) {
    int first = time.indexOf(':');
    if (first < 0) throw new NumberFormatException(time);
    int second = time.indexOf(':', first + 1);
    int hours = Integer.parseInt(time.substring(0, first));
    int minutes = Integer.parseInt(second < 0 ? time.substring(first + 1) : time.substring(first + 1, second));
    int seconds = second < 0 ? 0 : Integer.parseInt(time.substring(second + 1));
    return new int[] {hours, minutes, Math.min(seconds, 59)}; // a leap second is written 60
  }

  /** Seconds east of Greenwich; names other than those of RFC 5322 4.3 count as UTC. */
  private static int offset(String zone) {
    if (zone.length() == 5 && (zone.charAt(0) == '+' || zone.charAt(0) == '-')) {
      int seconds = Integer.parseInt(zone.substring(1, 3)) * 3600 + Integer.parseInt(zone.substring(3)) * 60;
      return zone.charAt(0) == '-' ? -seconds : seconds;
    }
    return switch (zone) {
      case "EDT" -> -4 * 3600;
      case "EST", "CDT" -> -5 * 3600;
      case "CST", "MDT" -> -6 * 3600;
      case "MST", "PDT" -> -7 * 3600;
      case "PST" -> -8 * 3600;
      default -> 0;
    };
  }
}
