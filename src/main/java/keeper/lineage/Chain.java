// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lineage;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All that hangs together with one change: what brought the fault in, its fixes, the fixes of these, reverts. A tree, though bad
 * data has circles and a fix may name two culprits: each change stands once, with a note where else it belongs.
 *
 * @param asked the change that was asked for
 * @param roots what nothing known was fixed by, oldest first
 * @param mentioned changes that speak of the asked one without fixing it, oldest first
 * @param reach how far the index reaches
 */
public record Chain(Member asked, List<Branch> roots, List<FixLink> mentioned, Reach reach) {
  private static final int DEPTH = 16;
  private static final int WIDTH = 40; // fixes of one change that are shown; some "since forever" commits have thousands

  /**
   * A change in the tree.
   *
   * @param link why it stands below its parent; empty for a root
   * @param notes what else is to be said: other culprits, other changes that its text names
   * @param left how many fixes of it are not shown
   */
  public record Branch(Member member, Optional<FixLink> link, List<String> notes, List<Branch> fixes, int left) {
    public Branch {
      notes = List.copyOf(notes);
      fixes = List.copyOf(fixes);
    }
  }

  public Chain {
    roots = List.copyOf(roots);
    mentioned = List.copyOf(mentioned);
  }

  static Chain of(Member asked, Lineage lineage) {
    return new Builder(asked, lineage).chain();
  }

  /** How many changes stand in the tree. */
  public int size() {
    int size = 0;
    for (Branch root : roots) size += size(root);
    return size;
  }

  private static int size(Branch branch) {
    int size = 1;
    for (Branch fix : branch.fixes) size += size(fix);
    return size;
  }

  /** Climbs to the first culprits, then comes down over their fixes. */
  private static final class Builder {
    private final Member asked;
    private final Lineage lineage;
    private final Map<String, List<FixLink>> culprits = new HashMap<>(); // by the fix's key
    private final Set<String> above = new HashSet<>(); // on the way from the asked change to a root
    private final Map<String, Member> roots = new LinkedHashMap<>();
    private final Map<String, Member> shown = new LinkedHashMap<>();

    Builder(Member asked, Lineage lineage) {
      this.asked = asked;
      this.lineage = lineage;
    }

    Chain chain() {
      climb(asked, 0);
      if (roots.isEmpty()) roots.put(asked.key(), asked); // a circle
      List<Member> first = new ArrayList<>(roots.values());
      first.sort(Comparator.comparing((Member member) -> member.when().orElse(java.time.Instant.MIN)).thenComparing(Member::key));
      List<Node> nodes = new ArrayList<>();
      for (Member root : first) if (!shown.containsKey(root.key())) nodes.add(node(root, null, 0));
      List<Branch> branches = new ArrayList<>();
      for (Node node : nodes) branches.add(branch(node, List.of()));
      List<FixLink> mentioned = lineage.fixesOf(asked).stream().filter(link -> !link.isFix() && !shown.containsKey(link.fix().key())).limit(WIDTH).toList();
      return new Chain(asked, branches, mentioned, lineage.reach());
    }

    private void climb(Member member, int depth) {
      if (!above.add(member.key())) return;
      List<FixLink> up = links(member).stream().filter(FixLink::isFix).toList();
      if (up.isEmpty() || depth == DEPTH) roots.put(member.key(), member);
      else for (FixLink link : up) climb(link.culprit(), depth + 1);
    }

    private List<FixLink> links(Member fix) {
      return culprits.computeIfAbsent(fix.key(), key -> lineage.fixedBy(fix));
    }

    /** The tree while it is built: notes need to know who else is in it. */
    private record Node(Member member, FixLink link, List<Node> fixes, int left) {}

    private Node node(Member member, FixLink link, int depth) {
      shown.put(member.key(), member);
      List<FixLink> down = depth == DEPTH ? List.of() : lineage.fixesOf(member).stream().filter(FixLink::isFix).toList();
      List<Node> fixes = new ArrayList<>();
      int left = 0;
      for (FixLink fix : down) {
        if (shown.containsKey(fix.fix().key())) continue;
        boolean onTheWay = above.contains(fix.fix().key());
        // Of a change that is not the asked one and has very many fixes, only those on the way are of interest.
        if (!onTheWay && (fixes.size() >= WIDTH || (down.size() > WIDTH && !member.key().equals(asked.key())))) left++;
        else fixes.add(node(fix.fix(), fix, depth + 1));
      }
      return new Node(member, link, fixes, left);
    }

    /** @param siblings other fixes of the same culprit */
    private Branch branch(Node node, List<Node> siblings) {
      List<String> notes = new ArrayList<>();
      for (Node sibling : siblings) {
        if (sibling == node) continue;
        lineage.mends(node.member, sibling.member).ifPresent(link -> notes.add(
            "its hunks mend " + link.culprit().id().map(id -> id.brief()).orElse(link.culprit().name()) + ": " + link.evidence().get(0).text()));
      }
      if (node.link != null && !node.link.note().isEmpty()) notes.add(node.link.note());
      for (FixLink other : links(node.member)) {
        boolean parent = node.link != null && other.culprit().key().equals(node.link.culprit().key());
        if (parent) continue;
        if (other.isFix()) notes.add("also " + other.evidence().get(0).word() + " " + other.culprit().name());
        else if (shown.containsKey(other.culprit().key()) && !other.culprit().key().equals(node.member.key()))
          notes.add("its text also names " + other.culprit().id().map(id -> id.brief()).orElse(other.culprit().name()));
      }
      return new Branch(node.member, Optional.ofNullable(node.link), notes, node.fixes.stream().map(fix -> branch(fix, node.fixes)).toList(), node.left);
    }
  }
}
