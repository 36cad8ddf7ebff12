// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import keeper.text.SourceText;
import org.junit.jupiter.api.Test;

class ParserTest {
  private static final String ORDINARY = """
      static int reset_port(struct port *port, u32 flags)
      	__must_hold(&port->lock)
      {
      	struct request *req, *next = NULL;
      	u32 __iomem *regs = port->base + 4;

      	if (!(flags & RESET_HARD) || (u32)port->state < 3)
      		return -EINVAL;
      	list_for_each_entry_safe(req, next, &port->queue, link) {
      		list_del(&req->link);
      		kfree(req);
      	}
      	guard(mutex)(&port->lock);
      	switch (flags) {
      	case 1 ... 3:
      		port->count++;
      		fallthrough;
      	default:
      		goto out;
      	}
      out:
      	return port->ops->reset ? port->ops->reset(port) : 0;
      }
      """;

  private static Function only(String text) {
    List<Function> functions = Parser.functions(SourceText.of("drivers/port.c", text));
    assertThat(functions).hasSize(1);
    return functions.get(0);
  }

  @Test
  void headOfAFunction() {
    Function function = only(ORDINARY);
    assertThat(function.name()).isEqualTo("reset_port");
    assertThat(function.isStatic()).isTrue();
    assertThat(function.returns().base()).isEqualTo("int");
    assertThat(function.parameters()).extracting(Parameter::name).containsExactly("port", "flags");
    assertThat(function.parameters().get(0).type().struct()).contains("port");
    assertThat(function.attributes()).extracting(Attribute::name).containsExactly("__must_hold");
    assertThat(function.line()).isEqualTo(1);
    assertThat(function.endLine()).isEqualTo(23);
  }

  @Test
  void ordinaryCodeIsReadWithoutAnUnreadPiece() {
    Statement.Compound body = Parser.body(only(ORDINARY));
    assertThat(body.all(Statement.Unread.class)).isEmpty();
    assertThat(body.all(Expression.Unread.class)).isEmpty();
    assertThat(body.body()).extracting(statement -> statement.getClass().getSimpleName())
        .containsExactly("Declaration", "Declaration", "If", "Block", "Evaluate", "Switch", "Label", "Return");
    assertThat(body.all(Statement.Case.class)).singleElement().satisfies(label -> assertThat(label.to()).isPresent());
    assertThat(body.all(Expression.Cast.class)).singleElement().satisfies(cast -> assertThat(cast.type().base()).isEqualTo("u32"));
  }

  @Test
  void firstArgumentNamesAFunctionThatAMacroDefines() {
    Function function = only("""
        SYSCALL_DEFINE2(probe_port, int, number, char __user *, name)
        {
        	return 0;
        }
        """);
    assertThat(function.name()).isEqualTo("probe_port");
    assertThat(function.macro()).isEqualTo("SYSCALL_DEFINE2");
    assertThat(function.parameters()).extracting(Parameter::name).containsExactly("number", "name");
    assertThat(function.parameters().get(1).type()).hasToString("char *");
  }
}
