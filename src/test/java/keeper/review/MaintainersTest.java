// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.review;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import keeper.mail.Address;
import keeper.patch.Patch;
import keeper.text.Files;
import keeper.text.SourceText;
import org.junit.jupiter.api.Test;

/** Who looks after a file, as MAINTAINERS says it. */
class MaintainersTest {
  private static final String FILE = """
      Who does what
      =============

      \tM: *Mail* patches to: Full Name <address@domain>

      BRIDGE CORE
      M:	Ann Archer <ann@example.org>
      M:	"Bo J. Bell" <bo@example.org>
      R:	Cy Cook <cy@example.org>
      R:	Ann Archer <ANN@example.org>
      L:	bridges@lists.example.org (moderated for non-subscribers)
      L:	bridge-team@lists.example.org (subscribers-only)
      S:	Maintained
      T:	git git://git.kernel.org/pub/scm/linux/kernel/git/ann/bridge.git next
      F:	drivers/bridge/
      F:	include/linux/bridge*.h
      X:	drivers/bridge/steel/

      BRIDGE STEEL
      # a comment between
      M:	Di Dee <di@example.org>
      S:	Odd Fixes
      T:	https://example.org/steel.git
      F:	drivers/bridge/steel
      F:	*/steel/*.[ch]

      BRIDGE TESTS
      M:	Ed Eel <ed@example.org>
      S:	Supported
      N:	[^a-z]bridge_test
      K:	\\bbridge_(?:lock|unlock)\\b

      THE REST
      M:	Fay Fox <fay@example.org>
      L:	linux-kernel@vger.kernel.org
      S:	Buried alive in reporters
      T:	git git://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git
      F:	*
      F:	*/
      """;

  private static Maintainers maintainers(String text) {
    return Maintainers.read(SourceText.of("MAINTAINERS", text));
  }

  private static List<String> names(String... paths) {
    return names(maintainers(FILE).of(List.of(paths)));
  }

  private static List<String> names(Responsible responsible) {
    return responsible.sections().stream().map(Responsible.Section::name).toList();
  }

  @Test
  void aFolderHasAllBelowItAndTheMostPreciseSectionComesFirst() {
    assertThat(names("drivers/bridge/span/pier.c")).containsExactly("BRIDGE CORE", "THE REST");
    assertThat(names("drivers/bridges/pier.c")).containsExactly("THE REST");
    assertThat(names("include/linux/bridge_types.h")).containsExactly("BRIDGE CORE", "THE REST");
    assertThat(names("include/linux/bridge/types.h")).as("a wildcard stays in its folder").containsExactly("THE REST");
  }

  @Test
  void whatASectionExcludesIsNotItsOwnAndAFolderNeedsNoSlash() {
    assertThat(names("drivers/bridge/steel/beam.c")).containsExactly("BRIDGE STEEL", "THE REST");
    assertThat(names("tools/steel/beam.h")).as("any folder at the top").containsExactly("BRIDGE STEEL", "THE REST");
    assertThat(names("tools/steel/beam.S")).containsExactly("THE REST");
  }

  @Test
  void aRegularExpressionIsLookedForInTheWholePath() {
    assertThat(names("lib/bridge_test.c")).containsExactly("BRIDGE TESTS", "THE REST");
    assertThat(names("lib/mybridge_test.c")).containsExactly("THE REST");
  }

  @Test
  void keywordsAreThoseOfWhatAPatchSays() {
    Patch patch = Patch.ofDiff("""
        net: take the lock

        diff --git a/net/a.c b/net/a.c
        --- a/net/a.c
        +++ b/net/a.c
        @@ -1,2 +1,2 @@
         bridge_unlock(b);
        -	a();
        +	bridge_lock(b);
        """, "a.diff");
    assertThat(names(maintainers(FILE).of(patch))).containsExactly("THE REST", "BRIDGE TESTS");
    Patch other = Patch.ofDiff("--- a/net/a.c\n+++ b/net/a.c\n@@ -1,2 +1,2 @@\n bridge_unlock(b);\n-a();\n+b();\n", "b.diff");
    assertThat(names(maintainers(FILE).of(other))).as("only in a line that stays").containsExactly("THE REST");
  }

  @Test
  void peopleListsAndTrees() {
    Responsible responsible = maintainers(FILE).of(List.of("drivers/bridge/pier.c"));
    assertThat(responsible.maintainers()).as("nobody hears of everything")
        .containsExactly(new Address("Ann Archer", "ann@example.org"), new Address("Bo J. Bell", "bo@example.org"));
    assertThat(responsible.reviewers()).containsExactly(new Address("Cy Cook", "cy@example.org"));
    assertThat(responsible.has("CY@example.org")).isTrue();
    assertThat(responsible.has("fay@example.org")).isFalse();
    assertThat(responsible.lists()).extracting(Responsible.MailingList::address)
        .containsExactly("bridges@lists.example.org", "bridge-team@lists.example.org", "linux-kernel@vger.kernel.org");
    assertThat(responsible.lists().get(1).isSubscribersOnly()).isTrue();
    assertThat(responsible.trees().get(0)).isEqualTo(new Responsible.Scm("git", "git://git.kernel.org/pub/scm/linux/kernel/git/ann/bridge.git", "next"));
    assertThat(responsible.sections().get(0).status()).isEqualTo("Maintained");
    assertThat(responsible.sections().get(0).line()).isEqualTo(6);
  }

  @Test
  void aRepositoryIsTheSameByEveryProtocol() {
    Responsible.Scm scm = maintainers(FILE).of(List.of("drivers/bridge/pier.c")).trees().get(0);
    assertThat(scm.isAt("https://git.kernel.org/pub/scm/linux/kernel/git/ann/bridge.git/")).isTrue();
    assertThat(scm.isAt("ssh://gitolite.kernel.org/pub/scm/linux/kernel/git/ann/bridge")).isTrue();
    assertThat(scm.isAt("https://git.kernel.org/pub/scm/linux/kernel/git/bo/bridge.git")).isFalse();
    assertThat(maintainers(FILE).of(List.of("a/steel/b.c")).trees().get(0).url()).as("without a word for git").isEqualTo("https://example.org/steel.git");
  }

  @Test
  void aFileThatWantsToHurtIsReadToItsEnd() {
    Maintainers hostile = maintainers("EVIL\nM:\nM:\tno address\nF:\t" + "*a".repeat(400) + "\nN:\t(a+)+$\nN:\t((\nK:\t(x+x+)+y\nT:\tgit\nL:\tnobody\nF:\t" + "b".repeat(5_000) + "\nM:\tA <a@b>\nF:\ta");
    assertThat(names(hostile.of(List.of("a".repeat(200) + "!")))).containsExactly("EVIL");
    assertThat(hostile.of(List.of("a")).maintainers()).containsExactly(new Address("A", "a@b"));
    assertThat(hostile.problems()).extracting(Object::toString).containsExactly(
        "MAINTAINERS:10: a pattern of more than 1000 characters is left out", "MAINTAINERS:1: no regular expression: ((");
  }

  @Test
  void aTreeWithoutTheFileHasNobody() {
    assertThat(Maintainers.of(Files.of("empty", List.of())).of(List.of("a.c")).sections()).isEmpty();
  }
}
