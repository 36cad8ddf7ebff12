// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.mail;

import static keeper.mail.MailTest.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import keeper.text.Problem;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** Mails that somebody made to hurt. Each is read within its limits, and says what was left out. */
class HostileMailTest {
  private static final String HEAD = "Message-ID: <x@tide.example>\nFrom: a@b.example\nDate: 16 Nov 2023 10:30:00 +0000\nSubject: x\n";

  @Test
  void aSubjectOfAMegabyteIsCut() {
    Mail mail = read("Message-ID: <x@tide.example>\nFrom: a@b.example\nDate: 16 Nov 2023 10:30:00 +0000\nSubject: " + "[".repeat(1_000_000) + "\n\nbody\n");
    assertThat(mail.subject().text()).hasSize(4_000);
    assertThat(messages(mail)).contains("the subject has more than 4000 characters: cut", "header lines that are none, or too many or too long, were left out");
    assertThat(mail.body()).isEqualTo("body\n");
  }

  @Test
  void aSubjectFoldedAMillionTimesIsCut() {
    Mail mail = read("Subject: x\n" + " =?utf-8?q?a?=\n".repeat(300_000) + "Message-ID: <x@tide.example>\n\nbody\n");
    assertThat(mail.subject().text().length()).isLessThanOrEqualTo(4_000);
    assertThat(mail.id().id()).isEqualTo("x@tide.example");
  }

  @Test
  void aMillionHeaderLinesCostNothing() {
    Mail mail = read(HEAD + "a: b\n".repeat(1_000_000) + "\nbody\n");
    assertThat(mail.body()).isEqualTo("body\n");
    assertThat(messages(mail)).contains("header lines that are none, or too many or too long, were left out");
  }

  @Test
  void aMillionPartsAreNotRead() {
    Mail mail = read(HEAD + "Content-Type: multipart/mixed; boundary=b\n\n" + "--b\n\nx\n".repeat(1_000_000));
    assertThat(mail.body()).hasSizeLessThan(1_000);
    assertThat(messages(mail)).contains("more than 100 parts: the rest is not read");
  }

  @Test
  void partsInPartsWithTheSameBoundaryEnd() {
    StringBuilder nested = new StringBuilder(HEAD);
    for (int i = 0; i < 10_000; i++) nested.append("Content-Type: multipart/mixed; boundary=b\n\n--b\n");
    Mail mail = read(nested.toString());
    assertThat(mail.problems()).isNotEmpty();
  }

  @Test
  void partsInPartsOfTheirOwnBoundariesEnd() {
    StringBuilder nested = new StringBuilder(HEAD);
    for (int i = 0; i < 10_000; i++) nested.append("Content-Type: multipart/mixed; boundary=b").append(i).append("\n\n--b").append(i).append('\n');
    assertThat(messages(read(nested.toString()))).contains("parts in parts more than 8 deep are not read");
  }

  @Test
  void aHundredThousandAddressesAndReferences() {
    Mail mail = read(HEAD + "To: " + "a@b.example, ".repeat(100_000) + "\nReferences: " + "<a@b> <c@d> ".repeat(50_000) + "\n\nbody\n");
    assertThat(mail.to().size()).isLessThanOrEqualTo(Address.LIMIT);
    assertThat(mail.references()).hasSize(2);
  }

  @Test
  void openBracketsAndQuotesDoNotMakeItSlow() {
    for (String cause : List.of("<", "(", "\"", "a, ", "=?", "=?utf-8?q?", "\\", "[", "Re: ", ":")) {
      String header = cause.repeat(60_000 / cause.length());
      Assertions.assertTimeoutPreemptively(Duration.ofSeconds(5), () -> {
        read("From: " + header + "\nTo: " + header + "\nSubject: " + header + "\nReferences: " + header + "\nMessage-ID: " + header
            + "\nContent-Type: text/plain; " + header + "\nDate: " + header + "\n\n" + header);
      }, cause);
    }
  }

  @Test
  void noHeaderCarriesALineBreak() {
    Mail mail = read("Message-ID: <x@tide.example>\r\nFrom: =?utf-8?q?a=0D=0ABcc=3A_b?= <a@b\r\n .example>\r\nSubject: =?utf-8?b?eA0KQmNjOiB5?=\r\nCc: \"a\rb\" <c@d>\r\nReply-To: =?utf-8?q?=0D=0Ax?=\r\n\r\n");
    List<String> values = new ArrayList<>(List.of(mail.subject().text(), mail.subject().title(), mail.from().toString(), mail.cc().toString()));
    values.addAll(mail.headers().values());
    assertThat(values).noneMatch(value -> value.indexOf('\r') >= 0 || value.indexOf('\n') >= 0 || value.indexOf('\0') >= 0);
  }

  @Test
  void aGzipBombIsReadMailByMail() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes("Subject: x\n\n"));
      byte[] zeros = new byte[1024 * 1024];
      for (int i = 0; i < 60; i++) gzip.write(zeros);
    }
    List<byte[]> mails = Mbox.split(packed.toByteArray());
    assertThat(mails).hasSize(1);
    assertThat(mails.get(0).length).isLessThan(MailReader.MAX_MAIL + 64 * 1024 + 1024);
    assertThat(messages(Mail.read(mails.get(0)))).anyMatch(message -> message.startsWith("larger than "));
  }

  /** Seeded: every run changes the same bytes of the same mails. */
  @Test
  void noBytesMakeTheReaderThrow() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of("src/test/resources/keeper/mail"))) {
      for (Path file : files.filter(one -> one.toString().endsWith(".eml")).sorted().toList()) seeds.add(Files.readAllBytes(file));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    Random random = new Random(20231123);
    for (int round = 0; round < 15_000; round++) {
      byte[] raw = seeds.get(random.nextInt(seeds.size())).clone();
      for (int change = random.nextInt(20); change >= 0 && raw.length > 0; change--) {
        int at = random.nextInt(raw.length);
        switch (random.nextInt(4)) {
          case 0 -> raw[at] = (byte) random.nextInt(256);
          case 1 -> raw[at] = (byte) "\n\r\t :;=?<>-\"(,)[]/@".charAt(random.nextInt(19));
          case 2 -> raw = Arrays.copyOf(raw, at);
          default -> raw = spliced(raw, at, seeds.get(random.nextInt(seeds.size())), random);
        }
      }
      Mail mail = Mail.read(raw);
      for (String value : mail.headers().values()) assertThat(value).doesNotContain("\n");
      Mbox.split(raw);
      Mbox.isMail(raw);
    }
  }

  private static byte[] spliced(byte[] raw, int at, byte[] other, Random random) {
    int from = other.length == 0 ? 0 : random.nextInt(other.length);
    int to = Math.min(other.length, from + random.nextInt(200));
    byte[] out = Arrays.copyOf(raw, at + to - from);
    System.arraycopy(other, from, out, at, to - from);
    return out;
  }

  private static Mail read(String text) {
    return Mail.read(bytes(text));
  }

  private static List<String> messages(Mail mail) {
    return mail.problems().stream().map(Problem::message).toList();
  }
}
