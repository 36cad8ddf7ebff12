// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people type, and what comes back: outputs, exit codes, one clear line for what is wrong. */
class CommandsTest {
  @TempDir Path folder;
  private Path tree;
  private Path leak;
  private Path lock;

  @BeforeEach
  void aTreeAndTwoMails() throws IOException {
    tree = folder.resolve("linux");
    copy("tree/drivers/vfio/pci/vfio_pci_sample.c", tree.resolve("drivers/vfio/pci/vfio_pci_sample.c"));
    copy("tree/include/linux/vfio_pci_core.h", tree.resolve("include/linux/vfio_pci_core.h"));
    leak = copy("mails/1-put-on-the-last-close.eml", folder.resolve("leak.eml"));
    lock = copy("mails/3-take-igate.eml", folder.resolve("lock.eml"));
  }

  @Test
  void aReviewSaysWhereWhatAndWhichLock() {
    Run run = Run.of("review", "--tree", tree.toString(), leak.toString());
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out())
        .contains("vfio_pci_sample.c:59:")
        .contains("Does eventfd_ctx_put() of vdev->err_trigger need vdev->igate?")
        .contains("held  vdev->open_lock")
        .contains("rule  vfio/eventfd-under-igate")
        .contains("(blob)");
  }

  @Test
  void hunksAloneAreJudgedWithoutATree() {
    Run run = Run.of("review", leak.toString());
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).contains("vdev->igate").contains("judged against the hunks alone").contains("assuming");
  }

  @Test
  void theFixIsSilent() {
    Run run = Run.of("review", lock.toString());
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
  }

  @Test
  void jsonHasTheFieldsOfTheContract() throws IOException {
    Run run = Run.of("review", "--format", "json", "--tree", tree.toString(), leak.toString());
    JsonNode patch = new ObjectMapper().readTree(run.out()).path("patches").path(0);
    assertThat(patch.path("status").asText()).isEqualTo("reviewed");
    assertThat(patch.path("base").path("kind").asText()).isEqualTo("blob");
    assertThat(patch.path("messageId").asText()).isEqualTo("20260309100000.7-1-bela@sample.example");
    JsonNode finding = patch.path("findings").path(0);
    assertThat(finding.path("check").asText()).isEqualTo("unguarded-access");
    assertThat(finding.path("function").asText()).isEqualTo("sample_pci_close");
    assertThat(finding.path("lock").asText()).isEqualTo("vdev->igate");
    assertThat(finding.path("subject").asText()).isEqualTo("vdev->err_trigger");
    assertThat(finding.path("held").path(0).asText()).isEqualTo("vdev->open_lock");
    assertThat(finding.path("line").asInt()).isEqualTo(59);
    assertThat(finding.path("introduced").asBoolean()).isTrue();
    assertThat(Run.of("review", "--format", "json", "--tree", tree.toString(), leak.toString()).out()).isEqualTo(run.out());
  }

  @Test
  void terseIsOneLineAFinding() {
    Run run = Run.of("review", "--format", "terse", "--tree", tree.toString(), leak.toString());
    assertThat(run.out().lines()).hasSize(2).allMatch(line -> line.matches("drivers/vfio/pci/vfio_pci_sample\\.c:\\d+: (WARNING|ERROR): \\[unguarded-access\\] .*"));
  }

  @Test
  void mailIsTheLetter() {
    Run run = Run.of("review", "--format", "mail", "--tree", tree.toString(), leak.toString());
    assertThat(run.out()).contains("In-Reply-To: <20260309100000.7-1-bela@sample.example>").contains("Auto-Submitted: auto-generated")
        .contains("> +\t\t\teventfd_ctx_put(vdev->err_trigger);");
  }

  @Test
  void partsOfOneInputAreJudgedOneUponTheOther() throws IOException {
    String box = "From a@sample.example Mon Mar  9 10:00:00 2026\n" + Files.readString(leak).replace("[PATCH]", "[PATCH 1/2]")
        + "\nFrom a@sample.example Mon Mar  9 10:00:00 2026\n"
        + Files.readString(lock).replace("[PATCH]", "[PATCH 2/2]").replace("Dora Sample <dora@", "Bela Sample <bela@")
            .replace("List-Id", "In-Reply-To: <20260309100000.7-1-bela@sample.example>\nList-Id");
    Path mbox = Files.writeString(folder.resolve("series.mbox"), box);
    Run run = Run.of("review", "--tree", tree.toString(), mbox.toString());
    assertThat(run.out()).contains("2 new findings").contains("but   it is repaired by patch 2/2").contains("2 patches, 2 findings");
  }

  @Test
  void anAuditNeedsNoPatch() {
    Run run = Run.of("check", "--tree", tree.toString(), "drivers/vfio");
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).contains("1 file, ");
  }

  @Test
  void whatReviewPrintedIsExplainedFromTheSameInputs() {
    String printed = Run.of("review", "--format", "json", "--tree", tree.toString(), leak.toString()).out();
    java.util.regex.Matcher id = java.util.regex.Pattern.compile("\"id\": ?\"([0-9a-f]{12})\", ?\\s*\"check\"").matcher(printed);
    assertThat(id.find()).isTrue();
    Run run = Run.of("explain", id.group(1), "--tree", tree.toString(), leak.toString());
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).contains("[unguarded-access] id " + id.group(1)).contains("held here: none").contains("the shortest way to line");
    Run place = Run.of("explain", "drivers/vfio/pci/vfio_pci_sample.c:1", "--tree", tree.toString());
    assertThat(place.code()).isEqualTo(2);
    assertThat(place.err()).isEqualTo("lockkeeper: drivers/vfio/pci/vfio_pci_sample.c:1: not in a function\n");
    assertThat(Run.of("explain", "0123456789ab", "--tree", tree.toString(), leak.toString()).err()).isEqualTo("lockkeeper: 0123456789ab: no such finding in these inputs\n");
  }

  @Test
  void everyStagePrintsItself() {
    String file = tree.resolve("drivers/vfio/pci/vfio_pci_sample.c").toString();
    assertThat(Run.of("dump", "outline", file).out()).contains("function sample_pci_close(vdev: struct vfio_pci_core_device *)");
    assertThat(Run.of("dump", "flow", file, "sample_pci_request").out()).contains("call #0 mutex_lock(&vdev->igate)");
    assertThat(Run.of("dump", "held", file, "sample_pci_request").out()).contains("/* held: vdev->igate */");
    assertThat(Run.of("dump", "tokens", file).code()).isZero();
    assertThat(Run.of("dump", "tree", file, "sample_pci_close").code()).isZero();
  }

  @Test
  void badInputIsOneClearLineAndTheRestIsDone() throws IOException {
    Run run = Run.of("review", "no-such-file", leak.toString());
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).isEqualTo("lockkeeper: no-such-file: no such file, and no Message-ID or lore URL\n");
    assertThat(run.out()).contains("vdev->igate");

    Path junk = Files.write(folder.resolve("junk"), new byte[] {0, 1, 2, (byte) 0xff, '\n', 7});
    Run odd = Run.of("review", junk.toString());
    assertThat(odd.err()).doesNotContain("Exception").doesNotContain("\tat ");
  }

  @Test
  void aPatchThatFitsNoTreeIsJudgedByItsHunksAndSaysSo() throws IOException {
    Files.writeString(tree.resolve("drivers/vfio/pci/vfio_pci_sample.c"), "int other;\n");
    Run run = Run.of("review", "--tree", tree.toString(), leak.toString());
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out()).contains("judged against the hunks alone");
    assertThat(run.err()).doesNotContain("Exception");
  }

  @Test
  void usageIsOneLineAndTheCodeOfUsage() {
    for (List<String> wrong : List.of(List.of("reveiw"), List.of("review"), List.of("review", "--format", "xml", "x"), List.of("check", "--tree", "/no/such/tree", "a"),
        List.of("review", "--rules", "/no/such/rules", leak.toString()), List.of("scan", "--config", "/no/such/config"))) {
      Run run = Run.of(wrong.toArray(String[]::new));
      assertThat(run.code()).as(wrong.toString()).isIn(2, 3);
      assertThat(run.err().lines()).as(wrong.toString()).hasSize(1).allMatch(line -> line.startsWith("lockkeeper: "));
    }
  }

  @Test
  void aRuleThatDoesNotParseIsNamedWithItsPlace() throws IOException {
    Path rules = Files.createDirectories(folder.resolve("rules/vfio"));
    Files.writeString(rules.resolve("broken.rule"), "/** Why. */\n@Paths(\"drivers/vfio/\")\nclass a {\n  @GuardBy(lock) int b;\n}\n");
    Run run = Run.of("review", "--rules", folder.resolve("rules").toString(), leak.toString());
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("vfio/broken.rule:4:").contains("GuardedBy");
    assertThat(run.err().lines()).hasSize(1);
  }

  @Test
  void aWrongKeyInTheSettingsIsNamedWithItsPlace() throws IOException {
    Path config = Files.createDirectories(folder.resolve("config"));
    Files.writeString(config.resolve("lockkeeper.toml"), "databse = \"x\"\n");
    Files.writeString(config.resolve("lists.toml"), "");
    Files.writeString(config.resolve("trees.toml"), "");
    Run run = Run.of("scan", "--config", config.toString());
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("lockkeeper.toml:1").contains("database");
  }

  @Test
  void anUnreachableArchiveIsALineOfTheReport() throws IOException {
    Path config = Files.createDirectories(folder.resolve("config"));
    Files.writeString(config.resolve("lockkeeper.toml"), "");
    Files.writeString(config.resolve("trees.toml"), "");
    Files.writeString(config.resolve("lists.toml"), "[\"vfio@lists.example.org\"]\nepoch_url = \"/no/such/archive\"\n");
    Run run = Run.of("scan", "--config", config.toString());
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out()).contains("/no/such/archive");
    assertThat(run.out() + run.err()).doesNotContain("Exception").doesNotContain("\tat ");
  }

  @Test
  void rulesAreListedShownExplainedAndTried() {
    assertThat(Run.of("rules", "list").out()).contains("vfio/eventfd-under-igate").contains("err_trigger under igate").contains("sleep-in-atomic");
    assertThat(Run.of("rules", "show", "missing-unlock").out()).contains("What it finds");
    assertThat(Run.of("rules", "explain", "vfio/eventfd-under-igate").out()).contains("under igate, readers under RCU: ").contains("taught by 1518ac272e78").contains("not in vfio_pci_core_init_dev()")
        .contains("only where the tree has not rcu(vfio_pci_core_device.err_trigger)");
    assertThat(Run.of("rules", "list", "--db", "jdbc:h2:mem:ledger;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH").out()).contains("sleep-in-atomic  fired 0, invalid 0, fixed 0");
    Run tried = Run.of("rules", "try", "vfio");
    assertThat(tried.out()).containsPattern("[0-9]+ examples, 0 disagreements");
    assertThat(tried.code()).isZero();
    assertThat(Run.of("rules", "show", "no-such-rule").code()).isEqualTo(2);
  }

  private static Path copy(String resource, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    try (InputStream in = CommandsTest.class.getResourceAsStream("/keeper/cli/demo/" + resource)) {
      Files.copy(in, to);
    }
    return to;
  }
}
