// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.bot;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import keeper.check.Finding;
import keeper.reply.Letter;
import keeper.review.PatchReview;
import keeper.review.Raised;
import keeper.review.Review;
import keeper.series.PostedPatch;
import keeper.series.Series;
import keeper.text.Printable;

/**
 * What a replay would have said and kept to itself, and how each rule did: for the people of a list, who decide whether a bot may
 * speak there.
 */
public final class Ledger {
  private long read;
  private Instant first = Instant.MAX;
  private Instant last = Instant.MIN;
  private int series;
  private int parts;
  private int reviewed;
  private int silentSeries;
  private final List<Said> said = new ArrayList<>();
  private final List<String> failed = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();
  private final Map<String, Integer> silent = new TreeMap<>();
  private final Map<String, Integer> holding = new TreeMap<>();
  private final Map<String, Rule> rules = new TreeMap<>();
  private final Map<String, Raised> byIdentity = new HashMap<>();
  private final Map<String, List<Next>> later = new HashMap<>(); // by identity: what the next versions had

  /**
   * A letter that was not sent.
   *
   * @param now when it would have left
   * @param held why the policy would have kept it; empty when it would have left
   * @param version of the series
   * @param again identities of which it says in one line that they are still there
   */
  public record Said(Letter letter, Instant now, String held, int version, Set<String> again) {}

  private record Next(int version, boolean there) {}

  /** One check or rule: how often it spoke, how often by mail, and how often the next version had it no more. */
  private static final class Rule {
    private int fired;
    private int mailed;
    private int gone;
    private int still;
  }

  void read(Instant received) {
    read++;
    if (received.isBefore(first)) first = received;
    if (received.isAfter(last)) last = received;
  }

  void series(Series one) {
    series++;
    parts += one.parts().size();
  }

  void reviewed() {
    reviewed++;
  }

  void fired(Raised raised) {
    byIdentity.put(raised.identity(), raised);
    rule(raised).fired++;
  }

  /** @param version the next one, which has it or not */
  void nextVersion(String identity, int version, boolean there) {
    Raised raised = byIdentity.get(identity);
    if (raised == null) return;
    if (there) rule(raised).still++;
    else rule(raised).gone++;
    later.computeIfAbsent(identity, key -> new ArrayList<>()).add(new Next(version, there));
  }

  private Rule rule(Raised raised) {
    String rule = raised.finding().rule();
    return rules.computeIfAbsent(raised.finding().check() + (rule.isEmpty() ? "" : " " + rule), name -> new Rule());
  }

  /** A series without a letter; a reason that several of its parts have counts once. */
  void silent(String reason) {
    silentSeries++;
    TreeSet<String> reasons = new TreeSet<>();
    for (String one : reason.split("; ")) reasons.add(general(one));
    for (String one : reasons) silent.merge(one, 1, Integer::sum);
  }

  void failed(String line) {
    failed.add(line);
  }

  /** For people, at the end. */
  public void line(String line) {
    lines.add(line);
  }

  /** @param again what an earlier letter has said */
  void letter(Letter letter, Instant now, String held, Review review, Set<String> again) {
    // What holds it stands last in the reason.
    if (!held.isEmpty()) holding.merge(general(held.substring(held.lastIndexOf("; ") + 2)), 1, Integer::sum);
    said.add(new Said(letter, now, held, review.series().version(), again));
    for (Map.Entry<Integer, PostedPatch> part : review.series().parts().entrySet()) {
      PatchReview judged = review.parts().get(part.getKey());
      if (judged == null || !part.getValue().mail().id().equals(letter.inReplyTo())) continue;
      for (Raised raised : judged.introduced()) if (letter.findings().contains(raised.identity())) rule(raised).mailed++;
    }
  }

  /** A reason without what is particular to one patch, so that it can be counted. */
  private static String general(String reason) {
    String one = reason.startsWith("part ") && reason.indexOf(": ") > 0 ? reason.substring(reason.indexOf(": ") + 2) : reason;
    int colon = one.indexOf(": ");
    if (colon > 0 && one.lastIndexOf('(', colon) < 0) one = one.substring(0, colon);
    if (one.startsWith("stable review of ")) return "stable review";
    int comma = one.indexOf(", ");
    if (comma > 0 && one.startsWith("does-not-apply")) one = "applies to no tree at hand";
    for (String tail : List.of(" is only possible", " was closed by a person", " was said twice")) if (one.endsWith(tail)) return "a finding" + tail;
    for (String word : List.of(" is repaired by patch ", " was pointed at by ", " was answered in an earlier version"))
      if (one.contains(word)) return "a finding" + (word.endsWith("patch ") ? " is repaired by a later patch of the series" : word.endsWith("by ") ? " was pointed at by a person" : word);
    if (one.startsWith("stable review (")) return "stable review";
    return one.length() > 80 ? one.substring(0, 80) + "..." : one;
  }

  /** The letters, in the order in which they would have left. */
  public List<Said> letters() {
    return List.copyOf(said);
  }

  /** What would have been said, then the totals. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (Said one : said) letter(text, one);
    totals(text);
    if (!rules.isEmpty()) text.append("\nrules: how often each spoke, how often by mail, and in how many next versions it was gone or still there\n fired mailed   gone  still\n");
    rules.forEach((name, rule) -> text.append("%6d %6d %6d %6d  %s\n".formatted(rule.fired, rule.mailed, rule.gone, rule.still, name)));
    if (!failed.isEmpty()) text.append('\n').append(failed.size()).append(" series could not be judged\n");
    for (String line : failed) text.append("  ").append(line).append('\n');
    for (String line : lines) text.append(line).append('\n');
    return text.toString();
  }

  private void letter(StringBuilder text, Said one) {
    Letter letter = one.letter();
    text.append(one.now().toString().substring(0, 16).replace('T', ' ')).append("  ").append(Printable.line(letter.subject())).append('\n');
    text.append("    answers <").append(letter.inReplyTo()).append(">\n");
    text.append(one.held().isEmpty() ? "    to " : "    kept (" + Printable.line(one.held()) + "), else to ").append(Printable.line(String.join(", ", letter.to())));
    if (!letter.cc().isEmpty()) text.append(" and ").append(letter.cc().size()).append(" more");
    text.append('\n');
    for (String identity : letter.findings()) {
      Finding finding = byIdentity.get(identity).finding();
      text.append("    ").append(finding.at().path()).append(':').append(finding.at().line()).append(' ').append(finding.function()).append("(): ")
          .append(one.again().contains(identity) ? "still as in the earlier version" : Printable.line(finding.message())).append('\n');
      text.append("        ").append(finding.check()).append(finding.rule().isEmpty() ? "" : " " + finding.rule()).append(", ").append(finding.confidence().word());
      for (Next next : later.getOrDefault(identity, List.of()))
        if (next.version() > one.version()) text.append("; v").append(next.version()).append(next.there() ? " still has it" : " has it no more");
      text.append('\n');
    }
    for (String line : letter.body().split("\n")) if (line.startsWith("Not about locks, ")) text.append("    and a word on its Fixes: tag\n");
    text.append('\n');
  }

  private void totals(StringBuilder text) {
    if (read > 0) text.append(first.toString(), 0, 10).append(" to ").append(last.toString(), 0, 10).append(": ");
    int left = (int) said.stream().filter(one -> one.held().isEmpty()).count();
    text.append(count(read, "mail")).append(" read, ").append(series).append(" series of ").append(count(parts, "patch", "patches")).append(", ").append(reviewed).append(" reviewed\n");
    text.append("%6d  %s would be sent\n".formatted(left, left == 1 ? "letter" : "letters"));
    if (said.size() > left) text.append("%6d  %s would be kept\n".formatted(said.size() - left, said.size() - left == 1 ? "letter" : "letters"));
    most(holding).forEach(one -> text.append("        %6d  %s\n".formatted(one.getValue(), one.getKey())));
    text.append("%6d  series without a letter, because of\n".formatted(silentSeries));
    most(silent).forEach(one -> text.append("        %6d  %s\n".formatted(one.getValue(), one.getKey())));
  }

  private static List<Map.Entry<String, Integer>> most(Map<String, Integer> counts) {
    return counts.entrySet().stream().sorted(Comparator.comparing((Map.Entry<String, Integer> one) -> -one.getValue()).thenComparing(Map.Entry::getKey)).toList();
  }

  private static String count(long number, String one) {
    return count(number, one, one + "s");
  }

  private static String count(long number, String one, String more) {
    return number + " " + (number == 1 ? one : more);
  }
}
