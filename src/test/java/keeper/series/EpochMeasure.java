// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.series;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import keeper.mail.Mail;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevSort;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.treewalk.TreeWalk;

/**
 * Reads every mail of an epoch (a bare public-inbox repository given on the command line) through to its series, several times, and
 * says how fast, what was recognised and why mails are skipped. With a second argument {@code list}, prints every mail's line; with
 * {@code flat}, measures memory. Not part of the build.
 */
final class EpochMeasure {
  private static final int ROUNDS = 3;

  public static void main(String[] args) throws IOException {
    if (args.length > 1 && args[1].equals("flat")) {
      flat(new File(args[0]));
      return;
    }
    List<byte[]> mails = new ArrayList<>();
    mails(new File(args[0]), mails::add);
    long bytes = 0;
    for (byte[] mail : mails) bytes += mail.length;
    System.out.println(mails.size() + " mails, " + bytes / 1024 + " kB");
    for (int round = 0; round < ROUNDS; round++) {
      long before = cpu();
      Map<String, Integer> counts = new TreeMap<>();
      Postings postings = new Postings(20_000);
      for (byte[] raw : mails) {
        Mail mail = Mail.read(raw);
        PostedPatch posted = PostedPatch.of(mail);
        Kind.Told told = Kind.of(posted);
        postings.add(Post.of(posted, told.kind()));
        String skip = Filter.standard().skip(posted).orElse("looked at");
        int colon = skip.indexOf(':');
        counts.merge("kind " + told.kind(), 1, Integer::sum);
        counts.merge((told.kind() == Kind.PATCH ? "patch, " : "other, ") + (colon < 0 || skip.startsWith("an answer") ? skip : skip.substring(0, colon)), 1, Integer::sum);
        if (!posted.patch().isWhole() && told.kind() == Kind.PATCH) counts.merge("damaged", 1, Integer::sum);
        if (round == 0 && args.length > 1 && args[1].equals("list")) {
          System.out.println(told.kind() + "\t" + mail.id() + "\t" + mail.subject().text() + "\t" + posted.patch().files().size() + " files +"
              + posted.patch().added() + " -" + posted.patch().removed() + "\t" + postings.key(mail.id()).orElse("") + "\t" + skip + "\t"
              + (told.kind() == Kind.PATCH ? posted.patch().problems().toString() : ""));
        }
      }
      double seconds = (cpu() - before) / 1e9;
      int complete = 0;
      List<Posting> all = postings.all();
      for (Posting posting : all) if (posting.isComplete()) complete++;
      System.out.printf("%.2f s of one core, %.0f mails/s, %d postings, %d complete, %d MB held%n", seconds, mails.size() / seconds, all.size(), complete, held());
      if (round == ROUNDS - 1) counts.forEach((what, count) -> System.out.println("  " + count + " " + what));
    }
  }

  /** This thread's own time, in nanoseconds: other work on the machine does not count. */
  private static long cpu() {
    return java.lang.management.ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static long held() {
    System.gc();
    return (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) / 1024 / 1024;
  }

  /** Holds no mail: reads the epoch twice in a row into the same postings and says what the memory holds on the way. */
  private static void flat(File folder) throws IOException {
    Postings postings = new Postings(20_000);
    int[] count = new int[1];
    for (int round = 0; round < 2; round++) {
      mails(folder, raw -> {
        PostedPatch posted = PostedPatch.of(Mail.read(raw));
        postings.add(Post.of(posted, Kind.of(posted).kind()));
        if (++count[0] % 5_000 == 0) System.out.println(count[0] + " mails: " + held() + " MB held, " + postings.size() + " remembered");
      });
    }
  }

  private static void mails(File folder, Consumer<byte[]> mails) throws IOException {
    try (Repository repository = new FileRepositoryBuilder().setGitDir(folder).setBare().build();
        RevWalk walk = new RevWalk(repository);
        ObjectReader reader = repository.newObjectReader()) {
      ObjectId head = repository.resolve("HEAD") == null ? repository.resolve("refs/heads/master") : repository.resolve("HEAD");
      walk.markStart(walk.parseCommit(head));
      walk.sort(RevSort.REVERSE);
      for (RevCommit commit : walk) {
        try (TreeWalk entry = TreeWalk.forPath(reader, "m", commit.getTree())) {
          if (entry != null) mails.accept(reader.open(entry.getObjectId(0)).getBytes());
        }
      }
    }
  }
}
