// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import keeper.text.Problem;
import keeper.text.SourceText;
import org.junit.jupiter.api.Test;

class RulesTest {
  private static final String TABLE = """
      # a table
      # name	kind	effect	mode	arg	lock	returns	context	sleeps	in	sites	notes
      box_lock	mutex	acquire	exclusive	0	->lock	void	-	yes	yes	1	-
      box_lock_irqsave	spin	acquire	exclusive	0	-	void	irq-off, saves flags in arg 1	no	yes	1	-
      box_trylock	mutex	try-acquire	exclusive	0	-	nonzero-on-success	-	no	yes	1	-
      rtnl_lock	mutex	acquire	exclusive	none	global &rtnl_mutex	void	-	yes	yes	1	-
      """;

  @Test
  void aRowIsFoundByItsNameAlone() {
    LockApi locks = LockApi.of(SourceText.of("lock-api.tsv", TABLE));
    assertThat(locks.function("box_lock")).get().satisfies(entry -> {
      assertThat(entry.effect()).isEqualTo(LockApi.Effect.ACQUIRE);
      assertThat(entry.lock()).isEqualTo("->lock");
      assertThat(entry.sleeps()).isTrue();
    });
    assertThat(locks.function("box_lock_irqsave")).get().satisfies(entry -> {
      assertThat(entry.irqOff()).isTrue();
      assertThat(entry.flags()).isEqualTo(1);
    });
    assertThat(locks.function("box_trylock").orElseThrow().returns()).isEqualTo(LockApi.Returns.ON_NONZERO);
    assertThat(locks.function("rtnl_lock").orElseThrow().global()).isEqualTo("rtnl_mutex");
    assertThat(locks.function("box")).isEmpty();
    assertThat(locks.function("zzz")).isEmpty();
    assertThat(locks.function("")).isEmpty();
  }

  @Test
  void aRowOutOfOrderIsAProblem() {
    String swapped = TABLE.replace("box_lock\t", "zoo_lock\t");
    assertThat(Rules.read(new TreeMap<>(java.util.Map.of("kernel/lock-api.tsv", SourceText.of("kernel/lock-api.tsv", swapped)))).problems())
        .singleElement().satisfies(problem -> assertThat(problem.toString()).startsWith("kernel/lock-api.tsv:4:1: row box_lock_irqsave is out of order"));
  }

  @Test
  void aGuardedMemberIsReadWithItsReasonAndItsPlace() {
    Rules rules = rules("""
        /** Signalled under igate. */
        @Paths("drivers/box/") @Origin({"b872d0640840"})
        class box {
          @GuardedBy(value = igate, access = {write, free}, readers = rcu) @Except({box_init, box_exit})
          ctx err, req;
          @GuardedBy("&box_lock") @Named("private")
          Object private_;
        }
        """);
    assertThat(rules.problems()).isEmpty();
    assertThat(rules.of("drivers/other/a.c")).isEmpty();
    List<Rule> found = rules.of("drivers/box/a.c");
    assertThat(found).hasSize(3);
    Rule.Guarded err = (Rule.Guarded) found.get(0);
    assertThat(err.struct()).isEqualTo("box");
    assertThat(err.member()).isEqualTo("err");
    assertThat(err.lock().path()).isEqualTo("igate");
    assertThat(err.accesses()).containsExactlyInAnyOrder(Rule.Access.WRITE, Rule.Access.FREE);
    assertThat(err.rcuReaders()).isTrue();
    assertThat(err.except()).isEqualTo(Set.of("box_init", "box_exit"));
    assertThat(err.why()).isEqualTo("Signalled under igate.");
    assertThat(err.origin()).containsExactly("b872d0640840");
    assertThat(err.at().line()).isEqualTo(5);
    Rule.Guarded named = (Rule.Guarded) found.get(2);
    assertThat(named.member()).isEqualTo("private");
    assertThat(named.lock().root()).isEqualTo(LockName.Root.GLOBAL);
    assertThat(named.lock().path()).isEqualTo("box_lock");
  }

  @Test
  void brokenRulesAreOneLineWithPlaceAndMend() {
    assertThat(problem("@Paths(\"x/\")\nclass box {\n  @GuardBy(igate) ctx err;\n}\n")).isEqualTo("a.rule:3:3: unknown annotation @GuardBy (did you mean @GuardedBy?)");
    assertThat(problem("class box {\n  @GuardedBy(igate) ctx err;\n}\n")).startsWith("a.rule:1:1: no @Paths");
    assertThat(problem("@Paths(\"x/\")\nclass box {\n  @GuardedBy(igate) ctx err\n}\n")).startsWith("a.rule:3:25: this is not a header in Java's syntax");
    assertThat(problem("@Paths(\"x/\")\nclass box {\n  @GuardedBy(value = igate, acces = write) ctx err;\n}\n")).startsWith("a.rule:3:29: @GuardedBy has no acces (did you mean access?)");
    assertThat(problem("@Paths(\"x/\")\nclass box {\n  @GuardedBy(value = igate, access = wrte) ctx err;\n}\n")).contains("unknown kind of access wrte (did you mean write?)");
    assertThat(problem("@Paths(\"x/\")\nclass box {\n  @Except(f) ctx err;\n}\n")).contains("@Except without @GuardedBy");
    assertThat(problem("@Paths(\"x/\")\nclass box {\n  @GuardedBy ctx err;\n}\n")).contains("@GuardedBy needs a lock");
    assertThat(problem("@Paths(\"x/\")\nenum box { A }\n")).contains("only class");
    assertThat(problem("@Paths(\"x/\")\ninterface box {\n  @Requires(dev.igate) void f(box vdev);\n}\n")).contains("f() has no parameter dev");
  }

  @Test
  void theRevisionChangesWithAnyByteAndAnyName() {
    String one = rules("@Paths(\"x/\") class a {}\n").revision();
    assertThat(one).matches("[0-9a-f]{12}").isEqualTo(rules("@Paths(\"x/\") class a {}\n").revision());
    assertThat(rules("@Paths(\"x/\") class b {}\n").revision()).isNotEqualTo(one);
  }

  private static String problem(String rule) {
    List<Problem> problems = rules(rule).problems();
    assertThat(problems).hasSize(1);
    return problems.get(0).toString();
  }

  private static Rules rules(String rule) {
    return Rules.read(new TreeMap<>(java.util.Map.of("a.rule", SourceText.of("a.rule", rule))));
  }
}
