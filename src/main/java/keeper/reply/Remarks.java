// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.reply;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import keeper.check.Confidence;
import keeper.check.Finding;
import keeper.check.Witness;
import keeper.review.Base;
import keeper.review.PatchReview;
import keeper.review.Raised;

/**
 * What is said under which line. Findings of one check, rule, lock and function that stand in one hunk are one question: it is
 * asked at the first of them, and the others point back.
 */
final class Remarks {
  private static final int WITNESSES = 6;
  private static final int NEAR = 80; // lines that a reader would scroll

  /**
   * The remarks of a letter.
   *
   * @param text by place in the diff
   * @param identities in the order in which the text speaks of them
   * @param questions how many different ones
   */
  record All(SortedMap<Anchor, String> text, List<String> identities, int questions) {}

  /** A question, and the places where it arises. */
  private record Group(List<Placed> places) {
    Finding first() {
      return places.get(0).raised().finding();
    }
  }

  private record Placed(Anchor anchor, Raised raised) {}

  private final PatchReview review;
  private final Background background;
  private final boolean numbered;
  private final TreeMap<Anchor, List<String>> paragraphs = new TreeMap<>();
  private final List<String> identities = new ArrayList<>();
  private final Set<String> rules = new HashSet<>(); // what a letter has said need not be said again

  private Remarks(PatchReview review, Background background, boolean numbered) {
    this.review = review;
    this.background = background;
    this.numbered = numbered;
  }

  /** Findings that no line of the patch can carry are left out. */
  static All of(PatchReview review, List<Raised> findings, Background background) {
    List<Placed> placed = new ArrayList<>();
    for (Raised raised : findings) {
      Anchor anchor = Anchor.of(raised.finding(), review.patch());
      if (anchor != null) placed.add(new Placed(anchor, raised));
    }
    placed.sort((one, other) -> {
      int byAnchor = one.anchor().compareTo(other.anchor());
      return byAnchor != 0 ? byAnchor : one.raised().finding().compareTo(other.raised().finding());
    });
    List<Group> groups = groups(placed);
    Remarks remarks = new Remarks(review, background, placed.size() > 1);
    // By place, so that the numbers grow from top to bottom.
    for (Placed place : placed)
      for (Group group : groups)
        for (int i = 0; i < group.places().size(); i++) if (group.places().get(i) == place) remarks.say(group, i);
    SortedMap<Anchor, String> text = new TreeMap<>();
    remarks.paragraphs.forEach((anchor, list) -> text.put(anchor, String.join("\n\n", list)));
    return new All(text, remarks.identities, groups.size());
  }

  private static List<Group> groups(List<Placed> placed) {
    List<Group> groups = new ArrayList<>();
    for (Placed one : placed) {
      Group mine = null;
      for (Group group : groups) if (same(group.places().get(0), one)) mine = group;
      if (mine == null) groups.add(mine = new Group(new ArrayList<>()));
      mine.places().add(one);
    }
    return groups;
  }

  private static boolean same(Placed one, Placed other) {
    Finding a = one.raised().finding();
    Finding b = other.raised().finding();
    return a.check().equals(b.check()) && a.rule().equals(b.rule()) && a.lock().equals(b.lock()) && a.function().equals(b.function())
        && a.held().equals(b.held()) && one.anchor().file() == other.anchor().file() && one.anchor().hunk() == other.anchor().hunk();
  }

  private void say(Group group, int index) {
    Placed placed = group.places().get(index);
    identities.add(placed.raised().identity());
    String number = numbered ? "(" + identities.size() + ") " : "";
    List<String> here = paragraphs.computeIfAbsent(placed.anchor(), anchor -> new ArrayList<>());
    if (index > 0) {
      again(group, placed, number, here);
      return;
    }
    Finding finding = placed.raised().finding();
    String where = placed.anchor().exact() ? "" : elsewhere(finding) + " ";
    here.add(paragraph(number + where + (sentence(finding.message()) + " " + held(finding)).strip()));
    if (finding.confidence() == Confidence.LIKELY && !finding.assumption().isEmpty() && !finding.message().contains(finding.assumption()))
      here.add(paragraph(sentence("This assumes that " + finding.assumption())));
    witnesses(finding, here);
    before(group).ifPresent(text -> here.add(paragraph(text)));
    if (group.places().size() == 1) Race.columns(finding, review).ifPresent(here::add);
  }

  /** The last of a group has room for the two processors. */
  private void again(Group group, Placed placed, String number, List<String> here) {
    Finding finding = placed.raised().finding();
    String what = finding.subject().isEmpty() || finding.subject().equals(group.first().subject()) ? "here" : "for " + finding.subject();
    String same = group.first().message().strip().endsWith("?") ? "The same question " : "The same ";
    here.add(paragraph(number + same + what + "."));
    if (group.places().get(group.places().size() - 1) == placed) Race.columns(finding, review).ifPresent(here::add);
  }

  /** Nothing when the message has said it. */
  private String held(Finding finding) {
    boolean said = !finding.held().isEmpty();
    for (String lock : finding.held()) said &= finding.message().contains(lock);
    if (said || finding.message().contains("held here: ")) return "";
    // Where no lock is asked for, that none is held says nothing.
    if (finding.held().isEmpty() && !finding.check().equals("unguarded-access") && !finding.check().equals("callee-requires-lock")) return "";
    if (finding.held().isEmpty()) return review.base() instanceof Base.HunksOnly ? "No lock can be seen here." : "No lock is held here.";
    return (finding.held().size() == 1 ? "Lock held here: " : "Locks held here: ") + String.join(", ", finding.held()) + ".";
  }

  /** The rule in a paragraph of its own, then who does what where. What stands at the finding's own line has been said. */
  private void witnesses(Finding finding, List<String> here) {
    List<String> lines = new ArrayList<>();
    Set<String> told = new HashSet<>();
    int left = 0;
    for (Witness witness : finding.evidence()) {
      if (witness.at().path().equals(finding.at().path()) && witness.at().line() == finding.at().line()) continue;
      if (witness.at().path().endsWith(".rule")) {
        if (rules.add(witness.text())) here.add(paragraph(sentence(Words.brief(rule(witness.text()), 330))));
      }
      else if (!said(witness, finding) && told.add(seen(witness, finding)) && left++ < WITNESSES) lines.addAll(Words.wrap(seen(witness, finding), "  ", "    "));
    }
    if (left > WITNESSES) lines.add("  and " + (left - WITNESSES) + " more");
    if (!lines.isEmpty()) here.add(String.join("\n", lines));
  }

  /** Whether the question has told it: in these words, or by naming the function as one that holds the lock. */
  private static boolean said(Witness witness, Finding finding) {
    String text = witness.text().strip().replace(" here", "");
    int call = text.indexOf("() holds ");
    if (call < 0) return finding.message().contains(text);
    boolean plain = text.endsWith("() holds " + finding.lock()) || text.endsWith("() holds " + Anchor.lastMember(finding.lock()));
    return plain && finding.message().contains("hold") && Anchor.names(finding.message(), text.substring(0, call));
  }

  /** Without the rule's name, which stands in the report; its words begin a sentence. */
  private static String rule(String text) {
    int colon = text.indexOf(": ");
    return text.startsWith("rule ") && colon > 0 ? text.substring(colon + 2) : text;
  }

  /** A place as it can be found in another tree: how far away, by its code, or in which file; never by a number alone. */
  private String seen(Witness witness, Finding finding) {
    String text = witness.text().strip();
    if (text.endsWith(".")) text = text.substring(0, text.length() - 1);
    if (!witness.at().path().equals(finding.at().path())) {
      boolean named = witness.at().path().isEmpty() || text.contains(witness.at().path());
      return here(text, "") + (named ? "" : " (" + witness.at().path() + ")");
    }
    if (inAnother(text, finding)) return here(text, "");
    int above = finding.at().line() - witness.at().line();
    if (above == 0) return text;
    if (Math.abs(above) <= NEAR) return here(text, Math.abs(above) + (Math.abs(above) == 1 ? " line " : " lines ") + (above > 0 ? "above" : "below"));
    String code = Words.brief(PostImage.line(review, witness.at().path(), witness.at().line()), 40);
    return here(text, code.isEmpty() ? "" : "at \"" + code + "\"");
  }

  /** Whether a text begins with the name of another function: distances mean nothing then. */
  private static boolean inAnother(String text, Finding finding) {
    int call = text.indexOf("()");
    return call > 0 && text.indexOf(' ') > call && !text.startsWith(finding.function() + "()");
  }

  /** Puts a place for the word {@code here}. */
  private static String here(String text, String place) {
    for (int i = text.indexOf(" here"); i >= 0; i = text.indexOf(" here", i + 1)) {
      int end = i + " here".length();
      if (end < text.length() && text.charAt(end) != ',' && text.charAt(end) != ' ' && text.charAt(end) != ';') continue;
      return text.substring(0, i) + (place.isEmpty() ? "" : " " + place) + text.substring(end);
    }
    return text;
  }

  /** The finding's own line is not in the diff: say in words where it is. */
  private String elsewhere(Finding finding) {
    StringBuilder where = new StringBuilder("In ");
    where.append(finding.function().isEmpty() ? finding.at().path() : finding.function() + "()");
    boolean touched = review.patch().paths().contains(finding.at().path());
    if (!touched) where.append(", in ").append(finding.at().path()).append(", which the patch does not touch");
    String line = Words.brief(PostImage.line(review, finding.at().path(), finding.at().line()), 50);
    if (line.isEmpty()) where.append(", outside of the lines shown");
    else where.append(", at \"").append(line).append('"');
    return where.append(':').toString();
  }

  /** What was wrong before with the same lock in the same function, so that nobody takes it for the patch's doing. */
  private Optional<String> before(Group group) {
    Finding finding = group.first();
    TreeMap<String, TreeSet<String>> old = new TreeMap<>(); // what was done to which subjects
    TreeSet<String> since = new TreeSet<>();
    for (Raised standing : review.standing()) {
      Finding one = standing.finding();
      if (!one.isLike(finding)) continue;
      if (!one.subject().isEmpty()) old.computeIfAbsent(one.kind(), kind -> new TreeSet<>()).add(one.subject());
      String commit = background.since().get(standing.identity());
      if (commit != null) since.add(commit);
    }
    if (old.isEmpty()) return Optional.empty();
    List<String> clauses = new ArrayList<>();
    boolean many = old.size() > 1;
    for (Map.Entry<String, TreeSet<String>> one : old.entrySet()) {
      clauses.add("the " + noun(one.getKey(), one.getValue().size() > 1) + (one.getKey().equals("write") ? " to " : " of ") + list(List.copyOf(one.getValue())));
      many |= one.getValue().size() > 1;
    }
    String lock = finding.lock().isEmpty() ? "" : " without " + Anchor.lastMember(finding.lock());
    String commits = since.isEmpty() ? "" : " (" + String.join(", ", since) + ")";
    boolean several = group.places().size() > 1;
    return Optional.of(capital(list(clauses)) + lock + (many ? " were" : " was") + " there before" + commits + ", the "
        + noun(finding.kind(), several) + (several ? " are new." : " is new."));
  }

  private static String noun(String kind, boolean several) {
    String noun = switch (kind) {
      case "write" -> "store";
      case "free" -> "release";
      case "read" -> "read";
      case "call" -> "call";
      default -> "use";
    };
    return several ? noun + "s" : noun;
  }

  private static String list(List<String> all) {
    if (all.size() == 1) return all.get(0);
    return String.join(", ", all.subList(0, all.size() - 1)) + " and " + all.get(all.size() - 1);
  }

  private static String capital(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  private static String sentence(String text) {
    String one = text.strip();
    if (one.isEmpty()) return "";
    char last = one.charAt(one.length() - 1);
    return last == '.' || last == '?' || last == '!' ? one : one + ".";
  }

  private static String paragraph(String text) {
    return String.join("\n", Words.wrap(text));
  }
}
