// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lineage;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import keeper.lineage.FixLink.Sureness;
import keeper.lineage.Known.Naming;
import keeper.lineage.Source.InHistory;
import keeper.lineage.Source.Posted;
import keeper.mail.MessageId;
import keeper.patch.CommitId;
import keeper.patch.FixesTag;
import keeper.patch.Patch;
import keeper.patch.PatchId;

/**
 * Answers which change fixes which. Ids are looked up when they are needed; what no history has is known by what others call it.
 * For one question, or a few: it remembers what it has looked up.
 */
public final class Lineage {
  /** A posting belongs to a commit of its title and author made at most so much later. */
  private static final Duration MERGED_WITHIN = Duration.ofDays(180);

  private static final int VERSIONS = 200; // of one patch; a circle would have no end

  private final Known known;
  private final Function<InHistory, Optional<Patch>> diffs;
  private final Function<InHistory, List<Origin>> origins;
  private final Map<String, Optional<Patch>> patches = new HashMap<>(); // by key of the change
  private final Map<String, Member> members = new HashMap<>(); // by a commit's id, or a title
  private final Map<String, List<FixLink>> fixes = new HashMap<>(); // by key of the change
  private final Map<String, Target> targets = new HashMap<>(); // by what a reference says

  private Lineage(Known known, Function<InHistory, Optional<Patch>> diffs, Function<InHistory, List<Origin>> origins) {
    this.known = known;
    this.diffs = diffs;
    this.origins = origins;
  }

  public static Lineage over(Known known) {
    return new Lineage(known, commit -> Optional.empty(), commit -> List.of());
  }

  /** @param diffs gives what a commit changes, from a repository; asked for few commits, and only when hunks are compared */
  public static Lineage over(Known known, Function<InHistory, Optional<Patch>> diffs) {
    return new Lineage(known, diffs, commit -> List.of());
  }

  /** @param origins tells who wrote the lines that a commit changes; costs a blame, so asked only when hunks matter */
  public static Lineage over(Known known, Function<InHistory, Optional<Patch>> diffs, Function<InHistory, List<Origin>> origins) {
    return new Lineage(known, diffs, origins);
  }

  public Reach reach() {
    return known.reach();
  }

  public Branches branches() {
    return known.branches();
  }

  Known known() {
    return known;
  }

  /**
   * What people mean: an id of five or more digits, a tag, a title (best in quotes), a Message-ID, an archive's URL.
   *
   * @return nothing when it is unknown, several when it is ambiguous; by id
   */
  public List<Member> find(String text) {
    String asked = text.strip();
    if (asked.length() > 1 && asked.startsWith("\"") && asked.endsWith("\"")) return titled(asked.substring(1, asked.length() - 1));
    Optional<FixesTag> tag = FixesTag.parse(asked.regionMatches(true, 0, "fixes:", 0, 6) ? asked : "Fixes: " + asked);
    if (tag.isPresent() && tag.get().commit().isPresent()) {
      List<Member> found = byId(tag.get().commit().get(), Reference.title(tag.get().title()));
      if (!found.isEmpty()) return found;
    }
    Optional<MessageId> id = MessageId.pasted(asked);
    if (id.isPresent()) {
      Optional<Posted> posted = known.posted(id.get());
      if (posted.isPresent()) return List.of(member(posted.get()));
    }
    return titled(asked);
  }

  private List<Member> byId(CommitId id, String title) {
    List<InHistory> commits = known.commits(id);
    if (!commits.isEmpty()) return distinct(commits.stream().map(this::member).toList());
    List<Posted> postings = known.postedAs(id);
    if (!postings.isEmpty()) return distinct(postings.stream().map(this::member).toList());
    List<Member> named = new ArrayList<>();
    for (Naming naming : known.naming(id)) {
      Target target = target(naming.reference(), naming.by().when());
      if (target.member.isPresent()) named.add(target.member.get());
    }
    if (!named.isEmpty()) return distinct(named);
    return title.isEmpty() ? List.of() : titled(title);
  }

  private List<Member> titled(String text) {
    String title = Reference.title(text);
    if (title.isEmpty()) return List.of();
    List<InHistory> commits = known.commitsTitled(title);
    if (!commits.isEmpty()) return distinct(commits.stream().map(this::member).toList());
    Member member = uncommitted(title);
    boolean nothing = member.postings().isEmpty() && member.named().isEmpty() && known.namingTitled(title).isEmpty();
    return nothing ? List.of() : List.of(member);
  }

  private static List<Member> distinct(List<Member> members) {
    Map<String, Member> byKey = new LinkedHashMap<>();
    for (Member member : members) byKey.putIfAbsent(member.key(), member);
    return List.copyOf(byKey.values());
  }

  /** All that hangs together with a change. */
  public Chain chain(Member member) {
    return Chain.of(member, this);
  }

  /** What a change says it fixes, reverts, or names: strongest evidence first, in the order of its logs. */
  public List<FixLink> fixedBy(Member member) {
    Map<String, Gathered> byCulprit = new LinkedHashMap<>();
    for (Source source : member.sources()) {
      for (Reference reference : known.references(source)) {
        if (isSameChange(reference.evidence())) continue;
        Target target = target(reference, source.when());
        if (target.member.isEmpty() || target.member.get().key().equals(member.key())) continue;
        byCulprit.computeIfAbsent(target.member.get().key(), key -> new Gathered()).add(target, reference.evidence());
      }
    }
    return byCulprit.values().stream().map(found -> found.link(member, found.other)).sorted(Comparator.comparing(link -> !link.isFix())).toList();
  }

  /** Who fixes, reverts or names a change, oldest first. */
  public List<FixLink> fixesOf(Member member) {
    List<FixLink> found = fixes.get(member.key());
    if (found == null) fixes.put(member.key(), found = findFixesOf(member));
    return found;
  }

  private List<FixLink> findFixesOf(Member member) {
    List<Naming> namings = new ArrayList<>();
    for (CommitId id : member.ids()) namings.addAll(known.naming(id));
    if (!member.title().isEmpty()) namings.addAll(known.namingTitled(member.title()));
    Map<String, Gathered> byFix = new LinkedHashMap<>();
    for (Naming naming : namings) {
      if (isSameChange(naming.reference().evidence())) continue;
      Target target = target(naming.reference(), naming.by().when());
      if (target.member.isEmpty() || !target.member.get().key().equals(member.key())) continue;
      Member fix = member(naming.by());
      if (fix.key().equals(member.key()) || isDenied(naming)) continue;
      Gathered found = byFix.computeIfAbsent(fix.key(), key -> new Gathered());
      found.other = fix;
      found.note(target, naming.reference().evidence());
    }
    return byFix.values().stream()
        .map(found -> found.link(found.other, member))
        .sorted(Comparator.comparing((FixLink link) -> link.fix().when().orElse(Instant.MAX)).thenComparing(link -> link.fix().key()))
        .toList();
  }

  /** A person wrote down that it is no fix, or no revert. */
  private boolean isDenied(Naming naming) {
    if (!(naming.by() instanceof InHistory commit) || !FixLink.isFix(naming.reference().evidence())) return false;
    Word.Kind denial = naming.reference().evidence() instanceof Evidence.Tag ? Word.Kind.NOT_A_FIX : Word.Kind.NOT_A_REVERT;
    return known.words(commit.id()).stream().anyMatch(word -> word.kind() == denial);
  }

  /**
   * Later fixes of the same culprits that change lines which this change wrote: fixes of it by their hunks, whatever their tags
   * say. Oldest first.
   */
  public List<FixLink> mendedBy(Member member) {
    Map<String, FixLink> found = new LinkedHashMap<>();
    for (FixLink up : fixedBy(member)) {
      if (!up.isFix()) continue;
      for (FixLink sibling : fixesOf(up.culprit())) {
        if (sibling.isFix() && !sibling.fix().key().equals(member.key())) mends(sibling.fix(), member).ifPresent(link -> found.putIfAbsent(link.fix().key(), link));
      }
    }
    return List.copyOf(found.values());
  }

  /** Whether the hunks of one change mend what an earlier one wrote. */
  Optional<FixLink> mends(Member later, Member earlier) {
    boolean inOrder = later.when().isPresent() && earlier.when().isPresent() && earlier.when().get().isBefore(later.when().get());
    if (!inOrder) return Optional.empty();
    for (InHistory commit : later.commits()) {
      List<Origin> found = origins.apply(commit);
      for (Origin origin : found) {
        if (earlier.ids().stream().noneMatch(id -> id.equals(origin.commit()))) continue;
        Overlap blamed = new Overlap(origin.lines(), origin.written());
        if (blamed.isLikely()) return Optional.of(new FixLink(later, earlier, List.of(new Evidence.Overlaps(blamed)), Sureness.LIKELY, ""));
      }
      if (!found.isEmpty()) return Optional.empty(); // blame knows better than the text of the lines
    }
    Optional<Patch> fix = patch(later);
    Optional<Patch> culprit = fix.isEmpty() ? Optional.empty() : patch(earlier);
    if (culprit.isEmpty()) return Optional.empty();
    Overlap overlap = Overlap.of(fix.get(), culprit.get());
    if (!overlap.isLikely()) return Optional.empty();
    return Optional.of(new FixLink(later, earlier, List.of(new Evidence.Overlaps(overlap)), Sureness.LIKELY, ""));
  }

  /** Whose lines a change touches, the most first: what its hunks say that it fixes, whatever its tags say. */
  public List<FixLink> mended(Member fix) {
    List<FixLink> found = new ArrayList<>();
    for (InHistory commit : fix.commits()) {
      for (Origin origin : origins.apply(commit)) {
        List<InHistory> culprits = known.commits(origin.commit());
        if (culprits.size() != 1) continue;
        Overlap overlap = new Overlap(origin.lines(), origin.written());
        found.add(new FixLink(fix, member(culprits.get(0)), List.of(new Evidence.Overlaps(overlap)), overlap.isLikely() ? Sureness.LIKELY : Sureness.WEAK, ""));
      }
      if (!found.isEmpty()) break;
    }
    return found;
  }

  /** What a change does: as committed, else as last posted. */
  Optional<Patch> patch(Member member) {
    return patches.computeIfAbsent(member.key(), key -> {
      for (InHistory commit : member.commits()) {
        Optional<Patch> patch = diffs.apply(commit).or(() -> known.patch(commit));
        if (patch.isPresent()) return patch;
      }
      for (int i = member.postings().size() - 1; i >= 0; i--) {
        Optional<Patch> patch = known.patch(member.postings().get(i));
        if (patch.isPresent()) return patch;
      }
      return Optional.empty();
    });
  }

  /** A backport is the same change, and what a stable branch needs for one is no fix of it. */
  private static boolean isSameChange(Evidence evidence) {
    return evidence instanceof Evidence.Backport || evidence instanceof Evidence.Dependency || evidence instanceof Evidence.Prerequisite || !evidence.isOfAChange();
  }

  /** Evidence for one link, as it is found. */
  private static final class Gathered {
    private Member other;
    private final List<Evidence> evidence = new ArrayList<>();
    private Sureness sureness = Sureness.WEAK;
    private String note = "";

    void add(Target target, Evidence found) {
      other = target.member.orElseThrow();
      note(target, found);
    }

    void note(Target target, Evidence found) {
      boolean known = evidence.stream().anyMatch(one -> one.word().equals(found.word()));
      if (!known) evidence.add(found);
      Sureness given = found instanceof Evidence.Mention && target.sureness == Sureness.SURE ? Sureness.LIKELY : target.sureness;
      if (given.compareTo(sureness) > 0) {
        sureness = given;
        note = target.note;
      } else if (note.isEmpty()) {
        note = target.note;
      }
    }

    FixLink link(Member fix, Member culprit) {
      evidence.sort(Comparator.comparing(one -> !FixLink.isFix(one)));
      return new FixLink(fix, culprit, evidence, sureness, note);
    }
  }

  // ---- what a reference means

  /** What a reference was taken for. */
  private record Target(Optional<Member> member, Sureness sureness, String note) {}

  private Target target(Reference reference, Instant when) {
    boolean byTitleOnly = reference.id().isEmpty();
    String key = reference.id().map(CommitId::hex).orElse("") + " " + reference.title() + (byTitleOnly ? " " + when : "");
    Target target = targets.get(key);
    if (target == null) {
      target = byTitleOnly ? titled(reference.title(), when) : identified(reference.id().get(), reference.title());
      targets.put(key, target);
    }
    return target;
  }

  private Target identified(CommitId id, String title) {
    List<InHistory> commits = known.commits(id);
    if (commits.size() == 1) {
      InHistory commit = commits.get(0);
      if (isTitleOf(title, commit.title())) return new Target(Optional.of(member(commit)), Sureness.SURE, "");
      return new Target(Optional.of(member(commit)), Sureness.WEAK, "called \"" + title + "\", but " + id.brief() + " is \"" + commit.title() + "\"");
    }
    if (commits.size() > 1) {
      List<InHistory> right = title.isEmpty() ? List.of() : commits.stream().filter(commit -> isTitleOf(title, commit.title())).toList();
      if (right.size() == 1)
        return new Target(Optional.of(member(right.get(0))), Sureness.SURE, commits.size() + " commits begin with " + id + "; the title decides");
      return new Target(Optional.empty(), Sureness.WEAK, "");
    }
    List<Posted> postings = known.postedAs(id);
    if (!postings.isEmpty()) return new Target(Optional.of(member(postings.get(0))), Sureness.SURE, "");
    if (title.isEmpty()) return new Target(Optional.of(new Member("", List.of(), List.of(), List.of(id))), Sureness.LIKELY, "");
    List<InHistory> rebased = known.commitsTitled(title);
    if (rebased.size() == 1)
      return new Target(Optional.of(member(rebased.get(0))), Sureness.LIKELY,
          "no known history has " + id.brief() + "; its title is that of " + rebased.get(0).id().brief());
    return new Target(Optional.of(uncommitted(title)), Sureness.LIKELY, "");
  }

  /** A revert that gives no id means the newest earlier commit of the title. */
  private Target titled(String title, Instant when) {
    InHistory newest = null;
    for (InHistory commit : known.commitsTitled(title)) if (!commit.when().isAfter(when)) newest = commit;
    if (newest != null) return new Target(Optional.of(member(newest)), Sureness.LIKELY, "");
    Member member = uncommitted(title);
    return new Target(member.postings().isEmpty() && member.named().isEmpty() ? Optional.empty() : Optional.of(member), Sureness.LIKELY, "");
  }

  /** Equal, or shortened with or without dots. */
  public static boolean isTitleOf(String given, String title) {
    if (given.isEmpty() || given.equals(title)) return true;
    String short3 = given.endsWith("...") ? given.substring(0, given.length() - 3).strip() : given;
    if (short3.length() >= 10 && title.startsWith(short3)) return true;
    if (given.startsWith("...") && given.length() >= 13) return title.endsWith(given.substring(3).strip());
    int dots = given.indexOf("...");
    return dots > 5 && title.startsWith(given.substring(0, dots).strip()) && title.endsWith(given.substring(dots + 3).strip());
  }

  // ---- one change under all its names

  private Member member(Source source) {
    return source instanceof InHistory commit ? member(commit) : member((Posted) source);
  }

  private Member member(InHistory commit) {
    Member found = members.get(commit.id().hex());
    if (found != null) return found;
    InHistory original = original(commit);
    List<InHistory> commits = new ArrayList<>();
    commits.add(original);
    for (Naming naming : known.naming(original.id())) {
      if (!(naming.reference().evidence() instanceof Evidence.Backport) || !(naming.by() instanceof InHistory backport)) continue;
      // An upstream line may lie: the title must agree.
      if (backport.title().equals(original.title()) && !commits.contains(backport) && isOnly(original, naming.reference())) commits.add(backport);
    }
    List<Posted> postings = postings(original);
    Member member = new Member(original.title(), commits, postings, List.of());
    for (InHistory one : commits) members.put(one.id().hex(), member);
    return member;
  }

  /** By the mails that the log links to, by title and author, and where there is a diff by its patch-id; oldest first. */
  private List<Posted> postings(InHistory commit) {
    List<Posted> postings = new ArrayList<>(known.postedTitled(commit.title()).stream().filter(posted -> isOf(posted, commit)).toList());
    for (MessageId id : known.mailsOf(commit))
      // A link may lead to a report: only a patch of this title is the posting.
      known.posted(id).filter(posted -> isTitleOf(posted.title(), commit.title()) && !postings.contains(posted)).ifPresent(postings::add);
    if (postings.isEmpty()) diffs.apply(commit).filter(patch -> !patch.isEmpty()).ifPresent(patch -> {
      for (Posted posted : known.postedWith(PatchId.of(patch).hex())) if (!posted.when().isAfter(commit.committed().plus(Duration.ofDays(1)))) postings.add(posted);
    });
    // Earlier versions may have had another title.
    for (int i = 0; i < postings.size() && postings.size() < VERSIONS; i++) known.versionBefore(postings.get(i)).filter(before -> !postings.contains(before)).ifPresent(postings::add);
    postings.sort(Comparator.comparing(Posted::when).thenComparing(posted -> posted.id().id()));
    return postings;
  }

  /** The mainline commit of a backport, when both are known and agree. */
  private InHistory original(InHistory commit) {
    for (Reference reference : known.references(commit)) {
      if (!(reference.evidence() instanceof Evidence.Backport) || reference.id().isEmpty()) continue;
      List<InHistory> upstream = known.commits(reference.id().get());
      if (upstream.size() == 1 && upstream.get(0).title().equals(commit.title()) && !upstream.get(0).id().equals(commit.id())) return upstream.get(0);
    }
    return commit;
  }

  private boolean isOnly(InHistory commit, Reference reference) {
    List<InHistory> meant = known.commits(reference.id().orElseThrow());
    return meant.size() == 1 && meant.get(0).id().equals(commit.id());
  }

  Member member(Posted posted) {
    for (InHistory commit : known.commitsTitled(posted.title())) if (isOf(posted, commit)) return member(commit);
    for (Naming naming : known.namingTitled(posted.id().id()))
      if (naming.reference().evidence() instanceof Evidence.MailLink && naming.by() instanceof InHistory commit && isTitleOf(posted.title(), commit.title())) return member(commit);
    Optional<Posted> later = known.versionAfter(posted);
    for (int i = 0; later.isPresent() && i < VERSIONS; i++) {
      for (InHistory commit : known.commitsTitled(later.get().title())) if (isOf(later.get(), commit)) return member(commit);
      later = known.versionAfter(later.get());
    }
    if (posted.title().isEmpty()) return new Member("", List.of(), List.of(posted), List.of());
    return uncommitted(posted.title());
  }

  /** A title that no history has: its postings, and the ids by which tags call it. */
  private Member uncommitted(String title) {
    Member found = members.get(title);
    if (found != null) return found;
    List<CommitId> named = new ArrayList<>();
    for (Naming naming : known.namingTitled(title)) {
      Optional<CommitId> id = naming.reference().id();
      if (id.isEmpty() || !known.commits(id.get()).isEmpty()) continue;
      if (named.stream().anyMatch(other -> other.hex().startsWith(id.get().hex()))) continue;
      named.removeIf(other -> id.get().hex().startsWith(other.hex()));
      named.add(id.get());
    }
    List<Posted> postings = known.postedTitled(title).stream()
        .filter(posted -> known.commitsTitled(title).stream().noneMatch(commit -> isOf(posted, commit)))
        .toList();
    named.sort(Comparator.comparing((CommitId id) -> -id.hex().length()).thenComparing(CommitId::hex));
    Member member = new Member(title, List.of(), postings, named);
    members.put(title, member);
    return member;
  }

  /** Same title (the caller knows), same author, and committed not before it was posted nor long after. */
  private static boolean isOf(Posted posted, InHistory commit) {
    if (posted.commit().isPresent()) return commit.id().hex().startsWith(posted.commit().get().hex());
    boolean early = posted.when().isAfter(commit.committed().plus(Duration.ofDays(1)));
    boolean late = posted.when().isBefore(commit.committed().minus(MERGED_WITHIN));
    return !early && !late && isSamePerson(posted.author(), commit.author());
  }

  static boolean isSamePerson(String one, String other) {
    return mailbox(one).equals(mailbox(other)) || (!name(one).isEmpty() && name(one).equals(name(other)));
  }

  private static String mailbox(String author) {
    int open = author.lastIndexOf('<');
    int close = author.lastIndexOf('>');
    return (open >= 0 && close > open ? author.substring(open + 1, close) : author).toLowerCase(Locale.ROOT);
  }

  private static String name(String author) {
    int open = author.lastIndexOf('<');
    return open < 0 ? "" : author.substring(0, open).strip().toLowerCase(Locale.ROOT);
  }
}
