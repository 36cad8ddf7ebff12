// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.series;

import java.nio.charset.StandardCharsets;
import keeper.mail.Mail;

/** Small mails for tests. */
final class Mails {
  static final String DIFF = """
      diff --git a/drivers/vfio/gate.c b/drivers/vfio/gate.c
      --- a/drivers/vfio/gate.c
      +++ b/drivers/vfio/gate.c
      @@ -1,3 +1,4 @@
       {
      +	mutex_lock(&gate->lock);
       	gate->open = 0;
       }
      """;

  private final StringBuilder headers = new StringBuilder();
  private String body = "";

  static Mails mail(String id, String subject) {
    Mails mail = new Mails();
    mail.headers.append("Message-ID: <").append(id).append(">\nSubject: ").append(subject).append("\nFrom: Ilse Marrow <ilse@tide.example>\n");
    return mail.at("10:00");
  }

  /** A patch that adds one line of its own. */
  static Mails patch(String id, String subject) {
    return mail(id, subject).body("Log of " + id + ".\n\nSigned-off-by: Ilse Marrow <ilse@tide.example>\n---\n" + DIFF.replace("gate->lock", "gate->lock_" + id));
  }

  Mails to(String parent) {
    headers.append("In-Reply-To: <").append(parent).append(">\n");
    return this;
  }

  Mails references(String... ids) {
    headers.append("References: <").append(String.join("> <", ids)).append(">\n");
    return this;
  }

  Mails header(String line) {
    headers.append(line).append('\n');
    return this;
  }

  Mails from(String from) {
    int at = headers.indexOf("From: ");
    headers.replace(at, headers.indexOf("\n", at), "From: " + from);
    return this;
  }

  Mails at(String time) {
    int old = headers.indexOf("Date: ");
    if (old >= 0) headers.delete(old, headers.indexOf("\n", old) + 1);
    headers.append("Date: Thu, 16 Nov 2023 ").append(time).append(":00 +0000\n");
    return this;
  }

  Mails body(String text) {
    body = text;
    return this;
  }

  Mail read() {
    return Mail.read((headers + "\n" + body).getBytes(StandardCharsets.UTF_8));
  }

  PostedPatch posted() {
    return PostedPatch.of(read());
  }
}
