// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import java.util.concurrent.Callable;
import keeper.store.Store;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Why a finding was raised. */
@Command(name = "explain", description = "A finding's locks, places and witnesses, in the order of the code.")
final class ExplainCommand implements Callable<Integer> {
  @Mixin private Help help;
  @Mixin private ServiceOptions service;

  @Parameters(paramLabel = "FINDING", description = "The finding's id.")
  private String identity;

  @Override
  public Integer call() {
    try (Store store = service.store()) {
      System.out.print(FindingsCommand.page(store, identity));
      return 0;
    }
  }
}
