// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.bot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import keeper.config.Table;
import keeper.git.Trees;
import keeper.mail.Address;
import keeper.inbox.ImapSettings;
import keeper.outbox.Patchwork;
import keeper.outbox.SmtpSettings;
import keeper.reply.Channel;
import keeper.reply.ListPolicy;
import keeper.reply.Mailboxes;
import keeper.reply.Policies;
import keeper.reply.Signer;
import keeper.text.Place;
import keeper.text.Problem;
import org.quartz.CronExpression;

/**
 * What the files in {@code config/} say.
 *
 * @param database a file or a JDBC URL
 * @param logLevel {@code error}, {@code warn}, {@code info} or {@code debug}
 * @param identity who signs
 * @param mirrors the folder for copies of archives
 * @param smtp where letters leave
 * @param host of the web pages
 * @param port of the web pages
 * @param limits of a review
 * @param hearing whose commands by mail count
 * @param lists those that are read, in the order of the file
 * @param policies what every list allows
 * @param trees by name
 * @param inbox the bot's own mailbox
 * @param treesCron when the trees are fetched; empty: only when a person asks
 * @param patchworks where checks are posted, by list
 */
public record Settings(
    String database,
    String logLevel,
    Identity identity,
    Path mirrors,
    SmtpSettings smtp,
    String host,
    int port,
    Limits limits,
    Hearing hearing,
    List<ListSource> lists,
    Policies policies,
    SortedMap<String, TreeSource> trees,
    ImapSettings inbox,
    String treesCron,
    Map<String, Patchwork.Project> patchworks) {
  /** The environment variable with the SMTP password. */
  public static final String PASSWORD = "LOCKKEEPER_SMTP_PASSWORD";

  /** The environment variable with the mailbox's password. */
  public static final String INBOX_PASSWORD = "LOCKKEEPER_IMAP_PASSWORD";

  /** Who signs, but for what only the program knows: its version and rules. */
  public record Identity(String name, String display, String mailbox, String feedback, String domain, String contact, String web) {
    public Signer signer(String version, String rules) {
      return new Signer(name, display, mailbox, feedback, domain, version, rules, web);
    }
  }

  /**
   * Bounds of a review.
   *
   * @param concurrency series at the same time
   * @param timeoutSeconds for one series
   * @param maxFiles of one patch
   * @param maxLines of one patch, added and removed
   * @param days older patches are not reviewed; 0: all are
   * @param waitMinutes for missing parts
   */
  public record Limits(int concurrency, int timeoutSeconds, int maxFiles, int maxLines, int days, int waitMinutes) {
    public static final Limits USUAL = new Limits(2, 300, 200, 20_000, 0, 30);
  }

  /**
   * Whose commands by mail count, besides the authors of patches.
   *
   * @param operators mailboxes
   * @param receivers servers whose Authentication-Results are believed
   */
  public record Hearing(List<String> operators, List<String> receivers) {
    public static final Hearing USUAL = new Hearing(List.of(), List.of("smtp.subspace.kernel.org"));

    public Hearing {
      operators = List.copyOf(operators);
      receivers = List.copyOf(receivers);
    }
  }

  /**
   * A list that is read.
   *
   * @param list its address
   * @param archive a URL or a folder
   * @param paths only patches that touch these; empty means all
   * @param trees names, in the order in which they are tried
   * @param cron when
   */
  public record ListSource(String list, String archive, List<String> paths, List<String> trees, String cron) {
    public ListSource {
      paths = List.copyOf(paths);
      trees = List.copyOf(trees);
    }
  }

  /**
   * A kernel: a folder or a repository, and the revisions to try.
   *
   * @param url where it is fetched from; empty: it is never fetched
   * @param depth commits of history to fetch; 0: all
   */
  public record TreeSource(String name, Path path, List<String> revisions, String url, int depth) {
    public TreeSource {
      revisions = List.copyOf(revisions);
    }
  }

  /**
   * What was read, and everything that is wrong with it.
   *
   * @param settings usable only without problems
   */
  public record Loaded(Settings settings, List<Problem> problems) {
    public Loaded {
      problems = List.copyOf(problems);
    }
  }

  /** Without a mailbox, and without times for the trees. */
  public Settings(
      String database, String logLevel, Identity identity, Path mirrors, SmtpSettings smtp, String host, int port, Limits limits, Hearing hearing,
      List<ListSource> lists, Policies policies, SortedMap<String, TreeSource> trees) {
    this(database, logLevel, identity, mirrors, smtp, host, port, limits, hearing, lists, policies, trees, ImapSettings.NOWHERE, "", Map.of());
  }

  public Settings {
    lists = List.copyOf(lists);
    trees = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(trees));
  }

  /**
   * The trees in which the base of a list's patches is looked for, as far as they are there: its own in their order, then all others, which are
   * tried where a patch names them; and a line for each of its own that is not there.
   */
  public record TreeNames(List<Trees.Source> there, List<String> missing) {}

  public TreeNames treesOf(ListSource source) {
    List<Trees.Source> there = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    Set<String> names = new LinkedHashSet<>(source.trees());
    names.addAll(trees.keySet());
    for (String name : names) {
      TreeSource tree = trees.get(name);
      boolean listed = source.trees().contains(name);
      if (!Files.exists(tree.path())) {
        if (listed) missing.add("tree " + name + ": " + tree.path() + " is not there; "
            + (tree.url().isEmpty() ? "trees.toml says how to get one" : "lockkeeper trees fetch " + name + " gets it"));
        continue;
      }
      if (tree.revisions().isEmpty()) there.add(new Trees.Source(tree.path().toString(), name, tree.url(), listed));
      for (String revision : tree.revisions()) there.add(new Trees.Source(tree.path() + "@" + revision, name, tree.url(), listed));
    }
    return new TreeNames(there, missing);
  }

  /**
   * Reads {@code lockkeeper.toml}, {@code lists.toml} and {@code trees.toml}.
   *
   * @param folder {@code config}; paths in the files are relative to the folder above it
   * @param environment where secrets come from
   */
  public static Loaded load(Path folder, Function<String, String> environment) {
    List<Problem> problems = new ArrayList<>();
    Table service = read(folder.resolve("lockkeeper.toml"), problems);
    Table lists = read(folder.resolve("lists.toml"), problems);
    Table trees = read(folder.resolve("trees.toml"), problems);
    Path top = Optional.ofNullable(folder.toAbsolutePath().normalize().getParent()).orElse(folder);
    Settings settings = settings(service, lists, trees, top, environment);
    for (Table table : List.of(service, lists, trees)) {
      table.finish();
      problems.addAll(table.problems());
    }
    return new Loaded(settings, problems);
  }

  private static Table read(Path file, List<Problem> problems) {
    String text = "";
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      problems.add(new Problem(new Place(file.toString(), 1, 0), "not there - name the folder with --config"));
    } catch (IOException e) {
      problems.add(new Problem(new Place(file.toString(), 1, 0), "cannot be read as UTF-8 text: " + e.getMessage()));
    }
    return Table.parse(file.toString(), text);
  }

  private static Settings settings(Table service, Table lists, Table trees, Path top, Function<String, String> environment) {
    String level = service.text("log_level", "info", Set.of("error", "warn", "info", "debug")::contains, "error, warn, info or debug");
    Identity identity = identity(service.table("identity"), service.table("server").text("url", ""));
    SortedMap<String, TreeSource> known = trees(trees, top);
    String cron = cron(service.table("schedule"), "scan", "0 0/15 * * * ?");
    String treesCron = service.table("schedule").text("trees", "", text -> text.isEmpty() || CronExpression.isValidExpression(text), "a time as Quartz writes it, six fields");
    TreeMap<String, ListPolicy> policies = new TreeMap<>();
    Map<String, Patchwork.Project> patchworks = new TreeMap<>();
    List<ListSource> sources = lists(lists, known, cron, top, policies, (list, keys) -> patchwork(list, keys, identity, environment, patchworks));
    Table server = service.table("server");
    return new Settings(
        database(service.text("database", "var/lockkeeper"), top),
        level,
        identity,
        top.resolve(service.table("git").text("repository_path", "var/mirrors")),
        smtp(service.table("smtp"), identity, top, environment),
        server.text("host", "127.0.0.1"),
        server.number("port", 8713, 0, 65_535),
        limits(service.table("review")),
        hearing(service.table("commands")),
        sources,
        new Policies(policies),
        known,
        inbox(service.table("mailbox"), environment),
        treesCron,
        patchworks);
  }

  /** A list's patchwork; only one that is switched on is kept. */
  private static void patchwork(String list, Table keys, Identity identity, Function<String, String> environment, Map<String, Patchwork.Project> projects) {
    boolean enabled = keys.flag("enabled", false);
    String api = keys.text("api_url", "https://patchwork.kernel.org/api/1.3", text -> text.startsWith("https://") || text.startsWith("http://127.0.0.1"), "an https URL");
    String project = keys.text("project", "");
    String token = Optional.ofNullable(environment.apply(Patchwork.TOKEN)).orElse("");
    if (enabled && project.isEmpty()) keys.problem("enabled", "needs a project");
    if (enabled && token.isEmpty()) keys.problem("enabled", "needs a token in the environment variable " + Patchwork.TOKEN);
    if (enabled) projects.put(list, new Patchwork.Project(api.endsWith("/") ? api.substring(0, api.length() - 1) : api, project, token, identity.web()));
  }

  private static String database(String name, Path top) {
    return name.startsWith("jdbc:") ? name : top.resolve(name).toString();
  }

  private static Identity identity(Table table, String web) {
    String mailbox = address(table, "sender_address", "lockkeeper@example.org");
    return new Identity(
        table.text("name", "lockkeeper", Settings::isWord, "one word of small letters"),
        table.text("display_name", "lockkeeper (automatic lock review)"),
        mailbox,
        address(table, "reply_to", mailbox),
        table.text("message_id_domain", "lockkeeper.example.org", Mailboxes::isDomain, "a domain"),
        table.text("contact", ""),
        web.endsWith("/") ? web.substring(0, web.length() - 1) : web);
  }

  private static boolean isWord(String text) {
    return !text.isEmpty() && text.length() <= 30 && text.chars().allMatch(c -> c >= 'a' && c <= 'z');
  }

  private static String address(Table table, String key, String usual) {
    return table.text(key, usual, Mailboxes::isMailbox, "a mail address");
  }

  private static SmtpSettings smtp(Table table, Identity identity, Path top, Function<String, String> environment) {
    String brake = table.text("brake_file", "var/brake");
    String server = table.text("server", "");
    SmtpSettings.Security security = table.choice("security", SmtpSettings.Security.STARTTLS, SmtpSettings.Security.class);
    boolean here = Set.of("localhost", "127.0.0.1", "::1", "").contains(server);
    if (security == SmtpSettings.Security.NONE && !here)
      table.problem("security", "security = \"none\" would send in clear to " + server + "; use starttls or tls");
    String username = table.text("username", "");
    if (!username.isEmpty() && security == SmtpSettings.Security.NONE)
      table.problem("username", "a password would go in clear; set security to starttls or tls");
    String password = username.isEmpty() ? "" : Optional.ofNullable(environment.apply(PASSWORD)).orElse("");
    boolean dryRun = table.flag("dry_run", true);
    if (!username.isEmpty() && password.isEmpty() && !dryRun)
      table.problem("username", "needs a password in the environment variable " + PASSWORD);
    String sender = table.text("envelope_sender", "", text -> text.isEmpty() || Mailboxes.isMailbox(text), "a mail address");
    if (!server.isEmpty() && !dryRun && identity.mailbox().endsWith("@example.org"))
      table.problem("server", "set sender_address, reply_to and message_id_domain in [identity] before sending");
    return new SmtpSettings(
        server,
        table.number("port", 587, 1, 65_535),
        security,
        username,
        password,
        sender.isEmpty() ? identity.mailbox() : sender,
        identity.domain(),
        table.number("timeout_seconds", 60, 1, 600),
        dryRun,
        table.number("daily_mail_budget", 20, 0, 10_000),
        brake.isEmpty() ? "" : top.resolve(brake).toString());
  }

  private static ImapSettings inbox(Table table, Function<String, String> environment) {
    ImapSettings usual = ImapSettings.NOWHERE;
    String server = table.text("server", "");
    ImapSettings.Security security = table.choice("security", usual.security(), ImapSettings.Security.class);
    boolean here = Set.of("localhost", "127.0.0.1", "::1", "").contains(server);
    if (security == ImapSettings.Security.NONE && !here)
      table.problem("security", "security = \"none\" would say the password in clear to " + server + "; use starttls or tls");
    String username = table.text("username", "");
    String password = Optional.ofNullable(environment.apply(INBOX_PASSWORD)).orElse("");
    if (!server.isEmpty() && (username.isEmpty() || password.isEmpty()))
      table.problem("username", "a mailbox needs a username, and its password in the environment variable " + INBOX_PASSWORD);
    return new ImapSettings(
        server,
        table.number("port", security == ImapSettings.Security.TLS ? 993 : 143, 1, 65_535),
        security,
        username,
        password,
        table.text("folder", usual.folder()),
        table.number("timeout_seconds", usual.timeoutSeconds(), 1, 600));
  }

  private static Limits limits(Table table) {
    Limits usual = Limits.USUAL;
    return new Limits(
        table.number("concurrency", usual.concurrency(), 1, 64),
        table.number("timeout_seconds", usual.timeoutSeconds(), 1, 86_400),
        table.number("max_files", usual.maxFiles(), 1, 1_000_000),
        table.number("max_lines", usual.maxLines(), 1, 100_000_000),
        table.number("days", usual.days(), 0, 100_000),
        table.number("wait_minutes", usual.waitMinutes(), 0, 100_000));
  }

  private static Hearing hearing(Table table) {
    return new Hearing(
        table.texts("operators", Hearing.USUAL.operators(), Mailboxes::isMailbox, "a mail address"),
        table.texts("trusted_receivers", Hearing.USUAL.receivers(), Mailboxes::isDomain, "a server's name"));
  }

  private static SortedMap<String, TreeSource> trees(Table table, Path top) {
    SortedMap<String, TreeSource> trees = new TreeMap<>();
    for (Table tree : table.tables("tree")) {
      String name = tree.text("name", "");
      String path = tree.text("path", "");
      List<String> revisions = tree.texts("revisions", List.of(), text -> !text.isEmpty() && !text.startsWith("-"), "a branch, tag or commit");
      String url = tree.text("url", "", text -> text.isEmpty() || text.startsWith("https://") || text.startsWith("http://"), "an https address");
      int depth = tree.number("depth", 1000, 0, 10_000_000);
      if (name.isEmpty() || path.isEmpty()) tree.problem("name", "a tree needs a name and a path");
      else if (trees.putIfAbsent(name, new TreeSource(name, top.resolve(path), revisions, url, depth)) != null)
        tree.problem("name", "there is a tree " + name + " already");
    }
    return trees;
  }

  private static List<ListSource> lists(
      Table table, SortedMap<String, TreeSource> trees, String cron, Path top, TreeMap<String, ListPolicy> policies,
      BiConsumer<String, Table> patchwork) {
    ListPolicy usual = policy("", table.table("defaults"), ListPolicy.usual(""));
    List<ListSource> sources = new ArrayList<>();
    Map<String, Table> sections = new LinkedHashMap<>(table.others());
    for (Map.Entry<String, Table> section : sections.entrySet()) {
      String list = section.getKey();
      Table keys = section.getValue();
      if (!Mailboxes.isMailbox(list)) table.problem(list, "a section is named by a list's address in quotes, [\"kvm@vger.kernel.org\"]; this is none: " + list);
      if (policies.put(Mailboxes.key(list), policy(list, keys, usual)) != null) table.problem(list, list + " has two sections");
      patchwork.accept(list, keys.table("patchwork"));
      String archive = keys.text("epoch_url", "");
      List<String> paths = keys.texts("paths", List.of(), text -> !text.isEmpty() && !text.startsWith("/"), "a path in the kernel");
      List<String> names = keys.texts("trees", List.of(), trees::containsKey, "a tree of trees.toml");
      String own = cron(keys, "scan", cron);
      if (archive.isEmpty()) continue; // not read, but its policy counts
      boolean remote = archive.startsWith("https://") || archive.startsWith("http://");
      sources.add(new ListSource(list, remote ? archive : top.resolve(archive).toString(), paths, new ArrayList<>(new LinkedHashSet<>(names)), own));
    }
    return sources;
  }

  private static ListPolicy policy(String list, Table keys, ListPolicy usual) {
    return new ListPolicy(
        list,
        keys.choice("channel", usual.channel(), Channel.class),
        keys.choice("positive_review", usual.positive(), ListPolicy.Positive.class),
        keys.number("embargo_hours", usual.embargoHours(), 0, 24 * 30),
        keys.number("max_recipients", usual.maxRecipients(), 1, 200),
        keys.number("daily_mail_budget", usual.dailyMailBudget(), 0, 10_000),
        keys.number("per_series_max_mails", usual.seriesMaxMails(), 0, 100),
        !list.isEmpty() && keys.flag("follows", false),
        keys.texts("cc", usual.cc(), Settings::isAddress, "a mail address"),
        keys.texts("ignored_emails", usual.ignoredEmails(), Settings::isPattern, "a mail address, with * for anything"),
        keys.texts("bots", usual.bots(), Settings::isPattern, "a mail address, with * for anything"),
        keys.texts("subject_prefixes", usual.subjectPrefixes()),
        keys.texts("skip_projects", usual.skipProjects()),
        keys.texts("quiet", usual.quiet()));
  }

  private static boolean isAddress(String text) {
    Address address = Address.parse(text);
    return Mailboxes.isMailbox(address.mailbox());
  }

  private static boolean isPattern(String text) {
    return Mailboxes.isMailbox(text.replace("*", "x"));
  }

  private static String cron(Table table, String key, String usual) {
    return table.text(key, usual, CronExpression::isValidExpression, "a time as Quartz writes it, six fields");
  }
}
