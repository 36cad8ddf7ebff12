// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

/** The command cannot do what was asked: one line for standard error, and the exit code that goes with it. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;
  /** Usage, configuration or rules are wrong. */
  static final int USAGE = 2;
  /** Some input could not be read, or no base fitted. */
  static final int INPUT = 3;

  private final int code;

  Refusal(int code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  int code() {
    return code;
  }
}
