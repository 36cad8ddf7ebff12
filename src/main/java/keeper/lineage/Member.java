// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lineage;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import keeper.lineage.Source.InHistory;
import keeper.lineage.Source.Posted;
import keeper.patch.CommitId;

/**
 * One change under all its names: the commits that made it, the mails that posted it, and the ids by which others name it while
 * no indexed history has them.
 *
 * @param title empty when only an id is known
 * @param commits the same change, oldest first
 * @param postings all versions, oldest first
 * @param named ids as written, longest first
 */
public record Member(String title, List<InHistory> commits, List<Posted> postings, List<CommitId> named) {
  public Member {
    commits = List.copyOf(commits);
    postings = List.copyOf(postings);
    named = List.copyOf(named);
    if (commits.isEmpty() && postings.isEmpty() && named.isEmpty() && title.isEmpty()) throw new IllegalArgumentException("a change without a name");
  }

  /** What tells it from others. */
  String key() {
    if (!commits.isEmpty()) return "commit " + commits.get(0).id();
    if (!title.isEmpty()) return "title " + title;
    return postings.isEmpty() ? "id " + named.get(0) : "mail " + postings.get(0).id();
  }

  /** The id by which people know it, where there is one. */
  public Optional<CommitId> id() {
    if (!commits.isEmpty()) return Optional.of(commits.get(0).id());
    for (Posted posted : postings) if (posted.commit().isPresent()) return posted.commit();
    return named.isEmpty() ? Optional.empty() : Optional.of(named.get(0));
  }

  /** The commits and postings, whose logs can be asked. */
  List<Source> sources() {
    List<Source> sources = new ArrayList<>(commits);
    sources.addAll(postings);
    return sources;
  }

  /** When it first was seen; empty when only others speak of it. */
  public Optional<Instant> when() {
    Instant first = null;
    for (Source source : sources()) if (first == null || source.when().isBefore(first)) first = source.when();
    return Optional.ofNullable(first);
  }

  /** Who wrote it, as far as is known. */
  public String author() {
    for (Source source : sources()) if (!source.author().isEmpty()) return source.author();
    return "";
  }

  /** Every id it goes by, commits first. */
  public List<CommitId> ids() {
    List<CommitId> ids = new ArrayList<>();
    for (InHistory commit : commits) ids.add(commit.id());
    for (Posted posted : postings) posted.commit().filter(id -> !ids.contains(id)).ifPresent(ids::add);
    for (CommitId id : named) if (ids.stream().noneMatch(other -> other.hex().startsWith(id.hex()))) ids.add(id);
    return ids;
  }

  /** {@code 1518ac272e78 ("vfio/pci: fix memory leaks of eventfd ctx")}, or what of it is known. */
  public String name() {
    String quoted = title.isEmpty() ? "" : "(\"" + title + "\")";
    if (id().isEmpty()) return title.isEmpty() ? postings.get(0).id().bracketed() : "(\"" + title + "\")";
    return quoted.isEmpty() ? id().get().brief() : id().get().brief() + " " + quoted;
  }
}
