// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import keeper.bot.Settings;
import keeper.reply.Channel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings that change while the bot serves. */
class ServiceTest {
  private static final String TEA = "tea@vger.kernel.org";

  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    Files.createDirectories(folder.resolve("config"));
    Files.writeString(folder.resolve("config/lockkeeper.toml"), "database = \"db\"\n");
    Files.writeString(folder.resolve("config/trees.toml"), "");
    lists("channel = \"web\"");
  }

  private void lists(String key) throws IOException {
    Files.writeString(folder.resolve("config/lists.toml"), "[\"" + TEA + "\"]\nepoch_url = \"archive\"\n" + key + "\n");
  }

  private static Channel channel(Service service) {
    return service.settings().policies().of(TEA).orElseThrow().channel();
  }

  @Test
  void aChangedPolicyIsTakenUpAndABrokenOneLeavesTheOldInForceAndIsToldOnce() throws IOException {
    try (Service service = Service.open(ServiceOptions.of(folder.resolve("config")), new RuleOptions())) {
      assertThat(service.refresh()).isEmpty();
      lists("channel = \"author\"");
      assertThat(service.refresh()).containsExactly("the settings have changed");
      assertThat(channel(service)).isEqualTo(Channel.AUTHOR);
      lists("chanel = \"shadow\"");
      assertThat(service.refresh()).singleElement().satisfies(line -> assertThat(line).startsWith("the old settings stay in force: ").contains("lists.toml:3").contains("chanel"));
      assertThat(service.refresh()).as("told once").isEmpty();
      assertThat(channel(service)).isEqualTo(Channel.AUTHOR);
      lists("channel = \"shadow\"");
      assertThat(service.refresh()).containsExactly("the settings have changed");
      assertThat(channel(service)).isEqualTo(Channel.SHADOW);
      assertThat(service.settings().lists()).extracting(Settings.ListSource::cron).containsExactly("0 0/15 * * * ?");
    }
  }
}
