// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.review;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import keeper.check.Checks;
import keeper.check.Confidence;
import keeper.check.Finding;
import keeper.check.Witness;
import keeper.patch.Apply;
import keeper.patch.FileDiff;
import keeper.patch.Hunk;
import keeper.patch.HunkLine;
import keeper.patch.Patch;
import keeper.patch.Placement;
import keeper.series.PostedPatch;
import keeper.series.Series;
import keeper.text.Place;
import keeper.text.SourceText;
import keeper.text.Tree;

/**
 * What a patch changed about the findings: those of the post-image less those of the pre-image. Checks cannot tell old code from new, so an
 * old bug cannot be pinned on the author.
 */
public final class Reviewer {
  private static final int MOST_FAR_FILES = 12; // that call what a change altered
  private static final int MOST_GAPS = 5; // that are named
  private static final int MOST_LATER_PARTS = 64; // comparisons of a part with the tree after a later one, in one series

  private final Checks checks;
  private final Confidence least;

  /**
   * @param checks what is asked of the code
   * @param least the least sure findings to keep
   */
  public Reviewer(Checks checks, Confidence least) {
    this.checks = checks;
    this.least = least;
  }

  /** Part by part, each on the tree that the parts before it made. */
  public Review review(Series series, Base base, Function<Patch, Base> again) {
    SortedMap<Integer, Patch> patches = new TreeMap<>();
    series.parts().forEach((number, part) -> patches.put(number, part.patch()));
    return new Review(series, series(patches, base, again));
  }

  /**
   * Patches that build on each other.
   *
   * @param patches by their number in the series
   * @param base of the first one
   * @param again finds the base of a patch that does not fit on those before it
   */
  public SortedMap<Integer, PatchReview> series(SortedMap<Integer, Patch> patches, Base base, Function<Patch, Base> again) {
    SortedMap<Integer, PatchReview> reviews = new TreeMap<>();
    SortedMap<Integer, Change> changes = new TreeMap<>();
    Base current = base;
    for (Map.Entry<Integer, Patch> part : patches.entrySet()) {
      Patch patch = part.getValue();
      Outcome outcome = outcome(patch, current);
      boolean misfit = outcome.review().status() == Status.DOES_NOT_APPLY || current instanceof Base.HunksOnly && !reviews.isEmpty();
      if (misfit) {
        current = again.apply(patch);
        outcome = outcome(patch, current);
      }
      reviews.put(part.getKey(), outcome.review());
      if (current instanceof Base.Found on && outcome.after() != null) changes.put(part.getKey(), new Change(patch, on.tree(), outcome.after()));
      if (outcome.review().base() instanceof Base.Found found && outcome.after() != null)
        current = new Base.Found(found.kind(), outcome.after(), found.commit(), found.attempts());
      else if (!patch.isEmpty()) current = outcome.review().base();
    }
    return stillOpen(repaired(reviews), changes);
  }

  /**
   * Asks of each finding that no later part is known to have resolved whether the code still has it after each of the later parts that touch its file: what only the comparison with the text
   * before tells (a lock that went away) is gone when the lock is back.
   */
  private SortedMap<Integer, PatchReview> stillOpen(SortedMap<Integer, PatchReview> reviews, SortedMap<Integer, Change> changes) {
    SortedMap<Integer, PatchReview> open = new TreeMap<>();
    int asked = 0;
    for (Map.Entry<Integer, PatchReview> part : reviews.entrySet()) {
      PatchReview review = part.getValue();
      Change change = changes.get(part.getKey());
      Map<String, Integer> gone = new HashMap<>();
      Set<String> left = new HashSet<>();
      for (Raised raised : review.introduced()) if (raised.repairedBy().isEmpty()) left.add(raised.identity());
      if (change != null)
        for (Map.Entry<Integer, Change> later : changes.tailMap(part.getKey() + 1).entrySet()) {
          if (left.isEmpty() || asked >= MOST_LATER_PARTS) break;
          if (!touchesFileOf(later.getValue().patch(), review, left)) continue;
          asked++;
          Set<String> still = new HashSet<>();
          for (Raised raised : compared(new Change(change.patch(), change.before(), later.getValue().after()), review.base()).introduced()) still.add(raised.identity());
          for (String identity : left) if (!still.contains(identity)) gone.put(identity, later.getKey());
          left.removeAll(gone.keySet());
        }
      List<Raised> introduced = new ArrayList<>();
      for (Raised raised : review.introduced())
        introduced.add(raised.repairedBy().isPresent() ? raised : new Raised(raised.identity(), raised.finding(), Optional.ofNullable(gone.get(raised.identity()))));
      open.put(part.getKey(), new PatchReview(review.patch(), review.status(), review.reason(), review.base(), introduced, review.resolved(), review.standing()));
    }
    return open;
  }

  private static boolean touchesFileOf(Patch patch, PatchReview review, Set<String> identities) {
    for (Raised raised : review.introduced())
      if (identities.contains(raised.identity())) for (FileDiff file : patch.files()) if (file.path().equals(raised.finding().at().path())) return true;
    return false;
  }

  /** Commits that follow each other, by their number: what a later one takes away again is said as such. */
  public SortedMap<Integer, PatchReview> commits(SortedMap<Integer, Change> changes, Function<Change, Base> base) {
    SortedMap<Integer, PatchReview> reviews = new TreeMap<>();
    changes.forEach((number, change) -> reviews.put(number, review(change, base.apply(change))));
    return stillOpen(repaired(reviews), changes);
  }

  /** A change whose two sides are known already: a commit. */
  public PatchReview review(Change change, Base base) {
    if (change.patch().isEmpty()) return silent(change.patch(), base, Status.NOTHING_TO_REVIEW, "it changes no file");
    if (!anyC(change.patch())) return silent(change.patch(), base, Status.NOTHING_TO_REVIEW, "no C file is touched");
    return compared(change, base);
  }

  /** Findings of files as they stand, each with its identity. */
  public static List<Raised> standing(List<Finding> findings) {
    List<Raised> raised = new ArrayList<>();
    byKey(findings, name -> name).forEach((key, found) -> {
      for (int i = 0; i < found.size(); i++) raised.add(new Raised(Identity.id(key, i + 1), found.get(i), Optional.empty()));
    });
    return sorted(raised);
  }

  /** The tree that a patch makes of another; empty when it does not apply. */
  public static Optional<Tree> after(Patch patch, Tree tree) {
    return Optional.ofNullable(apply(patch, tree).after());
  }

  /** What the hunks show of the files after a patch. */
  public static Tree shown(Patch patch) {
    return HunkTree.after(patch);
  }

  /** One patch alone. */
  public PatchReview review(Patch patch, Base base) {
    return outcome(patch, base).review();
  }

  /** A patch's review, and the tree after it; null when there is none. */
  private record Outcome(PatchReview review, Tree after) {}

  private Outcome outcome(Patch patch, Base base) {
    if (patch.isEmpty()) return new Outcome(silent(patch, base, notAPatch(patch), why(patch)), null);
    if (!(base instanceof Base.Found found)) {
      Status status = anyC(patch) ? Status.REVIEWED : Status.NOTHING_TO_REVIEW;
      if (status != Status.REVIEWED) return new Outcome(silent(patch, base, status, "no C file is touched"), null);
      return new Outcome(compared(new Change(patch, HunkTree.before(patch), HunkTree.after(patch)), base), null);
    }
    Applied applied = apply(patch, found.tree());
    if (applied.after() == null) return new Outcome(silent(patch, base, Status.DOES_NOT_APPLY, applied.trouble()), null);
    if (!anyC(patch)) return new Outcome(silent(patch, base, Status.NOTHING_TO_REVIEW, "no C file is touched"), applied.after());
    return new Outcome(compared(new Change(patch, found.tree(), applied.after()), base), applied.after());
  }

  private static Status notAPatch(Patch patch) {
    return patch.problems().isEmpty() ? Status.NOT_A_PATCH : Status.UNREADABLE;
  }

  private static String why(Patch patch) {
    return patch.problems().isEmpty() ? "there is no diff in it" : patch.problems().get(0).toString();
  }

  private static PatchReview silent(Patch patch, Base base, Status status, String reason) {
    return new PatchReview(patch, status, reason, base, List.of(), List.of(), List.of());
  }

  private static boolean anyC(Patch patch) {
    return patch.files().stream().anyMatch(file -> !file.hunks().isEmpty() && isC(file.path()));
  }

  private static boolean isC(String path) {
    return path.endsWith(".c") || path.endsWith(".h");
  }

  /** The tree after, or null and what stood in the way. */
  private record Applied(Tree after, String trouble) {}

  private static Applied apply(Patch patch, Tree before) {
    List<SourceText> changed = new ArrayList<>();
    Set<String> gone = new TreeSet<>();
    for (FileDiff file : patch.files()) {
      Optional<SourceText> old = file.prePath().flatMap(before::file);
      if (file.prePath().isPresent() && old.isEmpty()) {
        if (file.hunks().isEmpty()) continue; // a mode change or binary file of a tree that does not show it
        return new Applied(null, file.prePath().get() + ": no such file in " + before.name() + ", or one of more than 32 MB");
      }
      SourceText text = old.orElseGet(() -> SourceText.of(file.path(), new byte[0]));
      Placement result = Apply.to(file, text);
      if (result instanceof Placement.Refused refused) return new Applied(null, refused.toString());
      SourceText after = ((Placement.Applied) result).after();
      if (file.postPath().isEmpty()) gone.add(file.prePath().orElseThrow());
      else {
        changed.add(SourceText.of(file.postPath().get(), after.bytes()));
        if (file.prePath().isPresent() && !file.prePath().equals(file.postPath()) && file.flags().contains("rename"))
          gone.add(file.prePath().get());
      }
    }
    return new Applied(new Patched(before, changed, gone), "");
  }

  private PatchReview compared(Change change, Base base) {
    Patch patch = change.patch();
    List<SourceText> before = texts(change.before(), patch, true);
    List<SourceText> after = texts(change.after(), patch, false);
    Functions functions = Functions.of(functions(before, change.before()), functions(after, change.after()));
    Map<String, List<Checks.Altered>> altered = altered(change, before, after);
    Set<String> touched = new HashSet<>(functions.changed());
    for (SourceText text : after) {
      Set<String> names = new TreeSet<>();
      for (Checks.Altered one : altered.getOrDefault(text.path(), List.of())) names.add(one.name());
      if (!names.isEmpty()) touched.addAll(checks.mentioning(text, change.after(), names)); // their callers may break, though they are as they were
    }
    Map<String, Set<String>> asked = asked(change, before, after);
    List<Finding> all = now(change, before, after, asked);
    List<Finding> old = old(change, before, all, asked, functions);
    List<Finding> now = sure(weighed(change, before, after, old, all, functions));
    Lines lines = Lines.of(patch);

    Map<String, List<Finding>> oldByKey = byKey(old, name -> name);
    Map<String, List<Finding>> nowByKey = byKey(now, functions::oldName);
    List<Raised> introduced = new ArrayList<>();
    List<Raised> standing = new ArrayList<>();
    List<Raised> resolved = new ArrayList<>();
    nowByKey.forEach((key, found) -> {
      int known = oldByKey.getOrDefault(key, List.of()).size();
      // Said more often than before: what stands on a line of the patch is the new one.
      List<Finding> freshFirst = new ArrayList<>(found);
      freshFirst.sort((a, b) -> Boolean.compare(lines.added(b.at()), lines.added(a.at())));
      int fresh = Math.max(0, found.size() - known);
      for (int i = 0; i < freshFirst.size(); i++) {
        Finding finding = freshFirst.get(i);
        Raised raised = new Raised(Identity.id(key, i + 1), finding, Optional.empty());
        if (i < fresh && concerns(finding, touched, lines)) introduced.add(raised);
        else standing.add(raised);
      }
    });
    if (base instanceof Base.Found) introduced.addAll(elsewhere(change, altered, after));
    byKey(sure(old), name -> name).forEach((key, found) -> {
      int still = nowByKey.getOrDefault(key, List.of()).size();
      for (int i = still; i < found.size(); i++) resolved.add(new Raised(Identity.id(key, i + 1), found.get(i), Optional.empty()));
    });
    List<String> gaps = new ArrayList<>();
    for (SourceText text : after) gaps.addAll(checks.gaps(text, change.after(), touched::contains));
    return new PatchReview(patch, Status.REVIEWED, notJudged(gaps), base, sorted(introduced), sorted(resolved), sorted(standing));
  }

  /** Gaps as one line; empty without one. */
  public static String notJudged(List<String> gaps) {
    if (gaps.isEmpty()) return "";
    String more = gaps.size() <= MOST_GAPS ? "" : ", and " + (gaps.size() - MOST_GAPS) + " more";
    return "not judged: " + String.join(", ", gaps.subList(0, Math.min(MOST_GAPS, gaps.size()))) + more;
  }

  /** What breaks in other files, which the change did not touch, since a function that they call does something else to locks now. */
  private List<Raised> elsewhere(Change change, Map<String, List<Checks.Altered>> altered, List<SourceText> after) {
    List<Raised> found = new ArrayList<>();
    Map<String, Map<String, Place>> calling = new TreeMap<>(); // by path of the callers' file: name, and where it stands
    for (List<Checks.Altered> all : altered.values())
      for (Checks.Altered one : all)
        for (String path : one.files()) if (of(path, after) == null && calling.size() < MOST_FAR_FILES) calling.computeIfAbsent(path, p -> new TreeMap<>()).put(one.name(), one.at());
    calling.forEach((path, names) -> {
      Optional<SourceText> text = change.after().file(path);
      Optional<SourceText> old = change.before().file(path);
      if (text.isEmpty() || old.isEmpty()) return;
      Set<String> callers = checks.mentioning(text.get(), change.after(), names.keySet());
      if (callers.isEmpty()) return;
      Map<String, List<Finding>> known = byKey(checks.sure(old.get(), change.before(), callers), name -> name);
      byKey(sure(checks.sure(text.get(), change.after(), callers)), name -> name).forEach((key, findings) -> {
        for (int i = known.getOrDefault(key, List.of()).size(); i < findings.size(); i++)
          if (callers.contains(findings.get(i).function())) found.add(new Raised(Identity.id(key, i + 1), because(findings.get(i), names), Optional.empty()));
      });
    });
    return found;
  }

  /** By path, the functions of changed files that now do something else to their callers. */
  private Map<String, List<Checks.Altered>> altered(Change change, List<SourceText> before, List<SourceText> after) {
    Map<String, List<Checks.Altered>> altered = new TreeMap<>();
    for (SourceText now : after) {
      SourceText then = of(now.path(), before);
      List<Checks.Altered> here = then == null ? List.of() : checks.altered(then, change.before(), now, change.after());
      if (!here.isEmpty()) altered.put(now.path(), here);
    }
    return altered;
  }

  /** The finding with the function that this change altered as its cause. */
  private static Finding because(Finding finding, Map<String, Place> altered) {
    List<Witness> evidence = new ArrayList<>(finding.evidence());
    for (Map.Entry<String, Place> cause : altered.entrySet())
      if (altered.size() == 1 || finding.subject().contains(cause.getKey())) evidence.add(new Witness(cause.getValue(), cause.getKey() + "() is what this patch changed; this file is not"));
    return new Finding(finding.check(), finding.rule(), finding.at(), finding.function(), finding.lock(), finding.subject(), finding.kind(), finding.held(), finding.confidence(), finding.assumption(), finding.message(), evidence);
  }

  private List<keeper.c.Function> functions(List<SourceText> texts, Tree tree) {
    List<keeper.c.Function> functions = new ArrayList<>();
    for (SourceText text : texts) functions.addAll(checks.functions(text, tree));
    return functions;
  }

  /** A finding is the patch's only when the patch touched its function or something that the finding itself names. */
  private static boolean concerns(Finding finding, Set<String> touched, Lines lines) {
    if (touched.contains(finding.function()) || lines.near(finding.at())) return true;
    for (Witness witness : finding.evidence()) if (lines.near(witness.at())) return true;
    return false;
  }

  /** The findings after a change; of the doubtful ones those that can become sure. */
  private List<Finding> now(Change change, List<SourceText> before, List<SourceText> after, Map<String, Set<String>> asked) {
    List<Finding> findings = new ArrayList<>();
    for (SourceText text : after) {
      SourceText then = of(text.path(), before);
      Set<String> functions = asked.getOrDefault(text.path(), Set.of());
      if (functions.isEmpty() && asked.containsKey(text.path())) continue;
      if (least == Confidence.POSSIBLE) findings.addAll(checks.findings(text, change.after(), functions));
      else if (then == null) findings.addAll(checks.sure(text, change.after(), functions));
      else findings.addAll(checks.changed(text, change.after(), functions, then, change.before()));
    }
    return findings;
  }

  /** The findings before a change; of the doubtful ones those that one of after may be. */
  private List<Finding> old(Change change, List<SourceText> before, List<Finding> now, Map<String, Set<String>> asked, Functions names) {
    List<Finding> findings = new ArrayList<>();
    for (SourceText text : before) {
      Set<String> functions = asked.getOrDefault(text.path(), Set.of());
      if (functions.isEmpty() && asked.containsKey(text.path())) continue;
      if (least == Confidence.POSSIBLE) findings.addAll(checks.findings(text, change.before(), functions));
      else findings.addAll(checks.matching(text, change.before(), functions, now, names::oldName));
    }
    return findings;
  }

  private static SourceText of(String path, List<SourceText> texts) {
    SourceText found = null;
    for (SourceText text : texts) if (text.path().equals(path)) found = text;
    return found;
  }

  /** By path, the functions that a change can have to do with; no set for a file of which all are asked. */
  private Map<String, Set<String>> asked(Change change, List<SourceText> before, List<SourceText> after) {
    Map<String, Set<String>> asked = new HashMap<>();
    for (SourceText now : after) {
      SourceText then = of(now.path(), before);
      if (then != null) checks.asked(then, change.before(), now, change.after()).ifPresent(functions -> asked.put(now.path(), functions));
    }
    return asked;
  }

  private List<Finding> sure(List<Finding> findings) {
    List<Finding> sure = new ArrayList<>();
    for (Finding finding : findings) if (finding.confidence().compareTo(least) <= 0) sure.add(finding);
    return sure;
  }

  /** The findings after the change; the doubtful ones that are new in the light of the text before. */
  private List<Finding> weighed(Change change, List<SourceText> before, List<SourceText> after, List<Finding> old, List<Finding> now, Functions functions) {
    Map<String, List<Finding>> known = byKey(old, name -> name);
    List<Finding> all = new ArrayList<>();
    for (SourceText text : after) {
      SourceText then = of(text.path(), before);
      Map<String, Integer> seen = new HashMap<>();
      List<Finding> fresh = new ArrayList<>();
      for (Finding finding : now) {
        if (!finding.at().path().equals(text.path())) continue;
        String key = Identity.key(finding, functions.oldName(finding.function()));
        int count = seen.merge(key, 1, Integer::sum);
        if (count <= known.getOrDefault(key, List.of()).size()) all.add(finding);
        else fresh.add(finding);
      }
      all.addAll(then == null ? fresh : checks.weigh(fresh, then, change.before(), text, change.after()));
    }
    all.removeIf(finding -> movedTo(finding, change, before, after));
    return all;
  }

  /** The lock that it misses went to another file of the patch. */
  private boolean movedTo(Finding finding, Change change, List<SourceText> before, List<SourceText> after) {
    for (SourceText then : before)
      for (SourceText now : after)
        if (then.path().equals(now.path()) && !now.path().equals(finding.at().path()) && checks.movedTo(finding, then, change.before(), now, change.after())) return true;
    return false;
  }

  private interface Naming {
    String of(String function);
  }

  private static Map<String, List<Finding>> byKey(List<Finding> findings, Naming naming) {
    Map<String, List<Finding>> byKey = new TreeMap<>();
    for (Finding finding : findings)
      byKey.computeIfAbsent(Identity.key(finding, naming.of(finding.function())), key -> new ArrayList<>()).add(finding);
    return byKey;
  }

  private static List<SourceText> texts(Tree tree, Patch patch, boolean before) {
    Set<String> paths = new LinkedHashSet<>();
    for (FileDiff file : patch.files()) {
      Optional<String> path = before ? file.prePath() : file.postPath();
      if (path.isPresent() && isC(path.get()) && !file.hunks().isEmpty()) paths.add(path.get());
    }
    List<SourceText> texts = new ArrayList<>();
    for (String path : paths) tree.file(path).ifPresent(texts::add);
    return texts;
  }

  private static List<Raised> sorted(List<Raised> raised) {
    List<Raised> sorted = new ArrayList<>(raised);
    sorted.sort((a, b) -> {
      int byFinding = a.finding().compareTo(b.finding());
      return byFinding != 0 ? byFinding : a.identity().compareTo(b.identity());
    });
    return sorted;
  }

  /** Marks what a later part of the same series takes away again. */
  private static SortedMap<Integer, PatchReview> repaired(SortedMap<Integer, PatchReview> reviews) {
    Map<String, Integer> repairs = new HashMap<>(); // identity, and the first part behind that resolves it
    SortedMap<Integer, PatchReview> marked = new TreeMap<>();
    List<Integer> parts = new ArrayList<>(reviews.keySet());
    for (int i = parts.size() - 1; i >= 0; i--) {
      PatchReview review = reviews.get(parts.get(i));
      List<Raised> introduced = new ArrayList<>();
      for (Raised raised : review.introduced())
        introduced.add(new Raised(raised.identity(), raised.finding(), Optional.ofNullable(repairs.get(raised.identity()))));
      marked.put(parts.get(i), new PatchReview(review.patch(), review.status(), review.reason(), review.base(), introduced, review.resolved(),
          review.standing()));
      for (Raised raised : review.introduced()) repairs.remove(raised.identity());
      for (Raised raised : review.resolved()) repairs.put(raised.identity(), parts.get(i));
    }
    return marked;
  }

  /** The lines of the post-image that a patch wrote, and those beside what it took away. */
  private record Lines(Map<String, Set<Integer>> added, Map<String, Set<Integer>> near) {
    static Lines of(Patch patch) {
      Lines lines = new Lines(new HashMap<>(), new HashMap<>());
      for (FileDiff file : patch.files()) {
        Set<Integer> added = lines.added.computeIfAbsent(file.path(), path -> new HashSet<>());
        Set<Integer> near = lines.near.computeIfAbsent(file.path(), path -> new HashSet<>());
        for (Hunk hunk : file.hunks()) {
          int line = hunk.postImage().start();
          for (HunkLine hunkLine : hunk.lines()) {
            if (hunkLine.kind() == HunkLine.Kind.ADDED) added.add(line);
            if (hunkLine.kind() != HunkLine.Kind.CONTEXT) {
              near.add(line - 1);
              near.add(line);
            }
            if (hunkLine.inPostImage()) line++;
          }
        }
      }
      return lines;
    }

    boolean added(Place place) {
      return added.getOrDefault(place.path(), Set.of()).contains(place.line());
    }

    boolean near(Place place) {
      return near.getOrDefault(place.path(), Set.of()).contains(place.line());
    }
  }
}
