// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import keeper.outbox.Drafts;
import keeper.store.Letters;
import keeper.store.Store;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is about to be said. */
@Command(name = "outbox", description = "Lists, shows, approves, discards and sends letters; stops and releases all sending.",
    subcommands = {OutboxCommand.ListLetters.class, OutboxCommand.Show.class, OutboxCommand.Approve.class, OutboxCommand.Discard.class, OutboxCommand.Send.class,
        OutboxCommand.Brake.class, OutboxCommand.Release.class})
final class OutboxCommand implements Callable<Integer> {
  @Mixin private Help help;
  @picocli.CommandLine.Spec private picocli.CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    throw new picocli.CommandLine.ParameterException(spec.commandLine(), "outbox list, show N, approve N, discard N, send, brake, or release?");
  }

  /** By number, by the letter's Message-ID or an archive's URL of it, or by that of the mail it answers. */
  private static Letters.Outgoing letter(Drafts drafts, String named) {
    return drafts.find(named).orElseThrow(() -> new Refusal(Refusal.USAGE, "no letter " + named + " (try: lockkeeper outbox list --all)"));
  }

  private static int told(Drafts.Answer answer) {
    if (!answer.done()) throw new Refusal(Refusal.USAGE, answer.line());
    System.out.println(answer.line());
    return 0;
  }

  static String who() {
    return System.getProperty("user.name", "operator");
  }

  @Command(name = "list", description = "Letters that have not been sent: number, state, to whom, and why it waits; oldest first.")
  static final class ListLetters implements Callable<Integer> {
    @Mixin private Help help;
    @Mixin private ServiceOptions service;

    @Option(names = "--all", description = "Also those that were sent, skipped or muted.")
    private boolean all;

    @Override
    public Integer call() {
      try (Store store = service.store()) {
        System.out.print(new Drafts(store).list(all));
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

    @Option(names = "--mbox", description = "As a box for a mail program (mboxrd).")
    private boolean box;

    @Override
    public Integer call() {
      try (Store store = service.store()) {
        Drafts drafts = new Drafts(store);
        List<Letters.Outgoing> letters = names.isEmpty() ? drafts.waiting() : names.stream().map(name -> letter(drafts, name)).toList();
        for (int i = 0; i < letters.size(); i++) {
          if (i > 0 && !box) System.out.println();
          System.out.print(box ? drafts.boxed(letters.get(i)) : drafts.show(letters.get(i)));
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
        Drafts drafts = new Drafts(store);
        for (String name : names) told(drafts.approve(letter(drafts, name), who(), Instant.now()));
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
        Drafts drafts = new Drafts(store);
        for (String name : names) told(drafts.discard(letter(drafts, name), reason, Instant.now()));
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

  @Command(name = "brake", description = "Stops all sending at once, till it is released; survives a restart. Letters are written and wait.")
  static final class Brake implements Callable<Integer> {
    @Mixin private Help help;
    @Mixin private ServiceOptions service;

    @Option(names = "--why", paramLabel = "TEXT", description = "The reason, for those who find it.", defaultValue = "pulled by hand")
    private String reason;

    @Override
    public Integer call() {
      try (Store store = service.store()) {
        store.mutes().brake(reason + " (" + who() + ")", Instant.now());
        System.out.println("nothing is sent till: lockkeeper outbox release");
        return 0;
      }
    }
  }

  @Command(name = "release", description = "Takes the brake off; what may leave leaves with the next round or `outbox send`.")
  static final class Release implements Callable<Integer> {
    @Mixin private Help help;
    @Mixin private ServiceOptions service;

    @Override
    public Integer call() {
      try (Store store = service.store()) {
        System.out.println(store.mutes().braked().map(why -> "the brake was on: " + why).orElse("the brake was not on"));
        store.mutes().release();
        return 0;
      }
    }
  }
}
