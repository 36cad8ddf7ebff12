// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.bot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import keeper.reply.Channel;
import keeper.text.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  @TempDir Path top;

  private Settings.Loaded load(String service, String lists, String trees, Map<String, String> environment) throws IOException {
    Path folder = Files.createDirectories(top.resolve("config"));
    Files.writeString(folder.resolve("lockkeeper.toml"), service);
    Files.writeString(folder.resolve("lists.toml"), lists);
    Files.writeString(folder.resolve("trees.toml"), trees);
    return Settings.load(folder, environment::get);
  }

  private static List<String> texts(Settings.Loaded loaded) {
    return loaded.problems().stream().map(Problem::toString).map(text -> text.substring(text.indexOf("config/") + 7)).toList();
  }

  @Test
  void theFilesThatShipAreRightAndSendNothing() {
    Settings.Loaded loaded = Settings.load(Path.of("config"), name -> null);
    assertThat(loaded.problems()).isEmpty();
    Settings settings = loaded.settings();
    assertThat(settings.smtp().sends()).isFalse();
    assertThat(settings.host()).isEqualTo("127.0.0.1");
    assertThat(settings.lists()).extracting(Settings.ListSource::list).containsExactly("kvm@vger.kernel.org", "iommu@lists.linux.dev");
    assertThat(settings.policies().lists().values()).allMatch(policy -> policy.channel().compareTo(Channel.WEB) <= 0);
    assertThat(settings.policies().of("linux-kernel@vger.kernel.org").orElseThrow().follows()).isTrue();
  }

  /** The usual values stand in the files, so that people see them; a key that is left out means the same. */
  @Test
  void theFileSaysWhatIsUsual() throws IOException {
    Settings empty = load("", "", "", Map.of()).settings();
    Settings shipped = Settings.load(Path.of("config"), name -> null).settings();
    assertThat(shipped.smtp()).usingRecursiveComparison().ignoringFields("brakeFile").isEqualTo(empty.smtp());
    assertThat(Path.of(shipped.smtp().brakeFile()).getFileName()).isEqualTo(Path.of(empty.smtp().brakeFile()).getFileName());
    assertThat(shipped.identity()).isEqualTo(empty.identity());
    assertThat(shipped.limits()).isEqualTo(empty.limits());
    assertThat(shipped.hearing()).isEqualTo(empty.hearing());
    assertThat(shipped.port()).isEqualTo(empty.port());
    assertThat(shipped.logLevel()).isEqualTo(empty.logLevel());
    assertThat(Path.of(shipped.database()).getFileName()).isEqualTo(Path.of(empty.database()).getFileName());
  }

  /** A comment stands above every key of the three files. */
  @Test
  void everyKeyIsCommented() throws IOException {
    for (String name : List.of("lockkeeper.toml", "lists.toml", "trees.toml")) {
      String before = "";
      for (String line : Files.readAllLines(Path.of("config", name))) {
        boolean key = line.matches("[a-z_]+ = .*") || line.matches("\\[[a-z]+]");
        boolean explained = before.startsWith("#") || before.matches("[a-z_]+ = .*") || before.startsWith("[");
        assertThat(!key || explained).as(name + ": " + line).isTrue();
        if (!line.isBlank()) before = line;
      }
    }
  }

  @Test
  void mistakesAreFoundWithTheirPlaceAllAtOnce() throws IOException {
    Settings.Loaded loaded = load("""
        [smtp]
        servr = "mail.example.org"
        """, """
        [defaults]
        channel = "wbe"
        ["kvm@vger.kernel.org"]
        epoch_url = "https://lore.kernel.org/kvm"
        cc = ["nobody at home"]
        trees = ["nowhere"]
        ["KVM@vger.kernel.org"]
        [tea]
        """, """
        [[tree]]
        name = "a"
        """, Map.of());
    assertThat(texts(loaded)).containsExactly(
        "lockkeeper.toml:2: unknown key servr (did you mean server?)",
        "lists.toml:2: channel = \"wbe\" is none of shadow, web, author, list (did you mean web?)",
        "lists.toml:5: cc has \"nobody at home\", which is not a mail address",
        "lists.toml:6: trees has \"nowhere\", which is not a tree of trees.toml",
        "lists.toml:7: KVM@vger.kernel.org has two sections",
        "lists.toml:8: a section is named by a list's address in quotes, [\"kvm@vger.kernel.org\"]; this is none: tea",
        "trees.toml:2: a tree needs a name and a path");
  }

  @Test
  void aMissingFileIsOneLine() {
    assertThat(Settings.load(top.resolve("nothing"), name -> null).problems()).hasSize(3)
        .allMatch(problem -> problem.message().startsWith("not there"));
  }

  @Test
  void thePasswordComesFromTheEnvironmentAndIsNeverShown() throws IOException {
    String service = """
        [identity]
        sender_address = "bot@tea.org"
        [smtp]
        server = "mail.tea.org"
        username = "bot"
        dry_run = false
        """;
    Settings.Loaded with = load(service, "", "", Map.of(Settings.PASSWORD, "hunter2"));
    assertThat(with.problems()).isEmpty();
    assertThat(with.settings().smtp().password()).isEqualTo("hunter2");
    assertThat(with.settings().toString()).doesNotContain("hunter2");
    assertThat(texts(load(service, "", "", Map.of()))).containsExactly(
        "lockkeeper.toml:5: username needs a password in the environment variable LOCKKEEPER_SMTP_PASSWORD".replace("username needs", "needs"));
    assertThat(texts(load(service.replace("username = \"bot\"", "password = \"x\""), "", "", Map.of())).get(0)).contains("unknown key password");
  }

  @Test
  void nothingGoesInClearOverTheNetwork() throws IOException {
    assertThat(texts(load("[smtp]\nserver = \"mail.tea.org\"\nsecurity = \"none\"\n", "", "", Map.of()))).singleElement().asString().contains("in clear");
    assertThat(load("[smtp]\nserver = \"localhost\"\nsecurity = \"none\"\n", "", "", Map.of()).problems()).isEmpty();
  }
}
