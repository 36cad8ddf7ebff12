// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.series;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import keeper.mail.Mail;
import keeper.mail.MessageId;

/** The series of a thread or a box, all of it in memory: for one question, not for a list. */
public final class SeriesBuilder {
  private final Postings postings = new Postings(1_000_000);
  private final Map<MessageId, PostedPatch> mails = new HashMap<>();

  /** Groups mails, in any order; covers and parts only, replies take no part. */
  public static List<Series> of(List<Mail> mails) {
    SeriesBuilder builder = new SeriesBuilder();
    for (Mail mail : mails) builder.add(mail);
    return builder.series();
  }

  /** Takes in one mail; says what it did. The better of two copies is kept. */
  public Postings.Joined add(Mail mail) {
    PostedPatch posted = PostedPatch.of(mail);
    Kind kind = Kind.of(posted).kind();
    PostedPatch there = mails.get(mail.id());
    if (kind == Kind.PATCH || kind == Kind.COVER)
      if (there == null || isBetterCopy(mail, there.mail())) mails.put(mail.id(), posted);
    return postings.add(Post.of(posted, kind));
  }

  /** As known so far: in order of their names. */
  public List<Series> series() {
    List<Series> all = new ArrayList<>();
    for (Posting posting : postings.all()) series(posting, id -> Optional.ofNullable(mails.get(id))).ifPresent(all::add);
    return all;
  }

  /** The names alone. */
  public Postings postings() {
    return postings;
  }

  /**
   * A posting with its mails, which the caller finds; parts whose mail is gone are left out. Empty when nothing is left.
   *
   * @param mail finds a mail that was kept
   */
  public static Optional<Series> series(Posting posting, Function<MessageId, Optional<PostedPatch>> mail) {
    SortedMap<Integer, PostedPatch> parts = new TreeMap<>();
    posting.parts().forEach((number, id) -> mail.apply(id).ifPresent(found -> parts.put(number, found)));
    Optional<Mail> cover = posting.cover().flatMap(mail).map(PostedPatch::mail);
    if (parts.isEmpty() && cover.isEmpty()) return Optional.empty();
    return Optional.of(new Series(posting.key(), posting.version(), posting.total(), cover, parts));
  }

  /**
   * Of two copies of one mail that came through different lists: whether the new one is nearer to what was sent. A From that a list
   * has rewritten ({@code A via LIST}) loses; the kernel's own archives win.
   */
  public static boolean isBetterCopy(Mail copy, Mail there) {
    boolean rewritten = isRewritten(copy);
    if (rewritten != isRewritten(there)) return !rewritten;
    return isKernelList(copy) && !isKernelList(there);
  }

  private static boolean isRewritten(Mail mail) {
    String name = mail.from().name();
    return name.contains(" via ") && !name.contains(" via B4 Relay");
  }

  private static boolean isKernelList(Mail mail) {
    String list = mail.header("list-id").orElse("");
    return list.contains(".kernel.org") || list.contains(".linux.dev");
  }
}
