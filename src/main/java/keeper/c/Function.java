// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

import java.util.List;
import keeper.text.SourceText;
import keeper.text.Span;

/**
 * A function definition as the outline cuts it out; its body is parsed by {@link Parser} when somebody asks.
 *
 * @param text the file
 * @param name the function's; of a macro that defines one, its first argument ({@code SYSCALL_DEFINE2(name, …)})
 * @param macro the defining macro ({@code SYSCALL_DEFINE2}), empty for plain C
 * @param returns what it returns
 * @param parameters in order
 * @param attributes before and after the parameter list, in order
 * @param isStatic whether {@code static} stands before it
 * @param isInline whether {@code inline}, {@code __always_inline} stands before it
 * @param head from the first token of the declaration to the brace, exclusive
 * @param body from the opening brace to the closing one, inclusive
 */
public record Function(
    SourceText text,
    String name,
    String macro,
    Type returns,
    List<Parameter> parameters,
    List<Attribute> attributes,
    boolean isStatic,
    boolean isInline,
    Span head,
    Span body) {
  public Function {
    parameters = List.copyOf(parameters);
    attributes = List.copyOf(attributes);
  }

  /** The line of the head's first token, from 1. */
  public int line() {
    return text.line(head.start());
  }

  /** The line of the closing brace, from 1. */
  public int endLine() {
    return text.line(Math.max(body.start(), body.end() - 1));
  }

  @Override
  public String toString() {
    return name + "() at " + text.place(head.start());
  }
}
