// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import keeper.git.Epochs;
import keeper.git.Manners;
import keeper.mail.Arrival;

/**
 * Reads an archive that is on disk (a folder, given on the command line) into a new database, and says how fast and in how much
 * memory; then once more, with nothing new. Processor time of the whole process, so that the virtual machine's and the database's
 * own threads count. Not part of the build.
 */
final class IntakeMeasure {
  public static void main(String[] args) throws IOException {
    Path folder = Files.createTempDirectory(args.length > 1 ? Path.of(args[1]) : Path.of("/tmp"), "intake");
    Epochs epochs = Epochs.in(folder.resolve("mirrors"), new Manners("lockkeeper/measure", Duration.ofSeconds(10), 1, Duration.ofSeconds(1)));
    try (Store store = Store.open(folder.resolve("db").toString())) {
      round(store, epochs, args[0]);
      round(store, epochs, args[0]);
      Mails.Counts counts = store.mails().counts("measure");
      System.out.println(counts + " database " + Files.size(folder.resolve("db.mv.db")) / 1024 / 1024 + " MB");
    }
  }

  private static void round(Store store, Epochs epochs, String archive) {
    long process = process();
    long thread = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    long[] mails = new long[1];
    Intake intake = store.mails().intake("measure");
    try (intake) {
      epochs.tell("measure", archive, intake.heads(), arrival -> {
        intake.accept(arrival);
        if (arrival instanceof Arrival.Posted && ++mails[0] % 5_000 == 0) System.out.println(mails[0] + " mails: " + held() + " MB held");
      });
    }
    double seconds = (process() - process) / 1e9;
    double own = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - thread) / 1e9;
    System.out.printf("%d mails, %.2f s of processor time (%.2f of the reading thread): %.0f mails/s (%.0f)%n", mails[0], seconds, own, mails[0] / seconds, mails[0] / own);
  }

  private static long process() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
  }

  private static long held() {
    System.gc();
    return (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) / 1024 / 1024;
  }
}
