// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lineage;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import keeper.lineage.Branches.Kind;
import keeper.lineage.Source.InHistory;
import keeper.lineage.Source.Posted;
import keeper.patch.Patch;

/** What became of posted patches. */
public final class Mailings {
  /** So long without a follow-up, and it is stale. */
  private static final Duration STALE = Duration.ofDays(90);
  private static final double SAME = 0.8; // share of lines from which two patches are one

  private final Lineage lineage;
  private final Known known;

  private Mailings(Lineage lineage) {
    this.lineage = lineage;
    this.known = lineage.known();
  }

  public static Mailings over(Lineage lineage) {
    return new Mailings(lineage);
  }

  /** What can be said of a posting. */
  public enum State {
    NEW,
    SUPERSEDED,
    APPLIED,
    MAINLINE,
    STABLE,
    REVERTED,
    MERGED_OTHERWISE,
    STALE
  }

  /** A state with its reason, in a line. */
  public record Standing(State state, String reason) {}

  public Standing of(Posted posted) {
    Member member = member(posted);
    if (!member.commits().isEmpty()) return committed(member);
    for (Posted other : known.postedTitled(posted.title()))
      if (other.when().isAfter(posted.when()) && other.version() > posted.version() && Lineage.isSamePerson(other.author(), posted.author()))
        return new Standing(State.SUPERSEDED, "v" + other.version() + " is " + other.id().bracketed());
    Optional<Posted> later = known.versionAfter(posted);
    if (later.isPresent()) return new Standing(State.SUPERSEDED, "v" + later.get().version() + " is " + later.get().id().bracketed() + ", \"" + later.get().title() + "\"");
    Optional<Member> other = mergedOtherwise(member, posted);
    if (other.isPresent())
      return new Standing(State.MERGED_OTHERWISE, "merged as " + other.get().name() + " by " + other.get().author());
    Instant last = known.reach().lists().stream().map(Reach.MailingList::newest).max(Instant::compareTo).orElse(posted.when());
    if (posted.when().isBefore(last.minus(STALE))) return new Standing(State.STALE, "nothing came after it in " + STALE.toDays() + " days");
    return new Standing(State.NEW, "no indexed history has it yet");
  }

  private Member member(Posted posted) {
    return lineage.member(posted);
  }

  private Standing committed(Member member) {
    Branches branches = known.branches();
    for (FixLink link : lineage.fixesOf(member))
      if (link.evidence().get(0) instanceof Evidence.Revert && link.sureness() != FixLink.Sureness.WEAK && !link.fix().commits().isEmpty())
        return new Standing(State.REVERTED, "reverted by " + link.fix().name());
    List<String> stable = new ArrayList<>();
    String mainline = "";
    List<String> others = new ArrayList<>();
    for (InHistory commit : member.commits()) {
      for (Branches.Branch branch : branches.holding(commit.number())) {
        if (branch.kind() == Kind.MAINLINE) mainline = commit.id().brief() + " in " + branches.releaseName(commit.number());
        else if (branch.kind() == Kind.STABLE && !branches.all().get(0).holds(commit.number())) stable.add(branch.name());
        else others.add(branch.name());
      }
    }
    if (!stable.isEmpty()) return new Standing(State.STABLE, (mainline.isEmpty() ? "" : mainline + "; ") + "in " + String.join(", ", stable));
    if (!mainline.isEmpty()) return new Standing(State.MAINLINE, mainline);
    return new Standing(State.APPLIED, member.commits().get(0).id().brief() + (others.isEmpty() ? "" : " in " + others.get(0)));
  }

  /** Somebody else's fix of the same that does the same was merged. */
  private Optional<Member> mergedOtherwise(Member member, Posted posted) {
    for (FixLink up : lineage.fixedBy(member)) {
      if (!up.isFix()) continue;
      for (FixLink sibling : lineage.fixesOf(up.culprit())) {
        Member fix = sibling.fix();
        if (!sibling.isFix() || fix.commits().isEmpty() || fix.key().equals(member.key())) continue;
        boolean sameTitle = fix.title().equals(posted.title());
        boolean sameDiff = !posted.patchId().isEmpty() && fix.postings().stream().anyMatch(other -> other.patchId().equals(posted.patchId()));
        if (sameTitle || sameDiff || isAlike(member, fix)) return Optional.of(fix);
      }
    }
    return Optional.empty();
  }

  private boolean isAlike(Member one, Member other) {
    Optional<Patch> mine = lineage.patch(one);
    Optional<Patch> theirs = mine.isEmpty() ? Optional.empty() : lineage.patch(other);
    return theirs.isPresent() && similarity(mine.get(), theirs.get()) >= SAME;
  }

  /** Changed lines that both have, of all that one of them has; from 0 to 1. */
  static double similarity(Patch one, Patch other) {
    List<String> mine = changed(one);
    List<String> theirs = changed(other);
    List<String> rest = new ArrayList<>(theirs);
    int same = 0;
    for (String line : mine) if (rest.remove(line)) same++;
    int all = mine.size() + theirs.size() - same;
    return all == 0 ? 0 : (double) same / all;
  }

  private static List<String> changed(Patch patch) {
    List<String> lines = new ArrayList<>();
    patch.files().forEach(file -> file.hunks().forEach(hunk -> hunk.lines().forEach(line -> {
      if (line.kind() != keeper.patch.HunkLine.Kind.CONTEXT && lines.size() < 2000) lines.add(file.path() + line.kind() + line.text().strip());
    })));
    return lines;
  }

  /** The newest earlier version of a patch: same title, same person, a lower number; else what its series is known to follow. */
  public Optional<Posted> before(Posted posted) {
    Posted found = null;
    for (Posted other : known.postedTitled(posted.title()))
      if (other.version() < posted.version() && Lineage.isSamePerson(other.author(), posted.author()) && !other.when().isAfter(posted.when())) found = other;
    return Optional.ofNullable(found).or(() -> known.versionBefore(posted));
  }
}
