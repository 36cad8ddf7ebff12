// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import keeper.c.Function;
import keeper.c.Outline;
import keeper.git.Code;
import keeper.lineage.Answer;
import keeper.lineage.Branches.Branch;
import keeper.lineage.Branches;
import keeper.lineage.Dyad;
import keeper.lineage.FixLink.Sureness;
import keeper.lineage.FixLink;
import keeper.lineage.Lineage;
import keeper.lineage.Lint;
import keeper.lineage.Mailings;
import keeper.lineage.Member;
import keeper.lineage.Reach;
import keeper.lineage.Source.InHistory;
import keeper.lineage.Source.Posted;
import keeper.lineage.States;
import keeper.mail.Mail;
import keeper.mail.MessageId;
import keeper.patch.FixesTag;
import keeper.series.PostedPatch;
import keeper.text.Printable;
import keeper.text.SourceText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Questions about one change. */
final class LineageQueries {
  private static final int DEEPEST = 16; // bad tags make circles and long tails

  private LineageQueries() {}

  /** A query about one change that people name. */
  abstract static class AboutOne extends LineageQuery {
    @Parameters(paramLabel = "X", arity = "1..*", description = "A commit id (5 or more digits), a title in quotes, a tag, a Message-ID, a lore URL.")
    private List<String> asked;

    String asked() {
      return String.join(" ", asked);
    }
  }

  @Command(name = "fixes-of", description = "Who fixes it.")
  static final class FixesOf extends AboutOne {
    @Option(names = "--transitive", description = "And who fixes those, and so on.")
    private boolean transitive;

    @Option(names = "--hunk", description = "Also those whose changed lines it wrote, whatever their tags say.")
    private boolean hunks;

    @Option(names = "--sureness", paramLabel = "S", description = "The least sure links to print: weak, likely, sure (default: likely).", defaultValue = "likely")
    private String sureness;

    @Override
    boolean keeps() {
      return hunks;
    }

    @Override
    Answer answer(Index index) {
      Lineage lineage = hunks ? index.withHunks() : index.lineage();
      Sureness least = least(sureness);
      Answer.Builder answer = Answer.of("depth", "id", "date", "release", "branches", "how", "sureness", "title");
      Set<String> seen = new HashSet<>();
      record Level(Member member, int depth) {}
      Member first = meant(lineage, asked());
      Deque<Level> queue = new ArrayDeque<>(List.of(new Level(first, 1)));
      seen.add(first.name());
      while (!queue.isEmpty()) {
        Level level = queue.remove();
        List<FixLink> links = new ArrayList<>(lineage.fixesOf(level.member()));
        if (hunks) links.addAll(lineage.mendedBy(level.member()));
        for (FixLink link : links) {
          boolean fix = link.isFix() || link.evidence().get(0).word().equals("hunks");
          if (!fix || link.sureness().compareTo(least) < 0 || !seen.add(link.fix().name())) continue;
          answer.row(level.depth(), id(link.fix()), date(link.fix()), release(index.branches(), link.fix()), names(index.branches(), link.fix()),
              link.evidence().get(0).word(), link.sureness().word(), title(link));
          if (transitive && level.depth() < DEEPEST) queue.add(new Level(link.fix(), level.depth() + 1));
        }
      }
      if (answer.size() == 0) answer.note("nobody that is known here fixes it");
      return answer.reaching(lineage.reach());
    }
  }

  @Command(name = "fixed-by", description = "What it says it fixes; with --hunk also what its changed lines say.")
  static final class FixedBy extends AboutOne {
    @Option(names = "--hunk", description = "Also who wrote the lines that it changes.")
    private boolean hunks;

    @Override
    boolean keeps() {
      return hunks;
    }

    @Override
    Answer answer(Index index) {
      Lineage lineage = hunks ? index.withHunks() : index.lineage();
      Answer.Builder answer = Answer.of("id", "date", "release", "how", "sureness", "evidence", "title");
      Member fix = meant(lineage, asked());
      List<FixLink> links = new ArrayList<>(lineage.fixedBy(fix));
      if (hunks) links.addAll(lineage.mended(fix));
      for (FixLink link : links)
        answer.row(id(link.culprit()), date(link.culprit()), release(index.branches(), link.culprit()), link.evidence().get(0).word(), link.sureness().word(),
            link.evidence().get(0).text().replace('\n', ' '), link.culprit().title() + (link.note().isEmpty() ? "" : " (" + link.note() + ")"));
      if (answer.size() == 0) answer.note("it names no commit that it fixes");
      return answer.reaching(lineage.reach());
    }
  }

  @Command(name = "where", description = "Where it is: commits, releases, branches, postings.")
  static final class Where extends AboutOne {
    @Override
    Answer answer(Index index) {
      Lineage lineage = index.withHunks();
      Answer.Builder answer = Answer.of("what", "id", "date", "release", "firstTag", "branches", "repositories");
      Member member = meant(lineage, asked());
      for (InHistory commit : member.commits())
        answer.row("commit", commit.id().hex(), Reach.day(commit.committed()), index.branches().releaseName(commit.number()),
            index.branches().first(commit.number()).map(Branches.Release::name).orElse(""),
            index.branches().holding(commit.number()).stream().map(Branch::name).toList(), commit.repositories());
      Mailings mailings = Mailings.over(lineage);
      for (Posted posted : member.postings())
        answer.row("mail v" + posted.version(), posted.id().id(), Reach.day(posted.when()), "", mailings.of(posted).state().name(), List.of(), List.of());
      answer.note(member.name());
      if (member.commits().isEmpty()) answer.note("no indexed history has it");
      return answer.reaching(lineage.reach());
    }
  }

  @Command(name = "status", description = "How a fault stands on each branch: fixed, affected, pending, …")
  static final class Status extends AboutOne {
    @Option(names = "--branch", paramLabel = "B", description = "Only these branches, like 6.6.y.")
    private List<String> branches = List.of();

    @Override
    Answer answer(Index index) {
      Lineage lineage = index.lineage();
      Member fault = meant(lineage, asked());
      States states = States.over(lineage);
      Answer.Builder answer = Answer.of("branch", "state", "held", "fixedIn", "reason");
      List<Branch> wanted = branches.isEmpty() ? index.branches().all() : branches.stream().map(index::branch).toList();
      for (Branch branch : wanted) {
        States.OnBranch state = states.of(fault, branch);
        boolean aside = branch.kind() == Branches.Kind.OTHER && branches.isEmpty() && state.held().isEmpty();
        if (aside) continue; // somebody's topic: of interest only where it is there
        answer.row(state.branch(), state.state().name(), state.held().map(held -> held.id().brief()).orElse(""), state.fixedIn(), state.reason());
      }
      if (wanted.isEmpty()) answer.note("UNKNOWN: no branch is indexed");
      return answer.reaching(lineage.reach());
    }
  }

  @Command(name = "pending", description = "Posted patches that fix it and are in no history yet, or that touch the same lines.")
  static final class Pending extends AboutOne {
    @Override
    boolean keeps() {
      return true;
    }

    @Override
    Answer answer(Index index) {
      Lineage lineage = index.withHunks();
      Member fault = meant(lineage, asked());
      Mailings mailings = Mailings.over(lineage);
      Answer.Builder answer = Answer.of("id", "date", "how", "state", "reason", "title");
      List<FixLink> links = new ArrayList<>(lineage.fixesOf(fault));
      links.addAll(lineage.mendedBy(fault));
      Set<String> seen = new HashSet<>();
      for (FixLink link : links) {
        if (!link.fix().commits().isEmpty() || link.fix().postings().isEmpty()) continue;
        Posted last = link.fix().postings().get(link.fix().postings().size() - 1);
        if (!seen.add(last.id().id())) continue;
        Mailings.Standing standing = mailings.of(last);
        answer.row(last.id().id(), Reach.day(last.when()), link.evidence().get(0).word(), standing.state().name(), standing.reason(), last.title());
      }
      if (answer.size() == 0) answer.note("no posted patch that is known here fixes it");
      return answer.reaching(lineage.reach());
    }
  }

  @Command(name = "mail", description = "A posted patch: what it says it fixes, where that is, who else fixes it, what the version before said.")
  static final class AboutMail extends AboutOne {
    @Override
    boolean keeps() {
      return true;
    }

    @Override
    Answer answer(Index index) {
      Lineage lineage = index.withHunks();
      MessageId id = MessageId.pasted(asked()).orElseThrow(() -> new Refusal(Refusal.USAGE, Printable.line(asked()) + ": a Message-ID or an archive's URL is wanted"));
      Posted posted = index.histories().posted(id)
          .orElseThrow(() -> new Refusal(Refusal.INPUT, "no archive that was read has the patch " + id.bracketed() + "; " + lineage.reach().line()));
      Mailings mailings = Mailings.over(lineage);
      Answer.Builder answer = Answer.of("about", "what", "detail");
      Mailings.Standing standing = mailings.of(posted);
      answer.row("mail", standing.state().name(), standing.reason());
      Optional<PostedPatch> read = index.store().mails().mail(id).map(PostedPatch::of);
      Lint lint = Lint.over(index.histories(), new LineageLint.Objects(index.code()));
      List<Lint.Checked> checks = read.isPresent() ? lint.of(read.get().patch(), List.of()) : List.of();
      for (Lint.Checked checked : checks)
        answer.row("tag", checked.verdicts().toString(), checked.tag().map(FixesTag::raw).orElse("(no tag)") + (checked.remedy().isEmpty() ? "" : "; " + checked.remedy()));
      Member member = meant(lineage, id.bracketed());
      for (FixLink link : lineage.fixedBy(member)) {
        if (!link.isFix()) continue;
        List<String> stable = new ArrayList<>();
        for (InHistory commit : link.culprit().commits())
          for (Branch branch : index.branches().holding(commit.number())) if (!stable.contains(branch.name())) stable.add(branch.name());
        answer.row("target", link.culprit().name(), stable.isEmpty() ? "in no indexed branch" : "in " + String.join(", ", stable));
        for (FixLink other : lineage.fixesOf(link.culprit()))
          if (other.isFix() && !other.fix().name().equals(member.name()) && other.fix().commits().isEmpty() && !other.fix().postings().isEmpty())
            answer.row("same target", other.fix().postings().get(other.fix().postings().size() - 1).id().bracketed(), other.fix().title());
      }
      mailings.before(posted).ifPresent(before -> {
        String was = tags(index, before);
        String now = tags(index, posted);
        answer.row("version before", before.id().bracketed(), was.equals(now) ? "the same tags" : "it had " + (was.isEmpty() ? "no tag" : was));
      });
      // A reviewer may have asked for the tag.
      for (Mail reply : index.store().mails().thread(id)) {
        if (reply.id().equals(id) || index.histories().posted(reply.id()).isPresent()) continue;
        for (String line : reply.body().split("\n"))
          if (!line.startsWith(">")) FixesTag.parse(line.strip()).filter(tag -> tag.commit().isPresent()).ifPresent(tag -> answer.row("tag in a reply", reply.id().bracketed(), tag.raw()));
      }
      return answer.reaching(lineage.reach());
    }

    private static String tags(Index index, Posted posted) {
      return index.store().mails().mail(posted.id()).map(mail -> String.join("; ", PostedPatch.of(mail).patch().message().fixes().stream().map(FixesTag::raw).toList())).orElse("");
    }
  }

  @Command(name = "lineage", description = "All commits that changed a function, with who fixes whom among them: FUNCTION@FILE.")
  static final class OfFunction extends LineageQuery {
    @Parameters(paramLabel = "FUNCTION@FILE", description = "Like vfio_pci_release@drivers/vfio/pci/vfio_pci.c.")
    private String place;

    @Override
    Answer answer(Index index) {
      int at = place.indexOf('@');
      if (at <= 0 || at == place.length() - 1) throw new Refusal(Refusal.USAGE, Printable.line(place) + ": FUNCTION@FILE is wanted");
      String name = place.substring(0, at);
      String path = place.substring(at + 1);
      List<Code.Version> versions = index.code().versions(path);
      if (versions.isEmpty()) throw new Refusal(Refusal.INPUT, "no indexed repository has " + Printable.line(path) + " in its HEAD's history; " + index.lineage().reach().line());
      Answer.Builder answer = Answer.of("id", "date", "release", "what", "fixes", "title");
      String before = "";
      List<Code.Version> changed = new ArrayList<>();
      List<String> what = new ArrayList<>();
      for (Code.Version version : versions) {
        String text = function(version.text(), path, name);
        if (text.equals(before)) continue;
        changed.add(version);
        what.add(before.isEmpty() ? "added" : text.isEmpty() ? "removed" : "changed");
        before = text;
      }
      Set<String> mine = new HashSet<>();
      for (Code.Version version : changed) mine.add(version.commit().hex());
      Lineage lineage = index.lineage();
      for (int i = 0; i < changed.size(); i++) {
        Code.Version version = changed.get(i);
        List<InHistory> commits = index.histories().commits(version.commit());
        List<String> fixes = new ArrayList<>();
        for (Member member : commits.isEmpty() ? List.<Member>of() : lineage.find(version.commit().hex()))
          for (FixLink link : lineage.fixedBy(member))
            if (link.isFix() && link.culprit().id().isPresent()) fixes.add(link.culprit().id().get().brief() + (mine.contains(link.culprit().id().get().hex()) ? "" : " (elsewhere)"));
        answer.row(version.commit().brief(), Reach.day(version.committed()), commits.isEmpty() ? "" : index.branches().releaseName(commits.get(0).number()), what.get(i),
            fixes, version.title());
      }
      if (answer.size() == 0) answer.note("no version of " + path + " has a function " + name);
      return answer.reaching(lineage.reach());
    }

    private static String function(String text, String path, String name) {
      if (!text.contains(name)) return "";
      SourceText source = SourceText.of(path, text);
      for (Function function : Outline.of(source).functions())
        if (function.name().equals(name)) return String.join("\n", List.of(text.split("\n", -1)).subList(function.line() - 1, Math.min(function.endLine(), text.split("\n", -1).length)));
      return "";
    }
  }

  @Command(name = "cve", description = "An imported record, and our own answer beside it.")
  static final class Cve extends LineageQuery {
    @Parameters(paramLabel = "ID", description = "Like CVE-2022-49219.")
    private String id;

    @Override
    Answer answer(Index index) {
      Dyad record = index.histories().record(id).orElseThrow(() -> new Refusal(Refusal.INPUT, "no imported record is called " + Printable.line(id) + "; lockkeeper lineage import dyad DIR"));
      Lineage lineage = index.lineage();
      Answer.Builder answer = Answer.of("vulnerableVersion", "vulnerable", "fixedVersion", "fixed");
      for (Dyad.Pair pair : record.pairs()) answer.row(pair.vulnerableVersion(), pair.vulnerable(), pair.fixedVersion(), pair.fixed());
      List<keeper.lineage.Pairing.Difference> differences = keeper.lineage.Pairing.over(lineage).compare(record);
      if (differences.isEmpty()) answer.note("our answer is the same");
      for (var difference : differences) answer.note((difference.ours() ? "ours: " : "theirs: ") + difference.pair() + "  " + difference.why());
      return answer.reaching(lineage.reach());
    }
  }

  @Command(name = "cves-of", description = "Imported records that name it.")
  static final class CvesOf extends AboutOne {
    @Override
    Answer answer(Index index) {
      Lineage lineage = index.lineage();
      List<keeper.patch.CommitId> ids = keeper.patch.CommitId.valid(asked()) && lineage.find(asked()).isEmpty() ? List.of(new keeper.patch.CommitId(asked())) : meant(lineage, asked()).ids();
      Answer.Builder answer = Answer.of("cve", "pairs", "unfixed");
      for (Dyad record : index.histories().recordsOf(ids))
        answer.row(record.name(), record.pairs().size(), record.pairs().stream().filter(pair -> !pair.isFixed()).count());
      if (answer.size() == 0) answer.note("no imported record names it");
      return answer.reaching(lineage.reach());
    }
  }

  static Sureness least(String word) {
    for (Sureness sureness : Sureness.values()) if (sureness.word().equals(word)) return sureness;
    throw new Refusal(Refusal.USAGE, "--sureness " + Printable.line(word) + ": weak, likely or sure is wanted");
  }

  private static String id(Member member) {
    if (!member.commits().isEmpty()) return member.commits().get(0).id().hex();
    if (!member.postings().isEmpty()) return member.postings().get(member.postings().size() - 1).id().bracketed();
    return member.id().map(Object::toString).orElse("");
  }

  private static String date(Member member) {
    return member.when().map(Reach::day).orElse("");
  }

  private static String release(Branches branches, Member member) {
    return member.commits().isEmpty() ? "" : branches.releaseName(member.commits().get(0).number());
  }

  private static List<String> names(Branches branches, Member member) {
    List<String> names = new ArrayList<>();
    for (InHistory commit : member.commits()) for (Branch branch : branches.holding(commit.number())) if (!names.contains(branch.name())) names.add(branch.name());
    return names;
  }

  private static String title(FixLink link) {
    return link.fix().title() + (link.note().isEmpty() ? "" : " (" + link.note() + ")");
  }
}
