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
import java.util.concurrent.atomic.AtomicReference;
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
    AtomicReference<Timetable> own = new AtomicReference<>();
    try (Service service = Service.open(options, rules);
        Pages pages = pages(service);
        Timetable timetable = Timetable.start(service.settings(), list -> round(service, own, list), () -> trees(service))) {
      own.set(timetable);
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

  private void round(Service service, AtomicReference<Timetable> timetable, Settings.ListSource list) {
    Instant now = Instant.now();
    StringBuilder report = new StringBuilder();
    List<String> changed = service.refresh();
    for (String line : changed) report.append(now.truncatedTo(ChronoUnit.SECONDS)).append(' ').append(line).append('\n');
    if (!changed.isEmpty() && timetable.get() != null) timetable.get().follow(service.settings());
    // As the settings have it now; a list that was taken out of them is not read.
    List<Settings.ListSource> same = service.settings().lists().stream().filter(one -> one.list().equals(list.list())).toList();
    if (!same.isEmpty()) report.append(now.truncatedTo(ChronoUnit.SECONDS)).append(' ').append(service.bot().round(now, same).text());
    tell(report.toString());
  }

  private void tell(String report) {
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
