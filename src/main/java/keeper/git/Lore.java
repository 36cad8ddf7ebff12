// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import keeper.mail.MessageId;

/** Single mails and threads of a public-inbox server, by Message-ID. To follow a list, read its {@link Epochs} instead. */
public final class Lore {
  /** Every list at once; the way that needs no list's name. */
  public static final String PUBLIC = "https://lore.kernel.org/all";

  private static final int LIMIT = 64 << 20; // bytes of a thread, unpacked

  private final String base; // without a slash at its end
  private final Web web;

  private Lore(String base, Web web) {
    this.base = base;
    this.web = web;
  }

  /** @param base the address of one list, or of all lists of a server: {@link #PUBLIC} */
  public static Lore at(String base, Manners manners) {
    String trimmed = base;
    while (trimmed.endsWith("/")) trimmed = trimmed.substring(0, trimmed.length() - 1);
    return new Lore(trimmed, new Web(manners));
  }

  /**
   * One mail, as an mbox of usually one (mboxrd: lines that begin with {@code >From } have one {@code >} more).
   *
   * @throws GitException when there is no such mail, or no answer
   */
  public byte[] mail(MessageId id) {
    return fetched(id, "/raw");
  }

  /** Everything connected with a mail, earlier and later, as mboxrd, in no particular order. */
  public byte[] thread(MessageId id) {
    return unzipped(id, fetched(id, "/t.mbox.gz"));
  }

  private byte[] fetched(MessageId id, String what) {
    String url = base + "/" + encoded(id.id()) + what;
    Web.Answer answer = web.get(url, LIMIT);
    // An unknown id gives 404 for a thread, and 300 with guesses for a mail.
    if (answer.status() == 404 || answer.status() == 300)
      throw new GitException(url + ": no mail of this Message-ID there; check it, or name another server with its list");
    if (answer.status() != 200) throw new GitException(url + ": the server answers " + answer.status() + "; try later");
    if (what.equals("/raw") ? !answer.isMbox() : answer.isHtml())
      throw new GitException(url + ": a web page where a mail was asked, which may be a check for browsers; try later, or read the list's archive");
    return answer.body();
  }

  private byte[] unzipped(MessageId id, byte[] body) {
    if (body.length < 2 || body[0] != 0x1f || body[1] != (byte) 0x8b) return body;
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
      byte[] mails = in.readNBytes(LIMIT + 1);
      if (mails.length > LIMIT) throw new GitException(base + "/" + id + ": the thread has more than " + (LIMIT >> 20) + " MiB");
      return mails;
    } catch (IOException e) {
      throw new GitException(base + "/" + id + ": the thread's gzip is broken (" + Jgit.reason(e) + "); try again", e);
    }
  }

  /** All but what a path may hold, slash included, as percent signs and digits. */
  private static String encoded(String id) {
    StringBuilder path = new StringBuilder();
    for (byte b : id.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "-._~@+=$!*".indexOf(c) >= 0;
      if (plain) path.append(c);
      else path.append('%').append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
    }
    return path.toString();
  }
}
