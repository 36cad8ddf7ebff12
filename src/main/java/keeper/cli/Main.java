// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

/** The program's entry. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.out.println("lockkeeper");
  }
}
