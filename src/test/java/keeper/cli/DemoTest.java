// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole path, from an archive to the chain of fixes, with every real part: git, database, rules, letters. */
class DemoTest {
  @TempDir Path folder;

  @Test
  void theStoryIsToldFromTheFirstMailToTheChain() {
    Path place = folder.resolve("demo");
    Run demo = Run.of("demo", "--dir", place.toString());
    assertThat(demo.err()).isEmpty();
    assertThat(demo.code()).isZero();
    // The leak fix and its fix are answered, the one that takes the lock is not.
    assertThat(demo.out())
        .contains("Does eventfd_ctx_put() of vdev->err_trigger need vdev->igate?")
        .contains("Does this store to vdev->err_trigger need vdev->igate?")
        .contains("In-Reply-To: <20260316110000.9-1-cleo@sample.example>")
        .containsPattern("Lock\\s+held here: vdev->open_lock\\.")
        .contains("No letter: nothing new was found");
    // The ids are those that git gives to the same commits: the mails name them.
    assertThat(demo.out()).contains("commit 581a4fee06a4.").contains("commit b4f996426a17.");
    assertThat(demo.out()).contains("fixed by b4f996426a17").contains("fixed by 358c66debfe9").contains("its text also names b4f996426a17");

    String config = place.resolve("config").toString();
    String drafts = Run.of("outbox", "list", "--config", config).out();
    assertThat(drafts.lines().filter(line -> line.contains("held"))).hasSize(2);
    // The brake is pulled and released by hand.
    assertThat(Run.of("outbox", "brake", "--why", "too loud", "--config", config).out()).contains("outbox release");
    assertThat(Run.of("outbox", "release", "--config", config).out()).contains("the brake was on: too loud");
    assertThat(Run.of("outbox", "show", "--mbox", "--config", config).out()).startsWith("From lockkeeper@example.org ");
    // A second round finds nothing new and writes no second letter.
    Run again = Run.of("scan", "--config", config);
    assertThat(again.err()).isEmpty();
    assertThat(again.out()).contains("0 new mails, 0 series").contains("0 letters");
    assertThat(Run.of("outbox", "list", "--config", config).out()).isEqualTo(drafts);

    // A letter is named by its number, or by the mail that it answers; what is not there is one clear line.
    String shown = Run.of("outbox", "show", "2", "--config", config).out();
    assertThat(shown).contains("In-Reply-To: <20260316110000.9-1-cleo@sample.example>");
    assertThat(Run.of("outbox", "show", "https://lore.kernel.org/all/20260316110000.9-1-cleo@sample.example/", "--config", config).out()).isEqualTo(shown);
    Run missing = Run.of("outbox", "show", "77", "--config", config);
    assertThat(missing.code()).isEqualTo(2);
    assertThat(missing.err()).isEqualTo("lockkeeper: no letter 77 (try: lockkeeper outbox list --all)\n");

    Run why = Run.of("why", "20260330120000.4-1-dora@sample.example", "--config", config);
    assertThat(why.out()).contains("take igate").contains("nothing new was found").contains("resolved");
    Run open = Run.of("findings", "list", "--config", config);
    assertThat(open.code()).isEqualTo(1);
    String id = open.out().substring(0, 12);
    assertThat(Run.of("explain", id, "--config", config).out()).contains("sample_pci_close()").contains("held: vdev->open_lock");
    assertThat(Run.of("findings", "close", id, "--why", "the caller holds it", "--config", config).out()).contains("invalid");
    assertThat(Run.of("findings", "list", "--config", config).out()).doesNotContain(id);
  }

  @Test
  void anExistingFolderIsNotTouched() {
    Run refused = Run.of("demo", "--dir", folder.toString());
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).isEqualTo("lockkeeper: --dir: " + folder + " exists already; name a new folder\n");
  }
}
