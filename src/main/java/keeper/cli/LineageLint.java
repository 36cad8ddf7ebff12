// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import keeper.git.Code;
import keeper.git.Lore;
import keeper.git.Manners;
import keeper.git.Range;
import keeper.lineage.Answer;
import keeper.lineage.Lint;
import keeper.mail.MessageId;
import keeper.patch.CommitId;
import keeper.patch.FixesTag;
import keeper.patch.FixesVerdict;
import keeper.patch.Patch;
import keeper.store.Store;
import keeper.text.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Judges {@code Fixes:} tags of mails, of mboxes, of commits. */
@Command(name = "lint", description = "Judges the Fixes: tags of patches: what is wrong, why, and what to write instead.")
final class LineageLint implements Callable<Integer> {
  @Mixin private Help help;
  @Mixin private ServiceOptions service;

  @Parameters(paramLabel = "INPUT", arity = "1..*", description = "Mails, mboxes, folders, - for standard input, Message-IDs; with --git revisions and ranges A..B.")
  private List<String> names;

  @Option(names = "--git", paramLabel = "REPO", description = "The repository whose commits are judged.")
  private Path repository;

  @Option(names = "--base", paramLabel = "REV", description = "The commit on which mails are to be applied: targets must be below it.")
  private String base;

  @Option(names = "--format", paramLabel = "F", description = "text, json or csv (default: ${DEFAULT-VALUE}).", defaultValue = "text")
  private LineageQuery.Shape shape;

  /** A repository's objects, for verdicts that rows cannot give. */
  record Objects(Code code) implements Lint.Objects {
    @Override
    public Optional<String> type(CommitId id) {
      return code.type(id);
    }

    @Override
    public Optional<Boolean> isBelow(CommitId ancestor, CommitId base) {
      return code.isBelow(ancestor, base);
    }
  }

  private record Judged(String name, Lint.Checked checked) {}

  @Override
  public Integer call() {
    List<String> troubles = new ArrayList<>();
    List<Judged> judged = new ArrayList<>();
    String reach;
    try (Store store = service.reading(); LineageQuery.Index index = new LineageQuery.Index(store)) {
      Lint lint = Lint.over(store.histories(), new Objects(index.code()));
      if (repository != null) commits(lint, judged);
      else mails(index, lint, judged, troubles);
      reach = index.lineage().reach().line();
    }
    boolean wrong = judged.stream().anyMatch(one -> one.checked.level().compareTo(FixesVerdict.Level.WARN) >= 0);
    print(judged, reach);
    System.out.flush();
    for (String trouble : troubles) System.err.println("lockkeeper: " + trouble);
    return !troubles.isEmpty() ? Refusal.INPUT : wrong ? 1 : 0;
  }

  private void commits(Lint lint, List<Judged> judged) {
    for (String name : names) {
      try (Range range = Range.open(repository, name)) {
        List<Range.Committed> all = new ArrayList<>();
        for (int i = 0; i < range.size(); i++) all.add(range.patch(i));
        for (Range.Committed commit : all)
          for (Lint.Checked checked : lint.ofCommit(commit.change().patch().message(), commit.id())) judged.add(new Judged(commit.id().brief(), checked));
      }
    }
  }

  private void mails(LineageQuery.Index index, Lint lint, List<Judged> judged, List<String> troubles) {
    List<String> unread = new ArrayList<>();
    Optional<CommitId> below = base == null ? Optional.empty() : Optional.of(index.code().range(base).get(0));
    for (String name : names) {
      // A mail that an archive brought need not be fetched.
      Optional<MessageId> id = java.nio.file.Files.exists(Path.of(name)) || name.equals("-") ? Optional.empty() : MessageId.pasted(name);
      Optional<Patch> kept = id.flatMap(known -> index.store().mails().mail(known)).map(mail -> keeper.series.PostedPatch.of(mail).patch());
      if (kept.isPresent()) for (Lint.Checked checked : lint.of(kept.get(), List.of(), below)) judged.add(new Judged(name, checked));
      else unread.add(name);
    }
    if (unread.isEmpty()) return;
    Inputs.All all = Inputs.read(unread, () -> Lore.at(Lore.PUBLIC, Manners.of(Version.text(), "")));
    troubles.addAll(all.troubles());
    List<String> titles = all.inputs().stream().map(input -> input.patch().message().title()).toList();
    for (int i = 0; i < all.inputs().size(); i++) {
      List<String> others = new ArrayList<>(titles);
      others.remove(i);
      for (Lint.Checked checked : lint.of(all.inputs().get(i).patch(), others, below)) judged.add(new Judged(all.inputs().get(i).name(), checked));
    }
  }

  private void print(List<Judged> judged, String reach) {
    if (shape != LineageQuery.Shape.text) {
      Answer.Builder answer = Answer.of("input", "tag", "level", "verdicts", "target", "remedy");
      for (Judged one : judged)
        answer.row(one.name, one.checked.tag().map(FixesTag::raw).orElse(""), one.checked.level().name(), one.checked.verdicts().stream().map(Enum::name).toList(),
            one.checked.target().map(CommitId::hex).orElse(""), one.checked.remedy());
      Answer table = new Answer(List.of("input", "tag", "level", "verdicts", "target", "remedy"), answer.reaching(new keeper.lineage.Reach(List.of(), List.of())).rows(), List.of(), reach);
      System.out.print(shape == LineageQuery.Shape.json ? table.json() : table.csv());
      return;
    }
    for (Judged one : judged) {
      if (one.checked.level() == FixesVerdict.Level.NONE && help.quiet) continue;
      System.out.print(line(one));
    }
    if (!help.quiet) System.out.println(reach);
  }

  private static String line(Judged one) {
    StringBuilder text = new StringBuilder(Printable.line(one.name)).append(": ");
    text.append(one.checked.tag().map(tag -> Printable.line(tag.raw().replace('\n', ' '))).orElse("(no tag)")).append('\n');
    for (FixesVerdict verdict : one.checked.verdicts()) text.append("    ").append(verdict).append(": ").append(verdict.meaning()).append('\n');
    if (!one.checked.remedy().isEmpty()) text.append("    ").append(Printable.line(one.checked.remedy())).append('\n');
    return text.toString();
  }
}
