// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.web;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import keeper.lineage.Chain;
import keeper.store.Store;

/**
 * What the pages show.
 *
 * @param store read only
 * @param lists the lists that are read, in order
 * @param rounds what the last rounds did, newest first, as text
 * @param chain the chain of a commit, title or Message-ID as people type it; empty when unknown
 * @param drawing the same chain as an SVG document
 */
public record Site(Store store, List<String> lists, Supplier<List<String>> rounds, Function<String, Optional<Chain>> chain, Function<String, Optional<String>> drawing) {
  public Site {
    lists = List.copyOf(lists);
  }
}
