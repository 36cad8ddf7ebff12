// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import keeper.lineage.Commit;
import keeper.patch.CommitId;
import keeper.patch.CommitMessage;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.util.RawParseUtils;

/** The logs of a repository's commits: all of them once, what is new after that. Reads no trees. */
public final class History {
  private History() {}

  /**
   * What one reading gave.
   *
   * @param heads the tips of its branches, to be given next time
   * @param head the newest of them
   * @param newest its committer's date, seconds since 1970
   * @param commits how many were told
   * @param shallow history is cut off at its lower end
   * @param forgotten heads given that the repository does not have any more: it was rewritten
   */
  public record Told(List<String> heads, String head, long newest, long commits, boolean shallow, List<String> forgotten) {
    public Told {
      heads = List.copyOf(heads);
      forgotten = List.copyOf(forgotten);
    }
  }

  /**
   * Tells every commit that can be reached from HEAD and the branches (local ones and those of remotes) and not from these heads,
   * newest first.
   *
   * @throws GitException when there is no such repository, or it is damaged; what was told until then was right
   */
  public static Told tell(Path folder, Collection<String> known, Consumer<Commit> reader) {
    try (Repository repository = Jgit.open(folder); RevWalk walk = new RevWalk(repository)) {
      TreeSet<String> heads = new TreeSet<>();
      RevCommit head = null;
      for (ObjectId tip : tips(repository)) {
        RevCommit commit = commit(walk, tip);
        if (commit == null) continue;
        heads.add(commit.name());
        walk.markStart(commit);
        if (head == null || commit.getCommitTime() > head.getCommitTime()) head = commit;
      }
      if (head == null) throw new GitException(folder + ": has no commit yet; name a repository with history");
      List<String> forgotten = new ArrayList<>();
      for (String id : known) {
        RevCommit commit = commit(walk, ObjectId.fromString(id));
        if (commit == null) forgotten.add(id);
        else walk.markUninteresting(commit);
      }
      String name = head.name();
      long newest = Integer.toUnsignedLong(head.getCommitTime());
      long told = 0;
      for (RevCommit commit; (commit = walk.next()) != null; told++) {
        reader.accept(read(commit));
        commit.disposeBody();
      }
      boolean shallow = !repository.getObjectDatabase().getShallowCommits().isEmpty();
      return new Told(List.copyOf(heads), name, newest, told, shallow, forgotten);
    } catch (IOException e) {
      throw new GitException(folder + ": its history cannot be read (" + Jgit.reason(e) + "); try git fsck there, or clone it again", e);
    }
  }

  private static List<ObjectId> tips(Repository repository) throws IOException {
    List<ObjectId> tips = new ArrayList<>();
    ObjectId head = repository.resolve(Constants.HEAD);
    if (head != null) tips.add(head);
    for (String prefix : List.of(Constants.R_HEADS, Constants.R_REMOTES)) {
      for (Ref ref : repository.getRefDatabase().getRefsByPrefix(prefix)) {
        if (ref.getObjectId() != null) tips.add(ref.getObjectId());
      }
    }
    return tips;
  }

  private static RevCommit commit(RevWalk walk, ObjectId id) throws IOException {
    try {
      return walk.parseCommit(id);
    } catch (MissingObjectException | IncorrectObjectTypeException e) {
      return null;
    }
  }

  private static Commit read(RevCommit commit) {
    byte[] raw = commit.getRawBuffer();
    Charset charset = charset(raw);
    List<CommitId> parents = new ArrayList<>(commit.getParentCount());
    for (RevCommit parent : commit.getParents()) parents.add(new CommitId(parent.name()));
    int message = RawParseUtils.commitMessage(raw, 0);
    String text = message < 0 ? "" : new String(raw, message, raw.length - message, charset);
    int author = RawParseUtils.author(raw, 0);
    String who = "";
    long when = Integer.toUnsignedLong(commit.getCommitTime());
    if (author >= 0) {
      int end = author;
      while (end < raw.length && raw[end] != '\n') end++;
      int close = end - 1;
      while (close > author && raw[close] != '>') close--;
      who = new String(raw, author, Math.max(0, close + 1 - author), charset);
      when = seconds(raw, close + 1, end, when);
    }
    return new Commit(
        new CommitId(commit.name()), parents, who, Instant.ofEpochSecond(when),
        Instant.ofEpochSecond(Integer.toUnsignedLong(commit.getCommitTime())), CommitMessage.of(text));
  }

  /** The number between the mailbox and the time zone; some old commits have none, or one that no calendar knows. */
  private static long seconds(byte[] raw, int start, int end, long other) {
    int at = start;
    while (at < end && raw[at] == ' ') at++;
    long seconds = 0;
    int digits = 0;
    for (; at < end && raw[at] >= '0' && raw[at] <= '9' && digits < 12; at++, digits++) seconds = seconds * 10 + raw[at] - '0';
    return digits == 0 || seconds > 253_000_000_000L ? other : seconds;
  }

  private static Charset charset(byte[] raw) {
    try {
      Charset charset = RawParseUtils.parseEncoding(raw);
      return charset == null ? StandardCharsets.UTF_8 : charset;
    } catch (RuntimeException e) {
      return StandardCharsets.UTF_8; // an encoding that Java does not know
    }
  }
}
