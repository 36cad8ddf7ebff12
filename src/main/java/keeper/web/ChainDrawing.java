// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.web;

import java.util.Map;

/** The tree of {@link ChainPage} as a drawing: a document of its own, whose dots are links. */
final class ChainDrawing implements Page {
  static final String TYPE = "image/svg+xml";

  @Override
  public String path() {
    return "/chain.svg";
  }

  @Override
  public Answer answer(Site site, Map<String, String> query) {
    String asked = query.getOrDefault("q", "").strip();
    return site.drawing().apply(asked).map(svg -> new Answer(200, TYPE, svg)).orElseGet(() -> Answer.missing("Nothing is known of " + asked + "."));
  }
}
