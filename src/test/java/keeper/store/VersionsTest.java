// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import keeper.mail.Arrival;
import keeper.mail.MessageId;
import keeper.series.Posting;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Series as rows: what was learned in one run of the program holds in the next. */
class VersionsTest {
  private static final Instant NOW = Instant.parse("2020-06-17T08:00:00Z");

  @TempDir Path folder;
  private Store store;
  private int blobs;

  @BeforeEach
  void open() {
    store = Store.open(folder.resolve("db").toString());
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void partsThatComeInDifferentRunsAreOneSeries() {
    told("kvm", patch("p2", "[PATCH 2/2] b", "c0"));
    assertThat(posting("p2").isComplete()).isFalse();
    again();
    told("iommu", patch("p1", "[PATCH 1/2] a", "c0"));
    again();
    told("kvm", mail("c0", "[PATCH 0/2] both", ""));
    Posting posting = posting("p1");
    assertThat(posting).isEqualTo(posting("p2")).isEqualTo(posting("c0"));
    assertThat(posting.key()).isEqualTo("c0");
    assertThat(posting.title()).isEqualTo("both");
    assertThat(posting.isComplete()).isTrue();
    assertThat(store.versions().series(posting).orElseThrow().parts()).containsOnlyKeys(1, 2);
  }

  @Test
  void seriesWithoutThreadingIsOneThatWaits() {
    told("kvm", patch("p1", "[PATCH 1/2] a", ""));
    told("kvm", patch("p2", "[PATCH 2/2] b", ""));
    assertThat(store.versions().awaiting("kvm", Instant.EPOCH, 10)).singleElement().satisfies(posting -> assertThat(posting.isComplete()).isTrue());
    assertThat(store.versions().awaiting("iommu", Instant.EPOCH, 10)).isEmpty();
  }

  @Test
  void versionsAreLinkedAcrossThreadsAndRuns() {
    told("kvm", patch("one", "[PATCH] take the gate", ""));
    again();
    told("kvm", patch("two", "[PATCH v2] take the gate", ""));
    again();
    told("kvm", patch("three", "[PATCH v3] take the gate", ""));
    assertThat(store.versions().previous("three").orElseThrow().posting().key()).isEqualTo("two");
    assertThat(store.versions().previous("two").orElseThrow().reason()).isEqualTo("the same title");
    assertThat(store.versions().previous("one")).isEmpty();
    assertThat(store.versions().next("one")).extracting(link -> link.posting().key()).containsExactly("two");
    assertThat(store.versions().newest("one").map(Posting::key)).contains("three");
    assertThat(store.versions().newest("three")).isEmpty();
  }

  @Test
  void olderVersionThatComesLateIsLinkedToo() {
    told("kvm", patch("two", "[PATCH v2] take the gate", ""));
    told("iommu", patch("one", "[PATCH] take the gate", ""));
    assertThat(store.versions().previous("two").map(link -> link.posting().key())).contains("one");
  }

  @Test
  void sameMailThroughTwoListsIsOnePart() {
    String mail = patch("p1", "[PATCH] a", "");
    told("kvm", mail);
    told("iommu", mail.replace("From: Jane", "From: Jane via iommu"));
    assertThat(store.versions().awaiting("kvm", Instant.EPOCH, 10)).isEqualTo(store.versions().awaiting("iommu", Instant.EPOCH, 10)).hasSize(1);
  }

  private Posting posting(String id) {
    return store.versions().of(new MessageId(id)).orElseThrow();
  }

  /** Everything in memory is lost. */
  private void again() {
    store.close();
    open();
  }

  private void told(String list, String mail) {
    try (Intake intake = store.mails().intake(list)) {
      intake.accept(new Arrival.Posted(0, "b" + blobs++, NOW, mail.getBytes(StandardCharsets.UTF_8)));
    }
  }

  private static String patch(String id, String subject, String parent) {
    return mail(id, subject, parent) + "---\ndiff --git a/drivers/vfio/a.c b/drivers/vfio/a.c\n--- a/drivers/vfio/a.c\n+++ b/drivers/vfio/a.c\n@@ -1,1 +1,2 @@\n int a;\n+int "
        + id + ";\n";
  }

  private static String mail(String id, String subject, String parent) {
    return "From: Jane <jane@example.org>\nSubject: " + subject + "\nDate: Tue, 16 Jun 2020 15:26:36 -0600\nMessage-ID: <" + id + ">\n"
        + (parent.isEmpty() ? "" : "In-Reply-To: <" + parent + ">\n") + "\nWhy.\n";
  }
}
