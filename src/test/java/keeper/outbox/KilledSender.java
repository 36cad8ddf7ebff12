// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.outbox;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import keeper.reply.ListPolicy;
import keeper.reply.Policies;
import keeper.store.Store;

/** A process that sends what is due, for a test that kills it. */
final class KilledSender {
  private KilledSender() {}

  public static void main(String[] args) {
    String list = args[2];
    ListPolicy usual = ListPolicy.usual(list);
    ListPolicy generous = new ListPolicy(list, usual.channel(), usual.positive(), 0, 20, 10_000, 5, false, usual.cc(), usual.ignoredEmails(),
        usual.bots(), usual.subjectPrefixes(), usual.skipProjects(), usual.quiet());
    SmtpSettings smtp = new SmtpSettings("127.0.0.1", Integer.parseInt(args[1]), SmtpSettings.Security.NONE, "", "", "b@example.org",
        "bot.example.org", 30, false, 10_000, "");
    try (Store store = Store.open(args[0])) {
      Outbox.of(store, new Policies(new TreeMap<>(Map.of(list, generous))), smtp, id -> false).send(Instant.now());
    }
    System.exit(0);
  }
}
