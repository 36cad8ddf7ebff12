// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import keeper.mail.Arrival;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.LargeObjectException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevSort;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;

/**
 * The archives of mailing lists, as public-inbox keeps them: git repositories ("epochs") with one commit for each mail, whose
 * tree has the mail as {@code m}, or as {@code d} when it was taken out.
 */
public final class Epochs {
  private static final int MAIL_LIMIT = 16 << 20; // bytes; lists take a few hundred kB
  private static final int STRIDE = 500; // mails between two places to go on from
  /** A purged mail's place in history: the blob of no bytes. */
  private static final String EMPTY_BLOB = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";

  private final Path mirrors;
  private final Manners manners;

  private Epochs(Path mirrors, Manners manners) {
    this.mirrors = mirrors;
    this.manners = manners;
  }

  /**
   * @param mirrors the folder for copies of archives that are read over the network, one folder for each list
   */
  public static Epochs in(Path mirrors, Manners manners) {
    Jgit.calm();
    return new Epochs(mirrors, manners);
  }

  /**
   * What one reading gave.
   *
   * @param epochs how many the archive has
   * @param posted mails told, known ones of a rewritten epoch included
   * @param removed mails that the archive took out
   * @param problems one line for each epoch or mail that could not be read; the others were
   */
  public record Told(int epochs, long posted, long removed, List<String> problems) {
    public Told {
      problems = List.copyOf(problems);
    }
  }

  /**
   * Fetches what is new and tells it, epoch by epoch, in order of arrival.
   *
   * @param list a name for the mirror's folder: letters, digits, dot, dash, underscore, plus, at
   * @param location {@code https://host/list}, or a folder; {@code https://host/list/?q=QUERY} for what a search finds there
   * @param heads the last commit read of each epoch, as told by {@link Arrival.Reached}
   * @throws GitException when the archive cannot be reached at all, or every epoch is broken
   */
  public Told tell(String list, String location, Map<Integer, String> heads, Consumer<Arrival> reader) {
    if (Search.isMeant(location)) return Search.at(location, manners).tell(heads, reader);
    Archive archive = Archive.at(location, mirrors.resolve(folderName(list)), manners);
    Telling telling = new Telling(reader);
    List<Integer> epochs = archive.epochs();
    GitException first = null;
    int broken = 0;
    for (int epoch : epochs) {
      try (Repository repository = archive.open(epoch)) {
        telling.tell(repository, epoch, heads.get(epoch));
      } catch (GitException e) {
        telling.problems.add("epoch " + epoch + ": " + e.getMessage());
        if (first == null) first = e;
        broken++;
      }
    }
    if (first != null && broken == epochs.size()) throw first;
    return new Told(epochs.size(), telling.posted, telling.removed, telling.problems);
  }

  /** What people call a list must not lead out of the mirrors' folder. */
  private static String folderName(String list) {
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < list.length(); i++) {
      char c = list.charAt(i);
      boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "._-+@".indexOf(c) >= 0;
      name.append(plain ? c : '_');
    }
    if (name.length() == 0 || name.charAt(0) == '.') name.insert(0, '_');
    return name.toString();
  }

  /** One reading of all epochs. */
  private static final class Telling {
    private final Consumer<Arrival> reader;
    private final List<String> problems = new ArrayList<>();
    private long posted;
    private long removed;

    Telling(Consumer<Arrival> reader) {
      this.reader = reader;
    }

    void tell(Repository repository, int epoch, String head) {
      try (RevWalk walk = new RevWalk(repository)) {
        ObjectId tip = Archive.tip(repository).orElseThrow(() -> new GitException(
            repository.getDirectory() + ": has no branch; it is empty, or a fetch was cut short: remove it if the next round says the same"));
        if (tip.name().equals(head)) return;
        RevCommit from = head == null ? null : known(walk, head);
        boolean restarted = head != null && (from == null || !walk.isMergedInto(from, walk.parseCommit(tip)));
        if (restarted) {
          reader.accept(new Arrival.Restarted(epoch));
          from = null;
        }
        commits(walk, epoch, tip, from, restarted);
      } catch (IOException e) {
        throw new GitException(repository.getDirectory() + ": cannot be read (" + Jgit.reason(e)
            + "); remove it to have it fetched again, or run git fsck there", e);
      }
    }

    /** The commit up to which we read, if history still has it. */
    private static RevCommit known(RevWalk walk, String head) throws IOException {
      try {
        return walk.parseCommit(ObjectId.fromString(head));
      } catch (MissingObjectException | IllegalArgumentException e) {
        return null;
      }
    }

    private void commits(RevWalk walk, int epoch, ObjectId tip, RevCommit from, boolean restarted) throws IOException {
      walk.reset();
      walk.setRetainBody(false); // an epoch has some hundred thousand commits, and only their trees and times are needed
      walk.sort(RevSort.TOPO);
      walk.sort(RevSort.REVERSE, true);
      walk.markStart(walk.parseCommit(tip));
      if (from != null) walk.markUninteresting(walk.parseCommit(from));
      int sinceReached = 0;
      for (RevCommit commit; (commit = walk.next()) != null; ) {
        commit(walk.getObjectReader(), epoch, commit);
        // A rewritten epoch is told as a whole: only at its end is known what has gone.
        if (++sinceReached < STRIDE || restarted) continue;
        reader.accept(new Arrival.Reached(epoch, commit.name()));
        sinceReached = 0;
      }
      reader.accept(new Arrival.Reached(epoch, tip.name()));
    }

    private void commit(ObjectReader objects, int epoch, RevCommit commit) throws IOException {
      CanonicalTreeParser tree;
      try {
        tree = new CanonicalTreeParser(new byte[0], objects, commit.getTree());
      } catch (MissingObjectException | CorruptObjectException e) {
        problems.add("epoch " + epoch + ": commit " + commit.name() + ": its tree is broken; it is skipped");
        return;
      }
      for (; !tree.eof(); tree.next()) {
        String name = tree.getEntryPathString();
        ObjectId blob = tree.getEntryObjectId();
        if (name.equals("d")) {
          removed++;
          reader.accept(new Arrival.Removed(epoch, blob.name()));
        } else if (name.equals("m") && !blob.name().equals(EMPTY_BLOB)) {
          posted++;
          reader.accept(mail(objects, epoch, blob, Instant.ofEpochSecond(Integer.toUnsignedLong(commit.getCommitTime()))));
        }
      }
    }

    private Arrival mail(ObjectReader objects, int epoch, ObjectId blob, Instant received) {
      try {
        ObjectLoader loader = objects.open(blob, Constants.OBJ_BLOB);
        return new Arrival.Posted(epoch, blob.name(), received, loader.getCachedBytes(MAIL_LIMIT));
      } catch (LargeObjectException e) {
        return unreadable(epoch, blob, received, "larger than " + (MAIL_LIMIT >> 20) + " MiB");
      } catch (IOException e) {
        return unreadable(epoch, blob, received, "the archive's object is broken: " + Jgit.reason(e));
      }
    }

    private Arrival unreadable(int epoch, ObjectId blob, Instant received, String reason) {
      problems.add("epoch " + epoch + ": mail " + blob.name() + ": " + reason + "; it is skipped");
      return new Arrival.Unreadable(epoch, blob.name(), received, reason);
    }
  }
}
