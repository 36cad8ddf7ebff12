// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import keeper.lineage.FixLink;
import keeper.lineage.Lineage;
import keeper.lineage.Member;
import keeper.mail.MessageId;
import keeper.series.Posting;

/**
 * A finding over the versions of its series, and what became of it.
 *
 * @param identity the finding's
 * @param steps one for each version that is known, oldest first
 * @param fate where it stands now
 * @param words the fate as people read it: {@code fixed in v3}
 */
public record Followed(String identity, List<Step> steps, Fate fate, String words) {
  /** Where a finding stands. */
  public enum Fate {
    /** The newest version that was reviewed has it. */
    OPEN,
    /** A version had it no more, and a later one has it again. */
    BACK,
    /** The newest version that was reviewed has it no more. */
    FIXED,
    /** A person said what it is. */
    CLOSED,
    /** The series was merged with it. */
    MERGED,
    /** The series was merged with it, and another change names that commit as the one it fixes. */
    MENDED;

    /** Whether somebody may still have to act. */
    public boolean isOpen() {
      return this == OPEN || this == BACK || this == MERGED;
    }
  }

  /** What one version did to it. */
  public enum Seen {
    THERE,
    GONE,
    /** The version was not reviewed, so nothing is known. */
    UNKNOWN
  }

  /**
   * One version.
   *
   * @param posting the version
   * @param seen whether it has the finding
   * @param mail the patch that has it; else the first mail of the version
   * @param letters ours that speak of it
   */
  public record Step(Posting posting, Seen seen, MessageId mail, List<Letters.Outgoing> letters) {
    public Step {
      letters = List.copyOf(letters);
    }
  }

  private static final int MOST_VERSIONS = 100;

  public Followed {
    steps = List.copyOf(steps);
  }

  /** Follows a finding through the store; empty when nobody introduced it. */
  public static Optional<Followed> of(Store store, String identity) {
    List<Findings.Kept> raised = new ArrayList<>();
    for (Findings.Kept kept : store.findings().history(identity))
      if (kept.status() == Findings.Status.INTRODUCED && kept.raised().repairedBy().isEmpty()) raised.add(kept);
    if (raised.isEmpty()) return Optional.empty();
    List<Step> steps = new ArrayList<>();
    Findings.Kept last = raised.get(raised.size() - 1);
    Optional<Posting> posting = store.versions().of(last.mail());
    if (posting.isPresent()) for (Posting version : versions(store, posting.get())) steps.add(step(store, version, raised, identity));
    Optional<Findings.Verdict> verdict = last.verdict();
    if (verdict.isPresent())
      return Optional.of(new Followed(identity, steps, Fate.CLOSED, verdict.get().word().word() + (verdict.get().reason().isEmpty() ? "" : ": " + verdict.get().reason())));
    return Optional.of(judged(store, identity, steps, last));
  }

  /** The whole line of versions through one of them, oldest first. */
  private static List<Posting> versions(Store store, Posting posting) {
    List<Posting> line = new ArrayList<>(List.of(posting));
    Set<String> seen = new HashSet<>(Set.of(posting.key()));
    for (Optional<Versions.Link> before = store.versions().previous(posting.key()); before.isPresent() && line.size() < MOST_VERSIONS;
        before = store.versions().previous(before.get().posting().key())) {
      if (!seen.add(before.get().posting().key())) break;
      line.add(before.get().posting());
    }
    Collections.reverse(line);
    for (List<Versions.Link> next = store.versions().next(posting.key()); !next.isEmpty() && line.size() < MOST_VERSIONS;
        next = store.versions().next(line.get(line.size() - 1).key())) {
      Posting newest = next.get(next.size() - 1).posting();
      if (!seen.add(newest.key())) break;
      line.add(newest);
    }
    return line;
  }

  private static Step step(Store store, Posting posting, List<Findings.Kept> raised, String identity) {
    boolean reviewed = false;
    MessageId mail = posting.cover().orElseGet(() -> posting.parts().isEmpty() ? new MessageId(posting.key()) : posting.parts().get(posting.parts().firstKey()));
    List<Letters.Outgoing> letters = new ArrayList<>();
    Seen seen = Seen.UNKNOWN;
    for (MessageId part : posting.parts().values()) {
      reviewed |= store.reviews().review(part).filter(review -> review.status().equals("reviewed") || review.status().equals("nothing-to-review")).isPresent();
      if (raised.stream().anyMatch(kept -> kept.mail().equals(part))) {
        seen = Seen.THERE;
        mail = part;
      }
      for (Letters.Outgoing letter : store.letters().letters(part)) if (letter.letter().findings().contains(identity)) letters.add(letter);
    }
    if (seen == Seen.UNKNOWN && reviewed) seen = Seen.GONE;
    return new Step(posting, seen, mail, letters);
  }

  private static Followed judged(Store store, String identity, List<Step> steps, Findings.Kept last) {
    boolean there = false;
    boolean gone = false;
    boolean back = false;
    int fixedIn = 0;
    for (Step step : steps) {
      if (step.seen() == Seen.THERE) {
        back = gone;
        there = true;
        fixedIn = 0;
      } else if (step.seen() == Seen.GONE && there) {
        gone = true;
        if (fixedIn == 0) fixedIn = step.posting().version();
      }
    }
    if (fixedIn > 0) return new Followed(identity, steps, Fate.FIXED, "fixed in v" + fixedIn);
    Lineage lineage = Lineage.over(store.histories());
    for (Member member : lineage.find(last.mail().bracketed())) {
      if (member.commits().isEmpty()) continue;
      String commit = member.commits().get(0).id().brief();
      for (Findings.Kept kept : store.findings().history(identity)) { // a later patch of which we saw that it takes the finding away
        if (kept.status() != Findings.Status.RESOLVED) continue;
        for (Member mender : lineage.find(kept.mail().bracketed()))
          if (!mender.commits().isEmpty()) return new Followed(identity, steps, Fate.MENDED, "merged as " + commit + ", mended by " + mender.commits().get(0).id().brief());
      }
      for (FixLink fix : lineage.fixesOf(member))
        if (fix.isFix()) return new Followed(identity, steps, Fate.MENDED, "merged as " + commit + ", which " + fix.fix().id().map(id -> id.brief()).orElse(fix.fix().name()) + " fixes");
      return new Followed(identity, steps, Fate.MERGED, "merged open as " + commit);
    }
    return new Followed(identity, steps, back ? Fate.BACK : Fate.OPEN, back ? "back again in v" + last.version() : "open" + (steps.size() > 1 ? " in v" + last.version() : ""));
  }

  /** When the newest version came; empty when that is not known. */
  public Optional<Instant> newest() {
    return steps.isEmpty() ? Optional.empty() : steps.get(steps.size() - 1).posting().date();
  }
}
