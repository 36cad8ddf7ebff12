// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import keeper.git.Lore;
import keeper.git.Manners;
import keeper.mail.Mail;
import keeper.mail.MessageId;
import keeper.series.PostedPatch;
import keeper.series.Posting;
import keeper.series.Postings;
import keeper.series.Reroll;
import keeper.series.Series;
import keeper.series.SeriesBuilder;
import keeper.store.Store;
import keeper.store.Versions;
import keeper.text.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which mails are one series, which version follows which, and what became of each part. */
@Command(name = "series", description = "Groups mails into series, links each version to the one before, and says what became of every part.")
final class SeriesCommand implements Callable<Integer> {
  @Mixin private Help help;
  @Mixin private ServiceOptions service;

  @Option(names = "--stored", description = "The inputs are Message-IDs of mails that rounds have read, with all versions that are known.")
  private boolean stored;

  @Option(names = "--diff", description = "Also the lines in which a part differs from the version before.")
  private boolean diff;

  @Option(names = "--lore", paramLabel = "URL", description = "Where mails are fetched by Message-ID (default: ${DEFAULT-VALUE}).", defaultValue = Lore.PUBLIC)
  private String lore;

  @Parameters(paramLabel = "INPUT", arity = "1..*", description = "Mails, mboxes, folders, - for standard input; of a Message-ID or lore URL the whole thread is fetched.")
  private List<String> names;

  /** A series, the one before, and how that is known. */
  private record Shown(Posting posting, Optional<Series> series, Optional<Series> before, String reason) {}

  @Override
  public Integer call() {
    List<String> troubles = new ArrayList<>();
    List<Shown> all = stored ? stored() : given(troubles);
    for (Shown shown : all) print(shown);
    if (all.isEmpty() && troubles.isEmpty()) troubles.add("there is no patch among them");
    System.out.flush();
    for (String trouble : troubles) System.err.println("lockkeeper: " + trouble);
    return troubles.isEmpty() ? 0 : Refusal.INPUT;
  }

  private List<Shown> given(List<String> troubles) {
    Inputs.All all = Inputs.read(names, base -> Lore.at(base.orElse(lore), Manners.of(Version.text(), "")), true);
    troubles.addAll(all.troubles());
    SeriesBuilder builder = new SeriesBuilder();
    for (Inputs.Input input : all.inputs()) input.mail().ifPresent(builder::add);
    Map<String, Series> series = new LinkedHashMap<>();
    for (Series one : builder.series()) series.put(one.key(), one);
    List<Shown> shown = new ArrayList<>();
    for (Posting posting : builder.postings().all()) {
      Optional<Postings.Before> before = builder.postings().previous(posting.key());
      shown.add(new Shown(posting, Optional.ofNullable(series.get(posting.key())), before.map(found -> series.get(found.posting().key())),
          before.map(Postings.Before::reason).orElse("")));
    }
    shown.sort(java.util.Comparator.comparing((Shown one) -> one.posting().date().orElse(java.time.Instant.EPOCH)).thenComparing(one -> one.posting().key()));
    return shown;
  }

  private List<Shown> stored() {
    List<Shown> shown = new ArrayList<>();
    try (Store store = service.reading()) {
      for (String name : names) {
        MessageId id = MessageId.pasted(name).orElseThrow(() -> new Refusal(Refusal.USAGE, name + ": neither a Message-ID nor a lore URL"));
        Posting posting = store.versions().of(id)
            .orElseThrow(() -> new Refusal(Refusal.INPUT, "<" + id + "> is no part of a series that any round has read"));
        shown.addAll(versions(store.versions(), posting));
      }
    }
    return shown;
  }

  /** From the first version known to the newest. */
  private static List<Shown> versions(Versions versions, Posting asked) {
    Posting first = asked;
    for (int i = 0; i < 100; i++) {
      Optional<Versions.Link> before = versions.previous(first.key());
      if (before.isEmpty()) break;
      first = before.get().posting();
    }
    List<Shown> shown = new ArrayList<>();
    List<String> seen = new ArrayList<>();
    follow(versions, first, Optional.empty(), "", shown, seen);
    return shown;
  }

  private static void follow(Versions versions, Posting posting, Optional<Series> before, String reason, List<Shown> shown, List<String> seen) {
    if (seen.contains(posting.key()) || seen.size() > 200) return;
    seen.add(posting.key());
    Optional<Series> series = versions.series(posting);
    shown.add(new Shown(posting, series, before, reason));
    for (Versions.Link next : versions.next(posting.key())) follow(versions, next.posting(), series, next.reason(), shown, seen);
  }

  private void print(Shown shown) {
    Posting posting = shown.posting();
    StringBuilder text = new StringBuilder();
    text.append("v").append(posting.version()).append(posting.resend() ? " (resend) " : " ").append(Printable.line(posting.title())).append('\n');
    text.append("  ").append(posting.key()).append(", from ").append(Printable.line(posting.sender()));
    posting.date().ifPresent(date -> text.append(", ").append(date.toString(), 0, 10));
    text.append(", ").append(posting.parts().size()).append(" of ").append(posting.total()).append(posting.total() == 1 ? " part" : " parts");
    if (!posting.isComplete()) text.append("; missing ").append(numbers(posting.missing()));
    text.append('\n');
    shown.series().ifPresent(series -> series.parts().forEach((number, part) -> part(text, number, part)));
    if (shown.before().isPresent() && shown.series().isPresent()) reroll(text, shown.before().get(), shown.series().get(), shown.reason());
    System.out.print(text);
  }

  private static String numbers(List<Integer> numbers) {
    List<String> some = numbers.stream().limit(20).map(String::valueOf).toList();
    return String.join(", ", some) + (numbers.size() > 20 ? " and " + (numbers.size() - 20) + " more" : "");
  }

  private static void part(StringBuilder text, int number, PostedPatch part) {
    Mail mail = part.mail();
    text.append("    ").append(number).append(": ").append(Printable.line(mail.subject().title())).append("  <").append(mail.id()).append(">\n");
    if (!part.patch().isWhole() && !part.patch().problems().isEmpty())
      text.append("       damaged: ").append(Printable.line(part.patch().problems().get(0).toString())).append('\n');
  }

  private void reroll(StringBuilder text, Series before, Series series, String reason) {
    text.append("  follows v").append(before.version()).append(' ').append(before.key()).append(" (").append(reason).append(")\n");
    for (Reroll.Pair pair : Reroll.of(before, series).pairs()) {
      text.append("    ").append(pair).append('\n');
      if (diff) for (String line : pair.differences()) text.append("        ").append(Printable.line(line)).append('\n');
    }
  }
}
