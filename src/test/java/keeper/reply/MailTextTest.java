// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.reply;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import keeper.mail.Mail;
import keeper.mail.MessageId;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class MailTextTest {
  private static final Instant NOON = Instant.parse("2026-03-04T12:00:00Z");

  private static Letter letter(String name, String subject, String body) {
    return new Letter(new MessageId("r.1.p1@x.example.org"), new MessageId("1@example.org"), List.of(new MessageId("1@example.org")),
        "bot <bot@example.org>", List.of(), List.of(name.isEmpty() ? "ann@example.org" : name + " <ann@example.org>"), List.of(), subject,
        List.of("Auto-Submitted: auto-generated"), body, List.of());
  }

  private static List<String> headerNames(String mail) {
    List<String> names = new ArrayList<>();
    for (String line : mail.substring(0, mail.indexOf("\n\n")).split("\n"))
      if (!line.startsWith(" ")) names.add(line.substring(0, line.indexOf(':')));
    return names;
  }

  /** Whatever stands in a subject or a name, no header is added, and none is too long for a server. */
  @Property(tries = 500)
  void nothingGetsOutOfItsHeader(@ForAll String name, @ForAll String subject) {
    String mail = MailText.of(letter(Words.brief(name, 100), Letters.subject(subject), "x\n"), NOON, MailText.Encoding.EIGHT_BIT);
    assertThat(headerNames(mail)).containsExactly("From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References",
        "Auto-Submitted", "MIME-Version", "Content-Type", "Content-Transfer-Encoding");
    for (String line : mail.split("\n")) assertThat(line.length()).isLessThan(998);
    for (int i = 0; i < mail.length(); i++) assertThat(mail.charAt(i)).satisfies(c -> assertThat(c == '\n' || c >= ' ' && c < 127).isTrue());
  }

  @Property(tries = 300)
  void subjectsAreReadBackAsTheyWere(@ForAll String text) {
    String subject = Letters.subject(text);
    Mail read = Mail.read(MailText.of(letter("", subject, "x\n"), NOON, MailText.Encoding.EIGHT_BIT).getBytes(StandardCharsets.UTF_8));
    assertThat(read.subject().text().replaceAll("[\\s\\p{Z}]+", " ").strip()).isEqualTo(subject.replaceAll("[\\s\\p{Z}]+", " ").strip());
  }

  @Test
  void aLineBreakInAnAddressIsRefusedNotSent() {
    Letter evil = letter("Ann\nBcc: evil@example.com", "x", "x\n");
    String mail = MailText.of(evil, NOON, MailText.Encoding.EIGHT_BIT);
    assertThat(headerNames(mail)).doesNotContain("Bcc");
    Letter worse = new Letter(evil.id(), evil.inReplyTo(), List.of(), evil.from(), List.of(), List.of("a@example.org\nBcc: b@example.org"),
        List.of(), "x", List.of(), "x\n", List.of());
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> MailText.of(worse, NOON, MailText.Encoding.EIGHT_BIT))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Whichever way it travels, the body comes out as it went in. */
  @Property(tries = 300)
  void bodiesSurviveBothEncodings(@ForAll List<String> lines) {
    StringBuilder body = new StringBuilder("b\u00e4 = 3D ");
    for (String line : lines) body.append(Words.line(line)).append('\n');
    body.append("From here\n");
    String quoted = MailText.of(letter("", "x", body.toString()), NOON, MailText.Encoding.QUOTED_PRINTABLE);
    String plain = MailText.of(letter("", "x", body.toString()), NOON, MailText.Encoding.EIGHT_BIT);
    for (String line : quoted.split("\n")) assertThat(line.length()).isLessThanOrEqualTo(76);
    assertThat(unquoted(quoted.substring(quoted.indexOf("\n\n") + 2))).isEqualTo(body.toString());
    assertThat(plain.substring(plain.indexOf("\n\n") + 2)).isEqualTo(body.toString());
  }

  private static String unquoted(String text) {
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
    String joined = text.replace("=\n", "");
    for (int i = 0; i < joined.length(); i++) {
      if (joined.charAt(i) == '=') {
        out.write(Integer.parseInt(joined.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        out.write(joined.charAt(i));
      }
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aLineTooLongForServersIsQuotedPrintable() {
    String mail = MailText.of(letter("", "x", "> +" + "y".repeat(2000) + "\n"), NOON, MailText.Encoding.EIGHT_BIT);
    assertThat(mail).contains("Content-Transfer-Encoding: quoted-printable");
  }
}
