// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import keeper.bot.RoundReport;
import keeper.bot.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One round now. */
@Command(name = "scan", description = "One round: fetches the lists, reviews what is new, writes letters to the outbox, sends what policy allows.")
final class ScanCommand implements Callable<Integer> {
  @Mixin private Help help;
  @Mixin private ServiceOptions options;
  @Mixin private RuleOptions rules;

  @Option(names = "--list", paramLabel = "NAME", description = "Only this list.")
  private String list;

  @Override
  public Integer call() {
    try (Service service = Service.open(options, rules)) {
      RoundReport report = service.bot().round(Instant.now(), lists(service.settings(), list));
      if (!help.quiet || report.troubled()) System.out.print(report.text());
      return report.troubled() ? Refusal.INPUT : report.lists().stream().anyMatch(one -> one.findings() > 0) ? 1 : 0;
    }
  }

  static List<Settings.ListSource> lists(Settings settings, String only) {
    if (only == null) return settings.lists();
    List<Settings.ListSource> named = settings.lists().stream().filter(one -> one.list().equalsIgnoreCase(only)).toList();
    if (named.isEmpty())
      throw new Refusal(Refusal.USAGE, "--list: no list " + only + " with an archive in lists.toml; there are "
          + String.join(", ", settings.lists().stream().map(Settings.ListSource::list).toList()));
    return named;
  }
}
