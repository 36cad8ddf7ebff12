// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import keeper.check.Finding;
import keeper.check.Witness;
import keeper.store.Findings;
import keeper.store.Followed;
import keeper.store.Store;
import keeper.text.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the rounds found. */
@Command(name = "findings", description = "Lists, shows and closes findings of past rounds.",
    subcommands = {FindingsCommand.ListFindings.class, FindingsCommand.Show.class, FindingsCommand.Close.class})
final class FindingsCommand implements Callable<Integer> {
  @Mixin private Help help;
  @picocli.CommandLine.Spec private picocli.CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    throw new picocli.CommandLine.ParameterException(spec.commandLine(), "findings list, show ID, or close ID?");
  }

  @Command(name = "list", description = "Open findings, newest first.")
  static final class ListFindings implements Callable<Integer> {
    @Mixin private Help help;
    @Mixin private ServiceOptions service;

    @Option(names = "--list", paramLabel = "NAME", description = "Only this mailing list.", defaultValue = "")
    private String list;

    @Option(names = "--all", description = "Closed ones too.")
    private boolean all;

    @Option(names = "--most", paramLabel = "N", description = "At most so many (default: ${DEFAULT-VALUE}).", defaultValue = "100")
    private int most;

    @Override
    public Integer call() {
      try (Store store = service.store()) {
        List<Findings.Kept> kept = all ? store.findings().introduced(list, most) : store.findings().open(list, most);
        Set<String> told = new HashSet<>();
        for (Findings.Kept one : kept) if (told.add(one.raised().identity())) System.out.println(line(one) + fate(store, one));
        return kept.isEmpty() ? 0 : 1;
      }
    }
  }

  /** What became of it over the versions; nothing where that is no more than that it is open. */
  private static String fate(Store store, Findings.Kept kept) {
    return Followed.of(store, kept.raised().identity()).filter(one -> one.fate() != Followed.Fate.CLOSED && !one.words().equals("open"))
        .map(one -> "  [" + one.words() + "]").orElse("");
  }

  private static String line(Findings.Kept kept) {
    Finding finding = kept.raised().finding();
    String verdict = kept.verdict().map(v -> "  [" + v.word().word() + "]").orElse("");
    return kept.raised().identity() + "  " + finding.confidence().word() + "  " + finding.check() + "  " + finding.at().path() + ":" + finding.at().line()
        + "  " + finding.function() + "()  " + finding.subject() + "  v" + kept.version() + " " + Printable.line(kept.title()) + verdict;
  }

  /** Everything about one identity, oldest version first. */
  static String page(Store store, String identity) {
    List<Findings.Kept> history = store.findings().history(identity);
    if (history.isEmpty()) throw new Refusal(Refusal.USAGE, "no finding " + identity + " (try: lockkeeper findings list)");
    StringBuilder page = new StringBuilder();
    for (Findings.Kept kept : history) {
      Finding finding = kept.raised().finding();
      page.append(kept.status().word()).append(" by ").append(Printable.line(kept.title())).append(" (v").append(kept.version()).append(", <").append(kept.mail().id()).append(">)\n");
      page.append("  ").append(finding.at()).append(" in ").append(finding.function()).append("() [").append(finding.check()).append("]\n");
      page.append("  ").append(finding.message()).append('\n');
      page.append("  held: ").append(finding.held().isEmpty() ? "no lock" : String.join(", ", finding.held())).append('\n');
      if (!finding.assumption().isEmpty()) page.append("  assuming: ").append(finding.assumption()).append('\n');
      if (!finding.rule().isEmpty()) page.append("  rule: ").append(finding.rule()).append('\n');
      for (Witness witness : finding.evidence()) page.append("  ").append(witness.at()).append("  ").append(witness.text()).append('\n');
      kept.verdict().ifPresent(v -> page.append("  ").append(v.word().word()).append(" by ").append(v.who()).append(": ").append(v.reason()).append('\n'));
    }
    Followed.of(store, identity).ifPresent(followed -> page.append(followed.words()).append('\n'));
    return page.toString();
  }

  @Command(name = "show", description = "One finding with its evidence, over all versions of its patch.")
  static final class Show implements Callable<Integer> {
    @Mixin private Help help;
    @Mixin private ServiceOptions service;

    @Parameters(paramLabel = "ID", description = "The finding's id.")
    private String identity;

    @Override
    public Integer call() {
      try (Store store = service.store()) {
        System.out.print(page(store, identity));
        return 0;
      }
    }
  }

  @Command(name = "close", description = "Marks a finding; it is not mentioned again.")
  static final class Close implements Callable<Integer> {
    /** What people may say of a finding. */
    enum As {
      invalid,
      known,
      fixed
    }

    @Mixin private Help help;
    @Mixin private ServiceOptions service;

    @Parameters(index = "0", paramLabel = "ID", description = "The finding's id.")
    private String identity;

    @Option(names = "--as", paramLabel = "WORD", description = "invalid, known or fixed (default: ${DEFAULT-VALUE}).", defaultValue = "invalid")
    private As word;

    @Option(names = "--why", paramLabel = "TEXT", required = true, description = "The reason, for those who come later.")
    private String reason;

    @Override
    public Integer call() {
      try (Store store = service.store()) {
        page(store, identity);
        Findings.Word said = switch (word) {
          case invalid -> Findings.Word.INVALID;
          case known -> Findings.Word.KNOWN;
          case fixed -> Findings.Word.FIXED;
        };
        store.findings().close(identity, said, reason, System.getProperty("user.name", "operator"), Instant.now());
        System.out.println(identity + ": " + said.word());
        return 0;
      }
    }
  }
}
