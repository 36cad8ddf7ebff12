// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tables of a database that SQLite wrote: pages of 512 bytes, so that 40 rows make a tree, and long ones go over several pages. */
class SqliteFileTest {
  private static byte[] bytes() throws IOException {
    try (InputStream in = SqliteFileTest.class.getResourceAsStream("verhaal.db")) {
      return in.readAllBytes();
    }
  }

  private static List<Map<String, Object>> rows(byte[] file, String table) {
    List<Map<String, Object>> rows = new ArrayList<>();
    SqliteFile.of(ByteBuffer.wrap(file)).rows(table, rows::add);
    return rows;
  }

  @Test
  void rowsOfATreeAndOfSeveralPages() throws IOException {
    List<Map<String, Object>> commits = rows(bytes(), "commits");
    assertThat(commits).hasSize(40);
    assertThat(commits.get(39)).containsEntry("release", "6.39").containsEntry("mainline", 1L).containsEntry("mainline_id", null);
    assertThat(commits.get(39).get("fixes").toString().split(" ")).hasSize(39).allMatch(id -> id.length() == 40);
    assertThat(rows(bytes(), "version")).singleElement().satisfies(row -> assertThat(row).containsEntry("id", 7L).containsEntry("many", "long ".repeat(600)));
    assertThat(rows(bytes(), "fixes")).extracting(row -> row.get("sha_invalid")).containsExactly("1234567890ab", "abcdefabcdef");
  }

  @Test
  void whatIsNoneOrDamagedIsOneReason() throws IOException {
    byte[] whole = bytes();
    assertThatThrownBy(() -> rows(new byte[200], "commits")).isInstanceOf(IllegalArgumentException.class).hasMessage("no SQLite database");
    assertThatThrownBy(() -> rows(whole, "nothing")).isInstanceOf(IllegalArgumentException.class).hasMessage("it has no table nothing");
    for (int length = 100; length < whole.length; length += 97) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> { for (String table : List.of("commits", "version")) rows(cut, table); }).as("%d bytes", length).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void anyByteMayBeWrong() throws IOException {
    byte[] whole = bytes();
    for (int at = 16; at < whole.length; at += 13) {
      byte[] wrong = whole.clone();
      wrong[at] ^= (byte) 0xff;
      try {
        rows(wrong, "commits");
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageNotContaining("Exception");
      }
    }
  }
}
