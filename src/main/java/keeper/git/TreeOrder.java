// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import keeper.review.Attempt;
import keeper.review.Responsible;

/** In which order trees are tried when neither a commit nor blob ids say where a patch was made. */
final class TreeOrder {
  private static final Set<String> NO_TREE = Set.of("patch", "rfc", "resend", "repost", "rft");

  private TreeOrder() {}

  /**
   * What a tree is called.
   *
   * @param names as trees.toml or its folder call it
   * @param revision a branch, tag or commit
   * @param urls where it comes from
   * @param listed it is tried even if nothing names it
   */
  record Called(List<String> names, String revision, List<String> urls, boolean listed) {
    Called {
      names = List.copyOf(names);
      urls = List.copyOf(urls);
    }

    /** {@code vfio}, {@code vfio-next} or {@code 6.6.y}, as brackets in subjects have it. */
    private boolean isMeantBy(String prefix) {
      if (revision.equals(prefix) || revision.equals("linux-" + prefix)) return true;
      for (String own : names) {
        String name = own.startsWith("linux-") ? own.substring("linux-".length()) : own;
        if (prefix.equals(own) || prefix.equals(name) || prefix.equals(name + "-" + revision) || prefix.equals(name + "/" + revision)) return true;
      }
      return false;
    }
  }

  /**
   * The trees that are worth a try, each with why it is its turn: first those that the subject names, then those that MAINTAINERS names
   * for what is touched, then the listed ones in their order.
   *
   * @param prefixes of the subject
   * @return by their place in the list
   */
  static Map<Integer, String> of(List<Called> trees, List<String> prefixes, Responsible responsible, List<Attempt> attempts) {
    Map<Integer, String> order = new LinkedHashMap<>();
    for (String prefix : prefixes) {
      String word = prefix.toLowerCase(Locale.ROOT);
      if (NO_TREE.contains(word)) continue;
      for (int i = 0; i < trees.size(); i++) if (trees.get(i).isMeantBy(word)) order.putIfAbsent(i, "the subject names it: [" + prefix + "]");
    }
    for (Responsible.Section section : responsible.sections()) {
      if (section.isTheRest()) continue;
      for (Responsible.Scm scm : section.trees()) {
        List<Integer> places = places(trees, scm);
        String words = "MAINTAINERS names it (" + section.name() + ")";
        for (int place : places) order.putIfAbsent(place, words);
        if (places.isEmpty() && trees.stream().anyMatch(tree -> !tree.urls().isEmpty()))
          attempts.add(new Attempt("MAINTAINERS", section.name() + " is gathered in " + scm.url() + (scm.branch().isEmpty() ? "" : " " + scm.branch()) + ", which is no tree here"));
      }
    }
    for (int i = 0; i < trees.size(); i++) if (trees.get(i).listed()) order.putIfAbsent(i, "");
    return order;
  }

  /** Those of this repository, the branch that is named before others. */
  private static List<Integer> places(List<Called> trees, Responsible.Scm scm) {
    List<Integer> exact = new ArrayList<>();
    List<Integer> others = new ArrayList<>();
    for (int i = 0; i < trees.size(); i++) {
      if (trees.get(i).urls().stream().noneMatch(scm::isAt)) continue;
      (trees.get(i).revision().equals(scm.branch()) ? exact : others).add(i);
    }
    exact.addAll(others);
    return exact;
  }
}
