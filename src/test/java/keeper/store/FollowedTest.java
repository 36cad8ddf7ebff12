// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import keeper.check.Confidence;
import keeper.check.Finding;
import keeper.git.History;
import keeper.git.TestRepository;
import keeper.mail.Arrival;
import keeper.mail.Mail;
import keeper.reply.Decision;
import keeper.review.Base;
import keeper.review.PatchReview;
import keeper.review.Raised;
import keeper.review.Review;
import keeper.review.Status;
import keeper.series.PostedPatch;
import keeper.series.SeriesBuilder;
import keeper.text.Place;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A finding keeps its identity over the versions of a patch; what became of it can be asked. */
class FollowedTest {
  private static final String TEA = "tea@vger.kernel.org";
  private static final Instant NOON = Instant.parse("2020-03-04T12:00:00Z");
  private static final String ID = "b311b311b311";

  @TempDir Path folder;
  private Store store;

  @BeforeEach
  void open() {
    store = Store.open(folder.resolve("db").toString());
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void whatTheNextVersionHasNoMoreIsFixed() {
    post(1, true);
    assertThat(followed().words()).isEqualTo("open");
    post(2, false);
    assertThat(followed().fate()).isEqualTo(Followed.Fate.FIXED);
    assertThat(followed().words()).isEqualTo("fixed in v2");
    assertThat(followed().steps()).extracting(Followed.Step::seen).containsExactly(Followed.Seen.THERE, Followed.Seen.GONE);
  }

  @Test
  void itMayStayOrComeBack() {
    post(1, true);
    post(2, true);
    assertThat(followed().words()).isEqualTo("open in v2");
    post(3, false);
    post(4, true);
    assertThat(followed().fate()).isEqualTo(Followed.Fate.BACK);
    assertThat(followed().words()).isEqualTo("back again in v4");
    assertThat(followed().fate().isOpen()).isTrue();
  }

  @Test
  void aPersonsWordCloses() {
    post(1, true);
    store.findings().close(ID, Findings.Word.INVALID, "the kettle is cold", "ann@example.org", NOON);
    assertThat(followed().fate()).isEqualTo(Followed.Fate.CLOSED);
    assertThat(followed().words()).isEqualTo("invalid: the kettle is cold");
  }

  @Test
  void theLedgerCountsFindingsAndNotMails() {
    post(1, true);
    post(2, true);
    assertThat(store.findings().ledger()).containsExactly(new Findings.Record("unguarded-access", "kettle/bell", 1, 0, 0, 0));
    post(3, false);
    assertThat(store.findings().ledger()).containsExactly(new Findings.Record("unguarded-access", "kettle/bell", 1, 0, 0, 1));
    store.findings().close(ID, Findings.Word.INVALID, "", "ann@example.org", NOON);
    assertThat(store.findings().ledger()).containsExactly(new Findings.Record("unguarded-access", "kettle/bell", 1, 1, 0, 0));
  }

  @Test
  void whatNobodyIntroducedIsNotFollowed() {
    post(1, false);
    assertThat(Followed.of(store, ID)).isEmpty();
  }

  @Test
  void mergedWithItStaysOpen() throws IOException {
    post(1, true);
    String commit = merge("kettle: ring the bell\n");
    assertThat(followed().fate()).isEqualTo(Followed.Fate.MERGED);
    assertThat(followed().words()).isEqualTo("merged open as " + commit);
    assertThat(followed().fate().isOpen()).isTrue();
    merge("kettle: ring it twice\n\nAs commit " + commit + " (\"kettle: ring the bell\") does once.\n");
    assertThat(followed().words()).as("who speaks of it does not mend it").isEqualTo("merged open as " + commit);
  }

  @Test
  void mergedWithoutItIsFixedInItsVersion() throws IOException {
    post(1, true);
    post(2, false);
    merge("kettle: ring the bell\n");
    assertThat(followed().words()).isEqualTo("fixed in v2");
  }

  @Test
  void mergedAndMendedByWhatNamesTheCommit() throws IOException {
    post(1, true);
    String commit = merge("kettle: ring the bell\n");
    String fix = merge("kettle: shut the gate first\n\nFixes: " + commit + " (\"kettle: ring the bell\")\n");
    assertThat(followed().fate()).isEqualTo(Followed.Fate.MENDED);
    assertThat(followed().words()).isEqualTo("merged as " + commit + ", which " + fix + " fixes");
    assertThat(followed().fate().isOpen()).isFalse();
  }

  @Test
  void mergedAndMendedByAPatchThatTakesItAway() throws IOException {
    post(1, true);
    String commit = merge("kettle: ring the bell\n");
    post(9, "kettle: shut the gate first", List.of(), List.of(raised()));
    assertThat(followed().words()).as("it is on the list only").isEqualTo("merged open as " + commit);
    String fix = merge("kettle: shut the gate first\n");
    assertThat(followed().fate()).isEqualTo(Followed.Fate.MENDED);
    assertThat(followed().words()).isEqualTo("merged as " + commit + ", mended by " + fix);
  }

  /** A commit that lands in the tree; its short id. */
  private String merge(String message) throws IOException {
    try (TestRepository linux = new TestRepository(folder.resolve("linux"))) {
      String id = linux.commit(message, Map.of("x", message)).id();
      try (HistoryIntake intake = store.histories().intake("linux", linux.folder().toString())) {
        History.Told told = History.tell(linux.folder(), new History.Before(intake.heads(), intake::isComplete, intake.cut(), intake.names()), intake);
        intake.reached(told.refs(), told.head(), told.newest(), told.cut(), told.cutDate(), told.names());
      }
      return id.substring(0, 12);
    }
  }

  private Followed followed() {
    return Followed.of(store, ID).orElseThrow();
  }

  /** One version, which has the finding or not. */
  private void post(int version, boolean found) {
    post(version, "kettle: ring the bell", found ? List.of(raised()) : List.of(), List.of());
  }

  private void post(int version, String title, List<Raised> introduced, List<Raised> resolved) {
    String mail = """
        From: Jane Doe <jane@example.org>
        Date: Wed, %d Mar 2020 11:00:00 +0000
        Subject: [PATCH%s] %s
        Message-ID: <%d@example.org>
        To: tea@vger.kernel.org

        Why not.
        ---
        diff --git a/drivers/kettle.c b/drivers/kettle.c
        --- a/drivers/kettle.c
        +++ b/drivers/kettle.c
        @@ -1,3 +1,4 @@ void kettle_off(struct kettle *k)
         {
        +	k->bell = %d;
         	plug_out(k);
         }
        """.formatted(3 + version, version == 1 ? "" : " v" + version, title, version, version);
    byte[] bytes = mail.getBytes(StandardCharsets.UTF_8);
    Instant now = NOON.plusSeconds(86_400L * version);
    try (Intake intake = store.mails().intake(TEA)) {
      intake.accept(new Arrival.Posted(0, ("" + version).repeat(40), now, bytes));
      intake.accept(new Arrival.Reached(0, ("" + version).repeat(40)));
    }
    PostedPatch posted = PostedPatch.of(Mail.read(bytes));
    PatchReview part = new PatchReview(posted.patch(), Status.REVIEWED, "", new Base.HunksOnly(List.of()), introduced, resolved, List.of());
    Review review = new Review(SeriesBuilder.of(List.of(posted.mail())).get(0), new TreeMap<>(Map.of(1, part)));
    store.reviews().keep(TEA, review, new Decision.Silence("a test"), now);
  }

  private static Raised raised() {
    return new Raised(ID, new Finding("unguarded-access", "kettle/bell", new Place("drivers/kettle.c", 2, 0), "kettle_off", "k->gate", "k->bell", "write",
        List.of(), Confidence.CERTAIN, "", "Does this store need k->gate?", List.of()), Optional.empty());
  }
}
