// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.series;

import static keeper.series.Mails.mail;
import static keeper.series.Mails.patch;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import keeper.mail.Mail;
import keeper.mail.MessageId;
import org.junit.jupiter.api.Test;

class SeriesTest {
  private final SeriesBuilder builder = new SeriesBuilder();

  @Test
  void partsFollowTheirCoverLetter() {
    add(mail("c", "[PATCH v2 0/2] gate"), patch("p1", "[PATCH v2 1/2] one").to("c"), patch("p2", "[PATCH v2 2/2] two").to("c"), mail("r", "Re: [PATCH v2 1/2] one").to("p1"));
    assertThat(print()).containsExactly("c v2 2/2 cover c: p1 p2");
    assertThat(builder.postings().key(new MessageId("r"))).contains("c");
  }

  @Test
  void coverLetterMayComeLast() {
    add(patch("p2", "[PATCH 2/2] two").to("c"), patch("p1", "[PATCH 1/2] one").to("c"));
    assertThat(print()).as("named by the cover letter that must be there").containsExactly("c v1 2/2: p1 p2");
    add(mail("c", "[PATCH 0/2] gate"));
    assertThat(print()).containsExactly("c v1 2/2 cover c: p1 p2");
  }

  @Test
  void coverLetterMayNeverCome() {
    add(patch("p2", "[PATCH 2/3] two").to("p1"), patch("p3", "[PATCH 3/3] three").to("p1"), patch("p1", "[PATCH 1/3] one"));
    assertThat(print()).containsExactly("p1 v1 3/3: p1 p2 p3");
  }

  @Test
  void missingPartsAreKnown() {
    add(mail("c", "[PATCH 0/3] gate"), patch("p1", "[PATCH 1/3] one").to("c"), patch("p3", "[PATCH 3/3] three").to("c"));
    Posting posting = builder.postings().posting("c").orElseThrow();
    assertThat(posting.isComplete()).isFalse();
    assertThat(posting.missing()).containsExactly(2);
  }

  @Test
  void chainedPartsMayComeInAnyOrder() {
    add(patch("p3", "[PATCH 3/3] three").to("p2").references("p1", "p2"), patch("p1", "[PATCH 1/3] one"), patch("p2", "[PATCH 2/3] two").to("p1"));
    assertThat(print()).containsExactly("p1 v1 3/3: p1 p2 p3");
  }

  @Test
  void secondVersionInReplyToTheFirstIsASeriesOfItsOwn() {
    add(mail("c1", "[PATCH 0/2] gate"), patch("a1", "[PATCH 1/2] one").to("c1"), patch("a2", "[PATCH 2/2] two").to("c1"));
    add(mail("c2", "[PATCH v2 0/2] gate").to("c1"), patch("b1", "[PATCH v2 1/2] one").to("c2").references("c1", "c2"), patch("b2", "[PATCH v2 2/2] two").to("c2").references("c1", "c2"));
    assertThat(print()).containsExactly("c1 v1 2/2 cover c1: a1 a2", "c2 v2 2/2 cover c2: b1 b2");
    assertThat(builder.postings().previous("c2").map(before -> before.posting().key())).contains("c1");
  }

  @Test
  void versionsThatAnswerTheSameLostMailStayApart() {
    add(patch("a1", "[PATCH 1/2] one").to("lost"), patch("b1", "[PATCH v2 1/2] one").to("lost"), patch("a2", "[PATCH 2/2] two").to("lost"), patch("b2", "[PATCH v2 2/2] two").to("lost"));
    assertThat(print()).containsExactly("b1 v2 2/2: b1 b2", "lost v1 2/2: a1 a2");
  }

  @Test
  void twoMailsNeverShareASlot() {
    add(mail("c", "[PATCH 0/2] gate"), patch("p1", "[PATCH 1/2] one").to("c"), patch("p2", "[PATCH 2/2] two").to("c"), patch("q2", "[PATCH 2/2] two again").to("p2"));
    assertThat(print()).containsExactly("c v1 2/2 cover c: p1 p2", "q2 v1 1/2: q2");
  }

  @Test
  void aDotVersionReplacesOneSlot() {
    add(mail("c", "[PATCH v5 0/2] gate"), patch("p1", "[PATCH v5 1/2] one").to("c"), patch("p2", "[PATCH v5 2/2] two").to("c"));
    Postings.Joined joined = builder.add(patch("q2", "[PATCH v5.1 2/2] two").to("p2").read());
    assertThat(joined.replaced()).contains(new MessageId("p2"));
    assertThat(print()).containsExactly("c v5 2/2 cover c: p1 q2");
  }

  @Test
  void resendIsASeriesOfItsOwnThatFollowsTheFirst() {
    add(patch("p1", "[PATCH v2] gate: close"), patch("q1", "[RESEND PATCH v2] gate: close").at("12:00"));
    assertThat(print()).containsExactly("p1 v2 1/1: p1", "q1 v2 1/1: q1");
    assertThat(builder.postings().previous("q1").map(before -> before.posting().key())).contains("p1");
  }

  @Test
  void withoutThreadingTwentyMinutesDecide() {
    add(mail("c", "[PATCH 0/2] gate"), patch("p1", "[PATCH 1/2] one").at("10:01"), patch("p2", "[PATCH 2/2] two").at("10:02"));
    add(patch("x2", "[PATCH 2/2] other").at("13:00"), patch("x1", "[PATCH 1/2] other").at("13:01").from("Noor Haddad <noor@haddad.example>"));
    assertThat(print()).containsExactly("c v1 2/2 cover c: p1 p2", "x1 v1 1/2: x1", "x2 v1 1/2: x2");
  }

  @Test
  void theSameMailThroughTwoListsIsOne() {
    add(patch("p1", "[PATCH] gate").from("Ilse Marrow via iommu <iommu@lists.example>"));
    Postings.Joined joined = builder.add(patch("p1", "[PATCH] gate").header("List-Id: <kvm.vger.kernel.org>").read());
    assertThat(joined.copy()).isTrue();
    assertThat(builder.series()).singleElement().satisfies(series -> assertThat(series.parts().get(1).mail().from().name()).isEqualTo("Ilse Marrow"));
  }

  @Test
  void answersComeBeforeWhatTheyAnswer() {
    add(mail("r2", "Re: [PATCH] gate").to("r1").references("p1", "r1"));
    assertThat(builder.postings().key(new MessageId("r2"))).as("the root of its thread").contains("p1");
    add(mail("r1", "Re: [PATCH] gate").to("p1"), patch("p1", "[PATCH] gate"));
    assertThat(builder.postings().of(new MessageId("r2")).map(Posting::key)).contains("p1");
  }

  @Test
  void aChangeIdLinksVersionsOfAnotherTitle() {
    String id = "change-id: 20231101-gate-7c87e09804e2\n";
    add(mail("c1", "[PATCH 0/1] gate").body("Text.\n---\n" + id), patch("a1", "[PATCH 1/1] one").to("c1"));
    add(mail("c2", "[PATCH v2 0/1] the gate, closed").body("Text.\n---\n" + id), patch("b1", "[PATCH v2 1/1] other").to("c2"));
    assertThat(builder.postings().previous("c2").map(before -> before.posting().key())).contains("c1");
  }

  @Test
  void onlySoManyMailsAreRemembered() {
    Postings postings = new Postings(100);
    for (int i = 0; i < 1_000; i++) {
      postings.add(Post.of(patch("p" + i, "[PATCH " + (i % 3 + 1) + "/3] x").to("c" + i / 3).posted(), Kind.PATCH));
      postings.add(Post.of(mail("r" + i, "Re: x").to("lost" + i).posted(), Kind.REPLY));
    }
    assertThat(postings.size()).isEqualTo(100);
    assertThat(postings.all()).hasSizeLessThanOrEqualTo(18);
  }

  /** Whatever the order of arrival: the same series of the same parts, and no mail in two of them. */
  @Test
  void theOrderOfArrivalDoesNotMatter() {
    List<Mail> mails = new ArrayList<>();
    for (Mails one : List.of(mail("c1", "[PATCH 0/3] gate"), patch("a1", "[PATCH 1/3] one").to("c1"), patch("a2", "[PATCH 2/3] two").to("c1"), patch("a3", "[PATCH 3/3] three").to("c1"),
        mail("c2", "[PATCH v2 0/3] gate").to("c1"), patch("b1", "[PATCH v2 1/3] one").to("c2").references("c1", "c2"), patch("b2", "[PATCH v2 2/3] two").to("c2").references("c1", "c2"),
        patch("b3", "[PATCH v2 3/3] three").to("c2").references("c1", "c2"), patch("d1", "[PATCH 1/2] x").from("Noor <noor@haddad.example>"),
        patch("d2", "[PATCH 2/2] y").to("d1").from("Noor <noor@haddad.example>"), mail("r1", "Re: [PATCH 1/3] one").to("a1").references("c1", "a1"), patch("e", "[PATCH] lone").at("18:00")))
      mails.add(one.read());
    List<String> expected = print(SeriesBuilder.of(mails));
    Random random = new Random(1);
    for (int round = 0; round < 300; round++) {
      Collections.shuffle(mails, random);
      assertThat(print(SeriesBuilder.of(mails))).as("%s", mails.stream().map(Mail::id).toList()).isEqualTo(expected);
    }
  }

  private void add(Mails... mails) {
    for (Mails mail : mails) builder.add(mail.read());
  }

  private List<String> print() {
    return print(builder.series());
  }

  private static List<String> print(List<Series> all) {
    List<String> lines = new ArrayList<>();
    for (Series series : all) {
      StringBuilder line = new StringBuilder(series.key() + " v" + series.version() + " " + series.parts().size() + "/" + series.total());
      series.cover().ifPresent(cover -> line.append(" cover ").append(cover.id()));
      line.append(':');
      series.parts().values().forEach(part -> line.append(' ').append(part.mail().id()));
      lines.add(line.toString());
    }
    return lines;
  }

  @Test
  void listThatRewritesFromDoesNotMakeOnePersonOfAll() {
    Post post = Post.of(PostedPatch.of(Mails.patch("a1", "[PATCH] gate: one").from("Ann via Tides <tides@lists.example>").header("Reply-To: Ann <Ann@tide.example>").read()), Kind.PATCH);
    assertThat(post.sender()).isEqualTo("ann@tide.example");
  }
}
