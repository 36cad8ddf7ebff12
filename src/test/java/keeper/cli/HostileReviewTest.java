// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Patches to C that was written to hurt: the review ends, says which function it did not judge and why, and still judges what stands beside it. */
class HostileReviewTest {
  @TempDir Path folder;

  @Test
  void aHundredThousandNestedBraces() throws IOException {
    assertThat(reviewed("{".repeat(100_000) + "}".repeat(100_000))).contains("not judged: lamp_hurt() at drivers/lamp/lamp.c:1: line 5 could not be read: no C, or too long or too deep");
  }

  @Test
  void tenThousandLocksHeldAtOnce() throws IOException {
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < 10_000; i++) body.append("\tspin_lock(&l->lock").append(i).append(");\n");
    assertThat(reviewed(body.toString())).contains("not judged: lamp_hurt() at drivers/lamp/lamp.c:1: more than 48 locks held at once");
  }

  @Test
  void aMazeOfGotos() throws IOException {
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < 3000; i++)
      body.append("l").append(i).append(":\n\tif (n == ").append(i).append(")\n\t\tspin_lock(&l->lock").append(i % 40).append(");\n\telse if (n++ > ").append(i).append(")\n\t\tgoto l").append(i * 7919 % 3000)
          .append(";\n\tspin_unlock(&l->lock").append(i * 31 % 40).append(");\n");
    assertThat(reviewed(body.toString())).containsPattern("not judged: lamp_hurt\\(\\) at drivers/lamp/lamp.c:1: (more than 200000 states of its steps|what is held does not settle in 120 rounds)");
  }

  @Test
  void aHundredThousandCases() throws IOException {
    StringBuilder body = new StringBuilder("\tspin_lock(&l->glow);\n\tswitch (n) {\n");
    for (int i = 0; i < 100_000; i++) body.append("\tcase ").append(i).append(":\n\t\tbreak;\n");
    assertThat(reviewed(body.append("\t}\n\tspin_unlock(&l->glow);\n").toString())).contains("not judged: lamp_hurt() at drivers/lamp/lamp.c:1: ");
  }

  @Test
  void aHundredThousandFunctionsBeside() throws IOException {
    StringBuilder more = new StringBuilder();
    for (int i = 0; i < 100_000; i++) more.append("static void lamp_").append(i).append("(struct lamp *l)\n{\n\tlamp_on(l);\n}\n");
    assertThat(reviewed("\tlamp_5(l);\n", more.toString())).doesNotContain("not judged");
  }

  @Test
  void macrosThatDouble() throws IOException {
    StringBuilder more = new StringBuilder();
    for (int i = 0; i < 1000; i++)
      more.append("#define LAMP_").append(i).append("(l) do { spin_lock(&(l)->glow); LAMP_").append(i + 1).append("(l); LAMP_").append(i + 1).append("(l); spin_unlock(&(l)->glow); } while (0)\n");
    reviewed("\tLAMP_0(l);\n", more.toString());
  }

  @Test
  void aLineOfFiftyMegabytes() throws IOException {
    Path file = folder.resolve("drivers/lamp/lamp.c");
    Files.createDirectories(file.getParent());
    byte[] line = new byte[50 << 20];
    java.util.Arrays.fill(line, (byte) '1');
    Files.write(file, line);
    Path patch = folder.resolve("patch");
    Files.writeString(patch, patch("void lamp_hurt(struct lamp *l, int n)\n{\n", "\tlamp_on(l);\n"));
    Run run = Run.of("review", "--tree", folder.toString(), patch.toString());
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).contains("judged against the hunks alone (").contains("drivers/lamp/lamp.c is not there, or larger than 32 MB");
  }

  private String reviewed(String body) throws IOException {
    return reviewed(body, "");
  }

  /** The review of a patch that lets lamp_hurt() do something more, and lamp_beside() sleep under a lock. */
  private String reviewed(String body, String more) throws IOException {
    Path file = folder.resolve("drivers/lamp/lamp.c");
    Files.createDirectories(file.getParent());
    String head = "void lamp_hurt(struct lamp *l, int n)\n{\n";
    String rest = "\tlamp_on(l);\n" + body + "}\n\n" + more;
    Files.writeString(file, head + rest + "void lamp_beside(struct lamp *l)\n{\n\tspin_lock(&l->glow);\n\tspin_unlock(&l->glow);\n}\n");
    long line = (head + rest).chars().filter(c -> c == '\n').count() + 1;
    Path patch = folder.resolve("patch");
    Files.writeString(patch, patch(head, "\tlamp_on(l);\n") + "@@ -" + line + ",5 +" + (line + 1) + ",6 @@\n void lamp_beside(struct lamp *l)\n {\n \tspin_lock(&l->glow);\n+\tmsleep(1);\n \tspin_unlock(&l->glow);\n }\n");
    Run run = Run.of("review", "--tree", folder.toString(), patch.toString());
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).contains("May msleep() be called under l->glow?");
    return run.out();
  }

  private static String patch(String head, String next) {
    return "From: Ann <ann@example.org>\nSubject: [PATCH] lamp: hurt\nMessage-ID: <hurt@example.org>\nDate: Tue, 24 Nov 2026 10:00:00 +0000\n\nMore light.\n---\n"
        + "diff --git a/drivers/lamp/lamp.c b/drivers/lamp/lamp.c\n--- a/drivers/lamp/lamp.c\n+++ b/drivers/lamp/lamp.c\n@@ -1,3 +1,4 @@\n" + (" " + head.replace("\n", "\n ")).stripTrailing() + "\n+\tl->watts = 1;\n " + next;
  }
}
