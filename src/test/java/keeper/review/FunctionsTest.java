// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.review;

import static org.assertj.core.api.Assertions.assertThat;

import keeper.c.Outline;
import keeper.text.SourceText;
import org.junit.jupiter.api.Test;

/** Which old function became which new one. */
class FunctionsTest {
  private static final String BODY = """
      {
      	spin_lock(&lamp->lock);
      	lamp->lit = false;
      	clk_disable(lamp->clk);
      	spin_unlock(&lamp->lock);
      }
      """;

  @Test
  void aRenamedFunctionKeepsItsOldName() {
    Functions functions = functions("static void off(struct lamp *lamp)\n" + BODY, "static void lamp_off(struct lamp *lamp)\n" + BODY);
    assertThat(functions.oldName("lamp_off")).isEqualTo("off");
    assertThat(functions.changed()).containsExactly("lamp_off");
  }

  @Test
  void whatIsTakenOutOfAFunctionWasThereBefore() {
    String after = "static void lamp_cleanup(struct lamp *lamp)\n" + BODY + "\nstatic void lamp_remove(struct lamp *lamp)\n{\n\tlamp_cleanup(lamp);\n\tkfree(lamp);\n}\n";
    assertThat(functions("static void lamp_remove(struct lamp *lamp)\n" + BODY, after).oldName("lamp_cleanup")).isEqualTo("lamp_remove");
  }

  @Test
  void aNewFunctionIsNobodysChild() {
    String after = "static void off(struct lamp *lamp)\n" + BODY + "\nstatic int lamp_read(struct lamp *lamp)\n{\n\tint lit = lamp->lit;\n\n\ttrace(lit);\n\treturn lit;\n}\n";
    assertThat(functions("static void off(struct lamp *lamp)\n" + BODY, after).oldName("lamp_read")).isEqualTo("lamp_read");
  }

  @Test
  void blanksAreNoChange() {
    assertThat(functions("static void off(struct lamp *lamp)\n" + BODY, "static void off(struct lamp *lamp)\n\n" + BODY.replace("\t", "        ")).changed()).isEmpty();
  }

  private static Functions functions(String before, String after) {
    return Functions.of(Outline.of(SourceText.of("lamp.c", before)).functions(), Outline.of(SourceText.of("lamp.c", after)).functions());
  }
}
