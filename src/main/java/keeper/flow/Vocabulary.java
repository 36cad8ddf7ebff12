// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.flow;

/** What names mean for control flow; the caller of {@link Linearizer} knows, flow does not. */
public interface Vocabulary {
  /** What a {@code name(…) { … }} does with its block. */
  enum BlockUse {
    /** Any number of times, also none. */
    LOOP,
    /** Exactly once, with a scope object that lives as long as the block ({@code scoped_guard}). */
    SCOPE,
    /** Once or not at all, with a scope object ({@code scoped_cond_guard}). */
    CONDITIONAL_SCOPE,
    /** Once or not at all, like {@code if}. */
    IF
  }

  /** A call after which control does not come back: {@code BUG}, {@code panic}. */
  boolean neverReturns(String name);

  BlockUse block(String name);

  /** Yields its first argument and does nothing else: {@code likely}, {@code READ_ONCE}. */
  boolean transparent(String name);

  /** The attribute of a variable that makes it a scope object: {@code __free}. */
  boolean cleanup(String attribute);

  /** {@code name(type)(arguments);} is a scope object ({@code guard}), {@code name(type, variable)(arguments);} too ({@code CLASS}). */
  boolean scopeObject(String name);
}
