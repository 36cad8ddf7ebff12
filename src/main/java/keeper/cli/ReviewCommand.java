// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import keeper.bot.TreeJudge;
import keeper.check.Confidence;
import keeper.git.Lore;
import keeper.git.Manners;
import keeper.git.Range;
import keeper.git.Trees;
import keeper.lineage.Known;
import keeper.lineage.Lint;
import keeper.mail.Mail;
import keeper.mail.Mbox;
import keeper.patch.CommitId;
import keeper.patch.Patch;
import keeper.patch.StatedBase;
import keeper.reply.Background;
import keeper.reply.Letters;
import keeper.reply.ListPolicy;
import keeper.reply.Policies;
import keeper.reply.Recipients;
import keeper.reply.Signer;
import keeper.report.B4Json;
import keeper.report.Json;
import keeper.report.Nipa;
import keeper.report.Reviewed;
import keeper.report.Sarif;
import keeper.report.Selection;
import keeper.report.Terse;
import keeper.report.Text;
import keeper.report.Tool;
import keeper.review.Attempt;
import keeper.review.Base;
import keeper.review.Change;
import keeper.review.PatchReview;
import keeper.review.Raised;
import keeper.review.Reviewer;
import keeper.review.Status;
import keeper.rule.Rules;
import keeper.series.PostedPatch;
import keeper.series.Series;
import keeper.store.Store;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reviews what it is given and prints the result. */
@Command(name = "review", description = "Reviews patches and prints the result; sends nothing, stores nothing.")
final class ReviewCommand implements Callable<Integer> {
  private static final int MOST_TOGETHER = 256; // commits of a range that are compared with each other

  @Mixin private Help help;
  @Mixin private RuleOptions ruleOptions;
  @Mixin private FactsOptions factsOptions;

  @Option(names = "--tree", paramLabel = "T", description = "A base: an unpacked kernel, or a git repository with optional @REV; several are tried in order.")
  private List<String> trees = new ArrayList<>();

  @Option(names = "--git", paramLabel = "REPO", description = "The inputs are revisions or ranges (A..B) of this repository.")
  private Path repository;

  @Option(names = "--format", paramLabel = "F", description = "text, terse, json, sarif, mail, mbox, b4 or nipa (default: ${DEFAULT-VALUE}).", defaultValue = "text")
  private Format format;

  @Option(names = "--confidence", paramLabel = "C", description = "The least to print: certain, likely or possible (default: ${DEFAULT-VALUE}).", defaultValue = "likely")
  private Sureness confidence;

  @Option(names = "--color", paramLabel = "WHEN", description = "auto, always or never (default: ${DEFAULT-VALUE}).", defaultValue = "auto")
  private Colour colour;

  @Option(names = "--standing", description = "Also what was wrong before the patch.")
  private boolean standing;

  @Option(names = "--lore", paramLabel = "URL", description = "Where mails are fetched by Message-ID (default: ${DEFAULT-VALUE}).", defaultValue = Lore.PUBLIC)
  private String lore;

  @Option(names = "--db", paramLabel = "URL", description = "A database with a lineage index: Fixes: tags are judged by it, and not by their shape alone.")
  private String database;

  @Option(names = "--thread", description = "Of a mail that is fetched, the whole thread.")
  private boolean threads;

  @Parameters(paramLabel = "INPUT", arity = "1..*", description = "Mails, mboxes, folders, Maildirs, diffs, - for standard input, Message-IDs, lore URLs.")
  private List<String> names;

  @Override
  public Integer call() {
    Rules rules = ruleOptions.rules();
    Reviewer reviewer = new Reviewer(ruleOptions.checks(rules, trees), confidence.least());
    List<String> troubles = new ArrayList<>();
    List<Work> work;
    try (Store store = database == null ? null : Store.open(database)) {
      Lint lint = Lint.over(store == null ? Known.NONE : store.histories());
      work = repository == null ? mails(reviewer, lint, troubles) : commits(reviewer, lint);
    }
    print(work, new Tool("lockkeeper", Version.text(), rules.revision()));
    System.out.flush();
    for (String trouble : troubles) System.err.println("lockkeeper: " + trouble);
    return code(work, !troubles.isEmpty());
  }

  /** A reviewed input, and the mail and patch behind it. */
  private record Work(Reviewed reviewed, Optional<PostedPatch> posted, Background background) {}

  private List<Work> mails(Reviewer reviewer, Lint lint, List<String> troubles) {
    Inputs.All all = Inputs.read(names, base -> Lore.at(base.orElse(lore), Manners.of(Version.text(), "")), threads);
    troubles.addAll(all.troubles());
    Work[] results = new Work[all.inputs().size()];
    try (Trees bases = trees.isEmpty() ? Trees.none() : Trees.open(trees, factsOptions.folder())) {
      for (SortedMap<Integer, Integer> group : groups(all.inputs())) {
        SortedMap<Integer, Patch> patches = new TreeMap<>();
        group.forEach((part, i) -> patches.put(part, all.inputs().get(i).patch()));
        List<Patch> ordered = List.copyOf(patches.values());
        Base base = bases.baseOf(ordered, stated(ordered));
        SortedMap<Integer, PatchReview> reviews = reviewer.series(patches, base, patch -> bases.baseOf(List.of(patch), stated(List.of(patch))));
        group.forEach((part, i) -> {
          List<String> others = new ArrayList<>();
          for (Patch other : ordered) if (other != patches.get(part)) others.add(other.message().title());
          boolean letters = format == Format.mail || format == Format.mbox;
          Map<String, String> since = letters ? TreeJudge.since(bases, reviews.get(part)) : Map.of();
          results[i] = work(all.inputs().get(i), reviews.get(part), new Background(since, Map.of(), lint.of(patches.get(part), others)));
        });
      }
    }
    return List.of(results);
  }

  /**
   * Inputs by their number in the series. Parts of one posting are judged one on top of the other, in their order; everything else alone. The posting is told by version, total and the
   * thread's first mail, as far as the mails that were given say it.
   */
  private static List<SortedMap<Integer, Integer>> groups(List<Inputs.Input> inputs) {
    Map<String, SortedMap<Integer, Integer>> series = new LinkedHashMap<>();
    Set<String> named = new HashSet<>(); // by other mails
    for (Inputs.Input input : inputs) input.mail().ifPresent(mail -> mail.references().forEach(id -> named.add(id.id())));
    for (Inputs.Input input : inputs) input.mail().flatMap(Mail::inReplyTo).ifPresent(id -> named.add(id.id()));
    List<SortedMap<Integer, Integer>> groups = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      Optional<Mail> mail = inputs.get(i).mail();
      boolean alone = mail.isEmpty() || mail.get().subject().part().total() < 2 || mail.get().subject().part().isCover();
      if (!alone) {
        Mail part = mail.get();
        String key = part.author().mailbox() + "\n" + part.subject().version() + "\n" + part.subject().part().total() + "\n" + thread(part, named);
        alone = series.computeIfAbsent(key, k -> new TreeMap<>()).putIfAbsent(part.subject().part().index(), i) != null; // the same part again
      }
      if (alone) groups.add(new TreeMap<>(Map.of(mail.map(one -> one.subject().part().index()).orElse(1), i)));
    }
    groups.addAll(series.values());
    return groups;
  }

  /** The cover letter's id; of the first part of a series without cover its own. Empty where no mail names another, as {@code git format-patch} writes them. */
  private static String thread(Mail mail, Set<String> named) {
    if (!mail.references().isEmpty()) return mail.references().get(0).id();
    if (mail.inReplyTo().isPresent()) return mail.inReplyTo().get().id();
    return named.contains(mail.id().id()) ? mail.id().id() : "";
  }

  /** The commit that the first part to say so names as its base. */
  private static Optional<CommitId> stated(List<Patch> patches) {
    for (Patch patch : patches) {
      Optional<CommitId> commit = StatedBase.of(patch.notes() + "\n" + patch.message().body()).commit();
      if (commit.isPresent()) return commit;
    }
    return Optional.empty();
  }

  private static Work work(Inputs.Input input, PatchReview review, Background background) {
    List<Reviewed.FixesLine> fixes = fixes(background.tags());
    if (input.mail().isEmpty()) return new Work(Reviewed.of(input.name(), "", "", review, fixes), Optional.empty(), background);
    Mail mail = input.mail().get();
    return new Work(Reviewed.of(input.name(), mail, review, fixes), Optional.of(new PostedPatch(mail, input.patch())), background);
  }

  private List<Work> commits(Reviewer reviewer, Lint lint) {
    List<Work> work = new ArrayList<>();
    for (String name : names) {
      try (Range range = Range.open(repository, name)) {
        List<Attempt> parent = List.of(new Attempt(repository.toString(), "the commit's parent"));
        SortedMap<Integer, PatchReview> reviews = new TreeMap<>();
        SortedMap<Integer, Change> changes = new TreeMap<>();
        if (range.size() <= MOST_TOGETHER) for (int i = 0; i < range.size(); i++) changes.put(i + 1, range.patch(i).change());
        reviews.putAll(reviewer.commits(changes, change -> new Base.Found(Base.Kind.BASE_COMMIT, change.before(), "", parent)));
        for (int i = 0; i < range.size(); i++) {
          Range.Committed commit = range.patch(i);
          PatchReview review = reviews.get(i + 1);
          if (review == null) review = reviewer.review(commit.change(), new Base.Found(Base.Kind.BASE_COMMIT, commit.change().before(), "", parent));
          List<Lint.Checked> tags = lint.ofCommit(commit.change().patch().message(), commit.id());
          work.add(new Work(Reviewed.of(commit.id().brief(), commit.author(), commit.authored().toString(), review, fixes(tags)), Optional.empty(), new Background(Map.of(), Map.of(), tags)));
        }
      }
    }
    return work;
  }

  /** The worst that is to be said of each tag. */
  private static List<Reviewed.FixesLine> fixes(List<Lint.Checked> tags) {
    List<Reviewed.FixesLine> lines = new ArrayList<>();
    for (Lint.Checked checked : tags)
      checked.tag().ifPresent(tag -> lines.add(new Reviewed.FixesLine(tag.commit().map(Object::toString).orElse(""), tag.title(), checked.verdicts().get(0).name())));
    return lines;
  }

  private void print(List<Work> work, Tool tool) {
    Selection selection = selection();
    List<Reviewed> all = work.stream().map(Work::reviewed).toList();
    switch (format) {
      case json -> System.out.print(Json.document(tool, all, selection));
      case sarif -> System.out.print(Sarif.document(tool, all, selection));
      case terse -> all.forEach(one -> System.out.print(Terse.lines(one, selection)));
      case mail -> work.forEach(one -> letter(one, tool, false));
      case mbox -> work.forEach(one -> letter(one, tool, true));
      case b4 -> System.out.print(B4Json.document(tool, all, selection, ""));
      case nipa -> System.out.println(Nipa.of(all, selection).line());
      case text -> text(all, selection);
    }
  }

  private void text(List<Reviewed> all, Selection selection) {
    int findings = 0;
    int unread = 0;
    for (Reviewed one : all) {
      int shown = selection.of(one.review()).size();
      findings += shown;
      if (missed(one.review().status())) unread++;
      if (!help.quiet || shown > 0) System.out.print(Text.patch(one, selection, colour.on()));
    }
    if (!help.quiet && all.size() > 1) System.out.print(Text.total(all.size(), findings, unread));
  }

  private static void letter(Work work, Tool tool, boolean box) {
    List<Raised> introduced = work.reviewed().review().introduced().stream().filter(raised -> raised.finding().confidence() != Confidence.POSSIBLE).toList();
    if (work.posted().isEmpty() || introduced.isEmpty()) return;
    PostedPatch posted = work.posted().get();
    Signer signer = Signer.example(tool.version(), tool.rules());
    Letters.Envelope envelope = Recipients.of(posted.mail(), true, ListPolicy.usual(""), new Policies(new TreeMap<>()), signer, Set.of());
    int part = Math.max(1, posted.mail().subject().part().index());
    Letters.Draft draft = Letters.review(posted, part, work.reviewed().review(), introduced, envelope, signer, work.background());
    if (draft.refusal().isPresent()) {
      if (!box) System.out.print("# no letter for " + posted.mail().id() + ": " + draft.refusal().get() + "\n");
      return;
    }
    Instant date = posted.mail().date().map(java.time.OffsetDateTime::toInstant).orElse(Instant.EPOCH);
    String mail = Letters.mail(draft.letter(), date);
    System.out.print(box ? Mbox.entry(mail, signer.mailbox(), date) : mail);
  }

  /** What is printed is what counts for the exit code. */
  private Selection selection() {
    return new Selection(confidence.least(), Set.of(), standing);
  }

  private int code(List<Work> work, boolean troubled) {
    if (format == Format.nipa && !troubled) return Nipa.of(work.stream().map(Work::reviewed).toList(), selection()).code();
    boolean findings = false;
    boolean missed = troubled;
    Selection selection = selection();
    for (Work one : work) {
      findings |= !selection.of(one.reviewed().review()).isEmpty();
      missed |= missed(one.reviewed().review().status());
      missed |= !trees.isEmpty() && one.reviewed().review().status() == Status.REVIEWED && one.reviewed().review().base() instanceof Base.HunksOnly;
    }
    return missed ? Refusal.INPUT : findings ? 1 : 0;
  }

  private static boolean missed(Status status) {
    return status == Status.UNREADABLE || status == Status.DOES_NOT_APPLY;
  }
}
