// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Flags;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import keeper.mail.Arrival;
import keeper.mail.Mail;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The bot's mailbox on an IMAP server. */
class InboxTest {
  private final GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_IMAP));
  private final Map<Integer, String> heads = new TreeMap<>();
  private GreenMailUser user;

  @BeforeEach
  void start() {
    server.start();
    user = server.setUser("bot@example.org", "bot", "secret");
  }

  @AfterEach
  void stop() {
    server.stop();
  }

  @Test
  void eachMailIsToldOnceAndNothingChangesOnTheServer() throws Exception {
    assertThat(told()).isEmpty();
    deliver("one");
    deliver("two");
    assertThat(told()).containsExactly("one", "two");
    assertThat(told()).isEmpty();
    deliver("three");
    assertThat(told()).containsExactly("three");
    for (var stored : server.getManagers().getImapHostManager().getInbox(user).getMessages())
      assertThat(stored.getFlags().contains(Flags.Flag.SEEN)).isFalse();
  }

  @Test
  void linesEndAsInAnArchive() throws Exception {
    deliver("one");
    List<Arrival> arrivals = new ArrayList<>();
    Inbox.at(settings("secret", "INBOX")).tell(heads, arrivals::add);
    byte[] bytes = ((Arrival.Posted) arrivals.get(0)).bytes();
    assertThat(new String(bytes, StandardCharsets.UTF_8)).contains("#lockkeeper invalid: one\n").doesNotContain("\r");
  }

  @Test
  void mailboxThatWasNumberedAnewIsToldAgain() throws Exception {
    deliver("one");
    told();
    heads.put(0, "1." + 1);
    assertThat(told()).containsExactly("again", "one");
  }

  @Test
  void whatIsWrongIsOneLineWithoutThePassword() {
    assertThatThrownBy(() -> Inbox.at(settings("wrong", "INBOX")).tell(heads, arrival -> {}))
        .isInstanceOf(InboxException.class).hasMessageContaining("did not accept the password").hasMessageNotContaining("wrong");
    assertThatThrownBy(() -> Inbox.at(settings("secret", "Nowhere")).tell(heads, arrival -> {}))
        .isInstanceOf(InboxException.class).hasMessageContaining("no folder Nowhere");
    ImapSettings nobody = new ImapSettings("127.0.0.1", 1, ImapSettings.Security.NONE, "bot", "secret", "INBOX", 5);
    assertThatThrownBy(() -> Inbox.at(nobody).tell(heads, arrival -> {}))
        .isInstanceOf(InboxException.class).hasMessageContaining("127.0.0.1:1").hasMessageContaining("cannot be read");
  }

  @Test
  void passwordIsNeverSaidInClearWhenTlsWasAsked() {
    ImapSettings wary = new ImapSettings("127.0.0.1", port(), ImapSettings.Security.STARTTLS, "bot", "secret", "INBOX", 5);
    assertThatThrownBy(() -> Inbox.at(wary).tell(heads, arrival -> {})).isInstanceOf(InboxException.class).hasMessageContaining("STARTTLS");
    assertThat(wary.toString()).doesNotContain("secret");
  }

  private List<String> told() {
    List<String> told = new ArrayList<>();
    List<String> problems = Inbox.at(settings("secret", "INBOX")).tell(heads, arrival -> {
      if (arrival instanceof Arrival.Posted posted) told.add(Mail.read(posted.bytes()).subject().title());
      else if (arrival instanceof Arrival.Restarted) told.add("again");
      else if (arrival instanceof Arrival.Reached reached) heads.put(reached.epoch(), reached.commit());
    });
    assertThat(problems).isEmpty();
    return told;
  }

  private void deliver(String title) throws Exception {
    String mail = "From: Jane <jane@example.org>\r\nTo: bot@example.org\r\nSubject: " + title + "\r\nMessage-ID: <" + title
        + "@example.org>\r\n\r\n#lockkeeper invalid: " + title + "\r\n";
    user.deliver(new MimeMessage(null, new ByteArrayInputStream(mail.getBytes(StandardCharsets.UTF_8))));
  }

  private ImapSettings settings(String password, String folder) {
    return new ImapSettings("127.0.0.1", port(), ImapSettings.Security.NONE, "bot", password, folder, 10);
  }

  private int port() {
    return server.getImap().getPort();
  }
}
