// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import keeper.mail.MessageId;
import keeper.series.Posting;
import keeper.series.Reroll;
import keeper.series.Series;
import keeper.store.Findings;
import keeper.store.Letters;
import keeper.store.Reviews;
import keeper.store.Store;
import keeper.store.Versions;
import keeper.text.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Why we answered a mail, or kept silent. */
@Command(name = "why", description = "Why a mail was answered or not, in one sentence, and what hangs on it.")
final class WhyCommand implements Callable<Integer> {
  @Mixin private Help help;
  @Mixin private ServiceOptions service;

  @Parameters(paramLabel = "MESSAGE-ID", description = "A Message-ID or lore URL.")
  private String pasted;

  @Override
  public Integer call() {
    MessageId id = MessageId.pasted(pasted).orElseThrow(() -> new Refusal(Refusal.USAGE, pasted + ": neither a Message-ID nor a lore URL"));
    try (Store store = service.reading()) {
      Optional<Reviews.Why> found = store.reviews().why(id);
      if (found.isEmpty()) throw new Refusal(Refusal.INPUT, "<" + id + "> has not come through any list that is read here");
      Reviews.Why why = found.get();
      System.out.println(Printable.line(why.subject()));
      System.out.println("  " + why.word() + ": " + why.reason());
      since(store, id).ifPresent(System.out::println);
      why.review().ifPresent(review -> {
        System.out.println("  base: " + review.baseKind() + (review.baseTree().isEmpty() ? "" : " " + review.baseTree()));
        for (String attempt : review.attempts()) System.out.println("    " + attempt);
      });
      for (Findings.Kept kept : why.findings())
        System.out.println("  " + kept.status().word() + " " + kept.raised().identity() + " " + kept.raised().finding().at() + " " + kept.raised().finding().message());
      for (Letters.Outgoing letter : why.letters())
        System.out.println("  letter " + letter.number() + ": " + letter.state().word() + (letter.reason().isEmpty() ? "" : ", " + letter.reason()));
      return 0;
    }
  }

  /** What became of it since the version before. */
  private static Optional<String> since(Store store, MessageId id) {
    Optional<Posting> posting = store.versions().of(id);
    Optional<Versions.Link> before = posting.flatMap(one -> store.versions().previous(one.key()));
    if (before.isEmpty()) return Optional.empty();
    Optional<Series> older = store.versions().series(before.get().posting());
    Optional<Series> newer = store.versions().series(posting.get());
    if (older.isEmpty() || newer.isEmpty()) return Optional.empty();
    String line = "  follows v" + older.get().version() + " " + before.get().posting().key() + " (" + before.get().reason() + ")";
    for (Reroll.Pair pair : Reroll.of(older.get(), newer.get()).pairs()) {
      boolean own = pair.to().map(number -> posting.get().parts().get(number)).filter(id::equals).isPresent();
      if (own) line += ": part " + pair + (pair.changedLines() > 0 ? ", " + pair.changedLines() + " lines of its diff" : "");
    }
    return Optional.of(line);
  }
}
