// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.mail;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What a well-behaved program writes is read back as it was, whatever the transfer encoding, the folding or the parts. */
class MailLawsTest {
  @Provide
  Arbitrary<String> bodies() {
    Arbitrary<String> line = Arbitraries.strings().withChars(" \tabz{}()=+-@<>\"'\\/.;,:_?%&#0189äß€漢").ofMaxLength(90);
    return line.list().ofMaxSize(20).map(lines -> String.join("\n", lines) + "\n").filter(body -> !body.isBlank());
  }

  @Provide
  Arbitrary<String> titles() {
    return Arbitraries.strings().withChars(" abcxyz0189:;,.()[]=?_-\"'<>äß€漢").ofMinLength(1).ofMaxLength(150)
        .map(Subject::collapsed).filter(title -> !title.isEmpty() && !title.contains("=?"));
  }

  @Provide
  Arbitrary<List<String>> names() {
    return Arbitraries.strings().withChars("abcXYZ ,.()\"@äß漢'-").ofMinLength(1).ofMaxLength(40).map(Subject::collapsed)
        .filter(name -> !name.isEmpty() && !name.startsWith("\"") && !name.startsWith("'")).list().ofMinSize(1).ofMaxSize(6);
  }

  @Property(tries = 100, seed = "11")
  void aBodySurvivesEveryEncoding(@ForAll("bodies") String body) throws Exception {
    for (String encoding : List.of("base64", "quoted-printable", "8bit")) {
      MimeMessage message = message("x");
      message.setText(body, "utf-8");
      message.setHeader("Content-Transfer-Encoding", encoding);
      assertThat(Mail.read(bytes(message)).body()).as(encoding).isEqualTo(body);
    }
  }

  @Property(tries = 60, seed = "12")
  void aBodySurvivesPartsAndSignatures(@ForAll("bodies") String body) throws Exception {
    MimeBodyPart text = new MimeBodyPart();
    text.setText(body, "utf-8");
    text.setHeader("Content-Transfer-Encoding", "quoted-printable");
    MimeBodyPart html = new MimeBodyPart();
    html.setText("<p>" + body + "</p>", "utf-8", "html");
    MimeBodyPart both = new MimeBodyPart();
    both.setContent(new MimeMultipart("alternative", text, html));
    MimeBodyPart signature = new MimeBodyPart();
    signature.setText("no part of the text", "us-ascii");
    signature.setHeader("Content-Type", "application/pgp-signature");
    MimeMessage message = message("x");
    message.setContent(new MimeMultipart("signed", both, signature));
    // The line end before a boundary stays, see MimeText.
    assertThat(Mail.read(bytes(message)).body().stripTrailing()).isEqualTo(body.stripTrailing());
  }

  @Property(tries = 150, seed = "13")
  void aSubjectSurvivesEncodingAndFolding(@ForAll("titles") String title) throws Exception {
    MimeMessage message = message("[PATCH v2 3/7] vfio: " + title);
    message.setText("x");
    Subject subject = Mail.read(bytes(message)).subject();
    assertThat(subject.title()).isEqualTo("vfio: " + title);
    assertThat(subject.part()).hasToString("3/7");
  }

  @Property(tries = 150, seed = "14")
  void namesSurviveQuotingAndEncoding(@ForAll("names") List<String> names) throws Exception {
    MimeMessage message = message("x");
    message.setText("x");
    List<Address> expected = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      message.addRecipient(Message.RecipientType.CC, new InternetAddress("a" + i + "@tide.example", names.get(i), "utf-8"));
      expected.add(new Address(names.get(i), "a" + i + "@tide.example"));
    }
    assertThat(Mail.read(bytes(message)).cc()).isEqualTo(expected);
  }

  private static MimeMessage message(String subject) throws MessagingException {
    MimeMessage message = new MimeMessage(jakarta.mail.Session.getInstance(new Properties()));
    message.setFrom(new InternetAddress("ilse@tide.example"));
    message.setSubject(subject, "utf-8");
    return message;
  }

  private static byte[] bytes(MimeMessage message) throws MessagingException, IOException {
    String encoding = message.getHeader("Content-Transfer-Encoding") == null ? "" : message.getHeader("Content-Transfer-Encoding")[0];
    message.saveChanges();
    if (!encoding.isEmpty()) message.setHeader("Content-Transfer-Encoding", encoding);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    message.writeTo(out);
    // As archives keep them.
    return out.toString(StandardCharsets.ISO_8859_1).replace("\r\n", "\n").getBytes(StandardCharsets.ISO_8859_1);
  }
}
