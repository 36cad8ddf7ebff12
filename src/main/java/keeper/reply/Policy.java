// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.reply;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import keeper.check.Confidence;
import keeper.check.Finding;
import keeper.mail.Address;
import keeper.mail.Mail;
import keeper.mail.MessageId;
import keeper.review.PatchReview;
import keeper.review.Raised;
import keeper.review.Review;
import keeper.review.Status;
import keeper.series.PostedPatch;

/**
 * Whether we answer a series, to whom, and when. Every silence has its reason. It knows no clock: now is an argument.
 *
 * @param policies what the lists allow
 * @param signer who signs
 */
public record Policy(Policies policies, Signer signer) {
  private static final int POSITIVE_MOST = 4; // a letter without findings never goes to more mailboxes

  /** What happens with a review. */
  public Decision decide(Review review, Circumstances around, Instant now) {
    ListPolicy own = policies.of(around.list()).orElseGet(() -> ListPolicy.usual(around.list()).with(Channel.SHADOW));
    Optional<String> silent = silent(review, around, own);
    if (silent.isPresent()) return new Decision.Silence(silent.get());
    List<String> kept = new ArrayList<>();
    List<Letter> letters = letters(review, around, own, kept);
    if (letters.isEmpty()) return new Decision.Silence(kept.isEmpty() ? "nothing new was found" : String.join("; ", kept));
    String reason = letters.size() == 1 ? "1 letter" : letters.size() + " letters";
    if (!kept.isEmpty()) reason += "; " + String.join("; ", kept);
    return released(review, letters, reason, around, own, now);
  }

  private Optional<String> silent(Review review, Circumstances around, ListPolicy own) {
    Optional<String> skip = Optional.empty();
    for (PostedPatch part : review.series().parts().values()) {
      skip = own.filter().skip(part);
      if (skip.isEmpty()) break; // one part of ours makes the series ours
    }
    if (skip.isPresent()) return skip;
    if (around.superseded().isPresent()) return Optional.of("superseded by " + around.superseded().get());
    if (!review.series().isComplete())
      return Optional.of("incomplete: " + review.series().parts().size() + " of " + review.series().total() + " parts have come");
    for (PostedPatch part : review.series().parts().values()) {
      String author = Mailbox.key(Recipients.sender(part.mail()).mailbox());
      if (around.muted().contains(author)) return Optional.of("muted: " + author);
      for (String list : lists(part.mail(), around)) if (around.muted().contains(list)) return Optional.of("muted: " + list);
    }
    return Optional.empty();
  }

  /** The letters for all parts; what is not said is noted in {@code kept}. */
  private List<Letter> letters(Review review, Circumstances around, ListPolicy own, List<String> kept) {
    List<Letter> letters = new ArrayList<>();
    TreeSet<String> reasons = new TreeSet<>();
    int more = 0;
    for (Map.Entry<Integer, PatchReview> entry : review.parts().entrySet()) {
      PostedPatch posted = review.series().parts().get(entry.getKey());
      PatchReview part = entry.getValue();
      if (posted == null) continue; // reviewed without its mail
      String name = review.series().total() > 1 ? "part " + entry.getKey() + ": " : "";
      if (around.answered().contains(posted.mail().id())) {
        reasons.add(name + "answered already");
        continue;
      }
      if (part.status() != Status.REVIEWED) {
        reasons.add(name + part.status().word() + (part.reason().isEmpty() ? "" : ", " + part.reason()));
        continue;
      }
      List<Raised> findings = mailable(part, posted.mail(), around, own, name, reasons);
      Letter letter = findings.isEmpty()
          ? positive(posted, entry.getKey(), part, around, own)
          : about(posted, entry.getKey(), part, findings, letters.isEmpty() ? around.gone() : List.of(), around, own, name, reasons);
      if (letter != null && letters.size() < own.seriesMaxMails()) letters.add(letter);
      else if (letter != null) {
        reasons.add("no more than " + own.seriesMaxMails() + " letters a series");
        more++;
      }
    }
    kept.addAll(reasons);
    int last = letters.size() - 1;
    if (more > 0 && last >= 0) letters.set(last, Letters.withMore(letters.get(last), more, signer));
    return letters;
  }

  private Letter about(
      PostedPatch posted, int number, PatchReview part, List<Raised> findings, List<Finding> gone, Circumstances around, ListPolicy own, String name,
      TreeSet<String> reasons) {
    Map<String, MessageId> said = new HashMap<>();
    for (Raised raised : findings) {
      Circumstances.Said before = around.said().get(raised.identity());
      if (before != null) said.put(raised.identity(), before.letter());
    }
    boolean everybody = channel(posted.mail(), around).channel() == Channel.LIST;
    Letters.Envelope envelope = Recipients.of(posted.mail(), everybody, own, policies, signer, around.maintainers());
    if (envelope.to().isEmpty()) {
      reasons.add(name + "its author has no usable address");
      return null;
    }
    Letters.Draft draft = Letters.review(posted, number, part, findings, envelope, signer, 
        new Background(around.since(), said, around.tags().getOrDefault(posted.mail().id(), List.of()), gone));
    if (draft.refusal().isEmpty()) return draft.letter();
    reasons.add(name + "refused by the gate, " + draft.refusal().get());
    return null;
  }

  private Letter positive(PostedPatch posted, int number, PatchReview part, Circumstances around, ListPolicy own) {
    if (own.positive() == ListPolicy.Positive.NONE || !part.introduced().isEmpty()) return null;
    Letters.Envelope envelope =
        Recipients.of(posted.mail(), own.positive() == ListPolicy.Positive.ALL, own, policies, signer, around.maintainers());
    if (envelope.to().isEmpty() || envelope.to().size() + envelope.cc().size() > POSITIVE_MOST) return null;
    return Letters.clean(posted, number, part, envelope, signer);
  }

  private List<Raised> mailable(
      PatchReview part, Mail mail, Circumstances around, ListPolicy own, String name, TreeSet<String> reasons) {
    List<Raised> findings = new ArrayList<>();
    for (Raised raised : part.introduced()) {
      String why = unsaid(raised, mail, around, own);
      if (why == null) findings.add(raised);
      else reasons.add(name + why);
    }
    return findings;
  }

  /** Why a finding is not mailed; null when it is. */
  private String unsaid(Raised raised, Mail mail, Circumstances around, ListPolicy own) {
    Finding finding = raised.finding();
    String what = Words.what(finding);
    if (finding.confidence() == Confidence.POSSIBLE) return what + " is only possible";
    if (raised.repairedBy().isPresent()) return what + " is repaired by patch " + raised.repairedBy().get();
    if (around.closed().contains(raised.identity())) return what + " was closed by a person";
    if (own.quiet().contains(finding.check()) || own.quiet().contains(finding.rule())) return what + ": not mailed on this list";
    Circumstances.Said said = around.said().get(raised.identity());
    if (said != null && said.answered()) return what + " was answered in an earlier version";
    if (said != null && said.times() > 1) return what + " was said twice";
    for (Mail answer : around.thread()) if (says(answer, finding, mail)) return what + " was pointed at by " + Words.brief(answer.from().name(), 40);
    return null;
  }

  /** Whether somebody has already pointed at the same function and the same lock or member. Heuristic: by their names. */
  public static boolean says(Mail answer, Finding finding, Mail patch) {
    if (answer.id().equals(patch.id())) return false;
    StringBuilder own = new StringBuilder();
    for (String line : answer.body().split("\n", -1)) {
      if (line.equals("-- ")) break;
      if (!line.startsWith(">")) own.append(line).append('\n');
    }
    boolean lock = Anchor.names(own.toString(), Anchor.lastMember(finding.lock()));
    boolean subject = Anchor.names(own.toString(), Anchor.lastMember(finding.subject()));
    if (!lock && !subject) return false;
    return Anchor.names(answer.body(), finding.function());
  }

  private Decision released(
      Review review, List<Letter> letters, String reason, Circumstances around, ListPolicy own, Instant now) {
    Strictest strictest = new Strictest(Channel.LIST, "");
    Duration embargo = Duration.ZERO;
    for (PostedPatch part : review.series().parts().values()) {
      Strictest one = channel(part.mail(), around);
      if (one.channel().compareTo(strictest.channel()) < 0) strictest = one;
      Duration wait = embargo(part.mail(), around, own);
      if (wait.compareTo(embargo) > 0) embargo = wait;
    }
    if (strictest.channel().compareTo(Channel.AUTHOR) < 0)
      return new Decision.Hold(letters, Instant.MAX, reason + "; kept as a draft, " + strictest.why());
    boolean findings = letters.stream().anyMatch(letter -> !letter.findings().isEmpty());
    Instant until = around.received().plus(embargo);
    if (findings && now.isBefore(until)) return new Decision.Hold(letters, until, reason + "; embargo of " + embargo.toHours() + " hours");
    return new Decision.Answer(letters, reason);
  }

  /** A channel and which list set it. */
  private record Strictest(Channel channel, String why) {}

  /** Of several lists the most restrictive wins; a list that nobody configured is the most restrictive. */
  private Strictest channel(Mail mail, Circumstances around) {
    Strictest strictest = null;
    for (String list : lists(mail, around)) {
      Optional<ListPolicy> policy = policies.of(list);
      if (policy.isPresent() && policy.get().follows() && !list.equals(Mailbox.key(around.list()))) continue;
      Strictest one = policy
          .map(known -> new Strictest(known.channel(), "the channel of " + list + " is " + known.channel().word()))
          .orElse(new Strictest(Channel.SHADOW, list + " has no section in lists.toml"));
      if (strictest == null || one.channel().compareTo(strictest.channel()) < 0) strictest = one;
    }
    return strictest == null ? new Strictest(Channel.SHADOW, "no list is known") : strictest;
  }

  /** The longest wins, unless the subject says which list owns the patch. */
  private Duration embargo(Mail mail, Circumstances around, ListPolicy own) {
    int longest = own.embargoHours();
    for (String list : lists(mail, around)) {
      Optional<ListPolicy> policy = policies.of(list);
      if (policy.isEmpty() || policy.get().follows()) continue;
      if (owns(policy.get(), mail)) return Duration.ofHours(policy.get().embargoHours());
      longest = Math.max(longest, policy.get().embargoHours());
    }
    return Duration.ofHours(longest);
  }

  private static boolean owns(ListPolicy policy, Mail mail) {
    for (String prefix : policy.subjectPrefixes()) {
      String title = mail.subject().title();
      boolean begins = title.regionMatches(true, 0, prefix, 0, prefix.length())
          && title.length() > prefix.length() && !Character.isLetterOrDigit(title.charAt(prefix.length()));
      if (begins || mail.subject().prefixes().stream().anyMatch(prefix::equalsIgnoreCase)) return true;
    }
    return false;
  }

  /** The lists that a mail went to, in lower case; the one it was seen on first. */
  private List<String> lists(Mail mail, Circumstances around) {
    List<String> lists = new ArrayList<>();
    lists.add(Mailbox.key(around.list()));
    for (List<Address> addresses : List.of(mail.to(), mail.cc()))
      for (Address address : addresses) {
        String key = Mailbox.key(address.mailbox());
        if (policies.isList(address) && !key.startsWith("stable@") && !lists.contains(key)) lists.add(key);
      }
    return lists;
  }
}
