// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import keeper.lineage.Source.InHistory;
import keeper.patch.Patch;

/** What commits change, from the repositories that have them; for the lineage, which compares the hunks of a few. */
public final class Diffs implements Function<InHistory, Optional<Patch>> {
  private final List<Path> repositories;

  private Diffs(List<Path> repositories) {
    this.repositories = repositories;
  }

  /** @param repositories tried in order; one that is not there any more is passed over */
  public static Diffs of(Collection<Path> repositories) {
    return new Diffs(List.copyOf(repositories));
  }

  @Override
  public Optional<Patch> apply(InHistory commit) {
    for (Path repository : repositories) {
      try (Range range = Range.open(repository, commit.id().hex())) {
        return Optional.of(range.patch(0).change().patch());
      } catch (GitException e) {
        continue; // another one may have it; without any there is no diff to compare
      }
    }
    return Optional.empty();
  }
}
