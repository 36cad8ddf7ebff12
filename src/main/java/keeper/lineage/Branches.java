// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lineage;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * Which branches and which release a commit is in. "In" is reachability: merges count, and what came in by one is in the first
 * release above it.
 */
public final class Branches {
  /** No history was indexed. */
  public static final Branches NONE = new Branches(List.of(), List.of(), commit -> 0);

  /** What a branch is for. */
  public enum Kind {
    MAINLINE,
    STABLE,
    OTHER;

    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /**
   * A branch.
   *
   * @param name {@code mainline}, {@code 6.6.y}, {@code repository/branch}
   * @param head its newest commit's number
   * @param reach bit n: it has commit n
   */
  public record Branch(String name, String repository, Kind kind, int head, BitSet reach) {
    public boolean holds(int commit) {
      return commit > 0 && reach.get(commit);
    }
  }

  /** A release, and the branch it was made on; its number is its place in the list, from 1. */
  public record Release(String name, int commit, int branch) {}

  private final List<Branch> branches;
  private final List<Release> releases;
  private final IntUnaryOperator released;

  private Branches(List<Branch> branches, List<Release> releases, IntUnaryOperator released) {
    this.branches = List.copyOf(branches);
    this.releases = List.copyOf(releases);
    this.released = released;
  }

  /** As an index has kept them. @param released the number of the first release that has a commit, 0 when none has */
  public static Branches of(List<Branch> branches, List<Release> releases, IntUnaryOperator released) {
    return new Branches(branches, releases, released);
  }

  /** Mainline first, then the stable branches, the newest first, then the others by name. */
  public List<Branch> all() {
    return branches;
  }

  public List<Release> releases() {
    return releases;
  }

  /** {@code 6.6.y}, {@code linux-6.6.y}, {@code 6.6}, {@code v6.6}: all the same branch. */
  public Optional<Branch> named(String text) {
    for (Branch branch : branches) if (branch.name.equals(text)) return Optional.of(branch);
    String bare = bare(text);
    for (Branch branch : branches) if (branch.name.equals(bare) || branch.name.equals(bare + ".y") || branch.name.endsWith("/" + text)) return Optional.of(branch);
    return Optional.empty();
  }

  static String bare(String name) {
    String bare = name.substring(name.lastIndexOf('/') + 1);
    int digit = 0;
    while (digit < bare.length() && !Character.isDigit(bare.charAt(digit))) digit++;
    boolean named = digit > 0 && digit < bare.length() && (bare.charAt(digit - 1) == '-' || bare.charAt(digit - 1) == '_' || bare.startsWith("v") && digit == 1);
    return named ? bare.substring(digit) : bare;
  }

  /** The first tag that has a commit, release candidates too; nothing when no tag has it yet. */
  public Optional<Release> first(int commit) {
    int tag = commit == 0 ? 0 : released.applyAsInt(commit);
    return tag == 0 ? Optional.empty() : Optional.of(releases.get(tag - 1));
  }

  /** The release that has a commit, no candidate: {@code v6.6} for what came with {@code v6.6-rc2}. Nothing when it is still to come. */
  public Optional<Release> release(int commit) {
    int tag = commit == 0 ? 0 : released.applyAsInt(commit);
    if (tag == 0) return Optional.empty();
    Release first = releases.get(tag - 1);
    for (int i = tag - 1; i < releases.size(); i++) {
      Release release = releases.get(i);
      if (release.branch == first.branch && !Ref.isCandidate(release.name)) return Optional.of(release);
    }
    return Optional.empty();
  }

  /** For people: {@code v6.6}, {@code after v6.6-rc2} before the release is made, {@code next tag} when no tag has it. */
  public String releaseName(int commit) {
    Optional<Release> release = release(commit);
    if (release.isPresent()) return release.get().name;
    return first(commit).map(first -> first.name).orElse("next tag");
  }

  /** The branches that hold a commit. */
  public List<Branch> holding(int commit) {
    return branches.stream().filter(branch -> branch.holds(commit)).toList();
  }

  // ---- made anew from the names that repositories give

  /**
   * What one repository names.
   *
   * @param refs commits as numbers
   */
  public record Named(String repository, boolean mainline, List<Tip> tips) {}

  /** A name and the number of its commit. */
  public record Tip(Ref ref, int commit) {}

  private static final int MOST = 64; // branches of one repository that are kept apart

  /**
   * Sorts out branches and releases, and writes each commit's first release into the graph. Release branches whose name nobody has
   * any more are known by their tags.
   */
  public static Branches of(Graph graph, List<Named> repositories) {
    Maker maker = new Maker(graph);
    for (Named repository : repositories) if (repository.mainline) maker.mainline(repository);
    for (Named repository : repositories) maker.tags(repository);
    for (Named repository : repositories) maker.branches(repository);
    return maker.made();
  }

  private static final class Maker {
    private final Graph graph;
    private final int[] ranks;
    private final Map<String, Branch> branches = new LinkedHashMap<>();
    private final Map<String, Integer> tags = new LinkedHashMap<>();
    private BitSet mainline = new BitSet();

    Maker(Graph graph) {
      this.graph = graph;
      this.ranks = graph.ranks();
    }

    void mainline(Named repository) {
      Optional<Tip> head = head(repository);
      if (head.isEmpty()) return;
      mainline = graph.reach(head.get().commit);
      branches.put("mainline", new Branch("mainline", repository.repository, Kind.MAINLINE, head.get().commit, mainline));
    }

    private static Optional<Tip> head(Named repository) {
      for (Tip tip : repository.tips) if (tip.ref.kind() == Ref.Kind.HEAD) return Optional.of(tip);
      for (String name : List.of("master", "main", "origin/master", "origin/main"))
        for (Tip tip : repository.tips) if (tip.ref.kind() == Ref.Kind.BRANCH && tip.ref.name().equals(name)) return Optional.of(tip);
      return repository.tips.stream().filter(tip -> !tip.ref.isTag()).findFirst().or(() -> repository.tips.stream().findFirst());
    }

    void tags(Named repository) {
      for (Tip tip : repository.tips) if (tip.ref.isTag() && tip.ref.isRelease()) tags.putIfAbsent(tip.ref.name(), tip.commit);
    }

    void branches(Named repository) {
      List<Tip> stable = new ArrayList<>();
      List<Tip> others = new ArrayList<>();
      for (Tip tip : repository.tips) {
        if (tip.ref.isTag()) continue;
        if (isStable(tip.ref.name())) stable.add(tip);
        else if (!mainline.get(tip.commit)) others.add(tip);
      }
      for (Tip tip : stable) put(bare(tip.ref.name()), repository, Kind.STABLE, tip);
      int left = MOST;
      for (Tip tip : others) {
        if (left-- == 0) break;
        String name = tip.ref.kind() == Ref.Kind.HEAD ? repository.repository : repository.repository + "/" + tip.ref.name();
        if (branches.values().stream().anyMatch(branch -> branch.head == tip.commit)) continue;
        put(name, repository, Kind.OTHER, tip);
      }
    }

    private void put(String name, Named repository, Kind kind, Tip tip) {
      if (!branches.containsKey(name)) branches.put(name, new Branch(name, repository.repository, kind, tip.commit, graph.reach(tip.commit)));
    }

    /** {@code linux-6.6.y}, {@code v2009.11.y}. */
    private static boolean isStable(String name) {
      return name.length() > 2 && name.endsWith(".y") && Character.isDigit(name.charAt(name.length() - 3));
    }

    Branches made() {
      List<Map.Entry<String, Integer>> order = new ArrayList<>(tags.entrySet());
      order.sort(Comparator.comparing((Map.Entry<String, Integer> tag) -> !mainline.get(tag.getValue())).thenComparing(tag -> ranks[tag.getValue()])
          .thenComparing(tag -> Ref.isCandidate(tag.getKey())).thenComparing(Map.Entry::getKey));
      orphans(order);
      List<Branch> sorted = sorted();
      List<Release> releases = new ArrayList<>();
      for (Map.Entry<String, Integer> tag : order) releases.add(new Release(tag.getKey(), tag.getValue(), branch(sorted, tag)));
      graph.release(order.stream().mapToInt(Map.Entry::getValue).toArray());
      return new Branches(sorted, releases, graph::release);
    }

    /** Tags beside mainline that no branch has: the last of them stands for their branch. */
    private void orphans(List<Map.Entry<String, Integer>> order) {
      Map<String, Integer> last = new LinkedHashMap<>();
      for (Map.Entry<String, Integer> tag : order) {
        if (mainline.get(tag.getValue()) || branches.values().stream().anyMatch(branch -> branch.kind != Kind.OTHER && branch.holds(tag.getValue()))) continue;
        String line = line(tag.getKey());
        if (!line.isEmpty()) last.put(line, tag.getValue());
      }
      last.forEach((name, commit) -> branches.putIfAbsent(name, new Branch(name, "", Kind.STABLE, commit, graph.reach(commit))));
    }

    /** {@code v6.6.3} was made on {@code 6.6.y}. */
    private static String line(String tag) {
      String bare = bare(tag);
      int dot = bare.lastIndexOf('.');
      return dot > 0 && !Ref.isCandidate(bare) ? bare.substring(0, dot) + ".y" : "";
    }

    private int branch(List<Branch> sorted, Map.Entry<String, Integer> tag) {
      String line = line(tag.getKey());
      int found = -1;
      for (int i = 0; i < sorted.size(); i++) {
        Branch branch = sorted.get(i);
        if (!branch.holds(tag.getValue())) continue;
        if (branch.kind == Kind.MAINLINE || branch.name.equals(line)) return i;
        if (found < 0) found = i;
      }
      return found;
    }

    private List<Branch> sorted() {
      List<Branch> sorted = new ArrayList<>(branches.values());
      sorted.sort(Comparator.comparing(Branch::kind).thenComparing((one, other) ->
          one.kind == Kind.STABLE ? -versions(one.name, other.name) : one.name.compareTo(other.name)));
      return sorted;
    }
  }

  /** Orders versions as people do: 5.9 before 5.10. */
  public static int versions(String one, String other) {
    int i = 0;
    int j = 0;
    while (i < one.length() && j < other.length()) {
      if (Character.isDigit(one.charAt(i)) && Character.isDigit(other.charAt(j))) {
        int from = i;
        int start = j;
        while (i < one.length() && Character.isDigit(one.charAt(i))) i++;
        while (j < other.length() && Character.isDigit(other.charAt(j))) j++;
        int order = new java.math.BigInteger(one.substring(from, i)).compareTo(new java.math.BigInteger(other.substring(start, j)));
        if (order != 0) return order;
      } else {
        int order = Character.compare(one.charAt(i++), other.charAt(j++));
        if (order != 0) return order;
      }
    }
    return Integer.compare(one.length() - i, other.length() - j);
  }
}
