// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import keeper.bot.Timetable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The timetable, until stopped. */
@Command(name = "serve", description = "Runs one round per list on the timetable and serves the pages, until stopped.")
final class ServeCommand implements Callable<Integer> {
  @Mixin private Help help;
  @Mixin private ServiceOptions options;
  @Mixin private RuleOptions rules;

  @Override
  public Integer call() throws InterruptedException {
    CountDownLatch stopped = new CountDownLatch(1);
    try (Service service = Service.open(options, rules);
        Timetable timetable = Timetable.start(service.settings(), list -> {
          System.out.print(service.bot().round(Instant.now(), List.of(list)).text());
          System.out.flush();
        })) {
      Runtime.getRuntime().addShutdownHook(new Thread(stopped::countDown, "stop"));
      System.out.println("reading " + service.settings().lists().size() + " lists; stop with Ctrl-C");
      System.out.flush();
      stopped.await();
    }
    return 0;
  }
}
