// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.flow;

import java.util.List;
import java.util.Optional;
import keeper.c.Type;
import keeper.text.Span;

/** One thing a function does, in the order in which it is done. */
public sealed interface Step {
  /** The piece of source that does it. */
  Span at();

  /** A member, element or variable is read. Plain local variables are read without a step unless their address was taken. */
  record Read(AccessPath path, Span at) implements Step {}

  /** {@code path} now holds {@code value}; {@code x++} and {@code x |= y} store a {@link Value.Computed} after a {@link Read}. */
  record Write(AccessPath path, Value value, Span at) implements Step {}

  /** {@code &path} is computed; as an argument it also stands in the call. */
  record Address(AccessPath path, Span at) implements Step {}

  /**
   * A call, or the use of a function-like macro.
   *
   * @param id unique in its graph; {@link Value.Result} refers to it
   * @param callee the name; empty for a call through a pointer
   * @param through the pointer's path when it is one ({@code ops->release})
   * @param arguments in order
   */
  record Call(int id, String callee, Optional<AccessPath> through, List<Value> arguments, Span at) implements Step {
    public Call {
      arguments = List.copyOf(arguments);
    }
  }

  /** A local variable begins to exist, without a value yet. */
  record Declare(String name, Type type, Span at) implements Step {}

  /**
   * A scope object begins: {@code guard(mutex)(&m)}, {@code scoped_guard(mutex, &m)}, {@code CLASS(fd, f)(n)}, a variable with {@code __free(kfree)}.
   *
   * @param scope unique in its graph
   * @param kind {@code guard}, {@code scoped_guard}, {@code scoped_cond_guard}, {@code CLASS}, {@code __free}, or another name that the vocabulary says runs its block once
   * @param type the class: {@code mutex}, {@code spinlock_irqsave}, {@code kfree}; the first argument of the macro
   * @param variable the declared variable, empty for a guard
   * @param arguments what the constructor gets
   */
  record Open(int scope, String kind, String type, String variable, List<Value> arguments, Span at) implements Step {
    public Open {
      arguments = List.copyOf(arguments);
    }
  }

  /** The scope object ends on this path; {@code at} is where control leaves its scope. Innermost first. */
  record Close(Open open, Span at) implements Step {}

  /** The function returns; empty when it falls off its end or returns nothing. */
  record Return(Optional<Value> value, Span at) implements Step {}

  /** Something not seen, or not read: anything may have happened here. */
  record Gap(String why, Span at) implements Step {}
}
