// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The program's entry: sets up the two streams, runs one command, ends with its code. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    PrintStream out = new PrintStream(new java.io.BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16), false, StandardCharsets.UTF_8);
    PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    System.setOut(out);
    System.setErr(err);
    int code = 0;
    if (args.length == 1 && (args[0].equals("--version") || args[0].equals("-V"))) out.println("lockkeeper " + Version.text());
    else code = Commands.run(args, out, err);
    out.flush();
    System.exit(code); // libraries leave threads behind: JGit's measuring one would hold the machine for two seconds
  }
}
