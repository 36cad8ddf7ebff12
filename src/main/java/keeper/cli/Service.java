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

/** The parts of the running bot, put together from the settings, and anew when these have changed. */
final class Service implements AutoCloseable {
  private final ServiceOptions options;
  private final Rules rules;
  private final Reviewer reviewer;
  private final Store store;
  private Settings settings;
  private Outbox outbox;
  private TreeJudge judge;
  private Bot bot;
  private List<String> told = List.of(); // what was wrong with the files when they were last looked at

  private Service(ServiceOptions options, Settings settings, Store store, Rules rules, Reviewer reviewer) {
    this.options = options;
    this.rules = rules;
    this.reviewer = reviewer;
    this.store = store;
    use(settings);
  }

  static Service open(ServiceOptions options, RuleOptions ruleOptions) {
    Settings settings = options.settings();
    Rules rules = ruleOptions.rules();
    Reviewer reviewer = new Reviewer(ruleOptions.checks(rules), Confidence.LIKELY);
    return new Service(options, settings, options.store(settings), rules, reviewer);
  }

  private void use(Settings changed) {
    settings = changed;
    if (judge != null) judge.close();
    judge = TreeJudge.open(settings, reviewer, id -> store.mails().byPatchId(id).map(mail -> PostedPatch.of(mail).patch()), FactsFolder.usual());
    outbox = Outbox.of(store, settings.policies(), settings.smtp(), id -> store.mails().mail(id).isPresent())
        .with(new Patchwork(store, settings.patchworks(), settings.identity().name()))
        .without(Bot.outdated(store));
    Policy policy = new Policy(settings.policies(), settings.identity().signer(Version.text(), rules.revision()));
    Epochs epochs = Epochs.in(settings.mirrors(), Manners.of(Version.text(), settings.identity().contact()));
    Optional<Bot.Letterbox> letterbox = settings.inbox().reads() ? Optional.of(Inbox.at(settings.inbox())::tell) : Optional.empty();
    bot = new Bot(store, settings, epochs::tell, judge, policy, outbox, letterbox);
  }

  /**
   * Looks whether the files have changed, and takes it up; between rounds. Broken files leave the old settings in force and are told
   * once. Database, host and port stay as they were till the next start.
   *
   * @return lines for people; empty when nothing has changed
   */
  List<String> refresh() {
    Settings.Loaded loaded = options.load();
    if (!loaded.problems().isEmpty()) {
      List<String> lines = loaded.problems().stream().map(problem -> "the old settings stay in force: " + problem).toList();
      boolean known = lines.equals(told);
      told = lines;
      return known ? List.of() : lines;
    }
    boolean mended = !told.isEmpty();
    told = List.of();
    Settings old = settings;
    if (loaded.settings().equals(old)) return mended ? List.of("the settings are as they were") : List.of();
    use(loaded.settings());
    boolean restart = !old.database().equals(settings.database()) || !old.host().equals(settings.host()) || old.port() != settings.port();
    return List.of("the settings have changed" + (restart ? "; database, host and port count from the next start on" : ""));
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
