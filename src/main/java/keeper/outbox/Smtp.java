// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.outbox;

import jakarta.mail.Address;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.URLName;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import keeper.reply.Letter;
import keeper.reply.MailText;
import keeper.reply.Mailboxes;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPTransport;

/**
 * Sends one letter in one SMTP dialogue. What travels is the text that {@link MailText} makes, byte for byte; the library only
 * speaks the protocol. It always closes the connection.
 */
final class Smtp implements Post {
  private final SmtpSettings settings;

  Smtp(SmtpSettings settings) {
    this.settings = settings;
  }

  @Override
  public Delivery carry(Letter letter, Instant date) {
    Phased transport = new Phased(session(settings));
    try {
      connect(transport);
      transport.supported8Bit = transport.supportsExtension("8BITMIME");
      byte[] bytes = bytes(letter, date, transport.supported8Bit);
      transport.setEightBit(!isAscii(bytes));
      MimeMessage message = new MimeMessage(transport.session, new ByteArrayInputStream(bytes));
      transport.sendMessage(message, mailboxes(letter));
      return new Delivery.Taken(answer(transport));
    } catch (AuthenticationFailedException e) {
      return new Delivery.Later("the server did not accept the password (username in lockkeeper.toml, password in "
          + "LOCKKEEPER_SMTP_PASSWORD): " + text(e));
    } catch (SendFailedException e) {
      return failed(e, transport);
    } catch (MessagingException | RuntimeException e) {
      return broken(e, transport);
    } finally {
      close(transport);
    }
  }

  private void connect(Phased transport) throws MessagingException {
    boolean anonymous = settings.username().isEmpty();
    transport.connect(
        settings.server(), settings.port(), anonymous ? null : settings.username(), anonymous ? null : settings.password());
  }

  private static byte[] bytes(Letter letter, Instant date, boolean eightBit) {
    String text = MailText.of(letter, date, eightBit ? MailText.Encoding.EIGHT_BIT : MailText.Encoding.QUOTED_PRINTABLE);
    return text.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
  }

  private static boolean isAscii(byte[] bytes) {
    for (byte b : bytes) if (b < 0) return false;
    return true;
  }

  private static Address[] mailboxes(Letter letter) throws MessagingException {
    List<Address> all = new ArrayList<>();
    for (List<String> some : List.of(letter.to(), letter.cc()))
      for (String mailbox : some) all.add(new InternetAddress(Mailboxes.mailbox(mailbox), true));
    return all.toArray(new Address[0]);
  }

  private static Delivery failed(SendFailedException e, Phased transport) {
    if (e.getValidSentAddresses() != null && e.getValidSentAddresses().length > 0)
      return new Delivery.Taken("taken for " + e.getValidSentAddresses().length + " mailboxes, not for all: " + text(e));
    int code = code(e, transport);
    if (code >= 400 && code < 500) return new Delivery.Later(text(e));
    if (code >= 500 && code < 600) return new Delivery.Refused(text(e));
    return broken(e, transport);
  }

  /** The last answer of the server, as the exception knows it. */
  private static int code(SendFailedException e, Phased transport) {
    int worst = -1;
    for (Exception cause = e; cause != null; cause = cause instanceof MessagingException m ? m.getNextException() : null) {
      int code = -1;
      if (cause instanceof SMTPSendFailedException failed) code = failed.getReturnCode();
      if (cause instanceof org.eclipse.angus.mail.smtp.SMTPAddressFailedException failed) code = failed.getReturnCode();
      if (cause instanceof IOException) return -1;
      // One mailbox that may work later keeps the letter for another try.
      if (code >= 400 && (worst < 0 || code < worst)) worst = code;
    }
    return worst;
  }

  /** An error without an answer of the server: it depends on how far we were. */
  private static Delivery broken(Exception e, Phased transport) {
    return switch (transport.phase) {
      case CONNECTING -> new Delivery.Later("cannot be reached: " + text(e));
      case TALKING -> new Delivery.Unknown("the dialogue broke off: " + text(e));
      case ENDING -> new Delivery.Unknown("the server had the letter and gave no answer: " + text(e));
    };
  }

  private static String answer(Phased transport) {
    String line = transport.getLastServerResponse();
    return line == null ? "taken" : brief(line);
  }

  private static String text(Exception e) {
    StringBuilder text = new StringBuilder();
    for (Exception cause = e; cause != null && text.length() < 300; cause = cause instanceof MessagingException m ? m.getNextException() : null) {
      String one = brief(String.valueOf(cause.getMessage()));
      if (one.isEmpty() || text.indexOf(one) >= 0) continue;
      text.append(text.length() == 0 ? "" : "; ").append(one);
    }
    return text.toString();
  }

  private static String brief(String text) {
    String line = text.strip().replaceAll("[\\p{Cntrl}\\s]+", " ");
    return line.length() > 200 ? line.substring(0, 200) + "..." : line;
  }

  private static void close(Phased transport) {
    try {
      transport.close();
    } catch (MessagingException e) {
      // The letter's fate is known; how the server says goodbye does not matter.
    }
  }

  private static Session session(SmtpSettings settings) {
    Properties p = new Properties();
    String wait = "" + settings.timeoutSeconds() * 1000L;
    boolean tls = settings.security() == SmtpSettings.Security.TLS;
    boolean startTls = settings.security() == SmtpSettings.Security.STARTTLS;
    p.setProperty("mail.smtp.connectiontimeout", wait);
    p.setProperty("mail.smtp.timeout", wait);
    p.setProperty("mail.smtp.writetimeout", wait);
    p.setProperty("mail.smtp.ssl.enable", "" + tls);
    p.setProperty("mail.smtp.starttls.enable", "" + startTls);
    p.setProperty("mail.smtp.starttls.required", "" + startTls);
    p.setProperty("mail.smtp.ssl.checkserveridentity", "true");
    p.setProperty("mail.smtp.auth", "" + !settings.username().isEmpty());
    p.setProperty("mail.smtp.from", settings.envelopeSender());
    p.setProperty("mail.smtp.localhost", settings.hello());
    p.setProperty("mail.smtp.sendpartial", "true");
    p.setProperty("mail.smtp.quitwait", "true");
    return Session.getInstance(p);
  }

  private enum Phase { CONNECTING, TALKING, ENDING }

  /** A transport that remembers how far it came. */
  private static final class Phased extends SMTPTransport {
    private final Session session;
    private Phase phase = Phase.CONNECTING;
    private boolean supported8Bit;
    private boolean eightBit;

    Phased(Session session) {
      super(session, new URLName("smtp", null, -1, null, null, null));
      this.session = session;
    }

    void setEightBit(boolean on) {
      eightBit = on;
    }

    @Override
    protected void mailFrom() throws MessagingException {
      phase = Phase.TALKING;
      if (eightBit && supported8Bit) session.getProperties().setProperty("mail.smtp.mailextension", "BODY=8BITMIME");
      super.mailFrom();
    }

    @Override
    protected void finishData() throws IOException, MessagingException {
      phase = Phase.ENDING;
      super.finishData();
    }
  }
}
