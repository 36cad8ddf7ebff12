// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import keeper.patch.CommitMessage;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class CommitTest {
  @Test
  void whoAndWhen() {
    Commit commit = commit("a:  fix\n\nWhy.\n", "author Jane Doe <jane@example.org> 1589171690 +0200", StandardCharsets.UTF_8);
    assertThat(commit.author()).isEqualTo("Jane Doe <jane@example.org>");
    assertThat(commit.authored()).isEqualTo(1589171690);
    assertThat(commit.title()).isEqualTo("a: fix");
    assertThat(commit.parents()).isEqualTo(1);
  }

  @Test
  void oldCommitsHaveOddHeaders() {
    assertThat(commit("x\n", "author Jane <jane@example.org>", StandardCharsets.UTF_8).authored()).isEqualTo(77);
    assertThat(commit("x\n", "author Jane <jane@example.org> 999999999999 +0000", StandardCharsets.UTF_8).authored()).isEqualTo(77);
    assertThat(Commit.of(new byte[20], new byte[0], new byte[0], 77).title()).isEmpty();
    assertThat(commit("a: größer\n", "author J <j> 1 +0000\nencoding ISO-8859-1", StandardCharsets.ISO_8859_1).title()).isEqualTo("a: größer");
    assertThat(commit("a: x\n", "author J <j> 1 +0000\nencoding no-such", StandardCharsets.UTF_8).title()).isEqualTo("a: x");
  }

  /** The quick look at the bytes never passes over what a reading of the text finds. */
  @Property(tries = 3000)
  void quickLookMissesNothing(@ForAll("logs") String log) {
    List<Reference> found = Reference.in(CommitMessage.of(log));
    Commit commit = commit(log, "author J <j@x> 1 +0000", StandardCharsets.UTF_8);
    if (!found.isEmpty()) assertThat(commit.mayName()).as(log).isTrue();
    assertThat(commit.references()).isEqualTo(found);
  }

  @Provide
  Arbitrary<String> logs() {
    Arbitrary<String> piece = Arbitraries.of(
        "a: fix ", "Revert \"a: b\"", "Reapply \"a: b\"", "\n", "\n\n", "Fixes: ", "fixes ", "FIXES:", "commit ", "commits ", "12345", "deadbeef", "1518ac272e78",
        "fffff", " (\"a: b\")", "(\u201ca: b\u201d)", "(", ")", "\"", "This reverts commit ", " and ", ", ", "> ", "Link: https://lore.kernel.org/r/p@x", "Closes: https://x.org/1",
        "Reported-by: J <j@x>\n", "Cc: stable@vger.kernel.org # 5.10+", "# 3.3.x: a1f84a3: t", "Stable-dep-of: ", "[ Upstream commit ", " ]", " upstream.", "(cherry picked from commit ",
        "Message-ID: <a@b>", "Git-commit: ", "word", "\u00e9", "-", "_", ":", "<", "1da177e4c3f41524e886b7f1b8a0c1fc7321cac2", "\u00a0", "\r\n");
    return piece.list().ofMaxSize(14).map(pieces -> "x" + String.join("", pieces));
  }

  private static Commit commit(String log, String headers, Charset charset) {
    byte[] raw = ("tree 0\n" + headers + "\ncommitter C <c> 77 +0000\n\n" + log).getBytes(charset);
    return Commit.of(new byte[20], new byte[20], raw, 77);
  }
}
