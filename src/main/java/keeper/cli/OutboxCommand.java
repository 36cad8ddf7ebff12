// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import keeper.mail.MessageId;
import keeper.outbox.Drafts;
import keeper.store.Letters;
import keeper.store.Store;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is about to be said. */
@Command(name = "outbox", description = "Lists, shows, approves, discards and sends letters.",
    subcommands = {OutboxCommand.ListLetters.class, OutboxCommand.Show.class, OutboxCommand.Approve.class, OutboxCommand.Discard.class, OutboxCommand.Send.class})
final class OutboxCommand implements Callable<Integer> {
  @Mixin private Help help;
  @picocli.CommandLine.Spec private picocli.CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    throw new picocli.CommandLine.ParameterException(spec.commandLine(), "outbox list, show N, approve N, discard N, or send?");
  }

  /** By number, by the letter's Message-ID or an archive's URL of it, or by that of the mail it answers. */
  private static Letters.Outgoing letter(Store store, String named) {
    String id = MessageId.pasted(named).map(MessageId::id).orElse(named);
    return new Drafts(store).find(id).orElseThrow(() -> new Refusal(Refusal.USAGE, "no letter " + named + " (try: lockkeeper outbox list)"));
  }

  @Command(name = "list", description = "Every letter and its state, oldest first.")
  static final class ListLetters implements Callable<Integer> {
    @Mixin private Help help;
    @Mixin private ServiceOptions service;

    @Override
    public Integer call() {
      try (Store store = service.store()) {
        for (Letters.Outgoing letter : store.letters().list())
          System.out.println(letter.number() + "  " + letter.state().word() + "  " + letter.list() + "  " + Words.plain(letter.letter().subject())
              + (letter.reason().isEmpty() ? "" : "  (" + letter.reason() + ")"));
        return 0;
      }
    }
  }

  @Command(name = "show", description = "Prints letters as they would be sent, headers included.")
  static final class Show implements Callable<Integer> {
    @Mixin private Help help;
    @Mixin private ServiceOptions service;

    @Parameters(paramLabel = "N", arity = "0..*", description = "Letters by number or Message-ID; without one, all that have not been sent.")
    private List<String> names = List.of();

    @Override
    public Integer call() {
      try (Store store = service.store()) {
        List<Letters.Outgoing> letters = names.isEmpty()
            ? store.letters().list(Letters.State.PENDING, Letters.State.HELD, Letters.State.DRY_RUN, Letters.State.FAILED)
            : names.stream().map(name -> letter(store, name)).toList();
        for (int i = 0; i < letters.size(); i++) {
          if (i > 0) System.out.println();
          System.out.print(keeper.reply.Letters.mail(letters.get(i).letter(), letters.get(i).written()));
        }
        return 0;
      }
    }
  }

  @Command(name = "approve", description = "Lets a letter leave with the next round or `outbox send`.")
  static final class Approve implements Callable<Integer> {
    @Mixin private Help help;
    @Mixin private ServiceOptions service;

    @Parameters(paramLabel = "N", arity = "1..*", description = "Letters by number or Message-ID.")
    private List<String> names;

    @Override
    public Integer call() {
      try (Store store = service.store()) {
        for (String name : names) {
          Letters.Outgoing letter = letter(store, name);
          if (!store.letters().approve(letter.number(), System.getProperty("user.name", "operator"), Instant.now()))
            throw new Refusal(Refusal.USAGE, "letter " + letter.number() + " is " + letter.state().word() + " and cannot be approved");
          System.out.println(letter.number() + ": pending");
        }
        return 0;
      }
    }
  }

  @Command(name = "discard", description = "Keeps a letter from ever being sent.")
  static final class Discard implements Callable<Integer> {
    @Mixin private Help help;
    @Mixin private ServiceOptions service;

    @Parameters(paramLabel = "N", arity = "1..*", description = "Letters by number or Message-ID.")
    private List<String> names;

    @Option(names = "--why", paramLabel = "TEXT", description = "The reason.", defaultValue = "discarded")
    private String reason;

    @Override
    public Integer call() {
      try (Store store = service.store()) {
        for (String name : names) {
          Letters.Outgoing letter = letter(store, name);
          if (!store.letters().discard(letter.number(), reason, Instant.now()))
            throw new Refusal(Refusal.USAGE, "letter " + letter.number() + " is " + letter.state().word() + " and cannot be discarded");
          System.out.println(letter.number() + ": skipped");
        }
        return 0;
      }
    }
  }

  @Command(name = "send", description = "Sends what may leave now.")
  static final class Send implements Callable<Integer> {
    @Mixin private Help help;
    @Mixin private ServiceOptions service;
    @Mixin private RuleOptions rules;

    @Override
    public Integer call() {
      try (Service running = Service.open(service, rules)) {
        var sent = running.outbox().send(Instant.now());
        System.out.println(sent.sent() + " sent, " + sent.dryRun() + " dry run, " + sent.held() + " held, " + sent.failed() + " failed");
        for (String line : sent.lines()) System.out.println("  " + line);
        return sent.failed() > 0 ? Refusal.INPUT : 0;
      }
    }
  }
}
