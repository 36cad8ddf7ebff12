// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import keeper.lineage.Branches;

/** Where commits are: repositories, branches, releases; read from the database when first asked, a part at a time. */
final class Atlas {
  private final Database database;
  private final Map<Integer, int[]> parts = new HashMap<>(); // releases of 65,536 commits each
  private List<Owner> owners;
  private Branches branches;

  private record Owner(String name, BitSet reach) {}

  Atlas(Database database) {
    this.database = database;
  }

  /** Names of those that have a commit, in the order in which they were indexed. */
  synchronized List<String> repositories(int commit) {
    if (owners == null) owners = database.transaction(c -> Database.query(
        c, "SELECT name, reach FROM repository WHERE reach IS NOT NULL ORDER BY id", row -> new Owner(row.getString("name"), Packed.bits(row.getBytes("reach")))));
    List<String> names = new ArrayList<>();
    for (Owner owner : owners) if (owner.reach.get(commit)) names.add(owner.name);
    return names;
  }

  synchronized Branches branches() {
    if (branches != null) return branches;
    branches = database.transaction(c -> Branches.of(
        Database.query(
            c, "SELECT b.name, r.name AS repository, b.kind, b.commit_id, b.reach FROM branch b JOIN repository r ON r.id = b.repository_id ORDER BY b.id",
            row -> new Branches.Branch(row.getString("name"), row.getString("repository"), Branches.Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
                (int) row.getLong("commit_id"), Packed.bits(row.getBytes("reach")))),
        Database.query(
            c, "SELECT name, commit_id, branch_id FROM release_tag ORDER BY id",
            row -> new Branches.Release(row.getString("name"), (int) row.getLong("commit_id"), row.getInt("branch_id"))),
        this::release));
    return branches;
  }

  private synchronized int release(int commit) {
    int part = (commit - 1) / Packed.PART;
    int[] releases = parts.computeIfAbsent(part, number -> {
      Optional<byte[]> packed = database.transaction(c -> Database.first(c, "SELECT releases FROM history_part WHERE number = ?", row -> row.getBytes("releases"), number));
      return packed.map(Packed::releases).orElse(new int[0]);
    });
    int at = (commit - 1) % Packed.PART;
    return at < releases.length ? releases[at] : 0;
  }
}
