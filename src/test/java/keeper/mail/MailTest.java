// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import keeper.text.Problem;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Golden pairs: {@code x.eml} as it lies in an archive, {@code x.mail} as it is read. {@code -Dgolden=write} writes them anew. */
class MailTest {
  private static final Path FOLDER = Path.of("src/test/resources/keeper/mail");

  @TestFactory
  Stream<DynamicTest> mails() throws IOException {
    return Files.list(FOLDER).filter(file -> file.toString().endsWith(".eml")).sorted()
        .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(file)));
  }

  private static void check(Path file) {
    try {
      String found = print(Mail.read(Files.readAllBytes(file)));
      Path golden = Path.of(file.toString().replace(".eml", ".mail"));
      if ("write".equals(System.getProperty("golden"))) Files.writeString(golden, found);
      assertThat(found).as("%s; -Dgolden=write writes it anew", golden).isEqualTo(Files.readString(golden));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every field that differs from its default, then the body. */
  private static String print(Mail mail) {
    Subject subject = mail.subject();
    StringBuilder out = new StringBuilder();
    line(out, "id", mail.id() + (mail.aliases().isEmpty() ? "" : " also " + mail.aliases()));
    line(out, "subject", (subject.reply() ? "reply " : "") + subject.prefixes() + " v" + subject.version() + (subject.minor() > 0 ? "." + subject.minor() : "")
        + " " + subject.part() + " " + subject.title());
    line(out, "from", mail.from().toString());
    if (!mail.author().equals(mail.from())) line(out, "author", mail.author().toString());
    line(out, "date", mail.date().map(Object::toString).orElse("none"));
    for (Address to : mail.to()) line(out, "to", to.toString());
    for (Address cc : mail.cc()) line(out, "cc", cc.toString());
    mail.inReplyTo().ifPresent(parent -> line(out, "parent", parent.id()));
    if (!mail.references().isEmpty()) line(out, "references", mail.references().toString());
    for (Problem problem : mail.problems()) line(out, "problem", problem.message());
    InBody inBody = InBody.of(mail.body(), subject.announcesPatch());
    if (inBody.start() > 0) line(out, "log begins at", new String(mail.body().substring(inBody.start())).lines().findFirst().orElse(""));
    out.append('\n');
    for (String one : mail.body().split("\n", -1)) out.append(visible(one)).append('\n');
    return out.toString();
  }

  private static void line(StringBuilder out, String name, String value) {
    out.append(name).append(": ").append(visible(value)).append('\n');
  }

  /** Control characters and blanks at the end are shown. */
  private static String visible(String text) {
    String shown = text.replace("\t", "→").replace("\r", "␍").replace("\u0000", "␀");
    return shown.endsWith(" ") ? shown.substring(0, shown.length() - 1) + "␠" : shown;
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
