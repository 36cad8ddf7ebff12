// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import keeper.mail.Arrival;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One archive, read from its folder and over HTTP, through all that can happen to it. */
class EpochsTest {
  private static final Manners MANNERS = new Manners("lockkeeper/test (+https://example.org/bot)", Duration.ofSeconds(10), 3, Duration.ofMillis(10));

  @TempDir Path folder;
  private TestArchive archive;
  private Epochs epochs;
  private final Map<Integer, String> heads = new TreeMap<>();
  private List<String> problems = List.of();

  @BeforeEach
  void open() throws IOException {
    archive = new TestArchive(folder.resolve("public-inbox"));
    epochs = Epochs.in(folder.resolve("mirrors"), MANNERS);
  }

  @AfterEach
  void close() {
    archive.close();
  }

  @Test
  void mailsComeInOrderOfArrivalAndOnlyOnce() {
    archive.post(0, "one");
    archive.post(0, "two");
    archive.post(1, "three");
    assertThat(served()).containsExactly("0 one", "0 two", "1 three");
    assertThat(served()).isEmpty();
    archive.post(1, "four");
    assertThat(served()).containsExactly("1 four");
  }

  @Test
  void newEpochIsPickedUp() {
    archive.post(0, "one");
    assertThat(served()).containsExactly("0 one");
    archive.post(1, "two");
    assertThat(served()).containsExactly("1 two");
  }

  @Test
  void withoutManifestEpochsAreTried() {
    archive.manifest = false;
    archive.post(0, "one");
    archive.post(1, "two");
    assertThat(served()).containsExactly("0 one", "1 two");
    archive.post(2, "three");
    assertThat(served()).containsExactly("2 three");
  }

  @Test
  void addressOfOneEpochReadsThatOne() {
    archive.post(0, "one");
    archive.post(1, "two");
    assertThat(told(archive.url() + "/1/")).containsExactly("1 two");
    heads.clear();
    assertThat(told(archive.url() + "/git/0.git")).containsExactly("0 one");
  }

  @Test
  void mailThatWasTakenOutIsTold() {
    archive.post(0, "one");
    archive.post(0, "two");
    assertThat(served()).hasSize(2);
    String blob = archive.remove(0, "one");
    assertThat(served()).containsExactly("0 removed " + blob);
    archive.post(0, "one");
    assertThat(served()).containsExactly("0 one");
  }

  @Test
  void rewrittenEpochIsToldAgainWithoutWhatWasPurged() {
    archive.post(0, "one");
    archive.post(0, "two");
    archive.post(0, "three");
    assertThat(served()).hasSize(3);
    archive.purge(0, "two");
    archive.post(0, "four");
    assertThat(served()).containsExactly("0 again", "0 one", "0 three", "0 four");
    assertThat(served()).isEmpty();
  }

  @Test
  void brokenEpochLeavesTheOthers() throws IOException {
    archive.post(0, "one");
    archive.post(1, "two");
    archive.post(2, "three");
    archive.destroy(1);
    assertThat(local()).containsExactly("0 one", "2 three");
    assertThat(problems).singleElement().satisfies(problem -> assertThat(problem).startsWith("epoch 1: ").contains("1.git").doesNotContain("\n"));
    assertThat(heads).containsOnlyKeys(0, 2);
  }

  @Test
  void folderInFourShapes() throws IOException {
    archive.post(0, "one");
    archive.post(1, "two");
    assertThat(local()).containsExactly("0 one", "1 two");
    heads.clear();
    assertThat(told(archive.folder().resolve("git").toString())).containsExactly("0 one", "1 two");
    heads.clear();
    assertThat(told(archive.folder().resolve("git/1.git").toString())).containsExactly("1 two");
    heads.clear();
    assertThat(served()).containsExactly("0 one", "1 two");
    heads.clear();
    assertThat(told(folder.resolve("mirrors/vfio").toString())).containsExactly("0 one", "1 two");
  }

  @Test
  void folderIsReadInPlace() {
    archive.post(0, "one");
    local();
    assertThat(folder.resolve("mirrors")).doesNotExist();
  }

  @Test
  void nothingNewCostsTwoSmallRequests() {
    archive.post(0, "one");
    served();
    archive.requests.clear();
    assertThat(served()).isEmpty();
    assertThat(archive.requests).hasSize(2).noneMatch(request -> request.startsWith("POST"));
  }

  @Test
  void oldEpochsAreNotAskedForWhileTheManifestSaysThatTheyAreAsTheyWere() {
    archive.fingerprints = true;
    archive.post(0, "one");
    archive.post(1, "two");
    archive.post(2, "three");
    served();
    archive.requests.clear();
    archive.post(2, "four");
    assertThat(served()).containsExactly("2 four");
    assertThat(archive.requests).noneMatch(request -> request.contains("/vfio/0/") || request.contains("/vfio/1/"));
    archive.purge(0, "one");
    assertThat(served()).containsExactly("0 again");
  }

  /** public-inbox 1.9.0 makes its manifest once, and serves it until it is started anew. */
  @Test
  void manifestThatDoesNotMoveIsNotBelieved() throws IOException {
    archive.fingerprints = true;
    archive.post(0, "one");
    archive.post(1, "two");
    served();
    archive.freezeManifest();
    archive.post(1, "three");
    archive.purge(0, "one");
    assertThat(served()).containsExactly("0 again", "1 three");
    archive.post(2, "four");
    assertThat(served()).containsExactly("2 four");
    archive.post(2, "five");
    assertThat(served()).containsExactly("2 five");
  }

  @Test
  void everyRequestSaysWhoWeAre() {
    archive.post(0, "one");
    served();
    assertThat(archive.requests).isNotEmpty().allSatisfy(request -> assertThat(request).contains("lockkeeper/test (+https://example.org/bot)"));
  }

  @Test
  void busyServerIsAskedAgain() {
    archive.post(0, "one");
    archive.busy = 2;
    assertThat(served()).containsExactly("0 one");
  }

  @Test
  void serverThatStaysBusyIsLeftAlone() {
    archive.post(0, "one");
    archive.busy = 100;
    assertThatThrownBy(this::served).isInstanceOf(GitException.class).hasMessageContaining("429").hasMessageContaining("after 3 attempts");
    assertThat(archive.requests).hasSize(3);
  }

  @Test
  void webPageWhereGitWasAskedIsNoArchive() {
    archive.post(0, "one");
    archive.html = true;
    assertThatThrownBy(this::served).isInstanceOf(GitException.class).hasMessageContaining("web page");
  }

  @Test
  void serverThatIsNotThereIsOneLine() {
    assertThatThrownBy(() -> told("http://127.0.0.1:1/vfio"))
        .isInstanceOf(GitException.class)
        .hasMessageContaining("http://127.0.0.1:1/vfio")
        .hasMessageContaining("not reachable")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  @Test
  void listWithoutEpochsIsOneLine() {
    assertThatThrownBy(this::served).isInstanceOf(GitException.class).hasMessageContaining("no epochs there");
    assertThatThrownBy(() -> told(folder.resolve("nothing").toString())).isInstanceOf(GitException.class).hasMessageContaining("no such folder");
    assertThatThrownBy(() -> told(folder.toString())).isInstanceOf(GitException.class).hasMessageContaining("no epochs in it");
    assertThatThrownBy(() -> told("ftp://example.org/vfio")).isInstanceOf(GitException.class).hasMessageContaining("only http");
  }

  @Test
  void fetchThatWasCutShortIsTakenUpAgain() throws IOException {
    archive.post(0, "one");
    // A kill right after the mirror was made leaves an empty repository.
    Files.createDirectories(folder.resolve("mirrors/vfio/git"));
    Jgit.bare(folder.resolve("mirrors/vfio/git/0.git")).close();
    assertThat(served()).containsExactly("0 one");
  }

  @Test
  void listNameStaysInTheMirrorsFolder() {
    archive.post(0, "one");
    epochs.tell("../../evil", archive.url(), Map.of(), arrival -> {});
    assertThat(folder.resolve("mirrors/_.._.._evil/git/0.git")).isDirectory();
  }

  private List<String> served() {
    return told(archive.url());
  }

  private List<String> local() {
    return told(archive.folder().toString());
  }

  /** Reads on from the heads, and remembers the new ones. */
  private List<String> told(String location) {
    List<String> told = new ArrayList<>();
    problems = epochs.tell("vfio", location, heads, arrival -> {
      if (arrival instanceof Arrival.Posted posted) told.add(posted.epoch() + " " + new String(posted.bytes(), StandardCharsets.UTF_8));
      else if (arrival instanceof Arrival.Removed removed) told.add(removed.epoch() + " removed " + removed.blob());
      else if (arrival instanceof Arrival.Restarted restarted) told.add(restarted.epoch() + " again");
      else if (arrival instanceof Arrival.Reached reached) heads.put(reached.epoch(), reached.commit());
    }).problems();
    return told;
  }
}
