// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

/** What people type after {@code --color}. */
enum Colour {
  auto,
  always,
  never;

  /** Whether to colour: {@code auto} means on a terminal, unless NO_COLOR is set. */
  boolean on() {
    return switch (this) {
      case always -> true;
      case never -> false;
      case auto -> System.console() != null && System.getenv("NO_COLOR") == null;
    };
  }
}
