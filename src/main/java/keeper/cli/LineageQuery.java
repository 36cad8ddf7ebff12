// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.concurrent.Callable;
import keeper.git.Code;
import keeper.lineage.Answer;
import keeper.lineage.Branches.Branch;
import keeper.lineage.Branches;
import keeper.lineage.Lineage;
import keeper.lineage.Member;
import keeper.lineage.Origin;
import keeper.lineage.Source.InHistory;
import keeper.store.Histories;
import keeper.store.Store;
import keeper.text.Printable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the questions to the lineage have in common: the index, a table as answer, its shapes. */
abstract class LineageQuery implements Callable<Integer> {
  /** How an answer is printed. */
  enum Shape {
    text,
    json,
    csv
  }

  @Mixin Help help;
  @Mixin ServiceOptions service;

  @Option(names = "--format", paramLabel = "F", description = "text, json or csv (default: ${DEFAULT-VALUE}).", defaultValue = "text")
  private Shape shape;

  @Override
  public Integer call() {
    try (Store store = keeps() ? service.store() : service.reading(); Index index = new Index(store)) {
      Answer answer = answer(index);
      System.out.print(switch (shape) {
        case text -> answer.text();
        case json -> answer.json();
        case csv -> answer.csv();
      });
      return 0;
    }
  }

  abstract Answer answer(Index index);

  /** Whether what is found out on the way (blame) is to be kept. */
  boolean keeps() {
    return false;
  }

  /** The index, and the code behind it for those who must look there. */
  static final class Index implements AutoCloseable {
    private final Store store;
    private final Code code;
    private Lineage lineage;

    Index(Store store) {
      this.store = store;
      this.code = Code.in(store.histories().paths().values().stream().map(Path::of).toList());
    }

    Store store() {
      return store;
    }

    Histories histories() {
      return store.histories();
    }

    Code code() {
      return code;
    }

    /** By tags and texts. */
    Lineage lineage() {
      if (lineage == null) lineage = Lineage.over(histories());
      return lineage;
    }

    /** With diffs and blame. */
    Lineage withHunks() {
      return Lineage.over(histories(), code::patch, this::origins);
    }

    /** Blame, asked once for each commit and kept. */
    List<Origin> origins(InHistory commit) {
      return histories().origins(commit.id()).orElseGet(() -> {
        List<Origin> found = code.origins(commit);
        if (!store.isReading()) histories().keepOrigins(commit.id(), found);
        return found;
      });
    }

    Branches branches() {
      return histories().branches();
    }

    /** A branch that people name; refuses what nobody has. */
    Branch branch(String name) {
      return branches().named(name).orElseThrow(() -> new Refusal(
          Refusal.USAGE, "there is no branch " + Printable.line(name) + "; there are "
              + (branches().all().isEmpty() ? "none yet: lockkeeper lineage index REPO" : String.join(", ", branches().all().stream().map(Branch::name).limit(30).toList()))));
    }

    /** Makes the branch's code known to {@link #code}. */
    void look(Branch branch) {
      for (InHistory head : histories().commits(List.of(branch.head()))) code.head(branch, head.id());
    }

    @Override
    public void close() {
      code.close();
    }
  }

  /** The one change that is meant; refuses when there is none, or more than one. */
  static Member meant(Lineage lineage, String asked) {
    List<Member> found = lineage.find(asked);
    if (found.size() == 1) return found.get(0);
    if (found.isEmpty()) throw new Refusal(Refusal.INPUT, "nothing is known of " + Printable.line(asked) + "; " + lineage.reach().line());
    StringBuilder names = new StringBuilder();
    for (Member member : found) names.append(names.isEmpty() ? "" : "; ").append(Printable.line(member.name()));
    throw new Refusal(Refusal.USAGE, Printable.line(asked) + " may mean " + names + "; give more digits");
  }

  /** {@code 2024-05-01}; the epoch when nothing is given. */
  static Instant since(String text) {
    if (text == null) return Instant.EPOCH;
    try {
      return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
    } catch (DateTimeParseException e) {
      throw new Refusal(Refusal.USAGE, "--since " + Printable.line(text) + ": a day is written 2024-05-01");
    }
  }
}
