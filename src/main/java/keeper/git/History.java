// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import keeper.lineage.Commit;
import keeper.lineage.Ref;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/** The logs of a repository's commits: all of them once, what is new after that. Reads no trees. */
public final class History {
  private History() {}

  /**
   * What one reading gave.
   *
   * @param heads the tips of its branches and tags; empty, as are head and dates, when nothing changed since the last time
   * @param head the newest of the branches
   * @param newest its committer's date, seconds since 1970
   * @param commits how many were told
   * @param cut where history is cut off (a shallow clone), in a word to be given next time; empty when it is whole
   * @param cutDate the newest date of the commits at the cut, seconds since 1970; 0 when it is whole
   * @param forgotten heads given that the repository does not have any more: it was rewritten, or they are another repository's
   * @param refs branches and tags; HEAD first
   * @param notes what was passed over, for people
   */
  public record Told(
      List<String> heads, String head, long newest, long commits, String cut, long cutDate, List<String> forgotten, List<Ref> refs, List<String> notes) {
    public Told {
      heads = List.copyOf(heads);
      forgotten = List.copyOf(forgotten);
      refs = List.copyOf(refs);
      notes = List.copyOf(notes);
    }

    public boolean isShallow() {
      return cutDate != 0;
    }

    /** A hash of all branches and tags, and of the cut: while it stays, there is nothing new. Of what was not read it is the old one. */
    public long names() {
      return History.names(refs, cut);
    }
  }

  /**
   * What was read before.
   *
   * @param heads commits all of whose ancestors are known
   * @param complete tells whether a commit and its ancestors are known
   * @param cut as the last {@link Told} gave it
   * @param names as the last {@link Told#names} was; 0 when there was none
   */
  public record Before(Collection<String> heads, Predicate<String> complete, String cut, long names) {
    /** Nothing was. */
    public static final Before NOTHING = new Before(List.of(), id -> false, "", 0);
  }

  /**
   * Tells every commit that can be reached from HEAD, the branches (local ones and those of remotes) and the tags, and that is not
   * known yet, newest first.
   *
   * @throws GitException when there is no such repository, or it is damaged; what was told until then was right
   */
  public static Told tell(Path folder, Before before, Consumer<Commit> reader) {
    try (Repository repository = Jgit.open(folder); RevWalk walk = new RevWalk(repository)) {
      List<String> notes = new ArrayList<>();
      List<Ref> refs = refs(repository, walk, notes);
      Set<ObjectId> shallow = repository.getObjectDatabase().getShallowCommits();
      String cut = shallow.isEmpty() ? "" : Integer.toHexString(new TreeSet<>(shallow.stream().map(ObjectId::name).toList()).hashCode()) + "." + shallow.size();
      boolean again = !cut.equals(before.cut);
      if (before.names != 0 && names(refs, cut) == before.names) return new Told(List.of(), "", 0, 0, cut, 0, List.of(), refs, List.of());
      RevCommit head = null;
      boolean onBranch = false;
      int starts = 0;
      Set<String> tips = new TreeSet<>();
      for (Ref ref : refs) {
        if (!tips.add(ref.commit())) continue;
        boolean known = !again && before.complete.test(ref.commit());
        if (known && ref.isTag()) continue;
        RevCommit commit = commit(walk, ObjectId.fromString(ref.commit()));
        if (commit == null) {
          notes.add(ref.name() + " names a commit that is not there; passed over");
          tips.remove(ref.commit());
          continue;
        }
        boolean better = head == null || !onBranch && !ref.isTag() || onBranch == !ref.isTag() && commit.getCommitTime() > head.getCommitTime();
        if (better) head = commit;
        onBranch |= !ref.isTag();
        if (known) continue;
        walk.markStart(commit);
        starts++;
      }
      if (head == null) throw new GitException(folder + ": has no commit yet; name a repository with history");
      String name = head.name();
      long newest = Integer.toUnsignedLong(head.getCommitTime());
      long cutDate = 0;
      for (ObjectId id : shallow) {
        RevCommit commit = commit(walk, id);
        if (commit != null) cutDate = Math.max(cutDate, Integer.toUnsignedLong(commit.getCommitTime()));
      }
      List<String> forgotten = new ArrayList<>();
      if (!again) for (String id : before.heads) {
        RevCommit commit = commit(walk, ObjectId.fromString(id));
        if (commit == null) forgotten.add(id);
        else if (starts > 0) walk.markUninteresting(commit);
      }
      long told = starts == 0 ? 0 : tell(walk, reader);
      Set<String> there = new HashSet<>(tips);
      return new Told(List.copyOf(tips), name, newest, told, cut, cutDate, forgotten, refs.stream().filter(ref -> there.contains(ref.commit())).toList(), notes);
    } catch (IOException e) {
      throw new GitException(folder + ": its history cannot be read (" + Jgit.reason(e) + "); try git fsck there, or clone it again", e);
    }
  }

  private static long names(List<Ref> refs, String cut) {
    long hash = cut.hashCode();
    for (Ref ref : refs) hash = (hash * 31 + ref.name().hashCode()) * 31 + ref.commit().hashCode();
    return hash;
  }

  private static long tell(RevWalk walk, Consumer<Commit> reader) throws IOException {
    long told = 0;
    for (RevCommit commit; (commit = walk.next()) != null; told++) {
      byte[] id = new byte[Constants.OBJECT_ID_LENGTH];
      commit.copyRawTo(id, 0);
      byte[] parents = new byte[commit.getParentCount() * id.length];
      for (int i = 0; i < commit.getParentCount(); i++) commit.getParent(i).copyRawTo(parents, i * id.length);
      reader.accept(Commit.of(id, parents, commit.getRawBuffer(), Integer.toUnsignedLong(commit.getCommitTime())));
      commit.disposeBody();
    }
    return told;
  }

  /** HEAD, branches, tags that are commits. Bare names: {@code master}, {@code origin/linux-6.6.y}, {@code v6.6}. */
  private static List<Ref> refs(Repository repository, RevWalk walk, List<String> notes) throws IOException {
    List<Ref> refs = new ArrayList<>();
    ObjectId head = repository.resolve(Constants.HEAD);
    if (head != null) refs.add(new Ref("HEAD", head.name(), Ref.Kind.HEAD));
    for (String prefix : List.of(Constants.R_HEADS, Constants.R_REMOTES)) {
      for (org.eclipse.jgit.lib.Ref ref : repository.getRefDatabase().getRefsByPrefix(prefix)) {
        if (ref.getObjectId() == null || ref.isSymbolic()) continue;
        refs.add(new Ref(ref.getName().substring(prefix.length()), ref.getObjectId().name(), Ref.Kind.BRANCH));
      }
    }
    for (org.eclipse.jgit.lib.Ref ref : repository.getRefDatabase().getRefsByPrefix(Constants.R_TAGS)) {
      if (ref.getObjectId() == null) continue;
      String name = ref.getName().substring(Constants.R_TAGS.length());
      ObjectId id = ref.isPeeled() && ref.getPeeledObjectId() != null ? ref.getPeeledObjectId() : ref.getObjectId();
      try {
        if (!ref.isPeeled()) id = walk.peel(walk.parseAny(id)).getId();
        refs.add(new Ref(name, id.name(), Ref.Kind.TAG));
      } catch (MissingObjectException | IncorrectObjectTypeException e) {
        notes.add("tag " + name + " names nothing that is there; passed over");
      }
    }
    return refs;
  }

  /** Nothing when it is not there, or is a tree or a blob: v2.6.11 of the kernel is no commit. */
  private static RevCommit commit(RevWalk walk, ObjectId id) throws IOException {
    try {
      return walk.parseCommit(id);
    } catch (MissingObjectException | IncorrectObjectTypeException e) {
      return null;
    }
  }
}
