// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import keeper.bot.Bot;
import keeper.bot.Settings;
import keeper.bot.TreeJudge;
import keeper.check.Confidence;
import keeper.git.Epochs;
import keeper.git.Manners;
import keeper.outbox.Outbox;
import keeper.reply.Policy;
import keeper.review.Reviewer;
import keeper.rule.Rules;
import keeper.store.Store;

/** The parts of the running bot, put together from the settings. */
final class Service implements AutoCloseable {
  private final Settings settings;
  private final Store store;
  private final Outbox outbox;
  private final TreeJudge judge;
  private final Bot bot;

  private Service(Settings settings, Store store, Rules rules, Reviewer reviewer) {
    this.settings = settings;
    this.store = store;
    this.judge = TreeJudge.open(settings, reviewer);
    this.outbox = Outbox.of(store, settings.policies(), settings.smtp(), id -> store.mails().mail(id).isPresent());
    Policy policy = new Policy(settings.policies(), settings.identity().signer(Version.text(), rules.revision()));
    Epochs epochs = Epochs.in(settings.mirrors(), Manners.of(Version.text(), settings.identity().contact()));
    this.bot = new Bot(store, settings, epochs::tell, judge, policy, outbox);
  }

  static Service open(ServiceOptions options, RuleOptions ruleOptions) {
    Settings settings = options.settings();
    Rules rules = ruleOptions.rules();
    Reviewer reviewer = new Reviewer(ruleOptions.checks(rules), Confidence.LIKELY);
    return new Service(settings, options.store(settings), rules, reviewer);
  }

  Settings settings() {
    return settings;
  }

  Store store() {
    return store;
  }

  Outbox outbox() {
    return outbox;
  }

  Bot bot() {
    return bot;
  }

  @Override
  public void close() {
    judge.close();
    store.close();
  }
}
