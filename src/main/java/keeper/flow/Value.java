// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.flow;

import java.util.List;

/** What an expression yields, as far as flow can say it without knowing any name. */
public sealed interface Value {

  /** What is stored there now. */
  record Stored(AccessPath path) implements Value {
    @Override
    public String toString() {
      return path.toString();
    }
  }

  /** {@code &path}; a function's or array's name used as a value is {@link Stored}. */
  record AddressOf(AccessPath path) implements Value {
    @Override
    public String toString() {
      return "&" + path;
    }
  }

  /** A literal, {@code NULL}, {@code -EINTR}, {@code true}: text without blanks. */
  record Constant(String text) implements Value {
    @Override
    public String toString() {
      return text;
    }
  }

  /** What the {@link Step.Call} with this id returned. */
  record Result(int call, String callee) implements Value {
    @Override
    public String toString() {
      return callee + "()#" + call;
    }
  }

  /** Anything else: its text with single blanks, and what it reads. */
  record Computed(String text, List<AccessPath> reads) implements Value {
    public Computed {
      reads = List.copyOf(reads);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
