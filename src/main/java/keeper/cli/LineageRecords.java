// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;
import keeper.git.Code;
import keeper.lineage.Answer;
import keeper.lineage.Branches.Branch;
import keeper.lineage.Dyad;
import keeper.lineage.Lineage;
import keeper.lineage.Links;
import keeper.lineage.Member;
import keeper.lineage.Pairing;
import keeper.lineage.Source.InHistory;
import keeper.lineage.SqliteFile;
import keeper.lineage.Survey;
import keeper.lineage.Word;
import keeper.patch.CommitId;
import keeper.patch.CommitMessage;
import keeper.store.Store;
import keeper.text.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Records that others publish, and files that people keep: in, out, and compared. */
final class LineageRecords {
  private static final ObjectMapper JSON = new ObjectMapper();

  private LineageRecords() {}

  @Command(name = "import", description = "Takes in records (dyad, cve) and what people wrote down (not-a-fix, not-a-revert, declined, vulnerable, translation, blacklist, the translations of a verhaal.db).")
  static final class Import implements Callable<Integer> {
    @Mixin private Help help;
    @Mixin private ServiceOptions service;

    @Parameters(index = "0", paramLabel = "FORMAT", description = "dyad, cve, not-a-fix, not-a-revert, declined, vulnerable, translation, blacklist, verhaal.")
    private String format;

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "FILE", description = "Files, or folders of them.")
    private List<Path> files;

    @Override
    public Integer call() {
      List<String> problems = new ArrayList<>();
      List<Dyad> records = new ArrayList<>();
      List<Word> words = new ArrayList<>();
      for (Path file : files(files)) {
        if (format.equals("verhaal")) {
          sqlite(file, "fixes", problems, row -> words.addAll(words(file, row.get("sha_invalid") + " " + row.get("sha_valid"), Word.Kind.TRANSLATION, problems)));
          continue;
        }
        String text = read(file);
        switch (format) {
          case "dyad", "cve" -> records.addAll(records(file, text, problems));
          case "vulnerable" -> vulnerable(file, text, words, problems);
          case "blacklist" -> blacklist(file, text, words, problems);
          default -> words.addAll(words(file, text, kind(format), problems));
        }
      }
      try (Store store = service.store()) {
        for (Dyad record : records) store.histories().keepRecord(record);
        store.histories().keepWords(words);
      }
      if (!help.quiet) {
        if (!records.isEmpty()) System.out.println(records.size() + " records, " + records.stream().mapToInt(record -> record.pairs().size()).sum() + " pairs");
        if (!words.isEmpty() || records.isEmpty()) System.out.println(words.size() + " ids");
      }
      System.out.flush();
      for (String problem : problems) System.err.println("lockkeeper: " + problem);
      return problems.isEmpty() ? 0 : Refusal.INPUT;
    }

    private static Word.Kind kind(String format) {
      return Word.Kind.of(format).orElseThrow(() -> new Refusal(
          Refusal.USAGE, "import: there is no format " + Printable.line(format) + "; there are dyad, cve, not-a-fix, not-a-revert, declined, vulnerable, translation, blacklist, verhaal"));
    }

    /** {@code <id> # reason}; of a translation {@code <wrong id> <right id or NOT_VALID>}. */
    static List<Word> words(Path file, String text, Word.Kind kind, List<String> problems) {
      List<Word> words = new ArrayList<>();
      int number = 0;
      for (String line : text.split("\n", -1)) {
        number++;
        int hash = line.indexOf('#');
        String reason = hash < 0 ? "" : line.substring(hash + 1).strip();
        String[] fields = (hash < 0 ? line : line.substring(0, hash)).strip().split("[\\s,]+");
        if (fields[0].isEmpty()) continue;
        String id = fields[0].toLowerCase(Locale.ROOT);
        String other = kind == Word.Kind.TRANSLATION && fields.length > 1 ? fields[1] : "";
        boolean fine = CommitId.valid(id) && (kind != Word.Kind.TRANSLATION || other.equals("NOT_VALID") || CommitId.valid(other.toLowerCase(Locale.ROOT)));
        if (!fine) problems.add(file + ":" + number + ": " + (kind == Word.Kind.TRANSLATION ? "<wrong id> <right id or NOT_VALID> is wanted" : "an id is wanted"));
        else words.add(new Word(kind, id, other.equals("NOT_VALID") ? other : other.toLowerCase(Locale.ROOT), reason.isEmpty() ? "in " + file.getFileName() : reason));
      }
      return words;
    }

    /** {@code NAME.vulnerable} beside {@code NAME.sha1}: culprits that a person named for these fixes. */
    private static void vulnerable(Path file, String text, List<Word> words, List<String> problems) {
      String name = file.getFileName().toString();
      if (!name.endsWith(".vulnerable")) return;
      Path fixes = file.resolveSibling(name.substring(0, name.length() - ".vulnerable".length()) + ".sha1");
      if (!Files.isRegularFile(fixes)) {
        problems.add(file + ": " + fixes.getFileName() + " is not beside it, so nobody knows which fixes are meant");
        return;
      }
      for (Word culprit : words(file, text, Word.Kind.VULNERABLE, problems))
        for (Word fix : words(fixes, read(fixes), Word.Kind.VULNERABLE, problems)) words.add(new Word(Word.Kind.VULNERABLE, fix.id(), culprit.id(), culprit.reason()));
    }

    /** Ids are declined; paths cannot be. */
    private static void blacklist(Path file, String text, List<Word> words, List<String> problems) {
      StringBuilder ids = new StringBuilder();
      int paths = 0;
      for (String line : text.split("\n", -1)) {
        String first = line.strip().split("[\\s#]", 2)[0];
        boolean path = first.indexOf('/') >= 0 || first.indexOf('.') >= 0;
        if (path) paths++;
        ids.append(path ? "" : line).append('\n');
      }
      words.addAll(words(file, ids.toString(), Word.Kind.DECLINED, problems));
      if (paths > 0) problems.add(file + ": " + paths + " paths were passed over, only ids are kept; missing --paths names the paths that are wanted");
    }
  }

  /** Records of a file: dyad's lines, a CVE of format 5, or one JSON object a line. */
  static List<Dyad> records(Path file, String text, List<String> problems) {
    String name = file.getFileName().toString();
    String bare = name.indexOf('.') > 0 ? name.substring(0, name.indexOf('.')) : name;
    String start = text.stripLeading();
    if (!start.startsWith("{")) {
      Dyad.Read read = Dyad.parse(bare, text);
      problems.addAll(read.problems());
      return read.record().pairs().isEmpty() ? List.of() : List.of(read.record());
    }
    List<Dyad> records = new ArrayList<>();
    try {
      if (name.endsWith(".jsonl")) for (String line : text.split("\n")) if (!line.isBlank()) records.add(record(JSON.readTree(line), bare));
      if (!name.endsWith(".jsonl")) records.add(record(JSON.readTree(text), bare));
    } catch (IOException e) {
      problems.add(file + ": no JSON that can be read");
    }
    return records.stream().filter(record -> !record.pairs().isEmpty()).toList();
  }

  private static Dyad record(JsonNode json, String name) {
    if (json.has("pairs")) {
      List<Dyad.Pair> pairs = new ArrayList<>();
      for (JsonNode pair : json.get("pairs"))
        pairs.add(new Dyad.Pair(pair.path("vulnerable_version").asText("0"), pair.path("vulnerable_sha").asText("0"), pair.path("fixed_version").asText("0"), pair.path("fixed_sha").asText("0")));
      return new Dyad(json.path("cve").asText(name), json.path("dyad_version").asText(""), pairs);
    }
    List<Dyad.Pair> pairs = new ArrayList<>();
    // Format 5: ids in versions of type git; the releases stand in another list, and not pair by pair.
    for (JsonNode affected : json.path("containers").path("cna").path("affected"))
      for (JsonNode version : affected.path("versions")) {
        if (!version.path("versionType").asText().equals("git")) continue;
        String vulnerable = version.path("version").asText("0");
        String fixed = version.path("lessThan").asText("0");
        if ((vulnerable.equals("0") || CommitId.valid(vulnerable)) && (fixed.equals("0") || CommitId.valid(fixed))) pairs.add(new Dyad.Pair("?", vulnerable, "?", fixed));
      }
    return new Dyad(json.path("cveMetadata").path("cveId").asText(name), "CVE JSON", pairs);
  }

  @Command(name = "export", description = "Gives out records (dyad X...), what people wrote down, a list of missing fixes (git-fixes), or those fixes as mails (mbox).")
  static final class Export implements Callable<Integer> {
    @Mixin private Help help;
    @Mixin private ServiceOptions service;

    @Parameters(index = "0", paramLabel = "FORMAT", description = "dyad, git-fixes, mbox, not-a-fix, not-a-revert, declined, translation.")
    private String format;

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "X", description = "Of dyad: the fixes of one fault.")
    private List<String> fixes = List.of();

    @Option(names = "--branch", paramLabel = "B", description = "Of git-fixes and mbox: the branch that lacks them.")
    private String branch;

    @Option(names = "--since", paramLabel = "DAY", description = "Of git-fixes and mbox: only fixes committed from then on.")
    private String since;

    @Option(names = "--who", paramLabel = "W", description = "Of git-fixes: who is asked (default: the fix's author).")
    private String who;

    @Override
    public Integer call() {
      try (Store store = service.reading(); LineageQuery.Index index = new LineageQuery.Index(store)) {
        Optional<Word.Kind> kind = Word.Kind.of(format);
        if (kind.isPresent()) words(store, kind.get());
        else if (format.equals("dyad")) dyad(index);
        else if (format.equals("git-fixes") || format.equals("mbox")) lacking(index);
        else throw new Refusal(Refusal.USAGE, "export: there is no format " + Printable.line(format) + "; there are dyad, git-fixes, mbox, not-a-fix, not-a-revert, declined, translation");
        return 0;
      }
    }

    private static void words(Store store, Word.Kind kind) {
      for (Word word : store.histories().words()) {
        if (word.kind() != kind) continue;
        System.out.println(word.id() + (word.other().isEmpty() ? "" : " " + word.other()) + " # " + Printable.line(word.reason()));
      }
    }

    private void dyad(LineageQuery.Index index) {
      if (fixes.isEmpty()) throw new Refusal(Refusal.USAGE, "export dyad: name the fixes of one fault");
      Lineage lineage = index.lineage();
      List<Member> members = fixes.stream().map(asked -> LineageQuery.meant(lineage, asked)).toList();
      System.out.println("# lockkeeper version: " + Version.text());
      for (Member member : members) System.out.println("# fixed by " + Printable.line(member.name()));
      for (Pairing.Chosen chosen : Pairing.over(lineage).of(members, List.of())) System.out.println(chosen.pair().line());
      System.out.println("# " + Printable.line(lineage.reach().line()));
    }

    private void lacking(LineageQuery.Index index) {
      if (branch == null) throw new Refusal(Refusal.USAGE, "export " + format + ": --branch B is wanted");
      Branch on = index.branch(branch);
      for (Survey.Candidate one : Survey.of(index.histories().whole()).missing(on, LineageQuery.since(since), commit -> true, (commit, where) -> Optional.empty())) {
        if (one.need() == Survey.Need.DECLINED) continue;
        if (format.equals("git-fixes")) System.out.println(one.commit().id().hex() + "," + Printable.line(who == null ? mailbox(one.commit().author()) : who));
        else System.out.print(mail(index.code(), on, one.commit()));
      }
    }

    private static String mailbox(String author) {
      int open = author.lastIndexOf('<');
      return open >= 0 && author.endsWith(">") ? author.substring(open + 1, author.length() - 1) : author;
    }

    /** As the stable team writes it: the upstream line first. Nothing for what no repository has any more. */
    private static String mail(Code code, Branch branch, InHistory commit) {
      Optional<keeper.git.Formatted> patch = code.formatted(commit);
      if (patch.isEmpty()) return "";
      CommitMessage message = patch.get().message();
      StringBuilder mail = new StringBuilder("From ").append(commit.id().hex()).append(" Mon Sep 17 00:00:00 2001\n");
      mail.append("From: ").append(Printable.line(commit.author())).append('\n');
      mail.append("Date: ").append(java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME.format(commit.when().atOffset(java.time.ZoneOffset.UTC))).append('\n');
      mail.append("Subject: [PATCH ").append(branch.name()).append("] ").append(Printable.line(commit.title())).append("\n\n");
      mail.append("[ Upstream commit ").append(commit.id().hex()).append(" ]\n\n");
      for (String line : message.body().split("\n")) mail.append(line.startsWith("From ") || line.startsWith(">From ") ? ">" : "").append(line).append('\n');
      mail.append("---\n").append(patch.get().diff());
      return mail.append("-- \nlockkeeper\n\n").toString();
    }
  }

  @Command(name = "agree", description = "Compares our answers with a folder of published records, and explains each difference by its rule.")
  static final class Agree extends LineageQuery {
    @Parameters(paramLabel = "DIR", arity = "1..*", description = "Files, or folders of them: dyad's, CVE JSON, or one JSON object a line.")
    private List<Path> folders;

    @Override
    Answer answer(Index index) {
      List<String> problems = new ArrayList<>();
      Lineage lineage = index.lineage();
      Pairing pairing = Pairing.over(lineage);
      Answer.Builder answer = Answer.of("record", "whose", "pair", "rule");
      Map<String, Integer> rules = new TreeMap<>();
      int records = 0;
      int agree = 0;
      int pairs = 0;
      int same = 0;
      for (Path file : files(folders)) {
        if (file.getFileName().toString().endsWith(".db")) {
          verhaal(index, file, answer, problems);
          continue;
        }
        for (Dyad record : records(file, read(file), problems)) {
          records++;
          List<Pairing.Difference> differences = pairing.compare(record);
          long theirs = differences.stream().filter(difference -> !difference.ours()).count();
          boolean unknown = differences.stream().anyMatch(difference -> difference.why().startsWith("NOT_INDEXED"));
          pairs += record.pairs().size();
          same += unknown ? 0 : (int) (record.pairs().size() - theirs);
          if (differences.isEmpty()) agree++;
          for (Pairing.Difference difference : differences) {
            rules.merge(difference.why().substring(0, difference.why().indexOf(':')), 1, Integer::sum);
            answer.row(record.name(), difference.ours() ? "ours" : "theirs", difference.pair(), difference.why());
          }
        }
      }
      answer.note(agree + " of " + records + " records agree, " + same + " of " + pairs + " pairs" + (rules.isEmpty() ? "" : "; differences: " + rules));
      for (String problem : problems) answer.note(problem);
      return answer.reaching(lineage.reach());
    }

    /** What verhaal says that commits fix, beside what we say. */
    private static void verhaal(LineageQuery.Index index, Path file, Answer.Builder answer, List<String> problems) {
      Map<Integer, Set<Integer>> ours = new HashMap<>();
      Links links = index.histories().links(index.histories().graph().size());
      for (int i = 0; i < links.edges(); i++) {
        Links.Edge edge = links.edge(i);
        if (edge.kind() == Links.Kind.FIXES && edge.sureness() > 0) ours.computeIfAbsent(edge.commit(), key -> new TreeSet<>()).add(edge.target());
      }
      int[] counts = new int[3]; // commits that fix something, those we say the same of, those we do not have
      sqlite(file, "commits", problems, row -> {
        String fixes = row.get("fixes") == null ? "" : row.get("fixes").toString().strip();
        List<InHistory> commit = commits(index, row.get("id"));
        if (fixes.isEmpty()) return;
        counts[0]++;
        if (commit.size() != 1) {
          counts[2]++;
          return;
        }
        Set<Integer> mine = ours.getOrDefault(commit.get(0).number(), Set.of());
        Set<Integer> theirs = new TreeSet<>();
        boolean same = true;
        for (String id : fixes.split("\\s+")) {
          List<InHistory> culprit = commits(index, id);
          if (culprit.size() == 1) theirs.add(culprit.get(0).number());
          if (culprit.size() == 1 && mine.contains(culprit.get(0).number())) continue;
          same = false;
          answer.row(commit.get(0).id().brief(), "theirs", id, culprit.size() == 1 ? "NO_CLEAR_TAG: its log names it not, or with another title" : "NOT_INDEXED: no indexed history has it");
        }
        for (InHistory culprit : index.histories().commits(mine.stream().filter(one -> !theirs.contains(one)).toList())) {
          same = false;
          answer.row(commit.get(0).id().brief(), "ours", culprit.id().hex(), "TAG: its log names it");
        }
        if (same) counts[1]++;
      });
      answer.note(file.getFileName() + ": " + counts[1] + " of " + counts[0] + " commits that fix something agree, " + counts[2] + " are in no indexed history");
    }

    private static List<InHistory> commits(LineageQuery.Index index, Object id) {
      String hex = String.valueOf(id).toLowerCase(Locale.ROOT);
      return CommitId.valid(hex) ? index.histories().commits(new CommitId(hex)) : List.of();
    }
  }

  /** Tells the rows of a table of an SQLite database. */
  private static void sqlite(Path file, String table, List<String> problems, Consumer<Map<String, Object>> each) {
    try (FileChannel channel = FileChannel.open(file)) {
      SqliteFile.of(channel.map(FileChannel.MapMode.READ_ONLY, 0, Math.min(channel.size(), Integer.MAX_VALUE))).rows(table, each);
    } catch (IOException | IllegalArgumentException e) {
      problems.add(file + ": " + e.getMessage());
    }
  }

  private static List<Path> files(List<Path> named) {
    List<Path> files = new ArrayList<>();
    for (Path path : named) {
      if (!Files.exists(path)) throw new Refusal(Refusal.INPUT, path + ": there is no such file or folder");
      try (Stream<Path> found = Files.walk(path, 6)) {
        files.addAll(found.filter(Files::isRegularFile).filter(file -> !file.getFileName().toString().startsWith(".") && !file.getFileName().toString().equals("README.md")).sorted().toList());
      } catch (IOException e) {
        throw new Refusal(Refusal.INPUT, path + ": cannot be read: " + e.getMessage());
      }
    }
    return files;
  }

  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new Refusal(Refusal.INPUT, file + ": cannot be read: " + e.getMessage());
    }
  }
}
