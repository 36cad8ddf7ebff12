// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import picocli.CommandLine.Option;

/** The options that every command has. */
final class Help {
  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Shows this text.")
  private boolean help;

  @Option(names = {"-v", "--verbose"}, description = "Says more when something goes wrong.")
  boolean verbose;

  @Option(names = {"-q", "--quiet"}, description = "Prints findings only.")
  boolean quiet;
}
