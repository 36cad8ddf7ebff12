// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import keeper.bot.Ledger;
import keeper.bot.Replay;
import keeper.bot.Settings;
import keeper.bot.TreeJudge;
import keeper.check.Confidence;
import keeper.git.Epochs;
import keeper.git.FactsFolder;
import keeper.git.Manners;
import keeper.git.Trees;
import keeper.lineage.Known;
import keeper.lineage.Lint;
import keeper.mail.Mbox;
import keeper.reply.Channel;
import keeper.reply.Letters;
import keeper.reply.ListPolicy;
import keeper.reply.Policies;
import keeper.reply.Policy;
import keeper.reply.Signer;
import keeper.review.Reviewer;
import keeper.rule.Rules;
import keeper.store.Store;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A dry run over a stretch of an archive. */
@Command(name = "replay", description = "A dry run over an archive: what would have been said, to whom, when; totals at the end. Stores and sends nothing.")
final class ReplayCommand implements Callable<Integer> {
  @Mixin private Help help;
  @Mixin private ServiceOptions options;
  @Mixin private RuleOptions ruleOptions;

  @Option(names = "--list", paramLabel = "NAME", required = true, description = "The list, as lists.toml names it.")
  private String list;

  @Option(names = "--since", paramLabel = "D", required = true, description = "The first day, 2026-01-31, by the archive's clock (UTC).")
  private String since;

  @Option(names = "--until", paramLabel = "D", description = "The day after the last; without it, all that came.")
  private String until;

  @Option(names = "--as", paramLabel = "CHANNEL", description = "As if every list had this channel: shadow, web, author or list.")
  private String channel;

  @Option(names = "--mbox", paramLabel = "FILE", description = "Writes the letters there as a box for a mail program, also those that would be kept.")
  private Path box;

  @Override
  public Integer call() {
    Settings settings = options.settings();
    Settings.ListSource source = ScanCommand.lists(settings, list).get(0);
    Rules rules = ruleOptions.rules();
    Policy policy = new Policy(policies(settings), settings.identity().signer(Version.text(), rules.revision()));
    Epochs epochs = Epochs.in(settings.mirrors(), Manners.of(Version.text(), settings.identity().contact()));
    Instant end = until == null ? Instant.MAX : day("--until", until);
    try (Store store = options.named() ? options.store(settings) : null;
        TreeJudge judge = TreeJudge.open(settings, new Reviewer(ruleOptions.checks(rules), Confidence.LIKELY), Trees.Prerequisites.NONE, FactsFolder.usual())) {
      Ledger ledger = new Ledger();
      Replay.run(settings.limits(), source, day("--since", since), end, epochs::tell, judge, policy, Lint.over(store == null ? Known.NONE : store.histories()), ledger);
      judge.lines().forEach(ledger::line);
      if (box != null) mbox(ledger, policy.signer());
      System.out.print(ledger.text());
      return ledger.letters().isEmpty() ? 0 : 1;
    }
  }

  private void mbox(Ledger ledger, Signer signer) {
    StringBuilder text = new StringBuilder();
    for (Ledger.Said said : ledger.letters()) text.append(Mbox.entry(Letters.mail(said.letter(), said.now()), signer.mailbox(), said.now()));
    try {
      Files.writeString(box, text);
    } catch (IOException e) {
      throw new Refusal(Refusal.USAGE, "--mbox " + box + ": cannot be written (" + e.getMessage() + ")");
    }
  }

  private Policies policies(Settings settings) {
    if (channel == null) return settings.policies();
    for (Channel one : Channel.values())
      if (one.word().equals(channel)) {
        TreeMap<String, ListPolicy> lists = new TreeMap<>();
        settings.policies().lists().forEach((name, policy) -> lists.put(name, policy.with(one)));
        return new Policies(lists);
      }
    throw new Refusal(Refusal.USAGE, "--as: no channel " + channel + "; there are shadow, web, author, list");
  }

  private static Instant day(String option, String text) {
    try {
      return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
    } catch (DateTimeParseException e) {
      throw new Refusal(Refusal.USAGE, option + ": no day " + text + "; write it as 2026-01-31");
    }
  }
}
