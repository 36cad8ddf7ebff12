// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import keeper.c.Function;
import keeper.c.Outline;
import keeper.check.Confidence;
import keeper.git.Code;
import keeper.git.GitException;
import keeper.git.Range;
import keeper.lineage.Answer;
import keeper.lineage.Branches.Branch;
import keeper.lineage.Known;
import keeper.lineage.Reach;
import keeper.lineage.Source.InHistory;
import keeper.lineage.Survey.Candidate;
import keeper.lineage.Survey;
import keeper.patch.CommitId;
import keeper.patch.FileDiff;
import keeper.patch.Hunk;
import keeper.patch.HunkLine;
import keeper.patch.Patch;
import keeper.review.Base;
import keeper.review.PatchReview;
import keeper.review.Reviewer;
import keeper.text.Printable;
import keeper.text.SourceText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Questions about all commits at once. */
final class LineageSurveys {
  private LineageSurveys() {}

  private static Answer answer(LineageQuery.Index index, List<Candidate> candidates, Answer.Builder answer) {
    for (Candidate one : candidates)
      answer.row(one.need().name(), one.commit().id().hex(), Reach.day(one.commit().committed()), one.depth(), one.kind().word(), one.of().id().brief(), one.reason(), one.commit().title());
    return answer.reaching(index.lineage().reach());
  }

  private static Answer.Builder table() {
    return Answer.of("state", "id", "date", "depth", "how", "of", "reason", "title");
  }

  @Command(name = "missing", description = "Fixes and reverts of what a branch has, and fixes of those, that it does not have.")
  static final class Missing extends LineageQuery {
    @Option(names = "--branch", paramLabel = "B", required = true, description = "The branch, like 6.6.y.")
    private String branch;

    @Option(names = "--paths", paramLabel = "P", description = "Only fixes that touch files below these (reads the trees of all candidates).")
    private List<String> paths = List.of();

    @Option(names = "--since", paramLabel = "DAY", description = "Only fixes committed from then on.")
    private String since;

    @Option(names = "--code", description = "Look into the branch's files, and tell which fixes mend code that it does not have.")
    private boolean code;

    @Override
    Answer answer(Index index) {
      Branch on = index.branch(branch);
      Survey survey = Survey.of(index.histories().whole());
      if (code) index.look(on);
      Predicate<InHistory> wanted = paths.isEmpty() ? commit -> true
          : commit -> index.code().paths(commit).stream().anyMatch(changed -> paths.stream().anyMatch(path -> changed.equals(path) || changed.startsWith(path.endsWith("/") ? path : path + "/")));
      List<Candidate> found = survey.missing(on, since(since), wanted, code ? index.code() : (commit, where) -> Optional.empty());
      Answer.Builder answer = table();
      answer.note(found.size() + " follow-ups of what " + on.name() + " has are not there" + (code ? "" : "; --code tells which of them mend code that it does not have"));
      return LineageSurveys.answer(index, found, answer);
    }
  }

  @Command(name = "follow-ups", description = "Fixes and reverts of a set of commits (\"my backports\"), and fixes of those.")
  static final class FollowUps extends LineageQuery {
    @Option(names = "--list", paramLabel = "FILE", description = "Ids, one a line; `<id>,<who>` is read too.")
    private Path list;

    @Option(names = "--range", paramLabel = "A..B", description = "Commits of an indexed repository.")
    private String range;

    @Option(names = "--branch", paramLabel = "B", description = "Say of each whether this branch has it or can take it.")
    private String branch;

    @Override
    Answer answer(Index index) {
      if ((list == null) == (range == null)) throw new Refusal(Refusal.USAGE, "follow-ups: give --list FILE or --range A..B");
      Answer.Builder answer = table();
      Set<Integer> numbers = new LinkedHashSet<>();
      List<String> unknown = new ArrayList<>();
      for (String id : list != null ? ids(list) : index.code().range(range).stream().map(CommitId::hex).toList()) {
        List<InHistory> found = CommitId.valid(id) ? index.histories().commits(new CommitId(id)) : List.of();
        if (found.size() == 1) numbers.add(found.get(0).number());
        else unknown.add(id);
      }
      Optional<Branch> on = Optional.ofNullable(branch).map(index::branch);
      on.ifPresent(index::look);
      List<Candidate> found = Survey.of(index.histories().whole()).followUps(numbers, on, on.isPresent() ? index.code() : (commit, where) -> Optional.empty());
      answer.note(found.size() + " follow-ups of " + numbers.size() + " commits");
      if (!unknown.isEmpty()) answer.note("not known, or not clear: " + String.join(", ", unknown.stream().limit(20).map(Printable::line).toList()) + (unknown.size() > 20 ? " and " + (unknown.size() - 20) + " more" : ""));
      return LineageSurveys.answer(index, found, answer);
    }
  }

  /** The first word of each line up to a comma or blank; {@code #} begins a comment. */
  static List<String> ids(Path file) {
    try {
      List<String> ids = new ArrayList<>();
      for (String line : Files.readString(file).split("\n")) {
        String bare = line.strip();
        int end = 0;
        while (end < bare.length() && bare.charAt(end) != ',' && bare.charAt(end) != ' ' && bare.charAt(end) != '\t' && bare.charAt(end) != '#') end++;
        if (end > 0) ids.add(bare.substring(0, end).toLowerCase(java.util.Locale.ROOT));
      }
      return ids;
    } catch (IOException e) {
      throw new Refusal(Refusal.INPUT, file + ": cannot be read: " + e.getMessage());
    }
  }

  @Command(name = "unfixed-fixes", description = "Fixes that a branch has, and whose own fixes it lacks.")
  static final class UnfixedFixes extends LineageQuery {
    @Parameters(paramLabel = "B", description = "The branch, like 6.6.y.")
    private String branch;

    @Override
    Answer answer(Index index) {
      Branch on = index.branch(branch);
      List<Candidate> found = Survey.of(index.histories().whole()).unfixedFixes(on);
      Answer.Builder answer = table();
      answer.note(found.size() + " fixes of fixes that " + on.name() + " has are not there");
      return LineageSurveys.answer(index, found, answer);
    }
  }

  @Command(name = "dup-fixes", description = "Pairs of commits or posted patches that fix the same, with overlapping hunks.")
  static final class DupFixes extends LineageQuery {
    @Option(names = "--since", paramLabel = "DAY", description = "The later one from then on (default: 90 days before the newest commit).")
    private String since;

    @Option(names = "--within", paramLabel = "DAYS", description = "So far apart at most (default: ${DEFAULT-VALUE}).", defaultValue = "60")
    private int within;

    @Override
    Answer answer(Index index) {
      Instant from = since == null ? recent(index) : since(since);
      Answer.Builder answer = Answer.of("earlier", "later", "culprit", "overlap", "titles");
      for (Survey.Pair pair : Survey.of(index.histories().whole()).sharedCulprits(from, within)) {
        int overlap = overlap(index.code().patch(pair.earlier()), index.code().patch(pair.later()));
        if (overlap > 0)
          answer.row(pair.earlier().id().brief(), pair.later().id().brief(), pair.culprit().id().brief(), overlap, List.of(pair.earlier().title(), "/", pair.later().title()));
      }
      mails(index, from, answer);
      if (answer.size() == 0) answer.note("none since " + Reach.day(from));
      return answer.reaching(index.lineage().reach());
    }

    private void mails(Index index, Instant from, Answer.Builder answer) {
      Map<String, List<Known.Naming>> byTarget = new HashMap<>();
      for (Known.Naming naming : index.histories().postedFixes(from)) {
        String hex = naming.reference().id().orElseThrow().hex();
        byTarget.computeIfAbsent(hex.substring(0, Math.min(12, hex.length())), key -> new ArrayList<>()).add(naming);
      }
      byTarget.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(entry -> {
        List<Known.Naming> all = entry.getValue();
        for (int i = 0; i < all.size() && i < 50; i++)
          for (int j = i + 1; j < all.size() && j < 50; j++) {
            if (all.get(i).by().title().equals(all.get(j).by().title())) continue; // versions of one
            int overlap = overlap(index.histories().patch(all.get(i).by()), index.histories().patch(all.get(j).by()));
            if (overlap > 0) answer.row(name(all.get(i)), name(all.get(j)), entry.getKey(), overlap, List.of(all.get(i).by().title(), "/", all.get(j).by().title()));
          }
      });
    }

    private static String name(Known.Naming naming) {
      return naming.by() instanceof keeper.lineage.Source.Posted posted ? posted.id().bracketed() : ((InHistory) naming.by()).id().brief();
    }

    /** Hunks of the same file whose lines before the change have some in common. */
    private static int overlap(Optional<Patch> one, Optional<Patch> other) {
      if (one.isEmpty() || other.isEmpty()) return 0;
      int overlapping = 0;
      for (FileDiff file : one.get().files())
        for (FileDiff their : other.get().files()) {
          if (!file.path().equals(their.path())) continue;
          for (Hunk hunk : file.hunks())
            for (Hunk theirs : their.hunks())
              if (hunk.preImage().start() < theirs.preImage().start() + theirs.preImage().count() && theirs.preImage().start() < hunk.preImage().start() + hunk.preImage().count()
                  || !hunk.section().isEmpty() && hunk.section().equals(theirs.section())) overlapping++;
        }
      return overlapping;
    }
  }

  private static Instant recent(LineageQuery.Index index) {
    return index.lineage().reach().histories().stream().map(Reach.History::newest).max(Instant::compareTo).map(newest -> newest.minusSeconds(90 * 86_400L)).orElse(Instant.EPOCH);
  }

  @Command(name = "hot", description = "Where faults gather: fixes received, fixes of fixes, reverts, days since the last.")
  static final class Hot extends LineageQuery {
    /** What is counted. */
    enum By {
      function,
      file,
      dir,
      author
    }

    @Option(names = "--by", paramLabel = "WHAT", description = "function, file, dir or author (default: ${DEFAULT-VALUE}).", defaultValue = "file")
    private By by;

    @Option(names = "--since", paramLabel = "DAY", description = "Fixes committed from then on.")
    private String since;

    @Option(names = "--limit", paramLabel = "N", description = "Rows to print (default: ${DEFAULT-VALUE}).", defaultValue = "40")
    private int limit;

    @Override
    Answer answer(Index index) {
      Survey survey = Survey.of(index.histories().whole());
      Answer.Builder answer = switch (by) {
        case author -> survey.hot("author", since(since), limit, null, culprit -> List.of(culprit.author()));
        case file -> survey.hot("file", since(since), limit, fix -> index.code().paths(fix), null);
        case dir -> survey.hot("dir", since(since), limit, fix -> index.code().paths(fix).stream().map(Hot::folder).distinct().toList(), null);
        case function -> survey.hot("function", since(since), limit, fix -> functions(index.code(), fix), null);
      };
      return answer.reaching(index.lineage().reach());
    }

    private static String folder(String path) {
      int slash = path.lastIndexOf('/');
      return slash < 0 ? "." : path.substring(0, slash + 1);
    }

    /** Functions of C files that the fix changed, as they are after it. */
    private static List<String> functions(Code code, InHistory fix) {
      Set<String> names = new LinkedHashSet<>();
      for (FileDiff file : code.patch(fix).map(Patch::files).orElse(List.of())) {
        if (!file.path().endsWith(".c") && !file.path().endsWith(".h")) continue;
        Optional<String> text = code.text(fix.id(), file.path());
        if (text.isEmpty()) continue;
        for (Function function : Outline.of(SourceText.of(file.path(), text.get())).functions())
          for (Hunk hunk : file.hunks()) if (changes(hunk, function)) names.add(function.name() + "@" + file.path());
      }
      return List.copyOf(names);
    }

    private static boolean changes(Hunk hunk, Function function) {
      int line = hunk.postImage().start();
      for (HunkLine one : hunk.lines()) {
        boolean inside = line >= function.line() && line <= function.endLine();
        if (inside && one.kind() != HunkLine.Kind.CONTEXT) return true;
        if (one.inPostImage()) line++;
      }
      return false;
    }
  }

  @Command(name = "time-to-fix", description = "How many days things take, as quantiles.")
  static final class TimeToFix extends LineageQuery {
    @Option(names = "--since", paramLabel = "DAY", description = "Fixes committed from then on.")
    private String since;

    @Override
    Answer answer(Index index) {
      Instant from = since(since);
      Answer.Builder answer = Survey.of(index.histories().whole()).timeToFix(from);
      Survey.quantiles(answer, "days from a posting to its commit", index.histories().daysToCommit(from));
      if (answer.size() == 0) answer.note("there is nothing to count");
      return answer.reaching(index.lineage().reach());
    }
  }

  @Command(name = "would-catch", description = "Fixes whose culprit, reviewed as it was committed, makes a rule or check speak.")
  static final class WouldCatch extends LineageQuery {
    @Parameters(paramLabel = "RULE", description = "A rule's or check's id.")
    private String rule;

    @Option(names = "--since", paramLabel = "DAY", description = "Fixes committed from then on.")
    private String since;

    @Option(names = "--paths", paramLabel = "P", description = "Only culprits that touch files below these.")
    private List<String> paths = List.of();

    @Option(names = "--limit", paramLabel = "N", description = "Culprits to review at most, the newest (default: ${DEFAULT-VALUE}).", defaultValue = "200")
    private int limit;

    @Mixin private RuleOptions rules;

    @Override
    Answer answer(Index index) {
      Reviewer reviewer = new Reviewer(rules.checks(rules.rules()), Confidence.LIKELY);
      List<Candidate> fixes = new ArrayList<>(Survey.of(index.histories().whole()).fixes(since(since)));
      java.util.Collections.reverse(fixes);
      Answer.Builder answer = Answer.of("culprit", "fix", "finding", "place", "title");
      Map<String, Optional<PatchReview>> reviews = new HashMap<>();
      int speaking = 0;
      int caught = 0;
      for (Candidate fix : fixes) {
        String culprit = fix.of().id().hex();
        if (!reviews.containsKey(culprit)) {
          if (reviews.size() == limit) continue;
          if (!paths.isEmpty() && index.code().paths(fix.of()).stream().noneMatch(path -> paths.stream().anyMatch(path::startsWith))) continue;
          reviews.put(culprit, review(index, reviewer, culprit));
        }
        if (reviews.get(culprit).isEmpty()) continue;
        boolean spoke = false;
        for (var raised : reviews.get(culprit).get().introduced()) {
          if (!raised.finding().check().equals(rule) && !raised.finding().rule().equals(rule)) continue;
          speaking++;
          spoke = true;
          answer.row(fix.of().id().brief(), fix.commit().id().brief(), raised.finding().check(), raised.finding().at().toString(), fix.of().title());
        }
        if (spoke) caught++;
      }
      answer.note(caught + " fixes have a culprit at which " + rule + " speaks, of " + reviews.size() + " culprits reviewed; " + speaking + " findings");
      return answer.reaching(index.lineage().reach());
    }

    private static Optional<PatchReview> review(Index index, Reviewer reviewer, String id) {
      for (String path : index.histories().paths().values()) {
        try (Range range = Range.open(Path.of(path), id)) {
          return Optional.of(reviewer.review(range.patch(0).change(), new Base.HunksOnly(List.of())));
        } catch (GitException e) {
          continue; // another repository may have it
        }
      }
      return Optional.empty();
    }
  }
}
