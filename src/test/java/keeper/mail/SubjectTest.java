// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.mail;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubjectTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', textBlock = """
      [PATCH] vfio: lock                            | 1 | 0 | 1/1   | PATCH               | vfio: lock
      [PATCHv3] vfio: lock                          | 3 | 0 | 1/1   | PATCH               | vfio: lock
      [PATCH V3] vfio: lock                         | 3 | 0 | 1/1   | PATCH               | vfio: lock
      [PATCH v3 2/7] vfio: lock                     | 3 | 0 | 2/7   | PATCH               | vfio: lock
      [RFC PATCH net-next 02/14] vfio: lock         | 1 | 0 | 2/14  | RFC PATCH net-next  | vfio: lock
      [PATCH 00/33 v6] vfio: lock                   | 6 | 0 | 0/33  | PATCH               | vfio: lock
      [v3 PATCH 1/1] vfio: lock                     | 3 | 0 | 1/1   | PATCH               | vfio: lock
      [RESEND][PATCH v2] vfio: lock                 | 2 | 0 | 1/1   | RESEND PATCH        | vfio: lock
      [PATCH [net] v2, 1/3; x] vfio: lock           | 2 | 0 | 1/3   | PATCH net x         | vfio: lock
      [PATCH v12 3/ 9] vfio: lock                   | 12| 0 | 3/9   | PATCH               | vfio: lock
      [PATCH 1 of 2] vfio: lock                     | 1 | 0 | 1/2   | PATCH               | vfio: lock
      [PATCH v5.1 3/7] vfio: lock                   | 5 | 1 | 3/7   | PATCH               | vfio: lock
      [PATCH-v2 1/2] vfio: lock                     | 2 | 0 | 1/2   | PATCH               | vfio: lock
      [PATCH AUTOSEL 6.1 012/300] vfio: lock        | 1 | 0 | 12/300| PATCH AUTOSEL 6.1   | vfio: lock
      [PATCH] F81504/508/512 parts [maybe]          | 1 | 0 | 1/1   | PATCH               | F81504/508/512 parts [maybe]
      [PATCH                                        | 1 | 0 | 1/1   |                     | [PATCH
      PATCH: vfio: lock                             | 1 | 0 | 1/1   |                     | PATCH: vfio: lock
      Subject: [PATCH] vfio: lock                   | 1 | 0 | 1/1   | PATCH               | vfio: lock
      [PATCH 12345/99999] vfio: lock                | 1 | 0 | 1/1   | PATCH 12345/99999   | vfio: lock
      """)
  void bracketsSayVersionAndPart(String text, int version, int minor, String part, String prefixes, String title) {
    Subject subject = Subject.parse(text);
    assertThat(subject.version()).isEqualTo(version);
    assertThat(subject.minor()).isEqualTo(minor);
    assertThat(subject.part()).hasToString(part);
    assertThat(String.join(" ", subject.prefixes())).isEqualTo(prefixes == null ? "" : prefixes);
    assertThat(subject.title()).isEqualTo(title);
    assertThat(subject.reply()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"Re: [PATCH] x", "RE: [PATCH] x", "Re[2]: [PATCH] x", "AW: Re: [PATCH] x", "回复：[PATCH] x", "Fwd: [PATCH] x", "[list] Re: [PATCH] x", "Re : [PATCH] x"})
  void replyMarksOfSeveralLanguages(String text) {
    Subject subject = Subject.parse(text);
    assertThat(subject.reply()).isTrue();
    assertThat(subject.title()).isEqualTo("x");
  }

  @Test
  void aReplyMarkBehindTheTagIsAWordOfTheTitle() {
    Subject subject = Subject.parse("[PATCH] re: vfio: read side");
    assertThat(subject.reply()).isFalse();
    assertThat(subject.title()).isEqualTo("re: vfio: read side");
  }

  @Test
  void anyTextIsReadInLinearTime() {
    Subject subject = Subject.parse("[".repeat(100_000) + "PATCH" + "]".repeat(100_000) + " x");
    assertThat(subject.prefixes()).containsExactly("PATCH");
  }
}
