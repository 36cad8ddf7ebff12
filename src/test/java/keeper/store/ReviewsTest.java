// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import keeper.check.Confidence;
import keeper.check.Finding;
import keeper.check.Witness;
import keeper.mail.Arrival;
import keeper.mail.Mail;
import keeper.mail.MessageId;
import keeper.reply.Decision;
import keeper.reply.Letter;
import keeper.review.Attempt;
import keeper.review.Base;
import keeper.review.PatchReview;
import keeper.review.Raised;
import keeper.review.Review;
import keeper.review.Status;
import keeper.series.PostedPatch;
import keeper.series.Series;
import keeper.text.Place;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReviewsTest {
  private static final Instant NOW = Instant.parse("2020-06-17T08:00:00Z");
  private static final MessageId PATCH = new MessageId("patch@x");
  private static final Finding FINDING = new Finding(
      "unguarded-access", "vfio/eventfd-under-igate", new Place("drivers/vfio/pci/vfio_pci.c", 526, 4), "vfio_pci_release", "vdev->igate",
      "vdev->err_trigger", "write", List.of("vdev->reflck->lock"), Confidence.LIKELY, "the callback runs before", "Does this store need vdev->igate?",
      List.of(new Witness(new Place("a.c", 1, 2), "tab\there, and \\n"), new Witness(new Place("b.c", 3, 0), "igate is taken here")));

  @TempDir Path folder;
  private Store store;

  @BeforeEach
  void open() {
    store = Store.open(folder.resolve("db").toString());
    try (Intake intake = store.mails().intake("kvm")) {
      intake.accept(new Arrival.Posted(0, "b1", NOW, mail()));
    }
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void reviewComesBackWithItsReason() {
    assertThat(store.reviews().why(PATCH).orElseThrow().word()).isEqualTo("undecided");
    int letters = store.reviews().keep("kvm", review("identity-1"), new Decision.Hold(List.of(letter("r.1@bot")), NOW.plusSeconds(60), "embargo of one minute"), NOW);
    assertThat(letters).isOne();
    Reviews.Why why = store.reviews().why(PATCH).orElseThrow();
    assertThat(why.word()).isEqualTo("hold");
    assertThat(why.reason()).isEqualTo("embargo of one minute");
    assertThat(why.decided()).contains(NOW);
    assertThat(why.subject()).isEqualTo("[PATCH] vfio: one");
    assertThat(why.review().orElseThrow()).isEqualTo(new Reviews.Reviewed("kvm", "reviewed", "", "hunks", "", "", List.of("linux: has no such file"), NOW));
    assertThat(why.letters()).extracting(Letters.Outgoing::state).containsExactly(Letters.State.HELD);
    assertThat(why.findings()).singleElement().satisfies(kept -> {
      assertThat(kept.raised()).isEqualTo(new Raised("identity-1", FINDING, Optional.of(2)));
      assertThat(kept.status()).isEqualTo(Findings.Status.INTRODUCED);
      assertThat(kept.title()).isEqualTo("vfio: one");
    });
  }

  @Test
  void secondRoundKeepsTheFirstLetter() {
    store.reviews().keep("kvm", review("identity-1"), new Decision.Answer(List.of(letter("r.1@bot")), "the list allows it"), NOW);
    assertThat(store.reviews().keep("kvm", review("identity-1"), new Decision.Answer(List.of(letter("r.2@bot")), "again"), NOW)).isZero();
    assertThat(store.letters().list()).extracting(outgoing -> outgoing.letter().id().id()).containsExactly("r.1@bot");
    assertThat(store.findings().introduced("", 10)).hasSize(1);
    assertThat(store.reviews().why(PATCH).orElseThrow().reason()).isEqualTo("again");
  }

  @Test
  void nothingIsKeptWhenSomethingFails() {
    String tooLong = "x".repeat(2000);
    assertThatThrownBy(() -> store.reviews().keep("kvm", review(tooLong), new Decision.Answer(List.of(letter("r.1@bot")), "why"), NOW))
        .isInstanceOf(StoreException.class);
    assertThat(store.letters().list()).isEmpty();
    assertThat(store.reviews().review(PATCH)).isEmpty();
    assertThat(store.reviews().why(PATCH).orElseThrow().word()).isEqualTo("undecided");
  }

  @Test
  void wordOfAPersonCoversEveryVersion() {
    store.reviews().keep("kvm", review("identity-1"), new Decision.Silence("nothing may be said"), NOW);
    assertThat(store.findings().open("kvm", 10)).hasSize(1);
    assertThat(store.findings().open("iommu", 10)).isEmpty();
    store.findings().close("identity-1", Findings.Word.INVALID, "igate is held by the caller", "jane@example.org", NOW);
    assertThat(store.findings().open("", 10)).isEmpty();
    assertThat(store.findings().introduced("", 10)).hasSize(1);
    assertThat(store.findings().history("identity").get(0).verdict().orElseThrow().reason()).isEqualTo("igate is held by the caller");
    assertThat(store.findings().history("id")).isEmpty();
    assertThat(store.findings().reopen("identity-1")).isTrue();
    assertThat(store.findings().open("", 10)).hasSize(1);
  }

  @Test
  void failureHasItsReasonAndMayBeTriedAgain() {
    store.reviews().failed("kvm", review("identity-1").series(), "it took longer than 60 seconds", NOW);
    assertThat(store.reviews().why(PATCH).orElseThrow().word()).isEqualTo("failed");
    assertThat(store.reviews().again(PATCH)).isTrue();
    assertThat(store.reviews().why(PATCH).orElseThrow().decided()).isEmpty();
    assertThat(store.reviews().why(new MessageId("nobody@x"))).isEmpty();
  }

  private static Review review(String identity) {
    PostedPatch posted = PostedPatch.of(Mail.read(mail()));
    Series series = new Series(PATCH.id(), 1, 1, Optional.empty(), new TreeMap<>(Map.of(1, posted)));
    Base base = new Base.HunksOnly(List.of(new Attempt("linux", "has no such file")));
    PatchReview patch = new PatchReview(
        posted.patch(), Status.REVIEWED, "", base, List.of(new Raised(identity, FINDING, Optional.of(2))), List.of(), List.of());
    return new Review(series, new TreeMap<>(Map.of(1, patch)));
  }

  private static Letter letter(String id) {
    return new Letter(new MessageId(id), PATCH, List.of(PATCH), "bot@x", List.of(), List.of("jane@x"), List.of(), "Re: one", List.of(), "x\n", List.of("identity-1"));
  }

  private static byte[] mail() {
    return ("From: Jane <jane@example.org>\nSubject: [PATCH] vfio: one\nMessage-ID: <patch@x>\n\nWhy.\n---\n\ndiff --git a/a.c b/a.c\n--- a/a.c\n"
        + "+++ b/a.c\n@@ -1,1 +1,2 @@\n int a;\n+int b;\n").getBytes(StandardCharsets.UTF_8);
  }
}
