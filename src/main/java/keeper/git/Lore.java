// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;
import keeper.mail.MessageId;

/** Single mails and threads of a public-inbox server, by Message-ID. To follow a list, read its {@link Epochs} instead. */
public final class Lore {
  /** Every list at once; the way that needs no list's name. */
  public static final String PUBLIC = "https://lore.kernel.org/all";

  private static final int LIMIT = 64 << 20; // bytes of a thread, or of what a search finds, unpacked
  private static final int FEED_LIMIT = 8 << 20;

  private final String base; // without a slash at its end
  private final Web web;

  private Lore(String base, Web web) {
    this.base = base;
    this.web = web;
  }

  /**
   * The server's list that a pasted address belongs to: {@code https://host/list} of {@code https://host/list/ID/raw} or
   * {@code https://host/list/?q=…}. Empty for redirectors and for what is no public-inbox.
   */
  public static java.util.Optional<String> baseOf(String pasted) {
    String url = pasted.strip();
    if (!url.startsWith("http://") && !url.startsWith("https://")) return java.util.Optional.empty();
    int host = url.indexOf("://") + 3;
    int query = url.indexOf('?');
    if (query > host && Search.query(url) != null) return java.util.Optional.of(url.substring(0, query));
    int at = url.indexOf('/', host);
    while (at >= 0) {
      int next = url.indexOf('/', at + 1);
      String segment = url.substring(at + 1, next < 0 ? url.length() : next);
      if (segment.contains("@") || segment.toLowerCase(java.util.Locale.ROOT).contains("%40")) {
        String base = url.substring(0, at);
        boolean redirector = base.length() <= host || base.indexOf('/', host) < 0 || base.endsWith("/r") || base.contains("/project/") || base.contains("/patch");
        return redirector ? java.util.Optional.empty() : java.util.Optional.of(base);
      }
      at = next;
    }
    return java.util.Optional.empty();
  }

  /** Whether a pasted address is that of a whole thread: {@code …/t.mbox.gz}, {@code …/t/}, {@code …/T/#u}. */
  public static boolean isThread(String pasted) {
    return pasted.strip().matches("https?://.*/(t\\.mbox(\\.gz)?|[tT]|t\\.atom)/?(#.*)?");
  }

  /** The list of a pasted feed: {@code https://host/list} of {@code https://host/list/new.atom}. */
  public static java.util.Optional<String> feedOf(String pasted) {
    String url = pasted.strip();
    return url.matches("https?://.+/new\\.atom") ? java.util.Optional.of(url.substring(0, url.length() - "/new.atom".length())) : java.util.Optional.empty();
  }

  /** The query of a pasted search: {@code https://host/list/?q=…}. */
  public static java.util.Optional<String> query(String pasted) {
    return Search.isMeant(pasted.strip()) ? java.util.Optional.of(Search.query(pasted.strip())) : java.util.Optional.empty();
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
    return unzipped(id.id(), fetched(id, "/t.mbox.gz"));
  }

  /**
   * What a search finds, as mboxrd: all hits, not a page of them. So a path is back-filled without the list:
   * {@code dfn:drivers/vfio/* AND rt:1.month.ago..}.
   *
   * @param query in the server's words, see {@code /_/text/help/} there
   * @param threads with the whole thread of each hit
   * @return empty when nothing is found (or the server cannot read the query: it says the same to both)
   */
  public byte[] search(String query, boolean threads) {
    Web.Answer answer = found(query, threads, LIMIT);
    return answer.status() == 404 ? new byte[0] : unzipped(query, answer.body());
  }

  /** The answer as it came: 200 with gzip, or 404. */
  Web.Answer found(String query, boolean threads, int limit) {
    String url = base + "/?x=m" + (threads ? "&t=1" : "") + "&q=" + queryEncoded(query);
    Web.Answer answer = web.post(url, limit); // the parameters stand in the address; a GET gives a page for people
    if (answer.status() != 404 && answer.status() != 200) throw new GitException(url + ": the server answers " + answer.status() + "; try later");
    if (answer.status() == 200 && answer.isHtml())
      throw new GitException(url + ": a web page where mails were asked, which may be a check for browsers, or a server without search; try later, or read the list's archive");
    return answer;
  }

  /** The Message-IDs of the newest mails (mostly 25), newest first, from the Atom feed. */
  public List<MessageId> newest() {
    String url = base + "/new.atom";
    Web.Answer answer = web.get(url, FEED_LIMIT);
    if (answer.status() != 200) throw new GitException(url + ": the server answers " + answer.status() + "; check the address");
    if (answer.isHtml()) throw new GitException(url + ": a web page where a feed was asked, which may be a check for browsers; try later");
    try {
      return Feed.ids(answer.body());
    } catch (IOException e) {
      throw new GitException(url + ": is no feed (" + Jgit.reason(e) + "); check the address", e);
    }
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

  private byte[] unzipped(String id, byte[] body) {
    if (body.length < 2 || body[0] != 0x1f || body[1] != (byte) 0x8b) return body;
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
      byte[] mails = in.readNBytes(LIMIT + 1);
      if (mails.length > LIMIT) throw new GitException(base + "/" + id + ": what it found has more than " + (LIMIT >> 20) + " MiB");
      return mails;
    } catch (IOException e) {
      throw new GitException(base + "/" + id + ": the gzip is broken (" + Jgit.reason(e) + "); try again", e);
    }
  }

  /** As a form is sent: a blank is a plus, everything with a meaning is percent signs and digits. */
  private static String queryEncoded(String query) {
    return java.net.URLEncoder.encode(query, StandardCharsets.UTF_8);
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
