// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import keeper.c.Function;
import keeper.flow.Step;
import keeper.flow.Value;
import keeper.lock.Act;
import keeper.lock.Holding;
import keeper.lock.Moment;
import keeper.lock.Unit;
import keeper.rule.LockName;
import keeper.rule.Rule;
import keeper.text.Place;

/**
 * Rules that were found in a tree, asked of one file. A use is judged here as it was when the rules were found, so that they are silent on the tree that they
 * come from, but for the odd ones that they name.
 */
final class Mined {
  /** No rules. */
  static final Mined NOTHING = new Mined(Map.of(), null);

  private static final Pattern COUNT = Pattern.compile("(\\d+) of (\\d+) (writes|reads) hold ");
  private static final Pattern SEEN = Pattern.compile("([A-Za-z_]\\w*)\\(\\) ([\\w./+-]+):(\\d+)");
  /** In a comment: the custom holds to the end. */
  private static final String TEARDOWN = " in teardown hold it too";
  private static final int WITNESSES = 3;

  private final Map<String, List<Rule.Guarded>> rules; // by struct and member
  private final Map<String, List<Rule.Guarded>> byMember;
  private final Uses uses;

  private Mined(Map<String, List<Rule.Guarded>> rules, Uses uses) {
    this.rules = rules;
    this.uses = uses;
    this.byMember = new HashMap<>();
    for (List<Rule.Guarded> some : rules.values()) for (Rule.Guarded rule : some) byMember.computeIfAbsent(rule.member(), member -> new ArrayList<>()).add(rule);
  }

  /** @param rules those that speak of the unit's file */
  static Mined of(List<Rule> rules, Unit unit) {
    Map<String, List<Rule.Guarded>> guarded = new HashMap<>();
    for (Rule rule : rules) if (rule instanceof Rule.Guarded g) guarded.computeIfAbsent(g.struct() + "." + g.member(), key -> new ArrayList<>()).add(g);
    return guarded.isEmpty() ? NOTHING : new Mined(guarded, new Uses(unit));
  }

  /** What they have to say of a function: likely where the lock is certainly not held, possible where it cannot be told or the object may be one's own. */
  List<Finding> findings(Facts facts) {
    if (rules.isEmpty()) return List.of();
    List<Finding> findings = new ArrayList<>();
    for (Uses.Found found : uses.of(facts.function())) {
      Use use = found.use();
      if (use.intended() || use.kind() == Rule.Access.ADDRESS || use.phase() == Use.Phase.FRESH || use.phase() == Use.Phase.SETUP) continue;
      for (Use.Name name : use.names())
        if (name.home().isEmpty() && facts.unit().hasGaps()) unseen(facts, found, name, findings);
        else for (Rule.Guarded rule : rules.getOrDefault(name.struct() + "." + name.member(), List.of())) judge(facts, found, name, rule, findings);
    }
    return findings;
  }

  /** Only hunks are there: the struct may have had another name then, and the lock may be taken above what is shown. */
  private void unseen(Facts facts, Uses.Found found, Use.Name name, List<Finding> findings) {
    List<Rule.Guarded> alike = byMember.getOrDefault(name.member(), List.of());
    if (alike.size() != 1 || !alike.get(0).accesses().contains(found.use().kind()) || found.use().isRcuReader(name)) return;
    Rule.Guarded rule = alike.get(0);
    String lock = rule.lock().root() == LockName.Root.GLOBAL ? "&" + rule.lock().path() : rule.lock().path();
    if (name.state(lock) != null && name.state(lock) != Use.State.FREE) return;
    for (keeper.lock.World world : found.moment().worlds()) if (world.opaque()) return;
    for (String other : found.use().others()) if (other.endsWith("." + rule.lock().path())) return;
    boolean likely = isDistinct(rule.member()) && found.use().kind() != Rule.Access.READ && (found.use().phase() == Use.Phase.SHARED || outlives(facts, found.path().root()));
    String assumption = "assuming that " + rule.struct() + "'s custom is meant, and that " + rule.lock().text() + " is not taken above these lines";
    findings.add(finding(facts, found, rule, name, lock, likely ? Confidence.LIKELY : Confidence.POSSIBLE, assumption));
  }

  /** Heuristic: a name of several words is hardly that of another struct's member. */
  private static boolean isDistinct(String member) {
    return member.indexOf('_') > 0 && member.length() >= 8;
  }

  /** A lock of the object is given back in the function, and the object is not freed: others know it still, whatever the function is called. */
  private static boolean outlives(Facts facts, String variable) {
    boolean released = false;
    for (Moment moment : facts.moments()) {
      if (!(moment.step() instanceof Step.Call call)) continue;
      if (Facts.frees(call.callee()))
        for (Value argument : call.arguments()) if (argument instanceof Value.Stored s && s.path().isVariable() && s.path().root().equals(variable)) return false;
      for (Act act : facts.held().acts(call, moment.worlds().get(0))) if (act.kind() == Act.Kind.RELEASE && act.lock().root().equals(variable)) released = true;
    }
    return released;
  }

  private void judge(Facts facts, Uses.Found found, Use.Name name, Rule.Guarded rule, List<Finding> findings) {
    Use use = found.use();
    String path = facts.text().path();
    if (!rule.accesses().contains(use.kind()) || rule.except().contains(facts.name()) || rule.about().except().has(path) || !isHome(name.home(), rule.id())) return;
    String lock = rule.lock().root() == LockName.Root.GLOBAL ? "&" + rule.lock().path() : rule.lock().path();
    if (use.isRcuReader(name)) return;
    boolean own = lock.startsWith("&") ? uses.globals().contains(lock.substring(1)) : Use.own(name.home(), path);
    Holding holding = use.holding(name, lock, own);
    if (holding == Holding.HELD) return;
    boolean open = use.seen() && name.state(lock) != Use.State.PERHAPS && name.state(lock) != Use.State.SHARED;
    if (holding == Holding.UNKNOWN && !open) return;
    boolean counts = use.phase() == Use.Phase.SHARED || rule.why().contains(TEARDOWN);
    if (isLeft(facts, rule, name, lock)) return;
    boolean likely = holding == Holding.NOT_HELD && counts;
    String assumption = likely ? "assuming that what nearly all other uses do is what guards " + name.member()
        : holding == Holding.NOT_HELD ? "assuming that others may still know the object in " + facts.name() + "()" : "assuming that no caller of " + facts.name() + "() holds " + rule.lock().text();
    findings.add(finding(facts, found, rule, name, lock, likely ? Confidence.LIKELY : Confidence.POSSIBLE, assumption));
  }

  /** All of the rule's witnesses are of this file, and it does not know the custom any more: no other function of it holds the lock for the member. */
  private boolean isLeft(Facts facts, Rule.Guarded rule, Use.Name name, String lock) {
    String path = facts.text().path();
    List<Evidence.Seen> holders = Evidence.of(rule.why(), false).holders();
    for (Evidence.Seen seen : holders) if (!seen.at().path().equals(path)) return false;
    if (holders.isEmpty()) return false;
    for (Function other : facts.unit().functionsWith(name.last())) {
      if (other == facts.function()) continue;
      for (Uses.Found found : uses.of(other))
        for (Use.Name same : found.use().names())
          if (same.struct().equals(name.struct()) && same.member().equals(name.member()) && same.state(lock) != null && same.state(lock) != Use.State.FREE) return false;
    }
    return true;
  }

  /** The rule's file is named for the file that defines the struct. */
  private static boolean isHome(String home, String id) {
    if (home.equals(id)) return true;
    int dot = home.lastIndexOf('.');
    return dot > 0 && home.substring(0, dot).equals(id);
  }

  private Finding finding(Facts facts, Uses.Found found, Rule.Guarded rule, Use.Name name, String lock, Confidence confidence, String assumption) {
    Use use = found.use();
    String subject = found.path().toString();
    String text = text(subject, name.member(), lock);
    Place at = facts.place(found.at());
    List<String> held = facts.heldAt(found.moment().worlds());
    String act = switch (use.kind()) {
      case READ -> "Does this use of " + subject;
      case FREE -> "Does " + use.by() + "() of " + subject;
      default -> use.by().isEmpty() ? "Does this store to " + subject : "Does " + use.by() + "() on " + subject;
    };
    Evidence evidence = Evidence.of(rule.why(), use.kind() == Rule.Access.READ);
    String message = act + " need " + text + "? " + evidence.sentence(rule) + "; held here: " + (held.isEmpty() ? "nothing that is visible" : String.join(", ", held)) + ".";
    List<Witness> witnesses = new ArrayList<>(facts.takings(found.moment().worlds()));
    witnesses.add(new Witness(at, subject + " is touched here"));
    int said = 0;
    for (Evidence.Seen seen : evidence.holders()) if (said++ < WITNESSES) witnesses.add(new Witness(seen.at(), seen.function() + "() holds " + rule.lock().text() + " here"));
    for (Evidence.Seen seen : evidence.odd()) witnesses.add(new Witness(seen.at(), seen.function() + "() does not: the odd one"));
    witnesses.add(new Witness(rule.at(), "rule " + rule.id() + ", found in the tree: " + rule.says()));
    return new Finding("unguarded-access", rule.id(), at, facts.name(), text, subject, use.kind().name().toLowerCase(Locale.ROOT), held, confidence, assumption, message, witnesses);
  }

  /** The lock as the code at the place would write it: {@code vdev->igate} beside {@code vdev->ctx.count}. */
  private static String text(String subject, String member, String lock) {
    if (lock.startsWith("&")) return lock.substring(1);
    int cut = subject.length();
    for (int left = member.length() - member.replace(".", "").length() + 1; left > 0 && cut > 0; left--) {
      int arrow = subject.lastIndexOf("->", cut - 1);
      int dot = subject.lastIndexOf('.', cut - 1);
      cut = Math.max(arrow, dot);
    }
    if (cut <= 0) return lock.replace(".", "->");
    return subject.substring(0, cut) + (subject.startsWith("->", cut) ? "->" : ".") + lock.replace(".", "->");
  }

  /** What the rule's comment says of its counts. */
  private record Evidence(int held, int total, boolean reads, List<Seen> holders, List<Seen> odd) {
    /** A place that the comment names. */
    record Seen(String function, Place at) {}

    static Evidence of(String why, boolean read) {
      List<Evidence> all = new ArrayList<>();
      Matcher count = COUNT.matcher(why);
      int from = 0;
      while (count.find(from)) {
        from = count.end();
        Matcher next = COUNT.matcher(why);
        String part = why.substring(from, next.find(from) ? next.start() : why.length());
        int cut = part.indexOf("; the odd ");
        all.add(new Evidence(number(count.group(1)), number(count.group(2)), count.group(3).equals("reads"), seen(cut < 0 ? part : part.substring(0, cut)), cut < 0 ? List.of() : seen(part.substring(cut))));
      }
      for (Evidence evidence : all) if (evidence.reads == read) return evidence;
      return all.isEmpty() ? new Evidence(0, 0, read, List.of(), List.of()) : all.get(0);
    }

    private static int number(String digits) {
      return digits.length() > 8 ? 0 : Integer.parseInt(digits);
    }

    private static List<Seen> seen(String text) {
      List<Seen> found = new ArrayList<>();
      Matcher matcher = SEEN.matcher(text);
      while (matcher.find() && found.size() < 8) found.add(new Seen(matcher.group(1), new Place(matcher.group(2), Math.max(1, number(matcher.group(3))), 1)));
      return found;
    }

    String sentence(Rule.Guarded rule) {
      if (total == 0) return "A rule that was found in the tree says so";
      StringBuilder text = new StringBuilder();
      text.append(held).append(" of ").append(total).append(reads ? " reads" : " writes").append(" in the tree hold ").append(rule.lock().text());
      List<String> names = new ArrayList<>();
      for (Seen seen : holders) if (names.size() < WITNESSES && !names.contains(seen.function() + "()")) names.add(seen.function() + "()");
      if (!names.isEmpty()) text.append(", for example ").append(String.join(", ", names));
      if (!odd.isEmpty()) text.append("; ").append(odd.get(0).function()).append(odd.size() == 1 ? "() does not" : "() and " + (odd.size() - 1) + " more do not");
      return text.toString();
    }
  }
}
