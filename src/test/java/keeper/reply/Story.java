// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.reply;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import keeper.check.Confidence;
import keeper.check.Finding;
import keeper.check.Witness;
import keeper.mail.Mail;
import keeper.mail.MessageId;
import keeper.review.Attempt;
import keeper.review.Base;
import keeper.review.PatchReview;
import keeper.review.Raised;
import keeper.review.Status;
import keeper.series.PostedPatch;
import keeper.text.Place;
import keeper.text.SourceText;
import keeper.text.Tree;

/**
 * A folder with a mail, what was found in it, and the letter that should come out: {@code mail.eml}, {@code findings.txt},
 * {@code letter.txt}, and the files it touches in {@code tree/}, where the story has any.
 */
record Story(String name, PostedPatch posted, PatchReview review, Background background, String list) {
  static Story read(Path folder) {
    try {
      PostedPatch posted = PostedPatch.of(Mail.read(Files.readAllBytes(folder.resolve("mail.eml"))));
      List<Raised> introduced = new ArrayList<>();
      List<Raised> standing = new ArrayList<>();
      Map<String, String> since = new HashMap<>();
      Map<String, MessageId> said = new HashMap<>();
      String list = "";
      for (String block : Files.readString(folder.resolve("findings.txt")).split("\n\n+")) {
        Map<String, List<String>> keys = keys(block);
        if (keys.containsKey("introduced")) introduced.add(raised(keys, keys.get("introduced").get(0)));
        else if (keys.containsKey("standing")) standing.add(raised(keys, keys.get("standing").get(0)));
        else list = keys.get("list").get(0);
        for (String line : keys.getOrDefault("said", List.of())) {
          String[] words = line.split(" ");
          if (words[1].equals("since")) since.put(words[0], words[2]);
          else said.put(words[0], new MessageId(words[2]));
        }
      }
      Path tree = folder.resolve("tree");
      Base base = Files.isDirectory(tree)
          ? new Base.Found(Base.Kind.TREE, new Folder(tree), "0123456789abcdef0123456789abcdef01234567", List.of())
          : new Base.HunksOnly(List.of(new Attempt("kitchen", "not there")));
      PatchReview review = new PatchReview(posted.patch(), Status.REVIEWED, "", base, introduced, List.of(), standing);
      return new Story(folder.getFileName().toString(), posted, review, new Background(since, said, keeper.lineage.Lint.over(keeper.lineage.Known.NONE).of(posted.patch(), List.of())), list);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, List<String>> keys(String block) {
    Map<String, List<String>> keys = new LinkedHashMap<>();
    for (String line : block.strip().split("\n")) {
      int colon = line.indexOf(':');
      keys.computeIfAbsent(line.substring(0, colon), key -> new ArrayList<>()).add(line.substring(colon + 1).strip());
    }
    return keys;
  }

  private static Raised raised(Map<String, List<String>> keys, String identity) {
    List<Witness> evidence = new ArrayList<>();
    for (String see : keys.getOrDefault("see", List.of())) {
      int space = see.indexOf(' ');
      evidence.add(new Witness(place(see.substring(0, space)), see.substring(space + 1)));
    }
    Finding finding = new Finding(one(keys, "check"), one(keys, "rule"), place(one(keys, "at")), one(keys, "function"), one(keys, "lock"),
        one(keys, "subject"), one(keys, "kind"), keys.getOrDefault("held", List.of()),
        Confidence.valueOf(one(keys, "confidence").toUpperCase(java.util.Locale.ROOT)), one(keys, "assumption"), one(keys, "message"), evidence);
    return new Raised(identity, finding, Optional.empty());
  }

  private static String one(Map<String, List<String>> keys, String key) {
    return keys.getOrDefault(key, List.of("")).get(0);
  }

  private static Place place(String text) {
    String[] steps = text.split(":");
    return new Place(steps[0], Integer.parseInt(steps[1]), steps.length > 2 ? Integer.parseInt(steps[2]) : 0);
  }

  private record Folder(Path top) implements Tree {
    @Override
    public Optional<SourceText> file(String path) {
      try {
        Path file = top.resolve(path);
        return Files.exists(file) ? Optional.of(SourceText.of(path, Files.readAllBytes(file))) : Optional.empty();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public Optional<String> contentId(String path) {
      return Optional.empty();
    }

    @Override
    public List<String> paths(String folder, String suffix) {
      return List.of();
    }

    @Override
    public String name() {
      return "kitchen";
    }
  }

  static String utf8(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
