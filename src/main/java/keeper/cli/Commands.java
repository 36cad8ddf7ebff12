// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** Every command, and how one is run: parse, execute, one line for what went wrong. */
final class Commands {
  /** A command's name and how to make it; nothing is made before it is asked for. */
  private record Entry(String name, Supplier<Callable<Integer>> command) {}

  private static final List<Entry> ALL = List.of(
      new Entry("demo", DemoCommand::new),
      new Entry("review", ReviewCommand::new),
      new Entry("check", CheckCommand::new),
      new Entry("facts", FactsCommand::new),
      new Entry("rules", RulesCommand::new),
      new Entry("dump", DumpCommand::new),
      new Entry("scan", ScanCommand::new),
      new Entry("serve", ServeCommand::new),
      new Entry("replay", ReplayCommand::new),
      new Entry("lineage", LineageCommand::new),
      new Entry("findings", FindingsCommand::new),
      new Entry("outbox", OutboxCommand::new),
      new Entry("explain", ExplainCommand::new),
      new Entry("why", WhyCommand::new),
      new Entry("series", SeriesCommand::new),
      new Entry("trees", TreesCommand::new),
      new Entry("warm-up", WarmUpCommand::new));

  @Command(
      name = "lockkeeper",
      mixinStandardHelpOptions = false,
      description = "Reviews kernel patches for lock mistakes, answers by mail, follows Fixes: chains.",
      footer = {"", "Exit codes: 0 nothing to say, 1 findings, 2 usage or configuration is wrong, 3 some input could not be read.",
          "Try: lockkeeper demo"})
  private static final class Top implements Runnable {
    @CommandLine.Option(names = {"-h", "--help"}, usageHelp = true, description = "Shows this text.")
    private boolean help;

    @CommandLine.Option(names = {"-V", "--version"}, description = "Prints the version.")
    private boolean version;

    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
      if (version) spec.commandLine().getOut().println("lockkeeper " + Version.text());
      else spec.commandLine().usage(spec.commandLine().getOut());
    }
  }

  private Commands() {}

  /** Runs one command and says with which code to end. */
  static int run(String[] args, PrintStream out, PrintStream err) {
    CommandLine line = line(args);
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    line.setParameterExceptionHandler((e, given) -> usage(e, err));
    line.setExecutionExceptionHandler((e, command, parsed) -> failed(e, given(args, "-v"), err));
    return line.execute(args);
  }

  /** Only the named command is built: reading the annotations of all would cost every start. */
  private static CommandLine line(String[] args) {
    CommandLine top = new CommandLine(new Top());
    String asked = args.length == 0 ? "" : args[0];
    boolean known = ALL.stream().anyMatch(entry -> entry.name().equals(asked));
    for (Entry entry : ALL) {
      if (known && !entry.name().equals(asked)) continue;
      top.addSubcommand(entry.name(), entry.command().get());
      if (entry.name().equals("lineage")) LineageCommand.addTo(top.getSubcommands().get("lineage"), known && args.length > 1 ? args[1] : "");
    }
    return top;
  }

  private static int usage(ParameterException e, PrintStream err) {
    err.println("lockkeeper: " + oneLine(e.getMessage()) + " (try: " + e.getCommandLine().getCommandSpec().qualifiedName(" ") + " --help)");
    return Refusal.USAGE;
  }

  private static int failed(Exception e, boolean verbose, PrintStream err) {
    System.out.flush();
    if (e instanceof Refusal refusal) {
      err.println("lockkeeper: " + oneLine(refusal.getMessage()));
      return refusal.code();
    }
    Refusal known = Failures.refusal(e);
    if (known != null) {
      err.println("lockkeeper: " + oneLine(known.getMessage()));
      if (verbose) e.printStackTrace(err);
      return known.code();
    }
    err.println("lockkeeper: this is a mistake of the program's own: " + e.getClass().getSimpleName() + ": " + oneLine(String.valueOf(e.getMessage()))
        + " (again with -v shows where)");
    if (verbose) e.printStackTrace(err);
    return Refusal.INPUT;
  }

  private static boolean given(String[] args, String option) {
    for (String arg : args) if (arg.equals(option)) return true;
    return false;
  }

  private static String oneLine(String text) {
    return text == null ? "" : text.strip().replaceAll("\\s*\\R\\s*", "; ");
  }
}
