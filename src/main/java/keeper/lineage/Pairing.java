// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lineage;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import keeper.lineage.Branches.Branch;
import keeper.lineage.Branches.Kind;
import keeper.lineage.Source.InHistory;
import keeper.patch.CommitId;

/**
 * Our answer in the shape of published records: for every place where a fix landed, the place where its fault came in. Each pair
 * says by which rule it was chosen, so that a difference can be explained.
 */
public final class Pairing {
  private final Lineage lineage;
  private final Branches branches;
  private final Known known;

  private Pairing(Lineage lineage) {
    this.lineage = lineage;
    this.branches = lineage.branches();
    this.known = lineage.known();
  }

  public static Pairing over(Lineage lineage) {
    return new Pairing(lineage);
  }

  /** A pair and why it was chosen. */
  public record Chosen(Dyad.Pair pair, String rule) {}

  /** Where a commit landed. @param version without {@code v} */
  private record Landing(InHistory commit, String version, Branch branch) {
    boolean mainline() {
      return branch.kind() == Kind.MAINLINE;
    }
  }

  /** The pairs of a fault that these changes fix. @param overrides culprits that a person named; when there are some, tags do not count */
  public List<Chosen> of(List<Member> fixes, List<Member> overrides) {
    Set<String> seen = new HashSet<>();
    List<Member> culprits = new ArrayList<>(overrides);
    List<FixLink> reverts = new ArrayList<>();
    for (Member fix : fixes) {
      for (FixLink link : lineage.fixedBy(fix)) {
        boolean revert = link.evidence().stream().anyMatch(evidence -> evidence instanceof Evidence.Revert);
        if (revert) reverts.add(link);
        if (overrides.isEmpty() && (revert || States.isFix(link)) && link.sureness() != FixLink.Sureness.WEAK && seen.add(link.culprit().key())) culprits.add(link.culprit());
      }
      for (InHistory commit : fix.commits())
        for (Word word : known.words(commit.id()))
          if (word.kind() == Word.Kind.VULNERABLE && CommitId.valid(word.other()))
            for (Member member : lineage.find(word.other())) if (seen.add(member.key())) culprits.add(member);
    }
    return pairs(landings(fixes), landings(culprits), culprits);
  }

  private List<Landing> landings(List<Member> members) {
    List<Landing> landings = new ArrayList<>();
    for (Member member : members)
      for (InHistory commit : member.commits()) home(commit).ifPresent(branch -> landings.add(new Landing(commit, bare(branches.releaseName(commit.number())), branch)));
    return landings;
  }

  /** Where it was made: mainline, else the stable branch that has it. */
  private Optional<Branch> home(InHistory commit) {
    Optional<Branch> stable = Optional.empty();
    for (Branch branch : branches.holding(commit.number())) {
      if (branch.kind() == Kind.MAINLINE) return Optional.of(branch);
      if (branch.kind() == Kind.STABLE && stable.isEmpty()) stable = Optional.of(branch);
    }
    return stable;
  }

  private static String bare(String version) {
    return version.startsWith("v") ? version.substring(1) : version;
  }

  private List<Chosen> pairs(List<Landing> fixed, List<Landing> culprits, List<Member> members) {
    Map<String, Chosen> pairs = new LinkedHashMap<>();
    Set<String> used = new LinkedHashSet<>();
    for (Landing fix : fixed) {
      Map.Entry<String, Landing> culprit = culprit(fix, culprits);
      if (culprit == null) {
        add(pairs, new Chosen(new Dyad.Pair("0", "0", fix.version, fix.commit.id().hex()), culprits.isEmpty() ? "no culprit is known" : "no culprit is old enough"));
        continue;
      }
      used.add(culprit.getValue().commit.id().hex());
      add(pairs, new Chosen(
          new Dyad.Pair(culprit.getValue().version, culprit.getValue().commit.id().hex(), fix.version, fix.commit.id().hex()), culprit.getKey()));
    }
    // Backports of the culprit that their branch took back.
    for (Member member : members)
      for (FixLink link : lineage.fixesOf(member)) {
        if (link.evidence().stream().noneMatch(evidence -> evidence instanceof Evidence.Revert)) continue;
        for (Landing revert : landings(List.of(link.fix()))) {
          if (revert.mainline()) continue;
          for (Landing culprit : culprits) {
            if (!culprit.branch.equals(revert.branch) || fixed.stream().anyMatch(fix -> fix.commit.equals(revert.commit))) continue;
            used.add(culprit.commit.id().hex());
            add(pairs, new Chosen(new Dyad.Pair(culprit.version, culprit.commit.id().hex(), revert.version, revert.commit.id().hex()), "the branch reverted it"));
          }
        }
      }
    for (Landing culprit : culprits)
      if (!used.contains(culprit.commit.id().hex()))
        add(pairs, new Chosen(new Dyad.Pair(culprit.version, culprit.commit.id().hex(), "0", "0"), "nothing fixes it there"));
    return pairs.values().stream()
        .sorted(Comparator.comparing((Chosen one) -> one.pair.fixedVersion(), Branches::versions).thenComparing(one -> one.pair.line()))
        .toList();
  }

  private static void add(Map<String, Chosen> pairs, Chosen chosen) {
    pairs.putIfAbsent(chosen.pair.line(), chosen);
  }

  /** Same version; else of mainline for mainline; else the same branch; else the nearest older one of mainline. */
  private Map.Entry<String, Landing> culprit(Landing fix, List<Landing> culprits) {
    for (Landing culprit : culprits) if (culprit.version.equals(fix.version)) return Map.entry("same version", culprit);
    Landing best = null;
    if (fix.mainline()) {
      for (Landing culprit : culprits) if (culprit.mainline() && !newer(culprit, fix) && (best == null || newer(culprit, best))) best = culprit;
      return best == null ? null : Map.entry("mainline, not newer than the fix", best);
    }
    for (Landing culprit : culprits) if (!culprit.mainline() && culprit.branch.equals(fix.branch) && !newer(culprit, fix) && (best == null || newer(culprit, best))) best = culprit;
    if (best != null) return Map.entry("same branch", best);
    for (Landing culprit : culprits)
      if (culprit.mainline() && fix.branch.holds(culprit.commit.number()) && (best == null || newer(culprit, best))) best = culprit;
    if (best != null) return Map.entry("nearest older one of mainline", best);
    for (Landing culprit : culprits)
      if (culprit.mainline() && Branches.versions(culprit.version, fix.version) <= 0 && (best == null || newer(culprit, best))) best = culprit;
    return best == null ? null : Map.entry("nearest older one of mainline", best);
  }

  private static boolean newer(Landing one, Landing other) {
    return Branches.versions(one.version, other.version) > 0;
  }

  /** One difference from a published record, explained. */
  public record Difference(String pair, boolean ours, String why) {}

  /** What a record says otherwise than we do; nothing when both agree. */
  public List<Difference> compare(Dyad record) {
    List<Member> fixes = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    List<Difference> differences = new ArrayList<>();
    for (Dyad.Pair pair : record.pairs()) {
      for (String id : List.of(pair.fixed(), pair.vulnerable())) {
        if (id.equals("0")) continue;
        if (known.commits(new CommitId(id)).isEmpty()) return List.of(new Difference(pair.line(), false, "NOT_INDEXED: no indexed history has " + new CommitId(id).brief()));
      }
      if (pair.isFixed()) for (Member member : lineage.find(pair.fixed())) if (seen.add(member.key())) fixes.add(member);
    }
    List<Chosen> ours = of(fixes, List.of());
    Set<String> theirs = new LinkedHashSet<>();
    for (Dyad.Pair pair : record.pairs()) theirs.add(pair.line());
    Set<String> mine = new LinkedHashSet<>();
    for (Chosen chosen : ours) mine.add(chosen.pair.line());
    for (Dyad.Pair pair : record.pairs()) if (!mine.contains(pair.line())) differences.add(new Difference(pair.line(), false, why(pair, ours)));
    for (Chosen chosen : ours)
      if (!theirs.contains(chosen.pair.line())) differences.add(new Difference(chosen.pair.line(), true, "RULE: " + chosen.rule));
    return differences;
  }

  private String why(Dyad.Pair theirs, List<Chosen> ours) {
    for (Chosen chosen : ours) {
      if (!chosen.pair.fixed().equals(theirs.fixed())) continue;
      if (theirs.isFixed() && chosen.pair.vulnerable().equals(theirs.vulnerable()))
        return "VERSION: the same commits; ours came in with " + chosen.pair.vulnerableVersion() + " and were fixed in " + chosen.pair.fixedVersion();
      if (theirs.isFixed()) return "CULPRIT: ours is " + shorten(chosen.pair.vulnerable()) + " (" + chosen.rule + ")";
    }
    if (!theirs.isFixed()) {
      boolean named = ours.stream().anyMatch(chosen -> chosen.pair.vulnerable().equals(theirs.vulnerable()));
      return named ? "UNFIXED: ours is fixed by " + shorten(ours.stream().filter(chosen -> chosen.pair.vulnerable().equals(theirs.vulnerable())).findFirst().orElseThrow().pair.fixed())
          : "CULPRIT: no tag names " + shorten(theirs.vulnerable());
    }
    return "FIX: " + shorten(theirs.fixed()) + " is not known as a place where the fix landed";
  }

  private static String shorten(String id) {
    return id.substring(0, Math.min(12, id.length()));
  }
}
