// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lineage;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import keeper.lineage.Branches.Branch;
import keeper.lineage.Links.Edge;
import keeper.lineage.Links.Kind;
import keeper.lineage.Source.InHistory;

/** Questions about all commits at once, over the graph's arrays: what a branch lacks, which fixes are broken, where faults gather. */
public final class Survey {
  private static final int DEPTH = 16; // wrong tags make circles and long tails
  private static final long DAY = 86_400;

  private final Whole whole;
  private final Graph graph;
  private final Links links;

  private Survey(Whole whole) {
    this.whole = whole;
    this.graph = whole.graph();
    this.links = whole.links();
  }

  public static Survey of(Whole whole) {
    return new Survey(whole);
  }

  /**
   * Everything that is indexed, for questions about all of it.
   *
   * @param commits gives commits by their numbers, in this order
   * @param words what people wrote down, by a commit's number
   */
  public record Whole(Graph graph, Links links, Branches branches, Function<Collection<Integer>, List<InHistory>> commits, Map<Integer, List<Word>> words) {
    boolean said(int commit, Word.Kind kind) {
      return words.getOrDefault(commit, List.of()).stream().anyMatch(word -> word.kind() == kind);
    }
  }

  /** What is to be done about a fix that a branch lacks. */
  public enum Need {
    NEEDED,
    PRESENT,
    SAME_SERIES,
    NOT_APPLICABLE,
    BLOCKED,
    DECLINED
  }

  /**
   * A follow-up.
   *
   * @param commit that follows
   * @param of what it follows
   * @param kind how
   * @param depth 1 for what follows a commit that is there, 2 for what follows that
   * @param reason in a line; empty when there is nothing to say
   */
  public record Candidate(InHistory commit, InHistory of, Kind kind, int depth, Need need, String reason) {}

  /** Says why a commit cannot be applied to a branch; nothing when it can, or when that cannot be told. */
  public interface Applicability {
    Optional<String> hindrance(InHistory commit, Branch branch);
  }

  private record Found(int commit, int of, Kind kind, int depth) {}

  /**
   * Fixes and reverts of what the branch has, and fixes of these, that it does not have; oldest first.
   *
   * @param since of commits not older than this
   */
  public List<Candidate> missing(Branch branch, Instant since, Predicate<InHistory> wanted, Applicability code) {
    BitSet present = present(branch.reach());
    List<Found> found = follow(present, branch.reach(), klass -> present.get(klass));
    return candidates(found, since, wanted, Optional.of(branch), present, code);
  }

  /**
   * Follow-ups of a set of commits ("my backports"); those of the set itself are SAME_SERIES, those that the branch has PRESENT.
   */
  public List<Candidate> followUps(Collection<Integer> commits, Optional<Branch> branch, Applicability code) {
    BitSet set = new BitSet();
    for (int commit : commits) set.set(links.klass(commit));
    BitSet present = branch.map(found -> present(found.reach())).orElse(new BitSet());
    List<Found> found = follow(set, null, klass -> false);
    List<Candidate> all = new ArrayList<>();
    for (Candidate candidate : candidates(found, Instant.EPOCH, commit -> true, branch, present, code)) {
      int klass = links.klass(candidate.commit.number());
      if (set.get(klass)) all.add(new Candidate(candidate.commit, candidate.of, candidate.kind, candidate.depth, Need.SAME_SERIES, "it is in the list"));
      else if (present.get(klass)) all.add(new Candidate(candidate.commit, candidate.of, candidate.kind, candidate.depth, Need.PRESENT, "the branch has it"));
      else all.add(candidate);
    }
    return all;
  }

  private BitSet present(BitSet reach) {
    BitSet present = new BitSet(graph.size() + 1);
    for (int commit = reach.nextSetBit(1); commit >= 0; commit = reach.nextSetBit(commit + 1)) present.set(links.klass(commit));
    return present;
  }

  /** Classes that were taken back there: the last word counts. */
  private BitSet takenBack(BitSet reach) {
    BitSet back = new BitSet();
    List<Edge> words = new ArrayList<>();
    for (int i = 0; i < links.edges(); i++) {
      Edge edge = links.edge(i);
      boolean counts = (edge.kind() == Kind.REVERTS || edge.kind() == Kind.REAPPLIES) && edge.sureness() > 0;
      if (counts && reach.get(edge.commit()) && !whole.said(edge.commit(), Word.Kind.NOT_A_REVERT)) words.add(edge);
    }
    words.sort(Comparator.comparing((Edge edge) -> graph.date(edge.commit())).thenComparing(Edge::commit));
    for (Edge edge : words) back.set(links.klass(edge.target()), edge.kind() == Kind.REVERTS);
    return back;
  }

  /** Breadth first from what is there; a class once, at its least depth. */
  private List<Found> follow(BitSet start, BitSet reach, Predicate<Integer> stop) {
    BitSet back = reach == null ? new BitSet() : takenBack(reach);
    BitSet seen = new BitSet();
    Deque<Found> queue = new ArrayDeque<>();
    for (int i = 0; i < links.edges(); i++) {
      Edge edge = links.edge(i);
      if (!follows(edge)) continue;
      int target = links.klass(edge.target());
      int klass = links.klass(edge.commit());
      if (klass == target || !start.get(target) || back.get(target) || stop.test(klass) || seen.get(klass)) continue;
      seen.set(klass);
      queue.add(new Found(edge.commit(), edge.target(), edge.kind(), 1));
    }
    List<Found> all = new ArrayList<>();
    while (!queue.isEmpty()) {
      Found found = queue.remove();
      all.add(found);
      if (found.depth == DEPTH) continue;
      int klass = links.klass(found.commit);
      if (!links.hasEdges(klass)) continue;
      for (Edge edge : links.to(klass)) {
        int next = links.klass(edge.commit());
        if (!follows(edge) || next == klass || stop.test(next) || seen.get(next)) continue;
        seen.set(next);
        queue.add(new Found(edge.commit(), edge.target(), edge.kind(), found.depth + 1));
      }
    }
    return all;
  }

  private boolean follows(Edge edge) {
    if (edge.sureness() == 0) return false;
    if (edge.kind() == Kind.FIXES) return !whole.said(edge.commit(), Word.Kind.NOT_A_FIX);
    return edge.kind() == Kind.REVERTS && !whole.said(edge.commit(), Word.Kind.NOT_A_REVERT);
  }

  private List<Candidate> candidates(
      List<Found> found, Instant since, Predicate<InHistory> wanted, Optional<Branch> branch, BitSet present, Applicability code) {
    List<Found> young = new ArrayList<>(found.stream().filter(one -> graph.date(links.klass(one.commit)) >= since.getEpochSecond()).toList());
    young.sort(Comparator.comparing((Found one) -> graph.date(links.klass(one.commit))).thenComparing(one -> links.klass(one.commit)));
    List<Integer> numbers = new ArrayList<>();
    for (Found one : young) {
      numbers.add(links.klass(one.commit));
      numbers.add(links.klass(one.of));
    }
    Map<Integer, InHistory> commits = new HashMap<>();
    for (InHistory commit : whole.commits.apply(numbers)) commits.put(commit.number(), commit);
    Map<Integer, List<Integer>> needs = branch.isEmpty() ? Map.of() : needs();
    List<Candidate> candidates = new ArrayList<>();
    for (Found one : young) {
      InHistory commit = commits.get(links.klass(one.commit));
      InHistory of = commits.get(links.klass(one.of));
      if (commit == null || of == null || !wanted.test(commit)) continue;
      Need need = Need.NEEDED;
      String reason = "";
      Optional<Word> declined = whole.words.getOrDefault(commit.number(), List.of()).stream().filter(word -> word.kind() == Word.Kind.DECLINED).findFirst();
      if (declined.isPresent()) {
        need = Need.DECLINED;
        reason = declined.get().reason();
      } else if (branch.isPresent()) {
        Optional<String> hindrance = present.get(commit.number()) ? Optional.empty() : code.hindrance(commit, branch.get());
        List<Integer> lacking = needs.getOrDefault(commit.number(), List.of()).stream().filter(other -> !present.get(other)).toList();
        if (hindrance.isPresent()) {
          need = Need.NOT_APPLICABLE;
          reason = hindrance.get();
        } else if (!lacking.isEmpty()) {
          need = Need.BLOCKED;
          reason = "needs " + String.join(", ", whole.commits.apply(lacking).stream().map(other -> other.id().brief()).toList());
        }
      }
      candidates.add(new Candidate(commit, of, one.kind, one.depth, need, reason));
    }
    return candidates;
  }

  /** What must be there first, by class. */
  private Map<Integer, List<Integer>> needs() {
    Map<Integer, List<Integer>> needs = new HashMap<>();
    for (int i = 0; i < links.edges(); i++) {
      Edge edge = links.edge(i);
      int commit = links.klass(edge.commit());
      int target = links.klass(edge.target());
      if (edge.sureness() == 0 || commit == target) continue;
      if (edge.kind() == Kind.PREREQ) needs.computeIfAbsent(commit, key -> new ArrayList<>()).add(target);
      if (edge.kind() == Kind.DEP_OF) needs.computeIfAbsent(target, key -> new ArrayList<>()).add(commit);
    }
    return needs;
  }

  /** Fixes that the branch has, and whose own fixes it lacks; oldest first. */
  public List<Candidate> unfixedFixes(Branch branch) {
    BitSet present = present(branch.reach());
    BitSet back = takenBack(branch.reach());
    BitSet fixes = new BitSet();
    for (int i = 0; i < links.edges(); i++) {
      Edge edge = links.edge(i);
      if (edge.kind() == Kind.FIXES && follows(edge) && present.get(links.klass(edge.commit()))) fixes.set(links.klass(edge.commit()));
    }
    fixes.andNot(back);
    List<Found> found = new ArrayList<>();
    BitSet seen = new BitSet();
    for (int i = 0; i < links.edges(); i++) {
      Edge edge = links.edge(i);
      int klass = links.klass(edge.commit());
      if (!follows(edge) || !fixes.get(links.klass(edge.target())) || present.get(klass) || seen.get(klass)) continue;
      seen.set(klass);
      found.add(new Found(edge.commit(), edge.target(), edge.kind(), 1));
    }
    return candidates(found, Instant.EPOCH, commit -> true, Optional.of(branch), present, (commit, on) -> Optional.empty());
  }

  /** How long things take, as quantiles of days: from a fault to its first fix, and from mainline to each stable branch. */
  public Answer.Builder timeToFix(Instant since) {
    Answer.Builder answer = Answer.of("measure", "count", "p10", "p50", "p90", "p99");
    Map<Integer, Long> first = new HashMap<>();
    for (int i = 0; i < links.edges(); i++) {
      Edge edge = links.edge(i);
      int target = links.klass(edge.target());
      int fix = links.klass(edge.commit());
      if (edge.kind() != Kind.FIXES || !follows(edge) || fix == target || graph.date(fix) < since.getEpochSecond()) continue;
      first.merge(target, graph.date(fix), Math::min);
    }
    List<Long> days = new ArrayList<>();
    first.forEach((target, date) -> days.add(Math.max(0, (date - graph.date(target)) / DAY)));
    quantiles(answer, "days from a commit to its first fix", days);
    for (Branch branch : whole.branches.all()) {
      if (branch.kind() != Branches.Kind.STABLE) continue;
      List<Long> lags = new ArrayList<>();
      for (int commit = branch.reach().nextSetBit(1); commit >= 0; commit = branch.reach().nextSetBit(commit + 1)) {
        int klass = links.klass(commit);
        if (klass != commit && !branch.holds(klass) && graph.date(commit) >= since.getEpochSecond()) lags.add((graph.date(commit) - graph.date(klass)) / DAY);
      }
      quantiles(answer, "days from mainline to " + branch.name(), lags);
    }
    return answer;
  }

  /** Adds a line, where there is something to count. */
  public static void quantiles(Answer.Builder answer, String measure, List<Long> values) {
    if (values.isEmpty()) return;
    long[] sorted = values.stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(sorted);
    answer.row(measure, sorted.length, at(sorted, 0.1), at(sorted, 0.5), at(sorted, 0.9), at(sorted, 0.99));
  }

  private static long at(long[] sorted, double quantile) {
    return sorted[(int) Math.min(sorted.length - 1, Math.round(quantile * (sorted.length - 1)))];
  }

  /** What gathers faults: names that a fix or its culprit has, by the fixes received. @param limit rows at most */
  public Answer.Builder hot(String column, Instant since, int limit, Function<InHistory, List<String>> namesOfFix, Function<InHistory, List<String>> namesOfCulprit) {
    BitSet fixers = new BitSet();
    List<Edge> edges = new ArrayList<>();
    for (int i = 0; i < links.edges(); i++) {
      Edge edge = links.edge(i);
      if (!follows(edge)) continue;
      if (edge.kind() == Kind.FIXES) fixers.set(links.klass(edge.commit()));
      if (graph.date(links.klass(edge.commit())) >= since.getEpochSecond()) edges.add(edge);
    }
    List<Integer> numbers = new ArrayList<>();
    for (Edge edge : edges) {
      numbers.add(links.klass(edge.commit()));
      numbers.add(links.klass(edge.target()));
    }
    Map<Integer, InHistory> commits = new HashMap<>();
    for (InHistory commit : whole.commits.apply(numbers)) commits.put(commit.number(), commit);
    Map<String, long[]> counts = new TreeMap<>(); // fixes, fixes of fixes, reverts, last
    long newest = 0;
    BitSet seen = new BitSet();
    Map<Integer, List<String>> known = new HashMap<>();
    for (Edge edge : edges) {
      InHistory fix = commits.get(links.klass(edge.commit()));
      InHistory culprit = commits.get(links.klass(edge.target()));
      if (fix == null || culprit == null) continue;
      newest = Math.max(newest, graph.date(fix.number()));
      // A fix of three culprits is one fix of its files, and one of each culprit's author.
      List<String> names = namesOfCulprit != null ? namesOfCulprit.apply(culprit) : seen.get(fix.number()) ? List.of() : known.computeIfAbsent(fix.number(), key -> namesOfFix.apply(fix));
      seen.set(fix.number());
      for (String name : names) {
        long[] count = counts.computeIfAbsent(name, key -> new long[4]);
        count[edge.kind() == Kind.REVERTS ? 2 : 0]++;
        if (edge.kind() == Kind.FIXES && fixers.get(culprit.number())) count[1]++;
        count[3] = Math.max(count[3], graph.date(fix.number()));
      }
    }
    long end = newest;
    Answer.Builder answer = Answer.of(column, "fixes", "fixesOfFixes", "reverts", "daysSinceLast");
    counts.entrySet().stream()
        .sorted(Comparator.comparing((Map.Entry<String, long[]> entry) -> -entry.getValue()[0] - entry.getValue()[2]).thenComparing(Map.Entry::getKey))
        .limit(limit)
        .forEach(entry -> answer.row(entry.getKey(), entry.getValue()[0], entry.getValue()[1], entry.getValue()[2], (end - entry.getValue()[3]) / DAY));
    if (counts.size() > limit) answer.note((counts.size() - limit) + " more are not shown; --limit shows them");
    return answer;
  }

  /** Pairs of different changes that fix the same commit, not long after each other; oldest first. @param within days */
  public List<Pair> sharedCulprits(Instant since, int within) {
    Map<Integer, List<Edge>> byTarget = new LinkedHashMap<>();
    for (int i = 0; i < links.edges(); i++) {
      Edge edge = links.edge(i);
      if (edge.kind() == Kind.FIXES && follows(edge) && !graph.isMerge(edge.commit()) && graph.date(links.klass(edge.commit())) >= since.getEpochSecond() - within * DAY)
        byTarget.computeIfAbsent(links.klass(edge.target()), key -> new ArrayList<>()).add(edge);
    }
    List<int[]> pairs = new ArrayList<>();
    byTarget.forEach((target, edges) -> {
      if (edges.size() > 100) return; // "since forever": its fixes have nothing in common
      for (int i = 0; i < edges.size(); i++)
        for (int j = i + 1; j < edges.size(); j++) {
          int one = links.klass(edges.get(i).commit());
          int other = links.klass(edges.get(j).commit());
          long late = Math.max(graph.date(one), graph.date(other));
          if (one != other && Math.abs(graph.date(one) - graph.date(other)) <= within * DAY && late >= since.getEpochSecond())
            pairs.add(graph.date(one) <= graph.date(other) ? new int[] {one, other, target} : new int[] {other, one, target});
        }
    });
    pairs.sort(Comparator.comparing((int[] pair) -> graph.date(pair[1])).thenComparing(pair -> pair[1]).thenComparing(pair -> pair[0]));
    List<Integer> numbers = new ArrayList<>();
    for (int[] pair : pairs) for (int number : pair) numbers.add(number);
    Map<Integer, InHistory> commits = new HashMap<>();
    for (InHistory commit : whole.commits.apply(numbers)) commits.put(commit.number(), commit);
    return pairs.stream().filter(pair -> commits.containsKey(pair[0]) && commits.containsKey(pair[1]) && commits.containsKey(pair[2]))
        .map(pair -> new Pair(commits.get(pair[0]), commits.get(pair[1]), commits.get(pair[2]))).distinct().toList();
  }

  /** Two that fix the same. */
  public record Pair(InHistory earlier, InHistory later, InHistory culprit) {}

  /** Fixes and their culprits, oldest fix first. */
  public List<Candidate> fixes(Instant since) {
    List<Found> found = new ArrayList<>();
    for (int i = 0; i < links.edges(); i++) {
      Edge edge = links.edge(i);
      if (edge.kind() == Kind.FIXES && follows(edge) && links.klass(edge.commit()) != links.klass(edge.target())) found.add(new Found(edge.commit(), edge.target(), edge.kind(), 1));
    }
    return candidates(found, since, commit -> true, Optional.empty(), new BitSet(), (commit, on) -> Optional.empty());
  }
}
