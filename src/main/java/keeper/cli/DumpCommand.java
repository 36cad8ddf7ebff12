// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import keeper.c.Function;
import keeper.c.Outline;
import keeper.lock.Kernel;
import keeper.rule.Rules;
import keeper.text.SourceText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Every stage of the analysis prints itself. */
@Command(name = "dump", description = "Prints one stage of the analysis of a C file.")
final class DumpCommand implements Callable<Integer> {
  /** What can be printed. */
  enum Stage {
    tokens,
    outline,
    tree,
    flow,
    held
  }

  @Mixin private Help help;
  @Mixin private RuleOptions rules;

  @Parameters(index = "0", paramLabel = "STAGE", description = "tokens, outline, tree, flow or held.")
  private Stage stage;

  @Parameters(index = "1", paramLabel = "FILE", description = "A C file; - for standard input.")
  private String file;

  @Parameters(index = "2", arity = "0..1", paramLabel = "FUNCTION", description = "Only this function.")
  private String function;

  @Override
  public Integer call() {
    SourceText text = read();
    Optional<String> only = Optional.ofNullable(function);
    System.out.print(switch (stage) {
      case tokens -> keeper.c.Dump.tokens(text);
      case outline -> keeper.c.Dump.outline(text);
      case tree -> keeper.c.Dump.tree(text, only);
      case flow -> flow(text, only);
      case held -> held(text, only);
    });
    return 0;
  }

  private String flow(SourceText text, Optional<String> only) {
    Rules read = rules.rules();
    return keeper.flow.Dump.flow(text, only, new Kernel(read.locks(), read.sleepers()));
  }

  private String held(SourceText text, Optional<String> only) {
    Rules read = rules.rules();
    StringBuilder all = new StringBuilder();
    List<String> names = only.isPresent() ? List.of(only.get()) : Outline.of(text).functions().stream().map(Function::name).distinct().toList();
    for (String name : names) all.append(keeper.lock.Dump.held(text, name, read.locks(), read.sleepers()));
    return all.toString();
  }

  private SourceText read() {
    try {
      byte[] bytes = file.equals("-") ? System.in.readAllBytes() : Files.readAllBytes(Path.of(file));
      return SourceText.of(file, bytes);
    } catch (IOException e) {
      throw new Refusal(Refusal.INPUT, file + ": cannot be read: " + e.getMessage());
    }
  }
}
