// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.series;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import keeper.mail.Mail;
import keeper.mail.MessageId;
import keeper.mail.Subject;
import keeper.patch.CommitId;
import keeper.patch.FileDiff;
import keeper.patch.FixesTag;
import keeper.patch.Patch;
import keeper.patch.StatedBase;

/**
 * Holds the reader against a folder of mails with an {@code index.jsonl} of what a right answer has. Not part of the build: give the
 * folder on the command line. Prints each deviation and a table.
 */
final class CorpusMeasure {
  private final Map<String, int[]> fields = new TreeMap<>();

  public static void main(String[] args) throws IOException {
    new CorpusMeasure().folder(Path.of(args[0]));
  }

  private void folder(Path folder) throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<JsonNode> truths = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("index.jsonl"))) if (!line.isBlank()) truths.add(json.readTree(line));
    Map<String, SeriesBuilder> worlds = new TreeMap<>();
    for (JsonNode truth : truths) {
      try {
        worlds.computeIfAbsent(world(truth), name -> new SeriesBuilder()).add(Mail.read(Files.readAllBytes(folder.resolve(truth.get("file").asText()))));
      } catch (RuntimeException e) {
        e.printStackTrace(System.out);
      }
    }
    for (JsonNode truth : truths) series(truth, worlds.get(world(truth)));
    for (JsonNode truth : truths) one(truth, Files.readAllBytes(folder.resolve(truth.get("file").asText())));
    int right = 0;
    int all = 0;
    for (Map.Entry<String, int[]> field : fields.entrySet()) {
      System.out.printf("%-14s %4d of %4d%n", field.getKey(), field.getValue()[0], field.getValue()[1]);
      right += field.getValue()[0];
      all += field.getValue()[1];
    }
    System.out.printf("%-14s %4d of %4d fields of %d mails%n", "all", right, all, truths.size());
  }

  /** The sample boxes of b4 and patchwork use some ids twice: one box, one world. */
  private static String world(JsonNode truth) {
    String file = text(truth, "file");
    return file.startsWith("b4-") || file.startsWith("patchwork-") ? file.replaceAll("-[0-9]+[.]eml$", "") : "";
  }

  private void series(JsonNode truth, SeriesBuilder threads) {
    String id = text(truth, "message_id");
    if (id.isEmpty() || text(truth, "kind").equals("other")) return;
    same(text(truth, "file"), "series", text(truth, "series_key"), threads.postings().key(new MessageId(id)).orElse(""));
  }

  private void one(JsonNode truth, byte[] raw) {
    String file = truth.get("file").asText();
    Mail mail;
    PostedPatch posted;
    try {
      mail = Mail.read(raw);
      posted = PostedPatch.of(mail);
    } catch (RuntimeException e) {
      e.printStackTrace(System.out);
      same(file, "exception", "none", e.toString());
      return;
    }
    Subject subject = mail.subject();
    Patch patch = posted.patch();
    String kind = text(truth, "kind");
    Kind.Told told = Kind.of(posted);
    if (!told.kind().name().equalsIgnoreCase(kind)) same(file, "kind", kind, told + " " + subject.text());
    else same(file, "kind", kind, kind);
    if (!text(truth, "version").isEmpty()) {
      same(file, "version", text(truth, "version"), "" + subject.version());
      String part = text(truth, "index").isEmpty() ? "1/1" : text(truth, "index") + "/" + text(truth, "total");
      same(file, "part", part, subject.part().toString());
    }
    same(file, "prefixes", strings(truth.get("prefixes")).toString(), subject.prefixes().toString());
    same(file, "subject", flat(text(truth, "subject")), subject.text());
    same(file, "title", flat(text(truth, "subject_clean")), subject.title());
    same(file, "author", text(truth.get("author"), "name") + " <" + text(truth.get("author"), "email") + ">",
        mail.author().name() + " <" + mail.author().mailbox() + ">");
    same(file, "message-id", text(truth, "message_id"), mail.hasGeneratedId() ? "" : mail.id().id());
    same(file, "in-reply-to", text(truth, "in_reply_to"), mail.inReplyTo().map(Object::toString).orElse(""));
    if (kind.equals("other")) return;
    TreeSet<String> files = new TreeSet<>();
    for (FileDiff one : patch.files()) {
      one.prePath().ifPresent(files::add);
      one.postPath().ifPresent(files::add);
    }
    // Lost tabs leave the counts as they are.
    boolean damaged = patch.problems().stream().anyMatch(problem -> !problem.message().contains("become blanks"));
    same(file, "files", new TreeSet<>(strings(truth.get("files_touched"))).toString(), files.toString());
    boolean broken = truth.get("additions").isNull() || text(truth, "diff_ok").equals("false");
    String counts = broken ? "damaged" : truth.get("additions").asText() + " " + truth.get("deletions").asText();
    same(file, "counts", counts, damaged ? "damaged " + patch.problems() : patch.added() + " " + patch.removed());
    if (kind.equals("reply")) return;
    List<String> wanted = new ArrayList<>();
    for (JsonNode fix : truth.get("fixes")) wanted.add(text(fix, "sha") + "|" + flat(text(fix, "subject")) + "|" + fix.get("valid").asText());
    List<String> found = new ArrayList<>();
    for (FixesTag tag : patch.message().fixes()) found.add(tag.commit().map(CommitId::hex).orElse("") + "|" + tag.title() + "|" + tag.isWellFormed());
    same(file, "fixes", wanted.toString(), found.toString());
    List<String> trailers = new ArrayList<>();
    patch.message().trailers().forEach(trailer -> trailers.add(trailer.toString()));
    same(file, "trailers", strings(truth.get("trailers")).toString(), trailers.toString());
    StatedBase base = StatedBase.of(mail.body());
    same(file, "base", text(truth, "base_commit"), base.commit().map(CommitId::hex).orElse(""));
    same(file, "prerequisites", strings(truth.get("prerequisites")).toString(), base.prerequisites().toString());
    same(file, "change-id", text(truth, "change_id"), base.changeId().orElse(""));
    same(file, "upstream", text(truth, "upstream_sha"), patch.message().upstream().map(CommitId::hex).orElse(""));
  }

  private void same(String file, String field, String wanted, String found) {
    int[] counts = fields.computeIfAbsent(field, key -> new int[2]);
    counts[1]++;
    if (Objects.equals(wanted, found) || wanted.equals("damaged") && found.startsWith("damaged ")) counts[0]++;
    else System.out.println(file + ": " + field + "\n    wanted " + wanted + "\n    found  " + found);
  }

  private static String text(JsonNode node, String field) {
    JsonNode value = node == null ? null : node.get(field);
    return value == null || value.isNull() ? "" : value.asText();
  }

  private static List<String> strings(JsonNode array) {
    List<String> strings = new ArrayList<>();
    if (array != null) for (JsonNode one : array) strings.add(one.asText());
    return strings;
  }

  private static String flat(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }
}
