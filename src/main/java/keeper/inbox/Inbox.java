// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.inbox;

import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.FetchProfile;
import jakarta.mail.Folder;
import jakarta.mail.FolderNotFoundException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.UIDFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import keeper.mail.Arrival;
import org.eclipse.angus.mail.imap.IMAPFolder;
import org.eclipse.angus.mail.imap.IMAPMessage;
import org.eclipse.angus.mail.imap.IMAPStore;

/**
 * Reads a folder over IMAP as an archive of one epoch: each mail once, in order of arrival. The place to go on from is the folder's
 * UIDVALIDITY and the last UID; when the server has numbered anew, all is told again. The folder is opened for reading only and
 * bodies are peeked at, so nothing changes on the server, not even what is marked as read.
 */
public final class Inbox {
  private static final int MAIL_LIMIT = 16 << 20; // bytes, as of a list's archive
  private static final int AT_ONCE = 200; // mails whose sizes are asked for together
  private static final int EPOCH = 0;

  private final ImapSettings settings;

  private Inbox(ImapSettings settings) {
    this.settings = settings;
  }

  public static Inbox at(ImapSettings settings) {
    return new Inbox(settings);
  }

  /**
   * Tells what came since.
   *
   * @param heads the place to go on from, as {@link Arrival.Reached} told it, under epoch 0
   * @return one line for each mail that could not be read; the others were told
   * @throws InboxException when the server cannot be reached, does not know us, or has no such folder
   */
  public List<String> tell(Map<Integer, String> heads, Consumer<Arrival> reader) {
    List<String> problems = new ArrayList<>();
    try (IMAPStore store = (IMAPStore) session().getStore("imap")) {
      store.connect(settings.server(), settings.port(), settings.username(), settings.password());
      try (IMAPFolder folder = (IMAPFolder) store.getFolder(settings.folder())) {
        folder.open(Folder.READ_ONLY);
        folder(folder, heads.get(EPOCH), reader, problems);
      }
      return problems;
    } catch (AuthenticationFailedException e) {
      throw new InboxException(settings + ": the server did not accept the password; it is read from the environment (see [mailbox] in lockkeeper.toml)", e);
    } catch (FolderNotFoundException e) {
      throw new InboxException(settings + ": there is no folder " + settings.folder() + "; set folder in [mailbox]", e);
    } catch (MessagingException e) {
      throw new InboxException(settings + ": cannot be read (" + reason(e) + "); the next round tries again", e);
    }
  }

  private void folder(IMAPFolder folder, String head, Consumer<Arrival> reader, List<String> problems) throws MessagingException {
    long validity = folder.getUIDValidity();
    long last = 0;
    if (head != null) {
      int dot = head.indexOf('.');
      boolean same = dot > 0 && head.substring(0, dot).equals(Long.toString(validity));
      if (same) last = Long.parseLong(head.substring(dot + 1));
      else reader.accept(new Arrival.Restarted(EPOCH));
    }
    // "n:*" always has the newest mail in it, even when its UID is below n.
    Message[] found = folder.getMessagesByUID(last + 1, UIDFolder.LASTUID);
    List<Message> fresh = new ArrayList<>();
    for (Message message : found) if (message != null && folder.getUID(message) > last) fresh.add(message);
    for (int from = 0; from < fresh.size(); from += AT_ONCE) {
      List<Message> some = fresh.subList(from, Math.min(fresh.size(), from + AT_ONCE));
      FetchProfile profile = new FetchProfile();
      profile.add(FetchProfile.Item.SIZE);
      profile.add(IMAPFolder.FetchProfileItem.INTERNALDATE);
      folder.fetch(some.toArray(new Message[0]), profile);
      for (Message message : some) {
        last = folder.getUID(message);
        reader.accept(mail((IMAPMessage) message, validity + "." + last, problems));
        ((IMAPMessage) message).invalidateHeaders();
      }
      reader.accept(new Arrival.Reached(EPOCH, validity + "." + last));
    }
    if (fresh.isEmpty() && head == null) reader.accept(new Arrival.Reached(EPOCH, validity + ".0"));
  }

  private Arrival mail(IMAPMessage message, String name, List<String> problems) throws MessagingException {
    Date date = message.getReceivedDate();
    Instant received = date == null ? Instant.EPOCH : date.toInstant();
    if (message.getSize() > MAIL_LIMIT) return unreadable(name, received, "larger than " + (MAIL_LIMIT >> 20) + " MiB", problems);
    try (InputStream in = message.getMimeStream()) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(Math.max(64, message.getSize()));
      byte[] buffer = new byte[16384];
      for (int n; (n = in.read(buffer)) >= 0; ) {
        bytes.write(buffer, 0, n);
        if (bytes.size() > MAIL_LIMIT) return unreadable(name, received, "larger than it said", problems);
      }
      return new Arrival.Posted(EPOCH, name, received, unix(bytes.toByteArray()));
    } catch (IOException e) {
      return unreadable(name, received, "the server does not give it: " + reason(e), problems);
    }
  }

  private static Arrival unreadable(String name, Instant received, String reason, List<String> problems) {
    problems.add("mail " + name + ": " + reason + "; it is skipped");
    return new Arrival.Unreadable(EPOCH, name, received, reason);
  }

  /** IMAP gives every line end as CRLF; archives have LF. */
  private static byte[] unix(byte[] bytes) {
    byte[] out = new byte[bytes.length];
    int length = 0;
    for (int i = 0; i < bytes.length; i++)
      if (bytes[i] != '\r' || i + 1 == bytes.length || bytes[i + 1] != '\n') out[length++] = bytes[i];
    return java.util.Arrays.copyOf(out, length);
  }

  private Session session() {
    Properties p = new Properties();
    String wait = "" + settings.timeoutSeconds() * 1000L;
    boolean startTls = settings.security() == ImapSettings.Security.STARTTLS;
    p.setProperty("mail.imap.connectiontimeout", wait);
    p.setProperty("mail.imap.timeout", wait);
    p.setProperty("mail.imap.writetimeout", wait);
    p.setProperty("mail.imap.ssl.enable", "" + (settings.security() == ImapSettings.Security.TLS));
    p.setProperty("mail.imap.starttls.enable", "" + startTls);
    p.setProperty("mail.imap.starttls.required", "" + startTls);
    p.setProperty("mail.imap.ssl.checkserveridentity", "true");
    p.setProperty("mail.imap.peek", "true");
    p.setProperty("mail.imap.fetchsize", "262144");
    p.setProperty("mail.imap.connectionpoolsize", "1");
    return Session.getInstance(p);
  }

  private static String reason(Exception e) {
    Throwable cause = e;
    for (int i = 0; i < 10 && cause.getCause() != null && cause.getCause() != cause; i++) cause = cause.getCause();
    String text = cause.getMessage() == null || cause.getMessage().isBlank() ? cause.getClass().getSimpleName() : cause.getMessage();
    if (cause instanceof java.net.UnknownHostException) text = "unknown host " + text;
    String line = text.strip().replaceAll("[\\p{Cntrl}\\s]+", " ");
    return line.length() > 200 ? line.substring(0, 200) + "..." : line;
  }
}
