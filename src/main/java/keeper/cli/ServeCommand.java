// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import keeper.bot.Settings;
import keeper.bot.Timetable;
import keeper.lineage.Chain;
import keeper.lineage.ChainPicture;
import keeper.lineage.Lineage;
import keeper.lineage.Member;
import keeper.store.Store;
import keeper.web.Pages;
import keeper.web.Site;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The timetable and the pages, until stopped. */
@Command(name = "serve", description = "Runs one round per list on the timetable and serves the pages, until stopped.")
final class ServeCommand implements Callable<Integer> {
  private static final int ROUNDS = 20; // reports that the front page shows

  @Mixin private Help help;
  @Mixin private ServiceOptions options;
  @Mixin private RuleOptions rules;

  private final Deque<String> rounds = new ArrayDeque<>();

  @Override
  public Integer call() throws InterruptedException {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(asked, ended), "stop"));
    try (Service service = Service.open(options, rules);
        Pages pages = pages(service);
        Timetable timetable = Timetable.start(service.settings(), list -> round(service, list), () -> trees(service))) {
      for (Settings.ListSource list : service.settings().lists())
        System.out.println(list.list() + ": next round at " + timetable.next(list.list()));
      System.out.println("pages: http://" + service.settings().host() + ":" + pages.port() + "/   (stop with Ctrl-C)");
      System.out.flush();
      asked.await();
    } finally {
      ended.countDown();
    }
    return 0;
  }

  private static void stop(CountDownLatch asked, CountDownLatch ended) {
    asked.countDown();
    try {
      ended.await(20, TimeUnit.SECONDS); // a round that is under way finishes what it is doing
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void round(Service service, Settings.ListSource list) {
    Instant now = Instant.now();
    String report = now.truncatedTo(ChronoUnit.SECONDS) + " " + service.bot().round(now, List.of(list)).text();
    synchronized (rounds) {
      rounds.addFirst(report);
      if (rounds.size() > ROUNDS) rounds.removeLast();
    }
    System.out.print(report);
    System.out.flush();
  }

  private static void trees(Service service) {
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    for (String line : service.fetchTrees(List.of())) System.out.println(now + " " + line);
    System.out.flush();
  }

  private List<String> rounds() {
    synchronized (rounds) {
      return List.copyOf(rounds);
    }
  }

  private Pages pages(Service service) {
    Settings settings = service.settings();
    List<String> lists = settings.lists().stream().map(Settings.ListSource::list).toList();
    try {
      return Pages.serve(settings.host(), settings.port(), new Site(service.store(), lists, this::rounds, asked -> chain(service.store(), asked), asked -> drawing(service.store(), asked)));
    } catch (IOException e) {
      throw new Refusal(Refusal.USAGE, "the pages cannot be served on " + settings.host() + ":" + settings.port() + ": " + e.getMessage()
          + "; another port can be set in lockkeeper.toml, [server]");
    }
  }

  private static Optional<Chain> chain(Store store, String asked) {
    Lineage lineage = Lineage.over(store.histories());
    List<Member> found = lineage.find(asked);
    return found.isEmpty() ? Optional.empty() : Optional.of(lineage.chain(found.get(0)));
  }

  private static Optional<String> drawing(Store store, String asked) {
    Lineage lineage = Lineage.over(store.histories());
    List<Member> found = lineage.find(asked);
    return found.isEmpty() ? Optional.empty() : Optional.of(ChainPicture.of(lineage.chain(found.get(0)), lineage));
  }
}
