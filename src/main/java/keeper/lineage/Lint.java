// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lineage;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import keeper.lineage.Source.InHistory;
import keeper.lineage.Source.Posted;
import keeper.patch.CommitId;
import keeper.patch.CommitMessage;
import keeper.patch.FixesTag;
import keeper.patch.FixesVerdict;
import keeper.patch.Patch;

/**
 * What is wrong with the {@code Fixes:} tags of a log, and how to mend it. Without an indexed history only the text is judged:
 * what nobody could know is never held against a tag.
 */
public final class Lint {
  /** The first commit of git history; "since forever". */
  private static final String ROOT = "1da177e4c3f41524e886b7f1b8a0c1fc7321cac2";

  private static final List<String> REPORTS = List.of(
      "KASAN:", "KMSAN:", "KCSAN:", "UBSAN:", "Call Trace:", "Call trace:", "syzkaller", "syzbot", "stable@vger.kernel.org", "stable@kernel.org",
      "regression", "Regression");
  private static final List<String> CAUSES =
      List.of("introduced by commit ", "introduced in commit ", "introduced since commit ", "since commit ", "broken by commit ", "caused by commit ");

  private final Known known;
  private final Objects objects;
  private final Lineage lineage;
  private final boolean indexed;

  private Lint(Known known, Objects objects) {
    this.known = known;
    this.objects = objects;
    this.lineage = Lineage.over(known);
    this.indexed = !known.reach().histories().isEmpty();
  }

  public static Lint over(Known known) {
    return new Lint(known, Objects.NONE);
  }

  public static Lint over(Known known, Objects objects) {
    return new Lint(known, objects);
  }

  /** The repositories themselves, for what rows do not tell. */
  public interface Objects {
    /** Nobody can be asked. */
    Objects NONE = new Objects() {
      @Override
      public Optional<String> type(CommitId id) {
        return Optional.empty();
      }

      @Override
      public Optional<Boolean> isBelow(CommitId ancestor, CommitId base) {
        return Optional.empty();
      }
    };

    /** {@code commit}, {@code tree}, {@code blob}, {@code tag}. */
    Optional<String> type(CommitId id);

    /** Whether one can be reached from the other. */
    Optional<Boolean> isBelow(CommitId ancestor, CommitId base);
  }

  /**
   * One tag, judged.
   *
   * @param tag as written; empty when it is missing
   * @param verdicts the worst first; only {@code OK} when nothing is wrong
   * @param target the commit that is meant, as far as one is known
   * @param remedy what to write instead, or one sentence; empty when there is nothing to mend
   */
  public record Checked(Optional<FixesTag> tag, List<FixesVerdict> verdicts, Optional<CommitId> target, String remedy) {
    public Checked {
      verdicts = List.copyOf(verdicts);
    }

    /** How bad the worst is. */
    public FixesVerdict.Level level() {
      return verdicts.get(0).level();
    }
  }

  /**
   * Judges the tags of a log.
   *
   * @param others titles of the other patches of the same unmerged series
   */
  public List<Checked> of(CommitMessage message, List<String> others) {
    return of(message, others, Optional.empty());
  }

  /** Those below the {@code ---} line too. */
  public List<Checked> of(Patch patch, List<String> others) {
    return of(patch, others, Optional.empty());
  }

  /** @param base on which it is to be applied: what it fixes must be below that */
  public List<Checked> of(Patch patch, List<String> others, Optional<CommitId> base) {
    List<Checked> checked = new ArrayList<>();
    for (FixesTag tag : FixesTag.belowCut(patch))
      checked.add(done(tag, new ArrayList<>(tag.verdicts()), Optional.empty(), "move it above the --- line: what stands below is not merged"));
    for (Checked one : of(patch.message(), others, base))
      // A tag that stands below the cut is not missing, but in the wrong place.
      if (checked.isEmpty() || !one.verdicts().equals(List.of(FixesVerdict.MISSING_TAG))) checked.add(one);
    return checked;
  }

  /** Of a commit: what it fixes must be below it. */
  public List<Checked> ofCommit(CommitMessage message, CommitId id) {
    return of(message, List.of(), Optional.of(id));
  }

  private List<Checked> of(CommitMessage message, List<String> others, Optional<CommitId> base) {
    List<Checked> checked = new ArrayList<>();
    for (FixesTag tag : message.fixes()) checked.add(checked(tag, others, base));
    if (message.fixes().isEmpty()) missing(message).ifPresent(checked::add);
    return checked;
  }

  private Checked checked(FixesTag tag, List<String> others, Optional<CommitId> base) {
    List<FixesVerdict> verdicts = new ArrayList<>(tag.verdicts());
    verdicts.remove(FixesVerdict.OK);
    if (tag.commit().isEmpty()) return done(tag, verdicts, Optional.empty(), "");
    CommitId id = tag.commit().get();
    String title = Reference.title(tag.title());
    if (ROOT.startsWith(id.hex())) verdicts.add(FixesVerdict.ROOT_COMMIT);
    if (!title.isEmpty() && others.stream().anyMatch(other -> Reference.title(other).equals(title))) {
      verdicts.add(FixesVerdict.SELF_SERIES);
      return done(tag, verdicts, Optional.empty(), "squash it into \"" + title + "\", which is in the same series");
    }
    if (!indexed) return done(tag, verdicts, Optional.empty(), rewritten(verdicts, id, title));
    List<InHistory> commits = known.commits(id);
    if (commits.isEmpty()) return unknown(tag, verdicts, id, title);
    InHistory target = commits.get(0);
    if (commits.size() > 1) {
      verdicts.add(FixesVerdict.AMBIGUOUS_ID);
      List<InHistory> titled = title.isEmpty() ? List.of() : commits.stream().filter(commit -> commit.title().equals(title)).toList();
      if (titled.size() != 1)
        return done(tag, verdicts, Optional.empty(), commits.size() + " commits begin with " + id + ": write more digits of the one that is meant");
      target = titled.get(0);
    }
    return resolved(tag, verdicts, target, title, base);
  }

  private Checked resolved(FixesTag tag, List<FixesVerdict> verdicts, InHistory target, String title, Optional<CommitId> base) {
    if (base.isPresent() && base.get().equals(target.id())) {
      verdicts.add(FixesVerdict.NOT_ANCESTOR);
      return done(tag, verdicts, Optional.empty(), "it names itself");
    }
    if (base.isPresent() && !objects.isBelow(target.id(), base.get()).orElse(true)) {
      verdicts.add(FixesVerdict.NOT_ANCESTOR);
      return done(tag, verdicts, Optional.of(target.id()), target.id().brief() + " is not below " + base.get().brief());
    }
    if (known.isMerge(target)) verdicts.add(FixesVerdict.TARGET_IS_MERGE);
    Branches branches = known.branches();
    if (!branches.all().isEmpty() && branches.all().get(0).kind() == Branches.Kind.MAINLINE && target.number() != 0) {
      List<Branches.Branch> holding = branches.holding(target.number());
      if (holding.stream().allMatch(branch -> branch.kind() == Branches.Kind.OTHER)) verdicts.add(FixesVerdict.NEXT_ONLY);
    }
    if (!title.isEmpty() && !title.equals(target.title())) {
      List<InHistory> titled = known.commitsTitled(title);
      verdicts.add(isShortened(title, target.title()) ? FixesVerdict.TITLE_PREFIX : FixesVerdict.TITLE_MISMATCH);
      if (verdicts.contains(FixesVerdict.TITLE_MISMATCH) && titled.size() == 1)
        return done(tag, verdicts, Optional.of(titled.get(0).id()),
            target.id().brief() + " is \"" + target.title() + "\"; if the title is right: " + FixesTag.text(titled.get(0).id(), title));
    }
    Optional<InHistory> upstream = upstream(target);
    if (upstream.isPresent()) {
      verdicts.add(FixesVerdict.STABLE_ID);
      return done(tag, verdicts, Optional.of(upstream.get().id()), FixesTag.text(upstream.get().id(), upstream.get().title()));
    }
    Optional<Member> revert = reverted(target);
    if (revert.isPresent()) verdicts.add(FixesVerdict.TARGET_REVERTED);
    String remedy = rewritten(verdicts, target.id(), target.title());
    if (remedy.isEmpty() && revert.isPresent()) remedy = "it was reverted by " + revert.get().name();
    return done(tag, verdicts, Optional.of(target.id()), remedy);
  }

  /** Never guesses without a title. */
  private Checked unknown(FixesTag tag, List<FixesVerdict> verdicts, CommitId id, String title) {
    Optional<String> type = objects.type(id).filter(found -> !found.equals("commit"));
    if (type.isPresent()) {
      verdicts.add(FixesVerdict.NOT_A_COMMIT);
      return done(tag, verdicts, Optional.empty(), id.brief() + " is a " + type.get());
    }
    verdicts.add(FixesVerdict.UNKNOWN_ID);
    for (Word word : known.words(id)) {
      if (word.kind() != Word.Kind.TRANSLATION) continue;
      if (!CommitId.valid(word.other())) return done(tag, verdicts, Optional.empty(), "the list of translations says that it means nothing");
      List<InHistory> right = known.commits(new CommitId(word.other()));
      if (right.size() == 1 && (title.isEmpty() || Lineage.isTitleOf(title, right.get(0).title())))
        return done(tag, verdicts, Optional.of(right.get(0).id()), "translated: " + FixesTag.text(right.get(0).id(), right.get(0).title()));
    }
    List<InHistory> titled = title.isEmpty() ? List.of() : known.commitsTitled(title);
    List<InHistory> originals = titled.stream().filter(commit -> upstream(commit).isEmpty()).toList();
    if (!originals.isEmpty()) titled = originals; // a backport has the title too
    if (!titled.isEmpty()) {
      InHistory best = titled.get(0);
      for (InHistory commit : titled) if (isOneDigitOff(id.hex(), commit.id().hex())) best = commit;
      String why = isOneDigitOff(id.hex(), best.id().hex()) ? "one digit is wrong" : titled.size() > 1 ? titled.size() + " commits have this title, the first is" : "rebased";
      return done(tag, verdicts, Optional.of(best.id()), why + ": " + FixesTag.text(best.id(), best.title()));
    }
    List<InHistory> alike = title.isEmpty() ? List.of() : known.commitsTitledLike(title);
    if (alike.size() == 1) {
      boolean prefix = !alike.get(0).title().equals(title) && withoutPrefix(alike.get(0).title()).equals(withoutPrefix(title));
      return done(tag, verdicts, Optional.of(alike.get(0).id()), (prefix ? "the title without its prefix is that of " : "the title is shortened: ") + FixesTag.text(alike.get(0).id(), alike.get(0).title()));
    }
    List<Posted> posted = title.isEmpty() ? List.of() : known.postedTitled(title);
    if (!posted.isEmpty())
      return done(tag, verdicts, Optional.empty(), "its title is that of " + posted.get(posted.size() - 1).id().bracketed() + ", which no indexed history has yet");
    return done(tag, verdicts, Optional.empty(), "no indexed history has it; " + known.reach().line());
  }

  /** {@code vfio/pci: fix} without what stands before the last colon. */
  public static String withoutPrefix(String title) {
    int colon = title.lastIndexOf(": ");
    return colon < 0 ? title : title.substring(colon + 2);
  }

  /** One digit wrong, missing, too many, or two changed places. */
  static boolean isOneDigitOff(String given, String full) {
    String right = full.substring(0, Math.min(given.length(), full.length()));
    int same = 0;
    while (same < given.length() && same < right.length() && given.charAt(same) == right.charAt(same)) same++;
    if (same >= given.length()) return false; // nothing is off
    String rest = given.substring(same);
    boolean wrong = full.startsWith(rest.substring(1), same + 1);
    boolean missing = full.startsWith(rest, same + 1);
    boolean tooMany = full.startsWith(rest.substring(1), same);
    boolean swapped = rest.length() > 1 && full.length() > same + 1 && rest.charAt(0) == full.charAt(same + 1) && rest.charAt(1) == full.charAt(same)
        && full.startsWith(rest.substring(2), same + 2);
    return given.length() >= 8 && (wrong || missing || tooMany || swapped);
  }

  private static boolean isShortened(String given, String title) {
    if (title.startsWith(given)) return true;
    int dots = given.indexOf("...");
    if (dots < 0) return false;
    String head = given.substring(0, dots).strip();
    String tail = given.substring(dots + 3).strip();
    return head.length() + tail.length() >= 5 && title.startsWith(head) && title.endsWith(tail);
  }

  /** The mainline commit of which this is a backport. */
  private Optional<InHistory> upstream(InHistory commit) {
    for (Reference reference : known.references(commit)) {
      if (!(reference.evidence() instanceof Evidence.Backport) || reference.id().isEmpty()) continue;
      List<InHistory> upstream = known.commits(reference.id().get());
      if (upstream.size() == 1 && upstream.get(0).title().equals(commit.title()) && !upstream.get(0).id().equals(commit.id())) return Optional.of(upstream.get(0));
    }
    return Optional.empty();
  }

  /** Who took it back, unless it was brought back after that. */
  private Optional<Member> reverted(InHistory target) {
    Member revert = null;
    for (Member member : lineage.find(target.id().hex()))
      for (FixLink link : lineage.fixesOf(member)) {
        if (link.evidence().get(0) instanceof Evidence.Revert && !link.fix().commits().isEmpty()) revert = link.fix();
        if (link.evidence().get(0) instanceof Evidence.Reapply) revert = null;
      }
    return Optional.ofNullable(revert);
  }

  /** A tag that says the right thing in a wrong shape can be written anew. */
  private static String rewritten(List<FixesVerdict> verdicts, CommitId id, String title) {
    boolean shape = verdicts.stream().anyMatch(verdict -> verdict.level().compareTo(FixesVerdict.Level.WARN) >= 0 || verdict == FixesVerdict.TITLE_PREFIX);
    boolean known = id.isFull() || id.hex().length() >= 12;
    return shape && known && !title.isEmpty() ? FixesTag.text(id, title) : "";
  }

  /** The log speaks of a fault and its cause, and has no tag; a revert needs none. */
  private Optional<Checked> missing(CommitMessage message) {
    for (Reference reference : Reference.in(message)) if (reference.evidence() instanceof Evidence.Revert || reference.evidence() instanceof Evidence.Backport) return Optional.empty();
    String body = message.body();
    String lower = body.toLowerCase(Locale.ROOT).replaceAll("\\s+", " ");
    for (String cause : CAUSES) {
      int at = lower.indexOf(cause);
      if (at < 0) continue;
      for (Reference reference : Reference.in(message)) {
        if (reference.id().isEmpty()) continue;
        List<InHistory> commits = indexed ? known.commits(reference.id().get()) : List.of();
        String title = commits.size() == 1 ? commits.get(0).title() : reference.title();
        CommitId id = commits.size() == 1 ? commits.get(0).id() : reference.id().get();
        String remedy = title.isEmpty() || id.hex().length() < 12 ? "" : FixesTag.text(id, title);
        return Optional.of(new Checked(Optional.empty(), List.of(FixesVerdict.MISSING_TAG), Optional.of(id), remedy));
      }
    }
    for (String report : REPORTS)
      if (body.contains(report))
        return Optional.of(new Checked(Optional.empty(), List.of(FixesVerdict.MISSING_TAG), Optional.empty(), "the log speaks of \"" + report.replace(":", "") + "\": which commit brought it in?"));
    return Optional.empty();
  }

  private static Checked done(FixesTag tag, List<FixesVerdict> verdicts, Optional<CommitId> target, String remedy) {
    List<FixesVerdict> sorted = new ArrayList<>(verdicts);
    if (sorted.isEmpty()) sorted.add(FixesVerdict.OK);
    sorted.sort((one, other) -> one.level() != other.level() ? other.level().compareTo(one.level()) : one.compareTo(other));
    return new Checked(Optional.of(tag), sorted, target, remedy);
  }
}
