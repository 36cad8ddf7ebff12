// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import keeper.text.Kept;
import keeper.text.SourceText;
import keeper.text.Tree;

/**
 * The making of a tree's facts: the tree as it is at this moment, what was kept of it before, and what is to be kept now. The tree, and
 * {@link #keep}, may be used from several threads.
 */
public final class FactsWork implements AutoCloseable {
  private final Trees trees;
  private final Snapshot snapshot;
  private final Optional<Path> file;
  private final byte[] program;
  private final FactsFile before;
  private final FactsFile.Writer writer = new FactsFile.Writer();

  private FactsWork(Trees trees, Optional<Path> file, byte[] program) {
    this.trees = trees;
    this.file = file;
    this.program = program;
    this.before = file.filter(Files::isRegularFile).map(f -> FactsFile.open(f, program)).orElseGet(FactsFile::none);
    this.snapshot = new Snapshot(trees.all().get(0));
  }

  /**
   * @param tree as people name one
   * @throws GitException when it is not there
   */
  public static FactsWork of(String tree, FactsFolder folder) {
    Trees trees = Trees.open(List.of(tree), folder);
    return new FactsWork(trees, folder.file(trees.folder(0)), FactsFolder.program());
  }

  /** The same for the counted uses of a tree, which stand in a file of their own beside its facts. */
  public static FactsWork counts(String tree, FactsFolder folder) {
    Trees trees = Trees.open(List.of(tree), folder);
    return new FactsWork(trees, folder.counts(trees.folder(0)), FactsFolder.counting());
  }

  /** The tree; it answers for what was kept before and since. */
  public Tree tree() {
    return snapshot;
  }

  /** All C files, headers first. */
  public List<String> paths() {
    List<String> paths = new ArrayList<>(snapshot.paths("", ".h"));
    paths.addAll(snapshot.paths("", ".c"));
    return paths;
  }

  /** Leaves everything in its place that was kept before and is not kept anew: only a part of the tree was looked at. */
  public void keepOthers() {
    before.into(writer);
  }

  public void keep(byte[] key, byte[] bytes) {
    writer.put(key, bytes);
  }

  /** How many records are kept now. */
  public int records() {
    return writer.records();
  }

  /**
   * Puts the facts in their place.
   *
   * @return where they are
   * @throws GitException when they cannot be written
   */
  public Path write() {
    if (file.isEmpty()) throw new GitException("there is no folder for facts; name one with --facts");
    try {
      writer.write(file.get(), program);
      return file.get();
    } catch (IOException e) {
      throw new GitException(file.get() + ": cannot be written (" + Jgit.reason(e) + "); name another folder with --facts", e);
    }
  }

  /** The same where nothing is lost but time when it fails, or when there is no folder. */
  public void tryToWrite() {
    try {
      if (file.isPresent()) writer.write(file.get(), program);
    } catch (IOException e) {
      return; // the next run counts again
    }
  }

  /** Bytes on disk. */
  public long size() {
    try {
      return file.isPresent() ? Files.size(file.get()) : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  @Override
  public void close() {
    trees.close();
  }

  /** The tree, each file of it looked at once. */
  private final class Snapshot implements Tree {
    private final Tree tree;
    private final long begin = System.currentTimeMillis();
    private final ConcurrentHashMap<String, Optional<String>> ids = new ConcurrentHashMap<>();
    private final Kept kept;

    Snapshot(Tree tree) {
      this.tree = tree;
      this.kept = key -> writer.find(key).or(() -> before.find(key)).or(() -> tree.kept().find(key));
    }

    @Override
    public Optional<SourceText> file(String path) {
      return tree.file(path);
    }

    @Override
    public Optional<String> contentId(String path) {
      Optional<String> known = ids.get(path);
      if (known != null) return known;
      Optional<String> id;
      if (tree instanceof FolderTree folder) {
        Optional<FactsFile.Stamp> stamp = folder.stamp(path, before);
        id = stamp.map(s -> HexFormat.of().formatHex(s.id()));
        // What changed just now may change again without looking different.
        if (stamp.isPresent() && stamp.get().changed() / 1_000_000 < begin - 2000) writer.stamp(path, stamp.get());
      } else {
        id = tree.contentId(path);
      }
      ids.put(path, id);
      return id;
    }

    @Override
    public List<String> paths(String folder, String suffix) {
      return tree.paths(folder, suffix);
    }

    @Override
    public List<String> files(String folder, String suffix) {
      return tree.files(folder, suffix);
    }

    @Override
    public Kept kept() {
      return kept;
    }

    @Override
    public String name() {
      return tree.name();
    }
  }
}
