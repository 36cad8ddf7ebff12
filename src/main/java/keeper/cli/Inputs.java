// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.function.Function;
import java.util.function.Supplier;
import keeper.git.GitException;
import keeper.git.Lore;
import keeper.mail.Mail;
import keeper.mail.Mbox;
import keeper.mail.MessageId;
import keeper.patch.Patch;
import keeper.series.PostedPatch;

/** What people hand to a command: files, mboxes, folders, Maildirs, standard input, ids and URLs of mails. */
final class Inputs {
  private static final int MOST_BYTES = 512 << 20;
  private static final int MOST_DEPTH = 6;

  /**
   * One mail or one bare diff.
   *
   * @param name as the user gave it, with {@code #2} for the second mail of an mbox
   * @param mail empty for a bare diff
   * @param patch what it says
   */
  record Input(String name, Optional<Mail> mail, Patch patch) {}

  /** What was read, and one line for each input that could not be. */
  record All(List<Input> inputs, List<String> troubles) {}

  private final Function<Optional<String>, Lore> lore; // made only when something has to be fetched; a list's address, where the input names one
  private final boolean threads;
  private final List<Input> inputs = new ArrayList<>();
  private final List<String> troubles = new ArrayList<>();

  private Inputs(Function<Optional<String>, Lore> lore, boolean threads) {
    this.lore = lore;
    this.threads = threads;
  }

  static All read(List<String> names, Supplier<Lore> lore) {
    return read(names, base -> lore.get(), false);
  }

  /** @param threads for each mail that is fetched, all that hangs together with it */
  static All read(List<String> names, Function<Optional<String>, Lore> lore, boolean threads) {
    Inputs reader = new Inputs(lore, threads);
    for (String name : names) reader.one(name);
    return new All(reader.inputs, reader.troubles);
  }

  private void one(String name) {
    if (name.equals("-")) {
      bytes("-", System.in);
      return;
    }
    Path path = path(name);
    if (path != null && Files.isDirectory(path)) folder(path);
    else if (path != null && Files.exists(path)) file(name, path);
    else fetched(name);
  }

  private static Path path(String name) {
    try {
      return Path.of(name);
    } catch (java.nio.file.InvalidPathException e) {
      return null; // a Message-ID may hold what no file name can
    }
  }

  /** A folder of mails, or a Maildir: {@code cur} and {@code new}, not {@code tmp}. */
  private void folder(Path folder) {
    try (Stream<Path> files = Files.walk(folder, MOST_DEPTH)) {
      List<Path> sorted = files.filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .filter(file -> !folder.relativize(file).startsWith("tmp"))
          .sorted().toList();
      for (Path file : sorted) file(file.toString(), file);
      if (sorted.isEmpty()) troubles.add(folder + ": there is no mail in this folder");
    } catch (IOException e) {
      troubles.add(folder + ": cannot be read: " + e.getMessage());
    }
  }

  private void file(String name, Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      bytes(name, in);
    } catch (IOException e) {
      troubles.add(name + ": cannot be read: " + e.getMessage());
    }
  }

  /** The newest mails of a list: the feed names them, their text is asked for one by one. */
  private void feed(String name, String list) {
    try {
      Lore server = lore.apply(Optional.of(list));
      List<MessageId> newest = server.newest();
      if (newest.isEmpty()) troubles.add(name + ": the feed names no mail");
      for (MessageId id : newest) mails("<" + id + ">", server.mail(id));
    } catch (GitException e) {
      troubles.add(name + ": " + e.getMessage());
    }
  }

  private void fetched(String name) {
    Optional<String> feed = Lore.feedOf(name);
    if (feed.isPresent()) {
      feed(name, feed.get());
      return;
    }
    Optional<String> query = Lore.query(name);
    Optional<MessageId> id = query.isPresent() ? Optional.empty() : MessageId.pasted(name);
    if (id.isEmpty() && query.isEmpty()) {
      troubles.add(name + ": no such file, and no Message-ID or lore URL");
      return;
    }
    try {
      Lore server = lore.apply(Lore.baseOf(name));
      if (query.isPresent()) {
        byte[] found = server.search(query.get(), threads);
        if (found.length == 0) troubles.add(name + ": nothing is found");
        else mails(name, found);
      } else {
        mails(name, threads || Lore.isThread(name) ? server.thread(id.get()) : server.mail(id.get()));
      }
    } catch (GitException e) {
      troubles.add(name + ": " + e.getMessage());
    }
  }

  private void bytes(String name, InputStream in) {
    try {
      byte[] bytes = in.readNBytes(MOST_BYTES);
      if (bytes.length == MOST_BYTES) troubles.add(name + ": larger than " + (MOST_BYTES >> 20) + " MB; the rest was not read");
      if (isDiff(bytes)) inputs.add(new Input(name, Optional.empty(), Patch.ofDiff(new String(bytes, StandardCharsets.UTF_8), name)));
      else mails(name, bytes);
    } catch (IOException e) {
      troubles.add(name + ": cannot be read: " + e.getMessage());
    }
  }

  private void mails(String name, byte[] box) {
    List<byte[]> mails = Mbox.split(box);
    if (mails.isEmpty()) troubles.add(name + ": there is no mail in it");
    for (int i = 0; i < mails.size(); i++) add(i == 0 ? name : name + "#" + (i + 1), mails.get(i));
  }

  private void add(String name, byte[] bytes) {
    Mail mail = Mail.read(bytes);
    inputs.add(new Input(name, Optional.of(mail), PostedPatch.of(mail).patch()));
  }

  private static boolean isDiff(byte[] bytes) {
    return bytes.length > 2 && bytes[0] != 0x1f && !Mbox.isMail(bytes);
  }
}
