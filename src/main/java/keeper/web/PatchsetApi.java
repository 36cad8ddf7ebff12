// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import keeper.mail.Mail;
import keeper.mail.MessageId;
import keeper.report.Patchset;
import keeper.series.PostedPatch;
import keeper.series.Series;
import keeper.series.SeriesBuilder;
import keeper.store.Findings;
import keeper.store.Letters;
import keeper.store.Reviews;

/** A series and its reviews, as {@code b4 review} asks for them. */
final class PatchsetApi implements Page {
  private final String path;

  /** @param path clients of different ages ask at different ones */
  PatchsetApi(String path) {
    this.path = path;
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public Answer answer(Site site, Map<String, String> query) {
    String name = query.getOrDefault("id", "").strip();
    Optional<MessageId> id = MessageId.valid(name) ? Optional.of(new MessageId(name)) : Optional.empty();
    Optional<Series> series = id.flatMap(one -> series(site, one));
    if (series.isEmpty()) return new Answer(404, "application/json", "{\"error\": \"unknown\"}\n");
    return new Answer(200, "application/json", patchset(site, series.get()).json());
  }

  private static Optional<Series> series(Site site, MessageId id) {
    for (Series series : SeriesBuilder.of(site.store().mails().thread(id))) {
      boolean cover = series.cover().map(Mail::id).filter(id::equals).isPresent();
      boolean part = series.parts().values().stream().anyMatch(posted -> posted.mail().id().equals(id));
      if (cover || part) return Optional.of(series);
    }
    return Optional.empty();
  }

  private static Patchset patchset(Site site, Series series) {
    List<Patchset.Part> parts = new ArrayList<>();
    for (PostedPatch posted : series.parts().values()) parts.add(part(site, posted.mail().id()));
    return new Patchset(series.key(), series.isComplete(), parts);
  }

  private static Patchset.Part part(Site site, MessageId id) {
    Optional<Reviews.Why> why = site.store().reviews().why(id);
    List<Patchset.Found> found = new ArrayList<>();
    for (Findings.Kept kept : site.store().findings().of(id))
      if (kept.status() != Findings.Status.RESOLVED) found.add(new Patchset.Found(kept.raised().finding(), kept.status() == Findings.Status.STANDING));
    String letter = site.store().letters().letters(id).stream().findFirst().map(PatchsetApi::quoted).orElse("");
    boolean decided = why.flatMap(Reviews.Why::decided).isPresent();
    String status = why.flatMap(Reviews.Why::review).map(Reviews.Reviewed::status).orElse("");
    return new Patchset.Part(id.id(), decided, why.map(Reviews.Why::word).orElse("").equals("failed"), status, letter, found);
  }

  /** From the first quoted line to where our own closing begins. */
  private static String quoted(Letters.Outgoing letter) {
    String body = letter.letter().body();
    int start = body.startsWith("> ") ? 0 : body.indexOf("\n> ") + 1;
    if (start == 0 && !body.startsWith("> ")) return "";
    int end = body.indexOf("\nIf a separate commit repairs this", start);
    if (end < 0) end = body.indexOf("\n-- \n", start);
    return body.substring(start, end < 0 ? body.length() : end).stripTrailing() + "\n";
  }
}
