// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lineage;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import keeper.lineage.Branches.Branch;
import keeper.lineage.FixLink.Sureness;
import keeper.lineage.Source.InHistory;

/** How a fault stands on a branch. Weak links do not count. */
public final class States {
  private final Lineage lineage;
  private final Branches branches;

  private States(Lineage lineage) {
    this.lineage = lineage;
    this.branches = lineage.branches();
  }

  public static States over(Lineage lineage) {
    return new States(lineage);
  }

  /** What can be said. */
  public enum State {
    NOT_AFFECTED,
    REVERTED,
    AFFECTED,
    FIXED,
    PARTIAL,
    BAD_FIX,
    PENDING,
    UNKNOWN
  }

  /**
   * A fault on a branch.
   *
   * @param held the commit that brought it in there
   * @param fixedIn the first tag of the branch with the last fix that was needed; empty when it is not fixed
   * @param reason one line
   */
  public record OnBranch(String branch, State state, Optional<InHistory> held, String fixedIn, String reason) {}

  /** On every branch, in their order. */
  public List<OnBranch> of(Member fault) {
    return branches.all().stream().map(branch -> of(fault, branch)).toList();
  }

  public OnBranch of(Member fault, Branch branch) {
    if (fault.commits().isEmpty()) return new OnBranch(branch.name(), State.UNKNOWN, Optional.empty(), "", "no indexed history has it");
    Optional<InHistory> held = held(fault, branch);
    if (held.isEmpty()) return new OnBranch(branch.name(), State.NOT_AFFECTED, held, "", "the branch never had it");
    List<FixLink> links = lineage.fixesOf(fault);
    Optional<FixLink> revert = reverted(links, branch);
    if (revert.isPresent() && !isPartial(revert.get()))
      return new OnBranch(branch.name(), State.REVERTED, held, release(revert.get().fix(), branch), "reverted by " + name(revert.get().fix(), branch) + in(revert.get().fix(), branch));
    List<FixLink> fixes = links.stream().filter(link -> isFix(link)).toList();
    List<Member> present = new ArrayList<>();
    List<Member> absent = new ArrayList<>();
    List<Member> pending = new ArrayList<>();
    for (FixLink link : fixes) {
      Member fix = link.fix();
      if (fix.commits().isEmpty()) pending.add(fix);
      else if (has(fix, branch)) present.add(fix);
      else absent.add(fix);
    }
    for (Member fix : present)
      for (FixLink again : lineage.fixesOf(fix))
        if (isFix(again) && !again.fix().commits().isEmpty() && !has(again.fix(), branch))
          return new OnBranch(branch.name(), State.BAD_FIX, held, "", "has the fix " + name(fix, branch) + " but not " + again.fix().name() + ", which fixes that");
    if (revert.isPresent())
      return new OnBranch(branch.name(), State.PARTIAL, held, "", "reverted in part by " + name(revert.get().fix(), branch) + in(revert.get().fix(), branch));
    if (!present.isEmpty() && absent.isEmpty()) {
      Member last = last(present, branch);
      return new OnBranch(branch.name(), State.FIXED, held, release(last, branch), "fixed by " + name(last, branch) + in(last, branch)
          + (present.size() > 1 ? ", the last of " + present.size() + " fixes" : ""));
    }
    if (!present.isEmpty())
      return new OnBranch(branch.name(), State.PARTIAL, held, "", "has " + present.size() + " of " + (present.size() + absent.size()) + " fixes; missing is " + absent.get(0).name());
    if (!absent.isEmpty()) return new OnBranch(branch.name(), State.AFFECTED, held, "", "has it" + in(fault, branch) + ", and not its fix " + absent.get(0).name());
    if (!pending.isEmpty())
      return new OnBranch(branch.name(), State.PENDING, held, "", "a fix was posted: " + posted(pending.get(0)));
    return new OnBranch(branch.name(), State.AFFECTED, held, "", "has it" + in(fault, branch) + "; no fix of it is known");
  }

  private static String posted(Member fix) {
    return fix.postings().isEmpty() ? fix.name() : fix.postings().get(fix.postings().size() - 1).id().bracketed();
  }

  /** A tag whose id is not doubtful. */
  static boolean isFix(FixLink link) {
    return link.sureness() != Sureness.WEAK && link.evidence().stream().anyMatch(evidence -> evidence instanceof Evidence.Tag)
        && link.evidence().stream().noneMatch(evidence -> evidence instanceof Evidence.Revert);
  }

  private static boolean isPartial(FixLink revert) {
    return revert.evidence().stream().anyMatch(evidence -> evidence instanceof Evidence.Revert && evidence.text().contains("partial"));
  }

  /** Its commit on the branch, the backport before what was merged. */
  Optional<InHistory> held(Member member, Branch branch) {
    InHistory found = null;
    for (InHistory commit : member.commits()) if (branch.holds(commit.number())) found = commit;
    return Optional.ofNullable(found);
  }

  /** Whether the branch has it, and did not take it back. */
  boolean has(Member member, Branch branch) {
    return held(member, branch).isPresent() && reverted(lineage.fixesOf(member), branch).filter(revert -> !isPartial(revert)).isEmpty();
  }

  /** The last revert there, when nothing brought it back after that. */
  private Optional<FixLink> reverted(List<FixLink> links, Branch branch) {
    FixLink revert = null;
    for (FixLink link : links) {
      if (link.sureness() == Sureness.WEAK || held(link.fix(), branch).isEmpty()) continue;
      boolean takesBack = link.evidence().stream().anyMatch(evidence -> evidence instanceof Evidence.Revert);
      boolean bringsBack = link.evidence().stream().anyMatch(evidence -> evidence instanceof Evidence.Reapply);
      if (bringsBack) revert = null;
      else if (takesBack && reverted(lineage.fixesOf(link.fix()), branch).isEmpty()) revert = link;
    }
    return Optional.ofNullable(revert);
  }

  private String name(Member member, Branch branch) {
    return held(member, branch).map(commit -> commit.id().brief() + " (\"" + commit.title() + "\")").orElse(member.name());
  }

  private String in(Member member, Branch branch) {
    return held(member, branch).map(commit -> ", in " + branches.releaseName(commit.number())).orElse("");
  }

  private String release(Member member, Branch branch) {
    return held(member, branch).map(commit -> branches.releaseName(commit.number())).orElse("");
  }

  private Member last(List<Member> members, Branch branch) {
    Member last = members.get(0);
    for (Member member : members) {
      if (held(member, branch).orElseThrow().committed().isAfter(held(last, branch).orElseThrow().committed())) last = member;
    }
    return last;
  }
}
