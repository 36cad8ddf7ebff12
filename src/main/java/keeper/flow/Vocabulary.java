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

  /** The same, where the first argument matters: {@code scoped_guard(mutex_try, …)} may leave its block out. */
  default BlockUse block(String name, String type) {
    return block(name);
  }

  /** Yields its first argument and does nothing else: {@code likely}, {@code READ_ONCE}. */
  boolean transparent(String name);

  /**
   * Stores its second argument in the first, or where the first one points when that is {@code &x}: {@code WRITE_ONCE},
   * {@code rcu_assign_pointer}, {@code smp_store_release}.
   */
  default boolean assigns(String name) {
    return false;
  }

  /** A macro that returns from the function with its first argument: {@code return_ptr}. */
  default boolean returns(String name) {
    return false;
  }

  /** The attribute of a variable that makes it a scope object: {@code __free}. */
  boolean cleanup(String attribute);

  /** {@code name(type)(arguments);} is a scope object ({@code guard}), {@code name(type, variable)(arguments);} too ({@code CLASS}). */
  boolean scopeObject(String name);
}
