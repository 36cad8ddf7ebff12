// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import keeper.text.SourceText;
import org.junit.jupiter.api.Test;

class VariantTest {
  private static Function function(String text) {
    return Parser.functions(SourceText.of("x.c", text)).get(0);
  }

  private static List<String> calls(Function function, Variant variant) {
    return Parser.body(function, variant).all(Expression.Call.class).flatMap(call -> call.name().stream()).toList();
  }

  private static final String THREE_WAYS = """
      int f(void)
      {
      #if A > 1
      	first();
      #elif A
      	second();
      #else
      	third();
      #endif
      #ifdef B
      	only_b();
      #endif
      #if 0
      	dead();
      #endif
      }
      """;

  @Test
  void codeWithoutGroupsHasOneReading() {
    assertThat(Variant.of(function("int f(void)\n{\n\ta();\n}\n"))).containsExactly(Variant.FIRST);
    assertThat(Variant.of(function("int f(void)\n{\n#if 0\n\ta();\n#endif\n\tb();\n}\n"))).containsExactly(Variant.FIRST);
  }

  @Test
  void firstAndLastBranches() {
    Function function = function(THREE_WAYS);
    assertThat(Variant.of(function)).containsExactly(Variant.FIRST, Variant.LAST);
    assertThat(calls(function, Variant.FIRST)).containsExactly("first", "only_b");
    assertThat(calls(function, Variant.LAST)).containsExactly("third");
  }

  @Test
  void aLineInTheMiddleBranchHasItsOwnReading() {
    Function function = function(THREE_WAYS);
    assertThat(Variant.live(function, 4)).isEqualTo(Variant.FIRST);
    assertThat(Variant.live(function, 8)).isEqualTo(Variant.LAST);
    Variant live = Variant.live(function, 6);
    assertThat(live.name()).isEqualTo("live 6");
    assertThat(calls(function, live)).containsExactly("second", "only_b");
    assertThat(Variant.live(function, 14)).as("dead code lives in no reading").isEqualTo(Variant.FIRST);
  }

  @Test
  void aQuestionAskedTwiceGetsOneAnswer() {
    Function function = function("""
        int f(void)
        {
        #ifdef CONFIG_SMP
        	lock();
        #endif
        #if !defined(CONFIG_SMP)
        	single();
        #endif
        #ifdef CONFIG_SMP
        	unlock();
        #else
        	nothing();
        #endif
        }
        """);
    assertThat(calls(function, Variant.FIRST)).containsExactly("lock", "unlock");
    assertThat(calls(function, Variant.LAST)).containsExactly("single", "nothing");
    assertThat(calls(function, Variant.live(function, 7))).containsExactly("single", "nothing");
  }

  @Test
  void branchesAreChosenUntilBracesBalance() {
    Function function = function("""
        int f(void)
        {
        #ifdef A
        	if (a()) {
        #endif
        		b();
        #if B && C
        	} else {
        		c();
        #endif
        #if D > 1
        	}
        #endif
        	d();
        }
        """);
    for (Variant variant : Variant.of(function)) {
      Statement.Compound body = Parser.body(function, variant);
      assertThat(body.all(Statement.Unread.class)).isEmpty();
      assertThat(calls(function, variant)).endsWith("d");
    }
  }
}
