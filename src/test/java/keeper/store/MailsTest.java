// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import keeper.mail.Arrival;
import keeper.mail.Mail;
import keeper.mail.MessageId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MailsTest {
  private static final Instant NOW = Instant.parse("2020-06-17T08:00:00Z");

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
  void mailComesBackByteForByte() {
    byte[] bytes = mail("a@x", "[PATCH] one", "").getBytes(StandardCharsets.ISO_8859_1);
    posted("kvm", 0, "b1", new String(bytes, StandardCharsets.ISO_8859_1));
    assertThat(store.mails().bytes(new MessageId("a@x")).orElseThrow()).isEqualTo(bytes);
    assertThat(store.mails().mail(new MessageId("a@x")).orElseThrow().subject().title()).isEqualTo("one");
    assertThat(store.mails().bytes(new MessageId("b@x"))).isEmpty();
  }

  @Test
  void headIsKeptWithItsMails() {
    try (Intake intake = store.mails().intake("kvm")) {
      assertThat(intake.heads()).isEmpty();
      intake.accept(new Arrival.Posted(0, "b1", NOW, bytes(mail("a@x", "one", ""))));
      intake.accept(new Arrival.Reached(0, "c1"));
      intake.accept(new Arrival.Reached(1, "c2"));
      intake.accept(new Arrival.Reached(1, "c3"));
      assertThat(intake.heads()).isEqualTo(Map.of(0, "c1", 1, "c3"));
      assertThat(intake.fresh()).containsExactly(new MessageId("a@x"));
    }
    assertThat(store.mails().heads("kvm")).isEqualTo(Map.of(0, "c1", 1, "c3"));
    assertThat(store.mails().heads("iommu")).isEmpty();
  }

  @Test
  void sameMailOnTwoListsIsOneMail() {
    String mail = mail("a@x", "one", "");
    posted("kvm", 0, "b1", mail.replace("From: Jane", "From: Jane via kvm"));
    posted("iommu", 0, "b2", mail);
    assertThat(store.mails().lists(new MessageId("a@x"))).containsExactly("iommu", "kvm");
    assertThat(store.mails().mail(new MessageId("a@x")).orElseThrow().from().name()).isEqualTo("Jane");
  }

  @Test
  void toldAgainIsKnown() {
    posted("kvm", 0, "b1", mail("a@x", "one", ""));
    try (Intake intake = store.mails().intake("kvm")) {
      intake.accept(new Arrival.Posted(0, "b1", NOW, bytes(mail("a@x", "one", ""))));
      intake.accept(new Arrival.Reached(0, "c1"));
      assertThat(intake.fresh()).isEmpty();
    }
    assertThat(store.mails().counts("kvm")).isEqualTo(new Mails.Counts(1, 0, 0));
  }

  @Test
  void mailTakenOutIsForgottenAndMayComeBack() {
    posted("kvm", 0, "b1", mail("a@x", "one", ""));
    told("kvm", new Arrival.Removed(0, "b1"));
    assertThat(store.mails().mail(new MessageId("a@x"))).isEmpty();
    assertThat(store.mails().counts("kvm")).isEqualTo(new Mails.Counts(0, 0, 1));
    posted("kvm", 0, "b1", mail("a@x", "one", ""));
    assertThat(store.mails().mail(new MessageId("a@x"))).isPresent();
    assertThat(store.mails().counts("kvm")).isEqualTo(new Mails.Counts(1, 0, 0));
  }

  @Test
  void otherListsCopyOutlivesARemoval() {
    posted("kvm", 0, "b1", mail("a@x", "one", ""));
    posted("iommu", 0, "b1", mail("a@x", "one", ""));
    told("kvm", new Arrival.Removed(0, "b1"));
    assertThat(store.mails().mail(new MessageId("a@x"))).isPresent();
    assertThat(store.mails().lists(new MessageId("a@x"))).containsExactly("iommu");
  }

  @Test
  void whatARewrittenEpochLacksIsGone() {
    posted("kvm", 0, "b1", mail("a@x", "one", ""));
    posted("kvm", 0, "b2", mail("b@x", "two", ""));
    posted("kvm", 1, "b3", mail("c@x", "three", ""));
    try (Intake intake = store.mails().intake("kvm")) {
      intake.accept(new Arrival.Restarted(0));
      intake.accept(new Arrival.Posted(0, "b2", NOW, bytes(mail("b@x", "two", ""))));
      intake.accept(new Arrival.Posted(0, "b4", NOW, bytes(mail("d@x", "four", ""))));
      intake.accept(new Arrival.Reached(0, "c9"));
      assertThat(intake.fresh()).containsExactly(new MessageId("d@x"));
    }
    assertThat(store.mails().mail(new MessageId("a@x"))).isEmpty();
    assertThat(store.mails().mail(new MessageId("b@x"))).isPresent();
    assertThat(store.mails().mail(new MessageId("c@x"))).isPresent();
    assertThat(store.reviews().why(new MessageId("a@x")).orElseThrow().word()).isEqualTo("gone");
  }

  /** public-inbox writes a removal into its newest epoch. */
  @Test
  void removalToldByALaterEpochTakesTheMailOutAndItStaysOut() {
    posted("kvm", 0, "b1", mail("a@x", "one", ""));
    told("kvm", new Arrival.Reached(0, "c1"));
    told("kvm", new Arrival.Removed(3, "b1"));
    assertThat(store.mails().mail(new MessageId("a@x"))).isEmpty();
    try (Intake intake = store.mails().intake("kvm")) { // something else of epoch 0 is purged, and it is told again
      intake.accept(new Arrival.Restarted(0));
      intake.accept(new Arrival.Posted(0, "b1", NOW, bytes(mail("a@x", "one", ""))));
      intake.accept(new Arrival.Reached(0, "c2"));
    }
    assertThat(store.mails().mail(new MessageId("a@x"))).isEmpty();
  }

  @Test
  void everyMailThatIsNoPatchSaysWhy() {
    posted("kvm", 0, "b1", mail("a@x", "Re: [PATCH] one", "In-Reply-To: <p@x>\n"));
    posted("kvm", 0, "b2", mail("b@x", "[GIT PULL] two", ""));
    assertThat(store.reviews().why(new MessageId("a@x")).orElseThrow().reason()).contains("an answer");
    assertThat(store.reviews().why(new MessageId("b@x")).orElseThrow().reason()).contains("pull request");
  }

  @Test
  void mailThatIsNoMailIsKeptWithItsReason() {
    posted("kvm", 0, "b1", "\u0001\u0002 nothing like a mail");
    told("kvm", new Arrival.Unreadable(0, "b2", NOW, "larger than 16 MiB"));
    assertThat(store.mails().counts("kvm")).isEqualTo(new Mails.Counts(0, 2, 0));
    assertThat(store.mails().unread(10)).extracting(Mails.Unread::reason).containsExactly(
        "larger than 16 MiB", "no mail: it has no From, Subject or Message-ID");
  }

  @Test
  void threadHangsTogetherInWhateverOrderItCame() {
    posted("kvm", 0, "b3", mail("c@x", "Re: [PATCH 1/1] one", "In-Reply-To: <b@x>\nReferences: <a@x> <b@x>\n"));
    posted("kvm", 0, "b2", mail("b@x", "[PATCH 1/1] one", "In-Reply-To: <a@x>\n"));
    posted("kvm", 0, "b4", mail("d@x", "Re: [PATCH 1/1] one", "In-Reply-To: <c@x>\n"));
    posted("kvm", 0, "b5", mail("z@x", "something else", ""));
    assertThat(store.mails().thread(new MessageId("d@x"))).extracting(mail -> mail.id().id()).containsExactly("c@x", "b@x", "d@x");
    posted("kvm", 0, "b1", mail("a@x", "[PATCH 0/1] zero", "In-Reply-To: <old@x>\n"));
    assertThat(store.mails().thread(new MessageId("b@x"))).extracting(mail -> mail.id().id()).containsExactly("c@x", "b@x", "d@x", "a@x");
    posted("kvm", 0, "b0", mail("old@x", "older", ""));
    assertThat(store.mails().thread(new MessageId("old@x"))).hasSize(5);
  }

  @Test
  void mailsThatAnswerEachOtherDoNoHarm() {
    posted("kvm", 0, "b1", mail("a@x", "one", "In-Reply-To: <b@x>\n"));
    posted("kvm", 0, "b2", mail("b@x", "two", "In-Reply-To: <a@x>\n"));
    posted("kvm", 0, "b3", mail("c@x", "three", "In-Reply-To: <c@x>\n"));
    assertThat(store.mails().thread(new MessageId("a@x"))).extracting(Mail::id).contains(new MessageId("b@x"));
    assertThat(store.mails().thread(new MessageId("c@x"))).hasSize(1);
  }

  private void posted(String list, int epoch, String blob, String mail) {
    told(list, new Arrival.Posted(epoch, blob, NOW, bytes(mail)));
  }

  private void told(String list, Arrival arrival) {
    try (Intake intake = store.mails().intake(list)) {
      intake.accept(arrival);
    }
  }

  private static byte[] bytes(String mail) {
    return mail.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String mail(String id, String subject, String more) {
    return "From: Jane <jane@example.org>\nTo: kvm@vger.kernel.org\nSubject: " + subject + "\nDate: Tue, 16 Jun 2020 15:26:36 -0600\n"
        + more + "Message-ID: <" + id + ">\n\nThe body \u00e4.\n";
  }
}
