// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.report;

/** What each check finds, in one sentence, for formats that carry a list of rules. */
final class CheckWords {
  private CheckWords() {}

  static String of(String check) {
    return switch (check) {
      case "unguarded-access" -> "A guarded member is accessed while its lock is not held.";
      case "missing-unlock" -> "A lock is still held on a way out of the function.";
      case "unlock-not-held" -> "A lock is released that is not held.";
      case "double-lock" -> "A lock is taken that is already held, here or in a callee.";
      case "wrong-mode" -> "A lock is released in another way than it was taken.";
      case "callee-requires-lock" -> "A function is called without the lock that it requires.";
      case "sleep-in-atomic" -> "Something that may sleep is called in atomic context.";
      case "irq-unsafe" -> "A lock that interrupts take is taken with interrupts on.";
      case "rcu-misuse" -> "An RCU pointer is used outside of its read-side section, or freed without a grace period.";
      case "sync-wait-deadlock" -> "A lock is held while waiting for work that takes it.";
      case "lock-order" -> "Two locks are taken in the reverse of their usual order.";
      case "cond-lock-misuse" -> "The outcome of a conditional lock is ignored or inverted.";
      case "guard-misuse" -> "A scope-based lock is mixed with manual calls or its scope is wrong.";
      default -> "A locking mistake of the kind " + check + ".";
    };
  }
}
