// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import java.io.IOException;
import java.util.Arrays;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;

/** The blob at one path in many trees: what lies between the root and the file is mostly the same from commit to commit. */
final class PathInTrees {
  private final ObjectReader objects;
  private final String[] names;
  private final ObjectId[] trees; // of the commit before, from the root on
  private ObjectId blob;

  PathInTrees(ObjectReader objects, String path) {
    this.objects = objects;
    this.names = path.split("/");
    this.trees = new ObjectId[names.length];
  }

  /** Null when there is no such file. */
  ObjectId in(ObjectId root) throws IOException {
    ObjectId tree = root.copy();
    for (int i = 0; i < names.length; i++) {
      if (tree.equals(trees[i])) return blob; // all below is as it was
      trees[i] = tree;
      ObjectId child = child(tree, names[i]);
      if (i == names.length - 1) return blob = child;
      if (child == null) {
        Arrays.fill(trees, i + 1, trees.length, null);
        return blob = null;
      }
      tree = child;
    }
    return blob;
  }

  private ObjectId child(ObjectId tree, String name) throws IOException {
    CanonicalTreeParser entries = new CanonicalTreeParser(new byte[0], objects, tree);
    for (; !entries.eof(); entries.next()) if (entries.getEntryPathString().equals(name)) return entries.getEntryObjectId();
    return null;
  }
}
