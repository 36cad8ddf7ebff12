// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;

/** A bare repository whose commits a test writes down. Dates count up by a minute. */
public final class TestRepository implements AutoCloseable {
  private static final Instant START = Instant.parse("2020-05-11T04:34:50Z");

  private final Path folder;
  private final Repository repository;
  private int clock;

  /** A commit that was made. */
  public record Made(String id, Map<String, String> blobs) {
    public String blob(String path) {
      return blobs.get(path);
    }
  }

  public TestRepository(Path folder) {
    Jgit.calm();
    this.folder = folder;
    this.repository = Jgit.bare(folder);
  }

  public Path folder() {
    return folder;
  }

  /** On top of master; the files are all there are. */
  public Made commit(String message, Map<String, String> files) throws IOException {
    ObjectId parent = repository.resolve("refs/heads/master");
    return commit("master", message, files, parent == null ? List.of() : List.of(parent.name()));
  }

  public Made commit(String branch, String message, Map<String, String> files, List<String> parents) throws IOException {
    Map<String, String> blobs = new TreeMap<>();
    try (ObjectInserter inserter = repository.newObjectInserter()) {
      DirCache tree = DirCache.newInCore();
      DirCacheBuilder builder = tree.builder();
      for (Map.Entry<String, String> file : new TreeMap<>(files).entrySet()) {
        DirCacheEntry entry = new DirCacheEntry(file.getKey());
        entry.setFileMode(FileMode.REGULAR_FILE);
        entry.setObjectId(inserter.insert(Constants.OBJ_BLOB, file.getValue().getBytes(StandardCharsets.UTF_8)));
        blobs.put(file.getKey(), entry.getObjectId().name());
        builder.add(entry);
      }
      builder.finish();
      CommitBuilder commit = new CommitBuilder();
      commit.setTreeId(tree.writeTree(inserter));
      for (String parent : parents) commit.addParentId(ObjectId.fromString(parent));
      PersonIdent person = new PersonIdent("Jane Doe", "jane@example.org", START.plusSeconds(60L * clock++), ZoneOffset.UTC);
      commit.setAuthor(person);
      commit.setCommitter(person);
      commit.setMessage(message);
      ObjectId id = inserter.insert(commit);
      inserter.flush();
      set("refs/heads/" + branch, id.name());
      return new Made(id.name(), blobs);
    }
  }

  /** Points a branch or a tag somewhere, whatever was there. */
  public void set(String ref, String id) throws IOException {
    RefUpdate update = repository.updateRef(ref);
    update.setNewObjectId(ObjectId.fromString(id));
    update.setForceUpdate(true);
    update.update();
  }

  /** The full id. */
  public String resolve(String revision) throws IOException {
    return repository.resolve(revision).name();
  }

  @Override
  public void close() {
    repository.close();
  }
}
