// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import keeper.bot.Bot;
import keeper.bot.Settings;
import keeper.bot.TreeJudge;
import keeper.check.Confidence;
import keeper.git.Epochs;
import keeper.git.FactsFolder;
import keeper.git.GitException;
import keeper.git.Manners;
import keeper.git.TreeMirror;
import keeper.inbox.Inbox;
import keeper.outbox.Outbox;
import keeper.outbox.Patchwork;
import keeper.reply.Policy;
import keeper.review.Reviewer;
import keeper.rule.Rules;
import keeper.series.PostedPatch;
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
    this.judge = TreeJudge.open(settings, reviewer, id -> store.mails().byPatchId(id).map(mail -> PostedPatch.of(mail).patch()), FactsFolder.usual());
    this.outbox = Outbox.of(store, settings.policies(), settings.smtp(), id -> store.mails().mail(id).isPresent())
        .with(new Patchwork(store, settings.patchworks(), settings.identity().name()))
        .without(Bot.outdated(store));
    Policy policy = new Policy(settings.policies(), settings.identity().signer(Version.text(), rules.revision()));
    Epochs epochs = Epochs.in(settings.mirrors(), Manners.of(Version.text(), settings.identity().contact()));
    Optional<Bot.Letterbox> letterbox = settings.inbox().reads() ? Optional.of(Inbox.at(settings.inbox())::tell) : Optional.empty();
    this.bot = new Bot(store, settings, epochs::tell, judge, policy, outbox, letterbox);
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

  /** Fetches the trees that have an address, and looks at them anew; one line for each. */
  List<String> fetchTrees(List<String> names) {
    List<String> lines = new ArrayList<>();
    for (Settings.TreeSource tree : settings.trees().values())
      if (!tree.url().isEmpty() && (names.isEmpty() || names.contains(tree.name()))) lines.add(fetched(settings, tree));
    judge.reopen();
    return lines;
  }

  /** A line for people: what moved, or why not. */
  static String fetched(Settings settings, Settings.TreeSource tree) {
    try {
      Manners manners = Manners.of(Version.text(), settings.identity().contact());
      List<String> moved = TreeMirror.at(tree.path(), tree.url(), manners).fetch(tree.revisions(), tree.depth());
      return "tree " + tree.name() + ": " + (moved.isEmpty() ? "nothing new" : String.join(", ", moved));
    } catch (GitException e) {
      return "tree " + tree.name() + ": " + e.getMessage();
    }
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
