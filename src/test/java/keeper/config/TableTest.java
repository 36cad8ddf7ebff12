// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import keeper.text.Problem;
import org.junit.jupiter.api.Test;

class TableTest {
  private enum Colour { RED, DARK_BLUE }

  @Test
  void readsWhatIsThereAndTheUsualElse() {
    Table table = Table.parse("a.toml", """
        name = "kettle"
        litres = 3
        colour = "dark-blue"
        [plug]
        earthed = true
        countries = ["ch", "it"]
        """);
    assertThat(table.text("name", "pot")).isEqualTo("kettle");
    assertThat(table.text("other", "pot")).isEqualTo("pot");
    assertThat(table.number("litres", 1, 1, 5)).isEqualTo(3);
    assertThat(table.choice("colour", Colour.RED, Colour.class)).isEqualTo(Colour.DARK_BLUE);
    assertThat(table.table("plug").flag("earthed", false)).isTrue();
    assertThat(table.table("plug").texts("countries", List.of())).containsExactly("ch", "it");
    assertThat(table.table("nothing").text("x", "y")).isEqualTo("y");
  }

  @Test
  void unknownKeyHasItsLineAndASuggestion() {
    Table table = Table.parse("a.toml", """
        # a comment
        [defaults]
        list = [
          "not_a_key = 1",
        ]
        chanel = "web"
        """);
    Table defaults = table.table("defaults");
    defaults.texts("list", List.of());
    defaults.text("channel", "");
    table.finish();
    assertThat(table.problems()).extracting(Problem::toString)
        .containsExactly("a.toml:6: unknown key chanel (did you mean channel?)");
  }

  @Test
  void everyMistakeIsFoundInOneReading() {
    Table table = Table.parse("a.toml", """
        litres = "three"
        most = 900
        colour = "reed"
        ["kvm@vger.kernel.org"]
        cc = ["no address", "no address"]
        """);
    table.number("litres", 1, 1, 5);
    table.number("most", 1, 1, 5);
    table.choice("colour", Colour.RED, Colour.class);
    table.others().get("kvm@vger.kernel.org").texts("cc", List.of(), text -> text.contains("@"), "a mail address");
    table.finish();
    assertThat(table.problems()).extracting(Problem::toString).containsExactly(
        "a.toml:1: litres must be a whole number",
        "a.toml:2: most = 900 is not between 1 and 5",
        "a.toml:3: colour = \"reed\" is none of red, dark-blue (did you mean red?)",
        "a.toml:5: cc has \"no address\", which is not a mail address",
        "a.toml:5: cc has \"no address\", which is not a mail address");
  }

  @Test
  void listsOfTablesKnowTheirLines() {
    Table table = Table.parse("a.toml", """
        [[tree]]
        name = "a"

        [[tree]]
        nme = "b"
        """);
    for (Table tree : table.tables("tree")) tree.text("name", "");
    table.finish();
    assertThat(table.problems()).extracting(Problem::toString).containsExactly("a.toml:5: unknown key nme (did you mean name?)");
  }

  @Test
  void aSyntaxErrorIsAProblemWithItsLineAndSoIsATableThatComesTwice() {
    assertThat(Table.parse("a.toml", "x = 1\ny = = 2\n").problems().get(0).toString()).startsWith("a.toml:2:").contains("not TOML");
    List<Problem> twice = Table.parse("a.toml", "[\"a@b.c\"]\n[\"a@b.c\"]\n").problems();
    assertThat(twice).hasSize(1);
    assertThat(twice.get(0).place().line()).isEqualTo(2);
  }

  @Test
  void anyPrefixOfAFileIsReadWithoutAnException() {
    String text = "a = [\"x\", '''y\nz''']\n[b.\"c.d\"] # e\nf = { g = 1, h = 2026-01-01 }\n[[i]]\nj = \"\"\"k\n\"\"\"\n";
    for (int i = 0; i <= text.length(); i++) {
      Table table = Table.parse("a.toml", text.substring(0, i));
      table.texts("a", List.of());
      table.others();
      table.tables("i");
      table.finish();
      assertThat(table.problems()).isNotNull();
    }
  }
}
