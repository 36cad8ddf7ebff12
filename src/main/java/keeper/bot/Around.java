// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.bot;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import keeper.check.Finding;
import keeper.lineage.Lint;
import keeper.mail.Mail;
import keeper.mail.MessageId;
import keeper.reply.Circumstances;
import keeper.reply.Policy;
import keeper.review.PatchReview;
import keeper.review.Raised;
import keeper.review.Review;
import keeper.series.PostedPatch;
import keeper.series.Posting;
import keeper.series.Series;
import keeper.store.Findings;
import keeper.store.Letters;
import keeper.store.Mutes;
import keeper.store.Reviews;
import keeper.store.Store;
import keeper.store.Versions;

/** Gathers from the store what bears on an answer. */
final class Around {
  private final Store store;

  Around(Store store) {
    this.store = store;
  }

  Circumstances of(String list, Review review, List<Mail> thread, Optional<String> superseded, Map<String, String> since, Set<String> maintainers, Instant now) {
    Set<MessageId> own = new HashSet<>();
    Set<MessageId> answered = new HashSet<>();
    for (PostedPatch part : review.series().parts().values()) {
      own.add(part.mail().id());
      if (!store.letters().letters(part.mail().id()).isEmpty()) answered.add(part.mail().id());
    }
    List<Mail> answers = new ArrayList<>();
    for (Mail mail : thread) if (!own.contains(mail.id()) && mail.subject().reply() && !ours(mail)) answers.add(mail);
    Set<String> closed = new HashSet<>();
    Map<String, Circumstances.Said> said = new HashMap<>();
    for (PatchReview part : review.parts().values())
      for (Raised raised : part.introduced()) {
        if (store.findings().verdict(raised.identity()).isPresent()) closed.add(raised.identity());
        said(raised.identity(), own).ifPresent(before -> said.put(raised.identity(), before));
      }
    Set<String> muted = new HashSet<>();
    for (Mutes.Muted one : store.mutes().muted()) muted.add(one.mailbox());
    return new Circumstances(list, received(review.series(), now), answers, closed, said, answered, superseded, muted, since, maintainers,
        tags(Lint.over(store.histories()), review), gone(review, own));
  }

  /** The Fixes: tags of the parts that may get a letter; the index is asked for no other. */
  static Map<MessageId, List<Lint.Checked>> tags(Lint lint, Review review) {
    Map<MessageId, List<Lint.Checked>> tags = new HashMap<>();
    for (Map.Entry<Integer, PatchReview> entry : review.parts().entrySet()) {
      PostedPatch posted = review.series().parts().get(entry.getKey());
      if (posted == null || entry.getValue().introduced().isEmpty()) continue;
      List<String> others = new ArrayList<>();
      for (PostedPatch other : review.series().parts().values()) if (other != posted) others.add(other.patch().message().title());
      tags.put(posted.mail().id(), lint.of(posted.patch(), others));
    }
    return tags;
  }

  /**
   * Why a letter that has waited must not leave any more, though nobody has decided about it: a newer version has come, people have closed
   * what it says, or somebody has said it meanwhile.
   */
  Optional<String> outdated(Letters.Outgoing outgoing) {
    if (!outgoing.kind().equals(Reviews.KIND)) return Optional.empty();
    MessageId patch = outgoing.letter().inReplyTo();
    Optional<Posting> newer = store.versions().of(patch).flatMap(store.versions()::replacing);
    if (newer.isPresent()) return Optional.of("superseded by v" + newer.get().version() + " " + newer.get().key());
    List<Findings.Kept> told = store.findings().of(patch).stream().filter(kept -> outgoing.letter().findings().contains(kept.raised().identity())).toList();
    if (told.isEmpty()) return Optional.empty();
    if (told.stream().allMatch(kept -> kept.verdict().isPresent())) return Optional.of("what it says was closed by a person");
    Optional<Mail> mail = store.mails().mail(patch);
    if (mail.isEmpty()) return Optional.of("the patch was taken out of the archive");
    for (Mail answer : store.mails().thread(patch))
      if (answer.subject().reply() && !ours(answer) && told.stream().allMatch(kept -> Policy.says(answer, kept.raised().finding(), mail.get())))
        return Optional.of("pointed at by " + answer.from().name());
    return Optional.empty();
  }

  private boolean ours(Mail mail) {
    return mail.header("x-review-bot").isPresent() || store.letters().ours(mail.id());
  }

  /** When the first part came; a mail's own date is a stranger's word. */
  private Instant received(Series series, Instant now) {
    Instant first = now;
    for (PostedPatch part : series.parts().values()) {
      Instant received = store.mails().received(part.mail().id()).orElse(now);
      if (received.isBefore(first)) first = received;
    }
    return first;
  }

  /** What letters that left said of the version before, when this one was reviewed and has it no more. */
  private List<Finding> gone(Review review, Set<MessageId> own) {
    Map<String, Finding> gone = new TreeMap<>();
    Optional<Posting> posting = own.stream().findFirst().flatMap(store.versions()::of);
    Optional<Posting> before = posting.flatMap(one -> store.versions().previous(one.key())).map(Versions.Link::posting);
    if (before.isEmpty()) return List.of();
    for (MessageId mail : before.get().parts().values())
      for (Letters.Outgoing letter : store.letters().letters(mail))
        if (letter.state() == Letters.State.SENT && letter.letter().inReplyTo().equals(mail))
          for (Findings.Kept kept : store.findings().of(mail))
            if (letter.letter().findings().contains(kept.raised().identity())) gone.put(kept.raised().identity(), kept.raised().finding());
    for (PatchReview part : review.parts().values()) {
      part.introduced().forEach(raised -> gone.remove(raised.identity()));
      part.standing().forEach(raised -> gone.remove(raised.identity()));
    }
    return gone.values().stream().sorted().toList();
  }

  /** Letters that left about other patch mails with the same finding: earlier versions. */
  private Optional<Circumstances.Said> said(String identity, Set<MessageId> own) {
    MessageId first = null;
    int times = 0;
    boolean answered = false;
    Set<MessageId> seen = new HashSet<>();
    for (Findings.Kept kept : store.findings().history(identity)) {
      if (own.contains(kept.mail()) || !seen.add(kept.mail())) continue;
      for (Letters.Outgoing outgoing : store.letters().letters(kept.mail())) {
        if (outgoing.state() != Letters.State.SENT || !outgoing.letter().findings().contains(identity)) continue;
        if (first == null) first = outgoing.letter().id();
        times++;
        answered |= answered(outgoing.letter().id(), kept.mail());
      }
    }
    return first == null ? Optional.empty() : Optional.of(new Circumstances.Said(first, times, answered));
  }

  private boolean answered(MessageId letter, MessageId patch) {
    for (Mail mail : store.mails().thread(patch))
      if (mail.inReplyTo().filter(letter::equals).isPresent() && !ours(mail)) return true;
    return false;
  }
}
