// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.mail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class MboxTest {
  private static final String TWO = """
      From mboxrd@z Thu Jan  1 00:00:00 1970
      Subject: one

      >From here on
      >>From deeper
      From my point of view this is a sentence

      From mboxrd@z Thu Jan  1 00:00:00 1970
      Subject: two

      body
      """;

  @Test
  void mboxrdLosesOneMarkOfQuoting() {
    List<String> mails = split(TWO);
    assertThat(mails).hasSize(2);
    assertThat(mails.get(0)).isEqualTo("Subject: one\n\nFrom here on\n>From deeper\nFrom my point of view this is a sentence\n");
    assertThat(mails.get(1)).isEqualTo("Subject: two\n\nbody\n");
  }

  @Test
  void gzipIsUndone() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(TWO.getBytes(UTF_8));
    }
    assertThat(Mbox.split(packed.toByteArray())).hasSize(2);
    byte[] cut = java.util.Arrays.copyOf(packed.toByteArray(), packed.size() - 20);
    assertThat(Mbox.split(cut)).as("a damaged end loses the end alone").isNotEmpty();
  }

  @Test
  void whatBeginsWithoutAFromLineIsOneMail() {
    String mail = "Subject: x\n\n>From stays\n\nFrom mboxrd@z Thu Jan  1 00:00:00 1970\n";
    assertThat(split(mail)).containsExactly(mail);
  }

  @Test
  void formatPatchIsNotEscaped() {
    List<String> mails = split("From " + "0".repeat(40) + " Mon Sep 17 00:00:00 2001\nSubject: [PATCH] x\n\n>From stays\n");
    assertThat(mails).containsExactly("Subject: [PATCH] x\n\n>From stays\n");
  }

  @Test
  void emptyInputHasNoMail() {
    assertThat(split("")).isEmpty();
    assertThat(split("\n\n")).isEmpty();
  }

  @Test
  void mailsAndBareDiffsAreToldApart() {
    assertThat(Mbox.isMail("Subject: x\nFrom: a@b\n\n".getBytes(UTF_8))).isTrue();
    assertThat(Mbox.isMail(TWO.getBytes(UTF_8))).isTrue();
    assertThat(Mbox.isMail("diff --git a/x b/x\nindex 1..2\n".getBytes(UTF_8))).isFalse();
    assertThat(Mbox.isMail("--- a/x\n+++ b/x\n".getBytes(UTF_8))).isFalse();
    assertThat(Mbox.isMail(new byte[0])).isFalse();
  }

  private static List<String> split(String text) {
    List<String> mails = new ArrayList<>();
    for (byte[] mail : Mbox.split(text.getBytes(UTF_8))) mails.add(new String(mail, UTF_8));
    return mails;
  }

  @Test
  void whatIsWrittenIsReadBack() {
    String mail = "Subject: x\n\nFrom here on\n>From quoted\n\nend\n";
    String box = Mbox.entry(mail, "a@b.example", java.time.Instant.parse("2026-03-04T12:00:00Z"));
    assertThat(box).startsWith("From a@b.example Wed Mar  4 12:00:00 2026\n").contains("\n>From here on\n>>From quoted\n");
    List<byte[]> mails = Mbox.split((box + Mbox.entry("Subject: y\n\nFrom\n", "", java.time.Instant.EPOCH)).getBytes(UTF_8));
    assertThat(mails).hasSize(2);
    assertThat(new String(mails.get(0), UTF_8).strip()).isEqualTo(mail.strip());
  }
}
